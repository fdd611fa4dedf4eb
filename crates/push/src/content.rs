//! What is sent.

use kernel::hex;
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

/// What a call sends (WeChat: 群发接口).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// A text.
    Text {
        /// Its characters.
        text: String,
    },
    /// Articles of a draft.
    Articles {
        /// The draft's number with WeChat.
        media_id: String,
        /// Whether it is sent even if WeChat takes an article for a reprint (`send_ignore_reprint`).
        ignore_reprint: bool,
        /// The titles, in order.
        #[serde(default)]
        titles: Vec<String>,
        /// The records they quote.
        #[serde(default)]
        records: Vec<Quoted>,
    },
    /// A picture.
    Image {
        /// Its number with WeChat.
        media_id: String,
    },
    /// A voice.
    Voice {
        /// Its number with WeChat.
        media_id: String,
    },
    /// A film.
    Video {
        /// Its number with WeChat.
        media_id: String,
    },
}

/// A record that an article shows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Quoted {
    /// Its public id.
    pub id: String,
    /// Whether an image of it is shown.
    pub is_pictured: bool,
}

impl Content {
    /// What lists call it: the titles of its articles, or how its text begins.
    pub fn title(&self) -> String {
        match self {
            Self::Text { text } => text.chars().take(30).collect(),
            Self::Articles { titles, .. } => titles.join("；"),
            Self::Image { .. } => "图片".to_owned(),
            Self::Voice { .. } => "语音".to_owned(),
            Self::Video { .. } => "视频".to_owned(),
        }
    }

    /// What kind it is, in words.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Text { .. } => "文字",
            Self::Articles { .. } => "图文",
            Self::Image { .. } => "图片",
            Self::Voice { .. } => "语音",
            Self::Video { .. } => "视频",
        }
    }
}

/// The digest of what was approved (SM3): what is sent has the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContentHash(String);

impl ContentHash {
    /// The digest of a content.
    pub fn of(content: &Content) -> Self {
        // A value of strings and flags can always be written.
        let text = serde_json::to_vec(content).unwrap_or_default();
        Self(hex(&Sm3::digest(&text)))
    }

    /// As it was kept.
    pub const fn kept(text: String) -> Self {
        Self(text)
    }

    /// As it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p16_another_content_has_another_digest() {
        let text = |text: &str| ContentHash::of(&Content::Text { text: text.to_owned() });
        assert_eq!(text("开馆通知"), text("开馆通知"));
        assert_ne!(text("开馆通知"), text("开馆通知。"));
        let draft = |ignore_reprint, records| {
            let titles = vec!["通知".to_owned()];
            ContentHash::of(&Content::Articles { media_id: "m".to_owned(), ignore_reprint, titles, records })
        };
        assert_ne!(draft(true, vec![]), draft(false, vec![]));
        assert_ne!(draft(true, vec![]), draft(true, vec![Quoted { id: "a".to_owned(), is_pictured: true }]));
    }
}
