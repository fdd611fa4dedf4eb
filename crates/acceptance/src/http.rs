//! Asking over HTTP.

use std::time::Duration;

use serde_json::Value;

/// An answer read whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The headers that do not change from request to request, as `name: value`, sorted.
    pub headers: Vec<String>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The body read as JSON.
    ///
    /// # Panics
    /// If it is anything else.
    #[expect(clippy::panic, reason = "a test helper: what does not fit ends the test")]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// A client of one server.
#[derive(Clone, Debug)]
pub struct Client {
    base: String,
    http: reqwest::Client,
}

impl Client {
    /// A client of the server at a base address. It keeps no cookies and follows no redirects.
    ///
    /// # Panics
    /// If the client cannot be made.
    #[expect(clippy::expect_used, reason = "a test helper: without a client there is nothing to test")]
    pub fn new(base: &str) -> Self {
        // Another client of the same process may have installed it already.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .no_proxy()
            .build()
            .expect("a client");
        Self { base: base.to_owned(), http }
    }

    /// The base address.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// `GET`, or why there was no answer.
    pub async fn try_get(&self, path: &str) -> Result<Answer, reqwest::Error> {
        answer(self.http.get(format!("{}{path}", self.base)).send().await?).await
    }

    /// `GET` with query parameters.
    ///
    /// # Panics
    /// If there is no answer.
    #[expect(clippy::expect_used, reason = "a test helper: no answer ends the test")]
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> Answer {
        let sent = self.http.get(format!("{}{path}", self.base)).query(query).send().await;
        answer(sent.expect("an answer")).await.expect("a whole answer")
    }

    /// `POST` of a JSON value.
    ///
    /// # Panics
    /// If there is no answer.
    #[expect(clippy::expect_used, reason = "a test helper: no answer ends the test")]
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        let sent = self.http.post(format!("{}{path}", self.base)).json(body).send().await;
        answer(sent.expect("an answer")).await.expect("a whole answer")
    }

    /// `POST` of a body as it is, or why there was no answer.
    pub async fn try_post(&self, path: &str, body: Vec<u8>) -> Result<Answer, reqwest::Error> {
        let post = self.http.post(format!("{}{path}", self.base)).header("content-type", "text/xml");
        answer(post.body(body).send().await?).await
    }
}

/// An answer read whole.
pub(crate) async fn answer(response: reqwest::Response) -> Result<Answer, reqwest::Error> {
    let status = response.status().as_u16();
    let mut headers: Vec<String> = response
        .headers()
        .iter()
        .filter(|(name, _)| *name != "date")
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or_default()))
        .collect();
    headers.sort_unstable();
    Ok(Answer { status, headers, body: response.text().await? })
}
