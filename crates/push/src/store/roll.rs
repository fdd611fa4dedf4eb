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

/// Keeps who is left in a part.
pub(crate) async fn replace_part(tx: &mut Tx, (roll, batch): (Id<Roll>, i64), openids: Vec<String>) -> db::Result<()> {
    tx.sql("UPDATE push_roll_part SET openids = $3 WHERE roll = $1 AND batch = $2")
        .bind(roll)
        .bind(batch)
        .bind(Json(openids))
        .run()
        .await
        .map(drop)
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

/// Notes the tag that the followers of a roll are being given.
pub(crate) async fn set_tag(tx: &mut Tx, id: Id<Roll>, tag: i64) -> db::Result<()> {
    tx.sql("UPDATE push_roll SET tag = $2 WHERE id = $1").bind(id).bind(tag).run().await.map(drop)
}

/// Notes that all of them have it.
pub(crate) async fn tagged(tx: &mut Tx, id: Id<Roll>, at: Timestamp) -> db::Result<()> {
    tx.sql("UPDATE push_roll SET tagged_at = $2 WHERE id = $1").bind(id).bind(at).run().await.map(drop)
}

/// The tag that all followers of a roll have, if they have one.
pub(crate) async fn tag(tx: &mut Tx, id: Id<Roll>) -> db::Result<Option<i64>> {
    let query =
        tx.sql("SELECT tag FROM push_roll WHERE id = $1 AND tagged_at IS NOT NULL AND tag IS NOT NULL").bind(id);
    Ok(query.optional::<(i64,)>().await?.map(|(tag,)| tag))
}

/// The tags of rolls that nothing uses any more: their push has ended, or there is none and they were made before a moment.
pub(crate) async fn tags_over(tx: &mut Tx, before: Timestamp) -> db::Result<Vec<(Id<Roll>, String, i64)>> {
    let query = tx.sql(
        "SELECT r.id, r.account, r.tag FROM push_roll r LEFT JOIN push_plan p ON p.roll = r.id \
         WHERE r.tag IS NOT NULL AND ((p.id IS NULL AND r.made_at < $1) OR (p.id IS NOT NULL AND NOT EXISTS \
         (SELECT 1 FROM push_plan l JOIN push_call c ON c.plan = l.id WHERE l.roll = r.id AND (c.state IN ('planned', \
         'submitting', 'unknown') OR (c.state = 'accepted' AND c.msg_id IS NOT NULL))))) ORDER BY r.id LIMIT 20",
    );
    query.bind(before).all().await
}

/// Notes that the tag of a roll is gone.
pub(crate) async fn forget_tag(tx: &mut Tx, id: Id<Roll>) -> db::Result<()> {
    tx.sql("UPDATE push_roll SET tag = NULL WHERE id = $1").bind(id).run().await.map(drop)
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
