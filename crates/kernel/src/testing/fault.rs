//! Databases that fail at a chosen call.

use std::sync::{Arc, Mutex, PoisonError};

use crate::db::{Error, Result};

/// The call at which a database fails: a beginning, a statement or a commit. Nothing fails until it is armed, and then one
/// call does.
#[derive(Clone, Debug, Default)]
pub struct DbFault(Arc<Mutex<Option<Armed>>>);

#[derive(Clone, Copy, Debug)]
struct Armed {
    /// Calls that pass before.
    passing: usize,
    /// Whether a commit is done and then fails.
    is_done: bool,
}

impl DbFault {
    /// Lets the call fail that comes after so many others; a commit before it does anything, or once it is done. What else
    /// fails is taken back with its unit, so that its two ways are one.
    pub fn arm(&self, passing: usize, is_done: bool) {
        *self.armed() = Some(Armed { passing, is_done });
    }

    /// Lets nothing fail; whether a call failed since it was armed.
    pub fn disarm(&self) -> bool {
        self.armed().take().is_none()
    }

    fn armed(&self) -> std::sync::MutexGuard<'_, Option<Armed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call; of the one that fails, whether it is done before.
    fn count(&self) -> Option<bool> {
        let mut armed = self.armed();
        match &mut *armed {
            None => None,
            Some(Armed { passing: 0, .. }) => armed.take().map(|armed| armed.is_done),
            Some(Armed { passing, .. }) => {
                *passing -= 1;
                None
            }
        }
    }

    /// A call that is not a commit.
    pub(crate) fn strike(&self) -> Result<()> {
        self.count().map_or(Ok(()), |_| Err(failed()))
    }

    /// A commit: its failure before, or the one that comes once it is done.
    pub(crate) fn strike_commit(&self) -> Result<Result<()>> {
        match self.count() {
            None => Ok(Ok(())),
            Some(true) => Ok(Err(failed())),
            Some(false) => Err(failed()),
        }
    }
}

fn failed() -> Error {
    sqlx::Error::WorkerCrashed.into()
}
