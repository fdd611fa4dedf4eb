//! HTTP: what goes out and how answers are read.

use std::borrow::Cow;

use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap, HeaderName};
use reqwest::multipart::{Form, Part};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Client, ClientSettings, Error};
use crate::errcode::Errcode;
use crate::wire::loose;

/// The largest answer that is read, in bytes: a video of 10 MB and room.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// Whether a call changes something, so that a lost answer leaves it open what happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Read,
    Send,
}

/// A file to upload in the form field `media`; WeChat judges the type by the file name.
#[derive(Clone, Copy)]
pub(super) struct Upload<'a> {
    pub(super) filename: &'a str,
    pub(super) content_type: &'a str,
    pub(super) bytes: &'a [u8],
}

enum Body<'a> {
    None,
    Json(Vec<u8>),
    /// A file, and the form field `description` where it is not empty.
    Media(Upload<'a>, &'a str),
}

/// One call, which can be made several times.
pub(super) struct Call<'a> {
    pub(super) path: &'a str,
    pub(super) effect: Effect,
    /// Whether 45065, done by an earlier attempt, is an answer and no error.
    repeatable: bool,
    query: &'a [(&'a str, &'a str)],
    body: Body<'a>,
}

impl<'a> Call<'a> {
    /// A GET that reads.
    pub(super) fn get(path: &'a str, query: &'a [(&'a str, &'a str)]) -> Self {
        Self { path, effect: Effect::Read, repeatable: false, query, body: Body::None }
    }

    /// A POST that only asks.
    pub(super) fn ask(path: &'a str, body: &impl Serialize) -> Result<Self, Error> {
        // serde_json writes UTF-8 and escapes neither & nor <, which WeChat insists on.
        let body = serde_json::to_vec(body).map_err(|_| Error::Argument("the request cannot be written as JSON"))?;
        Ok(Self { path, effect: Effect::Read, repeatable: false, query: &[], body: Body::Json(body) })
    }

    /// A POST that changes something.
    pub(super) fn send(path: &'a str, body: &impl Serialize) -> Result<Self, Error> {
        Ok(Self { effect: Effect::Send, ..Self::ask(path, body)? })
    }

    /// An upload.
    pub(super) fn upload(path: &'a str, query: &'a [(&'a str, &'a str)], upload: Upload<'a>) -> Self {
        Self { path, effect: Effect::Send, repeatable: false, query, body: Body::Media(upload, "") }
    }

    /// The same call as one that changes something.
    pub(super) fn changing(self) -> Self {
        Self { effect: Effect::Send, ..self }
    }

    /// The same upload with the form field `description`.
    pub(super) fn described(self, words: &'a str) -> Self {
        match self.body {
            Body::Media(upload, _) => Self { body: Body::Media(upload, words), ..self },
            Body::None | Body::Json(_) => self,
        }
    }

    /// The same call as one that carries its own name, so that an earlier attempt may have done it.
    pub(super) fn repeatable(self) -> Self {
        Self { repeatable: true, ..self }
    }

    /// What an answer that cannot be used means for this call.
    fn unclear(&self, why: &str) -> Error {
        unclear(self.effect, why.to_owned())
    }
}

fn unclear(effect: Effect, why: String) -> Error {
    match effect {
        Effect::Read => Error::Answer(why),
        Effect::Send => Error::Unknown(why),
    }
}

/// An answer without an error code.
pub(super) struct Raw {
    pub(super) bytes: Vec<u8>,
    pub(super) content_type: String,
    pub(super) disposition: String,
    effect: Effect,
}

impl Raw {
    /// The answer as `T`.
    pub(super) fn parsed<T: DeserializeOwned>(&self) -> Result<T, Error> {
        // serde would read a struct from an array too; WeChat's answers are objects.
        if !self.is_json() {
            return Err(unclear(self.effect, "no JSON object".to_owned()));
        }
        let json = tolerant(&self.bytes);
        // The text of serde_json's error would quote the answer, which may hold a token.
        serde_json::from_str(&json).map_err(|error| {
            unclear(self.effect, format!("unexpected JSON at line {}, column {}", error.line(), error.column()))
        })
    }

    /// For answers that hold nothing but `errcode` 0.
    pub(super) fn done(&self) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Done {
            #[serde(deserialize_with = "loose::integer")]
            errcode: i64,
        }
        match self.parsed::<Done>()?.errcode {
            0 => Ok(()),
            code => Err(Error::Refused { code: Errcode(code), message: String::new() }),
        }
    }

    pub(super) fn is_json(&self) -> bool {
        let bytes = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.bytes);
        bytes.trim_ascii_start().first() == Some(&b'{')
    }
}

/// WeChat puts control characters into names and comments; they are dropped, as is a byte order mark.
fn tolerant(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    if text.contains(|character| character < ' ' || character == '\u{feff}') {
        Cow::Owned(text.replace(|character| character < ' ' || character == '\u{feff}', ""))
    } else {
        text
    }
}

