//! The account's side of the callback: verify, open, answer (guide "消息推送").
//!
//! Nothing of a body is decrypted or parsed before its signature was found right, and whoever sends something wrong is
//! not told what: all [`Refusal`]s but two become the same status.

use std::borrow::Cow;

use crate::cipher::{AesKey, CipherError, decrypt, encrypt};
use crate::environment::{Environment, random_text};
use crate::message::{Message, MessageError};
use crate::query::{Query, QueryError};
use crate::reply::{Reply, ReplyError, SUCCESS};
use crate::signature::{same, signature};
use crate::xml::{Element, MAX_BODY, XmlWriter};

/// The longest `echostr` that is sent back, in bytes.
const ECHO_BYTES: usize = 256;

/// How far `timestamp` may be from the present by default, in seconds.
pub const TOLERANCE_SECONDS: i64 = 600;

/// How the console says messages are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// 明文: in clear.
    Plain,
    /// 兼容: in clear and encrypted; only the encrypted part counts.
    Compatible,
    /// 安全: encrypted.
    Secure,
}

/// The key before the present one, still used by WeChat for a while after a change.
#[derive(Debug, Clone)]
pub struct PreviousKey {
    /// The key.
    pub key: AesKey,
    /// Until when it is accepted, in Unix seconds; for ever if absent.
    pub until: Option<i64>,
}

/// What a callback must know of its account.
#[derive(Clone)]
pub struct CallbackSettings {
    /// The token entered in the console.
    pub token: String,
    /// The appid, which every encrypted message carries.
    pub app_id: String,
    /// The mode chosen in the console; a body in clear is refused unless it is [`Mode::Plain`].
    pub mode: Mode,
    /// The `EncodingAESKey`; needed in the modes that encrypt.
    pub key: Option<AesKey>,
    /// The key before it.
    pub previous_key: Option<PreviousKey>,
    /// How far `timestamp` may be from the present, in seconds; [`TOLERANCE_SECONDS`] as a rule.
    pub tolerance_seconds: i64,
}

/// How a push was protected, which decides how it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealed {
    /// In clear.
    Plain,
    /// With the present key.
    Current,
    /// With the key before it.
    Previous,
}

/// A push that was found genuine.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// What was pushed.
    pub message: Message,
    /// How it was protected.
    pub sealed: Sealed,
}

