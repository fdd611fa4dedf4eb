//! Mass sending (reference §7).

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wechat::wire::draft::Article;
use wechat::wire::mass::{MassContent, MassDelete, MassFilter, MassSpeed, MassState};

use super::Call;
use super::draft::remove_pages;
use super::kf::TEXT_BYTES;
use crate::Protection;
use crate::fail::{Answer, Fail, Outcome};
use crate::follower::Direction;
use crate::mass::{CLIENT_ID_KEPT, Job, State, Target, shown};
use crate::page::{Issue, Way};

/// Bytes of a `clientmsgid`.
const CLIENT_ID: usize = 32;
/// Openids of a list.
const LISTED: std::ops::RangeInclusive<usize> = 2..=10_000;
/// What the five speeds are, in ten thousands a minute.
const SPEEDS: [i64; 5] = [80, 60, 45, 30, 10];

/// To everybody or to those of a tag.
pub(super) fn send_all(call: &mut Call<'_>) -> Outcome {
    let request: Value = call.json()?;
    let filter: MassFilter = part(&request, "filter")?;
    let target = match filter.tag_id.and_then(|tag| u64::try_from(tag).ok()) {
        _ if filter.is_to_all => Target::Everybody,
        Some(tag) if tag == 2 || call.account.tags.iter().any(|known| known.id == tag) => Target::Tag(tag),
        _ => return Err(Fail::new(40152)),
    };
    submit(call, &request, target)
}

/// To a list.
pub(super) fn send(call: &mut Call<'_>) -> Outcome {
    let request: Value = call.json()?;
    let openids: Vec<String> = part(&request, "touser").map_err(|_| Fail::new(40031))?;
    if openids.len() < *LISTED.start() {
        return Err(Fail::new(40130));
    }
    if !LISTED.contains(&openids.len()) {
        return Err(Fail::new(40032));
    }
    if !openids.iter().any(|openid| call.account.followers.contains_key(openid)) {
        return Err(Fail::new(40031));
    }
    submit(call, &request, Target::List(openids))
}

fn part<T: DeserializeOwned>(request: &Value, name: &str) -> Result<T, Fail> {
    let part = request.get(name).cloned().ok_or_else(|| Fail::new(40035))?;
    serde_json::from_value(part).map_err(|_| Fail::new(47001))
}

/// Takes the job, unless the same was taken before: that is asked first, because what the first used up, a draft or
/// the day's quota, would refuse the second.
fn submit(call: &mut Call<'_>, request: &Value, target: Target) -> Outcome {
    let client_id = client_id(request, &target)?;
    answer_repeat(call, &client_id)?;
    let (content, articles) = content(call, request)?;
    if call.account.jobs.iter().any(|job| job.state == State::Confirming) {
        return Err(Fail::new(89504));
    }
    if !call.account.has_mass_quota(&target, call.now) {
        return Err(Fail::new(45028));
    }
    let ignore_reprint = request.get("send_ignore_reprint").is_some_and(|flag| flag == 1 || flag == true);
    let msg_id = call.account.job_id();
    let msg_data_id = (!articles.is_empty()).then(|| call.account.job_id());
    let waits = call.account.settings.mass_protection == Protection::Administrator;
    let job = Job {
        msg_id,
        msg_data_id,
        client_id,
        target,
        content,
        articles,
        ignore_reprint,
        origin: call.origin.to_owned(),
        at: call.now,
        asked_at: call.now,
        due: call.account.mass_due(call.now),
        state: if waits { State::Confirming } else { State::Sending },
        status: String::new(),
        ended_at: None,
        sent: Vec::new(),
        over_quota: Vec::new(),
        pages: Vec::new(),
        told: 0,
    };
    call.account.jobs.push(job);
    let mut answer = json!({"errcode": 0, "errmsg": "send job submission success", "msg_id": msg_id});
    if let Some(msg_data_id) = msg_data_id {
        crate::fail::put(&mut answer, "msg_data_id", msg_data_id);
    }
    Ok(Answer::Json(answer))
}

/// The caller's own name of the job; without one, target and content make it.
fn client_id(request: &Value, target: &Target) -> Result<String, Fail> {
    let given = request.get("clientmsgid").and_then(Value::as_str).unwrap_or_default();
    if given.len() > CLIENT_ID {
        return Err(Fail::new(45067));
    }
    if !given.is_empty() {
        return Ok(given.to_owned());
    }
    let kind = request.get("msgtype").and_then(Value::as_str).unwrap_or_default();
    let branch = request.get(kind).or_else(|| request.get("images")).unwrap_or(&Value::Null);
    Ok(wechat::signature([&*json!(target).to_string(), kind, &branch.to_string()]))
}

/// 45065 with the first job's number for a name that was used within 24 hours, 45066 within a minute of the last time.
fn answer_repeat(call: &mut Call<'_>, client_id: &str) -> Result<(), Fail> {
    let now = call.now;
    let known = |job: &&mut Job| job.client_id == client_id && now.saturating_sub(job.at) < CLIENT_ID_KEPT;
    let Some(job) = call.account.jobs.iter_mut().rev().find(known) else { return Ok(()) };
    if now.saturating_sub(job.asked_at) < 60 {
        return Err(Fail::new(45066));
    }
    job.asked_at = now;
    Err(Fail::new(45065).with("msg_id", job.msg_id))
}

