//! The callback as HTTP: what strangers, slow and large requests meet.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::ConnectInfo;
use futures::future::pending;
use kernel::testing::{ground, sqlite};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;
use wechat::callback::Mode;
use wechat::cipher::AesKey;
use wechat::push::Pusher;

use super::*;
use crate::sources::Published;
use crate::testing::{APP_ID, KEY, TOKEN, account, text as message};
use crate::{Account, AccountKind, AccountSettings, Accounts, HouseEnvironment, InboxOptions, SourceRule};

struct Stage {
    folder: tempfile::TempDir,
    db: kernel::Db,
    ground: kernel::Ground,
    hand: kernel::ManualClock,
    inbox: Inbox,
    routes: Router,
    pusher: Pusher,
    environment: HouseEnvironment,
}

impl Stage {
    async fn new(options: InboxOptions) -> Self {
        Self::admitting(SourceRule::Watch, options).await
    }

    async fn admitting(rule: SourceRule, options: InboxOptions) -> Self {
        let (folder, db) = sqlite().await;
        let (ground, hand) = ground(db.clone());
        let (account, pusher) = account(AccountKind::Service, true);
        let settings = AccountSettings { callback_addresses: rule, ..account.settings.clone() };
        let accounts = Accounts::of([Arc::new(Account::new(settings).unwrap())]);
        let environment = HouseEnvironment { clock: ground.clock.clone(), random: ground.random.clone() };
        let inbox = Inbox::new(&ground, accounts, Vec::new(), options);
        Self { folder, db, routes: callback_routes(inbox.clone()), inbox, ground, hand, pusher, environment }
    }

    /// Delivers a genuine message on a connection from this address, which a proxy may have marked.
    async fn deliver_from(&self, peer: &str, forwarded: Option<&str>) -> StatusCode {
        let (query, body) = self.push();
        let peer: SocketAddr = format!("{peer}:40000").parse().unwrap();
        let request = Request::post(format!("/wechat/demo?{query}")).extension(ConnectInfo(peer));
        let request = forwarded.into_iter().fold(request, |request, value| request.header("x-forwarded-for", value));
        self.ask(request, body.into()).await.0
    }

