//! Rows of the gap list.

use kernel::{Timestamp, Tx, db};

use crate::gap::Gap;

/// The most rows nobody has dealt with that are kept: the ones least asked for and longest ago go first.
const MOST_OPEN: i64 = 10_000;

const SELECT: &str = "SELECT number, text, times, first_at, last_at, state, note, closed_by FROM gap \
    WHERE institution_code = $1";
const ORDER: &str = "ORDER BY times DESC, last_at DESC, number";

#[derive(sqlx::FromRow)]
struct Row {
    number: i64,
    text: String,
    times: i64,
    first_at: Timestamp,
    last_at: Timestamp,
    state: String,
    note: Option<String>,
    closed_by: Option<String>,
}

impl From<Row> for Gap {
    fn from(row: Row) -> Self {
        Self {
            number: row.number,
            text: row.text,
            times: u64::try_from(row.times).unwrap_or_default(),
            first_at: row.first_at,
            last_at: row.last_at,
            is_open: row.state == "open",
            note: row.note,
            closed_by: row.closed_by,
        }
    }
}

/// Counts a text that was asked for so many times; one that was dealt with is open again.
pub(crate) async fn count(tx: &mut Tx, institution: &str, text: &str, times: i64, now: Timestamp) -> db::Result<()> {
    let key = chinese::normalise(text);
    let known = tx.sql(
        "UPDATE gap SET times = times + $1, last_at = $2, state = 'open' WHERE institution_code = $3 AND text_key = $4",
    );
    if known.bind(times).bind(now).bind(institution.to_owned()).bind(key.clone()).run().await? > 0 {
        return Ok(());
    }
    let query = tx.sql(
        "INSERT INTO gap (institution_code, text, text_key, times, first_at, last_at, state) \
         VALUES ($1, $2, $3, $4, $5, $6, 'open')",
    );
    let query = query.bind(institution.to_owned()).bind(text.to_owned()).bind(key);
    query.bind(times).bind(now).bind(now).run().await?;
    Ok(())
}

/// Leaves the rows that matter most of those nobody has dealt with.
pub(crate) async fn trim(tx: &mut Tx, institution: &str) -> db::Result<()> {
    let query = tx.sql(
        "DELETE FROM gap WHERE state = 'open' AND institution_code = $1 AND number NOT IN (SELECT number FROM gap \
         WHERE state = 'open' AND institution_code = $2 ORDER BY times DESC, last_at DESC, number LIMIT $3)",
    );
    query.bind(institution.to_owned()).bind(institution.to_owned()).bind(MOST_OPEN).run().await?;
    Ok(())
}

/// The rows, most asked for first: those nobody has dealt with, or all.
pub(crate) async fn list(tx: &mut Tx, institution: &str, all: bool, take: i64) -> db::Result<Vec<Gap>> {
    let query = tx.sql_assembled(format!("{SELECT} AND ($2 OR state = 'open') {ORDER} LIMIT $3"));
    let rows = query.bind(institution.to_owned()).bind(all).bind(take).all::<Row>().await?;
    Ok(rows.into_iter().map(Gap::from).collect())
}

/// The rows nobody has dealt with that were asked for the first time at a moment or later, most asked for first.
pub(crate) async fn since(tx: &mut Tx, institution: &str, from: Timestamp, take: i64) -> db::Result<Vec<Gap>> {
    let query = tx.sql_assembled(format!("{SELECT} AND state = 'open' AND first_at >= $2 {ORDER} LIMIT $3"));
    let rows = query.bind(institution.to_owned()).bind(from).bind(take).all::<Row>().await?;
    Ok(rows.into_iter().map(Gap::from).collect())
}

/// How many [`since`] has in all.
pub(crate) async fn count_since(tx: &mut Tx, institution: &str, from: Timestamp) -> db::Result<u64> {
    let query = tx.sql("SELECT count(*) FROM gap WHERE institution_code = $1 AND state = 'open' AND first_at >= $2");
    let (count,): (i64,) = query.bind(institution.to_owned()).bind(from).one().await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Notes what was done about a row; whether there is one that is open.
pub(crate) async fn close(tx: &mut Tx, institution: &str, number: i64, (note, by): (&str, &str)) -> db::Result<bool> {
    let query = tx.sql(
        "UPDATE gap SET state = 'closed', note = $1, closed_by = $2 \
         WHERE institution_code = $3 AND number = $4 AND state = 'open'",
    );
    let query = query.bind(note.to_owned()).bind(by.to_owned()).bind(institution.to_owned()).bind(number);
    Ok(query.run().await? > 0)
}
