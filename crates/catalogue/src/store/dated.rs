//! Open records by the time they are of.

use std::fmt::Write as _;

use kernel::{Tx, db};

use super::record::public;

/// Times that are asked for in one statement: SQLite joins at most 500.
const TOGETHER: usize = 100;

/// The numbers of records that everybody may see and that are of these very times (`date_from` of days, months or years
/// known for certain), at most `each` of one time, with their time. Each time is one step into the index.
pub(crate) async fn of_times(tx: &mut Tx, institution: &str, times: &[i64], each: i64) -> db::Result<Vec<(i64, i64)>> {
    let mut found = Vec::new();
    for times in times.chunks(TOGETHER) {
        let mut text = String::new();
        for (at, time) in times.iter().enumerate() {
            let union = if at == 0 { "" } else { " UNION ALL " };
            // Writing into a text fails in no way.
            let _ = write!(
                text,
                "{union}SELECT t{at}.number, t{at}.date_from FROM (SELECT r.number, r.date_from FROM record r \
                 WHERE r.institution_code = $1 AND r.date_from = {time} AND r.date_to - r.date_from = 0 \
                 AND NOT r.date_conjectured AND {} ORDER BY r.number LIMIT $2) AS t{at}",
                public("r")
            );
        }
        let query = tx.sql_assembled(text).bind(institution.to_owned()).bind(each);
        found.extend(query.all::<(i64, i64)>().await?);
    }
    Ok(found)
}

/// The earliest year any of them is of.
pub(crate) async fn first_year(tx: &mut Tx, institution: &str) -> db::Result<Option<i64>> {
    let text = format!(
        "SELECT r.date_from FROM record r WHERE r.institution_code = $1 AND r.date_to - r.date_from = 0 \
         AND NOT r.date_conjectured AND {} AND r.date_from IS NOT NULL ORDER BY r.date_from LIMIT 1",
        public("r")
    );
    let row: Option<(i64,)> = tx.sql_assembled(text).bind(institution.to_owned()).optional().await?;
    Ok(row.map(|(date,)| date / 10_000))
}
