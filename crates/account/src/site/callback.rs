//! `GET|POST /wechat/{account}`: the address WeChat calls.
//!
//! No middleware, no sessions, no decompression: every request on this route is somebody we do not trust until the
//! signature is checked. Refusals are counted and carry no detail.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, Request, State};
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
async fn verify(State(inbox): State<Inbox>, Path(account): Path<String>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let Ok(query) = Query::parse(&query) else { return refused(&inbox, "query", StatusCode::BAD_REQUEST) };
    let Some(account) = inbox.accounts().get(&account) else {
        return refused(&inbox, "account", StatusCode::FORBIDDEN);
    };
    match account.verify_url(&query) {
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
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use axum::body::to_bytes;
    use futures::future::pending;
    use kernel::testing::{ground, sqlite};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tower::ServiceExt;
    use wechat::push::Pusher;

    use super::*;
    use crate::testing::{account, text as message};
    use crate::{AccountKind, Accounts, HouseEnvironment, InboxOptions};

    struct Stage {
        folder: tempfile::TempDir,
        db: kernel::Db,
        routes: Router,
        pusher: Pusher,
        environment: HouseEnvironment,
    }

    impl Stage {
        async fn new(options: InboxOptions) -> Self {
            let (folder, db) = sqlite().await;
            let (ground, _) = ground(db.clone());
            let (account, pusher) = account(AccountKind::Service, true);
            let environment = HouseEnvironment { clock: ground.clock.clone(), random: ground.random.clone() };
            let routes = callback_routes(Inbox::new(&ground, Accounts::of([account]), Vec::new(), options));
            Self { folder, db, routes, pusher, environment }
        }

        fn push(&self) -> (String, String) {
            let now = wechat::Environment::now(&self.environment);
            let push = self.pusher.push(&message("你好", now), &self.environment).unwrap();
            (push.query, push.body)
        }

        async fn ask(&self, request: axum::http::request::Builder, body: Body) -> (StatusCode, String) {
            let response = self.routes.clone().oneshot(request.body(body).unwrap()).await.unwrap();
            let status = response.status();
            let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
            (status, String::from_utf8(body.to_vec()).unwrap())
        }

        async fn post(&self, path: &str, body: impl Into<Body>) -> (StatusCode, String) {
            self.ask(Request::post(path), body.into()).await
        }
    }

    #[tokio::test]
    async fn the_address_is_verified_with_the_echo_as_plain_text() {
        let stage = Stage::new(InboxOptions::default()).await;
        let query = stage.pusher.verification("5837397578432", &stage.environment);
        let request = Request::get(format!("/wechat/demo?{query}"));
        assert_eq!(stage.ask(request, Body::empty()).await, (StatusCode::OK, "5837397578432".into()));
        let forged = query.replace("signature=", "signature=0");
        let request = Request::get(format!("/wechat/demo?{forged}"));
        assert_eq!(stage.ask(request, Body::empty()).await, (StatusCode::FORBIDDEN, String::new()));
    }

    #[tokio::test]
    async fn a_delivery_is_answered_success() {
        let stage = Stage::new(InboxOptions::default()).await;
        let (query, body) = stage.push();
        assert_eq!(stage.post(&format!("/wechat/demo?{query}"), body).await, (StatusCode::OK, "success".into()));
    }

    #[tokio::test]
    async fn w01_an_unknown_account_looks_like_a_wrong_signature() {
        let stage = Stage::new(InboxOptions::default()).await;
        let (query, body) = stage.push();
        let forged = query.replace("msg_signature=", "msg_signature=f");
        let wrong = stage.post(&format!("/wechat/demo?{forged}"), body.clone()).await;
        assert_eq!(wrong, (StatusCode::FORBIDDEN, String::new()));
        assert_eq!(stage.post(&format!("/wechat/nobody?{query}"), body).await, wrong);
    }

    #[tokio::test]
    async fn w06_a_repeated_parameter_is_a_bad_request() {
        let stage = Stage::new(InboxOptions::default()).await;
        let (query, body) = stage.push();
        let (status, _) = stage.post(&format!("/wechat/demo?{query}&nonce=1"), body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }

    #[tokio::test]
    async fn w28_a_large_body_is_refused_whether_its_length_is_told_or_not() {
        let stage = Stage::new(InboxOptions::default()).await;
        let (query, _) = stage.push();
        let path = format!("/wechat/demo?{query}");
        let large = vec![b' '; MAX_BODY + 1];
        assert_eq!(stage.post(&path, large.clone()).await.0, StatusCode::PAYLOAD_TOO_LARGE);
        let chunks = large.chunks(1000).map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec())).collect::<Vec<_>>();
        assert_eq!(stage.post(&path, Body::from_stream(stream::iter(chunks))).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn w29_a_compressed_body_is_refused() {
        let stage = Stage::new(InboxOptions::default()).await;
        let (query, body) = stage.push();
        let request = Request::post(format!("/wechat/demo?{query}")).header("content-encoding", "gzip");
        assert_eq!(stage.ask(request, body.into()).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }

    #[tokio::test]
    async fn w28_a_body_that_does_not_come_is_given_up() {
        let stage = Stage::new(InboxOptions { reading: Duration::from_millis(50), ..InboxOptions::default() }).await;
        let body = Body::from_stream(stream::once(pending::<Result<Bytes, std::io::Error>>()));
        let request = Request::post("/wechat/demo?timestamp=1").body(body).unwrap();
        let response = stage.routes.clone().oneshot(request).await.unwrap();
        assert!(to_bytes(response.into_body(), 10).await.is_err(), "the connection is closed");
    }

    /// Sends a request on a socket of its own and returns every byte that comes back until the connection is closed.
    async fn bytes_back(address: std::net::SocketAddr, path: &str, body: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + body).as_bytes()).await.unwrap();
        let mut back = Vec::new();
        let _closed_or_reset = stream.read_to_end(&mut back).await;
        back
    }

    #[tokio::test]
    async fn w36_with_the_database_locked_the_connection_closes_without_a_byte_and_the_repetition_is_answered() {
        let deadline = Duration::from_millis(200);
        let stage = Stage::new(InboxOptions { deadline, ..InboxOptions::default() }).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = stage.routes.clone();
        let server = Arc::new(tokio::sync::Notify::new());
        let stop = Arc::clone(&server);
        let serving = async move {
            axum::serve(listener, routes).with_graceful_shutdown(async move { stop.notified().await }).await.unwrap();
        };
        let asking = async {
            let (query, body) = stage.push();
            let path = format!("/wechat/demo?{query}");
            let lock = stage.db.begin().await.unwrap();
            assert_eq!(bytes_back(address, &path, &body).await, b"");
            lock.rollback().await.unwrap();
            let answer = bytes_back(address, &path, &body).await;
            assert!(stage.folder.path().try_exists().unwrap());
            assert!(answer.ends_with(b"success"), "{}", String::from_utf8_lossy(&answer));
            server.notify_one();
        };
        futures::join!(serving, asking);
    }
}
