//! The rows of plans.

use kernel::{Id, Timestamp, Tx, db};
use sqlx::types::Json;

use crate::audience::Roll;
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
    /// Whom it is for in words.
    pub(crate) whom: String,
    /// How many they were; none: WeChat counts them.
    pub(crate) people: Option<i64>,
    /// The roll of them.
    pub(crate) roll: Option<Id<Roll>>,
    /// Why it was withheld, or who stopped it.
    pub(crate) told: Option<String>,
}

#[cfg(test)]
impl Row {
    /// A plan for everybody that was approved just now.
    pub(crate) fn approved(ground: &kernel::Ground) -> Self {
        let content = Content::Text { text: "文".to_owned() };
        let now = ground.clock.now();
        Self {
            id: ground.ids.make(),
            account: "demo".to_owned(),
            origin: "draft/1".to_owned(),
            content_hash: ContentHash::of(&content),
            content,
            author: "editor".to_owned(),
            approver: "director".to_owned(),
            approved_at: now,
            scheduled_at: now,
            period: crate::Period::of(account::AccountKind::Service, now).key(),
            state: PlanState::Open,
            whom: "全部关注者".to_owned(),
            people: None,
            roll: None,
            told: None,
        }
    }
}

/// The columns of a plan, read whole.
#[derive(sqlx::FromRow)]
struct Columns {
    id: Id<Plan>,
    account: String,
    origin: String,
    content: Json<Content>,
    content_hash: String,
    author: String,
    approver: String,
    approved_at: Timestamp,
    scheduled_at: Timestamp,
    period: String,
    state: String,
    whom: String,
    people: Option<i64>,
    roll: Option<Id<Roll>>,
    told: Option<String>,
}

const COLUMNS: &str = "id, account, origin, content, content_hash, author, approver, approved_at, scheduled_at, period, \
    state, whom, people, roll, told";

/// Writes a plan. `false`: one was made from the same version already.
pub(crate) async fn insert(tx: &mut Tx, row: &Row) -> db::Result<bool> {
    let written = tx
        .sql(
            "INSERT INTO push_plan (id, account, origin, content, content_hash, author, approver, approved_at, \
             scheduled_at, period, holds_quota, state, whom, people, roll) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (origin) DO NOTHING",
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
        .bind(row.whom.clone())
        .bind(row.people)
        .bind(row.roll)
        .run()
        .await?;
    Ok(written == 1)
}

impl Columns {
    fn read(self) -> db::Result<Row> {
        let state = PlanState::named(&self.state).ok_or_else(|| db::Error::bad_cell("push_plan", "state", &self.state));
        Ok(Row {
            state: state?,
            id: self.id,
            account: self.account,
            origin: self.origin,
            content: self.content.0,
            content_hash: ContentHash::kept(self.content_hash),
            author: self.author,
            approver: self.approver,
            approved_at: self.approved_at,
            scheduled_at: self.scheduled_at,
            period: self.period,
            whom: self.whom,
            people: self.people,
            roll: self.roll,
            told: self.told,
        })
    }
}

/// A plan.
pub(crate) async fn find(tx: &mut Tx, id: Id<Plan>) -> db::Result<Option<Row>> {
    let query = tx.sql_assembled(format!("SELECT {COLUMNS} FROM push_plan WHERE id = $1")).bind(id);
    query.optional::<Columns>().await?.map(Columns::read).transpose()
}

/// Those that are sent to somebody.
const SENT: &str = "NOT EXISTS (SELECT 1 FROM push_publication b WHERE b.plan = push_plan.id)";

/// All plans that are sent to somebody, the latest first.
pub(crate) async fn all(tx: &mut Tx) -> db::Result<Vec<Row>> {
    let query =
        tx.sql_assembled(format!("SELECT {COLUMNS} FROM push_plan WHERE {SENT} ORDER BY scheduled_at DESC, id DESC"));
    query.all::<Columns>().await?.into_iter().map(Columns::read).collect()
}

/// The plans that are open.
pub(crate) async fn open(tx: &mut Tx) -> db::Result<Vec<Row>> {
    let query = tx.sql_assembled(format!("SELECT {COLUMNS} FROM push_plan WHERE state = 'open' ORDER BY id"));
    query.all::<Columns>().await?.into_iter().map(Columns::read).collect()
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

/// Whether a plan still uses quota; none if there is no such plan.
pub(crate) async fn holds_quota(tx: &mut Tx, id: Id<Plan>) -> db::Result<Option<bool>> {
    let query = tx.sql("SELECT holds_quota FROM push_plan WHERE id = $1").bind(id);
    Ok(query.optional::<(bool,)>().await?.map(|(holds,)| holds))
}

/// Gives a plan another name for what it was made from: another one of the same version takes its place.
pub(crate) async fn set_origin(tx: &mut Tx, id: Id<Plan>, origin: &str) -> db::Result<()> {
    tx.sql("UPDATE push_plan SET origin = $2 WHERE id = $1").bind(id).bind(origin.to_owned()).run().await.map(drop)
}

/// Notes that a plan no longer uses quota. `false`: it did not before.
pub(crate) async fn release(tx: &mut Tx, id: Id<Plan>) -> db::Result<bool> {
    let query = tx.sql("UPDATE push_plan SET holds_quota = $2 WHERE id = $1 AND holds_quota = $3");
    Ok(query.bind(id).bind(false).bind(true).run().await? == 1)
}

/// Notes how many of a plan's followers had received all that a month allows.
pub(crate) async fn note_limit(tx: &mut Tx, id: Id<Plan>, people: Option<i64>) -> db::Result<()> {
    let query = tx.sql("UPDATE push_plan SET at_limit = $2 WHERE id = $1");
    query.bind(id).bind(people).run().await.map(drop)
}

/// How many they were, if that was known.
pub(crate) async fn at_limit(tx: &mut Tx, id: Id<Plan>) -> db::Result<Option<i64>> {
    let row = tx.sql("SELECT at_limit FROM push_plan WHERE id = $1").bind(id).optional::<(Option<i64>,)>().await?;
    Ok(row.and_then(|(people,)| people))
}

/// Counts off those of a plan's roll who do not want to be on it any more.
pub(crate) async fn reaches_fewer(tx: &mut Tx, id: Id<Plan>, fewer: i64) -> db::Result<()> {
    tx.sql("UPDATE push_plan SET people = people - $2 WHERE id = $1").bind(id).bind(fewer).run().await.map(drop)
}

/// Lets a plan use the quota of another period.
pub(crate) async fn set_period(tx: &mut Tx, id: Id<Plan>, period: &str) -> db::Result<()> {
    tx.sql("UPDATE push_plan SET period = $2 WHERE id = $1").bind(id).bind(period.to_owned()).run().await.map(drop)
}

/// Notes why a plan stands where it stands.
pub(crate) async fn tell(tx: &mut Tx, id: Id<Plan>, told: &str) -> db::Result<()> {
    tx.sql("UPDATE push_plan SET told = $2 WHERE id = $1").bind(id).bind(told.to_owned()).run().await.map(drop)
}

/// Writes where a plan stands now.
pub(crate) async fn set_state(tx: &mut Tx, id: Id<Plan>, state: PlanState) -> db::Result<()> {
    tx.sql("UPDATE push_plan SET state = $2 WHERE id = $1").bind(id).bind(state.name()).run().await?;
    Ok(())
}
