//! Reading the callback's answer as WeChat does: what the follower sees, or why it is unusable.

use serde_json::json;
use wechat::push::Pusher;
use wechat::reply::{Article, Reply};

use super::Outgoing;
use crate::account::SandboxAccount;
use crate::media::COVERS;
use crate::world::{Account, Line, World};

/// The reply's line and its clear XML; nothing for `success` and an empty body; otherwise what is wrong with it.
pub(super) fn hear(
    world: &World,
    outgoing: &Outgoing,
    (settings, pusher): (&SandboxAccount, Option<Pusher>),
    (status, body): (u16, &str),
    now: i64,
) -> Result<Option<(Line, String)>, String> {
    if status != 200 {
        return Err(format!("HTTP {status}"));
    }
    let pusher = pusher.ok_or("the account's key is no key")?;
    let Some(message) = pusher.read_answer(body).map_err(|error| error.to_string())? else { return Ok(None) };
    if message.to != outgoing.message.from {
        return Err("ToUserName is not the follower".to_owned());
    }
    if message.from != settings.original_id {
        return Err("FromUserName is not the account".to_owned());
    }
    message.reply.check(&outgoing.message.kind).map_err(|error| error.to_string())?;
    let account = world.accounts.get(&outgoing.account).ok_or("no such account")?;
    let line = line(account, &message.reply, now)?;
    let clear = message.reply.to_xml(&message.to, &message.from, message.created).unwrap_or_default();
    Ok(Some((line, clear)))
}

fn line(account: &Account, reply: &Reply, now: i64) -> Result<Line, String> {
    let medium = |id: &str, kinds: &[&str]| {
        account.medium(id, kinds, now).map(str::to_owned).ok_or_else(|| format!("no such media_id: {id}"))
    };
    Ok(match reply {
        Reply::Nothing => return Err("an empty reply".to_owned()),
        Reply::Text(content) => Line::new("text", content.as_str()),
        Reply::Image(id) => Line::new("image", "[图片]").with("media_id", medium(id, &["image"])?),
        Reply::Voice(id) => Line::new("voice", "[语音]").with("media_id", medium(id, &["voice"])?),
        Reply::Video(video) => {
            let line = Line::new("video", "[视频]").with("media_id", medium(&video.media_id, &["video"])?);
            let line = line.with("title", video.title.as_deref().unwrap_or_default());
            line.with("description", video.description.as_deref().unwrap_or_default())
        }
        Reply::Music(music) => {
            medium(&music.thumb_media_id, COVERS)?;
            let title = music.title.as_deref().unwrap_or_default();
            let line = Line::new("music", title).with("title", title);
            line.with("description", music.description.as_deref().unwrap_or_default())
                .with("url", music.url.as_deref().unwrap_or_default())
        }
        Reply::News(articles) => news(articles),
        Reply::TransferCustomerService(_) => Line::new("transfer_customer_service", "已转接人工客服"),
    })
}

/// The card; of several articles the client shows the first (since 2018-10-12).
fn news(articles: &[Article]) -> Line {
    let shown = |article: &Article| {
        json!({
            "title": article.title,
            "description": article.description,
            "url": article.url,
            "picurl": article.pic_url,
        })
    };
    let first = articles.first().cloned().unwrap_or_default();
    let all: Vec<_> = articles.iter().map(shown).collect();
    Line::new("news", first.title.as_str())
        .with("title", first.title)
        .with("description", first.description)
        .with("url", first.url)
        .with("picurl", first.pic_url)
        .with("articles", all)
}
