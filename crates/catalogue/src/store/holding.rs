//! What staff walk through: every description below a place, whoever may see it.

use kernel::{Tx, db};

use super::record::{self, Page, public};
use crate::Record;

/// The condition under which a row stands right below the code $2: it says so itself, or what it says is not described
/// and it is held here. Each half is found by an index of its own.
const BELOW: &str = "r.institution_code = $1 AND r.code_key <> $2 AND ((r.parent_key <> r.holder_key AND r.parent_key = $2) \
    OR (r.holder_key = $2 AND (r.parent_key = $2 OR NOT EXISTS (SELECT 1 FROM record p \
    WHERE p.institution_code = r.institution_code AND p.code_key = r.parent_key))))";

/// The records right below a code, in archival order.
pub(crate) async fn below(tx: &mut Tx, institution: &str, key: &str, page: Page) -> db::Result<Vec<Record>> {
    let text = format!("SELECT r.number FROM record r WHERE {BELOW} ORDER BY r.sort_key, r.number LIMIT $3 OFFSET $4");
    let query = tx.sql_assembled(text).bind(institution.to_owned()).bind(key.to_owned());
    let rows: Vec<(i64,)> = query.bind(page.take).bind(page.skip).all().await?;
    let numbers: Vec<i64> = rows.into_iter().map(|(number,)| number).collect();
    record::of_numbers(tx, &numbers).await
}

/// How many records are right below a code.
pub(crate) async fn count_below(tx: &mut Tx, institution: &str, key: &str) -> db::Result<i64> {
    let text = format!("SELECT count(*) FROM record r WHERE {BELOW}");
    let (count,): (i64,) = tx.sql_assembled(text).bind(institution.to_owned()).bind(key.to_owned()).one().await?;
    Ok(count)
}

/// How many records each fonds has, and how many of them everybody may see, by the numbers of the fonds.
pub(crate) async fn of_fonds(tx: &mut Tx, institution: &str) -> db::Result<Vec<(i64, i64, i64)>> {
    let text = format!(
        "SELECT r.fonds_number, count(*), count(*) FILTER (WHERE {}) FROM record r WHERE r.institution_code = $1 \
         GROUP BY r.fonds_number",
        public("r")
    );
    tx.sql_assembled(text).bind(institution.to_owned()).all().await
}

/// The batch that wrote what a record says, and the day of its next review in eight digits.
pub(crate) async fn circumstances(tx: &mut Tx, number: i64) -> db::Result<(Option<i64>, Option<i64>)> {
    let query = tx.sql(
        "SELECT r.batch_number, d.review_on FROM record r LEFT JOIN review_date d ON d.record_number = r.number \
         WHERE r.number = $1",
    );
    Ok(query.bind(number).optional().await?.unwrap_or_default())
}
