//! Deliveries to the callback, signed and sealed as WeChat does it.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use serde_json::Value;
use wechat::Environment;
use wechat::callback::Mode;
use wechat::cipher::AesKey;
use wechat::push::Pusher;

use crate::Outcome;

/// Followers who write.
const FOLLOWERS: usize = 5000;

/// The account whose callback is asked.
#[derive(Clone, Debug)]
pub struct Account {
    /// The token of the signatures.
    pub token: String,
    /// The account's `AppID`.
    pub app_id: String,
    /// Its id as the receiver of messages.
    pub original_id: String,
    /// The key of the bodies.
    pub encoding_aes_key: String,
    /// The present time in Unix seconds.
    pub now: i64,
}

impl Account {
    /// The account as `addresses.json` and the sandbox describe it.
    pub fn of(value: &Value) -> Outcome<Self> {
        let text = |name: &str| {
            let text = value.get(name).and_then(Value::as_str).map(str::to_owned);
            text.ok_or_else(|| format!("the account has no {name}"))
        };
        Ok(Self {
            token: text("token")?,
            app_id: text("app_id")?,
            original_id: text("original_id")?,
            encoding_aes_key: text("encoding_aes_key")?,
            now: kernel::Clock::system().now().seconds(),
        })
    }

    /// One request for each text, ready to be written, to a callback at `host:port` and a path. Their numbers go on from
    /// the first, as WeChat's do; no number may be sent twice.
    pub fn requests<'t>(
        &self,
        (address, path): (&str, &str),
        first: usize,
        texts: impl Iterator<Item = &'t str>,
    ) -> Outcome<Vec<Vec<u8>>> {
        let pusher = self.pusher()?;
        let surroundings = Surroundings { now: AtomicI64::new(self.now), next: AtomicU64::new(1) };
        let request = |(number, text): (usize, &str)| {
            let openid = format!("oLoad{:023}", number % FOLLOWERS);
            let clear = format!(
                "<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>\
                 <CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType>\
                 <Content><![CDATA[{text}]]></Content><MsgId>{message}</MsgId></xml>",
                to = self.original_id,
                now = self.now,
                message = 7_000_000_000_000_000_usize + first + number,
            );
            let push = pusher.push_raw(&openid, &self.original_id, &clear, &surroundings)?;
            let head = format!(
                "POST {path}?{} HTTP/1.1\r\nHost: {address}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
                push.query,
                push.body.len()
            );
            Ok([head, push.body].concat().into_bytes())
        };
        texts.enumerate().map(request).collect()
    }

    /// What an answer says, in clear.
    pub fn read(&self, body: &[u8]) -> Outcome<String> {
        let answer = self.pusher()?.read_answer(std::str::from_utf8(body)?).map_err(|error| format!("{error:?}"))?;
        Ok(format!("{:?}", answer.ok_or("no reply")?.reply))
    }

    fn pusher(&self) -> Outcome<Pusher> {
        let key = AesKey::parse(&self.encoding_aes_key)?;
        Ok(Pusher::sealed(&self.token, &self.app_id, Mode::Secure, key))
    }
}

/// The host's time, and bytes that need not be secret.
struct Surroundings {
    now: AtomicI64,
    next: AtomicU64,
}

impl Environment for Surroundings {
    fn now(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let word = self.next.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            *byte = word.to_be_bytes().first().copied().unwrap_or(0);
        }
    }
}
