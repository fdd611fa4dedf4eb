//! `/cgi-bin/token` and `/cgi-bin/stable_token` (reference §2.1, §2.2).

use serde::Deserialize;
use serde_json::json;
use subtle::ConstantTimeEq as _;

use super::{Open, serve};
use crate::fail::{Answer, Fail, Outcome};
use crate::tokens::Refused;

#[derive(Deserialize)]
struct StableRequest {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    appid: String,
    #[serde(default)]
    secret: String,
    #[serde(default)]
    force_refresh: bool,
}

/// A token of the plain line.
pub(super) fn plain(open: &mut Open<'_>) -> Outcome {
    let query = open.query;
    let name = enter(open, "/cgi-bin/token", query.get("grant_type"), (query.get("appid"), query.get("secret")))?;
    let Some(account) = open.world.accounts.get_mut(&name) else { return Err(Fail::new(40013)) };
    Ok(answer(account.tokens.plain(open.now, open.random)))
}

/// The stable token.
pub(super) fn stable(open: &mut Open<'_>) -> Outcome {
    let request: StableRequest = open.body.json()?;
    let name = enter(open, "/cgi-bin/stable_token", &request.grant_type, (&request.appid, &request.secret))?;
    let Some(account) = open.world.accounts.get_mut(&name) else { return Err(Fail::new(40013)) };
    if !request.force_refresh {
        return Ok(answer(account.tokens.stable(open.now, open.random)));
    }
    account.tokens.forced(open.now, open.random).map(answer).map_err(|refused| match refused {
        Refused::TooSoon => Fail::new(45011),
        Refused::TooMany => Fail::new(45009),
    })
}

fn answer((token, life): (String, i64)) -> Answer {
    Answer::Json(json!({"access_token": token, "expires_in": life}))
}

/// The account whose app id and secret these are.
pub(super) fn by_secret(open: &Open<'_>, app_id: &str, secret: &str) -> Result<String, Fail> {
    if app_id.is_empty() {
        return Err(Fail::new(41002));
    }
    if secret.is_empty() {
        return Err(Fail::new(41004));
    }
    let name = open.world.by_app_id(app_id).ok_or_else(|| Fail::new(40013))?;
    let expected = open.world.accounts.get(name).map(|account| account.settings.app_secret.as_bytes());
    if expected.is_some_and(|expected| bool::from(expected.ct_eq(secret.as_bytes()))) {
        Ok(name.to_owned())
    } else {
        Err(Fail::new(40125))
    }
}

fn enter(open: &mut Open<'_>, path: &str, grant_type: &str, (app_id, secret): (&str, &str)) -> Result<String, Fail> {
    if grant_type != "client_credential" {
        return Err(Fail::new(40002));
    }
    let name = by_secret(open, app_id, secret)?;
    let Some(account) = open.world.accounts.get_mut(&name) else { return Err(Fail::new(40013)) };
    let listed = &account.settings.ip_whitelist;
    if !listed.is_empty() && !listed.contains(&open.peer.to_string()) {
        return Err(serve::not_listed(open.peer));
    }
    account.usage.count(path, open.now).map_err(Fail::new)?;
    Ok(name)
}
