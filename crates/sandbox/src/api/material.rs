//! Permanent material (reference §5).

use serde_json::{Value, json};
use wechat::wire::material::{
    FilmForMass, FilmWords, MaterialCount, MaterialItem, MaterialPage, MaterialRange, MediaId,
};

use super::Call;
use crate::fail::{Answer, Fail, Outcome};
use crate::media::{Medium, judge_lasting};
use crate::page::whole;

/// Pictures and covers an account may keep, and films or voices.
const MOST: (usize, usize) = (100_000, 1000);

/// Keeps a file until it is deleted.
pub(super) fn add(call: &mut Call<'_>) -> Outcome {
    let kind = call.query.get("type");
    let file = call.body.file("media").filter(|file| !file.name.is_empty()).ok_or_else(|| Fail::new(41005))?;
    let content_type = judge_lasting(kind, &file.name, &file.bytes).map_err(Fail::new)?;
    let words = if kind == "video" { words(call)? } else { FilmWords::default() };
    let is_picture = matches!(kind, "image" | "thumb");
    let kept = call.account.media.values().filter(|medium| medium.lasting && of_kind(medium, kind)).count();
    if kept >= if is_picture { MOST.0 } else { MOST.1 } {
        return Err(Fail::new(45074));
    }
    let id = call.random.id(64);
    call.media.put(&id, file.bytes.clone());
    let medium = Medium {
        id: id.clone(),
        kind: kind.to_owned(),
        content_type: content_type.to_owned(),
        name: file.name.clone(),
        created_at: call.now,
        lasting: true,
        title: words.title,
        introduction: words.introduction,
    };
    call.account.media.insert(id.clone(), medium);
    let url = is_picture.then(|| format!("{}/_media/{id}", call.origin));
    Ok(Answer::Json(json!({"media_id": id, "url": url.unwrap_or_default(), "item": []})))
}

/// A film's words: a field of the form, or as one SDK sends them a parameter.
fn words(call: &Call<'_>) -> Result<FilmWords, Fail> {
    let given = call.query.get("description");
    let words = call.body.file("description").map_or(given.as_bytes(), |words| &words.bytes);
    if words.is_empty() {
        return Err(Fail::new(40035));
    }
    serde_json::from_slice(words).map_err(|_| Fail::new(47001))
}

/// Whether a medium is listed under `kind`; covers are pictures.
fn of_kind(medium: &Medium, kind: &str) -> bool {
    let kind = if kind == "thumb" { "image" } else { kind };
    medium.kind == kind || (medium.kind == "thumb" && kind == "image")
}

fn known<'a>(call: &'a Call<'_>, id: &str) -> Result<&'a Medium, Fail> {
    if id.is_empty() {
        return Err(Fail::new(41006));
    }
    call.account.media.get(id).filter(|medium| is_listed(medium)).ok_or_else(|| Fail::new(40007))
}

/// Pictures of articles and temporary media are in no list.
fn is_listed(medium: &Medium) -> bool {
    medium.lasting && medium.kind != "picture"
}

/// The file again, or where a film is.
pub(super) fn get(call: &mut Call<'_>) -> Outcome {
    let id = call.json::<MediaId>()?.media_id;
    let medium = known(call, &id)?;
    if medium.kind == "video" {
        let url = format!("{}/_media/{id}", call.origin);
        return Ok(Answer::Json(json!({"title": medium.title, "description": medium.introduction, "down_url": url})));
    }
    let bytes = call.media.get(&id).ok_or_else(|| Fail::new(40007))?;
    Ok(Answer::File(medium.content_type.clone(), medium.name.clone(), bytes.to_vec()))
}

/// Deletes it: 48005 while a button of the menu shows it.
pub(super) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.json::<MediaId>()?.media_id;
    known(call, &id)?;
    let uses = |part: Value| part.to_string().contains(&id);
    if uses(json!(call.account.menus)) || uses(json!(call.account.settings.autoreply)) {
        return Err(Fail::new(48005));
    }
    call.account.media.remove(&id);
    Ok(Answer::ok())
}

/// How much there is of each kind.
pub(super) fn count(call: &mut Call<'_>) -> Outcome {
    let of = |kind: &str| {
        let media = call.account.media.values();
        whole(media.filter(|medium| is_listed(medium) && of_kind(medium, kind)).count())
    };
    let count =
        MaterialCount { voice_count: of("voice"), video_count: of("video"), image_count: of("image"), news_count: 0 };
    Ok(Answer::Json(json!(count)))
}

/// Up to 20 of a kind, newest first.
pub(super) fn list(call: &mut Call<'_>) -> Outcome {
    let range: MaterialRange = call.json()?;
    if !matches!(range.kind.as_str(), "image" | "video" | "voice" | "news") {
        return Err(Fail::new(40004));
    }
    let media = call.account.media.values().filter(|medium| is_listed(medium) && of_kind(medium, &range.kind));
    let mut media: Vec<&Medium> = media.collect();
    media.sort_by_key(|medium| std::cmp::Reverse((medium.created_at, &medium.id)));
    let total_count = whole(media.len());
    let item = |medium: &Medium| MaterialItem {
        media_id: medium.id.clone(),
        name: medium.name.clone(),
        update_time: medium.created_at,
        url: if medium.content_type.starts_with("image/") {
            format!("{}/_media/{}", call.origin, medium.id)
        } else {
            String::new()
        },
    };
    let item: Vec<MaterialItem> = page(media, range.offset, range.count)?.map(item).collect();
    Ok(Answer::Json(json!(MaterialPage { total_count, item_count: whole(item.len()), item })))
}

/// The part of a list that was asked for: 40035 for a wrong beginning or a length outside 1–20.
pub(super) fn page<T>(all: Vec<T>, offset: i64, count: i64) -> Result<impl Iterator<Item = T>, Fail> {
    let wrong = || Fail::new(40035);
    let offset = usize::try_from(offset).map_err(|_| wrong())?;
    let count = usize::try_from(count).ok().filter(|count| (1..=20).contains(count)).ok_or_else(wrong)?;
    Ok(all.into_iter().skip(offset).take(count))
}

/// Makes of an uploaded film one for mass sends.
pub(super) fn film_for_mass(call: &mut Call<'_>) -> Outcome {
    let film: FilmForMass = call.json()?;
    let known = call.account.media.get(&film.media_id).filter(|medium| medium.is_alive(call.now));
    let known = known.filter(|medium| medium.kind == "video").ok_or_else(|| Fail::new(40007))?;
    let (medium, bytes) = (known.clone(), call.media.get(&film.media_id).ok_or_else(|| Fail::new(40007))?);
    let id = call.random.id(64);
    call.media.put(&id, bytes.to_vec());
    let made = Medium {
        id: id.clone(),
        kind: "mpvideo".to_owned(),
        created_at: call.now,
        lasting: false,
        title: film.title,
        introduction: film.description,
        ..medium
    };
    call.account.media.insert(id.clone(), made);
    Ok(Answer::Json(json!({"type": "video", "media_id": id, "created_at": call.now})))
}

/// A call of the scheme before drafts.
pub(super) fn retired(_: &mut Call<'_>) -> Outcome {
    Err(Fail::new(45103))
}
