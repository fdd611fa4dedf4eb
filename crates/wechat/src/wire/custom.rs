//! Customer-service messages (reference pages "客服消息").

use serde::{Deserialize, Serialize};

/// Body of `POST /cgi-bin/message/custom/send`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomMessage {
    /// Openid.
    pub touser: String,
    /// `msgtype` and its branch.
    #[serde(flatten)]
    pub content: CustomContent,
    /// The agent shown as the sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customservice: Option<CustomAgent>,
}

/// The branches by `msgtype`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "msgtype", rename_all = "lowercase")]
pub enum CustomContent {
    /// `text`, at most 2048 bytes; links work.
    Text {
        /// branch
        text: CustomText,
    },
    /// `image`
    Image {
        /// branch
        image: CustomMedia,
    },
    /// `voice`
    Voice {
        /// branch
        voice: CustomMedia,
    },
    /// `video`
    Video {
        /// branch
        video: CustomVideo,
    },
    /// `music`
    Music {
        /// branch
        music: CustomMusic,
    },
    /// `news`: exactly one article
    News {
        /// branch
        news: CustomNews,
    },
    /// `mpnewsarticle`: a published article
    MpNewsArticle {
        /// branch
        mpnewsarticle: CustomArticle,
    },
    /// `msgmenu`: a click comes back as a text message with `bizmsgmenuid`
    MsgMenu {
        /// branch
        msgmenu: CustomMenu,
    },
    /// `miniprogrampage`
    MiniProgramPage {
        /// branch
        miniprogrampage: CustomMiniProgram,
    },
}

/// `customservice`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomAgent {
    /// `name@wxid`
    pub kf_account: String,
}

/// `text`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomText {
    /// The text.
    pub content: String,
}

/// `image`, `voice`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomMedia {
    /// Temporary or permanent material.
    pub media_id: String,
}

/// `video`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomVideo {
    /// Material.
    pub media_id: String,
    /// Cover.
    #[serde(default)]
    pub thumb_media_id: String,
    /// Title
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Description
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// `music`; keys in lower case, unlike the passive reply.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomMusic {
    /// Title
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Description
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Address
    pub musicurl: String,
    /// Address used on Wi-Fi
    pub hqmusicurl: String,
    /// Cover
    pub thumb_media_id: String,
}

/// `news`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomNews {
    /// Exactly one; more are refused with 45008.
    pub articles: Vec<CustomLink>,
}

/// An article that leads to any page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomLink {
    /// Title
    pub title: String,
    /// Description
    #[serde(default)]
    pub description: String,
    /// Address
    #[serde(default)]
    pub url: String,
    /// Address of the picture
    #[serde(default)]
    pub picurl: String,
}

/// `mpnewsarticle`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomArticle {
    /// Published article.
    pub article_id: String,
}

/// `msgmenu`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomMenu {
    /// Above the items.
    pub head_content: String,
    /// What may be tapped.
    pub list: Vec<CustomMenuItem>,
    /// Below the items.
    #[serde(default)]
    pub tail_content: String,
}

/// An item of `msgmenu`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomMenuItem {
    /// Comes back as `bizmsgmenuid`.
    #[serde(deserialize_with = "super::loose::text")]
    pub id: String,
    /// The text shown and sent back.
    pub content: String,
}

/// `miniprogrampage`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomMiniProgram {
    /// Title
    pub title: String,
    /// A mini program linked to the account.
    pub appid: String,
    /// Page
    pub pagepath: String,
    /// Cover
    pub thumb_media_id: String,
}

/// Body of `POST /cgi-bin/message/custom/typing`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypingRequest {
    /// Openid.
    pub touser: String,
    /// `Typing` or `CancelTyping`.
    pub command: String,
}
