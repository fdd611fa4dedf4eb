//! What was sent to many, and what readers do with articles.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Given, Refusal};
use crate::Sandbox;
use crate::mass::Job;
use crate::page::{Act, Page, Reading, Remark};
use crate::world::Account;

/// Characters of a comment.
const COMMENT: usize = 600;

fn unknown() -> Refusal {
    Refusal::unknown("没有这个公众号")
}

/// Every mass send that was accepted, oldest first: what it was, to whom it truly went and when, how often its end was
/// told.
pub(super) async fn list(State(sandbox): State<Sandbox>, Path(name): Path<String>) -> Result<Json<Value>, Refusal> {
    sandbox.look(|world, _| {
        let account = world.accounts.get(&name).ok_or_else(unknown)?;
        Ok(Json(account.jobs.iter().map(Job::record).collect()))
    })
}

#[derive(Deserialize)]
pub(super) struct Decision {
    confirmed: bool,
}

/// The administrator confirms a waiting mass send or refuses it.
pub(super) async fn confirm(
    State(sandbox): State<Sandbox>,
    Path((name, msg_id)): Path<(String, u64)>,
    Given(decision): Given<Decision>,
) -> Result<Json<Value>, Refusal> {
    let outgoing = sandbox.change(|world, now| {
        let account = world.accounts.get_mut(&name).ok_or_else(unknown)?;
        let events = account.confirm(msg_id, decision.confirmed, &mut world.faults, now);
        let events = events.ok_or_else(|| Refusal::unknown("没有等待确认的这次群发"))?;
        Ok::<_, Refusal>(events.into_iter().filter_map(|event| world.told(&name, event, now)).collect::<Vec<_>>())
    })?;
    for outgoing in outgoing {
        drop(sandbox.deliver(outgoing));
    }
    list(State(sandbox), Path(name)).await
}

/// Every article that has an address, with what readers did, oldest first.
pub(super) async fn articles(State(sandbox): State<Sandbox>, Path(name): Path<String>) -> Result<Json<Value>, Refusal> {
    sandbox.look(|world, now| {
        let account = world.accounts.get(&name).ok_or_else(unknown)?;
        let mut pages: Vec<&Page> = account.pages.values().collect();
        pages.sort_by_key(|page| (page.at, page.msg_data_id, page.index));
        let shown = |page: &&Page| {
            json!({
                "id": page.id,
                "url": page.url,
                "msg_data_id": page.msg_data_id,
                "index": page.index,
                "title": page.article.title,
                "way": page.way,
                "at": page.at,
                "open": page.is_open(now),
                "read": page.count(Act::Read),
                "liked": page.count(Act::Like),
                "shared": page.count(Act::Share),
                "comments": page.comments.len(),
            })
        };
        Ok(Json(pages.iter().map(shown).collect()))
    })
}

#[derive(Deserialize)]
pub(super) struct Doing {
    act: String,
    #[serde(default)]
    content: String,
}

/// Lets a follower do something with an article: `read`, `original`, `share`, `favourite`, `like`, or `comment` with
/// its `content`. A second like takes the first back.
pub(super) async fn read(
    State(sandbox): State<Sandbox>,
    Path((name, openid, id)): Path<(String, String, String)>,
    Given(doing): Given<Doing>,
) -> Result<Json<Value>, Refusal> {
    sandbox.change(|world, now| {
        let account = world.accounts.get_mut(&name).ok_or_else(unknown)?;
        let follower = account.followers.get(&openid).ok_or_else(|| Refusal::unknown("没有这个粉丝"))?;
        let is_fan = follower.subscribed;
        let number = i64::try_from(account.next()).unwrap_or(i64::MAX);
        let page = open_page(account, &id, now)?;
        if doing.act == "comment" {
            let remark = comment(page, (&openid, is_fan), &doing.content)?;
            page.comments.push(Remark { id: number, at: now, ..remark });
        } else {
            let act = serde_json::from_value(json!(doing.act));
            let act = act.map_err(|_| Refusal::bad(format!("不认识的操作“{}”", doing.act)))?;
            note(page, &openid, act, now);
        }
        Ok(Json(json!({
            "read": page.count(Act::Read),
            "liked": page.count(Act::Like),
            "shared": page.count(Act::Share),
            "favourites": page.count(Act::Favourite),
        })))
    })
}

fn open_page<'a>(account: &'a mut Account, id: &str, now: i64) -> Result<&'a mut Page, Refusal> {
    let page = account.pages.get_mut(id).filter(|page| page.is_open(now));
    page.ok_or_else(|| Refusal::unknown("没有这篇文章，或已被删除"))
}

/// Notes what a reader did; a second like takes the first back.
pub(crate) fn note(page: &mut Page, openid: &str, act: Act, now: i64) {
    let before = page.deeds.len();
    if act == Act::Like {
        page.deeds.retain(|deed| deed.act != Act::Like || deed.openid != openid);
    }
    if page.deeds.len() == before {
        page.deeds.push(Reading { at: now, openid: openid.to_owned(), act });
    }
}

fn comment(page: &Page, (openid, is_fan): (&str, bool), content: &str) -> Result<Remark, Refusal> {
    if !page.comments_open {
        return Err(Refusal::bad("这篇文章没有开放留言"));
    }
    if page.article.only_fans_can_comment && !is_fan {
        return Err(Refusal::bad("关注公众号后才能留言"));
    }
    if content.trim().is_empty() || content.chars().count() > COMMENT {
        return Err(Refusal::bad("留言应为 1–600 字"));
    }
    let content = content.to_owned();
    Ok(Remark { id: 0, openid: openid.to_owned(), at: 0, content, elected: false, reply: None })
}
