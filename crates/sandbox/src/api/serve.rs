//! The way of every call: path, method, faults, token, right, quota, handler, log.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::extract::multipart::MultipartError;
use axum::extract::{ConnectInfo, FromRequest as _, Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use super::{Body, CALLS, Call, File, Handler, Known, Method, Open, Query};
use crate::Sandbox;
use crate::control::origin;
use crate::fail::{Answer, Fail, Outcome};
use crate::fault::Fault;
use crate::rights::may;
use crate::tokens::Standing;
use crate::world::{Request as Logged, World};

/// Paths that belong to the API even where no call is known.
const API_ROOTS: &[&str] =
    &["/cgi-bin/", "/sns/", "/datacube/", "/customservice/", "/wxaapi/", "/wxa/", "/cityservice/"];

/// Codes that as a fault strike the calls that fetch a token.
const OF_TOKEN_CALLS: [i64; 9] = [40002, 40013, 40125, 40164, 40243, 50004, 50007, 89503, 89506];

/// Codes that as a fault strike the calls of web OAuth.
const OF_WEB_CALLS: [i64; 6] = [40029, 40030, 40163, 41008, 42002, 42003];

/// Calls that begin something whose end an event tells.
const SENDS: [&str; 5] = [
    "/cgi-bin/message/mass/sendall",
    "/cgi-bin/message/mass/send",
    "/cgi-bin/freepublish/submit",
    "/cgi-bin/message/subscribe/bizsend",
    "/cgi-bin/message/template/send",
];

/// Whether `code` as a fault strikes a call of `path`. What belongs to neither tokens nor OAuth strikes the calls that
/// carry a token, so that a fault meant for a send is not used up by the token before it.
fn strikes(code: i64, path: &str, carries_token: bool) -> bool {
    if OF_WEB_CALLS.contains(&code) {
        path.starts_with("/sns/")
    } else if OF_TOKEN_CALLS.contains(&code) {
        !carries_token && !path.starts_with("/sns/")
    } else {
        carries_token
    }
}

/// Answers a call of the API.
pub(super) async fn serve(State(sandbox): State<Sandbox>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if !API_ROOTS.iter().any(|root| path.starts_with(root)) {
        return (StatusCode::NOT_FOUND, "模拟环境没有这个地址").into_response();
    }
    let rid = sandbox.inner.random.rid();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    let seen = Seen {
        method: request.method().clone(),
        query: Query::parse(request.uri().query().unwrap_or_default()),
        url: request.uri().to_string(),
        origin: origin(request.headers()),
        peer: peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        path,
        body: match read_body(request).await {
            Ok(body) => body,
            Err(fail) => return respond(Err(fail), &rid),
        },
    };
    let judged = sandbox.change(|world, now| {
        let is_send = SENDS.contains(&seen.path.as_str());
        if is_send && world.faults.take(Fault::SendLost) {
            return None;
        }
        let mut outcome = judge(&sandbox, world, &seen, now);
        let accepted = outcome.is_ok() && is_send;
        if accepted && world.faults.take(Fault::SendBusy) {
            outcome = Err(Fail::new(-1));
        }
        log(world, &seen, &outcome, &rid, now);
        let faults = &mut world.faults;
        let mut struck = |fault| !seen.is_for_token() && faults.take_at(fault, &seen.path);
        let cut = struck(Fault::ApiCut) || (accepted && struck(Fault::SendCut));
        let (late, early) = (struck(Fault::ApiDelay), accepted && struck(Fault::FinishEarly));
        if early {
            world.hurry(now);
        }
        Some((outcome, cut, late, early))
    });
    let Some((outcome, cut, late, early)) = judged else { return cut_off() };
    if early {
        let told = futures::future::join_all(sandbox.finish_due());
        // A callback that does not answer holds the answer no longer than it would be waited for.
        let _ = tokio::time::timeout(sandbox.inner.answer_within, told).await;
    }
    if cut {
        return cut_off();
    }
    if late {
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
    respond(outcome, &rid)
}

/// A request, read.
struct Seen {
    method: axum::http::Method,
    path: String,
    url: String,
    query: Query,
    body: Body,
    origin: String,
    peer: IpAddr,
}

impl Seen {
    fn is_for_token(&self) -> bool {
        matches!(self.path.as_str(), "/cgi-bin/token" | "/cgi-bin/stable_token")
    }
}

/// The body: 45001 if it is larger than anything that may be sent, 47001 for a form that cannot be read.
async fn read_body(request: Request) -> Result<Body, Fail> {
    let unreadable =
        |error: MultipartError| Fail::new(if error.status() == StatusCode::PAYLOAD_TOO_LARGE { 45001 } else { 47001 });
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")) {
        let bytes = axum::body::to_bytes(request.into_body(), 12 << 20).await;
        return bytes.map(|bytes| Body::Bytes(bytes.to_vec())).map_err(|_| Fail::new(45001));
    }
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| Fail::new(47001))?;
    let mut files = Vec::new();
    while let Some(part) = form.next_field().await.map_err(unreadable)? {
        let field = part.name().unwrap_or_default().to_owned();
        let name = part.file_name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(unreadable)?.to_vec();
        files.push(File { field, name, bytes });
    }
    Ok(Body::Form(files))
}

