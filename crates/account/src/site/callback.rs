//! `GET|POST /wechat/{account}`: the address WeChat calls.
//!
//! No middleware, no sessions, no decompression: every request on this route is somebody we do not trust until the
//! signature is checked. Refusals are counted and carry no detail.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use futures::stream;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::Instant;
use wechat::callback::Refusal;
use wechat::{MAX_BODY, Query};

use crate::inbox::{Answer, Inbox, reason};

/// The routes of the callback.
pub fn callback_routes(inbox: Inbox) -> Router {
    Router::new().route("/wechat/{account}", get(verify).post(hear)).with_state(inbox)
}

/// WeChat checks that the address is ours when it is entered in its console.
async fn verify(State(inbox): State<Inbox>, Path(account): Path<String>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let Ok(query) = Query::parse(parts.uri.query().unwrap_or_default()) else {
        return refused(&inbox, "query", StatusCode::BAD_REQUEST);
    };
    let Some(account) = inbox.accounts().get(&account) else {
        return refused(&inbox, "account", StatusCode::FORBIDDEN);
    };
    if !inbox.admits(account, inbox.sources().address(&parts)) {
        return refused(&inbox, "address", StatusCode::FORBIDDEN);
    }
    match account.verify_url(&query, inbox.now()) {
        Ok(echo) => text(Bytes::from(echo), "text/plain; charset=utf-8"),
        Err(refusal) => refused(&inbox, reason(&refusal), status(&refusal)),
    }
}

/// WeChat delivers a message or an event.
async fn hear(State(inbox): State<Inbox>, Path(account): Path<String>, request: Request) -> Response {
    let begun = Instant::now();
    let (parts, body) = request.into_parts();
    let plain = |encoding: &HeaderValue| encoding.as_bytes().eq_ignore_ascii_case(b"identity");
    if parts.headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| !plain(encoding)) {
        return refused(&inbox, "encoding", StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let body =
        match tokio::time::timeout_at(begun + inbox.options().reading, Limited::new(body, MAX_BODY).collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return refused(&inbox, "size", StatusCode::PAYLOAD_TOO_LARGE);
            }
            Ok(Err(_)) | Err(_) => return hang_up(&inbox),
        };
    let Ok(query) = Query::parse(parts.uri.query().unwrap_or_default()) else {
        return refused(&inbox, "query", StatusCode::BAD_REQUEST);
    };
    // An unknown account and a wrong signature look the same.
    let Some(account) = inbox.accounts().get(&account) else {
        return refused(&inbox, "account", StatusCode::FORBIDDEN);
    };
    if !inbox.admits(account, inbox.sources().address(&parts)) {
        return refused(&inbox, "address", StatusCode::FORBIDDEN);
    }
    match inbox.receive(account, &query, &body, begun).await {
        Ok(Answer::Body(body)) => {
            inbox.figures().answered(begun.elapsed());
            let kind = if body.starts_with(b"<") { "text/xml; charset=utf-8" } else { "text/plain; charset=utf-8" };
            text(body.into(), kind)
        }
        Ok(Answer::HangUp) => hang_up(&inbox),
        Err(refusal) => refused(&inbox, reason(&refusal), status(&refusal)),
    }
}

fn text(body: Bytes, kind: &'static str) -> Response {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn refused(inbox: &Inbox, reason: &str, status: StatusCode) -> Response {
    inbox.figures().refused(reason);
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Closes the connection without a byte: the body fails before the head was written out, and the server gives the
/// connection up. WeChat takes it as a failed delivery and repeats it.
fn hang_up(inbox: &Inbox) -> Response {
    inbox.figures().hung_up();
    Response::new(Body::from_stream(stream::once(async { Err::<Bytes, _>("the delivery could not be stored") })))
}

fn status(refusal: &Refusal) -> StatusCode {
    StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::FORBIDDEN)
}

#[cfg(test)]
mod tests;
