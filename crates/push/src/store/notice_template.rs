//! The rows of templates of notices, and of what they are used for.

use std::collections::BTreeMap;

use account::notice::Purpose;
use kernel::{Timestamp, Tx, db};
use serde_json::Value;
use sqlx::types::Json;

use crate::notice::{Means, Source};

/// A template of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    /// Its id in the account.
    pub id: String,
    /// By which means it is sent.
    pub means: Means,
    /// What it is called.
    pub title: String,
    /// Its lines, with the places of its fields.
    pub content: String,
    /// Its lines with sample values.
    pub example: String,
    /// Whether a consent is good for many notices.
    pub is_lasting: bool,
    /// When WeChat listed it no longer.
    pub gone_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Columns {
    id: String,
    means: String,
    title: String,
    content: String,
    example: String,
    is_lasting: bool,
    gone_at: Option<Timestamp>,
}

impl TryFrom<Columns> for Template {
    type Error = db::Error;

    fn try_from(row: Columns) -> db::Result<Self> {
        let means =
            Means::named(&row.means).ok_or_else(|| db::Error::bad_cell("notice_template", "means", &row.means))?;
        let Columns { id, title, content, example, is_lasting, gone_at, .. } = row;
        Ok(Self { id, means, title, content, example, is_lasting, gone_at })
    }
}

/// Keeps a template as WeChat has it now.
pub(crate) async fn keep(tx: &mut Tx, account: &str, template: &Template, now: Timestamp) -> db::Result<()> {
    tx.sql(
        "INSERT INTO notice_template (account, id, means, title, content, example, is_lasting, fetched_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (account, id) DO UPDATE SET title = excluded.title, \
         content = excluded.content, example = excluded.example, is_lasting = excluded.is_lasting, \
         fetched_at = excluded.fetched_at, gone_at = NULL",
    )
    .bind(account.to_owned())
    .bind(template.id.clone())
    .bind(template.means.name())
    .bind(template.title.clone())
    .bind(template.content.clone())
    .bind(template.example.clone())
    .bind(template.is_lasting)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// Notes that WeChat no longer lists what it listed before `now`.
pub(crate) async fn mark_gone(tx: &mut Tx, account: &str, now: Timestamp) -> db::Result<()> {
    tx.sql(
        "UPDATE notice_template SET gone_at = $2 \
         WHERE account = $1 AND means <> 'one-time' AND fetched_at < $2 AND gone_at IS NULL",
    )
    .bind(account.to_owned())
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// The templates of an account, in the order of their titles.
pub(crate) async fn all(tx: &mut Tx, account: &str) -> db::Result<Vec<Template>> {
    let rows: Vec<Columns> = tx
        .sql(
            "SELECT id, means, title, content, example, is_lasting, gone_at FROM notice_template WHERE account = $1 \
             ORDER BY means, title, id",
        )
        .bind(account.to_owned())
        .all()
        .await?;
    rows.into_iter().map(Template::try_from).collect()
}

/// When the templates of an account were last fetched.
pub(crate) async fn fetched_at(tx: &mut Tx, account: &str) -> db::Result<Option<Timestamp>> {
    let query = tx.sql("SELECT max(fetched_at) FROM notice_template WHERE account = $1 AND means <> 'one-time'");
    Ok(query.bind(account.to_owned()).one::<(Option<Timestamp>,)>().await?.0)
}

/// A template of an account.
pub(crate) async fn one(tx: &mut Tx, account: &str, id: &str) -> db::Result<Option<Template>> {
    let row: Option<Columns> = tx
        .sql(
            "SELECT id, means, title, content, example, is_lasting, gone_at FROM notice_template \
             WHERE account = $1 AND id = $2",
        )
        .bind(account.to_owned())
        .bind(id.to_owned())
        .optional()
        .await?;
    row.map(Template::try_from).transpose()
}

/// What a template is used for: what stands in each field.
pub(crate) type Use = (String, BTreeMap<String, Source>);

/// By which template of an account readers are told of something, if by any.
pub(crate) async fn used_for(tx: &mut Tx, account: &str, purpose: Purpose) -> db::Result<Option<Use>> {
    let row: Option<(String, Json<Value>)> = tx
        .sql("SELECT template, fields FROM notice_use WHERE account = $1 AND purpose = $2")
        .bind(account.to_owned())
        .bind(purpose.name())
        .optional()
        .await?;
    row.map(|(template, Json(fields))| {
        let read = serde_json::from_value(fields)
            .map_err(|error| db::Error::bad_cell("notice_use", "fields", &error.to_string()))?;
        Ok((template, read))
    })
    .transpose()
}

/// Tells readers of something by a template from now on.
pub(crate) async fn choose(
    tx: &mut Tx,
    (account, purpose): (&str, Purpose),
    (template, fields): (&str, &BTreeMap<String, Source>),
    (by, now): (&str, Timestamp),
) -> db::Result<()> {
    let fields = serde_json::to_value(fields).map_err(|error| sqlx::Error::Encode(error.into()))?;
    tx.sql(
        "INSERT INTO notice_use (account, purpose, template, fields, changed_by, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account, purpose) DO UPDATE SET template = excluded.template, \
         fields = excluded.fields, changed_by = excluded.changed_by, changed_at = excluded.changed_at",
    )
    .bind(account.to_owned())
    .bind(purpose.name())
    .bind(template.to_owned())
    .bind(Json(fields))
    .bind(by.to_owned())
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// Tells readers of it no longer.
pub(crate) async fn stop(tx: &mut Tx, account: &str, purpose: Purpose) -> db::Result<()> {
    let query = tx.sql("DELETE FROM notice_use WHERE account = $1 AND purpose = $2");
    query.bind(account.to_owned()).bind(purpose.name()).run().await.map(drop)
}
