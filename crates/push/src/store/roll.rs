//! Rolls of followers, and what WeChat was given for drafts.

use kernel::{Id, Timestamp, Tx, db};
use sqlx::types::Json;

use crate::audience::Roll;

/// A roll as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Row {
    pub(crate) id: Id<Roll>,
    pub(crate) account: String,
    /// Its conditions in words.
    pub(crate) whom: String,
    pub(crate) people: i64,
    pub(crate) parts: i64,
}

/// Begins a roll with nobody in it.
pub(crate) async fn insert(tx: &mut Tx, row: &Row, by: &str, at: Timestamp) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_roll (id, account, whom, people, parts, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(row.id)
    .bind(row.account.clone())
    .bind(row.whom.clone())
    .bind(row.people)
    .bind(row.parts)
    .bind(by.to_owned())
    .bind(at)
    .run()
    .await
    .map(drop)
}

/// Adds as many as one call takes.
pub(crate) async fn add_part(tx: &mut Tx, (roll, batch): (Id<Roll>, i64), openids: Vec<String>) -> db::Result<()> {
    let people = i64::try_from(openids.len()).unwrap_or(i64::MAX);
    tx.sql("INSERT INTO push_roll_part (roll, batch, openids) VALUES ($1, $2, $3)")
        .bind(roll)
        .bind(batch)
        .bind(Json(openids))
        .run()
        .await?;
    tx.sql("UPDATE push_roll SET people = people + $2, parts = $3 WHERE id = $1")
        .bind(roll)
        .bind(people)
        .bind(batch)
        .run()
        .await
        .map(drop)
}

/// A roll.
pub(crate) async fn find(tx: &mut Tx, id: Id<Roll>) -> db::Result<Option<Row>> {
    let query = tx.sql("SELECT id, account, whom, people, parts FROM push_roll WHERE id = $1").bind(id);
    let row = query.optional::<(Id<Roll>, String, String, i64, i64)>().await?;
    Ok(row.map(|(id, account, whom, people, parts)| Row { id, account, whom, people, parts }))
}

/// Who is in a part of a roll; nobody once it is forgotten.
pub(crate) async fn part(tx: &mut Tx, (roll, batch): (Id<Roll>, i64)) -> db::Result<Vec<String>> {
    let query = tx.sql("SELECT openids FROM push_roll_part WHERE roll = $1 AND batch = $2").bind(roll).bind(batch);
    Ok(query.optional::<(Json<Vec<String>>,)>().await?.map(|(Json(openids),)| openids).unwrap_or_default())
}

/// Forgets who is in a part.
pub(crate) async fn forget_part(tx: &mut Tx, (roll, batch): (Id<Roll>, i64)) -> db::Result<()> {
    tx.sql("DELETE FROM push_roll_part WHERE roll = $1 AND batch = $2").bind(roll).bind(batch).run().await.map(drop)
}

/// A part of a roll that was made before a moment and that no plan uses.
pub(crate) async fn unused(tx: &mut Tx, before: Timestamp) -> db::Result<Option<(Id<Roll>, i64)>> {
    let query = tx.sql(
        "SELECT p.roll, p.batch FROM push_roll r JOIN push_roll_part p ON p.roll = r.id WHERE r.made_at < $1 \
         AND NOT EXISTS (SELECT 1 FROM push_plan l WHERE l.roll = r.id) ORDER BY p.roll, p.batch LIMIT 1",
    );
    query.bind(before).optional().await
}

/// What an account of WeChat was given for a version of a draft.
pub(crate) async fn made(tx: &mut Tx, origin: &str, account: &str) -> db::Result<Option<String>> {
    let query = tx.sql("SELECT media_id FROM push_made WHERE origin = $1 AND account = $2");
    let row = query.bind(origin.to_owned()).bind(account.to_owned()).optional::<(String,)>().await?;
    Ok(row.map(|(media_id,)| media_id))
}

/// Notes what an account was given for a version of a draft, in the place of what it was given before.
pub(crate) async fn note_made(
    tx: &mut Tx,
    (origin, account): (&str, &str),
    media_id: &str,
    at: Timestamp,
) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_made (origin, account, media_id, made_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (origin, account) DO UPDATE SET media_id = excluded.media_id, made_at = excluded.made_at",
    )
    .bind(origin.to_owned())
    .bind(account.to_owned())
    .bind(media_id.to_owned())
    .bind(at)
    .run()
    .await
    .map(drop)
}
