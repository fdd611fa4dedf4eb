//! Rows of how staff come in: second factors, recovery codes, sessions, failures, networks.

use kernel::{Id, Timestamp, Tx, db};

use crate::staff::Staff;
use crate::staff_session::{StaffSession, Stage};

/// The second factor of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FactorRow {
    /// Sealed.
    pub(crate) secret: String,
    pub(crate) confirmed: bool,
}

pub(crate) async fn factor(tx: &mut Tx, staff: Id<Staff>) -> db::Result<Option<FactorRow>> {
    let query = tx.sql("SELECT secret, confirmed FROM staff_factor WHERE staff_id = $1");
    let row: Option<(String, bool)> = query.bind(staff).optional().await?;
    Ok(row.map(|(secret, confirmed)| FactorRow { secret, confirmed }))
}

/// Gives an account a new secret that nobody has proved to have yet: `false` if it has one that was proved.
pub(crate) async fn put_factor(tx: &mut Tx, staff: Id<Staff>, secret: String) -> db::Result<bool> {
    let query = tx.sql(
        "INSERT INTO staff_factor (staff_id, secret, confirmed, last_step) VALUES ($1, $2, FALSE, 0) \
         ON CONFLICT (staff_id) DO UPDATE SET secret = excluded.secret, last_step = 0 \
         WHERE staff_factor.confirmed = FALSE",
    );
    Ok(query.bind(staff).bind(secret).run().await? > 0)
}

/// Takes the code of a time step: `false` if it or a later one was taken before.
pub(crate) async fn take_step(tx: &mut Tx, staff: Id<Staff>, step: i64) -> db::Result<bool> {
    let query =
        tx.sql("UPDATE staff_factor SET last_step = $2 WHERE staff_id = $1 AND confirmed = TRUE AND last_step < $2");
    Ok(query.bind(staff).bind(step).run().await? > 0)
}

/// Notes that the first code of this very secret was given: `false` if it is another one by now, or was proved before.
pub(crate) async fn confirm_factor(tx: &mut Tx, staff: Id<Staff>, secret: &str, step: i64) -> db::Result<bool> {
    let query = tx.sql(
        "UPDATE staff_factor SET confirmed = TRUE, last_step = $3 \
         WHERE staff_id = $1 AND secret = $2 AND confirmed = FALSE",
    );
    Ok(query.bind(staff).bind(secret.to_owned()).bind(step).run().await? > 0)
}

/// Takes the second factor and the recovery codes of an account away.
pub(crate) async fn remove_factor(tx: &mut Tx, staff: Id<Staff>) -> db::Result<()> {
    tx.sql("DELETE FROM staff_recovery_code WHERE staff_id = $1").bind(staff).run().await?;
    tx.sql("DELETE FROM staff_factor WHERE staff_id = $1").bind(staff).run().await.map(drop)
}

/// Gives an account exactly these recovery codes, as hashes.
pub(crate) async fn put_recovery_codes(tx: &mut Tx, staff: Id<Staff>, hashes: &[String]) -> db::Result<()> {
    tx.sql("DELETE FROM staff_recovery_code WHERE staff_id = $1").bind(staff).run().await?;
    for hash in hashes {
        let query = tx.sql("INSERT INTO staff_recovery_code (staff_id, hash) VALUES ($1, $2)");
        query.bind(staff).bind(hash.clone()).run().await?;
    }
    Ok(())
}

/// Takes a recovery code, known by one of these hashes: `false` if there is none, or it was taken.
pub(crate) async fn take_recovery_code(tx: &mut Tx, staff: Id<Staff>, hashes: &[String]) -> db::Result<bool> {
    let mut taken = 0;
    for hash in hashes {
        let query = tx.sql("DELETE FROM staff_recovery_code WHERE staff_id = $1 AND hash = $2");
        taken += query.bind(staff).bind(hash.clone()).run().await?;
    }
    Ok(taken > 0)
}

