//! Tags of followers (reference §4).

use serde::Deserialize;
use serde_json::{Value, json};

use super::Call;
use super::user::{Openids, page};
use crate::fail::{Answer, Fail, Outcome};
use crate::world::{Account, Tag};

/// The first id given to a tag of the account's own.
const FIRST: u64 = 100;
/// Tags an account may have.
const TAGS: usize = 100;
/// Tags a follower may carry.
const PER_FOLLOWER: usize = 20;
/// Followers one call may tag.
const PER_CALL: usize = 50;
/// Followers of a tag that may still be deleted.
const DELETABLE: usize = 100_000;

#[derive(Deserialize)]
struct Named {
    tag: Wanted,
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    id: u64,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct OfTag {
    tagid: u64,
    #[serde(default)]
    next_openid: Option<String>,
}

/// Makes a tag: 45157 taken or empty, 45158 too long, 45056 too many.
pub(super) fn create(call: &mut Call<'_>) -> Outcome {
    let wanted = call.json::<Named>()?.tag;
    check_name(call, &wanted)?;
    if call.account.tags.len() >= TAGS {
        return Err(Fail::new(45056));
    }
    let id = call.account.tags.iter().map(|tag| tag.id + 1).max().unwrap_or(FIRST).max(FIRST);
    call.account.tags.push(Tag { id, name: wanted.name.clone() });
    Ok(Answer::Json(json!({"tag": {"id": id, "name": wanted.name}})))
}

/// Every tag with the number of its followers; 2 is the system's 星标组.
pub(super) fn list(call: &mut Call<'_>) -> Outcome {
    let account = &*call.account;
    let count = |id: u64| carriers(account, id);
    let mut tags = vec![json!({"id": 2, "name": "星标组", "count": count(2)})];
    tags.extend(account.tags.iter().map(|tag| json!({"id": tag.id, "name": tag.name, "count": count(tag.id)})));
    Ok(Answer::Json(json!({"tags": tags})))
}

/// Renames a tag: 45058 for the system's.
pub(super) fn update(call: &mut Call<'_>) -> Outcome {
    let wanted = call.json::<Named>()?.tag;
    check_own(call, wanted.id)?;
    check_name(call, &wanted)?;
    for tag in call.account.tags.iter_mut().filter(|tag| tag.id == wanted.id) {
        tag.name.clone_from(&wanted.name);
    }
    Ok(Answer::ok())
}

/// Deletes a tag and takes it off its followers: 45057 while too many carry it.
pub(super) fn delete(call: &mut Call<'_>) -> Outcome {
    let wanted = call.json::<Named>()?.tag;
    check_own(call, wanted.id)?;
    if carriers(call.account, wanted.id) > DELETABLE {
        return Err(Fail::new(45057));
    }
    call.account.tags.retain(|tag| tag.id != wanted.id);
    for follower in call.account.followers.values_mut() {
        follower.tags.retain(|tag| *tag != wanted.id);
    }
    Ok(Answer::ok())
}

/// Followers that carry a tag.
pub(super) fn members(call: &mut Call<'_>) -> Outcome {
    let request: OfTag = call.json()?;
    check_known(call, request.tagid)?;
    let followers = call.account.followers.values();
    let carrying = followers.filter(|one| one.subscribed && one.tags.contains(&request.tagid));
    let all: Vec<&str> = carrying.map(|one| one.openid.as_str()).collect();
    Ok(Answer::Json(page(&all, request.next_openid.as_deref().unwrap_or_default(), 10_000, false)))
}

/// Puts a tag on up to 50 followers: 45059 for the 21st tag of one.
pub(super) fn put_on(call: &mut Call<'_>) -> Outcome {
    let (openids, tag) = batch(call)?;
    let full = |openid: &String| {
        let tags = call.account.followers.get(openid).map(|one| one.tags.as_slice()).unwrap_or_default();
        tags.len() >= PER_FOLLOWER && !tags.contains(&tag)
    };
    if openids.iter().any(full) {
        return Err(Fail::new(45059));
    }
    for openid in &openids {
        if let Some(follower) = call.account.followers.get_mut(openid)
            && !follower.tags.contains(&tag)
        {
            follower.tags.push(tag);
        }
    }
    Ok(Answer::ok())
}

/// Takes a tag off up to 50 followers.
pub(super) fn take_off(call: &mut Call<'_>) -> Outcome {
    let (openids, tag) = batch(call)?;
    for openid in &openids {
        if let Some(follower) = call.account.followers.get_mut(openid) {
            follower.tags.retain(|carried| *carried != tag);
        }
    }
    Ok(Answer::ok())
}

/// The tags of one follower.
pub(super) fn of_follower(call: &mut Call<'_>) -> Outcome {
    #[derive(Deserialize)]
    struct Request {
        openid: String,
    }
    let request: Request = call.json()?;
    let follower = call.account.subscribed(&request.openid).ok_or_else(|| Fail::new(40003))?;
    Ok(Answer::Json(json!({"tagid_list": follower.tags})))
}

/// How many followers carry a tag.
fn carriers(account: &Account, tag: u64) -> usize {
    account.followers.values().filter(|one| one.subscribed && one.tags.contains(&tag)).count()
}

/// The openids and the tag of a batch, every one of them known.
fn batch(call: &mut Call<'_>) -> Result<(Vec<String>, u64), Fail> {
    let request: Value = call.json()?;
    let tag = request.get("tagid").and_then(Value::as_u64).ok_or_else(|| Fail::new(45159))?;
    let openids = call.json::<Openids>()?.openid_list;
    if openids.is_empty() || openids.len() > PER_CALL {
        return Err(Fail::new(40032));
    }
    check_known(call, tag)?;
    if openids.iter().any(|openid| call.account.subscribed(openid).is_none()) {
        return Err(Fail::new(49003));
    }
    Ok((openids, tag))
}

fn check_known(call: &Call<'_>, id: u64) -> Result<(), Fail> {
    let known = id == 2 || call.account.tags.iter().any(|tag| tag.id == id);
    if known { Ok(()) } else { Err(Fail::new(45159)) }
}

fn check_own(call: &Call<'_>, id: u64) -> Result<(), Fail> {
    if id < 3 {
        return Err(Fail::new(45058));
    }
    check_known(call, id)
}

/// The bound is 30 bytes on one page and 30 characters on another; strict takes bytes.
fn check_name(call: &Call<'_>, wanted: &Wanted) -> Result<(), Fail> {
    let length = if call.strict { wanted.name.len() } else { wanted.name.chars().count() };
    if length > 30 {
        return Err(Fail::new(45158));
    }
    let taken = call.account.tags.iter().any(|tag| tag.name == wanted.name && tag.id != wanted.id);
    if wanted.name.trim().is_empty() || taken { Err(Fail::new(45157)) } else { Ok(()) }
}
