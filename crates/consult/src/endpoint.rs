//! The endpoint that turns texts into vectors: any service that answers `POST …/embeddings` in the common form, off unless
//! the house sets one.
//!
//! What is sent are the wordings of frequent questions, which are public, and questions of readers that had no certain
//! answer, without personal numbers ([`account::Scrubbed`]) and at most [`LONGEST`] characters long. They leave the house for
//! the address that its operator wrote, and no other: redirects are not followed.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kernel::settings::{ExposeSecret, SecretString};
use kernel::{Code, Ground, Problem};
use serde::{Deserialize, Serialize};

use crate::meaning::{MOST_NUMBERS, Vector};

/// The longest text that is sent, in characters: beyond it is a story.
pub(crate) const LONGEST: usize = 200;
/// How many texts are sent at once.
pub(crate) const AT_ONCE: usize = 32;
/// How long a connection and how long a whole answer may take.
const CONNECTING: Duration = Duration::from_secs(2);
const ANSWERING: Duration = Duration::from_secs(10);
/// The largest answer that is read, in bytes: so many vectors written out, and room.
const MAX_ANSWER: usize = AT_ONCE * MOST_NUMBERS * 24;

/// What of `[consult]` is about the endpoint.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Embedding {
    /// Its address up to `/v1`; nothing: there is none.
    pub embedding_url: Option<String>,
    /// The model it is asked for.
    pub embedding_model: Option<String>,
    /// Its key, if it wants one.
    pub embedding_key: Option<SecretString>,
}

/// Why there are no vectors, in words for whoever looks after the house. Nothing of the answer is repeated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    /// Nobody is there.
    Unreachable,
    /// The time is up.
    Slow,
    /// It refused with this status.
    Refused(u16),
    /// The answer is too large.
    Large,
    /// The answer is no list of vectors.
    Strange,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str("连不上，请核对设置 consult.embedding_url，并看那边的服务是否开着"),
            Self::Slow => write!(f, "{} 秒内没有答完，请看那边的服务是否太忙", ANSWERING.as_secs()),
            Self::Refused(401 | 403) => f.write_str("不认密钥，请核对设置 consult.embedding_key"),
            Self::Refused(404) => f.write_str(
                "没有这个地址或模型，请核对设置 consult.embedding_url（写到 /v1 为止）和 consult.embedding_model",
            ),
            Self::Refused(status) => write!(f, "拒绝了（HTTP {status}），请核对设置 consult.embedding_model"),
            Self::Large => f.write_str("答得太长，已不再读，请核对设置 consult.embedding_model"),
            Self::Strange => f.write_str("答的不是向量，请核对设置 consult.embedding_url 和 consult.embedding_model"),
        }
    }
}

/// The endpoint of a house; cheap to clone.
#[derive(Clone)]
pub struct Endpoint(Arc<Inner>);

struct Inner {
    ground: Ground,
    http: reqwest::Client,
    address: String,
    model: String,
    key: Option<SecretString>,
    is_down: AtomicBool,
}

#[derive(Serialize)]
struct Asked<'a> {
    model: &'a str,
    input: &'a [String],
    encoding_format: &'a str,
}

#[derive(Deserialize)]
struct Answered {
    data: Vec<Embedded>,
}

#[derive(Deserialize)]
struct Embedded {
    index: Option<usize>,
    embedding: Vec<f32>,
}

impl Endpoint {
    /// The endpoint of the settings; none if they name none. Nothing is called.
    ///
    /// # Errors
    /// [`Code::BadSetting`] for an address without a model, a model without an address, or what cannot be used.
    pub fn new(ground: &Ground, settings: &Embedding) -> Result<Option<Self>, Problem> {
        Self::waiting(ground, settings, ANSWERING)
    }

