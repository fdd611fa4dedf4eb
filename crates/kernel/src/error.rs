//! What can go wrong in a use case.

use crate::{Problem, db};

/// Why a use case failed: something the asker can be told, the database, or a fault of ours.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What the asker did cannot be done; its text may be shown.
    #[error("{0}")]
    Problem(#[from] Problem),
    /// The database could not do it. Its text goes to the log only.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// A fault of ours or of the machine. Its text goes to the log only.
    #[error("{0}")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// The outcome of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Wraps any error as a fault of ours.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// The problem to show: the asker's own, or a general one that gives nothing away.
    pub fn shown(&self) -> Problem {
        match self {
            Self::Problem(problem) => problem.clone(),
            Self::Db(error) if error.is_busy() => Problem::new(crate::Code::Busy, "服务"),
            Self::Db(_) | Self::Internal(_) => Problem::new(crate::Code::Internal, "服务"),
        }
    }
}
