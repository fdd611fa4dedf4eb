//! The rows of calls.

use kernel::{Id, Timestamp, Tx, db};
use sqlx::types::Json;
use wechat::client::ClientMessageId;

use super::roll;
use crate::call::Attempts;
use crate::{Audience, Call, Counts, Plan};

/// Calls of an account in a minute at most (WeChat: 群发接口).
const MOST_A_MINUTE: i64 = 60;
/// Calls of an account in a day at most.
pub(crate) const MOST_A_DAY: i64 = 100;

/// A call with what it is called by.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Row {
    pub(crate) plan: Id<Plan>,
    pub(crate) batch: i64,
    pub(crate) client_id: ClientMessageId,
    pub(crate) call: Call,
    /// When it was taken away from its readers.
    pub(crate) removed_at: Option<Timestamp>,
}

/// The columns of a call, read whole.
#[derive(sqlx::FromRow)]
struct Columns {
    plan: Id<Plan>,
    batch: i64,
    client_id: String,
    state: String,
    attempts: i64,
    first_at: Option<Timestamp>,
    last_at: Option<Timestamp>,
    msg_id: Option<String>,
    accepted_at: Option<Timestamp>,
    told: Option<String>,
    total: Option<i64>,
    filtered: Option<i64>,
    sent: Option<i64>,
    failed: Option<i64>,
    removed_at: Option<Timestamp>,
}

/// The columns, of a call named `c`.
const COLUMNS: &str = "c.plan, c.batch, c.client_id, c.state, c.attempts, c.first_at, c.last_at, c.msg_id, \
    c.accepted_at, c.told, c.total, c.filtered, c.sent, c.failed, c.removed_at";

impl Columns {
    fn read(self) -> db::Result<Row> {
        let bad = |column: &'static str| db::Error::bad_cell("push_call", column, &self.state);
        let attempts = || match (self.first_at, self.last_at) {
            (Some(first_at), Some(last_at)) => Ok(Attempts { count: self.attempts, first_at, last_at }),
            _ => Err(bad("first_at")),
        };
        let call = match self.state.as_str() {
            "planned" => Call::Planned,
            "submitting" => Call::Submitting(attempts()?),
            "unknown" => Call::Unknown(attempts()?),
            "accepted" => {
                Call::Accepted { msg_id: self.msg_id.clone(), at: self.accepted_at.ok_or_else(|| bad("accepted_at"))? }
            }
            "refused" => Call::Refused(self.told.clone().unwrap_or_default()),
            "withdrawn" => Call::Withdrawn,
            "finished" => Call::Finished {
                msg_id: self.msg_id.clone().unwrap_or_default(),
                status: self.told.clone().unwrap_or_default(),
                counts: Counts {
                    total: self.total.unwrap_or_default(),
                    filtered: self.filtered.unwrap_or_default(),
                    sent: self.sent.unwrap_or_default(),
                    failed: self.failed.unwrap_or_default(),
                },
            },
            _ => return Err(bad("state")),
        };
        let client_id = ClientMessageId::parse(&self.client_id).ok_or_else(|| bad("client_id"))?;
        Ok(Row { plan: self.plan, batch: self.batch, client_id, call, removed_at: self.removed_at })
    }
}

const fn state(call: &Call) -> &'static str {
    match call {
        Call::Planned => "planned",
        Call::Submitting(_) => "submitting",
        Call::Accepted { .. } => "accepted",
        Call::Unknown(_) => "unknown",
        Call::Refused(_) => "refused",
        Call::Finished { .. } => "finished",
        Call::Withdrawn => "withdrawn",
    }
}

/// Writes a planned call.
pub(crate) async fn insert(
    tx: &mut Tx,
    (plan, batch): (Id<Plan>, i64),
    client_id: &ClientMessageId,
    audience: &Audience,
) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_call (plan, batch, client_id, audience, state, attempts) VALUES ($1, $2, $3, $4, 'planned', 0)",
    )
    .bind(plan)
    .bind(batch)
    .bind(client_id.as_str().to_owned())
    .bind(Json(audience.clone()))
    .run()
    .await?;
    Ok(())
}

