//! Mass sending (reference pages "群发接口").

use serde::{Deserialize, Serialize};

use super::loose;

/// `msgtype` and its branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "msgtype", rename_all = "lowercase")]
pub enum MassContent {
    /// `mpnews`: a draft, which is used up by the send.
    MpNews {
        /// branch
        mpnews: MassMedia,
    },
    /// `text`
    Text {
        /// branch
        text: MassText,
    },
    /// `voice`
    Voice {
        /// branch
        voice: MassMedia,
    },
    /// `image`; the branch is called `images`, in a preview `image`.
    Image {
        /// branch
        #[serde(default, skip_serializing_if = "Option::is_none")]
        images: Option<MassImages>,
        /// branch of a preview
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image: Option<MassMedia>,
    },
    /// `mpvideo`
    MpVideo {
        /// branch
        mpvideo: MassVideo,
    },
}

impl MassContent {
    /// Articles of a draft.
    pub fn articles(media_id: &str) -> Self {
        Self::MpNews { mpnews: MassMedia { media_id: media_id.to_owned() } }
    }

    /// A text.
    pub fn text(content: &str) -> Self {
        Self::Text { text: MassText { content: content.to_owned() } }
    }

    /// Pictures.
    pub fn images(media_ids: &[String]) -> Self {
        let images = MassImages { media_ids: media_ids.to_vec(), ..MassImages::default() };
        Self::Image { images: Some(images), image: None }
    }

    /// The value of `msgtype`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::MpNews { .. } => "mpnews",
            Self::Text { .. } => "text",
            Self::Voice { .. } => "voice",
            Self::Image { .. } => "image",
            Self::MpVideo { .. } => "mpvideo",
        }
    }
}

/// `mpnews`, `voice`, and `image` of a preview
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassMedia {
    /// A draft or a medium.
    #[serde(default)]
    pub media_id: String,
}

/// `text`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassText {
    /// The text.
    #[serde(default)]
    pub content: String,
}

/// `images`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassImages {
    /// Pictures.
    #[serde(default)]
    pub media_ids: Vec<String>,
    /// The words above them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub recommend: String,
    /// Whether readers may comment.
    #[serde(default, serialize_with = "loose::as_number", deserialize_with = "loose::flag")]
    pub need_open_comment: bool,
    /// Whether only followers may.
    #[serde(default, serialize_with = "loose::as_number", deserialize_with = "loose::flag")]
    pub only_fans_can_comment: bool,
}

/// `mpvideo`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassVideo {
    /// From `media/uploadvideo`.
    #[serde(default)]
    pub media_id: String,
    /// Title
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Description
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// `filter` of `sendall`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassFilter {
    /// Every follower.
    #[serde(default, deserialize_with = "loose::flag")]
    pub is_to_all: bool,
    /// Otherwise those who carry this tag; older SDKs call it a group.
    #[serde(
        default,
        alias = "group_id",
        deserialize_with = "loose::optional_integer",
        skip_serializing_if = "Option::is_none"
    )]
    pub tag_id: Option<i64>,
}

/// Body of `POST /cgi-bin/message/mass/sendall` (with `filter`) and `/cgi-bin/message/mass/send` (with `touser`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassRequest {
    /// For `sendall`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<MassFilter>,
    /// For `send`: 2–10,000 openids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touser: Option<Vec<String>>,
    /// What is sent.
    #[serde(flatten)]
    pub content: MassContent,
    /// Whether it goes on when an article is judged a reprint whose author allows it.
    #[serde(default, serialize_with = "loose::as_number", deserialize_with = "loose::flag")]
    pub send_ignore_reprint: bool,
    /// Kept for 24 h: the same again is 45065 with the first `msg_id`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub clientmsgid: String,
}

/// Answer of both, and of 45065.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassAnswer {
    /// 0, or 45065 for a repeat.
    #[serde(default, deserialize_with = "loose::integer")]
    pub errcode: i64,
    /// `send job submission success`
    #[serde(default)]
    pub errmsg: String,
    /// Comes back in the event `MASSSENDJOBFINISH`.
    #[serde(default, deserialize_with = "loose::optional_text", skip_serializing_if = "Option::is_none")]
    pub msg_id: Option<String>,
    /// Key of comments and statistics; for articles only, and not with 45065.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub msg_data_id: Option<i64>,
}

/// Body of `POST /cgi-bin/message/mass/preview`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassPreview {
    /// Openid.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub touser: String,
    /// WeChat name (微信号), which wins; 100 a day.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub towxname: String,
    /// What is shown.
    #[serde(flatten)]
    pub content: MassContent,
}

/// Body of `POST /cgi-bin/message/mass/delete`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassDelete {
    /// The job; `url` counts only without it.
    #[serde(
        default,
        serialize_with = "loose::optional_as_number",
        deserialize_with = "loose::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub msg_id: Option<String>,
    /// From 1; 0 or nothing is all.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub article_idx: Option<i64>,
    /// The address of an article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Body and, with `msg_status`, answer of `POST /cgi-bin/message/mass/get`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassState {
    /// The job.
    #[serde(default, deserialize_with = "loose::text")]
    pub msg_id: String,
    /// `SEND_SUCCESS`, `SENDING`, `SEND_FAIL`, `DELETE`
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub msg_status: String,
}

/// Body of `POST /cgi-bin/message/mass/speed/set`, and answer of `…/speed/get`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassSpeed {
    /// 0–4
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub speed: Option<i64>,
    /// What that is in ten thousands a minute: 80, 60, 45, 30, 10.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub realspeed: Option<i64>,
}
