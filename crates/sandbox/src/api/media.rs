//! Temporary media (reference §5).

use serde_json::json;

use super::Call;
use crate::fail::{Answer, Fail, Outcome};
use crate::media::{Medium, judge, judge_picture};

/// Keeps a file for three days.
pub(super) fn upload(call: &mut Call<'_>) -> Outcome {
    let kind = call.query.get("type");
    let file = call.body.file("media").ok_or_else(|| Fail::new(41005))?;
    if file.name.is_empty() {
        return Err(Fail::new(41005));
    }
    let content_type = judge(kind, &file.name, &file.bytes).map_err(Fail::new)?;
    let id = call.random.id(64);
    call.media.put(&id, file.bytes.clone());
    let medium = Medium {
        id: id.clone(),
        kind: kind.to_owned(),
        content_type: content_type.to_owned(),
        name: file.name.clone(),
        created_at: call.now,
        ..Medium::default()
    };
    call.account.media.insert(id.clone(), medium);
    let name = if kind == "thumb" { "thumb_media_id" } else { "media_id" };
    Ok(Answer::Json(json!({"type": kind, name: id, "created_at": call.now})))
}

/// Keeps a picture for articles and gives its address.
pub(super) fn upload_picture(call: &mut Call<'_>) -> Outcome {
    let file = call.body.file("media").filter(|file| !file.name.is_empty()).ok_or_else(|| Fail::new(41005))?;
    let content_type = judge_picture(&file.name, &file.bytes).map_err(Fail::new)?;
    let id = call.random.id(64);
    call.media.put(&id, file.bytes.clone());
    let medium = Medium {
        id: id.clone(),
        kind: "picture".to_owned(),
        content_type: content_type.to_owned(),
        name: file.name.clone(),
        created_at: call.now,
        lasting: true,
        ..Medium::default()
    };
    call.account.media.insert(id.clone(), medium);
    Ok(Answer::Json(json!({"url": format!("{}/_media/{id}", call.origin)})))
}

/// The file again; 40007 once it is too old.
pub(super) fn get(call: &mut Call<'_>) -> Outcome {
    let id = call.query.get("media_id");
    if id.is_empty() {
        return Err(Fail::new(41006));
    }
    let medium = call.account.media.get(id).filter(|medium| medium.is_alive(call.now));
    let found = medium.and_then(|medium| Some((medium, call.media.get(id)?)));
    let (medium, bytes) = found.ok_or_else(|| Fail::new(40007))?;
    if medium.kind == "video" {
        return Ok(Answer::Json(json!({"video_url": format!("{}/_media/{id}", call.origin)})));
    }
    let ending = medium.name.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
    Ok(Answer::File(medium.content_type.clone(), format!("{id}.{ending}"), bytes.to_vec()))
}
