//! A member of staff at the console's API.

use std::path::Path;
use std::time::Duration;

use kernel::Clock;
use reqwest::Method;
use serde_json::{Value, json};
use totp_rs::{Algorithm, Builder, Secret};

use crate::Demo;

/// A browser of a member of staff, signed in or not.
#[derive(Clone, Debug)]
pub struct StaffClient {
    base: String,
    http: reqwest::Client,
    cookie: Option<String>,
    form_token: Option<String>,
}

impl StaffClient {
    /// Nobody yet.
    ///
    /// # Panics
    /// If the client cannot be made.
    #[expect(clippy::expect_used, reason = "a test helper: without a client there is nothing to test")]
    pub fn stranger(demo: &Demo) -> Self {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).no_proxy().build().expect("a client");
        Self { base: demo.site.base().to_owned(), http, cookie: None, form_token: None }
    }

    /// Who has a role in the demo, as `DIR/sign-ins.json` says, signed in with whatever it takes.
    ///
    /// # Panics
    /// If the role has no account, or is not let in.
    #[expect(clippy::expect_used, reason = "a test helper: what does not fit ends the test")]
    pub async fn sign_in(demo: &Demo, folder: &Path, role: &str) -> Self {
        let text = std::fs::read_to_string(folder.join("sign-ins.json")).expect("sign-ins");
        let sign_ins: Vec<Value> = serde_json::from_str(&text).expect("a list");
        let found = sign_ins.iter().find(|one| text_of(one, "role") == Some(role)).expect("the role");
        let mut staff = Self::stranger(demo);
        let body = json!({ "name": text_of(found, "user"), "password": text_of(found, "password") });
        let (status, said) = staff.send(Method::POST, "/api/v1/session", Some(body)).await;
        assert_eq!(status, 200, "{said}");
        staff.look().await;
        if let Some(secret) = text_of(found, "totp_secret") {
            assert_eq!(text_of(&said, "next"), Some("code"));
            let (status, said) =
                staff.send(Method::POST, "/api/v1/session/code", Some(json!({"code": code(secret)}))).await;
            assert_eq!(status, 200, "{said}");
            staff.look().await;
        }
        staff
    }

    /// Takes the form token of the session.
    async fn look(&mut self) {
        let (_, told) = self.send(Method::GET, "/api/v1/session", None).await;
        self.form_token = text_of(&told, "form_token").map(str::to_owned);
    }

    /// Sends a request and gives its status and, unless it is a stream, its body.
    ///
    /// # Panics
    /// If there is no answer.
    #[expect(clippy::expect_used, reason = "a test helper: no answer ends the test")]
    pub async fn send(&mut self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self.http.request(method, format!("{}{path}", self.base)).header("origin", &self.base);
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(token) = &self.form_token {
            request = request.header("x-form-token", token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        if let Some(set) = header("set-cookie") {
            self.cookie = set.split(';').next().map(str::to_owned);
        }
        if header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream")) {
            return (status, Value::Null);
        }
        let text = response.text().await.expect("a whole answer");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// `GET` of what must be there.
    ///
    /// # Panics
    /// If it is not.
    pub async fn get(&mut self, path: &str) -> Value {
        let (status, body) = self.send(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// `POST` that must be done.
    ///
    /// # Panics
    /// If it is not.
    pub async fn post(&mut self, path: &str, body: Value) -> Value {
        let (status, told) = self.send(Method::POST, path, Some(body)).await;
        assert!((200..300).contains(&status), "{path}: {status} {told}");
        told
    }
}

/// A text that an object holds.
fn text_of<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}

/// The code of a secret in base32 at this moment.
#[expect(clippy::expect_used, reason = "a test helper: what does not fit ends the test")]
fn code(secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).expect("a secret");
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_secret(secret);
    let totp = builder.with_account_name("a".to_owned()).build().expect("a second factor");
    totp.generate(Clock::system().now().seconds().unsigned_abs()).to_string()
}
