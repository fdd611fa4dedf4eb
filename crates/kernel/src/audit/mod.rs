//! The audit log: one line for every decision about a person and every staff act, never changed, chained by SM3.
//!
//! A line is appended in the unit of what it tells of. It is sealed a little later, so that writers do not queue on the
//! end of the chain. A seal has a position of its own, given while one sealer holds a lock: PostgreSQL's numbers have
//! gaps, and a unit that began early may commit late, so the numbers of the lines cannot be the order of the chain.
//! Each digest covers the one before, the position and the whole line. The head of the chain is kept apart with
//! a code under the house's key, so that whoever can only write the database cannot make a new chain in its place;
//! against an old copy of the whole database put back, the head has to be noted outside from time to time.

mod chain;
mod label;
mod reading;
mod report;
mod store;

pub use chain::{keep_sealed, seal, verify};
pub use label::{label, labels};
pub use reading::{Filter, Written, read};
pub use report::{Fault, Report, Wrong};

use serde_json::Value;

use crate::{Code, Ground, Problem, Result, Timestamp, Tx, db};

/// How the act came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
    /// It was begun and failed.
    Failed,
}

impl Outcome {
    /// The word in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// The outcome of a word in the log.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Done, Self::Refused, Self::Failed].into_iter().find(|outcome| outcome.name() == name)
    }
}

/// A line to be appended.
#[derive(Clone, PartialEq, Debug)]
pub struct Line<'a> {
    /// Who: a member of staff, a person's pseudonym, `system`.
    pub actor: &'a str,
    /// What was done: `service.verb`.
    pub action: &'a str,
    /// To what: `record/…`, `person/…`.
    pub object: &'a str,
    /// How it came out.
    pub outcome: Outcome,
    /// What else matters: texts, whole numbers, flags and lists of them. No personal data, and no fractions: the two
    /// databases write them differently.
    pub detail: Value,
}

/// Appends a line in the caller's unit.
///
/// # Errors
/// If the database does not take it.
pub async fn append(tx: &mut Tx, now: Timestamp, line: &Line<'_>) -> db::Result<()> {
    store::append(tx, now, line).await
}

/// Appends the line of a privileged act: to be called before the act, in its unit, which must not go on after an error.
///
/// # Errors
/// [`Code::AuditUnavailable`] if the line cannot be written: then nothing is done (GB/T 22239-2019 8.1.4.3).
pub async fn privileged(tx: &mut Tx, now: Timestamp, line: &Line<'_>) -> Result<()> {
    store::append(tx, now, line).await.map_err(|error| {
        tracing::error!(%error, action = line.action, "the audit log cannot be written");
        Problem::new(Code::AuditUnavailable, "审计日志").into()
    })
}

/// Appends the line of a privileged act in a unit of its own: where the act reads, or works outside the database.
///
/// # Errors
/// As [`privileged`]; the database's.
pub async fn alone(ground: &Ground, line: &Line<'_>) -> Result<()> {
    let mut tx = ground.db.begin().await?;
    privileged(&mut tx, ground.clock.now(), line).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests;
