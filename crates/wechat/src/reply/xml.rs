//! Replies as XML, written by an account and read by an emulator.

use super::{Article, Music, Reply, ReplyMessage, Video};
use crate::message::MessageError;
use crate::xml::{Element, XmlWriter};

impl Reply {
    fn name(&self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Text(_) => "text",
            Self::Image(_) => "image",
            Self::Voice(_) => "voice",
            Self::Video(_) => "video",
            Self::Music(_) => "music",
            Self::News(_) => "news",
            Self::TransferCustomerService(_) => "transfer_customer_service",
        }
    }
}

pub(super) fn write(reply: &Reply, to: &str, from: &str, created: i64) -> Option<String> {
    if *reply == Reply::Nothing {
        return None;
    }
    let mut xml = XmlWriter::with_capacity(512);
    xml.open("xml")
        .text("ToUserName", to)
        .text("FromUserName", from)
        .plain("CreateTime", created)
        .text("MsgType", reply.name());
    match reply {
        Reply::Nothing | Reply::TransferCustomerService(None) => {}
        Reply::Text(content) => {
            xml.text("Content", content);
        }
        Reply::Image(media_id) => {
            xml.open("Image").text("MediaId", media_id).close("Image");
        }
        Reply::Voice(media_id) => {
            xml.open("Voice").text("MediaId", media_id).close("Voice");
        }
        Reply::Video(video) => {
            xml.open("Video")
                .text("MediaId", &video.media_id)
                .optional("Title", video.title.as_deref())
                .optional("Description", video.description.as_deref())
                .close("Video");
        }
        Reply::Music(music) => {
            xml.open("Music")
                .optional("Title", music.title.as_deref())
                .optional("Description", music.description.as_deref())
                .optional("MusicUrl", music.url.as_deref())
                .optional("HQMusicUrl", music.high_quality_url.as_deref())
                .text("ThumbMediaId", &music.thumb_media_id)
                .close("Music");
        }
        Reply::News(articles) => {
            xml.plain("ArticleCount", articles.len()).open("Articles");
            for article in articles {
                xml.open("item")
                    .text("Title", &article.title)
                    .text("Description", &article.description)
                    .text("PicUrl", &article.pic_url)
                    .text("Url", &article.url)
                    .close("item");
            }
            xml.close("Articles");
        }
        Reply::TransferCustomerService(Some(agent)) => {
            xml.open("TransInfo").text("KfAccount", agent).close("TransInfo");
        }
    }
    xml.close("xml");
    Some(xml.finish())
}

pub(super) fn read(text: &str) -> Result<ReplyMessage, MessageError> {
    let root = Element::parse(text)?;
    let required = |name| root.optional(name).ok_or(MessageError::Element(name));
    let created = root.number("CreateTime").ok_or(MessageError::Element("CreateTime"))?;
    Ok(ReplyMessage { to: required("ToUserName")?, from: required("FromUserName")?, created, reply: content(&root)? })
}

fn content(root: &Element<'_>) -> Result<Reply, MessageError> {
    let inside = |name: &'static str| root.child(name).ok_or(MessageError::Element(name));
    let media = |name: &'static str| inside(name).map(|media| media.text_of("MediaId"));
    Ok(match root.some("MsgType").unwrap_or_default() {
        "text" => Reply::Text(root.text_of("Content")),
        "image" => Reply::Image(media("Image")?),
        "voice" => Reply::Voice(media("Voice")?),
        "video" => {
            let video = inside("Video")?;
            Reply::Video(Video {
                media_id: video.text_of("MediaId"),
                title: video.optional("Title"),
                description: video.optional("Description"),
            })
        }
        "music" => {
            let music = inside("Music")?;
            Reply::Music(Music {
                title: music.optional("Title"),
                description: music.optional("Description"),
                url: music.optional("MusicUrl"),
                high_quality_url: music.optional("HQMusicUrl"),
                thumb_media_id: music.text_of("ThumbMediaId"),
            })
        }
        "news" => Reply::News(inside("Articles")?.all("item").map(article).collect()),
        "transfer_customer_service" => {
            Reply::TransferCustomerService(root.child("TransInfo").and_then(|info| info.optional("KfAccount")))
        }
        _ => return Err(MessageError::Element("MsgType")),
    })
}

fn article(item: &Element<'_>) -> Article {
    Article {
        title: item.text_of("Title"),
        description: item.text_of("Description"),
        pic_url: item.text_of("PicUrl"),
        url: item.text_of("Url"),
    }
}
