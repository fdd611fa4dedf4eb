//! What WeChat pushes: messages of followers and events (guides "接收普通消息", "接收事件推送").

mod event;
mod read;
mod write;

pub use event::{
    ArticleCheck, Event, MassResult, PersonalChange, Photos, PublishResult, Scene, Session, Spot, SubscribeChoice,
    SubscribeSent, Verification,
};

use crate::signature::sha1_hex;
use crate::xml::XmlError;

/// The longest part of a text that is worth searching for, in characters.
const SEARCHED: usize = 4096;

/// The longest de-duplication key, in bytes; longer ones end in a digest.
const KEY_BYTES: usize = 191;

/// Why a body is not a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The body is no XML or JSON this crate reads.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// An element every message has is missing or not what it must be.
    #[error("the element {0} is missing or malformed")]
    Element(&'static str),
}

/// One push: a message somebody wrote, or an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// `ToUserName`: the account's original id (`gh_…`, not the appid).
    pub to: String,
    /// `FromUserName`: the follower's openid; in some events of the account itself another name.
    pub from: String,
    /// `CreateTime` in Unix seconds.
    pub created: i64,
    /// `MsgId` as written (a 64-bit number in practice); events have none.
    pub id: Option<String>,
    /// The article of the account the message was written under, if any.
    pub article: Option<ArticleOrigin>,
    /// What it is.
    pub kind: Kind,
}

/// Where a message came from when it was written under an article of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleOrigin {
    /// `MsgDataId`.
    pub data_id: String,
    /// `Idx`: which article of the push, from 1.
    pub index: Option<u32>,
}

/// The kinds of pushes by `MsgType`.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `text`
    Text {
        /// `Content` without control characters.
        content: String,
        /// `bizmsgmenuid`: the item chosen in a `msgmenu` message.
        menu_id: Option<String>,
    },
    /// `image`
    Image {
        /// `PicUrl`
        pic_url: String,
        /// `MediaId`, temporary (3 days)
        media_id: String,
    },
    /// `voice`
    Voice {
        /// `MediaId`, temporary (3 days)
        media_id: String,
        /// `Format`: `amr`, `speex` …
        format: String,
        /// `MediaId16K`: the same in 16 kHz
        media_id_16k: Option<String>,
        /// `Recognition`: the spoken words, where the account still has that right
        recognition: Option<String>,
    },
    /// `video`
    Video {
        /// `MediaId`, temporary (3 days)
        media_id: String,
        /// `ThumbMediaId`
        thumb_media_id: String,
    },
    /// `shortvideo`
    ShortVideo {
        /// `MediaId`, temporary (3 days)
        media_id: String,
        /// `ThumbMediaId`
        thumb_media_id: String,
    },
    /// `location`
    Location(Spot),
    /// `link`
    Link {
        /// `Title`
        title: String,
        /// `Description`
        description: String,
        /// `Url`
        url: String,
    },
    /// `event`
    Event(Event),
    /// A `MsgType` this crate does not know, kept whole; it is to be answered `success`.
    Unknown {
        /// `MsgType`
        name: String,
        /// The other elements, nested ones as `Outer/Inner`.
        fields: Vec<(String, String)>,
    },
}

impl Message {
    /// Reads a message in clear, XML or JSON; invalid UTF-8 is replaced, control characters are dropped.
    pub fn parse(body: &[u8]) -> Result<Self, MessageError> {
        read::message(body)
    }

    /// The message as the XML WeChat pushes (in clear), which [`Message::parse`] reads back.
    pub fn to_xml(&self) -> String {
        write::message(self)
    }

    /// The key under which repeated deliveries of this push to account `app_id` are recognised, at most 191 bytes.
    ///
    /// `MsgId` alone was seen to collide between users, and one user can cause several events in one second, so the key
    /// holds appid, openid, time and the id, or the event with its key.
    pub fn key(&self, app_id: &str) -> String {
        let detail = match (&self.kind, &self.id) {
            (Kind::Event(event), _) => format!("e:{}", event.key()),
            (_, Some(id)) => format!("m:{id}"),
            (_, None) => format!("x:{}", sha1_hex(&self.to_xml())),
        };
        let head = format!("{app_id}:{}:{}:", self.from, self.created);
        if head.len() + detail.len() <= KEY_BYTES {
            head + &detail
        } else {
            format!("h:{}", sha1_hex(&(head + &detail)))
        }
    }

    /// The words of a text (or recognised speech) worth searching for: at most the first 4096 characters.
    pub fn searched_text(&self) -> Option<&str> {
        let text = match &self.kind {
            Kind::Text { content, .. } => content,
            Kind::Voice { recognition, .. } => recognition.as_ref()?,
            _ => return None,
        };
        let end = text.char_indices().nth(SEARCHED).map_or(text.len(), |(end, _)| end);
        text.get(..end)
    }
}

impl Kind {
    /// The value of `MsgType`.
    pub fn name(&self) -> &str {
        match self {
            Self::Text { .. } => "text",
            Self::Image { .. } => "image",
            Self::Voice { .. } => "voice",
            Self::Video { .. } => "video",
            Self::ShortVideo { .. } => "shortvideo",
            Self::Location(_) => "location",
            Self::Link { .. } => "link",
            Self::Event(_) => "event",
            Self::Unknown { name, .. } => name,
        }
    }
}

#[cfg(test)]
mod tests;
