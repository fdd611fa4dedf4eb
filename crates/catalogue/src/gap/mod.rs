//! The gap list: what readers asked for and the open catalogue did not have, without anything that names a person. It
//! tells archivists what to describe, to open or to explain.

mod desk;
mod scrub;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

pub use desk::Gaps;
use kernel::{Result, Timestamp};
pub(crate) use scrub::scrubbed;

use crate::Catalogue;
use crate::ask::{Answer, Asked, Fields, Filters};
use crate::store::gap;

/// Texts that wait to be written down at most: what else is asked meanwhile is not counted.
const MOST_WAITING: usize = 1000;

/// Something that readers asked for and did not find.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gap {
    /// Its number in the list.
    pub number: i64,
    /// What was asked, without anything that names a person.
    pub text: String,
    /// How many times.
    pub times: u64,
    /// For the first time.
    pub first_at: Timestamp,
    /// For the last time.
    pub last_at: Timestamp,
    /// Whether it waits for somebody to deal with it.
    pub is_open: bool,
    /// What was done about it when it was dealt with last.
    pub note: Option<String>,
    /// By whom.
    pub closed_by: Option<String>,
}

/// What was asked in vain since it was last written down.
#[derive(Debug, Default)]
pub(crate) struct Unanswered(Mutex<BTreeMap<String, u64>>);

impl Unanswered {
    fn count(&self, text: String) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST_WAITING || waiting.contains_key(&text) {
            *waiting.entry(text).or_default() += 1;
        }
    }

    fn take(&self) -> BTreeMap<String, u64> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Catalogue {
    /// Counts a question that found nothing, or nothing with all of its words. One that was narrowed says nothing about
    /// the holdings.
    pub fn miss(&self, asked: &Asked, answer: &Answer) {
        let is_plain = asked.filters == Filters::default() && asked.fields == Fields::default() && asked.page <= 1;
        if is_plain
            && (answer.total == 0 || answer.lacks_words)
            && let Some(text) = scrubbed(&asked.text, &self.words())
        {
            self.unanswered.count(text);
        }
    }

    /// Writes down what was asked in vain since the last time.
    ///
    /// # Errors
    /// The database's: then what was counted is lost.
    pub async fn write_gaps(&self, now: Timestamp) -> Result<()> {
        let waiting = self.unanswered.take();
        if waiting.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        for (text, times) in waiting {
            let times = i64::try_from(times).unwrap_or(i64::MAX);
            gap::count(&mut tx, &self.institution, &text, times, now).await?;
        }
        gap::trim(&mut tx, &self.institution).await?;
        Ok(tx.commit().await?)
    }
}
