//! Import batches: how far an import has come, and what it had to say.

use kernel::{Id, Timestamp, Tx, db};

use super::counter::{Counter, take};
use super::groups;
use crate::import::{Counts, Problem, Severity};

/// An import batch.
#[derive(Debug)]
pub(crate) enum Batch {}

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

/// Writes down how far a batch has come, in the transaction that got it there.
pub(crate) async fn advance(tx: &mut Tx, progress: &Progress, new: &[Problem]) -> db::Result<()> {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let counts = progress.counts;
    tx.sql(
        "UPDATE import_batch SET rows_done = $2, landed = $3, updated = $4, unchanged = $5, refused = $6 \
         WHERE number = $1",
    )
    .bind(progress.number)
    .bind(number(counts.read()))
    .bind(number(counts.landed))
    .bind(number(counts.updated))
    .bind(number(counts.unchanged))
    .bind(number(counts.refused))
    .run()
    .await?;
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
    Ok(())
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
