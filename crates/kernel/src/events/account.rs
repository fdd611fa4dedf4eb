//! What the official accounts tell.

use super::Event;

/// The QR code of a scene was scanned: by a follower, or by who followed with it.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct SceneScanned {
    /// The account the code is of.
    pub account: String,
    /// The scene.
    pub scene: String,
    /// Whether somebody followed with it.
    pub followed: bool,
}

impl Event for SceneScanned {
    const KIND: &'static str = "account.scene-scanned";
    const VERSION: i64 = 1;
}
