//! WeChat's side of the callback: what an emulator or a load generator sends, and how it reads the answer.

use crate::callback::Mode;
use crate::cipher::{AesKey, CipherError, decrypt, encrypt};
use crate::environment::{Environment, random_text};
use crate::message::{Message, MessageError};
use crate::reply::{Reply, ReplyMessage, SUCCESS};
use crate::signature::{same, signature};
use crate::xml::{Element, XmlWriter};

/// A request to a callback address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// The query without `?`.
    pub query: String,
    /// The body, `text/xml`.
    pub body: String,
}

/// Why an answer is unusable; the follower would be shown a fault line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// In secure mode a reply must be encrypted.
    #[error("the reply is not encrypted")]
    Clear,
    /// The signature of the reply is wrong.
    #[error("the signature of the reply is wrong")]
    Signature,
    /// The reply cannot be decrypted.
    #[error(transparent)]
    Cipher(#[from] CipherError),
    /// The reply is not XML of a known kind.
    #[error(transparent)]
    Message(#[from] MessageError),
}

/// Pushes to the callback of one account.
#[derive(Debug, Clone)]
pub struct Pusher {
    token: String,
    app_id: String,
    cipher: Option<(Mode, AesKey)>,
}

impl Pusher {
    /// Pushes in clear.
    pub fn plain(token: &str, app_id: &str) -> Self {
        Self { token: token.to_owned(), app_id: app_id.to_owned(), cipher: None }
    }

    /// Pushes in `mode` with `key`; in [`Mode::Plain`] the key is not used.
    pub fn sealed(token: &str, app_id: &str, mode: Mode, key: AesKey) -> Self {
        let cipher = (mode != Mode::Plain).then_some((mode, key));
        Self { token: token.to_owned(), app_id: app_id.to_owned(), cipher }
    }

    /// The query of an address verification; the callback must answer exactly `echo` (letters and digits).
    pub fn verification(&self, echo: &str, environment: &dyn Environment) -> String {
        let (timestamp, nonce) = moment(environment);
        let sum = signature([&self.token, &timestamp, &nonce]);
        format!("signature={sum}&timestamp={timestamp}&nonce={nonce}&echostr={echo}")
    }

    /// The request that delivers `message`. A repeated delivery is a new request of the same message.
    pub fn push(&self, message: &Message, environment: &dyn Environment) -> Result<Push, CipherError> {
        self.push_raw(&message.from, &message.to, &message.to_xml(), environment)
    }

    /// The request that delivers `clear`, any text, from the follower `from` to the account `to`.
    pub fn push_raw(
        &self,
        from: &str,
        to: &str,
        clear: &str,
        environment: &dyn Environment,
    ) -> Result<Push, CipherError> {
        let (timestamp, nonce) = moment(environment);
        let sum = signature([&self.token, &timestamp, &nonce]);
        let query = format!("signature={sum}&timestamp={timestamp}&nonce={nonce}&openid={from}");
        let Some((mode, key)) = &self.cipher else { return Ok(Push { query, body: clear.to_owned() }) };
        let mut random = [0; 16];
        environment.fill(&mut random);
        let text = encrypt(key, &self.app_id, clear.as_bytes(), random)?;
        let sum = signature([&self.token, &timestamp, &nonce, &text]);
        let query = format!("{query}&encrypt_type=aes&msg_signature={sum}");
        let mut xml = XmlWriter::default();
        if let (Mode::Compatible, Some(open)) = (mode, clear.strip_suffix("</xml>")) {
            xml.text("Encrypt", &text).close("xml");
            return Ok(Push { query, body: format!("{open}{}", xml.finish()) });
        }
        xml.open("xml").text("ToUserName", to).text("Encrypt", &text).close("xml");
        Ok(Push { query, body: xml.finish() })
    }

    /// Reads the body a callback answered with: nothing for `success` and an empty body.
    pub fn read_answer(&self, body: &str) -> Result<Option<ReplyMessage>, AnswerError> {
        if body.is_empty() || body == SUCCESS {
            return Ok(None);
        }
        let root = Element::parse(body).map_err(MessageError::from)?;
        let clear = match (&self.cipher, root.some("Encrypt")) {
            (Some((_, key)), Some(text)) => {
                let part = |name| root.some(name).unwrap_or_default();
                let sum = signature([&self.token, part("TimeStamp"), part("Nonce"), text]);
                if !same(&sum, part("MsgSignature")) {
                    return Err(AnswerError::Signature);
                }
                decrypt(key, &self.app_id, text)?
            }
            (Some((Mode::Secure, _)), None) => return Err(AnswerError::Clear),
            _ => body.as_bytes().to_vec(),
        };
        Ok(Some(Reply::parse(&String::from_utf8_lossy(&clear))?))
    }
}

/// A timestamp and a nonce for one request.
fn moment(environment: &dyn Environment) -> (String, String) {
    (environment.now().to_string(), random_text(environment, 10))
}