/// Writes where a call stands now. What was learned stays: the attempts of a call that was taken, its number.
pub(crate) async fn put(tx: &mut Tx, row: &Row) -> db::Result<()> {
    let attempts = match &row.call {
        Call::Submitting(attempts) | Call::Unknown(attempts) => Some(*attempts),
        _ => None,
    };
    let (msg_id, accepted_at) = match &row.call {
        Call::Accepted { msg_id, at } => (msg_id.clone(), Some(*at)),
        Call::Finished { msg_id, .. } => (Some(msg_id.clone()), None),
        _ => (None, None),
    };
    let (told, counts) = match &row.call {
        Call::Refused(why) => (Some(why.clone()), None),
        Call::Finished { status, counts, .. } => (Some(status.clone()), Some(*counts)),
        _ => (None, None),
    };
    tx.sql(
        "UPDATE push_call SET state = $3, attempts = COALESCE($4, attempts), first_at = COALESCE($5, first_at), \
         last_at = COALESCE($6, last_at), msg_id = COALESCE($7, msg_id), accepted_at = COALESCE($8, accepted_at), \
         told = COALESCE($9, told), total = $10, filtered = $11, sent = $12, failed = $13, \
         next_at = COALESCE($14, next_at) \
         WHERE plan = $1 AND batch = $2",
    )
    .bind(row.plan)
    .bind(row.batch)
    .bind(state(&row.call))
    .bind(attempts.map(|attempts| attempts.count))
    .bind(attempts.map(|attempts| attempts.first_at))
    .bind(attempts.map(|attempts| attempts.last_at))
    .bind(msg_id)
    .bind(accepted_at)
    .bind(told)
    .bind(counts.map(|counts| counts.total))
    .bind(counts.map(|counts| counts.filtered))
    .bind(counts.map(|counts| counts.sent))
    .bind(counts.map(|counts| counts.failed))
    .bind(attempts.map(|attempts| attempts.again_at()))
    .run()
    .await?;
    if !matches!(row.call, Call::Planned | Call::Submitting(_)) {
        // Nothing is sent to these followers by it any more: who they are is not kept.
        let of_plan =
            "DELETE FROM push_roll_part WHERE roll = (SELECT roll FROM push_plan WHERE id = $1) AND batch = $2";
        tx.sql(of_plan).bind(row.plan).bind(row.batch).run().await?;
    }
    Ok(())
}

/// The calls of a plan, in their order.
pub(crate) async fn of_plan(tx: &mut Tx, plan: Id<Plan>) -> db::Result<Vec<Row>> {
    let rows = tx
        .sql_assembled(format!("SELECT {COLUMNS} FROM push_call c WHERE c.plan = $1 ORDER BY c.batch"))
        .bind(plan)
        .all::<Columns>()
        .await?;
    rows.into_iter().map(Columns::read).collect()
}

/// One call.
pub(crate) async fn find(tx: &mut Tx, plan: Id<Plan>, batch: i64) -> db::Result<Option<Row>> {
    let row = tx
        .sql_assembled(format!("SELECT {COLUMNS} FROM push_call c WHERE c.plan = $1 AND c.batch = $2"))
        .bind(plan)
        .bind(batch)
        .optional::<Columns>()
        .await?;
    row.map(Columns::read).transpose()
}

/// Whom a call is for, as it was approved.
pub(crate) async fn frozen_audience(tx: &mut Tx, plan: Id<Plan>, batch: i64) -> db::Result<Audience> {
    let query = tx.sql("SELECT audience FROM push_call WHERE plan = $1 AND batch = $2").bind(plan).bind(batch);
    Ok(query.one::<(Json<Audience>,)>().await?.0.0)
}

/// Whom a call is for; a part of a roll by its followers.
pub(crate) async fn audience(tx: &mut Tx, plan: Id<Plan>, batch: i64) -> db::Result<Audience> {
    match frozen_audience(tx, plan, batch).await? {
        Audience::Part(id, part) => Ok(Audience::List(roll::part(tx, (id, part)).await?)),
        other => Ok(other),
    }
}

/// The next call that is to be looked at: one of an open plan whose time has come, or one that is to be tried again and
/// whose answer is not known, whatever became of its plan. An account that has called as often as it may in a minute or a
/// day waits.
pub(crate) async fn next(tx: &mut Tx, now: Timestamp) -> db::Result<Option<Row>> {
    let of_account = "FROM push_call o JOIN push_plan q ON q.id = o.plan WHERE q.account = p.account AND o.last_at";
    let row = tx
        .sql_assembled(format!(
            "SELECT {COLUMNS} FROM push_plan p JOIN push_call c ON c.plan = p.id \
             WHERE c.state IN ('planned', 'submitting') AND ((c.state = 'planned' AND p.state = 'open' \
             AND p.scheduled_at <= $1) OR (c.state = 'submitting' AND (c.next_at <= $1 OR c.first_at > $1))) \
             AND (SELECT count(*) {of_account} > $2) < $4 \
             AND (SELECT coalesce(CAST(sum(o.attempts) AS BIGINT), 0) {of_account} >= $3) < $5 \
             ORDER BY p.scheduled_at, c.plan, c.batch LIMIT 1"
        ))
        .bind(now)
        .bind(now.plus_seconds(-60))
        .bind(now.day().begins())
        .bind(MOST_A_MINUTE)
        .bind(MOST_A_DAY)
        .optional::<Columns>()
        .await?;
    row.map(Columns::read).transpose()
}

