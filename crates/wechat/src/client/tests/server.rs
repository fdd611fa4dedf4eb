//! A scripted WeChat on a port of this machine.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Method, Response, Uri, header};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// One request as it arrived.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) body: Vec<u8>,
}

impl Seen {
    pub(super) fn is_token(&self) -> bool {
        self.path == "/cgi-bin/stable_token"
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

type Script = Arc<dyn Fn(&Seen) -> Response<Body> + Send + Sync>;
type Log = Arc<Mutex<Vec<Seen>>>;

/// Serves until dropped.
pub(super) struct Server {
    pub(super) base: String,
    seen: Log,
    _tasks: JoinSet<()>,
}

impl Server {
    /// Answers every request with `script`.
    pub(super) async fn scripted(script: impl Fn(&Seen) -> Response<Body> + Send + Sync + 'static) -> Self {
        async fn answer(
            State((script, seen)): State<(Script, Log)>,
            method: Method,
            uri: Uri,
            body: Bytes,
        ) -> Response<Body> {
            let request = Seen {
                method,
                path: uri.path().to_owned(),
                query: uri.query().unwrap_or_default().to_owned(),
                body: body.to_vec(),
            };
            seen.lock().unwrap().push(request.clone());
            script(&request)
        }
        let seen = Log::default();
        let state: (Script, Log) = (Arc::new(script), seen.clone());
        let router = Router::new().fallback(answer).with_state(state);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base, seen, _tasks: tasks }
    }

    /// Hands out the token `good`, and answers other calls with `script`.
    pub(super) async fn with_token(script: impl Fn(&Seen) -> Response<Body> + Send + Sync + 'static) -> Self {
        Self::scripted(move |seen| if seen.is_token() { token("good", 7200) } else { script(seen) }).await
    }

    /// Hands out the token `good`, and answers other calls with this body.
    pub(super) async fn answering(body: &'static str) -> Self {
        Self::with_token(move |_| json(body)).await
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// How many requests asked for a token, and how many for something else.
    pub(super) fn counts(&self) -> (usize, usize) {
        let seen = self.seen();
        let tokens = seen.iter().filter(|seen| seen.is_token()).count();
        (tokens, seen.len() - tokens)
    }

    pub(super) fn last(&self) -> Seen {
        self.seen().pop().unwrap()
    }
}

pub(super) fn answer(content_type: &str, body: impl Into<Body>) -> Response<Body> {
    Response::builder().header(header::CONTENT_TYPE, content_type).body(body.into()).unwrap()
}

pub(super) fn json(body: impl Into<Body>) -> Response<Body> {
    answer("application/json; encoding=utf-8", body)
}

pub(super) fn token(value: &str, expires_in: i64) -> Response<Body> {
    json(serde_json::json!({"access_token": value, "expires_in": expires_in}).to_string())
}

pub(super) fn refusal(code: i64) -> Response<Body> {
    json(serde_json::json!({"errcode": code, "errmsg": format!("refused {code} rid: 6-5-4")}).to_string())
}
