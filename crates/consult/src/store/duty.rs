//! Who is on duty.

use kernel::{Timestamp, Tx, db};

use crate::turn::OnDuty;

/// Everybody on duty at a moment, by name, each with how many conversations they hold.
pub(crate) async fn all(tx: &mut Tx, now: Timestamp) -> db::Result<Vec<OnDuty>> {
    let query = tx.sql(
        "SELECT staff, since_at, until_at, given_at, (SELECT count(*) FROM conversation WHERE state = 'taken' \
         AND assigned_to = staff) FROM consult_duty WHERE until_at > $1 ORDER BY staff",
    );
    let rows = query.bind(now).all::<(String, Timestamp, Timestamp, Option<Timestamp>, i64)>().await?;
    let shown = |(name, since, until, given_at, open)| OnDuty { name, since, until, given_at, open };
    Ok(rows.into_iter().map(shown).collect())
}

/// Notes since when and until when somebody is on duty; neither: off duty.
pub(crate) async fn put(tx: &mut Tx, name: &str, times: Option<(Timestamp, Timestamp)>) -> db::Result<()> {
    let (since, until) = times.unzip();
    let query = tx.sql(
        "INSERT INTO consult_duty (staff, since_at, until_at) VALUES ($1, $2, $3) \
         ON CONFLICT (staff) DO UPDATE SET since_at = excluded.since_at, until_at = excluded.until_at",
    );
    query.bind(name.to_owned()).bind(since).bind(until).run().await.map(drop)
}

/// Notes that somebody was given a conversation in turn.
pub(crate) async fn given(tx: &mut Tx, name: &str, now: Timestamp) -> db::Result<()> {
    let query = tx.sql("UPDATE consult_duty SET given_at = $2 WHERE staff = $1");
    query.bind(name.to_owned()).bind(now).run().await.map(drop)
}