/// Why a request is refused. The text is for logs; the sender gets [`Refusal::status`] and nothing else.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// Parameters missing, repeated or malformed.
    #[error("the query is malformed")]
    Query,
    /// The body is larger than 256 KB.
    #[error("the body is larger than 256 KB")]
    TooLarge,
    /// A signature is missing or wrong.
    #[error("the signature is wrong")]
    Signature,
    /// The body came in clear although the account's mode encrypts.
    #[error("the body is not encrypted")]
    Downgrade,
    /// The body could not be decrypted.
    #[error("the body cannot be decrypted: {0}")]
    Cipher(#[from] CipherError),
    /// The body is signed but no message.
    #[error("the body is no message: {0}")]
    Message(#[from] MessageError),
    /// Signed rightly but long ago or ahead of time: a replay. It holds the push so that a delivery already known can be
    /// answered `success`; it must have no other effect.
    #[error("the request is not from the present")]
    Stale(Box<Opened>),
}

impl Refusal {
    /// The HTTP status for the sender: 400 malformed query, 413 too large, 403 everything else.
    pub fn status(&self) -> u16 {
        match self {
            Self::Query => 400,
            Self::TooLarge => 413,
            _ => 403,
        }
    }
}

impl From<QueryError> for Refusal {
    fn from(_: QueryError) -> Self {
        Self::Query
    }
}

/// The callback of one account.
#[derive(Clone)]
pub struct Callback {
    settings: CallbackSettings,
}

impl Callback {
    /// The callback with these settings; a mode that encrypts needs a key.
    pub fn new(settings: CallbackSettings) -> Result<Self, CipherError> {
        if settings.mode != Mode::Plain && settings.key.is_none() {
            return Err(CipherError::Key);
        }
        Ok(Self { settings })
    }

    /// Answers the verification of the address: the text to send back as `text/plain`, exactly as it is.
    pub fn verify_url(&self, query: &Query<'_>) -> Result<String, Refusal> {
        let timestamp = query.timestamp.as_deref().ok_or(Refusal::Query)?;
        let nonce = query.nonce.as_deref().ok_or(Refusal::Query)?;
        let echo = query.echostr.as_deref().ok_or(Refusal::Query)?;
        if echo.len() > ECHO_BYTES {
            return Err(Refusal::Query);
        }
        let claimed = query.signature.as_deref().ok_or(Refusal::Signature)?;
        if same(&signature([&self.settings.token, timestamp, nonce]), claimed) {
            Ok(echo.to_owned())
        } else {
            Err(Refusal::Signature)
        }
    }

    /// Checks, decrypts and reads a push received at `now` (Unix seconds).
    pub fn open(&self, query: &Query<'_>, body: &[u8], now: i64) -> Result<Opened, Refusal> {
        if body.len() > MAX_BODY {
            return Err(Refusal::TooLarge);
        }
        let timestamp = query.timestamp.as_deref().ok_or(Refusal::Query)?;
        let nonce = query.nonce.as_deref().ok_or(Refusal::Query)?;
        let sent = seconds(timestamp).ok_or(Refusal::Query)?;
        let encrypted = match query.encrypt_type.as_deref() {
            Some("aes") => true,
            None | Some("raw" | "") => false,
            Some(_) => return Err(Refusal::Query),
        };
        // Compatible mode sends both, so a missing cipher is a downgrade there too.
        if !encrypted && self.settings.mode != Mode::Plain {
            return Err(Refusal::Downgrade);
        }
        if !encrypted || query.signature.is_some() {
            let claimed = query.signature.as_deref().ok_or(Refusal::Signature)?;
            if !same(&signature([&self.settings.token, timestamp, nonce]), claimed) {
                return Err(Refusal::Signature);
            }
        }
        let opened = if encrypted {
            let claimed = query.msg_signature.as_deref().ok_or(Refusal::Signature)?;
            let (plain, sealed) = self.unseal([timestamp, nonce, claimed], body, now)?;
            Opened { message: Message::parse(&plain)?, sealed }
        } else {
            Opened { message: Message::parse(body)?, sealed: Sealed::Plain }
        };
        if now.abs_diff(sent) > self.settings.tolerance_seconds.unsigned_abs() {
            return Err(Refusal::Stale(Box::new(opened)));
        }
        Ok(opened)
    }

    fn unseal(
        &self,
        [timestamp, nonce, claimed]: [&str; 3],
        body: &[u8],
        now: i64,
    ) -> Result<(Vec<u8>, Sealed), Refusal> {
        let text = encrypted_text(body)?;
        if !same(&signature([&self.settings.token, timestamp, nonce, &text]), claimed) {
            return Err(Refusal::Signature);
        }
        let app_id = &self.settings.app_id;
        let current = self.settings.key.as_ref().ok_or(CipherError::Key)?;
        let failure = match decrypt(current, app_id, &text) {
            Ok(plain) => return Ok((plain, Sealed::Current)),
            Err(failure) => failure,
        };
        match &self.settings.previous_key {
            Some(previous) if previous.until.is_none_or(|until| now < until) => {
                Ok((decrypt(&previous.key, app_id, &text)?, Sealed::Previous))
            }
            _ => Err(failure.into()),
        }
    }

    /// The body that answers `opened` with `reply`: checked against the limits, protected like the push was.
    pub fn seal(&self, opened: &Opened, reply: &Reply, environment: &dyn Environment) -> Result<Vec<u8>, ReplyError> {
        reply.check(&opened.message.kind)?;
        let clear = reply.to_xml(&opened.message.from, &opened.message.to, environment.now());
        self.answer(opened.sealed, clear.as_deref(), environment)
    }

    /// Like [`seal`](Self::seal) for a reply kept in clear ([`Reply::to_xml`]), so that a repeated delivery gets the same
    /// answer; `None` becomes `success`.
    pub fn answer(
        &self,
        sealed: Sealed,
        clear: Option<&str>,
        environment: &dyn Environment,
    ) -> Result<Vec<u8>, ReplyError> {
        let Some(clear) = clear else { return Ok(SUCCESS.into()) };
        let key = match sealed {
            Sealed::Plain => return Ok(clear.into()),
            Sealed::Current => self.settings.key.as_ref(),
            Sealed::Previous => self.settings.previous_key.as_ref().map(|previous| &previous.key),
        };
        let key = key.ok_or(ReplyError::Cipher)?;
        let mut random = [0; 16];
        environment.fill(&mut random);
        let text = encrypt(key, &self.settings.app_id, clear.as_bytes(), random).map_err(|_| ReplyError::Cipher)?;
        let timestamp = environment.now().to_string();
        let nonce = random_text(environment, 10);
        Ok(envelope(&self.settings.token, &timestamp, &nonce, &text).into())
    }
}

impl std::fmt::Debug for Callback {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Callback").field("app_id", &self.settings.app_id).finish_non_exhaustive()
    }
}

/// The envelope of an encrypted reply.
fn envelope(token: &str, timestamp: &str, nonce: &str, text: &str) -> String {
    let mut xml = XmlWriter::with_capacity(text.len() + 256);
    xml.open("xml")
        .text("Encrypt", text)
        .text("MsgSignature", &signature([token, timestamp, nonce, text]))
        .plain("TimeStamp", timestamp)
        .text("Nonce", nonce)
        .close("xml");
    xml.finish()
}

/// The text of `Encrypt` in an envelope, XML or JSON. Everything else in the body is ignored: only what is encrypted is
/// covered by the signature.
fn encrypted_text(body: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    let body = std::str::from_utf8(body).map_err(|_| Refusal::Signature)?;
    let missing = || Refusal::Message(MessageError::Element("Encrypt"));
    if body.trim_start().starts_with('{') {
        let value: serde_json::Value = serde_json::from_str(body).map_err(|_| missing())?;
        return value
            .get("Encrypt")
            .and_then(serde_json::Value::as_str)
            .map(|text| Cow::Owned(text.to_owned()))
            .ok_or_else(missing);
    }
    let root = Element::parse(body).map_err(MessageError::from)?;
    root.children.into_iter().find(|child| child.name == "Encrypt").map(|child| child.text).ok_or_else(missing)
}

/// A timestamp of digits only, at most 12 of them.
fn seconds(text: &str) -> Option<i64> {
    let digits = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests;