/// The one place where TLS and HTTP are set up. Certificates are checked, always: there is no setting to turn it off.
pub(super) fn http(settings: &ClientSettings) -> Result<reqwest::Client, Error> {
    builder(settings)?
        .build()
        .map_err(|_| Error::NotSent("TLS cannot be set up; are the system's CA certificates there?".to_owned()))
}

pub(super) fn builder(settings: &ClientSettings) -> Result<reqwest::ClientBuilder, Error> {
    // Fails only if the program installed a provider before, which then is used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .connect_timeout(settings.connect_timeout)
        .timeout(settings.timeout)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));
    if settings.api_base.starts_with("http://") {
        // An emulator beside us: no proxy leads there, and no certificates of the system are needed.
        builder = builder.no_proxy().tls_certs_only([]);
    } else if !settings.api_base.starts_with("https://") {
        return Err(Error::Argument("the API's address must begin with https:// or http://"));
    }
    Ok(builder)
}

impl Client {
    /// Sends `call` once and reads the answer; an error code in it is an error.
    pub(super) async fn exchange(&self, call: &Call<'_>, token: Option<&str>) -> Result<Raw, Error> {
        let url = format!("{}{}", self.settings.api_base.trim_end_matches('/'), call.path);
        let request = match &call.body {
            Body::None => self.http.get(url),
            Body::Json(body) => self.http.post(url).header(CONTENT_TYPE, "application/json").body(body.clone()),
            Body::Media(upload, words) => self.http.post(url).multipart(form(upload, words)?),
        };
        let token: Vec<_> = token.map(|token| ("access_token", token)).into_iter().collect();
        let sent = request.query(&token).query(call.query).send().await;
        let mut response = sent.map_err(|error| failure(error, call.effect))?;
        let status = response.status();
        if status != reqwest::StatusCode::OK {
            return Err(call.unclear(&format!("HTTP status {}", status.as_u16())));
        }
        let raw = Raw {
            content_type: header(response.headers(), CONTENT_TYPE),
            disposition: header(response.headers(), CONTENT_DISPOSITION),
            bytes: whole(&mut response, call.effect).await?,
            effect: call.effect,
        };
        self.check(&raw, call.repeatable)?;
        Ok(raw)
    }

    /// Fetches what lies at an address that WeChat gave, without the token; no redirect is followed.
    pub(super) async fn linked(&self, address: reqwest::Url) -> Result<Vec<u8>, Error> {
        let mut response = self.http.get(address).send().await.map_err(|error| failure(error, Effect::Read))?;
        match response.status().as_u16() {
            200 => whole(&mut response, Effect::Read).await,
            status => Err(Error::Answer(format!("HTTP status {status}"))),
        }
    }

    /// Looks for an error code in an answer that looks like JSON. A code given twice or as no number is no clear answer.
    fn check(&self, raw: &Raw, repeatable: bool) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Head {
            #[serde(default, deserialize_with = "loose::optional_integer")]
            errcode: Option<i64>,
            #[serde(default)]
            errmsg: Option<String>,
        }
        if !raw.is_json() {
            return Ok(());
        }
        let head: Head = raw.parsed()?;
        let code = Errcode(head.errcode.unwrap_or_default());
        match (code, raw.effect) {
            (Errcode::OK, _) => Ok(()),
            (Errcode::ALREADY_SENT, _) if repeatable => Ok(()),
            (Errcode::BUSY, Effect::Send) => Err(Error::Unknown("WeChat was busy (-1)".to_owned())),
            _ => Err(Error::Refused { code, message: self.redacted(&head.errmsg.unwrap_or_default()) }),
        }
    }

    fn redacted(&self, message: &str) -> String {
        message.replace(&self.secret(), "…")
    }
}

/// All bytes of an answer; one that is too large is not read to its end.
async fn whole(response: &mut reqwest::Response, effect: Effect) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(error, effect))? {
        if bytes.len() + chunk.len() > MAX_ANSWER {
            return match effect {
                Effect::Read => Err(Error::TooLarge),
                Effect::Send => Err(unclear(effect, "the answer is too large".to_owned())),
            };
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn header(headers: &HeaderMap, name: HeaderName) -> String {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
}

fn form(upload: &Upload<'_>, words: &str) -> Result<Form, Error> {
    let part = Part::bytes(upload.bytes.to_vec())
        .file_name(upload.filename.to_owned())
        .mime_str(upload.content_type)
        .map_err(|_| Error::Argument("the content type of the file is malformed"))?;
    let form = Form::new().part("media", part);
    Ok(if words.is_empty() { form } else { form.text("description", words.to_owned()) })
}

/// What a failure of HTTP means. Without a connection nothing was sent; afterwards everything is open.
fn failure(error: reqwest::Error, effect: Effect) -> Error {
    // The address holds the token or the secret.
    let error = error.without_url();
    let why = if error.is_timeout() { "the time is up".to_owned() } else { error.to_string() };
    if error.is_builder() {
        Error::Argument("the request cannot be built")
    } else if error.is_connect() {
        Error::NotSent(why)
    } else {
        unclear(effect, why)
    }
}
