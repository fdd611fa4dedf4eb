//! The inbox: what was delivered and what was answered.

use std::collections::HashMap;

use kernel::db::{self, values};
use kernel::{Timestamp, Tx};

use super::MOST_ROWS;
use crate::saying::Recent;

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

/// Stores deliveries whose key is new, and says whether all were. Which of them were not is not asked here: it costs
/// as much as storing them, and almost always they are.
pub(crate) async fn insert(tx: &mut Tx, rows: &[&NewRow]) -> db::Result<bool> {
    let mut stored = 0;
    for slice in rows.chunks(MOST_ROWS) {
        let values = values(tx, slice.len(), 7);
        let mut query = tx.sql_assembled(format!(
            "INSERT INTO inbox (key, account, openid, kind, content, answer, received_at) VALUES {values} \
             ON CONFLICT (key) DO NOTHING"
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
        stored += query.run().await?;
    }
    Ok(u64::try_from(rows.len()) == Ok(stored))
}

/// The stored answers of those deliveries that are known, by their keys.
pub(crate) async fn answers(tx: &mut Tx, keys: &[&str]) -> db::Result<HashMap<String, String>> {
    let mut known = HashMap::new();
    for slice in keys.chunks(MOST_ROWS) {
        let list = values(tx, 1, slice.len());
        let mut query = tx.sql_assembled(format!("SELECT key, answer FROM inbox WHERE key IN {list}"));
        for key in slice {
            query = query.bind((*key).to_owned());
        }
        known.extend(query.all::<(String, String)>().await?);
    }
    Ok(known)
}

/// The last texts of a follower since a moment, newest first.
pub(crate) async fn recent(
    tx: &mut Tx,
    (account, openid): (&str, &str),
    since: Timestamp,
    most: i64,
) -> db::Result<Vec<Recent>> {
    let seconds = u32::try_from(since.seconds()).unwrap_or(0);
    let rows = tx
        .sql(
            "SELECT received_at, content, answer FROM inbox WHERE key >= $1 AND account = $2 AND openid = $3 \
             AND content IS NOT NULL AND kind = 'text' ORDER BY key DESC LIMIT $4",
        )
        .bind(format!("{seconds:08x}"))
        .bind(account.to_owned())
        .bind(openid.to_owned())
        .bind(most)
        .all::<(Timestamp, String, String)>()
        .await?;
    Ok(rows.into_iter().map(|(at, text, answer)| Recent { at, text, answer }).collect())
}

/// The stored answer of a delivery: clear XML, empty for a bare `success`.
pub(crate) async fn answer(tx: &mut Tx, key: &str) -> db::Result<Option<String>> {
    let row = tx.sql("SELECT answer FROM inbox WHERE key = $1").bind(key.to_owned()).optional::<(String,)>().await?;
    Ok(row.map(|(answer,)| answer))
}

/// When the newest delivery to an account came, of those that are kept. The keys begin with the time, so it is soon found.
pub(crate) async fn last(tx: &mut Tx, account: &str) -> db::Result<Option<Timestamp>> {
    let query = tx.sql("SELECT received_at FROM inbox WHERE account = $1 ORDER BY key DESC LIMIT 1");
    Ok(query.bind(account.to_owned()).optional::<(Timestamp,)>().await?.map(|(at,)| at))
}

/// How many deliveries to an account came since a moment.
pub(crate) async fn count(tx: &mut Tx, account: &str, since: Timestamp) -> db::Result<i64> {
    let seconds = u32::try_from(since.seconds()).unwrap_or(0);
    let query = tx.sql("SELECT count(*) FROM inbox WHERE key >= $1 AND account = $2");
    Ok(query.bind(format!("{seconds:08x}")).bind(account.to_owned()).one::<(i64,)>().await?.0)
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

/// Keys after `after` of what leavers sent before they left, at most so many, in order.
pub(crate) async fn of_leavers(tx: &mut Tx, after: &str, most: i64) -> db::Result<Vec<String>> {
    let rows = tx
        .sql(
            "SELECT key FROM inbox WHERE key > $1 AND EXISTS (SELECT 1 FROM leaver \
             WHERE leaver.account = inbox.account AND leaver.openid = inbox.openid AND inbox.received_at <= leaver.left_at) \
             ORDER BY key LIMIT $2",
        )
        .bind(after.to_owned())
        .bind(most)
        .all::<(String,)>()
        .await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// Forgets who sent what: the keys stay, so that nothing is taken twice.
pub(crate) async fn strip(tx: &mut Tx, keys: &[String]) -> db::Result<()> {
    for slice in keys.chunks(MOST_ROWS) {
        let list = values(tx, 1, slice.len());
        let text = format!("UPDATE inbox SET openid = NULL, content = NULL, answer = '' WHERE key IN {list}");
        let mut query = tx.sql_assembled(text);
        for key in slice {
            query = query.bind(key.clone());
        }
        query.run().await?;
    }
    Ok(())
}

/// Deletes up to `most` deliveries with keys before `key`, and returns how many.
pub(crate) async fn prune(tx: &mut Tx, key: &str, most: i64) -> db::Result<u64> {
    tx.sql("DELETE FROM inbox WHERE key IN (SELECT key FROM inbox WHERE key < $1 ORDER BY key LIMIT $2)")
        .bind(key.to_owned())
        .bind(most)
        .run()
        .await
}
