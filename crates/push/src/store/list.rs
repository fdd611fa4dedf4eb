//! The rows of the lists that editors keep.

use kernel::{Timestamp, Tx, db};
use serde_json::{Value, json};
use sqlx::types::Json;

use crate::quality::{ListName, ListPart};

/// Versions of a list that are kept.
const KEPT: i64 = 50;

/// A version of a list.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Row {
    pub(crate) number: i64,
    pub(crate) content: ListPart,
    pub(crate) changed_at: Timestamp,
    pub(crate) changed_by: String,
    pub(crate) taken_from: Option<i64>,
}

type Columns = (String, i64, Json<Value>, Timestamp, String, Option<i64>);

fn row((list, number, Json(content), changed_at, changed_by, taken_from): Columns) -> db::Result<Row> {
    let content = serde_json::from_value(json!({ "list": list, "content": content }))
        .map_err(|error| db::Error::bad_cell("push_list_version", "content", &format!("{list} {number}: {error}")))?;
    Ok(Row { number, content, changed_at, changed_by, taken_from })
}

/// The sum of the newest versions' numbers: it grows with every change.
pub(crate) async fn changes(tx: &mut Tx) -> db::Result<i64> {
    let text = "SELECT CAST(coalesce(sum(newest.number), 0) AS BIGINT) FROM \
                (SELECT max(number) AS number FROM push_list_version GROUP BY list) AS newest";
    Ok(tx.sql(text).one::<(i64,)>().await?.0)
}

/// The version in force of each list that has one.
pub(crate) async fn in_force(tx: &mut Tx) -> db::Result<Vec<Row>> {
    let rows: Vec<Columns> = tx
        .sql(
            "SELECT list, number, content, changed_at, changed_by, taken_from FROM push_list_version AS version \
             WHERE number = (SELECT max(number) FROM push_list_version AS other WHERE other.list = version.list)",
        )
        .all()
        .await?;
    rows.into_iter().map(row).collect()
}

/// The versions of a list that are kept, newest first.
pub(crate) async fn of_list(tx: &mut Tx, list: ListName) -> db::Result<Vec<Row>> {
    let rows: Vec<Columns> = tx
        .sql(
            "SELECT list, number, content, changed_at, changed_by, taken_from FROM push_list_version WHERE list = $1 \
             ORDER BY number DESC",
        )
        .bind(list.name())
        .all()
        .await?;
    rows.into_iter().map(row).collect()
}

/// Adds a version and lets go of the oldest; `false` if its list has one of this number, or not the one before.
pub(crate) async fn add(tx: &mut Tx, version: &Row) -> db::Result<bool> {
    let mut content = serde_json::to_value(&version.content).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let content = content.get_mut("content").map(Value::take).unwrap_or_default();
    let list = version.content.name().name();
    let (newest,): (i64,) =
        tx.sql("SELECT coalesce(max(number), 0) FROM push_list_version WHERE list = $1").bind(list).one().await?;
    if newest + 1 != version.number {
        return Ok(false);
    }
    let added = tx
        .sql(
            "INSERT INTO push_list_version (list, number, content, changed_at, changed_by, taken_from) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (list, number) DO NOTHING",
        )
        .bind(list)
        .bind(version.number)
        .bind(Json(content))
        .bind(version.changed_at)
        .bind(version.changed_by.clone())
        .bind(version.taken_from)
        .run()
        .await?;
    tx.sql("DELETE FROM push_list_version WHERE list = $1 AND number <= $2")
        .bind(list)
        .bind(version.number - KEPT)
        .run()
        .await?;
    Ok(added == 1)
}
