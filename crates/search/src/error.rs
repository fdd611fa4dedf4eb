//! What can go wrong with an index.

use std::io;

use tantivy::TantivyError;
use tantivy::directory::error::{OpenDirectoryError, OpenReadError};

/// Why an index could not be opened, written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another writer, in this or another process, holds the index.
    #[error("the index is being written by another writer")]
    Locked,
    /// The index was made with another layout or an older form of text: build it anew.
    #[error("the index was built with another layout; it must be rebuilt")]
    Layout,
    /// A document names a field that the layout does not have.
    #[error("the document names field {0} which the layout does not have")]
    Field(usize),
    /// There is no index in this folder.
    #[error("there is no index in this folder")]
    Missing,
    /// The engine below failed: a full or failing disk, a damaged file.
    #[error("the index failed: {0}")]
    Engine(Box<TantivyError>),
}

impl Error {
    /// Whether a file of the index was not there (any more).
    pub(crate) fn is_missing_file(&self) -> bool {
        let Self::Engine(error) = self else { return false };
        matches!(**error, TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(_)))
    }
}

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl From<TantivyError> for Error {
    fn from(error: TantivyError) -> Self {
        match error {
            TantivyError::LockFailure(..) => Self::Locked,
            TantivyError::SchemaError(_) | TantivyError::MissingPlugin(_) | TantivyError::UnexpectedPlugin(_) => {
                Self::Layout
            }
            other => Self::Engine(Box::new(other)),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Engine(Box::new(error.into()))
    }
}

impl From<OpenDirectoryError> for Error {
    fn from(error: OpenDirectoryError) -> Self {
        Self::Engine(Box::new(error.into()))
    }
}

impl From<OpenReadError> for Error {
    fn from(error: OpenReadError) -> Self {
        Self::Engine(Box::new(error.into()))
    }
}
