//! Passive replies: what may be answered on the connection of a push (guide "被动回复用户消息").

mod cut;
mod xml;

pub use cut::{TEXT_BYTES, cut_text};

use crate::message::{Kind, MessageError};

/// What WeChat reads as "accepted, no reply, do not repeat".
pub const SUCCESS: &str = "success";

/// The most articles of a news reply to something other than a message.
const ARTICLES: usize = 8;

/// A passive reply without its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// `success`: nothing is shown.
    Nothing,
    /// `text`; line breaks and `<a href>` links work. At most [`TEXT_BYTES`].
    Text(String),
    /// `image` by `MediaId` (no GIF).
    Image(String),
    /// `voice` by `MediaId`.
    Voice(String),
    /// `video`
    Video(Video),
    /// `music`
    Music(Music),
    /// `news`: one article in answer to a message, up to 8 in answer to other events.
    News(Vec<Article>),
    /// `transfer_customer_service`: hands the dialogue to the agents of the console, or to the named one.
    TransferCustomerService(Option<String>),
}

/// A video reply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Video {
    /// `MediaId`
    pub media_id: String,
    /// `Title`
    pub title: Option<String>,
    /// `Description`
    pub description: Option<String>,
}

/// A music reply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Music {
    /// `Title`
    pub title: Option<String>,
    /// `Description`
    pub description: Option<String>,
    /// `MusicUrl`
    pub url: Option<String>,
    /// `HQMusicUrl`, used on Wi-Fi
    pub high_quality_url: Option<String>,
    /// `ThumbMediaId`, required
    pub thumb_media_id: String,
}

/// An article of a news reply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Article {
    /// `Title`
    pub title: String,
    /// `Description`
    pub description: String,
    /// `PicUrl`
    pub pic_url: String,
    /// `Url`
    pub url: String,
}

/// Why a reply would be shown to the follower as a fault of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// A text, media id or article list is empty.
    #[error("the reply lacks {0}")]
    Empty(&'static str),
    /// A text is longer than [`TEXT_BYTES`].
    #[error("the text has {0} bytes, more than 2048")]
    TooLong(usize),
    /// More articles than allowed in answer to this push.
    #[error("{given} articles, at most {most} are allowed here")]
    TooManyArticles {
        /// how many the reply has
        given: usize,
        /// how many are allowed
        most: usize,
    },
    /// The reply is too large to be encrypted, or the key is missing.
    #[error("the reply cannot be encrypted")]
    Cipher,
}

/// A reply in its envelope, as it stands on the wire in clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyMessage {
    /// `ToUserName`: the follower's openid.
    pub to: String,
    /// `FromUserName`: the account's original id.
    pub from: String,
    /// `CreateTime` in Unix seconds.
    pub created: i64,
    /// The content; never [`Reply::Nothing`].
    pub reply: Reply,
}

impl Reply {
    /// A text, cut at the end of a sentence if it is longer than [`TEXT_BYTES`]; an empty one becomes
    /// [`Reply::Nothing`].
    pub fn text(content: &str) -> Self {
        Self::of_text(cut_text(content, None))
    }

    /// Like [`Reply::text`], but a cut text ends with a link to the whole one at `url`.
    pub fn text_with_more(content: &str, url: &str) -> Self {
        Self::of_text(cut_text(content, Some(url)))
    }

    fn of_text(content: String) -> Self {
        if content.trim().is_empty() { Self::Nothing } else { Self::Text(content) }
    }

    /// Checks the limits WeChat sets for an answer to `asked`; beyond them the follower would be shown a fault line.
    pub fn check(&self, asked: &Kind) -> Result<(), ReplyError> {
        let filled = |value: &str, name| if value.trim().is_empty() { Err(ReplyError::Empty(name)) } else { Ok(()) };
        match self {
            Self::Nothing | Self::TransferCustomerService(_) => Ok(()),
            Self::Text(content) if content.len() > TEXT_BYTES => Err(ReplyError::TooLong(content.len())),
            Self::Text(content) => filled(content, "Content"),
            Self::Image(media_id) | Self::Voice(media_id) => filled(media_id, "MediaId"),
            Self::Video(video) => filled(&video.media_id, "MediaId"),
            Self::Music(music) => filled(&music.thumb_media_id, "ThumbMediaId"),
            Self::News(articles) if articles.is_empty() => Err(ReplyError::Empty("Articles")),
            Self::News(articles) => {
                let most = if matches!(asked, Kind::Event(_) | Kind::Unknown { .. }) { ARTICLES } else { 1 };
                if articles.len() > most {
                    return Err(ReplyError::TooManyArticles { given: articles.len(), most });
                }
                articles.iter().try_for_each(|article| filled(&article.title, "Title"))
            }
        }
    }

    /// The reply in clear, from the account `from` to the follower `to`, made at `created` (Unix seconds); nothing for
    /// [`Reply::Nothing`].
    pub fn to_xml(&self, to: &str, from: &str, created: i64) -> Option<String> {
        xml::write(self, to, from, created)
    }

    /// Reads a reply in clear as an emulator of WeChat does.
    pub fn parse(xml: &str) -> Result<ReplyMessage, MessageError> {
        xml::read(xml)
    }
}

#[cfg(test)]
mod tests;
