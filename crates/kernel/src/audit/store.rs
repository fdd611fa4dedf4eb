//! The tables of the log and of its seals.

use serde_json::Value;
use sqlx::types::Json;

use super::{Filter, Line};
use crate::db::Result;
use crate::{Timestamp, Tx};

/// Units are short: one that commits late is at most so many numbers and so much time behind the newest sealed line.
/// What is further behind was not written by us.
const LATE_NUMBERS: i64 = 10_000;
const LATE_SECONDS: i64 = 600;

/// A line as it is in the table.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Stored {
    pub(super) sequence: i64,
    pub(super) happened_at: Timestamp,
    pub(super) actor: String,
    pub(super) action: String,
    pub(super) object: String,
    pub(super) outcome: String,
    pub(super) detail: Value,
}

type Columns = (i64, Timestamp, String, String, String, String, Json<Value>);

impl From<Columns> for Stored {
    fn from(row: Columns) -> Self {
        let (sequence, happened_at, actor, action, object, outcome, Json(detail)) = row;
        Self { sequence, happened_at, actor, action, object, outcome, detail }
    }
}

/// A link of the chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Seal {
    pub(super) position: i64,
    pub(super) sequence: i64,
    pub(super) digest: String,
}

/// The newest line that is sealed: where lines are still new.
#[derive(Clone, Copy, Debug)]
pub(super) struct Newest {
    sequence: i64,
    happened_at: Timestamp,
}

