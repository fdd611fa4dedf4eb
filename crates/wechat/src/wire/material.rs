//! Permanent material (reference pages "永久素材").

use serde::{Deserialize, Serialize};

use super::draft::Article;
use super::loose;

/// Answer of `POST /cgi-bin/material/add_material`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialAnswer {
    /// Stays until it is deleted.
    pub media_id: String,
    /// Where a picture is; empty for other kinds.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
}

/// The form field `description` beside a video.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilmWords {
    /// Title
    #[serde(default)]
    pub title: String,
    /// A few words about it.
    #[serde(default)]
    pub introduction: String,
}

/// Body of every call that names one medium or draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaId {
    /// Its id.
    #[serde(default)]
    pub media_id: String,
}

/// Answer of `POST /cgi-bin/material/get_material` where it is no file: a video, or articles of the scheme before drafts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedMaterial {
    /// Title of a video.
    #[serde(default)]
    pub title: String,
    /// Its introduction.
    #[serde(default)]
    pub description: String,
    /// Where the video lies.
    #[serde(default)]
    pub down_url: String,
    /// Articles.
    #[serde(default)]
    pub news_item: Vec<Article>,
}

/// Answer of `GET /cgi-bin/material/get_materialcount`; what was uploaded in the console counts too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialCount {
    /// At most 1,000.
    #[serde(default, deserialize_with = "loose::integer")]
    pub voice_count: i64,
    /// At most 1,000.
    #[serde(default, deserialize_with = "loose::integer")]
    pub video_count: i64,
    /// At most 100,000 with articles; covers count as pictures.
    #[serde(default, deserialize_with = "loose::integer")]
    pub image_count: i64,
    /// Articles of the scheme before drafts.
    #[serde(default, deserialize_with = "loose::integer")]
    pub news_count: i64,
}

/// Body of `POST /cgi-bin/material/batchget_material`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialRange {
    /// `image`, `video`, `voice`, `news`
    #[serde(default, rename = "type")]
    pub kind: String,
    /// From 0.
    #[serde(default, deserialize_with = "loose::integer")]
    pub offset: i64,
    /// 1–20
    #[serde(default, deserialize_with = "loose::integer")]
    pub count: i64,
}

/// Answer of `POST /cgi-bin/material/batchget_material`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialPage {
    /// All there are of the kind.
    #[serde(default, deserialize_with = "loose::integer")]
    pub total_count: i64,
    /// How many are on this page.
    #[serde(default, deserialize_with = "loose::integer")]
    pub item_count: i64,
    /// The page, newest first.
    #[serde(default)]
    pub item: Vec<MaterialItem>,
}

/// One medium of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialItem {
    /// Its id.
    #[serde(default)]
    pub media_id: String,
    /// The file name.
    #[serde(default)]
    pub name: String,
    /// Unix seconds.
    #[serde(default, deserialize_with = "loose::integer")]
    pub update_time: i64,
    /// Where a picture is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
}

/// Body of `POST /cgi-bin/media/uploadvideo`, which makes a mass send's video of an uploaded one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilmForMass {
    /// An uploaded video.
    #[serde(default)]
    pub media_id: String,
    /// Title
    #[serde(default)]
    pub title: String,
    /// Description
    #[serde(default)]
    pub description: String,
}
