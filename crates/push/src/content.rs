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
        let draft = |ignore_reprint| ContentHash::of(&Content::Articles { media_id: "m".to_owned(), ignore_reprint });
        assert_ne!(draft(true), draft(false));
    }
}