/// How often an account called on the day of a moment, at most.
pub(crate) async fn attempts_today(tx: &mut Tx, account: &str, now: Timestamp) -> db::Result<i64> {
    let query = tx.sql(
        "SELECT coalesce(CAST(sum(c.attempts) AS BIGINT), 0) FROM push_call c JOIN push_plan p ON p.id = c.plan \
         WHERE p.account = $1 AND c.last_at >= $2",
    );
    Ok(query.bind(account.to_owned()).bind(now.day().begins()).one::<(i64,)>().await?.0)
}

/// Calls that WeChat took before a moment and of which no end was told; at most so many, those that were asked about
/// longest ago first.
pub(crate) async fn without_end(
    tx: &mut Tx,
    taken_by: Timestamp,
    asked_by: Timestamp,
    most: i64,
) -> db::Result<Vec<Row>> {
    let rows = tx
        .sql_assembled(format!(
            "SELECT {COLUMNS} FROM push_call c WHERE c.state = 'accepted' AND c.msg_id IS NOT NULL \
             AND c.accepted_at <= $1 AND (c.asked_at IS NULL OR c.asked_at <= $2) \
             ORDER BY c.asked_at ASC NULLS FIRST, c.plan, c.batch LIMIT $3"
        ))
        .bind(taken_by)
        .bind(asked_by)
        .bind(most)
        .all::<Columns>()
        .await?;
    rows.into_iter().map(Columns::read).collect()
}

/// Notes that WeChat is asked how a call ended.
pub(crate) async fn asked(tx: &mut Tx, row: &Row, at: Timestamp) -> db::Result<()> {
    let query = tx.sql("UPDATE push_call SET asked_at = $3 WHERE plan = $1 AND batch = $2");
    query.bind(row.plan).bind(row.batch).bind(at).run().await.map(drop)
}

/// Notes that a call was taken away from its readers.
pub(crate) async fn removed(tx: &mut Tx, row: &Row, at: Timestamp) -> db::Result<()> {
    let query = tx.sql("UPDATE push_call SET removed_at = $3 WHERE plan = $1 AND batch = $2");
    query.bind(row.plan).bind(row.batch).bind(at).run().await.map(drop)
}

/// How many plans have a call of which nobody knows whether it was sent.
pub(crate) async fn unknown(tx: &mut Tx) -> db::Result<i64> {
    Ok(tx.sql("SELECT count(DISTINCT plan) FROM push_call WHERE state = 'unknown'").one::<(i64,)>().await?.0)
}

/// How many calls of each plan stand where, and whom they reached: plan, state, calls, and the sums of the four counts.
pub(crate) async fn standing(tx: &mut Tx) -> db::Result<Vec<(Id<Plan>, String, i64, Counts)>> {
    let rows = tx
        .sql(
            "SELECT plan, state, count(*), coalesce(CAST(sum(total) AS BIGINT), 0), \
             coalesce(CAST(sum(filtered) AS BIGINT), 0), coalesce(CAST(sum(sent) AS BIGINT), 0), \
             coalesce(CAST(sum(failed) AS BIGINT), 0) FROM push_call GROUP BY plan, state ORDER BY plan, state",
        )
        .all::<(Id<Plan>, String, i64, i64, i64, i64, i64)>()
        .await?;
    let read = |(plan, state, calls, total, filtered, sent, failed)| {
        (plan, state, calls, Counts { total, filtered, sent, failed })
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The call that WeChat knows by a number.
pub(crate) async fn of_msg_id(tx: &mut Tx, account: &str, msg_id: &str) -> db::Result<Option<Row>> {
    let row = tx
        .sql_assembled(format!(
            "SELECT {COLUMNS} FROM push_call c JOIN push_plan p ON p.id = c.plan WHERE p.account = $1 AND c.msg_id = $2"
        ))
        .bind(account.to_owned())
        .bind(msg_id.to_owned())
        .optional::<Columns>()
        .await?;
    row.map(Columns::read).transpose()
}
