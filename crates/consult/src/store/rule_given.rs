//! To whom the answer of a rule with a minimum interval was given, and when.

use kernel::{Timestamp, Tx, db};

/// When a reader was last given the answer of a rule.
pub(crate) async fn last(tx: &mut Tx, rule: &str, (account, openid): (&str, &str)) -> db::Result<Option<Timestamp>> {
    let row = tx
        .sql(
            "SELECT g.given_at FROM rule_given g JOIN rule r ON r.id = g.rule \
             WHERE r.name = $1 AND g.account = $2 AND g.openid = $3",
        )
        .bind(rule.to_owned())
        .bind(account.to_owned())
        .bind(openid.to_owned())
        .optional::<(Timestamp,)>()
        .await?;
    Ok(row.map(|(at,)| at))
}

/// Notes that it was given now.
pub(crate) async fn note(tx: &mut Tx, rule: &str, (account, openid): (&str, &str), at: Timestamp) -> db::Result<()> {
    tx.sql(
        "INSERT INTO rule_given (rule, account, openid, given_at) SELECT id, $2, $3, $4 FROM rule WHERE name = $1 \
         ON CONFLICT (rule, account, openid) DO UPDATE SET given_at = excluded.given_at",
    )
    .bind(rule.to_owned())
    .bind(account.to_owned())
    .bind(openid.to_owned())
    .bind(at)
    .run()
    .await
    .map(drop)
}

/// Forgets a reader.
pub(crate) async fn forget(tx: &mut Tx, account: &str, openid: &str) -> db::Result<()> {
    let query = tx.sql("DELETE FROM rule_given WHERE account = $1 AND openid = $2");
    query.bind(account.to_owned()).bind(openid.to_owned()).run().await.map(drop)
}
