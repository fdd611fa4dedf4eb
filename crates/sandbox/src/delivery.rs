//! The log of pushes: what was sent, how often, and what came back.

use serde::{Deserialize, Serialize};

/// How a push ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Result {
    /// Still under way.
    Pending,
    /// Answered with a message.
    Replied,
    /// Answered `success` or with an empty body.
    Accepted,
    /// Three deliveries without an answer: the fault line was shown.
    Failed,
    /// An answer WeChat cannot use: the fault line was shown.
    Bad,
    /// No callback address is set.
    Unconnected,
}

/// One connection to the callback.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// Unix seconds on the sandbox's clock.
    pub(crate) at: i64,
    pub(crate) took_ms: u64,
    pub(crate) status: Option<u16>,
    /// `ok`, `timeout`, `refused`, `dropped`, `late`, `repeat` or what is wrong with the answer.
    pub(crate) outcome: String,
    /// The answer as it came, cut at 4,000 characters.
    pub(crate) answer: String,
}

/// One push with all its attempts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) id: u64,
    pub(crate) account: String,
    pub(crate) openid: String,
    pub(crate) at: i64,
    /// The message's type or the event's name.
    pub(crate) kind: String,
    pub(crate) msg_id: Option<String>,
    /// The message in clear.
    pub(crate) body: String,
    /// The request's address and body as sent the first time.
    pub(crate) url: String,
    pub(crate) sent: String,
    pub(crate) faults: Vec<String>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) result: Result,
    /// The reply in clear.
    pub(crate) reply: Option<String>,
}
