//! The inbox: what was delivered and what was answered.

use std::collections::HashSet;

use kernel::db::{self, placeholders};
use kernel::{Timestamp, Tx};

use super::slices;

/// One delivery as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct NewRow {
    /// The de-duplication key.
    pub(crate) key: String,
    /// The account's name.
    pub(crate) account: String,
    /// Who sent it.
    pub(crate) openid: String,
    /// `text`, `event:CLICK` and the like.
    pub(crate) kind: String,
    /// Its text without personal data.
    pub(crate) content: Option<String>,
    /// The clear XML of the answer; empty for a bare `success`.
    pub(crate) answer: String,
    /// When it came.
    pub(crate) received_at: Timestamp,
}

/// Stores deliveries whose key is new and returns the keys that were.
pub(crate) async fn insert(tx: &mut Tx, rows: &[&NewRow]) -> db::Result<HashSet<String>> {
    let mut new = HashSet::with_capacity(rows.len());
    for slice in slices(rows) {
        let values = placeholders(slice.len(), 7);
        let mut query = tx.sql_assembled(format!(
            "INSERT INTO inbox (key, account, openid, kind, content, answer, received_at) VALUES {values} \
             ON CONFLICT (key) DO NOTHING RETURNING key"
        ));
        for row in slice {
            query = query
                .bind(row.key.clone())
                .bind(row.account.clone())
                .bind(row.openid.clone())
                .bind(row.kind.clone())
                .bind(row.content.clone())
                .bind(row.answer.clone())
                .bind(row.received_at);
        }
        new.extend(query.all::<(String,)>().await?.into_iter().map(|(key,)| key));
    }
    Ok(new)
}

/// The stored answer of a delivery: clear XML, empty for a bare `success`.
pub(crate) async fn answer(tx: &mut Tx, key: &str) -> db::Result<Option<String>> {
    let row = tx.sql("SELECT answer FROM inbox WHERE key = $1").bind(key.to_owned()).optional::<(String,)>().await?;
    Ok(row.map(|(answer,)| answer))
}

/// Gives a stored delivery another key.
#[cfg(feature = "planted-faults")]
pub(crate) async fn rename(tx: &mut Tx, key: &str, suffix: &str) -> db::Result<()> {
    tx.sql("UPDATE inbox SET key = key || $2 WHERE key = $1")
        .bind(key.to_owned())
        .bind(suffix.to_owned())
        .run()
        .await
        .map(drop)
}

/// Forgets who sent what: the keys stay, so that nothing is taken twice.
pub(crate) async fn forget_person(tx: &mut Tx, account: &str, openid: &str) -> db::Result<u64> {
    tx.sql("UPDATE inbox SET openid = NULL, content = NULL, answer = '' WHERE account = $1 AND openid = $2")
        .bind(account.to_owned())
        .bind(openid.to_owned())
        .run()
        .await
}

/// Deletes up to `most` deliveries with keys before `key`, and returns how many.
pub(crate) async fn prune(tx: &mut Tx, key: &str, most: i64) -> db::Result<u64> {
    tx.sql("DELETE FROM inbox WHERE key IN (SELECT key FROM inbox WHERE key < $1 ORDER BY key LIMIT $2)")
        .bind(key.to_owned())
        .bind(most)
        .run()
        .await
}
