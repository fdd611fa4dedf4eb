//! How calls fail.

use crate::errcode::{Class, Errcode};

/// Why a call failed. No text holds an access token or a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// WeChat answered with an error code: the call was not carried out (but see [`Class::Ok`] for 45065).
    #[error("WeChat refused the call: {code} {message}")]
    Refused {
        /// The code.
        code: Errcode,
        /// WeChat's own text with its request id.
        message: String,
    },
    /// The request never left: no name, no connection.
    #[error("WeChat cannot be reached: {0}")]
    NotSent(String),
    /// A call that changes something went out and no clear answer came: it may or may not have been carried out.
    #[error("it is unknown whether WeChat carried out the call: {0}")]
    Unknown(String),
    /// A call that only asks got no usable answer.
    #[error("WeChat gave no usable answer: {0}")]
    Answer(String),
    /// The answer has more bytes than are read of one.
    #[error("WeChat's answer is too large")]
    TooLarge,
    /// The day's quota of this call is used up; it is not tried before `until`.
    #[error("the daily quota of {path} is used up")]
    Paused {
        /// The call.
        path: String,
        /// When it may be tried again, in Unix seconds.
        until: i64,
    },
    /// The page was shown as a snapshot: the openid belongs to nobody and must not be bound to anything.
    #[error("the page was opened as a snapshot without a real reader")]
    Snapshot,
    /// The arguments break a limit of WeChat; nothing was sent.
    #[error("{0}")]
    Argument(&'static str),
}

impl Error {
    /// WeChat's code, if it gave one.
    pub fn code(&self) -> Option<Errcode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// What to do about it.
    pub fn class(&self) -> Class {
        match self {
            Self::Refused { code, .. } => code.class(),
            Self::NotSent(_) | Self::Answer(_) | Self::Paused { .. } => Class::Retry,
            Self::Unknown(_) => Class::Unknown,
            Self::Snapshot | Self::TooLarge => Class::Stop,
            Self::Argument(_) => Class::Programming,
        }
    }
}
