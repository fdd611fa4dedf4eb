//! The accounts themselves: listing, registering, checking their callback.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};
use wechat::push::Pusher;

use super::{Given, Refusal};
use crate::account::SandboxAccount;
use crate::rights::{Right, may};
use crate::{Kind, Sandbox};

/// Every account with its settings, secrets included: they are the sandbox's own.
pub(super) async fn list(State(sandbox): State<Sandbox>) -> Json<Vec<SandboxAccount>> {
    Json(sandbox.accounts())
}

/// Every account as the phone shows it: no secrets.
pub(super) async fn shown(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(sandbox.look(|world, _| {
        let shown = world.accounts.values().map(|account| {
            let settings = &account.settings;
            let rights =
                Right::ALL.map(|right| json!({"label": right.label(), "has": may(settings, right, world.strict)}));
            json!({
                "name": settings.name,
                "nickname": settings.nickname,
                "kind": if settings.kind == Kind::Service { "服务号" } else { "订阅号" },
                "verified": settings.verified,
                "connected": !settings.callback_url.is_empty(),
                "rights": rights,
            })
        });
        shown.collect()
    }))
}

/// Registers an account or changes the one of that name; what is left out stays as it was. With another `app_secret` the
/// tokens given for the one before are worth nothing; with another `encoding_aes_key` the one before is kept as the
/// previous.
pub(super) async fn register(
    State(sandbox): State<Sandbox>,
    Given(wanted): Given<Value>,
) -> Result<Json<SandboxAccount>, Refusal> {
    let name = wanted.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    sandbox.change(|world, now| {
        let known = world.accounts.get(&name).map(|account| account.settings.clone()).unwrap_or_default();
        let mut merged = json!(known);
        if let (Some(merged), Some(wanted)) = (merged.as_object_mut(), wanted.as_object()) {
            merged.extend(wanted.clone());
        }
        let account: SandboxAccount =
            serde_json::from_value(merged).map_err(|error| Refusal::bad(format!("公众号设置有误：{error}")))?;
        if !account.name_is_usable() {
            return Err(Refusal::bad("请给公众号一个名称（name）：1–32 个字母、数字、- 或 _"));
        }
        let before = world.accounts.get(&name).map(|account| account.settings.clone()).unwrap_or_default();
        world.register(account, &sandbox.inner.random);
        if let Some(account) = world.accounts.get_mut(&name) {
            account.changed_from(&before, now);
        }
        let registered = world.accounts.get(&name).map(|account| account.settings.clone());
        registered.map(Json).ok_or_else(|| Refusal::unknown("没有这个公众号"))
    })
}

/// Checks the callback's address as saving the settings in WeChat's console does.
pub(super) async fn verify(State(sandbox): State<Sandbox>, Path(name): Path<String>) -> Result<Json<Value>, Refusal> {
    let settings = sandbox.look(|world, _| world.accounts.get(&name).map(|account| account.settings.clone()));
    let settings = settings.ok_or_else(|| Refusal::unknown("没有这个公众号"))?;
    if settings.callback_url.is_empty() {
        return Ok(Json(json!({"ok": false, "message": "尚未填写服务器地址（URL）"})));
    }
    let echo = sandbox.inner.random.digits();
    let pusher = Pusher::plain(&settings.token, &settings.app_id);
    let query = pusher.verification(&echo, &sandbox.inner.clock);
    let separator = if settings.callback_url.contains('?') { '&' } else { '?' };
    let url = format!("{}{separator}{query}", settings.callback_url);
    let answered = async {
        let response = sandbox.inner.http.get(url).send().await?;
        let status = response.status().as_u16();
        Ok::<_, reqwest::Error>((status, response.text().await?))
    };
    let message = match tokio::time::timeout(sandbox.inner.answer_within, answered).await {
        Ok(Ok((200, body))) if body == echo => return Ok(Json(json!({"ok": true, "message": "验证通过"}))),
        Ok(Ok((200, _))) => "服务器没有原样返回 echostr：请检查 Token".to_owned(),
        Ok(Ok((status, _))) => format!("服务器返回 HTTP {status}：请检查地址与 Token"),
        Ok(Err(_)) => "连接不上服务器：请检查地址，并确认服务已启动".to_owned(),
        Err(_) => "服务器在 5 秒内没有回答".to_owned(),
    };
    Ok(Json(json!({"ok": false, "message": message})))
}

/// The scene codes that can be scanned now.
pub(super) async fn codes(State(sandbox): State<Sandbox>, Path(name): Path<String>) -> Result<Json<Value>, Refusal> {
    sandbox.look(|world, now| {
        let account = world.accounts.get(&name).ok_or_else(|| Refusal::unknown("没有这个公众号"))?;
        let alive = account.codes.iter().filter(|code| code.is_alive(now));
        Ok(Json(alive.map(|code| json!({"scene": code.scene.written(), "ticket": code.ticket})).collect()))
    })
}
