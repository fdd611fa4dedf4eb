//! `/enter/{account}`: sign-in through WeChat, there and back.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use kernel::{Code, Problem};
use web::{Failure, OwnPath, cookie};

use super::lead_to;
use crate::Identity;
use crate::desk::{Begun, SIGN_IN_SECONDS};

/// The cookie that ties a sign-in to the browser it was begun in.
const MARK: &str = "lantai-enter";
/// The length of a state and of a mark: 32 bytes in hexadecimal.
const HEX_LENGTH: usize = 64;
/// The longest code that is taken.
const CODE_LENGTH: usize = 128;

type Parameters = Query<HashMap<String, String>>;

/// Sends a reader to WeChat's page.
pub(super) async fn begin(
    State(identity): State<Identity>,
    Path(account): Path<String>,
    Query(parameters): Parameters,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let to = parameters.get("to").map_or("home", String::as_str);
    let to = destination(to).ok_or_else(|| Problem::new(Code::BadRequest, "地址").because("要去的页面不是本馆的"))?;
    let held = cookie(&headers, MARK).filter(|mark| is_hex(mark));
    match identity.begin_sign_in(&account, &to, held).await? {
        Begun::AtWechat { address, mark } => Ok(lead_to(&address, [mark_cookie(&identity, &mark)?])?),
        Begun::Unknown => Ok(lead_to(to.as_str(), [])?),
    }
}

/// Takes a reader back from WeChat's page.
pub(super) async fn end(
    State(identity): State<Identity>,
    Path(account): Path<String>,
    Query(parameters): Parameters,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let given = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    let (state, code) = (given("state"), given("code"));
    if !is_hex(state) || code.is_empty() || code.len() > CODE_LENGTH {
        return Err(Problem::new(Code::SignInNeeded, "登录").because("这次登录没有完成").into());
    }
    let present = identity.sessions.find(&headers).await?;
    let mark = cookie(&headers, MARK);
    let (session, to) = identity.end_sign_in(&account, [state, code], mark, present.as_ref()).await?;
    let cookie = identity.sessions.cookie(&session)?;
    Ok(lead_to(&to, [cookie])?)
}

/// A known page by its name, or a path of this site; never an address of somebody else (A03).
fn destination(to: &str) -> Option<OwnPath> {
    OwnPath::parse(match to {
        "home" => "/",
        "search" => "/search",
        "browse" => "/browse",
        "guide" => "/guide",
        path => path,
    })
}

fn is_hex(text: &str) -> bool {
    text.len() == HEX_LENGTH && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn mark_cookie(identity: &Identity, mark: &str) -> kernel::Result<HeaderValue> {
    let secure = if identity.site_base.starts_with("https://") { "; Secure" } else { "" };
    let text = format!("{MARK}={mark}; Path=/enter; Max-Age={SIGN_IN_SECONDS}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(text).map_err(kernel::Error::internal)
}
