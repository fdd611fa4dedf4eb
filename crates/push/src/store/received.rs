//! How often followers received a push by list in a month.

use kernel::db::Dialect;
use kernel::{Id, Timestamp, Tx, db};
use sqlx::types::Json;

use crate::audience::Roll;
use crate::{Audience, Plan};

/// Rows that are forgotten at once.
const AT_ONCE: i64 = 5_000;

/// The followers of a part `r` of a roll, one a row, as `o.value`: the two have no function in common that takes a list of
/// JSON apart.
const fn openids(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "json_each(r.openids) AS o",
        Dialect::Postgres => "jsonb_array_elements_text(r.openids) AS o(value)",
    }
}

/// Counts what a call sent to its part of a roll; nothing for a call to others, and nothing once the part is forgotten.
pub(crate) async fn count(tx: &mut Tx, (plan, batch): (Id<Plan>, i64), month: &str) -> db::Result<()> {
    let text = format!(
        "INSERT INTO push_received (account, month, openid, times) SELECT p.account, $3, o.value, 1 FROM push_plan p \
         JOIN push_roll_part r ON r.roll = p.roll AND r.batch = $2 CROSS JOIN {} WHERE p.id = $1 \
         ON CONFLICT (account, month, openid) DO UPDATE SET times = push_received.times + 1",
        openids(tx.dialect())
    );
    tx.sql_assembled(text).bind(plan).bind(batch).bind(month.to_owned()).run().await.map(drop)
}

/// How many of a roll received at least so many pushes by list in a month.
pub(crate) async fn at_least(
    tx: &mut Tx,
    (account, month): (&str, &str),
    roll: Id<Roll>,
    times: i64,
) -> db::Result<i64> {
    let text = format!(
        "SELECT count(*) FROM push_roll_part r CROSS JOIN {} JOIN push_received g ON g.account = $2 AND g.month = $3 \
         AND g.openid = o.value WHERE r.roll = $1 AND g.times >= $4",
        openids(tx.dialect())
    );
    let query = tx.sql_assembled(text).bind(roll).bind(account.to_owned()).bind(month.to_owned()).bind(times);
    Ok(query.one::<(i64,)>().await?.0)
}

/// How many pushes of an account in a month went to everybody, and how many to a tag, as far as they may have been sent.
pub(crate) async fn to_many(tx: &mut Tx, account: &str, month: &str) -> db::Result<(i64, i64)> {
    let rows: Vec<(Json<Audience>,)> = tx
        .sql(
            "SELECT c.audience FROM push_plan p JOIN push_call c ON c.plan = p.id WHERE p.account = $1 AND p.period = $2 \
             AND c.state NOT IN ('planned', 'refused', 'withdrawn')",
        )
        .bind(account.to_owned())
        .bind(month.to_owned())
        .all()
        .await?;
    let tell = |(everyone, tag), audience: &Audience| match audience {
        Audience::Everyone => (everyone + 1, tag),
        Audience::Tag(_) => (everyone, tag + 1),
        _ => (everyone, tag),
    };
    Ok(rows.iter().map(|(Json(audience),)| audience).fold((0, 0), tell))
}

/// Forgets some of what was counted in months before this one.
pub(crate) async fn tidy(tx: &mut Tx, month: &str) -> db::Result<()> {
    tx.sql(
        "DELETE FROM push_received WHERE (account, month, openid) IN \
         (SELECT account, month, openid FROM push_received WHERE month < $1 LIMIT $2)",
    )
    .bind(month.to_owned())
    .bind(AT_ONCE)
    .run()
    .await
    .map(drop)
}

/// When an account last sent something that may have gone out.
pub(crate) async fn last_sent(tx: &mut Tx) -> db::Result<Vec<(String, Timestamp)>> {
    tx.sql(
        "SELECT p.account, max(p.scheduled_at) FROM push_plan p JOIN push_call c ON c.plan = p.id \
         WHERE c.state IN ('submitting', 'accepted', 'unknown', 'finished') GROUP BY p.account",
    )
    .all()
    .await
}
