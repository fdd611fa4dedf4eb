//! Scene QR codes (reference §12.1).

use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Call;
use crate::Sandbox;
use crate::fail::{Answer, Fail, Outcome, put};
use crate::qrcode::{Scene, SceneCode, picture};

/// The longest life of a temporary code, in seconds.
const LONGEST: i64 = 2_592_000;

/// Makes a code: 40052 for an unknown kind, 40053 for a bad scene.
pub(super) fn create(call: &mut Call<'_>) -> Outcome {
    let request: Value = call.json()?;
    let action = request.get("action_name").and_then(Value::as_str).unwrap_or_default();
    let scene = request.pointer("/action_info/scene").unwrap_or(&Value::Null);
    let (scene, lasting) = match action {
        "QR_SCENE" => (numbered(scene, u64::from(u32::MAX))?, false),
        "QR_LIMIT_SCENE" => (numbered(scene, 100_000)?, true),
        "QR_STR_SCENE" => (named(scene)?, false),
        "QR_LIMIT_STR_SCENE" => (named(scene)?, true),
        _ => return Err(Fail::new(40052)),
    };
    let known = call.account.codes.iter().find(|code| lasting && code.until.is_none() && code.scene == scene);
    let code = match known {
        Some(code) => code.clone(),
        None => add(call, &request, scene, lasting)?,
    };
    let mut answer = json!({"ticket": code.ticket, "url": code.url});
    if let Some(until) = code.until {
        put(&mut answer, "expire_seconds", until.saturating_sub(call.now));
    }
    Ok(Answer::Json(answer))
}

fn add(call: &mut Call<'_>, request: &Value, scene: Scene, lasting: bool) -> Result<SceneCode, Fail> {
    if lasting && call.account.codes.iter().filter(|code| code.until.is_none()).count() >= 100_000 {
        return Err(Fail::new(45029));
    }
    // 60 s is what the current page says for an absent life; an older one says 30.
    let life = request.get("expire_seconds").and_then(Value::as_i64).unwrap_or(60).clamp(1, LONGEST);
    let until = (!lasting).then(|| call.now.saturating_add(life));
    let ticket = format!("gQ{}==", call.random.id(90));
    let code = SceneCode { ticket, url: format!("http://weixin.qq.com/q/{}", call.random.id(22)), scene, until };
    // A temporary code that ended more than a day ago is of no use to anybody.
    let now = call.now;
    call.account.codes.retain(|code| code.until.is_none_or(|until| now < until.saturating_add(86_400)));
    call.account.codes.push(code.clone());
    Ok(code)
}

fn numbered(scene: &Value, most: u64) -> Result<Scene, Fail> {
    let id = scene.get("scene_id").and_then(|id| id.as_u64().or_else(|| id.as_str()?.parse().ok()));
    id.filter(|id| (1..=most).contains(id)).map(Scene::Id).ok_or_else(|| Fail::new(40053))
}

fn named(scene: &Value) -> Result<Scene, Fail> {
    let text = scene.get("scene_str").and_then(Value::as_str).unwrap_or_default();
    if (1..=64).contains(&text.chars().count()) { Ok(Scene::Text(text.to_owned())) } else { Err(Fail::new(40053)) }
}

/// The ticket of the picture.
#[derive(Deserialize)]
pub(super) struct Ticket {
    #[serde(default)]
    ticket: String,
}

/// The picture of a code; 404 for a ticket nobody made.
pub(super) async fn show(State(sandbox): State<Sandbox>, Query(wanted): Query<Ticket>) -> Response {
    let url = sandbox.look(|world, now| {
        let mut codes = world.accounts.values().flat_map(|account| &account.codes);
        codes.find(|code| code.ticket == wanted.ticket && code.is_alive(now)).map(|code| code.url.clone())
    });
    match url.and_then(|url| picture(&url)) {
        Some(png) => ([(header::CONTENT_TYPE, "image/png")], png).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
