//! Import batches: how far an import has come, and what it had to say.

use std::collections::HashMap;

use kernel::{Id, Timestamp, Tx, db};

use super::counter::{Counter, take};
use super::{groups, list};
use crate::import::{Counts, Problem, Severity};

/// An import batch.
#[derive(Debug)]
pub(crate) enum Batch {}

/// How far a batch is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    Running,
    Done,
    RollingBack,
    RolledBack,
}

/// A batch as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Stored {
    pub(crate) number: i64,
    pub(crate) id: Id<Batch>,
    pub(crate) file_name: String,
    pub(crate) actor: String,
    pub(crate) state: State,
    pub(crate) counts: Counts,
    pub(crate) started_at: Timestamp,
    pub(crate) finished_at: Option<Timestamp>,
}

impl State {
    const ALL: [Self; 4] = [Self::Running, Self::Done, Self::RollingBack, Self::RolledBack];

    /// The word in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::RollingBack => "rolling-back",
            Self::RolledBack => "rolled-back",
        }
    }

    /// The word staff see.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Running => "未完成",
            Self::Done => "已完成",
            Self::RollingBack => "撤回中",
            Self::RolledBack => "已撤回",
        }
    }
}

/// An import that is under way or was stopped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Progress {
    pub(crate) number: i64,
    pub(crate) id: Id<Batch>,
    pub(crate) counts: Counts,
    pub(crate) problems: i64,
}

/// What makes two imports the same import: the file's bytes, and everything that decides how they are read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Identity {
    pub(crate) file_name: String,
    pub(crate) file_digest: String,
    pub(crate) settings_digest: String,
}

/// Readies the writing connection for many rows: SQLite is given 64 MB for pages, so that a chunk's pages are written
/// once, and folds the log into the file after 64 MB instead of 4, so that pages touched by many chunks are folded
/// once. PostgreSQL's own settings do; another text for it would say nothing.
pub(crate) async fn ready(tx: &mut Tx) -> db::Result<()> {
    if tx.dialect() == db::Dialect::Sqlite {
        tx.sql("PRAGMA cache_size = -65536").all::<(i64,)>().await?;
        tx.sql("PRAGMA wal_autocheckpoint = 16384").all::<(i64,)>().await?;
    }
    Ok(())
}

/// Begins a batch.
pub(crate) async fn begin(
    tx: &mut Tx,
    id: Id<Batch>,
    identity: &Identity,
    actor: &str,
    now: Timestamp,
) -> db::Result<Progress> {
    let number = take(tx, Counter::Batch, 1).await?;
    tx.sql(
        "INSERT INTO import_batch (number, id, file_name, file_digest, settings_digest, actor, state, rows_done, \
         landed, updated, unchanged, refused, started_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 'running', 0, 0, 0, 0, 0, $7)",
    )
    .bind(number)
    .bind(id)
    .bind(identity.file_name.clone())
    .bind(identity.file_digest.clone())
    .bind(identity.settings_digest.clone())
    .bind(actor.to_owned())
    .bind(now)
    .run()
    .await?;
    Ok(Progress { number, id, counts: Counts::default(), problems: 0 })
}

/// The batch of the same import that was stopped before its end, if there is one.
pub(crate) async fn unfinished(tx: &mut Tx, identity: &Identity) -> db::Result<Option<Progress>> {
    type Row = (i64, Id<Batch>, i64, i64, i64, i64);
    let row: Option<Row> = tx
        .sql(
            "SELECT number, id, landed, updated, unchanged, refused FROM import_batch \
             WHERE file_digest = $1 AND state = 'running' AND settings_digest = $2 ORDER BY number DESC LIMIT 1",
        )
        .bind(identity.file_digest.clone())
        .bind(identity.settings_digest.clone())
        .optional()
        .await?;
    let Some((number, id, landed, updated, unchanged, refused)) = row else { return Ok(None) };
    let (problems,): (i64,) =
        tx.sql("SELECT count(*) FROM import_problem WHERE batch_number = $1").bind(number).one().await?;
    let counts = [landed, updated, unchanged, refused].map(|n| u64::try_from(n).unwrap_or(0));
    let [landed, updated, unchanged, refused] = counts;
    Ok(Some(Progress { number, id, counts: Counts { landed, updated, unchanged, refused }, problems }))
}

/// Writes down how far a batch has come, in the transaction that got it there, after its records. Whether it may: not once
/// it is rolled back, nor while another batch is.
pub(crate) async fn advance(tx: &mut Tx, progress: &Progress, new: &[Problem]) -> db::Result<bool> {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let counts = progress.counts;
    let query = tx.sql(
        "UPDATE import_batch SET rows_done = $2, landed = $3, updated = $4, unchanged = $5, refused = $6 \
         WHERE number = $1 AND state = 'running' \
         AND NOT EXISTS (SELECT 1 FROM import_batch b WHERE b.state = 'rolling-back')",
    );
    let query = query.bind(progress.number).bind(number(counts.read())).bind(number(counts.landed));
    let query = query.bind(number(counts.updated)).bind(number(counts.unchanged)).bind(number(counts.refused));
    if query.run().await? == 0 {
        return Ok(false);
    }
    let mut position = progress.problems;
    for group in groups(new, 100) {
        let text = format!(
            "INSERT INTO import_problem (batch_number, position, severity, sheet, line, column_name, code, message) \
             VALUES {}",
            db::values(tx, group.len(), 8)
        );
        let mut query = tx.sql_assembled(text);
        for problem in group {
            query = query
                .bind(progress.number)
                .bind(position)
                .bind(problem.severity.name().to_owned())
                .bind(problem.sheet.clone())
                .bind(i64::from(problem.line))
                .bind(problem.column.clone())
                .bind(problem.code.to_string())
                .bind(problem.message.clone());
            position += 1;
        }
        query.run().await?;
    }
    Ok(true)
}

