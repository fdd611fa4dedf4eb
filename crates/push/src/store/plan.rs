//! The rows of plans.

use kernel::{Id, Timestamp, Tx, db};
use sqlx::types::Json;

use crate::{Content, ContentHash, Plan, PlanState};

/// A plan without its calls.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Row {
    pub(crate) id: Id<Plan>,
    pub(crate) account: String,
    pub(crate) origin: String,
    pub(crate) content: Content,
    pub(crate) content_hash: ContentHash,
    pub(crate) author: String,
    pub(crate) approver: String,
    pub(crate) approved_at: Timestamp,
    pub(crate) scheduled_at: Timestamp,
    pub(crate) period: String,
    pub(crate) state: PlanState,
}

/// Writes a plan. `false`: one was made from the same version already.
pub(crate) async fn insert(tx: &mut Tx, row: &Row) -> db::Result<bool> {
    let written = tx
        .sql(
            "INSERT INTO push_plan (id, account, origin, content, content_hash, author, approver, approved_at, \
             scheduled_at, period, holds_quota, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
             ON CONFLICT (origin) DO NOTHING",
        )
        .bind(row.id)
        .bind(row.account.clone())
        .bind(row.origin.clone())
        .bind(Json(row.content.clone()))
        .bind(row.content_hash.as_str().to_owned())
        .bind(row.author.clone())
        .bind(row.approver.clone())
        .bind(row.approved_at)
        .bind(row.scheduled_at)
        .bind(row.period.clone())
        .bind(true)
        .bind(row.state.name())
        .run()
        .await?;
    Ok(written == 1)
}

/// The columns of a plan.
type Columns = (Id<Plan>, String, String, Json<Content>, String, String, String, Timestamp, Timestamp, String, String);

fn read(columns: Columns) -> db::Result<Row> {
    let (id, account, origin, Json(content), hash, author, approver, approved_at, scheduled_at, period, state) =
        columns;
    let state = PlanState::named(&state).ok_or_else(|| db::Error::bad_cell("push_plan", "state", &state))?;
    let content_hash = ContentHash::kept(hash);
    Ok(Row { id, account, origin, content, content_hash, author, approver, approved_at, scheduled_at, period, state })
}

/// A plan.
pub(crate) async fn find(tx: &mut Tx, id: Id<Plan>) -> db::Result<Option<Row>> {
    let row = tx
        .sql(
            "SELECT id, account, origin, content, content_hash, author, approver, approved_at, scheduled_at, period, \
             state FROM push_plan WHERE id = $1",
        )
        .bind(id)
        .optional::<Columns>()
        .await?;
    row.map(read).transpose()
}

/// The plan that was made from a version.
pub(crate) async fn of_origin(tx: &mut Tx, origin: &str) -> db::Result<Option<Id<Plan>>> {
    let row = tx.sql("SELECT id FROM push_plan WHERE origin = $1").bind(origin.to_owned()).optional::<(Id<Plan>,)>();
    Ok(row.await?.map(|(id,)| id))
}

/// Whether the same content was planned by an account since a moment, and not stopped before anything was sent.
pub(crate) async fn repeats(tx: &mut Tx, account: &str, hash: &ContentHash, since: Timestamp) -> db::Result<bool> {
    let (count,) = tx
        .sql(
            "SELECT count(*) FROM push_plan WHERE account = $1 AND content_hash = $2 AND approved_at > $3 \
             AND state IN ('open', 'finished')",
        )
        .bind(account.to_owned())
        .bind(hash.as_str().to_owned())
        .bind(since)
        .one::<(i64,)>()
        .await?;
    Ok(count > 0)
}

/// Notes that a plan no longer uses quota. `false`: it did not before.
pub(crate) async fn release(tx: &mut Tx, id: Id<Plan>) -> db::Result<bool> {
    let query = tx.sql("UPDATE push_plan SET holds_quota = $2 WHERE id = $1 AND holds_quota = $3");
    Ok(query.bind(id).bind(false).bind(true).run().await? == 1)
}

/// Writes where a plan stands now.
pub(crate) async fn set_state(tx: &mut Tx, id: Id<Plan>, state: PlanState) -> db::Result<()> {
    tx.sql("UPDATE push_plan SET state = $2 WHERE id = $1").bind(id).bind(state.name()).run().await?;
    Ok(())
}
