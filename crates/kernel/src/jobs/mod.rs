//! Jobs: work that waits in the database and outlives the process that asked for it.
//!
//! A job is enqueued in the unit that makes it necessary. A worker claims it with a lease and a fencing number, so that
//! of two workers who both think they have it only the later one can finish it. A job may run more than once: after
//! a crash it is claimed again when its lease has run out. So whatever it does must bear repeating.

mod store;
mod worker;

pub use worker::{Happened, Worker};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Id, Ids, Timestamp, Tx, db};

/// A kind of job: its payload and the name it goes by in the database. A field that is added later needs
/// `#[serde(default)]`: jobs of the version before may still wait.
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// The name: `service.verb`. It is never given to another kind.
    const KIND: &'static str;
}

/// Some job, of whatever kind.
#[derive(Debug)]
pub enum AnyJob {}

/// A job to be enqueued.
#[derive(Debug)]
pub struct Order<J> {
    job: J,
    run_at: Timestamp,
    unique_key: Option<String>,
}

impl<J: Job> Order<J> {
    /// A job to run at a moment, or as soon after as there is time.
    pub const fn at(run_at: Timestamp, job: J) -> Self {
        Self { job, run_at, unique_key: None }
    }

    /// The same job, of which at most one waits under this key (the kind is part of it): if one does, the earlier of
    /// the two moments counts. One that is running already does not stand in the way.
    #[must_use]
    pub fn once(mut self, key: &str) -> Self {
        self.unique_key = Some(format!("{}:{key}", J::KIND));
        self
    }
}

/// Enqueues a job in the caller's unit.
///
/// # Errors
/// If the database does not take it.
pub async fn enqueue<J: Job>(tx: &mut Tx, ids: &Ids, order: Order<J>) -> db::Result<()> {
    let payload = serde_json::to_value(&order.job).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let new = store::New {
        id: ids.make(),
        kind: J::KIND,
        payload,
        unique_key: order.unique_key,
        run_at: order.run_at,
        created_at: ids.now(),
    };
    store::insert(tx, new).await
}

/// How a job's work came out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It must be tried again after so many seconds, for this reason.
    Retry(i64, String),
    /// It cannot be done, for this reason; a person finds it among the failed jobs.
    GiveUp(String),
}

/// The right of a worker to one job, as long as its lease lasts.
#[derive(Clone, PartialEq, Debug)]
pub struct Claim {
    /// The job.
    pub id: Id<AnyJob>,
    /// Its kind.
    pub kind: String,
    /// How often it was begun, this time included.
    pub attempts: i64,
    fence: i64,
    payload: serde_json::Value,
}

impl Claim {
    /// Whether the job is still this worker's. Asked in the unit that writes its result, it keeps a worker that was
    /// thought dead from writing over its successor.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn holds(&self, tx: &mut Tx) -> db::Result<bool> {
        store::holds(tx, self).await
    }
}

/// How many jobs are in each state: `waiting`, `running`, `done` (of the last week), `failed`.
///
/// # Errors
/// If the database does not answer.
pub async fn counts(tx: &mut Tx) -> db::Result<Vec<(String, i64)>> {
    store::counts(tx).await
}

/// A job that is not done, as whoever looks after the program sees it. Its payload is not told: it may be about a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// The job.
    pub id: Id<AnyJob>,
    /// Its kind.
    pub kind: String,
    /// What it is about.
    pub payload: serde_json::Value,
    /// `waiting`, `running` or `failed`.
    pub state: String,
    /// When it is to run, or was to.
    pub run_at: Timestamp,
    /// How often it was begun.
    pub attempts: i64,
    /// Why it did not end well the last time.
    pub last_error: Option<String>,
    /// When it became necessary.
    pub created_at: Timestamp,
    /// When it was given up.
    pub finished_at: Option<Timestamp>,
}

/// At most so many jobs that wait, run or were given up: those given up first.
///
/// # Errors
/// If the database does not answer.
pub async fn kept(tx: &mut Tx, most: i64) -> db::Result<Vec<Kept>> {
    store::kept(tx, most).await
}

/// Lets a job that was given up wait again, as if it had never been begun; its kind, or nothing if it was not given up.
///
/// # Errors
/// If the database does not answer.
pub async fn revive(tx: &mut Tx, id: Id<AnyJob>, now: Timestamp) -> db::Result<Option<String>> {
    store::revive(tx, id, now).await
}

#[cfg(test)]
mod tests;
