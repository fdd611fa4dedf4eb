//! What the tests of this crate share: an environment that repeats itself, a live sandbox, a scripted callback.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use wechat::Environment;

use crate::random::Random;
use crate::{Kind, Offset, Sandbox, SandboxAccount, SandboxSettings};

/// A fixed time and a counter stretched into bytes.
pub(crate) struct Fixed {
    at: i64,
    drawn: AtomicU64,
}

impl Environment for Fixed {
    fn now(&self) -> i64 {
        self.at
    }

    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.drawn.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        for byte in bytes {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *byte = state.to_le_bytes()[3];
        }
    }
}

/// The environment of the tests: 2026-11-23 08:00 in Shanghai.
pub(crate) fn environment() -> Arc<Fixed> {
    Arc::new(Fixed { at: 1_795_392_000, drawn: AtomicU64::new(1) })
}

/// A source of random ids for tests.
pub(crate) fn random() -> Random {
    Random(environment())
}

/// An account of the tests.
pub(crate) fn account(name: &str, kind: Kind, verified: bool) -> SandboxAccount {
    SandboxAccount { name: name.to_owned(), kind, verified, ..SandboxAccount::default() }
}

/// A sandbox that listens.
pub(crate) struct Live {
    pub(crate) sandbox: Sandbox,
    pub(crate) base: String,
}

impl Live {
    /// A strict sandbox with these accounts; callbacks have `answer_within` for their answer.
    pub(crate) async fn start(accounts: Vec<SandboxAccount>, answer_within: Duration) -> Self {
        let settings = SandboxSettings { accounts, strict: true, answer_within, ..SandboxSettings::default() };
        Self::of(Sandbox::open(settings, environment(), Offset::default()).unwrap()).await
    }

    /// This sandbox, listening.
    pub(crate) async fn of(sandbox: Sandbox) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let serving = sandbox.clone();
        sandbox.inner.tasks.spawn(async move { serving.serve(listener, std::future::pending()).await });
        Self { sandbox, base }
    }

    /// A verified service account named `a` without a callback.
    pub(crate) async fn service() -> Self {
        Self::start(vec![account("a", Kind::Service, true)], Duration::from_secs(5)).await
    }

    /// `GET`, read as JSON.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.sandbox.inner.http.get(format!("{}{path}", self.base)).send().await.unwrap();
        response.json().await.unwrap()
    }

    /// `POST` of JSON without a content type, read as JSON.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.sandbox.inner.http.post(format!("{}{path}", self.base)).body(body.to_string());
        request.send().await.unwrap().json().await.unwrap()
    }

    /// `POST` as the control interface takes it.
    pub(crate) async fn control(&self, path: &str, body: &Value) -> Value {
        let request = self.sandbox.inner.http.post(format!("{}/_sandbox{path}", self.base)).json(body);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// A token of the plain line for the account `name`.
    pub(crate) async fn token(&self, name: &str) -> String {
        let settings = self.sandbox.accounts().into_iter().find(|account| account.name == name).unwrap();
        let (id, secret) = (settings.app_id, settings.app_secret);
        let path = format!("/cgi-bin/token?grant_type=client_credential&appid={id}&secret={secret}");
        self.get(&path).await["access_token"].as_str().unwrap().to_owned()
    }

    /// A client of the account `a`, on the sandbox's own clock.
    pub(crate) fn client(&self) -> wechat::client::Client {
        let settings = self.sandbox.accounts().into_iter().find(|account| account.name == "a").unwrap();
        let settings = wechat::client::ClientSettings {
            api_base: self.base.clone(),
            busy_pause: Duration::from_millis(1),
            ..wechat::client::ClientSettings::new(&settings.app_id, &settings.app_secret)
        };
        let clock = Arc::new(self.sandbox.inner.clock.clone());
        wechat::client::Client::new(settings, clock, Arc::new(wechat::client::MemoryStore::default())).unwrap()
    }

    /// A new follower of `a`.
    pub(crate) async fn follower(&self) -> String {
        self.control("/a/followers", &json!({})).await["openid"].as_str().unwrap().to_owned()
    }

    /// Lets a follower of `a` do something.
    pub(crate) async fn send(&self, openid: &str, kind: &str, content: &str) -> Value {
        self.control(&format!("/a/followers/{openid}/messages"), &json!({"type": kind, "content": content})).await
    }

    /// The chat of a follower of `a`, as (direction, type, content).
    pub(crate) async fn chat(&self, openid: &str) -> Vec<(String, String, String)> {
        let chat = self.get(&format!("/_sandbox/a/followers/{openid}/chat")).await;
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
        let entries = chat.as_array().unwrap().iter();
        entries.map(|entry| (text(entry, "direction"), text(entry, "type"), text(entry, "content"))).collect()
    }

    /// Moves the clock.
    pub(crate) async fn advance(&self, seconds: i64) {
        self.control("/clock", &json!({"advance_seconds": seconds})).await;
    }
}

/// What the scripted callback does with one request.
pub(crate) enum Step {
    /// Answers with this status and body.
    Say(u16, String),
    /// Answers after the connection was given up.
    Hang,
}

/// A callback that follows a script and remembers what it was sent.
#[derive(Clone, Default)]
pub(crate) struct Script {
    steps: Arc<Mutex<VecDeque<Step>>>,
    seen: Arc<Mutex<Vec<(String, String)>>>,
}

impl Script {
    /// Adds a step; without steps everything is answered `success`.
    pub(crate) fn then(&self, step: Step) {
        self.steps.lock().unwrap().push_back(step);
    }

    /// Query and body of every request so far.
    pub(crate) fn seen(&self) -> Vec<(String, String)> {
        self.seen.lock().unwrap().clone()
    }

    /// Listens and returns its address.
    pub(crate) async fn listen(&self, sandbox: &Sandbox) -> String {
        let script = self.clone();
        let answer = async move |uri: axum::http::Uri, body: Bytes| {
            let query = uri.query().unwrap_or_default().to_owned();
            let body = String::from_utf8(body.to_vec()).unwrap();
            script.seen.lock().unwrap().push((query, body));
            let step = script.steps.lock().unwrap().pop_front();
            match step {
                Some(Step::Say(status, body)) => (StatusCode::from_u16(status).unwrap(), body).into_response(),
                Some(Step::Hang) => std::future::pending().await,
                None => "success".into_response(),
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/callback", listener.local_addr().unwrap());
        let router = axum::Router::new().fallback(answer);
        let stop = sandbox.inner.stop.clone();
        let serve = axum::serve(listener, router).with_graceful_shutdown(async move { stop.cancelled().await });
        sandbox.inner.tasks.spawn(async move { serve.await });
        url
    }
}
