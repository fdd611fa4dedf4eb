//! Taking turns at the write lock of a SQLite file. SQLite keeps no queue: whoever waits looks again after a while, and a
//! process that takes the lock anew right after it gave it up is always there first. So whoever waits looks often, and
//! whoever held it long leaves a gap in which those who wait will look. An import and the callbacks of the hall, which
//! are different processes, live beside each other that way.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::{Sqlite, SqlitePool, Transaction};

use super::{Error, Result};

/// How often whoever waits looks: shorter than the gap.
pub(super) const LOOK: Duration = Duration::from_millis(2);
/// A unit that held the lock so long leaves a gap before the next one of its process.
const LONG: Duration = Duration::from_millis(20);
/// The gap.
const GAP: Duration = Duration::from_millis(6);

/// The turns of this process at one file.
#[derive(Clone, Debug)]
pub(crate) struct Turns {
    /// How long a unit waits for its turn.
    wait: Duration,
    /// Before this moment no unit of this process begins.
    next: Arc<Mutex<Option<Instant>>>,
}

/// One turn, from when the lock was taken.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Turns,
    taken: Instant,
}

impl Turns {
    pub(super) fn new(wait: Duration) -> Self {
        Self { wait, next: Arc::default() }
    }

    /// Takes the lock, however long others hold it, up to the time a unit waits.
    pub(super) async fn take(&self, write: &SqlitePool) -> Result<(Transaction<'static, Sqlite>, Turn)> {
        let patience = Instant::now() + self.wait;
        let next = *self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gap) = next.and_then(|next| next.checked_duration_since(Instant::now())) {
            tokio::time::sleep(gap).await;
        }
        loop {
            match write.begin_with("BEGIN IMMEDIATE").await.map_err(Error::from) {
                Err(error) if error.is_busy() && Instant::now() < patience => tokio::time::sleep(LOOK).await,
                begun => {
                    let turn = Turn { turns: self.clone(), taken: Instant::now() };
                    return begun.map(|unit| (unit, turn));
                }
            }
        }
    }
}

impl Drop for Turn {
    /// The lock was given up, or will be at once.
    fn drop(&mut self) {
        let now = Instant::now();
        if now.duration_since(self.taken) >= LONG {
            *self.turns.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(now + GAP);
        }
    }
}
