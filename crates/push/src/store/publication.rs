//! The rows of publications: each belongs to a plan, which says what is published, who wrote it and who approved it.

use kernel::{Id, Timestamp, Tx, db};
use sqlx::types::Json;

use crate::publication::{PublishEnd, Published};
use crate::{Content, Plan, Publication};

/// A publication with what it is of.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Row {
    pub(crate) plan: Id<Plan>,
    pub(crate) account: String,
    /// What it was made from and in which version.
    pub(crate) origin: String,
    pub(crate) content: Content,
    pub(crate) author: String,
    pub(crate) approver: String,
    pub(crate) approved_at: Timestamp,
    pub(crate) publication: Publication,
    /// When it was tried.
    pub(crate) tried_at: Option<Timestamp>,
    /// WeChat's key of its articles in comments and statistics.
    pub(crate) msg_data_id: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Columns {
    plan: Id<Plan>,
    account: String,
    origin: String,
    content: Json<Content>,
    author: String,
    approver: String,
    approved_at: Timestamp,
    state: String,
    tried_at: Option<Timestamp>,
    publish_id: Option<String>,
    msg_data_id: Option<i64>,
    article_id: Option<String>,
    addresses: Json<Vec<String>>,
    told: Option<String>,
}

/// A publication named `b` with its plan.
const ROWS: &str = "SELECT b.plan, p.account, p.origin, p.content, p.author, p.approver, p.approved_at, b.state, b.tried_at, \
    b.publish_id, b.msg_data_id, b.article_id, b.addresses, b.told FROM push_publication b JOIN push_plan p ON p.id = b.plan";

impl Columns {
    fn read(self) -> db::Result<Row> {
        let bad = || db::Error::bad_cell("push_publication", "state", &self.state);
        let told = || self.told.clone().unwrap_or_default();
        let publication = match self.state.as_str() {
            "planned" => Publication::Planned,
            "submitting" => Publication::Submitting(self.tried_at.ok_or_else(bad)?),
            "queued" => Publication::Queued(self.publish_id.clone().ok_or_else(bad)?),
            "unknown" => Publication::Unknown(self.tried_at.ok_or_else(bad)?),
            "published" => Publication::Published(Published {
                publish_id: self.publish_id,
                article_id: self.article_id,
                addresses: self.addresses.0,
            }),
            "refused" => Publication::Refused(told()),
            "gone" => Publication::Gone(told()),
            _ => return Err(bad()),
        };
        Ok(Row {
            plan: self.plan,
            account: self.account,
            origin: self.origin,
            content: self.content.0,
            author: self.author,
            approver: self.approver,
            approved_at: self.approved_at,
            publication,
            tried_at: self.tried_at,
            msg_data_id: self.msg_data_id,
        })
    }
}

/// Makes a plan one that is published and sent to nobody.
pub(crate) async fn insert(tx: &mut Tx, plan: Id<Plan>) -> db::Result<()> {
    tx.sql("INSERT INTO push_publication (plan, state, addresses) VALUES ($1, 'planned', $2)")
        .bind(plan)
        .bind(Json(Vec::<String>::new()))
        .run()
        .await
        .map(drop)
}

/// Writes where a publication stands now. Its number and its addresses stay when it is gone.
pub(crate) async fn put(tx: &mut Tx, row: &Row) -> db::Result<()> {
    let (publish_id, article_id, addresses) = match &row.publication {
        Publication::Queued(number) => (Some(number.clone()), None, None),
        Publication::Published(one) => {
            (one.publish_id.clone(), one.article_id.clone(), Some(Json(one.addresses.clone())))
        }
        _ => (None, None, None),
    };
    let tried_at = match &row.publication {
        Publication::Submitting(at) | Publication::Unknown(at) => Some(*at),
        _ => None,
    };
    let told = match &row.publication {
        Publication::Refused(why) | Publication::Gone(why) => Some(why.clone()),
        _ => None,
    };
    tx.sql(
        "UPDATE push_publication SET state = $2, tried_at = coalesce($3, tried_at), \
         publish_id = coalesce($4, publish_id), msg_data_id = coalesce($5, msg_data_id), \
         article_id = coalesce($6, article_id), addresses = coalesce($7, addresses), told = $8 WHERE plan = $1",
    )
    .bind(row.plan)
    .bind(row.publication.name())
    .bind(tried_at)
    .bind(publish_id)
    .bind(row.msg_data_id)
    .bind(article_id)
    .bind(addresses)
    .bind(told)
    .run()
    .await
    .map(drop)
}

/// A publication.
pub(crate) async fn find(tx: &mut Tx, plan: Id<Plan>) -> db::Result<Option<Row>> {
    let query = tx.sql_assembled(format!("{ROWS} WHERE b.plan = $1")).bind(plan);
    query.optional::<Columns>().await?.map(Columns::read).transpose()
}

