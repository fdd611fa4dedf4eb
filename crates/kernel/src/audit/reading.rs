//! Reading the log.

use serde_json::Value;

use super::{Outcome, store};
use crate::{Result, Timestamp, Tx, db};

/// Which lines are wanted; what is not said does not matter.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// By whom, exactly.
    pub actor: Option<String>,
    /// Which act, exactly.
    pub action: Option<String>,
    /// On what: the beginning of the object's name.
    pub object: Option<String>,
    /// Not before this.
    pub from: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    /// Whether the oldest come first; else the newest do.
    pub oldest_first: bool,
    /// Only lines that come after the one of this number.
    pub beyond: Option<i64>,
}

/// A line that was written.
#[derive(Clone, PartialEq, Debug)]
pub struct Written {
    /// Its number.
    pub sequence: i64,
    /// When it was written.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
    /// Which act.
    pub action: String,
    /// On what.
    pub object: String,
    /// How it came out.
    pub outcome: Outcome,
    /// What else matters.
    pub detail: Value,
}

/// The first lines that are wanted, at most `most`.
///
/// # Errors
/// The database's.
pub async fn read(tx: &mut Tx, filter: &Filter, most: i64) -> Result<Vec<Written>> {
    let stored = store::wanted(tx, filter, most).await?;
    let lines = stored.into_iter().map(|line| {
        let outcome = Outcome::named(&line.outcome);
        let outcome = outcome.ok_or_else(|| db::Error::bad_cell("audit", "outcome", &line.outcome))?;
        let store::Stored { sequence, happened_at: at, actor, action, object, detail, .. } = line;
        Ok(Written { sequence, at, actor, action, object, outcome, detail })
    });
    lines.collect()
}