    fn counted(&self, line: &str) -> bool {
        self.ground.metrics.render().lines().any(|other| other == line)
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
async fn w38_the_address_is_verified_with_the_echo_as_plain_text() {
    let stage = Stage::new(InboxOptions::default()).await;
    let query = stage.pusher.verification("5837397578432", &stage.environment);
    let request = Request::get(format!("/wechat/demo?{query}"));
    assert_eq!(stage.ask(request, Body::empty()).await, (StatusCode::OK, "5837397578432".into()));
    let query_of_script = stage.pusher.verification("%3Cscript%3E", &stage.environment);
    let request = Request::get(format!("/wechat/demo?{query_of_script}")).body(Body::empty()).unwrap();
    let response = stage.routes.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
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
async fn w05_w14_w17_every_forgery_meets_the_same_answer_and_none_reaches_the_database() {
    let stage = Stage::new(InboxOptions::default()).await;
    let (query, body) = stage.push();
    let signature = query.split("msg_signature=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let forged = |at: usize| {
        let mut wrong = signature.clone().into_bytes();
        wrong[at] = if wrong[at] == b'0' { b'1' } else { b'0' };
        (query.replace(&signature, std::str::from_utf8(&wrong).unwrap()), body.clone())
    };
    // Whoever knows the token but not the key, and who has both but for another account.
    let own = AesKey::parse(KEY).unwrap();
    let foreign = Pusher::sealed(TOKEN, "wx0000000000000000", Mode::Secure, own);
    let another = AesKey::parse("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C").unwrap();
    let keyless = Pusher::sealed(TOKEN, APP_ID, Mode::Secure, another);
    let mut requests = vec![forged(0), forged(20), forged(39)];
    for pusher in [foreign, keyless] {
        let now = wechat::Environment::now(&stage.environment);
        let push = pusher.push(&message("你好", now), &stage.environment).unwrap();
        requests.push((push.query, push.body));
    }
    let before = stage.db.statements();
    let mut answers = Vec::new();
    for (query, body) in requests {
        let request = Request::post(format!("/wechat/demo?{query}")).body(Body::from(body)).unwrap();
        let response = stage.routes.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        answers.push((parts.status, parts.headers, to_bytes(body, 10).await.unwrap()));
    }
    assert_eq!((answers[0].0, answers[0].2.len()), (StatusCode::FORBIDDEN, 0));
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(stage.db.statements(), before);
    assert!(stage.counted("lantai_callback_refused_total{reason=\"signature\"} 3"));
    assert!(stage.counted("lantai_callback_refused_total{reason=\"cipher\"} 2"));
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

#[tokio::test]
async fn w28_a_body_of_one_byte_at_a_time_is_given_up_at_the_deadline_not_after_each_byte() {
    assert_eq!(InboxOptions::default().reading, Duration::from_secs(4));
    let reading = Duration::from_millis(60);
    let stage = Stage::new(InboxOptions { reading, ..InboxOptions::default() }).await;
    // A byte comes long before the deadline, again and again, for ever.
    let bytes = stream::unfold(tokio::time::interval(reading / 20), |mut pace| async move {
        pace.tick().await;
        Some((Ok::<_, std::io::Error>(Bytes::from_static(b"x")), pace))
    });
    let request = Request::post("/wechat/demo?timestamp=1").body(Body::from_stream(bytes)).unwrap();
    let response = stage.routes.clone().oneshot(request).await.unwrap();
    assert!(to_bytes(response.into_body(), 10).await.is_err(), "the connection is closed");
    assert!(stage.counted("lantai_callback_hung_up_total 1"));
}

/// Sends a request on a socket of its own and returns every byte that comes back until the connection is closed.
async fn bytes_back(address: SocketAddr, path: &str, body: &str) -> Vec<u8> {
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

/// What WeChat publishes in these tests.
fn published(stage: &Stage) -> Published {
    Published::of(vec!["203.0.113.0/24".into()], stage.ground.clock.now()).unwrap()
}

#[tokio::test]
async fn w39_a_foreign_address_is_counted_and_refused_only_if_the_list_was_turned_on() {
    for (rule, status) in [(SourceRule::Watch, StatusCode::OK), (SourceRule::Require, StatusCode::FORBIDDEN)] {
        let stage = Stage::admitting(rule, InboxOptions::default()).await;
        assert_eq!(stage.deliver_from("198.51.100.7", None).await, StatusCode::OK, "no list refuses nobody");
        stage.inbox.sources().learn("demo", &published(&stage));
        assert_eq!(stage.deliver_from("203.0.113.9", None).await, StatusCode::OK);
        assert!(stage.counted("lantai_callback_foreign_total 0"));
        assert_eq!(stage.deliver_from("198.51.100.7", None).await, status);
        assert!(stage.counted("lantai_callback_foreign_total 1"));
        let refused = i32::from(rule == SourceRule::Require);
        assert!(stage.counted(&format!("lantai_callback_refused_total{{reason=\"address\"}} {refused}")));
        let query = stage.pusher.verification("5837397578432", &stage.environment);
        let peer: SocketAddr = "198.51.100.7:1".parse().unwrap();
        let request = Request::get(format!("/wechat/demo?{query}")).extension(ConnectInfo(peer));
        assert_eq!(stage.ask(request, Body::empty()).await.0, status, "the check of the address alike");
        stage.hand.advance(3 * 86_400 + 1);
        assert_eq!(stage.deliver_from("198.51.100.7", None).await, StatusCode::OK, "an old list refuses nobody");
    }
}

#[tokio::test]
async fn w39_behind_a_proxy_the_right_most_untrusted_address_counts_and_a_forgotten_proxy_shuts_nobody_out() {
    let proxies: web::Proxies = serde_json::from_str("[\"198.51.100.7\"]").unwrap();
    let options = InboxOptions { proxies, ..InboxOptions::default() };
    let stage = Stage::admitting(SourceRule::Require, options).await;
    stage.inbox.sources().learn("demo", &published(&stage));
    for (peer, forwarded, status) in [
        ("198.51.100.7", Some("203.0.113.9"), StatusCode::OK),
        ("198.51.100.7", Some("192.0.2.1, 203.0.113.9"), StatusCode::OK),
        ("198.51.100.7", Some("203.0.113.9, 192.0.2.1"), StatusCode::FORBIDDEN),
        ("192.0.2.1", Some("203.0.113.9"), StatusCode::FORBIDDEN),
        ("10.0.0.3", None, StatusCode::OK),
        ("127.0.0.1", Some("203.0.113.9"), StatusCode::OK),
    ] {
        assert_eq!(stage.deliver_from(peer, forwarded).await, status, "{peer} {forwarded:?}");
    }
}

#[tokio::test]
async fn w39_a_list_another_server_fetched_is_taken_over() {
    let stage = Stage::admitting(SourceRule::Require, InboxOptions::default()).await;
    let mut tx = stage.db.begin().await.unwrap();
    published(&stage).store(&mut tx, "demo").await.unwrap();
    tx.commit().await.unwrap();
    stage.inbox.look_for_addresses().await.unwrap();
    assert_eq!(stage.deliver_from("198.51.100.7", None).await, StatusCode::FORBIDDEN);
    assert_eq!(stage.deliver_from("203.0.113.9", None).await, StatusCode::OK);
}

#[tokio::test]
async fn w39_a_foreign_address_makes_a_list_of_yesterday_be_fetched_anew() {
    let stage = Stage::admitting(SourceRule::Require, InboxOptions::default()).await;
    let orders = async || {
        let mut tx = stage.db.read().await.unwrap();
        let text = "SELECT count(*) FROM job WHERE kind = 'account.refresh-addresses'";
        tx.sql(text).one::<(i64,)>().await.unwrap().0
    };
    stage.inbox.sources().learn("demo", &published(&stage));
    stage.deliver_from("198.51.100.7", None).await;
    assert_eq!(orders().await, 0);
    stage.hand.advance(3600);
    for _ in 0..5 {
        stage.deliver_from("198.51.100.7", None).await;
    }
    stage.ground.tasks.stop();
    stage.ground.tasks.ended().await;
    assert_eq!(orders().await, 1);
}
