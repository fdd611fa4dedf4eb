//! What WeChat told about the ends of sends.

use kernel::{Timestamp, Tx, db};
use sqlx::types::Json;

use crate::Counts;

/// Keeps what was told first about a send.
pub(crate) async fn keep(
    tx: &mut Tx,
    (account, msg_id): (&str, &str),
    (told, counts, addresses): (&str, Counts, &[String]),
    at: Timestamp,
) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_end (account, msg_id, told, total, filtered, sent, failed, told_at, addresses) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (account, msg_id) DO NOTHING",
    )
    .bind(account.to_owned())
    .bind(msg_id.to_owned())
    .bind(told.to_owned())
    .bind(counts.total)
    .bind(counts.filtered)
    .bind(counts.sent)
    .bind(counts.failed)
    .bind(at)
    .bind(Json(addresses.to_vec()))
    .run()
    .await?;
    Ok(())
}

/// What was told about a send, if anything was.
pub(crate) async fn find(tx: &mut Tx, account: &str, msg_id: &str) -> db::Result<Option<(String, Counts)>> {
    let row = tx
        .sql("SELECT told, total, filtered, sent, failed FROM push_end WHERE account = $1 AND msg_id = $2")
        .bind(account.to_owned())
        .bind(msg_id.to_owned())
        .optional::<(String, i64, i64, i64, i64)>()
        .await?;
    Ok(row.map(|(told, total, filtered, sent, failed)| (told, Counts { total, filtered, sent, failed })))
}

/// Where the articles of a send are, if WeChat told.
pub(crate) async fn addresses(tx: &mut Tx, account: &str, msg_id: &str) -> db::Result<Vec<String>> {
    let query = tx.sql("SELECT addresses FROM push_end WHERE account = $1 AND msg_id = $2");
    let row = query.bind(account.to_owned()).bind(msg_id.to_owned()).optional::<(Option<Json<Vec<String>>>,)>();
    Ok(row.await?.and_then(|(addresses,)| addresses).map(|Json(addresses)| addresses).unwrap_or_default())
}