/// Ends a batch.
pub(crate) async fn finish(tx: &mut Tx, number: i64, now: Timestamp) -> db::Result<()> {
    tx.sql("UPDATE import_batch SET state = 'done', finished_at = $2 WHERE number = $1")
        .bind(number)
        .bind(now)
        .run()
        .await
        .map(drop)
}

/// All problems of a batch in the order of the file.
pub(crate) async fn problems(tx: &mut Tx, number: i64) -> db::Result<Vec<Problem>> {
    type Row = (String, String, i64, Option<String>, String, String);
    let rows: Vec<Row> = tx
        .sql(
            "SELECT severity, sheet, line, column_name, code, message FROM import_problem WHERE batch_number = $1 \
             ORDER BY position",
        )
        .bind(number)
        .all()
        .await?;
    let problem = |(severity, sheet, line, column, code, message): Row| Problem {
        severity: if severity == Severity::Error.name() { Severity::Error } else { Severity::Warning },
        sheet,
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column,
        code: code.into(),
        message,
    };
    Ok(rows.into_iter().map(problem).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    number: i64,
    id: Id<Batch>,
    file_name: String,
    actor: String,
    state: String,
    landed: i64,
    updated: i64,
    unchanged: i64,
    refused: i64,
    started_at: Timestamp,
    finished_at: Option<Timestamp>,
}

const SELECT: &str = "SELECT number, id, file_name, actor, state, landed, updated, unchanged, refused, started_at, \
    finished_at FROM import_batch ";

fn stored(row: Row) -> db::Result<Stored> {
    let state = State::ALL.into_iter().find(|state| state.name() == row.state);
    let state = state.ok_or_else(|| db::Error::bad_cell("import_batch", "state", &row.state))?;
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    let counts = Counts {
        landed: count(row.landed),
        updated: count(row.updated),
        unchanged: count(row.unchanged),
        refused: count(row.refused),
    };
    let Row { number, id, file_name, actor, started_at, finished_at, .. } = row;
    Ok(Stored { number, id, file_name, actor, state, counts, started_at, finished_at })
}

/// The newest batches, at most `most`.
pub(crate) async fn newest(tx: &mut Tx, most: i64) -> db::Result<Vec<Stored>> {
    let rows: Vec<Row> = tx.sql_assembled(format!("{SELECT} ORDER BY number DESC LIMIT $1")).bind(most).all().await?;
    rows.into_iter().map(stored).collect()
}

/// The batch of a number.
pub(crate) async fn of_number(tx: &mut Tx, number: i64) -> db::Result<Option<Stored>> {
    let row: Option<Row> = tx.sql_assembled(format!("{SELECT} WHERE number = $1")).bind(number).optional().await?;
    row.map(stored).transpose()
}

/// The batch of an id.
pub(crate) async fn of_id(tx: &mut Tx, id: Id<Batch>) -> db::Result<Option<Stored>> {
    let row: Option<Row> = tx.sql_assembled(format!("{SELECT} WHERE id = $1")).bind(id).optional().await?;
    row.map(stored).transpose()
}

/// How far some batches are that are being rolled back or were, by their numbers.
pub(crate) async fn withdrawn(tx: &mut Tx, numbers: &[i64]) -> db::Result<HashMap<i64, State>> {
    let mut found = HashMap::new();
    for group in groups(numbers, 500) {
        let text = format!(
            "SELECT number, state FROM import_batch WHERE state IN ('rolling-back', 'rolled-back') AND number IN ({})",
            list(0, group.len())
        );
        let query = group.iter().fold(tx.sql_assembled(text), |query, number| query.bind(*number));
        for (number, word) in query.all::<(i64, String)>().await? {
            let is_over = word == State::RolledBack.name();
            found.insert(number, if is_over { State::RolledBack } else { State::RollingBack });
        }
    }
    Ok(found)
}

/// Changes the state of a batch.
pub(crate) async fn become_state(tx: &mut Tx, number: i64, state: State) -> db::Result<()> {
    let query = tx.sql("UPDATE import_batch SET state = $2 WHERE number = $1");
    query.bind(number).bind(state.name()).run().await.map(drop)
}

/// The records whose present descriptions a batch wrote, those before a number, the newest first.
pub(crate) async fn written(tx: &mut Tx, batch: i64, before: i64, most: i64) -> db::Result<Vec<i64>> {
    let query =
        tx.sql("SELECT number FROM record WHERE number < $1 AND batch_number = $2 ORDER BY number DESC LIMIT $3");
    let rows: Vec<(i64,)> = query.bind(before).bind(batch).bind(most).all().await?;
    Ok(rows.into_iter().map(|(number,)| number).collect())
}

/// Keeps everybody else from changing records until this transaction ends; those of them whose present descriptions the
/// batch wrote.
pub(crate) async fn hold(tx: &mut Tx, batch: i64, numbers: &[i64]) -> db::Result<Vec<i64>> {
    let mut held = Vec::new();
    for group in groups(numbers, 500) {
        let text = format!(
            "UPDATE record SET batch_number = batch_number WHERE batch_number = $1 AND number IN ({}) RETURNING number",
            list(1, group.len())
        );
        let query = group.iter().fold(tx.sql_assembled(text).bind(batch), |query, number| query.bind(*number));
        held.extend(query.all::<(i64,)>().await?.into_iter().map(|(number,)| number));
    }
    Ok(held)
}
