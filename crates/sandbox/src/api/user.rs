//! Followers and the blacklist (reference §4).

use serde::Deserialize;
use serde_json::{Value, json};

use super::Call;
use crate::fail::{Answer, Fail, Outcome, put};
use crate::follower::Follower;

/// Openids a page of followers holds.
const PAGE: usize = 10_000;

#[derive(Deserialize)]
pub(super) struct Openids {
    pub(super) openid_list: Vec<String>,
}

/// Openids of followers after `next_openid`.
pub(super) fn list(call: &mut Call<'_>) -> Outcome {
    let followers = call.account.followers.values();
    let all: Vec<&str> = followers.filter(|one| one.subscribed).map(|one| one.openid.as_str()).collect();
    Ok(Answer::Json(page(&all, call.query.get("next_openid"), PAGE, true)))
}

/// One page of openids in their order; `data` is absent on an empty page.
pub(super) fn page(all: &[&str], after: &str, size: usize, total: bool) -> Value {
    let page: Vec<&str> = all.iter().copied().filter(|openid| *openid > after).take(size).collect();
    let mut answer = json!({"count": page.len(), "next_openid": page.last().copied().unwrap_or_default()});
    if total {
        put(&mut answer, "total", all.len());
    }
    if !page.is_empty() {
        put(&mut answer, "data", json!({"openid": page}));
    }
    answer
}

/// What the account may know of one person; names and pictures are no longer given (since 2021-12-27).
pub(super) fn info(call: &mut Call<'_>) -> Outcome {
    let openid = call.query.get("openid");
    if openid.is_empty() {
        return Err(Fail::new(41009));
    }
    call.account.followers.get(openid).map(|one| Answer::Json(known(one))).ok_or_else(|| Fail::new(40003))
}

/// The same for up to 100; one openid of another account fails all.
pub(super) fn infos(call: &mut Call<'_>) -> Outcome {
    #[derive(Deserialize)]
    struct One {
        openid: String,
    }
    #[derive(Deserialize)]
    struct Request {
        user_list: Vec<One>,
    }
    let request: Request = call.json()?;
    if request.user_list.is_empty() || request.user_list.len() > 100 {
        return Err(Fail::new(40032));
    }
    let followers = &call.account.followers;
    let found = request.user_list.iter().map(|one| followers.get(&one.openid).map(known));
    let list: Option<Vec<Value>> = found.collect();
    list.map(|list| Answer::Json(json!({"user_info_list": list}))).ok_or_else(|| Fail::new(40003))
}

fn known(one: &Follower) -> Value {
    if !one.subscribed {
        return json!({"subscribe": 0, "openid": one.openid});
    }
    json!({
        "subscribe": 1,
        "openid": one.openid,
        "language": "",
        "subscribe_time": one.subscribed_at,
        "remark": one.remark,
        "groupid": one.tags.first().copied().unwrap_or(0),
        "tagid_list": one.tags,
        "subscribe_scene": one.scene,
        "qr_scene": one.qr_scene,
        "qr_scene_str": one.qr_scene_str,
    })
}

/// Sets the account's own name for a follower, at most 30 characters.
pub(super) fn remark(call: &mut Call<'_>) -> Outcome {
    #[derive(Deserialize)]
    struct Request {
        openid: String,
        remark: String,
    }
    let request: Request = call.json()?;
    if request.remark.chars().count() > 30 {
        return Err(Fail::new(40035));
    }
    call.account.subscribed(&request.openid).ok_or_else(|| Fail::new(40003))?.remark = request.remark;
    Ok(Answer::ok())
}

/// Openids on the blacklist. The page size is 10,000 in the sample and 1,000 on the current page (strict).
pub(super) fn blacklist(call: &mut Call<'_>) -> Outcome {
    #[derive(Deserialize)]
    struct Request {
        #[serde(default)]
        begin_openid: String,
    }
    let request: Request = call.json()?;
    let followers = call.account.followers.values();
    let all: Vec<&str> = followers.filter(|one| one.blacklisted).map(|one| one.openid.as_str()).collect();
    let size = if call.strict { 1000 } else { PAGE };
    Ok(Answer::Json(page(&all, &request.begin_openid, size, true)))
}

/// Puts up to 20 followers on the blacklist.
pub(super) fn block(call: &mut Call<'_>) -> Outcome {
    set_blacklisted(call, true)
}

/// Takes up to 20 followers off the blacklist.
pub(super) fn unblock(call: &mut Call<'_>) -> Outcome {
    set_blacklisted(call, false)
}

fn set_blacklisted(call: &mut Call<'_>, blacklisted: bool) -> Outcome {
    let request: Openids = call.json()?;
    if request.openid_list.is_empty() || request.openid_list.len() > 20 {
        return Err(Fail::new(40032));
    }
    if !request.openid_list.iter().all(|openid| call.account.followers.contains_key(openid)) {
        return Err(Fail::new(49003));
    }
    for openid in &request.openid_list {
        if let Some(follower) = call.account.followers.get_mut(openid) {
            follower.blacklisted = blacklisted;
        }
    }
    Ok(Answer::ok())
}
