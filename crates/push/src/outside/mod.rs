//! Looking outside the house: pages that articles name, and feeds that staff named. Nothing is asked for by itself or by a reader.
//!
//! An address on the way is looked at where the connection is made ([`Names`]), so a name cannot change its mind between the
//! look and the connection. Redirects are told and not followed; nothing is unpacked; no proxy is used, since it would connect
//! in our place. What could not be reached is told in one sentence and after the same time, whatever it was.

mod address;
mod names;
#[cfg(test)]
mod tests;

pub use address::Reach;
pub(crate) use address::allowed;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use names::Names;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use reqwest::{Client, Response};
use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

/// The most bytes of an answer.
pub(crate) const MOST_BYTES: usize = 10 << 20;
/// How long an answer may take as a whole.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Whoever looks outside; cheap to clone.
#[derive(Clone, Debug)]
pub struct Outside {
    /// None where the system has no certificates to trust.
    http: Option<Client>,
    reach: Reach,
    patience: Duration,
}

/// What an address answered, without its content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Answer {
    /// The status (RFC 9110).
    pub(crate) status: u16,
    /// Where it leads instead.
    pub(crate) location: Option<String>,
}

/// Why nothing came from outside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// The address cannot be asked for.
    Unfit(&'static str),
    /// There was no answer, for whatever reason.
    Unreached,
    /// It answered with this status.
    Refused(u16),
    /// It leads to another address.
    Moved(String),
    /// It is too large.
    Large,
    /// It comes packed.
    Packed,
    /// It is of another kind than was asked for.
    Strange,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfit(why) => f.write_str(why),
            Self::Unreached => f.write_str("没有取到：没有这个网站、它太慢，或它不是公开的网站"),
            Self::Refused(404 | 410) => f.write_str("对方网站说没有这个网址，请核对"),
            Self::Refused(status) => write!(f, "对方网站没有给（{status}），以后再试"),
            Self::Moved(to) => write!(f, "对方网站搬到了 {to}，请换成新的网址"),
            Self::Large => write!(f, "太大，超过 {} MB", MOST_BYTES >> 20),
            Self::Packed => f.write_str("对方网站发来的是压缩过的内容，本馆不解压"),
            Self::Strange => f.write_str("来的不是订阅源（RSS、Atom 或 JSON Feed），请核对网址"),
        }
    }
}

impl Outside {
    /// Looks as far as it may, and waits so long ([`PATIENCE`]) for an answer.
    pub fn new(reach: Reach, patience: Duration) -> Self {
        // Fails only if the program installed a provider before, which then is used.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .dns_resolver(Arc::new(Names::new(reach)))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(patience)
            .pool_max_idle_per_host(0)
            .user_agent(concat!("lantai/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { http: http.ok(), reach, patience }
    }

    /// Whether an address leads to a page; its content is not read.
    pub(crate) async fn look(&self, written: &str) -> Result<Answer, Fault> {
        let url = allowed(written, self.reach).map_err(Fault::Unfit)?;
        let response = self.within(async |until| timeout_at(until, self.ask(url)).await.ok().flatten()).await?;
        let location = response.headers().get(LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
        Ok(Answer { status: response.status().as_u16(), location })
    }

    /// A text in XML or JSON, such as a feed.
    pub(crate) async fn fetch(&self, written: &str) -> Result<Vec<u8>, Fault> {
        let url = allowed(written, self.reach).map_err(Fault::Unfit)?;
        self.within(async |until| {
            let response = timeout_at(until, self.ask(url)).await.ok().flatten()?;
            if let Some(fault) = unwanted(&response) {
                return Some(Err(fault));
            }
            timeout_at(until, content(response)).await.ok().flatten()
        })
        .await?
    }

    /// Does something by a moment. What failed is told when the time is up and not before, so that nobody learns from a
    /// watch what is inside.
    async fn within<T>(&self, deed: impl AsyncFnOnce(Instant) -> Option<T>) -> Result<T, Fault> {
        let until = Instant::now() + self.patience;
        if let Some(done) = deed(until).await {
            return Ok(done);
        }
        sleep_until(until).await;
        Err(Fault::Unreached)
    }

    async fn ask(&self, url: Url) -> Option<Response> {
        self.http.as_ref()?.get(url).header(ACCEPT_ENCODING, "identity").send().await.ok()
    }
}

/// Why the content of an answer is not read.
fn unwanted(response: &Response) -> Option<Fault> {
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let status = response.status();
    if status.is_redirection() {
        return Some(Fault::Moved(text(LOCATION).chars().take(200).collect()));
    }
    if !status.is_success() {
        return Some(Fault::Refused(status.as_u16()));
    }
    if !matches!(text(CONTENT_ENCODING), "" | "identity") {
        return Some(Fault::Packed);
    }
    if response
        .content_length()
        .is_some_and(|length| usize::try_from(length).map_or(true, |length| length > MOST_BYTES))
    {
        return Some(Fault::Large);
    }
    let kind = text(CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_text =
        kind.ends_with("xml") && kind != "application/xhtml+xml" || kind.ends_with("json") || kind == "text/plain";
    (!is_text).then_some(Fault::Strange)
}

/// The content of an answer; none if the connection breaks off.
async fn content(mut response: Response) -> Option<Result<Vec<u8>, Fault>> {
    let mut all = Vec::new();
    while let Some(piece) = response.chunk().await.ok()? {
        if all.len() + piece.len() > MOST_BYTES {
            return Some(Err(Fault::Large));
        }
        all.extend_from_slice(&piece);
    }
    Some(Ok(all))
}
