//! The rows of sessions; those of the house stand in a file of their own.

pub(crate) mod house;

use kernel::{PersonId, Timestamp, Tx, db};

use crate::session::Strength;

/// A row of `web_session`.
#[derive(Clone, Debug)]
pub(crate) struct SessionRow {
    pub(crate) digest: String,
    pub(crate) person: Option<PersonId>,
    pub(crate) strength: Strength,
    pub(crate) started: Timestamp,
    pub(crate) seen: Timestamp,
}

pub(crate) async fn insert_session(tx: &mut Tx, row: &SessionRow) -> db::Result<()> {
    tx.sql("INSERT INTO web_session (digest, person, strength, started_at, seen_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(row.digest.clone())
        .bind(row.person)
        .bind(row.strength.name().to_owned())
        .bind(row.started)
        .bind(row.seen)
        .run()
        .await?;
    Ok(())
}

pub(crate) async fn session(tx: &mut Tx, digest: &str) -> db::Result<Option<SessionRow>> {
    type Columns = (Option<PersonId>, String, Timestamp, Timestamp);
    let found: Option<Columns> = tx
        .sql("SELECT person, strength, started_at, seen_at FROM web_session WHERE digest = $1")
        .bind(digest.to_owned())
        .optional()
        .await?;
    let Some((person, strength, started, seen)) = found else { return Ok(None) };
    let strength =
        Strength::parse(&strength).ok_or_else(|| db::Error::bad_cell("web_session", "strength", &strength))?;
    Ok(Some(SessionRow { digest: digest.to_owned(), person, strength, started, seen }))
}

pub(crate) async fn touch_session(tx: &mut Tx, digest: &str, seen: Timestamp) -> db::Result<()> {
    tx.sql("UPDATE web_session SET seen_at = $2 WHERE digest = $1").bind(digest.to_owned()).bind(seen).run().await?;
    Ok(())
}

/// Removes a session and says whether it was there.
pub(crate) async fn delete_session(tx: &mut Tx, digest: &str) -> db::Result<bool> {
    Ok(tx.sql("DELETE FROM web_session WHERE digest = $1").bind(digest.to_owned()).run().await? > 0)
}

pub(crate) async fn delete_sessions_of(tx: &mut Tx, person: PersonId) -> db::Result<u64> {
    tx.sql("DELETE FROM web_session WHERE person = $1").bind(person).run().await
}

pub(crate) async fn delete_sessions_before(tx: &mut Tx, started: Timestamp, seen: Timestamp) -> db::Result<u64> {
    tx.sql("DELETE FROM web_session WHERE started_at <= $1 OR seen_at <= $2").bind(started).bind(seen).run().await
}