/// All publications, the latest first.
pub(crate) async fn all(tx: &mut Tx) -> db::Result<Vec<Row>> {
    let query = tx.sql_assembled(format!("{ROWS} ORDER BY p.approved_at DESC, b.plan DESC"));
    query.all::<Columns>().await?.into_iter().map(Columns::read).collect()
}

/// The next one that is to be tried, or that was tried before a moment and has no answer.
pub(crate) async fn next(tx: &mut Tx, tried_by: Timestamp) -> db::Result<Option<Row>> {
    let query = tx.sql_assembled(format!(
        "{ROWS} WHERE b.state = 'planned' OR (b.state = 'submitting' AND b.tried_at <= $1) \
         ORDER BY p.approved_at, b.plan LIMIT 1"
    ));
    query.bind(tried_by).optional::<Columns>().await?.map(Columns::read).transpose()
}

/// The ones of which WeChat is to be asked: tried before a moment and, where nobody knows of them, after another one; not
/// asked about lately; at most so many, those asked about longest ago first.
pub(crate) async fn without_end(
    tx: &mut Tx,
    (tried_by, tried_from): (Timestamp, Timestamp),
    asked_by: Timestamp,
    most: i64,
) -> db::Result<Vec<Row>> {
    let query = tx.sql_assembled(format!(
        "{ROWS} WHERE b.tried_at <= $1 AND (b.state = 'queued' OR (b.state = 'unknown' AND b.tried_at > $2)) \
         AND (b.asked_at IS NULL OR b.asked_at <= $3) ORDER BY b.asked_at ASC NULLS FIRST, b.plan LIMIT $4"
    ));
    let query = query.bind(tried_by).bind(tried_from).bind(asked_by).bind(most);
    query.all::<Columns>().await?.into_iter().map(Columns::read).collect()
}

/// Notes that WeChat is asked about a publication.
pub(crate) async fn asked(tx: &mut Tx, plan: Id<Plan>, at: Timestamp) -> db::Result<()> {
    tx.sql("UPDATE push_publication SET asked_at = $2 WHERE plan = $1").bind(plan).bind(at).run().await.map(drop)
}

/// The publication that WeChat knows by a number.
pub(crate) async fn of_publish_id(tx: &mut Tx, account: &str, publish_id: &str) -> db::Result<Option<Row>> {
    let query = tx.sql_assembled(format!("{ROWS} WHERE p.account = $1 AND b.publish_id = $2"));
    let row = query.bind(account.to_owned()).bind(publish_id.to_owned()).optional::<Columns>().await?;
    row.map(Columns::read).transpose()
}

/// Whether a publication of the house has these articles.
pub(crate) async fn has_article(tx: &mut Tx, account: &str, article_id: &str) -> db::Result<bool> {
    let query = tx.sql(
        "SELECT count(*) FROM push_publication b JOIN push_plan p ON p.id = b.plan \
         WHERE p.account = $1 AND b.article_id = $2",
    );
    Ok(query.bind(account.to_owned()).bind(article_id.to_owned()).one::<(i64,)>().await?.0 > 0)
}

/// How many nobody knows of whether they were published.
pub(crate) async fn unknown(tx: &mut Tx) -> db::Result<i64> {
    Ok(tx.sql("SELECT count(*) FROM push_publication WHERE state = 'unknown'").one::<(i64,)>().await?.0)
}

/// Keeps what was told last about a publication.
pub(crate) async fn keep_end(tx: &mut Tx, account: &str, end: &PublishEnd, at: Timestamp) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_publication_end (account, publish_id, status, article_id, addresses, told_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account, publish_id) DO UPDATE SET status = excluded.status, \
         article_id = excluded.article_id, addresses = excluded.addresses, told_at = excluded.told_at",
    )
    .bind(account.to_owned())
    .bind(end.publish_id.clone())
    .bind(end.status)
    .bind(end.article_id.clone())
    .bind(Json(end.addresses.clone()))
    .bind(at)
    .run()
    .await
    .map(drop)
}

/// What was told about a publication, if anything was.
pub(crate) async fn end(tx: &mut Tx, account: &str, publish_id: &str) -> db::Result<Option<PublishEnd>> {
    let row = tx
        .sql("SELECT status, article_id, addresses FROM push_publication_end WHERE account = $1 AND publish_id = $2")
        .bind(account.to_owned())
        .bind(publish_id.to_owned())
        .optional::<(i64, Option<String>, Json<Vec<String>>)>()
        .await?;
    let publish_id = publish_id.to_owned();
    Ok(row.map(|(status, article_id, Json(addresses))| PublishEnd { publish_id, status, article_id, addresses }))
}
