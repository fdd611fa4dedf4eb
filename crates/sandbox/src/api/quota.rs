//! Quotas and the log of requests (reference §2.4).

use serde::Deserialize;
use serde_json::json;

use super::{Body, CALLS, Call, Open, token};
use crate::fail::{Answer, Fail, Outcome};
use crate::usage::daily_limit;
use crate::world::World;

#[derive(Deserialize)]
struct OfApp {
    appid: String,
    #[serde(default)]
    appsecret: String,
}

#[derive(Deserialize)]
struct OfPath {
    cgi_path: String,
}

/// Clears every counter of the day, ten times a month.
pub(super) fn clear(call: &mut Call<'_>) -> Outcome {
    let request: OfApp = call.json()?;
    if request.appid != call.account.settings.app_id {
        return Err(Fail::new(40013));
    }
    cleared(call.account.usage.clear(call.now))
}

/// The same by app id and secret, for when no token is left.
pub(super) fn clear_by_secret(open: &mut Open<'_>) -> Outcome {
    // The documentation puts the two in the body; SDKs also send them as query parameters.
    let request: OfApp = match open.body.json() {
        Ok(request) => request,
        Err(_) => {
            OfApp { appid: open.query.get("appid").to_owned(), appsecret: open.query.get("appsecret").to_owned() }
        }
    };
    let name = token::by_secret(open, &request.appid, &request.appsecret)?;
    let Some(account) = open.world.accounts.get_mut(&name) else { return Err(Fail::new(40013)) };
    cleared(account.usage.clear(open.now))
}

/// What is left of one call's quota.
pub(super) fn get(call: &mut Call<'_>) -> Outcome {
    let path = known_path(call)?;
    let limit = daily_limit(&path).unwrap_or(1_000_000);
    let used = call.account.usage.used(&path, call.now);
    Ok(Answer::Json(json!({
        "errcode": 0,
        "errmsg": "ok",
        "quota": {"daily_limit": limit, "used": used, "remain": limit.saturating_sub(used)},
    })))
}

/// Clears one counter, fifty times a month.
pub(super) fn clear_path(call: &mut Call<'_>) -> Outcome {
    let path = known_path(call)?;
    cleared(call.account.usage.clear_path(&path, call.now))
}

/// What is known of an earlier request: 76001 none of that id, 76002 another account's.
pub(super) fn request(world: &mut World, account: &str, body: &Body) -> Outcome {
    #[derive(Deserialize)]
    struct OfRid {
        rid: String,
    }
    let wanted: OfRid = body.json()?;
    let found = world.requests.iter().find(|request| request.rid == wanted.rid).ok_or_else(|| Fail::new(76001))?;
    if world.accounts.get(account).is_none_or(|account| account.settings.app_id != found.app_id) {
        return Err(Fail::new(76002));
    }
    Ok(Answer::Json(json!({
        "errcode": 0,
        "errmsg": "ok",
        "request": {
            "invoke_time": found.at,
            "cost_in_ms": 1,
            "request_url": found.url,
            "request_body": found.body,
            "response_body": found.answer,
            "client_ip": found.client,
        },
    })))
}

fn known_path(call: &Call<'_>) -> Result<String, Fail> {
    let request: OfPath = call.json()?;
    if CALLS.iter().any(|known| known.path == request.cgi_path) { Ok(request.cgi_path) } else { Err(Fail::new(76021)) }
}

fn cleared(done: bool) -> Outcome {
    if done { Ok(Answer::ok()) } else { Err(Fail::new(48006)) }
}
