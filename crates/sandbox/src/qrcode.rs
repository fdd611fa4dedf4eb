//! Scene QR codes (reference §12.1).

use serde::{Deserialize, Serialize};

/// What a code leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Scene {
    /// `scene_id`
    Id(u64),
    /// `scene_str`
    Text(String),
}

impl Scene {
    /// As events write it.
    pub(crate) fn written(&self) -> String {
        match self {
            Self::Id(id) => id.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// One code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SceneCode {
    pub(crate) ticket: String,
    pub(crate) url: String,
    pub(crate) scene: Scene,
    /// Unix seconds; nothing for permanent codes.
    pub(crate) until: Option<i64>,
}

impl SceneCode {
    /// Whether scanning it still works.
    pub(crate) fn is_alive(&self, now: i64) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// The picture of a code as PNG, 8 points per square with the quiet zone around it.
pub(crate) fn picture(url: &str) -> Option<Vec<u8>> {
    const SCALE: u32 = 8;
    const QUIET: u32 = 4;
    let code = ::qrcode::QrCode::new(url).ok()?;
    let side = u32::try_from(code.width()).ok()?;
    let squares = code.to_colors();
    let is_black = |x: u32, y: u32| {
        let (Some(column), Some(row)) = ((x / SCALE).checked_sub(QUIET), (y / SCALE).checked_sub(QUIET)) else {
            return false;
        };
        let position = usize::try_from(row * side + column).unwrap_or(usize::MAX);
        column < side && squares.get(position).is_some_and(|colour| *colour == ::qrcode::Color::Dark)
    };
    Some(crate::png::square((side + 2 * QUIET) * SCALE, is_black))
}