fn judge(sandbox: &Sandbox, world: &mut World, seen: &Seen, now: i64) -> Outcome {
    let known = CALLS.iter().find(|known| known.path == seen.path).ok_or_else(|| Fail::said(40066, "invalid url"))?;
    match known.method {
        Method::Get if seen.method != axum::http::Method::GET => return Err(Fail::new(43001)),
        Method::Post if seen.method != axum::http::Method::POST => return Err(Fail::new(43002)),
        Method::Get | Method::Post | Method::Any => {}
    }
    match known.handler {
        Handler::Open(handler) => {
            if let Some(code) = world.faults.take_code(known.path, |code| strikes(code, known.path, false)) {
                return Err(struck(code, seen.peer));
            }
            let random = &sandbox.inner.random;
            handler(&mut Open { world, query: &seen.query, body: &seen.body, random, now, peer: seen.peer })
        }
        Handler::Account(..) | Handler::Host(_) => with_token(sandbox, world, seen, known, now),
    }
}

fn with_token(sandbox: &Sandbox, world: &mut World, seen: &Seen, known: &Known, now: i64) -> Outcome {
    let name = account_of(world, seen.query.get("access_token"), now)?;
    let strict = world.strict;
    let fault = world.faults.take_code(known.path, |code| strikes(code, known.path, true));
    let Some(account) = world.accounts.get_mut(&name) else { return Err(Fail::new(40001)) };
    if let Some(code) = fault {
        // The token is really over, so that a client that fetches again gets another one.
        if matches!(code, 40001 | 42001) {
            account.tokens.end_all(now, code == 40001);
        }
        return Err(struck(code, seen.peer));
    }
    if let Handler::Account(right, _) = known.handler
        && !may(&account.settings, right, strict)
    {
        return Err(Fail::new(48001));
    }
    account.usage.count(known.path, now).map_err(Fail::new)?;
    match known.handler {
        Handler::Account(_, handler) => handler(&mut Call {
            account,
            query: &seen.query,
            body: &seen.body,
            media: &sandbox.inner.media,
            random: &sandbox.inner.random,
            origin: &seen.origin,
            now,
            strict,
        }),
        Handler::Host(handler) => handler(world, &name, &seen.body),
        Handler::Open(_) => Err(Fail::new(-1)),
    }
}

/// The account a token belongs to: 41001 missing, 40014 malformed, 40001 unknown, 42001 expired.
fn account_of(world: &World, token: &str, now: i64) -> Result<String, Fail> {
    if token.is_empty() {
        return Err(Fail::new(41001));
    }
    if token.len() < 16 || !token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
        return Err(Fail::new(40014));
    }
    let mut expired = false;
    for (name, account) in &world.accounts {
        match account.tokens.standing(token, now) {
            Standing::Good => return Ok(name.clone()),
            Standing::Expired => expired = true,
            Standing::Invalid => {}
        }
    }
    Err(Fail::new(if expired { 42001 } else { 40001 }))
}

fn struck(code: i64, peer: IpAddr) -> Fail {
    if code == 40164 { not_listed(peer) } else { Fail::new(code) }
}

/// 40164 with the caller's address in its text.
pub(super) fn not_listed(peer: IpAddr) -> Fail {
    Fail::said(40164, format!("invalid ip {peer} ipv6 ::ffff:{peer}, not in whitelist"))
}

fn log(world: &mut World, seen: &Seen, outcome: &Outcome, rid: &str, now: i64) {
    let by_token = account_of(world, seen.query.get("access_token"), now).ok();
    let app_id = by_token.and_then(|name| world.accounts.get(&name)).map(|account| account.settings.app_id.clone());
    let answer = match outcome {
        Ok(Answer::Json(value)) => value.to_string(),
        Ok(Answer::File(content_type, _, bytes)) => format!("{content_type}, {} bytes", bytes.len()),
        Err(fail) => fail.body(rid).to_string(),
    };
    world.log_request(Logged {
        rid: rid.to_owned(),
        app_id: app_id.unwrap_or_default(),
        at: now,
        url: seen.url.clone(),
        body: seen.body.shown(),
        answer,
        errcode: outcome.as_ref().map_or_else(|fail| fail.code, |_| 0),
        client: seen.peer.to_string(),
    });
}

fn respond(outcome: Outcome, rid: &str) -> Response {
    let json = |value: &Value| {
        ([(header::CONTENT_TYPE, "application/json; encoding=utf-8")], value.to_string()).into_response()
    };
    match outcome {
        Ok(Answer::Json(value)) => json(&value),
        Ok(Answer::File(content_type, name, bytes)) => {
            let disposition = format!("attachment; filename=\"{name}\"");
            ([(header::CONTENT_TYPE, content_type), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
        }
        Err(fail) => json(&fail.body(rid)),
    }
}

/// An answer that breaks off: the body fails, so the connection is closed in the middle.
fn cut_off() -> Response {
    let broken = futures::stream::once(async { Err::<bytes::Bytes, _>(std::io::Error::other("cut")) });
    axum::body::Body::from_stream(broken).into_response()
}
