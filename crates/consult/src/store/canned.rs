//! Canned replies.

use kernel::{Id, Tx, db};

use super::Change;
use crate::desk::Canned;

/// All of them, by title.
pub(crate) async fn all(tx: &mut Tx) -> db::Result<Vec<Canned>> {
    let rows: Vec<(Id<Canned>, String, String)> =
        tx.sql("SELECT id, title, text FROM canned_reply ORDER BY title").all().await?;
    Ok(rows.into_iter().map(|(id, title, text)| Canned { id, title, text }).collect())
}

/// Writes one, new or anew.
///
/// # Errors
/// Of the kind *unique* if another has its title.
pub(crate) async fn put(tx: &mut Tx, canned: &Canned, change: &Change<'_>) -> db::Result<()> {
    tx.sql(
        "INSERT INTO canned_reply (id, title, text, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, text = excluded.text, \
         changed_at = excluded.changed_at, changed_by = excluded.changed_by",
    )
    .bind(canned.id)
    .bind(canned.title.clone())
    .bind(canned.text.clone())
    .bind(change.at)
    .bind(change.by.to_owned())
    .run()
    .await
    .map(drop)
}

/// Removes one; `false` if it is gone.
pub(crate) async fn remove(tx: &mut Tx, id: Id<Canned>) -> db::Result<bool> {
    Ok(tx.sql("DELETE FROM canned_reply WHERE id = $1").bind(id).run().await? == 1)
}
