//! The rows of what staff keep of the house.

use kernel::{Timestamp, Tx, db};
use serde_json::{Value, json};
use sqlx::types::Json;

use crate::{HousePart, PartName};

/// How many versions of a part are listed.
const LISTED: i64 = 100;

/// A row of `house_version`.
#[derive(Clone, Debug)]
pub(crate) struct VersionRow {
    pub(crate) number: i64,
    pub(crate) content: HousePart,
    pub(crate) changed_at: Timestamp,
    pub(crate) changed_by: String,
    pub(crate) taken_from: Option<i64>,
}

type Columns = (String, i64, Json<Value>, Timestamp, String, Option<i64>);

fn row((part, number, Json(content), changed_at, changed_by, taken_from): Columns) -> db::Result<VersionRow> {
    let content = serde_json::from_value(json!({ "part": part, "content": content }))
        .map_err(|error| db::Error::bad_cell("house_version", "content", &format!("{part} {number}: {error}")))?;
    Ok(VersionRow { number, content, changed_at, changed_by, taken_from })
}

/// How many versions there are of all parts: they are only ever added to, so it tells whether anything changed.
pub(crate) async fn count(tx: &mut Tx) -> db::Result<i64> {
    let (count,) = tx.sql("SELECT count(*) FROM house_version").one().await?;
    Ok(count)
}

/// The version in force of each part that has one.
pub(crate) async fn in_force(tx: &mut Tx) -> db::Result<Vec<VersionRow>> {
    let rows: Vec<Columns> = tx
        .sql(
            "SELECT part, number, content, changed_at, changed_by, taken_from FROM house_version AS version \
             WHERE number = (SELECT max(number) FROM house_version AS other WHERE other.part = version.part)",
        )
        .all()
        .await?;
    rows.into_iter().map(row).collect()
}

/// The versions of a part, newest first.
pub(crate) async fn of_part(tx: &mut Tx, part: PartName) -> db::Result<Vec<VersionRow>> {
    let rows: Vec<Columns> = tx
        .sql(
            "SELECT part, number, content, changed_at, changed_by, taken_from FROM house_version WHERE part = $1 \
             ORDER BY number DESC LIMIT $2",
        )
        .bind(part.name())
        .bind(LISTED)
        .all()
        .await?;
    rows.into_iter().map(row).collect()
}

/// One version of a part.
pub(crate) async fn one(tx: &mut Tx, part: PartName, number: i64) -> db::Result<Option<VersionRow>> {
    let found: Option<Columns> = tx
        .sql(
            "SELECT part, number, content, changed_at, changed_by, taken_from FROM house_version \
             WHERE part = $1 AND number = $2",
        )
        .bind(part.name())
        .bind(number)
        .optional()
        .await?;
    found.map(row).transpose()
}

/// Adds a version; `false` if its part has one of this number, or not the one before.
pub(crate) async fn add(tx: &mut Tx, version: &VersionRow) -> db::Result<bool> {
    let mut content = serde_json::to_value(&version.content).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let content = content.get_mut("content").map(Value::take).unwrap_or_default();
    let part = version.content.name().name();
    let (newest,): (i64,) =
        tx.sql("SELECT coalesce(max(number), 0) FROM house_version WHERE part = $1").bind(part).one().await?;
    if newest + 1 != version.number {
        return Ok(false);
    }
    let added = tx
        .sql(
            "INSERT INTO house_version (part, number, content, changed_at, changed_by, taken_from) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (part, number) DO NOTHING",
        )
        .bind(part)
        .bind(version.number)
        .bind(Json(content))
        .bind(version.changed_at)
        .bind(version.changed_by.clone())
        .bind(version.taken_from)
        .run()
        .await?;
    Ok(added == 1)
}