pub(super) async fn append(tx: &mut Tx, now: Timestamp, line: &Line<'_>) -> Result<()> {
    tx.sql("INSERT INTO audit (happened_at, actor, action, object, outcome, detail) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(now)
        .bind(line.actor.to_owned())
        .bind(line.action.to_owned())
        .bind(line.object.to_owned())
        .bind(line.outcome.name())
        .bind(Json(line.detail.clone()))
        .run()
        .await?;
    Ok(())
}

/// The first lines that are wanted.
pub(super) async fn wanted(tx: &mut Tx, filter: &Filter, most: i64) -> Result<Vec<Stored>> {
    let (beyond, way) = if filter.oldest_first { (">", "ASC") } else { ("<", "DESC") };
    let rows = tx
        .sql_assembled(format!(
            "SELECT sequence, happened_at, actor, action, object, outcome, detail FROM audit \
             WHERE ($1 IS NULL OR actor = $1) AND ($2 IS NULL OR action = $2) \
             AND ($3 IS NULL OR substr(object, 1, length($3)) = $3) \
             AND ($4 IS NULL OR happened_at >= $4) AND ($5 IS NULL OR happened_at < $5) \
             AND ($6 IS NULL OR sequence {beyond} $6) ORDER BY sequence {way} LIMIT $7"
        ))
        .bind(filter.actor.clone())
        .bind(filter.action.clone())
        .bind(filter.object.clone())
        .bind(filter.from)
        .bind(filter.until)
        .bind(filter.beyond)
        .bind(most)
        .all::<Columns>()
        .await?;
    Ok(rows.into_iter().map(Stored::from).collect())
}

/// The last link.
pub(super) async fn last(tx: &mut Tx) -> Result<Option<Seal>> {
    let row = tx
        .sql("SELECT position, sequence, digest FROM audit_seal ORDER BY position DESC LIMIT 1")
        .optional::<(i64, i64, String)>()
        .await?;
    Ok(row.map(|(position, sequence, digest)| Seal { position, sequence, digest }))
}

/// The sealed line with the highest number. Before there is one, every line is new.
pub(super) async fn newest(tx: &mut Tx) -> Result<Newest> {
    let row = tx
        .sql(
            "SELECT s.sequence, a.happened_at FROM audit_seal s JOIN audit a ON a.sequence = s.sequence \
             ORDER BY s.sequence DESC LIMIT 1",
        )
        .optional::<(i64, Timestamp)>()
        .await?;
    let (sequence, happened_at) = row.unwrap_or((i64::MIN / 2, Timestamp::from_micros(i64::MIN)));
    Ok(Newest { sequence, happened_at })
}

/// Lines that are new and not sealed, in the order of their numbers.
pub(super) async fn unsealed(tx: &mut Tx, newest: Newest, most: i64) -> Result<Vec<Stored>> {
    let rows = tx
        .sql(
            "SELECT a.sequence, a.happened_at, a.actor, a.action, a.object, a.outcome, a.detail FROM audit a \
             LEFT JOIN audit_seal s ON s.sequence = a.sequence \
             WHERE s.sequence IS NULL AND (a.sequence > $1 OR (a.sequence > $2 AND a.happened_at >= $3)) \
             ORDER BY a.sequence LIMIT $4",
        )
        .bind(newest.sequence)
        .bind(newest.sequence.saturating_sub(LATE_NUMBERS))
        .bind(newest.happened_at.plus_seconds(-LATE_SECONDS))
        .bind(most)
        .all::<Columns>()
        .await?;
    Ok(rows.into_iter().map(Stored::from).collect())
}

/// How many lines are new and not sealed.
pub(super) async fn pending(tx: &mut Tx, newest: Newest) -> Result<i64> {
    let (count,) = tx
        .sql(
            "SELECT count(*) FROM audit a LEFT JOIN audit_seal s ON s.sequence = a.sequence \
             WHERE s.sequence IS NULL AND (a.sequence > $1 OR (a.sequence > $2 AND a.happened_at >= $3))",
        )
        .bind(newest.sequence)
        .bind(newest.sequence.saturating_sub(LATE_NUMBERS))
        .bind(newest.happened_at.plus_seconds(-LATE_SECONDS))
        .one::<(i64,)>()
        .await?;
    Ok(count)
}

/// The first line that is neither sealed nor new.
pub(super) async fn inserted(tx: &mut Tx, newest: Newest) -> Result<Option<i64>> {
    let row = tx
        .sql(
            "SELECT a.sequence FROM audit a LEFT JOIN audit_seal s ON s.sequence = a.sequence \
             WHERE s.sequence IS NULL AND a.sequence <= $1 AND (a.sequence <= $2 OR a.happened_at < $3) \
             ORDER BY a.sequence LIMIT 1",
        )
        .bind(newest.sequence)
        .bind(newest.sequence.saturating_sub(LATE_NUMBERS))
        .bind(newest.happened_at.plus_seconds(-LATE_SECONDS))
        .optional::<(i64,)>()
        .await?;
    Ok(row.map(|(sequence,)| sequence))
}

pub(super) async fn seal(tx: &mut Tx, seal: &Seal) -> Result<()> {
    tx.sql("INSERT INTO audit_seal (position, sequence, digest) VALUES ($1, $2, $3)")
        .bind(seal.position)
        .bind(seal.sequence)
        .bind(seal.digest.clone())
        .run()
        .await?;
    Ok(())
}

/// The links after a position, each with its line, if that is still there.
pub(super) async fn links(tx: &mut Tx, after: i64, most: i64) -> Result<Vec<(Seal, Option<Stored>)>> {
    let seals = tx
        .sql("SELECT position, sequence, digest FROM audit_seal WHERE position > $1 ORDER BY position LIMIT $2")
        .bind(after)
        .bind(most)
        .all::<(i64, i64, String)>()
        .await?;
    let lines = tx
        .sql(
            "SELECT a.sequence, a.happened_at, a.actor, a.action, a.object, a.outcome, a.detail \
             FROM (SELECT position, sequence FROM audit_seal WHERE position > $1 ORDER BY position LIMIT $2) s \
             JOIN audit a ON a.sequence = s.sequence",
        )
        .bind(after)
        .bind(most)
        .all::<Columns>()
        .await?;
    let mut lines: std::collections::BTreeMap<i64, Stored> =
        lines.into_iter().map(Stored::from).map(|line| (line.sequence, line)).collect();
    let joined = seals.into_iter().map(|(position, sequence, digest)| {
        let line = lines.remove(&sequence);
        (Seal { position, sequence, digest }, line)
    });
    Ok(joined.collect())
}
