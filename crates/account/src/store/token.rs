//! Access tokens and tickets.

use kernel::{Timestamp, Tx, db};

/// A token with its end.
pub(crate) async fn get(tx: &mut Tx, account: &str, name: &str) -> db::Result<Option<(String, Timestamp)>> {
    tx.sql("SELECT value, expires_at FROM account_token WHERE account = $1 AND name = $2")
        .bind(account.to_owned())
        .bind(name.to_owned())
        .optional()
        .await
}

/// Keeps a token (account, name, value) in place of the one before.
pub(crate) async fn put(
    tx: &mut Tx,
    [account, name, value]: [&str; 3],
    expires_at: Timestamp,
    now: Timestamp,
) -> db::Result<()> {
    tx.sql(
        "INSERT INTO account_token (account, name, value, expires_at, fetched_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (account, name) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at, \
         fetched_at = excluded.fetched_at",
    )
    .bind(account.to_owned())
    .bind(name.to_owned())
    .bind(value.to_owned())
    .bind(expires_at)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

/// Forgets what an account held.
pub(crate) async fn forget(tx: &mut Tx, account: &str) -> db::Result<()> {
    tx.sql("DELETE FROM account_token WHERE account = $1").bind(account.to_owned()).run().await.map(drop)
}
