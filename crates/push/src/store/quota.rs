//! What of an account's quota is used.

use kernel::{Tx, db};

use super::by_hand;
use crate::Period;

/// Takes one of a period's pushes. `false`: none is left, with those that were made by hand.
pub(crate) async fn take(tx: &mut Tx, account: &str, period: Period) -> db::Result<bool> {
    let most = period.limit() - by_hand::count(tx, account, period.days()).await?;
    if most <= 0 {
        return Ok(false);
    }
    let used = tx
        .sql(
            "INSERT INTO push_quota (account, period, used) VALUES ($1, $2, 1) \
             ON CONFLICT (account, period) DO UPDATE SET used = push_quota.used + 1 WHERE push_quota.used < $3",
        )
        .bind(account.to_owned())
        .bind(period.key())
        .bind(most)
        .run()
        .await?;
    Ok(used == 1)
}

/// Gives one back that was not sent after all.
pub(crate) async fn give_back(tx: &mut Tx, account: &str, period: &str) -> db::Result<()> {
    tx.sql("UPDATE push_quota SET used = used - 1 WHERE account = $1 AND period = $2 AND used > 0")
        .bind(account.to_owned())
        .bind(period.to_owned())
        .run()
        .await?;
    Ok(())
}

/// How many of a period's pushes are used, as far as this house knows.
pub(crate) async fn used(tx: &mut Tx, account: &str, period: Period) -> db::Result<i64> {
    let row = tx
        .sql("SELECT used FROM push_quota WHERE account = $1 AND period = $2")
        .bind(account.to_owned())
        .bind(period.key())
        .optional::<(i64,)>()
        .await?;
    Ok(row.map_or(0, |(used,)| used))
}
