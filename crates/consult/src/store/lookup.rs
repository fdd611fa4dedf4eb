//! Lookups that are under way.

use kernel::{Timestamp, Tx, db};
use sqlx::types::Json;

use crate::lookup::{Answers, Lookup, Sought, Step};

/// How many there are, and when the last question ends: what tells that one began or ended.
pub(crate) type Version = (i64, Option<Timestamp>);

/// The lookup of a follower, if its time is not over.
pub(crate) async fn of(tx: &mut Tx, (account, openid): (&str, &str), now: Timestamp) -> db::Result<Option<Lookup>> {
    let row = tx
        .sql("SELECT kind, step, answers FROM lookup WHERE account = $1 AND openid = $2 AND ends_at > $3")
        .bind(account.to_owned())
        .bind(openid.to_owned())
        .bind(now)
        .optional::<(Option<String>, String, Json<Answers>)>()
        .await?;
    let Some((kind, step, Json(answers))) = row else { return Ok(None) };
    let bad = |column, value: &str| db::Error::bad_cell("lookup", column, &value);
    let named = |kind: String| Sought::named(&kind).ok_or_else(|| bad("kind", &kind));
    let step = Step::named(&step).ok_or_else(|| bad("step", &step))?;
    Ok(Some(Lookup { sought: kind.map(named).transpose()?, step, answers }))
}

/// Keeps where the lookup of a follower stands, until a moment.
pub(crate) async fn keep(
    tx: &mut Tx,
    (account, openid): (&str, &str),
    lookup: &Lookup,
    ends_at: Timestamp,
) -> db::Result<()> {
    tx.sql(
        "INSERT INTO lookup (account, openid, kind, step, answers, ends_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (account, openid) DO UPDATE SET kind = excluded.kind, step = excluded.step, \
         answers = excluded.answers, ends_at = excluded.ends_at",
    )
    .bind(account.to_owned())
    .bind(openid.to_owned())
    .bind(lookup.sought.map(Sought::name))
    .bind(lookup.step.name())
    .bind(Json(lookup.answers.clone()))
    .bind(ends_at)
    .run()
    .await
    .map(drop)
}

/// Forgets the lookup of a follower.
pub(crate) async fn forget(tx: &mut Tx, account: &str, openid: &str) -> db::Result<()> {
    let query = tx.sql("DELETE FROM lookup WHERE account = $1 AND openid = $2");
    query.bind(account.to_owned()).bind(openid.to_owned()).run().await.map(drop)
}

/// Forgets lookups that ended before a moment: at most so many, and how many they were.
pub(crate) async fn forget_before(tx: &mut Tx, before: Timestamp, most: i64) -> db::Result<u64> {
    let query = tx.sql(
        "DELETE FROM lookup WHERE (account, openid) IN \
         (SELECT account, openid FROM lookup WHERE ends_at < $1 LIMIT $2)",
    );
    query.bind(before).bind(most).run().await
}

/// Whether anything changed since a version.
pub(crate) async fn version(tx: &mut Tx) -> db::Result<Version> {
    tx.sql("SELECT count(*), max(ends_at) FROM lookup").one().await
}

/// Followers who are in a lookup.
pub(crate) async fn followers(tx: &mut Tx) -> db::Result<Vec<(String, String)>> {
    tx.sql("SELECT account, openid FROM lookup").all().await
}
