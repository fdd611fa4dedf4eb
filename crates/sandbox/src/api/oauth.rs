//! Web OAuth: the page and `/sns/*` (reference §12.3).

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use serde_json::json;

use super::{Open, Query, token};
use crate::Sandbox;
use crate::fail::{Answer, Fail, Outcome, put};
use crate::fault::Fault;
use crate::grants::{ACCESS_LIFE, Grant, Scope};
use crate::phone::pages;
use crate::rights::{Right, may};
use crate::world::{Account, World};

/// A code changed into tokens.
pub(super) fn access_token(open: &mut Open<'_>) -> Outcome {
    let query = open.query;
    let name = token::by_secret(open, query.get("appid"), query.get("secret"))?;
    if query.get("grant_type") != "authorization_code" {
        return Err(Fail::new(40002));
    }
    if query.get("code").is_empty() {
        return Err(Fail::new(41008));
    }
    let account = entitled(open.world, &name)?;
    let grant = account.grants.redeem(query.get("code"), open.now, open.random).map_err(Fail::new)?;
    Ok(tokens(grant))
}

/// Tokens prolonged.
pub(super) fn refresh_token(open: &mut Open<'_>) -> Outcome {
    let query = open.query;
    if query.get("refresh_token").is_empty() {
        return Err(Fail::new(41003));
    }
    let name = open.world.by_app_id(query.get("appid")).ok_or_else(|| Fail::new(40013))?.to_owned();
    let account = entitled(open.world, &name)?;
    let grant = account.grants.refresh(query.get("refresh_token"), open.now, open.random).map_err(Fail::new)?;
    Ok(tokens(grant))
}

fn entitled<'a>(world: &'a mut World, name: &str) -> Result<&'a mut Account, Fail> {
    let account = world.accounts.get_mut(name).ok_or_else(|| Fail::new(40013))?;
    if may(&account.settings, Right::WebOauth, false) { Ok(account) } else { Err(Fail::new(48001)) }
}

fn tokens(grant: &Grant) -> Answer {
    let mut answer = json!({
        "access_token": grant.access_token,
        "expires_in": ACCESS_LIFE,
        "refresh_token": grant.refresh_token,
        "openid": grant.openid,
        "scope": grant.scope.name(),
    });
    if grant.snapshot {
        put(&mut answer, "is_snapshotuser", 1);
    }
    Answer::Json(answer)
}

/// Name and picture of somebody who agreed: 48001 with the base scope.
pub(super) fn user_info(open: &mut Open<'_>) -> Outcome {
    let (openid, scope, nickname) = granted(open)?;
    if scope != Scope::UserInfo {
        return Err(Fail::new(48001));
    }
    Ok(Answer::Json(json!({
        "openid": openid,
        "nickname": nickname,
        "sex": 0,
        "language": "",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "privilege": [],
    })))
}

/// Whether an access token is good for an openid.
pub(super) fn check(open: &mut Open<'_>) -> Outcome {
    granted(open).map(|_| Answer::ok())
}

fn granted(open: &Open<'_>) -> Result<(String, Scope, String), Fail> {
    if open.query.get("access_token").is_empty() {
        return Err(Fail::new(41001));
    }
    if open.query.get("openid").is_empty() {
        return Err(Fail::new(41009));
    }
    let mut code = 40001;
    for account in open.world.accounts.values() {
        match account.grants.by_access_token(open.query.get("access_token"), open.now) {
            Ok(grant) if grant.openid == open.query.get("openid") => {
                let nickname = account.followers.get(&grant.openid).map(|one| one.nickname.clone());
                return Ok((grant.openid.clone(), grant.scope, nickname.unwrap_or_default()));
            }
            Ok(_) => return Err(Fail::new(40003)),
            Err(42001) => code = 42001,
            Err(_) => {}
        }
    }
    Err(Fail::new(code))
}

/// The cookie by which the phone tells this page whose hand holds it.
pub(crate) fn cookie_name(account: &str) -> String {
    format!("sandbox_follower_{account}")
}

/// The page a link of an account leads through: silently for `snsapi_base`, with a question for `snsapi_userinfo`.
/// Who is asking is told by the phone's cookie or the parameter `sandbox_follower`.
pub(super) async fn authorize(State(sandbox): State<Sandbox>, RawQuery(raw): RawQuery, headers: HeaderMap) -> Response {
    let raw = raw.unwrap_or_default();
    let query = Query::parse(&raw);
    let step = sandbox.change(|world, now| decide(&sandbox, world, &query, &headers, now));
    match step {
        Ok(Step::Return(url)) => (StatusCode::FOUND, [(header::LOCATION, url)]).into_response(),
        Ok(Step::Ask(account, follower)) => Html(pages::consent(&account, &follower, &raw)).into_response(),
        Ok(Step::Choose(account, followers)) => Html(pages::choose(&account, &followers, &raw)).into_response(),
        Err((code, text)) => (StatusCode::OK, Html(pages::oauth_error(code, text))).into_response(),
    }
}

enum Step {
    Return(String),
    Ask(String, String),
    Choose(String, Vec<(String, String)>),
}

fn decide(
    sandbox: &Sandbox,
    world: &mut World,
    query: &Query,
    headers: &HeaderMap,
    now: i64,
) -> Result<Step, (u32, &'static str)> {
    let name = world.by_app_id(query.get("appid")).ok_or((10013, "appid 参数错误"))?.to_owned();
    let account = world.accounts.get_mut(&name).ok_or((10013, "appid 参数错误"))?;
    if !may(&account.settings, Right::WebOauth, world.strict) {
        return Err((10005, "该公众号没有网页授权的权限：只有已认证的服务号可以使用"));
    }
    let scope = Scope::parse(query.get("scope")).ok_or((10005, "scope 参数错误或没有 scope 权限"))?;
    if query.get("response_type") != "code" {
        return Err((10004, "response_type 参数错误：应为 code"));
    }
    let mut target = url::Url::parse(query.get("redirect_uri")).map_err(|_| (10003, "redirect_uri 参数错误"))?;
    if account.settings.oauth_host().as_deref() != target.host_str() {
        return Err((10003, "redirect_uri 域名与后台配置的网页授权域名不一致"));
    }
    let Some(follower) = holder(query, headers, &name).and_then(|openid| account.followers.get(&openid)) else {
        let followers = account.followers.values();
        let list = followers.map(|one| (one.openid.clone(), one.nickname.clone())).take(50).collect();
        return Ok(Step::Choose(account.settings.nickname.clone(), list));
    };
    if scope == Scope::UserInfo && query.get("sandbox_consent") != "yes" {
        return Ok(Step::Ask(account.settings.nickname.clone(), follower.nickname.clone()));
    }
    let openid = follower.openid.clone();
    let random = &sandbox.inner.random;
    let code = if world.faults.take(Fault::Snapshot) {
        account.grants.snapshot_code(scope, now, random)
    } else {
        account.grants.code(&openid, scope, now, random)
    };
    target.query_pairs_mut().append_pair("code", &code).append_pair("state", query.get("state"));
    Ok(Step::Return(target.into()))
}

/// Whose hand holds the phone, by the parameter or the phone's cookie.
pub(super) fn holder(query: &Query, headers: &HeaderMap, account: &str) -> Option<String> {
    let named = query.get("sandbox_follower");
    if named.is_empty() { cookie(headers, &cookie_name(account)) } else { Some(named.to_owned()) }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}
