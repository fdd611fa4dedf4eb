//! Rows of records as a list of results tells them: a few columns, and only those that everybody may see.

use std::collections::HashMap;

use kernel::Tx;
use kernel::db::{self, Dialect};
use sqlx::types::Json;

use super::padded;
use super::record::public;
use crate::{ArchivalDate, Level, PublicId};

/// A record as a result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Listed {
    pub(crate) number: i64,
    pub(crate) public_id: PublicId,
    pub(crate) fonds_key: String,
    pub(crate) level: Level,
    /// 档号
    pub(crate) code: String,
    /// 题名
    pub(crate) title: String,
    /// 文号
    pub(crate) document_number: Option<String>,
    /// 责任者
    pub(crate) creator: Option<String>,
    pub(crate) date: ArchivalDate,
}

/// The columns of a result, in the order in which they are asked for.
#[derive(serde::Deserialize)]
struct Row {
    number: i64,
    public_id: String,
    fonds_key: String,
    level: String,
    reference_code: String,
    title: String,
    document_number: Option<String>,
    creator: Option<String>,
    date_written: String,
    date_from: Option<i64>,
    date_to: Option<i64>,
    /// 0 or 1.
    date_conjectured: i64,
}

impl TryFrom<Row> for Listed {
    type Error = db::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let bad = |column: &str, value: &str| db::Error::bad_cell("record", column, &value);
        let day = |number: Option<i64>| number.and_then(|number| i32::try_from(number).ok());
        Ok(Self {
            number: row.number,
            public_id: PublicId::parse(&row.public_id).ok_or_else(|| bad("public_id", &row.public_id))?,
            fonds_key: row.fonds_key,
            level: Level::named(&row.level).ok_or_else(|| bad("level", &row.level))?,
            code: row.reference_code,
            title: row.title,
            document_number: row.document_number,
            creator: row.creator,
            date: ArchivalDate::stored(
                row.date_written,
                day(row.date_from),
                day(row.date_to),
                row.date_conjectured == 1,
            ),
        })
    }
}

/// Those of the records of these numbers that everybody may see, in the order of the numbers.
///
/// They come as one cell of JSON: each row by itself would be handed from the thread of the database to that of the server,
/// which took most of the time of an answer.
pub(crate) async fn open(tx: &mut Tx, numbers: &[i64]) -> db::Result<Vec<Listed>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let asked = padded(numbers);
    let (all, one) = match tx.dialect() {
        Dialect::Sqlite => ("json_group_array", "json_array"),
        Dialect::Postgres => ("json_agg", "json_build_array"),
    };
    let text = format!(
        "SELECT coalesce({all}({one}(r.number, r.public_id, f.code_key, r.level, r.reference_code, r.title, \
         r.document_number, r.creator, r.date_written, r.date_from, r.date_to, \
         CASE WHEN r.date_conjectured THEN 1 ELSE 0 END)), '[]') \
         FROM record r JOIN fonds f ON f.number = r.fonds_number WHERE r.number IN {} AND {}",
        db::values(tx, 1, asked.len()),
        public("r")
    );
    let query = asked.into_iter().fold(tx.sql_assembled(text), |query, number| query.bind(*number));
    let (Json(rows),) = query.one::<(Json<Vec<Row>>,)>().await?;
    let listed = rows.into_iter().map(|row| Ok((row.number, Listed::try_from(row)?)));
    let mut by_number = listed.collect::<db::Result<HashMap<i64, Listed>>>()?;
    Ok(numbers.iter().filter_map(|number| by_number.remove(number)).collect())
}
