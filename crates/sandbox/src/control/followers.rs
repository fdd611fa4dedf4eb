//! Followers and what they do.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Given, Refusal, origin};
use crate::Sandbox;
use crate::fail::put;
use crate::follower::{Entry, Follower};
use crate::push::{Incoming, Outgoing, Refused, accept};

/// How long a request waits for its push to be over before it answers.
const WAIT: Duration = Duration::from_secs(3);

/// Names for followers nobody named.
const NAMES: [&str; 8] = ["林晓", "周建国", "王秀英", "陈默", "赵敏", "刘洋", "孙丽", "何伟"];

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unknown(sentence) => Self::unknown(sentence),
            Refused::Content(sentence) => Self::bad(sentence),
            Refused::NotFollowing => Self(StatusCode::CONFLICT, "还没有关注该公众号：请先关注".to_owned()),
        }
    }
}

fn unknown() -> Refusal {
    Refusal::unknown("没有这个公众号或粉丝")
}

/// Every follower of an account.
pub(super) async fn list(State(sandbox): State<Sandbox>, Path(name): Path<String>) -> Result<Json<Value>, Refusal> {
    sandbox.look(|world, _| {
        let account = world.accounts.get(&name).ok_or_else(unknown)?;
        Ok(Json(account.followers.values().map(summary).collect()))
    })
}

fn summary(follower: &Follower) -> Value {
    json!({
        "openid": follower.openid,
        "nickname": follower.nickname,
        "subscribed": follower.subscribed,
        "subscribed_at": follower.subscribed_at,
        "blacklisted": follower.blacklisted,
    })
}

#[derive(Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    nickname: String,
    follow: bool,
    scene: String,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { nickname: String::new(), follow: true, scene: String::new() }
    }
}

/// Makes a follower, who follows at once unless `follow` is false. The body may be empty.
pub(super) async fn create(
    State(sandbox): State<Sandbox>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Given(wanted): Given<Wanted>,
) -> Result<Json<Value>, Refusal> {
    let openid = sandbox.inner.random.openid();
    let outgoing = sandbox.change(|world, now| {
        let account = world.accounts.get_mut(&name).ok_or_else(unknown)?;
        let given = NAMES.iter().cycle().nth(account.followers.len() % NAMES.len()).copied().unwrap_or_default();
        let nickname = if wanted.nickname.is_empty() { given.to_owned() } else { wanted.nickname };
        let follower = Follower { openid: openid.clone(), nickname, ..Follower::default() };
        account.followers.insert(openid.clone(), follower);
        if !wanted.follow {
            return Ok(None);
        }
        let deed = Incoming { kind: "subscribe".to_owned(), content: wanted.scene.into(), ..Incoming::default() };
        accept(&sandbox, world, (&name, &openid), (&deed, &origin(&headers)), now).map_err(Refusal::from)
    })?;
    settle(&sandbox, outgoing).await;
    Ok(Json(json!({"openid": openid})))
}

/// Starts the push and waits for its end, but not for long; returns the delivery's number and result.
async fn settle(sandbox: &Sandbox, outgoing: Option<Outgoing>) -> Value {
    let Some(outgoing) = outgoing else { return json!({"delivery": null, "msg_id": null, "result": null}) };
    let (delivery, msg_id) = (outgoing.delivery, outgoing.message.id.clone());
    let over = sandbox.deliver(outgoing);
    // A slow callback is no error here: the log tells how it ends.
    let _ = tokio::time::timeout(WAIT, over).await;
    let result = sandbox.look(|world, _| world.delivery_mut(delivery).map(|delivery| delivery.result));
    json!({"delivery": delivery, "msg_id": msg_id, "result": result})
}

/// One follower with the menu they see and the windows that are open.
pub(super) async fn show(
    State(sandbox): State<Sandbox>,
    Path((name, openid)): Path<(String, String)>,
) -> Result<Json<Value>, Refusal> {
    sandbox.look(|world, now| {
        let account = world.accounts.get(&name).ok_or_else(unknown)?;
        let follower = account.followers.get(&openid).ok_or_else(unknown)?;
        let windows = [follower.windows.touch, follower.windows.message];
        let open = windows.iter().filter(|window| now < window.until);
        let mut shown = summary(follower);
        put(&mut shown, "menu", account.menus.shown_to(&follower.tags).cloned());
        put(&mut shown, "typing", now < follower.typing_until);
        put(&mut shown, "tags", follower.tags.clone());
        put(&mut shown, "messages_left", open.clone().map(|window| window.left).sum::<u32>());
        put(&mut shown, "window_until", open.map(|window| window.until).max());
        Ok(Json(shown))
    })
}

/// Lets the follower do something: `{type, content}`.
pub(super) async fn send(
    State(sandbox): State<Sandbox>,
    Path((name, openid)): Path<(String, String)>,
    headers: HeaderMap,
    Given(incoming): Given<Incoming>,
) -> Result<Json<Value>, Refusal> {
    let outgoing =
        sandbox.change(|world, now| accept(&sandbox, world, (&name, &openid), (&incoming, &origin(&headers)), now))?;
    Ok(Json(settle(&sandbox, outgoing).await))
}

/// Everything the follower sees, oldest first.
pub(super) async fn chat(
    State(sandbox): State<Sandbox>,
    Path((name, openid)): Path<(String, String)>,
) -> Result<Json<Vec<Entry>>, Refusal> {
    sandbox.look(|world, _| {
        let account = world.accounts.get(&name).ok_or_else(unknown)?;
        let follower = account.followers.get(&openid).ok_or_else(unknown)?;
        Ok(Json(follower.chat.iter().cloned().collect()))
    })
}

/// Every template of notices, and what the follower said of it.
pub(super) async fn notices(
    State(sandbox): State<Sandbox>,
    Path((name, openid)): Path<(String, String)>,
) -> Result<Json<Value>, Refusal> {
    sandbox.look(|world, _| {
        let account = world.accounts.get(&name).ok_or_else(unknown)?;
        let follower = account.followers.get(&openid).ok_or_else(unknown)?;
        let templates = account.consents(follower);
        Ok(Json(json!({"refuses_all": follower.refuses_notices, "templates": templates})))
    })
}
