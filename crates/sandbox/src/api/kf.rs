//! Customer-service messages and the typing sign (reference §8).

use serde::Deserialize;
use serde_json::{Value, json};

use super::Call;
use crate::fail::{Answer, Fail, Outcome};
use crate::follower::{Closed, Direction};
use crate::media::COVERS;
use crate::world::{Account, Line};

/// Bytes of a text; measured, not documented (reference §17.1).
pub(crate) const TEXT_BYTES: usize = 2048;

/// Sends a message into an open window.
pub(super) fn send(call: &mut Call<'_>) -> Outcome {
    let request: Value = call.json()?;
    let openid = request.get("touser").and_then(Value::as_str).unwrap_or_default().to_owned();
    let line = line(call.account, &request, call.now)?;
    let (now, account) = (call.now, &mut *call.account);
    let follower = account.followers.get_mut(&openid).ok_or_else(|| Fail::new(40003))?;
    if follower.blacklisted {
        return Err(Fail::new(43019));
    }
    if !follower.subscribed {
        // The platform answers with the window's code, whose text names the cancelled subscription.
        return Err(Fail::new(45015));
    }
    follower.windows.take(now).map_err(|closed| match closed {
        Closed::Time => Fail::new(45015),
        Closed::Count => Fail::new(45047),
    })?;
    follower.typing_until = 0;
    account.note(&openid, Direction::Out, now, line);
    Ok(Answer::ok())
}

/// What the follower will see, or why the message is refused.
fn line(account: &Account, request: &Value, now: i64) -> Result<Line, Fail> {
    let kind = request.get("msgtype").and_then(Value::as_str).unwrap_or_default();
    let branch = request.get(kind).ok_or_else(|| Fail::new(40008))?;
    let text = |name: &str| branch.get(name).and_then(Value::as_str).unwrap_or_default();
    let medium = |name: &str, kinds: &[&str]| account.medium(text(name), kinds, now).ok_or_else(|| Fail::new(40007));
    match kind {
        "text" => match text("content") {
            "" => Err(Fail::new(44004)),
            content if content.len() > TEXT_BYTES => Err(Fail::new(45002)),
            content => Ok(Line::new(kind, content)),
        },
        "image" => Ok(Line::new(kind, "[图片]").with("media_id", medium("media_id", &["image"])?)),
        "voice" => Ok(Line::new(kind, "[语音]").with("media_id", medium("media_id", &["voice"])?)),
        "video" => {
            medium("thumb_media_id", COVERS)?;
            let line = Line::new(kind, "[视频]").with("media_id", medium("media_id", &["video"])?);
            Ok(line.with("title", text("title")).with("description", text("description")))
        }
        "music" => {
            medium("thumb_media_id", COVERS)?;
            let line = Line::new(kind, text("title")).with("title", text("title"));
            Ok(line.with("description", text("description")).with("url", text("musicurl")))
        }
        "news" => {
            let articles = branch.get("articles").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            match articles {
                [article] => Ok(card(article)),
                _ => Err(Fail::new(45008)),
            }
        }
        "msgmenu" => Ok(menu_line(branch)),
        // The old way of sending a draft; nothing has such an id any more.
        "mpnews" => Err(Fail::new(40007)),
        "mpnewsarticle" => {
            let mut published = account.publications.iter().filter(|one| one.status == 0);
            let one = published.find(|one| one.article_id == text("article_id")).ok_or_else(|| Fail::new(53600))?;
            Ok(account.cards(&one.pages, &one.origin))
        }
        "miniprogrampage" => {
            medium("thumb_media_id", COVERS)?;
            Ok(Line::new(kind, text("title")).with("title", text("title")).with("pagepath", text("pagepath")))
        }
        _ => Err(Fail::new(40008)),
    }
}

/// A card with one article, from lower-case JSON.
fn card(article: &Value) -> Line {
    let text = |name: &str| article.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut line = Line::new("news", text("title"));
    for name in ["title", "description", "url", "picurl"] {
        line = line.with(name, text(name));
    }
    line.with("articles", json!([article]))
}

fn menu_line(branch: &Value) -> Line {
    let text = |name: &str| branch.get(name).and_then(Value::as_str).unwrap_or_default();
    let list = branch.get("list").cloned().unwrap_or_else(|| json!([]));
    let choices = list.as_array().into_iter().flatten();
    let choices = choices.filter_map(|choice| choice.get("content").and_then(Value::as_str));
    let lines = std::iter::once(text("head_content")).chain(choices).chain(std::iter::once(text("tail_content")));
    let shown = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    let line = Line::new("msgmenu", shown).with("head_content", text("head_content"));
    line.with("tail_content", text("tail_content")).with("list", list)
}

/// Shows or hides 对方正在输入: 45072 bad command, 45080 no message within 30 s, 45081 already shown.
pub(super) fn typing(call: &mut Call<'_>) -> Outcome {
    #[derive(Deserialize)]
    struct Request {
        touser: String,
        command: String,
    }
    let request: Request = call.json()?;
    let now = call.now;
    let follower = call.account.subscribed(&request.touser).ok_or_else(|| Fail::new(40003))?;
    match request.command.as_str() {
        "Typing" if now.saturating_sub(follower.last_message) > 30 => return Err(Fail::new(45080)),
        "Typing" if now < follower.typing_until => return Err(Fail::new(45081)),
        "Typing" => follower.typing_until = now.saturating_add(15),
        "CancelTyping" => follower.typing_until = 0,
        _ => return Err(Fail::new(45072)),
    }
    Ok(Answer::ok())
}
