//! QR codes with scenes (reference page "生成带参数的二维码").

use serde::{Deserialize, Serialize};

use super::loose;

/// Body of `POST /cgi-bin/qrcode/create`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrRequest {
    /// Life of a temporary code in seconds, at most 2,592,000; absent means 60.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub expire_seconds: Option<i64>,
    /// `QR_SCENE`, `QR_STR_SCENE`, `QR_LIMIT_SCENE`, `QR_LIMIT_STR_SCENE`.
    pub action_name: String,
    /// The scene.
    pub action_info: QrAction,
}

/// `{"scene"}`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrAction {
    /// The scene.
    pub scene: QrScene,
}

/// A scene by number or by text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrScene {
    /// 32 bits, not 0; 1 to 100,000 for permanent codes.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub scene_id: Option<i64>,
    /// 1 to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scene_str: Option<String>,
}

/// Answer of `qrcode/create`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrAnswer {
    /// For the picture at `https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=`.
    pub ticket: String,
    /// Life in seconds; absent for permanent codes.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub expire_seconds: Option<i64>,
    /// What the code holds, to draw it oneself.
    pub url: String,
}
