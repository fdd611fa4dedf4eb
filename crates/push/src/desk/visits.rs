//! Counting visits: in memory, and written down every few seconds, so that no page waits for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kernel::{Day, Ground, Result};

use crate::store::visit;
use crate::visit::Tag;

/// How often visits are written down.
const PAUSE: Duration = Duration::from_secs(5);
/// The most tags between two writings: who makes tags up fills no memory.
const MOST: usize = 1000;

/// The visits of a house; cheap to clone. What a server had counted in its last seconds is lost with it.
#[derive(Clone, Debug)]
pub struct Visits {
    ground: Ground,
    counted: Arc<Mutex<HashMap<(Tag, Day), i64>>>,
}

impl Visits {
    /// The visits of a house.
    pub fn new(ground: Ground) -> Self {
        Self { ground, counted: Arc::default() }
    }

    /// Counts a visit now.
    pub fn count(&self, tag: Tag) {
        self.add((tag, self.ground.clock.now().day()), 1);
    }

    /// Visits that wait to be written down.
    #[cfg(test)]
    pub(crate) fn counted(&self) -> i64 {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    fn add(&self, key: (Tag, Day), visits: i64) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.len() < MOST || counted.contains_key(&key) {
            *counted.entry(key).or_default() += visits;
        }
    }

    /// Writes visits down every few seconds until the house stops.
    pub fn keep_writing(&self) {
        let visits = self.clone();
        self.ground.tasks.every(PAUSE, move || {
            let visits = visits.clone();
            async move {
                if let Err(error) = visits.write().await {
                    tracing::warn!(%error, "visits from articles cannot be written down");
                }
            }
        });
    }

    /// Writes down what was counted since the last time; a tag that no sent article has counts for nothing.
    ///
    /// # Errors
    /// The database's; what was not written is written the next time.
    pub async fn write(&self) -> Result<()> {
        let counted = std::mem::take(&mut *self.counted.lock().unwrap_or_else(PoisonError::into_inner));
        if counted.is_empty() {
            return Ok(());
        }
        let written = async {
            let mut tx = self.ground.db.begin().await?;
            for ((tag, day), visits) in &counted {
                visit::add(&mut tx, tag, *day, *visits).await?;
            }
            tx.commit().await
        };
        if let Err(error) = written.await {
            for (key, visits) in counted {
                self.add(key, visits);
            }
            return Err(error.into());
        }
        Ok(())
    }
}
