//! To whom the default answer was given, and when.

use kernel::{Timestamp, Tx, db};

/// When a reader was last given the default answer.
pub(crate) async fn last(tx: &mut Tx, account: &str, openid: &str) -> db::Result<Option<Timestamp>> {
    let row = tx
        .sql("SELECT answered_at FROM default_answer WHERE account = $1 AND openid = $2")
        .bind(account.to_owned())
        .bind(openid.to_owned())
        .optional::<(Timestamp,)>()
        .await?;
    Ok(row.map(|(at,)| at))
}

/// Notes that a reader was given the default answer.
pub(crate) async fn given(tx: &mut Tx, account: &str, openid: &str, at: Timestamp) -> db::Result<()> {
    tx.sql(
        "INSERT INTO default_answer (account, openid, answered_at) VALUES ($1, $2, $3) \
         ON CONFLICT (account, openid) DO UPDATE SET answered_at = excluded.answered_at",
    )
    .bind(account.to_owned())
    .bind(openid.to_owned())
    .bind(at)
    .run()
    .await?;
    Ok(())
}

/// Forgets a reader.
pub(crate) async fn forget(tx: &mut Tx, account: &str, openid: &str) -> db::Result<()> {
    tx.sql("DELETE FROM default_answer WHERE account = $1 AND openid = $2")
        .bind(account.to_owned())
        .bind(openid.to_owned())
        .run()
        .await?;
    Ok(())
}
