//! A follower at the sandbox's phone.

use std::time::Duration;

use serde_json::{Value, json};

use crate::Client;

/// Somebody who follows an account of the sandbox.
#[derive(Clone, Debug)]
pub struct Reader {
    /// WeChat's side.
    pub sandbox: Client,
    /// The account's name there.
    pub account: String,
    /// Who they are to the account.
    pub openid: String,
}

impl Reader {
    /// A new follower.
    ///
    /// # Panics
    /// If the sandbox refuses.
    #[expect(clippy::expect_used, reason = "a test helper: what does not fit ends the test")]
    pub async fn follow(sandbox: &Client, account: &str) -> Self {
        let answer = sandbox.post(&format!("/_sandbox/{account}/followers"), &json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let body = answer.json();
        let openid = body.get("openid").and_then(Value::as_str).expect("an openid").to_owned();
        Self { sandbox: sandbox.clone(), account: account.to_owned(), openid }
    }

    /// Sends a message and gives the account's answer, whatever its type, as one text.
    ///
    /// # Panics
    /// If no answer comes within four seconds.
    #[expect(clippy::panic, reason = "a test helper: no answer ends the test")]
    pub async fn says(&self, content: &str) -> String {
        let before = self.heard().await.len();
        let path = format!("/_sandbox/{}/followers/{}/messages", self.account, self.openid);
        let answer = self.sandbox.post(&path, &json!({"type": "text", "content": content})).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        for _ in 0..200 {
            let heard = self.heard().await;
            if heard.len() > before {
                return heard.get(before..).unwrap_or_default().join("\n");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("“{content}” was not answered");
    }

    /// What the account said so far.
    pub async fn heard(&self) -> Vec<String> {
        let path = format!("/_sandbox/{}/followers/{}/chat", self.account, self.openid);
        let body = self.sandbox.get(&path, &[]).await.json();
        let entries = body.as_array().or_else(|| body.get("entries")?.as_array()).cloned().unwrap_or_default();
        let said = |entry: &&Value| entry.get("direction").and_then(Value::as_str) == Some("out");
        entries.iter().filter(said).map(Value::to_string).collect()
    }
}

/// The first address in what was said.
///
/// # Panics
/// If there is none.
#[expect(clippy::expect_used, reason = "a test helper: what does not fit ends the test")]
pub fn first_link(text: &str) -> String {
    let (_, rest) = text.split_once("http").expect("a link");
    let end = rest.find(['"', '\\', '<', '\'']).unwrap_or(rest.len());
    format!("http{}", rest.get(..end).unwrap_or_default())
}