    fn waiting(ground: &Ground, settings: &Embedding, longest: Duration) -> Result<Option<Self>, Problem> {
        let missing = |key: &str, why: &str| {
            Err(Problem::new(Code::BadSetting, format!("设置 consult.{key}")).because(why.to_owned()))
        };
        let (url, model) = match (&settings.embedding_url, &settings.embedding_model) {
            (Some(url), Some(model)) => (url.trim_end_matches('/'), model.clone()),
            (Some(_), None) => return missing("embedding_model", "没有填写；有了 embedding_url 就要写明用哪个模型"),
            (None, Some(_)) => {
                return missing("embedding_url", "没有填写；不用这项功能，请连同 embedding_model 一起去掉");
            }
            (None, None) => return Ok(None),
        };
        // Fails only if the program installed a provider before, which then is used.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECTING)
            .timeout(longest)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("lantai/", env!("CARGO_PKG_VERSION")));
        if url.starts_with("http://") {
            // A service beside us: no proxy leads there, and no certificates of the system are needed.
            builder = builder.no_proxy().tls_certs_only([]);
        }
        let Ok(http) = builder.build() else {
            return missing("embedding_url", "不能使用：系统里没有可信任的证书");
        };
        Ok(Some(Self(Arc::new(Inner {
            ground: ground.clone(),
            http,
            address: format!("{url}/embeddings"),
            model,
            key: settings.embedding_key.clone(),
            is_down: AtomicBool::new(false),
        }))))
    }

    /// The model it is asked for.
    pub fn model(&self) -> &str {
        &self.0.model
    }

    /// Asks once, for whoever looks whether it works: how many numbers a vector has.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub async fn try_out(&self) -> Result<usize, String> {
        let vectors = self.ask(&["开放时间".to_owned()]).await.map_err(|trouble| trouble.to_string())?;
        Ok(vectors.first().map_or(0, Vector::len))
    }

    /// The vectors of some texts, at most [`AT_ONCE`], in their order. The first failure of a run of them raises an alarm.
    pub(crate) async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, Trouble> {
        let embedded = self.ask(texts).await;
        match embedded {
            Ok(_) => self.0.is_down.store(false, Ordering::Relaxed),
            Err(trouble) if !self.0.is_down.swap(true, Ordering::Relaxed) => self.alarm(trouble).await,
            Err(_) => {}
        }
        embedded
    }

    async fn alarm(&self, trouble: Trouble) {
        let sentence = format!("按意思找问题的服务{trouble}。在此期间只按字面找，读者照常得到答复");
        tracing::warn!(?trouble, "the endpoint for vectors failed");
        if let Err(error) = account::raise_alarm_of_all(&self.0.ground, &sentence).await {
            tracing::warn!(%error, "an alarm could not be kept");
        }
    }

    async fn ask(&self, texts: &[String]) -> Result<Vec<Vector>, Trouble> {
        let body = Asked { model: &self.0.model, input: texts, encoding_format: "float" };
        let mut request = self.0.http.post(&self.0.address).json(&body);
        if let Some(key) = &self.0.key {
            request = request.bearer_auth(key.expose_secret());
        }
        let mut response = request.send().await.map_err(|error| failed(&error))?;
        let status = response.status();
        if status != reqwest::StatusCode::OK {
            return Err(Trouble::Refused(status.as_u16()));
        }
        let mut read = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
            if read.len() + chunk.len() > MAX_ANSWER {
                return Err(Trouble::Large);
            }
            read.extend_from_slice(&chunk);
        }
        vectors(&read, texts.len()).ok_or(Trouble::Strange)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("model", &self.0.model).finish_non_exhaustive()
    }
}

/// So many vectors, as many numbers in each, in the order of their places.
fn vectors(answer: &[u8], wanted: usize) -> Option<Vec<Vector>> {
    let mut data = serde_json::from_slice::<Answered>(answer).ok()?.data;
    if data.iter().all(|one| one.index.is_some()) {
        data.sort_by_key(|one| one.index);
        if data.iter().enumerate().any(|(place, one)| one.index != Some(place)) {
            return None;
        }
    }
    let vectors: Vec<Vector> = data.iter().map(|one| Vector::of(&one.embedding)).collect::<Option<_>>()?;
    let length = vectors.first().map(Vector::len);
    (vectors.len() == wanted && vectors.iter().all(|one| Some(one.len()) == length)).then_some(vectors)
}

fn failed(error: &reqwest::Error) -> Trouble {
    if error.is_connect() {
        Trouble::Unreachable
    } else if error.is_timeout() {
        Trouble::Slow
    } else {
        Trouble::Strange
    }
}

#[cfg(test)]
#[path = "endpoint_tests.rs"]
pub(crate) mod tests;