/// What is to be sent, and a draft's articles.
fn content(call: &Call<'_>, request: &Value) -> Result<(MassContent, Vec<Article>), Fail> {
    let kind = request.get("msgtype").and_then(Value::as_str).unwrap_or_default();
    if !matches!(kind, "mpnews" | "text" | "voice" | "image" | "mpvideo") {
        return Err(Fail::new(if kind == "wxcard" { 45113 } else { 40008 }));
    }
    let content: MassContent = serde_json::from_value(request.clone()).map_err(|_| Fail::new(47001))?;
    let medium = |id: &str, kinds: &[&str]| {
        let known = call.account.medium(id, kinds, call.now);
        known.map(|_| ()).ok_or_else(|| Fail::new(if id.is_empty() { 41006 } else { 40007 }))
    };
    match &content {
        MassContent::MpNews { mpnews } => {
            let draft = call.account.drafts.get(&mpnews.media_id).ok_or_else(|| Fail::new(40007))?;
            return Ok((content.clone(), draft.articles.clone()));
        }
        MassContent::Text { text } if text.content.trim().is_empty() => return Err(Fail::new(44004)),
        MassContent::Text { text } if text.content.len() > TEXT_BYTES => return Err(Fail::new(45002)),
        MassContent::Text { .. } => {}
        MassContent::Voice { voice } => medium(&voice.media_id, &["voice"])?,
        MassContent::Image { images, image } => {
            let several = images.iter().flat_map(|images| &images.media_ids);
            let ids: Vec<&String> = several.chain(image.iter().map(|image| &image.media_id)).collect();
            if ids.is_empty() {
                return Err(Fail::new(41006));
            }
            ids.into_iter().try_for_each(|id| medium(id, &["image"]))?;
        }
        // A film that went through no `uploadvideo` was taken in the older flow.
        MassContent::MpVideo { mpvideo } if call.account.medium(&mpvideo.media_id, &["video"], call.now).is_some() => {
            if call.strict {
                return Err(Fail::new(48013));
            }
        }
        MassContent::MpVideo { mpvideo } => medium(&mpvideo.media_id, &["mpvideo"])?,
    }
    Ok((content, Vec::new()))
}

/// Shows one follower what would be sent; a WeChat name is the nickname of a follower here.
pub(super) fn preview(call: &mut Call<'_>) -> Outcome {
    let request: Value = call.json()?;
    let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
    let (openid, name) = (text("touser"), text("towxname"));
    let (content, articles) = content(call, &request)?;
    let mut followers = call.account.followers.values().filter(|follower| follower.subscribed);
    let wanted = if name.is_empty() {
        followers.find(|follower| follower.openid == openid).ok_or_else(|| Fail::new(40003))?
    } else {
        followers.find(|follower| follower.nickname == name).ok_or_else(|| Fail::new(40132))?
    };
    let openid = wanted.openid.clone();
    let msg_id = call.account.job_id();
    let lines = if articles.is_empty() {
        shown(&content)
    } else {
        let issue =
            Issue { articles: &articles, msg_data_id: msg_id, way: Way::Preview, targets: 1, origin: call.origin };
        let pages = call.account.open_pages(&issue, call.random, call.now);
        vec![call.account.cards(&pages, call.origin).with("preview", true)]
    };
    for line in lines {
        call.account.note(&openid, Direction::Out, call.now, line);
    }
    Ok(Answer::Json(json!({"errcode": 0, "errmsg": "preview success", "msg_id": msg_id})))
}

/// Takes articles away: 40059 unknown, 40065 before the job is over, 45162 for what is neither article nor film.
pub(super) fn delete(call: &mut Call<'_>) -> Outcome {
    let request: MassDelete = call.json()?;
    let page = request.url.and_then(|url| call.account.pages.values().find(|page| page.url == url));
    let number = match &request.msg_id {
        Some(_) => request.article_idx.unwrap_or(0),
        None => request.article_idx.or(page.map(|page| i64::from(page.index))).unwrap_or(0),
    };
    let page = page.map(|page| page.id.clone());
    let wanted = |job: &&mut Job| match (&request.msg_id, &page) {
        (Some(msg_id), _) => job.msg_id.to_string() == *msg_id,
        (None, Some(page)) => job.pages.contains(page),
        (None, None) => false,
    };
    let job = call.account.jobs.iter_mut().find(wanted).ok_or_else(|| Fail::new(40059))?;
    if !matches!(job.state, State::Done | State::Deleted) {
        return Err(Fail::new(40065));
    }
    if !matches!(job.content, MassContent::MpNews { .. } | MassContent::MpVideo { .. }) {
        return Err(Fail::new(45162));
    }
    if number == 0 {
        job.state = State::Deleted;
    }
    let pages = job.pages.clone();
    remove_pages(call, &pages, number, 40060)
}

/// How far a job is.
pub(super) fn state(call: &mut Call<'_>) -> Outcome {
    let id = call.json::<MassState>()?.msg_id;
    let job = call.account.jobs.iter().find(|job| job.msg_id.to_string() == id).ok_or_else(|| Fail::new(40059))?;
    let status = match job.state {
        State::Confirming | State::Sending => "SENDING",
        State::Done => "SEND_SUCCESS",
        State::Failed => "SEND_FAIL",
        State::Deleted => "DELETE",
    };
    Ok(Answer::Json(json!({"msg_id": job.msg_id, "msg_status": status})))
}

/// How fast jobs run.
pub(super) fn speed(call: &mut Call<'_>) -> Outcome {
    let speed = call.account.mass_speed;
    let real = SPEEDS.get(usize::from(speed)).copied().unwrap_or_default();
    Ok(Answer::Json(json!({"speed": speed, "realspeed": real})))
}

/// Sets it: 45083 outside 0–4, 45084 missing.
pub(super) fn set_speed(call: &mut Call<'_>) -> Outcome {
    let speed = call.json::<MassSpeed>()?.speed.ok_or_else(|| Fail::new(45084))?;
    let speed = u8::try_from(speed).ok().filter(|speed| *speed <= 4).ok_or_else(|| Fail::new(45083))?;
    call.account.mass_speed = speed;
    Ok(Answer::ok())
}
