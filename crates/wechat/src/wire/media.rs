//! Temporary material (reference pages "素材管理").

use serde::{Deserialize, Serialize};

use super::loose;

/// Answer of `POST /cgi-bin/media/upload`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaAnswer {
    /// `image`, `voice`, `video`, `thumb`
    #[serde(default, rename = "type")]
    pub kind: String,
    /// Lives 3 days.
    #[serde(alias = "thumb_media_id")]
    pub media_id: String,
    /// Unix seconds.
    #[serde(default, deserialize_with = "loose::integer")]
    pub created_at: i64,
}

/// Answer of `GET /cgi-bin/media/get` for a video.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VideoAnswer {
    /// Where the video is.
    pub video_url: String,
}

/// Answer of `POST /cgi-bin/media/uploadimg`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureAnswer {
    /// The address that may stand in articles.
    pub url: String,
}
