//! A reader's browser: it keeps its cookies and follows redirects by itself.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;

use crate::{Answer, Client};

/// A browser of one reader, without script.
#[derive(Clone, Debug)]
pub struct Browser {
    base: String,
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A fresh one on a site.
    ///
    /// # Panics
    /// If the client cannot be made.
    #[expect(clippy::expect_used, reason = "a test helper: without a client there is nothing to test")]
    pub fn new(site: &Client) -> Self {
        let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let http = builder.timeout(Duration::from_secs(30)).no_proxy().build().expect("a client");
        Self { base: site.base().to_owned(), http, cookies: BTreeMap::new() }
    }

    /// Opens an address or a path of the site.
    ///
    /// # Panics
    /// If there is no answer.
    pub async fn open(&mut self, address: &str) -> Answer {
        self.follow(Method::GET, address, &[]).await
    }

    /// Sends a form as a page of the site does.
    ///
    /// # Panics
    /// As [`Browser::open`].
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.follow(Method::POST, path, fields).await
    }

    async fn follow(&mut self, method: Method, address: &str, fields: &[(&str, &str)]) -> Answer {
        let mut answer = self.send(method, address, fields).await;
        for _ in 0..5 {
            let location = answer.headers.iter().find_map(|header| header.strip_prefix("location: "));
            let Some(onward) = location.map(str::to_owned) else { break };
            answer = self.send(Method::GET, &onward, &[]).await;
        }
        answer
    }

    #[expect(clippy::expect_used, reason = "a test helper: no answer ends the test")]
    async fn send(&mut self, method: Method, address: &str, fields: &[(&str, &str)]) -> Answer {
        let whole = if address.starts_with('/') { format!("{}{address}", self.base) } else { address.to_owned() };
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.http.request(method.clone(), whole).header("cookie", pairs.join("; "));
        if method == Method::POST {
            request = request.header("origin", &self.base).form(fields);
        }
        let response = request.send().await.expect("an answer");
        for set in response.headers().get_all("set-cookie") {
            let pair = set.to_str().ok().and_then(|set| set.split(';').next()?.split_once('='));
            if let Some((name, value)) = pair {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        crate::http::answer(response).await.expect("a whole answer")
    }
}

/// The value of a hidden field, or of a button, in a page.
///
/// # Panics
/// If the page has none.
#[expect(clippy::expect_used, reason = "a test helper: what does not fit ends the test")]
pub fn field(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("the field");
    rest.split('"').next().unwrap_or_default().to_owned()
}
