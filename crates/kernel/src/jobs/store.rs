//! The table of jobs.

use serde_json::Value;
use sqlx::types::Json;

use super::{AnyJob, Claim, Kept};
use crate::db::{Dialect, Result};
use crate::{Id, Timestamp, Tx};

/// How long finished jobs are kept for whoever wants to look.
const KEPT_SECONDS: i64 = 7 * 86_400;

pub(super) struct New {
    pub(super) id: Id<AnyJob>,
    pub(super) kind: &'static str,
    pub(super) payload: Value,
    pub(super) unique_key: Option<String>,
    pub(super) run_at: Timestamp,
    pub(super) created_at: Timestamp,
}

pub(super) async fn insert(tx: &mut Tx, new: New) -> Result<()> {
    tx.sql(
        "INSERT INTO job (id, kind, payload, unique_key, state, run_at, attempts, fence, created_at) \
         VALUES ($1, $2, $3, $4, 'waiting', $5, 0, 0, $6) \
         ON CONFLICT (unique_key) DO UPDATE SET run_at = \
         CASE WHEN excluded.run_at < job.run_at THEN excluded.run_at ELSE job.run_at END",
    )
    .bind(new.id)
    .bind(new.kind)
    .bind(Json(new.payload))
    .bind(new.unique_key)
    .bind(new.run_at)
    .bind(new.created_at)
    .run()
    .await?;
    Ok(())
}

/// Claims the job that has been due longest, of these kinds: one that waits, or one whose worker's lease ran out. Its
/// unique key is free again from now on: what happens while it runs may make it necessary once more.
pub(super) async fn claim(tx: &mut Tx, kinds: &[&str], now: Timestamp, until: Timestamp) -> Result<Option<Claim>> {
    // SQLite has one writer at a time, so nobody else can be claiming. PostgreSQL has many: each skips what another
    // holds, instead of waiting for it.
    let lock = match tx.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let places = (3..kinds.len() + 3).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
    let text = format!(
        "UPDATE job SET state = 'running', unique_key = NULL, fence = fence + 1, attempts = attempts + 1, \
         leased_until = $2 \
         WHERE id = (SELECT id FROM job WHERE kind IN ({places}) \
         AND ((state = 'waiting' AND run_at <= $1) OR (state = 'running' AND leased_until < $1)) \
         ORDER BY run_at, id LIMIT 1 {lock}) \
         RETURNING id, kind, payload, attempts, fence"
    );
    let mut query = tx.sql_assembled(text).bind(now).bind(until);
    for kind in kinds {
        query = query.bind((*kind).to_owned());
    }
    let row = query.optional::<(Id<AnyJob>, String, Json<Value>, i64, i64)>().await?;
    Ok(row.map(|(id, kind, Json(payload), attempts, fence)| Claim { id, kind, attempts, fence, payload }))
}

/// Extends the lease. `false`: the job is somebody else's.
pub(super) async fn renew(tx: &mut Tx, claim: &Claim, until: Timestamp) -> Result<bool> {
    let touched = tx
        .sql("UPDATE job SET leased_until = $3 WHERE id = $1 AND fence = $2 AND state = 'running'")
        .bind(claim.id)
        .bind(claim.fence)
        .bind(until)
        .run()
        .await?;
    Ok(touched == 1)
}

pub(super) async fn holds(tx: &mut Tx, claim: &Claim) -> Result<bool> {
    let row = tx
        .sql("SELECT id FROM job WHERE id = $1 AND fence = $2 AND state = 'running'")
        .bind(claim.id)
        .bind(claim.fence)
        .optional::<(Id<AnyJob>,)>()
        .await?;
    Ok(row.is_some())
}

/// Marks the job done and forgets those done a week ago. `false`: the job is somebody else's.
pub(super) async fn finish(tx: &mut Tx, claim: &Claim, now: Timestamp) -> Result<bool> {
    let touched = tx
        .sql(
            "UPDATE job SET state = 'done', leased_until = NULL, last_error = NULL, finished_at = $3 \
             WHERE id = $1 AND fence = $2 AND state = 'running'",
        )
        .bind(claim.id)
        .bind(claim.fence)
        .bind(now)
        .run()
        .await?;
    tx.sql("DELETE FROM job WHERE state = 'done' AND run_at < $1 AND finished_at < $1")
        .bind(now.plus_seconds(-KEPT_SECONDS))
        .run()
        .await?;
    Ok(touched == 1)
}

/// Lets the job wait again. `false`: it is somebody else's.
pub(super) async fn again(tx: &mut Tx, claim: &Claim, run_at: Timestamp, error: &str) -> Result<bool> {
    let touched = tx
        .sql(
            "UPDATE job SET state = 'waiting', leased_until = NULL, run_at = $3, last_error = $4 \
             WHERE id = $1 AND fence = $2 AND state = 'running'",
        )
        .bind(claim.id)
        .bind(claim.fence)
        .bind(run_at)
        .bind(error.to_owned())
        .run()
        .await?;
    Ok(touched == 1)
}

/// Gives the job up. `false`: it is somebody else's.
pub(super) async fn fail(tx: &mut Tx, claim: &Claim, now: Timestamp, error: &str) -> Result<bool> {
    let touched = tx
        .sql(
            "UPDATE job SET state = 'failed', leased_until = NULL, finished_at = $3, last_error = $4 \
             WHERE id = $1 AND fence = $2 AND state = 'running'",
        )
        .bind(claim.id)
        .bind(claim.fence)
        .bind(now)
        .bind(error.to_owned())
        .run()
        .await?;
    Ok(touched == 1)
}

pub(super) async fn counts(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    tx.sql("SELECT state, count(*) FROM job GROUP BY state ORDER BY state").all().await
}

/// A job that is not done, as whoever looks after the program sees it.
type KeptRow = (Id<AnyJob>, String, Json<Value>, String, Timestamp, i64, Option<String>, Timestamp, Option<Timestamp>);

/// Jobs that wait, run or were given up: those given up first, then by when they are due.
pub(super) async fn kept(tx: &mut Tx, most: i64) -> Result<Vec<Kept>> {
    let rows: Vec<KeptRow> = tx
        .sql(
            "SELECT id, kind, payload, state, run_at, attempts, last_error, created_at, finished_at FROM job \
             WHERE state <> 'done' ORDER BY CASE state WHEN 'failed' THEN 0 WHEN 'running' THEN 1 ELSE 2 END, \
             run_at, id LIMIT $1",
        )
        .bind(most)
        .all()
        .await?;
    let kept = |(id, kind, Json(payload), state, run_at, attempts, last_error, created_at, finished_at): KeptRow| {
        Kept { id, kind, payload, state, run_at, attempts, last_error, created_at, finished_at }
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// Lets a job that was given up wait again; its kind, if it was there and given up.
pub(super) async fn revive(tx: &mut Tx, id: Id<AnyJob>, now: Timestamp) -> Result<Option<String>> {
    let revived: Option<(String,)> = tx
        .sql(
            "UPDATE job SET state = 'waiting', run_at = $2, attempts = 0, finished_at = NULL \
             WHERE id = $1 AND state = 'failed' RETURNING kind",
        )
        .bind(id)
        .bind(now)
        .optional()
        .await?;
    Ok(revived.map(|(kind,)| kind))
}
