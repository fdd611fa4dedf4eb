//! WeChat's servers as the callback meets them, for tests that need more than a phone.

use kernel::{Clock, Random};
use serde_json::Value;
use wechat::Environment;
use wechat::callback::Mode;
use wechat::cipher::AesKey;
use wechat::push::{Push, Pusher};

use crate::Client;

struct Surroundings(Random, i64);

impl Environment for Surroundings {
    fn now(&self) -> i64 {
        self.1
    }
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}

/// Delivers messages to the callback of one account in secure mode, all at one moment, and reads the answers as WeChat
/// would. A message that is repeated says the same.
pub struct Sender {
    account: String,
    pusher: Pusher,
    original_id: String,
    around: Surroundings,
}

impl Sender {
    /// The sender for an account as `addresses.json` and the sandbox describe it.
    ///
    /// # Panics
    /// If something of it is missing.
    #[expect(clippy::expect_used, reason = "a test helper: what does not fit ends the test")]
    pub fn new(account: &Value) -> Self {
        let text = |name: &str| account.get(name).and_then(Value::as_str).expect("an account").to_owned();
        let key = AesKey::parse(&text("encoding_aes_key")).expect("a key");
        let pusher = Pusher::sealed(&text("token"), &text("app_id"), Mode::Secure, key);
        let around = Surroundings(Random::seeded(3), Clock::system().now().seconds());
        Self { account: text("name"), pusher, original_id: text("original_id"), around }
    }

    /// The request that asks for the opening hours as a message of this number; each number is one of 40 followers'.
    ///
    /// # Panics
    /// If it cannot be sealed.
    pub fn question(&self, number: u64) -> Push {
        let openid = format!("oKill{:023}", number % 40);
        let clear = format!(
            "<xml><ToUserName><![CDATA[{}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>\
             <CreateTime>{}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[开放时间]]></Content>\
             <MsgId>{}</MsgId></xml>",
            self.original_id,
            self.around.1,
            24_000_000_000_000_000 + number,
        );
        self.sealed(&openid, &clear)
    }

    /// Any text as a signed and sealed delivery.
    ///
    /// # Panics
    /// If it cannot be sealed.
    #[expect(clippy::expect_used, reason = "a test helper: what does not fit ends the test")]
    pub fn sealed(&self, openid: &str, clear: &str) -> Push {
        self.pusher.push_raw(openid, &self.original_id, clear, &self.around).expect("a sealed message")
    }

    /// The moment of its messages, in Unix seconds.
    pub const fn now(&self) -> i64 {
        self.around.1
    }

    /// The path and query that a request goes to.
    pub fn path(&self, push: &Push) -> String {
        format!("/wechat/{}?{}", self.account, push.query)
    }

    /// Asks one question; what was answered, in clear, if the answer came whole.
    ///
    /// # Panics
    /// If the answer is a refusal, or WeChat could not read it.
    pub async fn ask(&self, site: &Client, number: u64) -> Option<String> {
        let push = self.question(number);
        let answer = site.try_post(&self.path(&push), push.body.into_bytes()).await.ok()?;
        assert_eq!(answer.status, 200, "{}", answer.body);
        Some(self.read(&answer.body))
    }

    /// What an answer says, in clear.
    ///
    /// # Panics
    /// If WeChat could not read it.
    #[expect(clippy::expect_used, reason = "a test helper: what does not fit ends the test")]
    pub fn read(&self, body: &str) -> String {
        let reply = self.pusher.read_answer(body).expect("an answer WeChat can read");
        format!("{:?}", reply.expect("an answer").reply)
    }
}