pub(crate) async fn insert_session(tx: &mut Tx, digest: String, session: &StaffSession) -> db::Result<()> {
    tx.sql("INSERT INTO staff_session (digest, staff_id, stage, started_at, seen_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(digest)
        .bind(session.staff)
        .bind(session.stage.name())
        .bind(session.started)
        .bind(session.seen)
        .run()
        .await
        .map(drop)
}

pub(crate) async fn session(tx: &mut Tx, digest: &str) -> db::Result<Option<StaffSession>> {
    type Row = (Id<Staff>, String, Timestamp, Timestamp);
    let query = tx.sql("SELECT staff_id, stage, started_at, seen_at FROM staff_session WHERE digest = $1");
    let row: Option<Row> = query.bind(digest.to_owned()).optional().await?;
    let Some((staff, stage, started, seen)) = row else { return Ok(None) };
    let stage = Stage::named(&stage).ok_or_else(|| db::Error::bad_cell("staff_session", "stage", &stage))?;
    Ok(Some(StaffSession { staff, stage, started, seen }))
}

pub(crate) async fn touch_session(tx: &mut Tx, digest: &str, now: Timestamp) -> db::Result<()> {
    let query = tx.sql("UPDATE staff_session SET seen_at = $2 WHERE digest = $1");
    query.bind(digest.to_owned()).bind(now).run().await.map(drop)
}

/// Removes a session and says whether it was there.
pub(crate) async fn delete_session(tx: &mut Tx, digest: &str) -> db::Result<bool> {
    Ok(tx.sql("DELETE FROM staff_session WHERE digest = $1").bind(digest.to_owned()).run().await? > 0)
}

/// Ends all sessions of an account.
pub(crate) async fn delete_sessions_of(tx: &mut Tx, staff: Id<Staff>) -> db::Result<()> {
    tx.sql("DELETE FROM staff_session WHERE staff_id = $1").bind(staff).run().await.map(drop)
}

/// Ends all sessions of an account but one.
pub(crate) async fn delete_sessions_but(tx: &mut Tx, staff: Id<Staff>, digest: &str) -> db::Result<()> {
    let query = tx.sql("DELETE FROM staff_session WHERE staff_id = $1 AND digest <> $2");
    query.bind(staff).bind(digest.to_owned()).run().await.map(drop)
}

/// Removes sessions that began or were last seen before these moments, tries that no longer count, and networks that were
/// not come in from for long. Returns how many sessions there were.
pub(crate) async fn sweep(tx: &mut Tx, [started, seen, failed, known]: [Timestamp; 4]) -> db::Result<u64> {
    let query = tx.sql("DELETE FROM staff_session WHERE started_at <= $1 OR seen_at <= $2");
    let swept = query.bind(started).bind(seen).run().await?;
    tx.sql("DELETE FROM staff_network WHERE seen_at <= $1").bind(known).run().await?;
    tx.sql("DELETE FROM staff_failure WHERE last_at <= $1").bind(failed).run().await?;
    Ok(swept)
}

/// Counts a try and returns how many there were within the window, this one included. Beyond `most` the window no longer
/// moves on: it ends after the last try that was looked at.
pub(crate) async fn count_try(tx: &mut Tx, subject: &str, most: i64, [now, since]: [Timestamp; 2]) -> db::Result<i64> {
    let query = tx.sql(
        "INSERT INTO staff_failure (subject, failures, last_at) VALUES ($1, 1, $2) \
         ON CONFLICT (subject) DO UPDATE SET \
         failures = CASE WHEN staff_failure.last_at > $3 THEN staff_failure.failures + 1 ELSE 1 END, \
         last_at = CASE WHEN staff_failure.last_at > $3 AND staff_failure.failures >= $4 \
         THEN staff_failure.last_at ELSE excluded.last_at END \
         RETURNING failures",
    );
    let (count,) = query.bind(subject.to_owned()).bind(now).bind(since).bind(most).one::<(i64,)>().await?;
    Ok(count)
}

/// Takes one try back: it was right.
pub(crate) async fn take_try_back(tx: &mut Tx, subject: &str) -> db::Result<()> {
    let query = tx.sql("UPDATE staff_failure SET failures = failures - 1 WHERE subject = $1 AND failures > 0");
    query.bind(subject.to_owned()).run().await.map(drop)
}

pub(crate) async fn forget_tries(tx: &mut Tx, subject: &str) -> db::Result<()> {
    tx.sql("DELETE FROM staff_failure WHERE subject = $1").bind(subject.to_owned()).run().await.map(drop)
}

/// Whether an account has come in from a network.
pub(crate) async fn knows_network(tx: &mut Tx, staff: Id<Staff>, network: &str) -> db::Result<bool> {
    let query = tx.sql("SELECT count(*) FROM staff_network WHERE staff_id = $1 AND network = $2");
    let (count,): (i64,) = query.bind(staff).bind(network.to_owned()).one().await?;
    Ok(count > 0)
}

/// The networks an account has come in from.
pub(crate) async fn networks(tx: &mut Tx, staff: Id<Staff>) -> db::Result<Vec<String>> {
    let query = tx.sql("SELECT network FROM staff_network WHERE staff_id = $1 ORDER BY network");
    let rows: Vec<(String,)> = query.bind(staff).all().await?;
    Ok(rows.into_iter().map(|(network,)| network).collect())
}

/// When an account last came in.
pub(crate) async fn last_sign_in(tx: &mut Tx, staff: Id<Staff>) -> db::Result<Option<Timestamp>> {
    let query = tx.sql("SELECT max(seen_at) FROM staff_network WHERE staff_id = $1");
    let (at,) = query.bind(staff).one::<(Option<Timestamp>,)>().await?;
    Ok(at)
}

/// How many tries count.
pub(crate) async fn tries(tx: &mut Tx, subject: &str, since: Timestamp) -> db::Result<i64> {
    let query = tx.sql("SELECT failures FROM staff_failure WHERE subject = $1 AND last_at > $2");
    let row = query.bind(subject.to_owned()).bind(since).optional::<(i64,)>().await?;
    Ok(row.map_or(0, |(failures,)| failures))
}

pub(crate) async fn note_network(tx: &mut Tx, staff: Id<Staff>, network: &str, now: Timestamp) -> db::Result<()> {
    let query = tx.sql(
        "INSERT INTO staff_network (staff_id, network, seen_at) VALUES ($1, $2, $3) \
         ON CONFLICT (staff_id, network) DO UPDATE SET seen_at = excluded.seen_at",
    );
    query.bind(staff).bind(network.to_owned()).bind(now).run().await.map(drop)
}
