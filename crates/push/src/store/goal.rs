//! After how many days each account is to be heard of again.

use kernel::{Timestamp, Tx, db};

/// What was laid down, by account.
pub(crate) async fn all(tx: &mut Tx) -> db::Result<Vec<(String, i64)>> {
    tx.sql("SELECT account, days FROM push_goal").all().await
}

/// Lays it down for an account.
pub(crate) async fn put(tx: &mut Tx, (account, days): (&str, i64), (by, at): (&str, Timestamp)) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_goal (account, days, changed_by, changed_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (account) DO UPDATE SET days = excluded.days, changed_by = excluded.changed_by, \
         changed_at = excluded.changed_at",
    )
    .bind(account.to_owned())
    .bind(days)
    .bind(by.to_owned())
    .bind(at)
    .run()
    .await
    .map(drop)
}
