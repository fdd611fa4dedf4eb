//! The control interface under `/_sandbox`, for tests and other tools on the same machine, and the part of it that the
//! phone uses under `/_phone` from wherever the page itself was opened.

mod accounts;
mod events;
mod followers;
mod platform;
mod sends;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::Sandbox;
pub(crate) use sends::note;

/// The largest deed of a follower, in bytes: a picture or film of 10 MB in base64, and room.
const LARGEST_DEED: usize = 16 << 20;

/// What is refused, as `{"error": "…"}` with a sentence that says what to do.
pub(crate) struct Refusal(pub(crate) StatusCode, pub(crate) String);

impl Refusal {
    fn bad(sentence: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, sentence.into())
    }

    fn unknown(sentence: &str) -> Self {
        Self(StatusCode::NOT_FOUND, sentence.to_owned())
    }
}

impl axum::response::IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

/// A JSON body, whatever content type came with it; an empty one reads as `{}`.
pub(crate) struct Given<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Sandbox> for Given<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, sandbox: &Sandbox) -> Result<Self, Refusal> {
        let body = Bytes::from_request(request, sandbox).await;
        let body = body.map_err(|_| Refusal(StatusCode::PAYLOAD_TOO_LARGE, "请求过大".to_owned()))?;
        let body: &[u8] = if body.is_empty() { b"{}" } else { &body };
        let given = serde_json::from_slice(body);
        given.map(Self).map_err(|error| Refusal::bad(format!("请求不是可用的 JSON：{error}")))
    }
}

/// Everything, for loopback only.
pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/accounts", get(accounts::list).post(accounts::register))
        .route("/{account}/verify", post(accounts::verify))
        .route("/clock", get(platform::clock).post(platform::advance))
        .route("/strictness", get(platform::strictness).post(platform::set_strictness))
        .route("/faults", get(platform::faults).post(platform::set_fault))
        .route("/deliveries", get(platform::deliveries))
        .route("/requests", get(platform::requests))
        .route("/{account}/sends", get(sends::list))
        .route("/{account}/sends/{msg_id}", post(sends::confirm))
        .route("/{account}/articles", get(sends::articles))
        .merge(followers())
        .layer(from_fn(same_origin))
        .layer(from_fn(loopback))
}

/// What a phone needs: followers, their deeds and chats, and word of changes.
pub(crate) fn phone_router() -> Router<Sandbox> {
    Router::new()
        .route("/accounts", get(accounts::shown))
        .route("/clock", get(platform::clock))
        .route("/events", get(events::stream))
        .merge(followers())
        .layer(from_fn(same_origin))
}

fn followers() -> Router<Sandbox> {
    Router::new()
        .route("/{account}/followers", get(followers::list).post(followers::create))
        .route("/{account}/followers/{openid}", get(followers::show))
        .route("/{account}/followers/{openid}/messages", post(followers::send))
        .route("/{account}/followers/{openid}/chat", get(followers::chat))
        .route("/{account}/followers/{openid}/notices", get(followers::notices))
        .route("/{account}/followers/{openid}/articles/{id}", post(sends::read))
        .route("/{account}/codes", get(accounts::codes))
        .layer(DefaultBodyLimit::max(LARGEST_DEED))
}

/// Refuses everybody who does not sit at this machine; without the peer's address nobody does.
async fn loopback(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if peer.is_some_and(|ConnectInfo(address)| address.ip().to_canonical().is_loopback()) {
        return next.run(request).await;
    }
    Refusal(StatusCode::FORBIDDEN, "控制接口只对本机开放".to_owned()).into_response()
}

/// Refuses requests that a page of another site makes in the visitor's browser.
async fn same_origin(request: Request, next: Next) -> Response {
    if is_same_origin(request.headers()) {
        return next.run(request).await;
    }
    Refusal(StatusCode::FORBIDDEN, "不接受其他网站发来的请求".to_owned()).into_response()
}

fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else { return true };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == text(header::HOST)
}

/// Where this sandbox is reached, for the addresses of pictures.
pub(crate) fn origin(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("127.0.0.1");
    format!("http://{host}")
}

#[cfg(test)]
mod origin_tests {
    use super::is_same_origin;
    use axum::http::{HeaderMap, header};

    #[test]
    fn pages_of_other_sites_are_told_apart() {
        let headers = |origin: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "127.0.0.1:8081".parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            is_same_origin(&headers)
        };
        assert!(headers(None));
        assert!(headers(Some("http://127.0.0.1:8081")));
        assert!(!headers(Some("http://127.0.0.1:8080")));
        assert!(!headers(Some("https://example.org")));
        assert!(!headers(Some("null")));
    }
}
