//! The rows of calls.

use kernel::{Id, Timestamp, Tx, db};
use sqlx::types::Json;
use wechat::client::ClientMessageId;

use crate::call::{APART, Attempts};
use crate::{Audience, Call, Counts, Plan};

/// A call with what it is called by.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Row {
    pub(crate) plan: Id<Plan>,
    pub(crate) batch: i64,
    pub(crate) client_id: ClientMessageId,
    pub(crate) call: Call,
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
}

/// The columns, of a call named `c`.
const COLUMNS: &str = "c.plan, c.batch, c.client_id, c.state, c.attempts, c.first_at, c.last_at, c.msg_id, \
    c.accepted_at, c.told, c.total, c.filtered, c.sent, c.failed";

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
        Ok(Row { plan: self.plan, batch: self.batch, client_id, call })
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
         told = COALESCE($9, told), total = $10, filtered = $11, sent = $12, failed = $13 \
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
    .run()
    .await?;
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

/// Whom a call is for.
pub(crate) async fn audience(tx: &mut Tx, plan: Id<Plan>, batch: i64) -> db::Result<Audience> {
    let query = tx.sql("SELECT audience FROM push_call WHERE plan = $1 AND batch = $2").bind(plan).bind(batch);
    let (Json(audience),) = query.one::<(Json<Audience>,)>().await?;
    Ok(audience)
}

/// The next call that is to be looked at: one of an open plan whose time has come, or one that was not tried within the
/// last minute and whose answer is not known, whatever became of its plan.
pub(crate) async fn next(tx: &mut Tx, now: Timestamp) -> db::Result<Option<Row>> {
    let row = tx
        .sql_assembled(format!(
            "SELECT {COLUMNS} FROM push_plan p JOIN push_call c ON c.plan = p.id \
             WHERE c.state IN ('planned', 'submitting') AND ((c.state = 'planned' AND p.state = 'open' \
             AND p.scheduled_at <= $1) OR (c.state = 'submitting' AND (c.last_at <= $2 OR c.first_at > $1))) \
             ORDER BY p.scheduled_at, c.plan, c.batch LIMIT 1"
        ))
        .bind(now)
        .bind(now.plus_seconds(-APART))
        .optional::<Columns>()
        .await?;
    row.map(Columns::read).transpose()
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
