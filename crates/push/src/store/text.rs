//! The texts that articles are compared with.

use kernel::{Timestamp, Tx, db};

use crate::quality::Other;

/// How many there are, and when the last was kept: what tells whether anything changed.
pub(crate) async fn version(tx: &mut Tx) -> db::Result<(i64, Option<Timestamp>)> {
    tx.sql("SELECT count(*), max(kept_at) FROM push_text").one().await
}

type Columns = (String, String, String, Timestamp);

fn other((origin, title, text, kept_at): Columns) -> Other {
    Other { origin, title, kept_at: Some(kept_at), text }
}

/// Some of those kept at a moment or later, by moment and origin, after this one of that moment.
pub(crate) async fn since(tx: &mut Tx, (moment, after): (Timestamp, &str), most: i64) -> db::Result<Vec<Other>> {
    let query = tx
        .sql(
            "SELECT origin, title, text, kept_at FROM push_text WHERE (kept_at, origin) > ($1, $2) \
             ORDER BY kept_at, origin LIMIT $3",
        )
        .bind(moment)
        .bind(after.to_owned())
        .bind(most);
    Ok(query.all::<Columns>().await?.into_iter().map(other).collect())
}

/// What each of them is the text of.
pub(crate) async fn origins(tx: &mut Tx) -> db::Result<Vec<String>> {
    let rows: Vec<(String,)> = tx.sql("SELECT origin FROM push_text").all().await?;
    Ok(rows.into_iter().map(|(origin,)| origin).collect())
}

/// One of them.
pub(crate) async fn one(tx: &mut Tx, origin: &str) -> db::Result<Option<Other>> {
    let query = tx.sql("SELECT origin, title, text, kept_at FROM push_text WHERE origin = $1").bind(origin.to_owned());
    Ok(query.optional::<Columns>().await?.map(other))
}

/// Keeps one, in place of an earlier one of the same origin.
pub(crate) async fn put(tx: &mut Tx, (origin, title, text): (&str, &str, String), now: Timestamp) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_text (origin, title, text, kept_at) VALUES ($1, $2, $3, $4) ON CONFLICT (origin) DO UPDATE \
         SET title = excluded.title, text = excluded.text, kept_at = excluded.kept_at",
    )
    .bind(origin.to_owned())
    .bind(title.to_owned())
    .bind(text)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// Lets one go; nothing happens if it is gone.
pub(crate) async fn remove(tx: &mut Tx, origin: &str) -> db::Result<()> {
    tx.sql("DELETE FROM push_text WHERE origin = $1").bind(origin.to_owned()).run().await.map(drop)
}
