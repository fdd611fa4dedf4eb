//! What waits for a review, by the dates alone.

use kernel::{Tx, db};

use super::{groups, list};
use crate::review::{Due, DueFonds};

/// The condition under which a record's last day is on or before the day of the placeholder numbered `at`, in eight
/// digits; what is not known of a date is taken as late as it can be.
pub(super) fn aged(row: &str, at: usize) -> String {
    format!(
        "({row}.date_to IS NOT NULL AND CASE WHEN {row}.date_to % 10000 = 0 THEN {row}.date_to + 1231 \
         WHEN {row}.date_to % 100 = 0 THEN {row}.date_to + 31 ELSE {row}.date_to END <= ${at})"
    )
}

/// Sets the day on which a record is reviewed again: record, day, batch.
pub(super) fn review(tx: &mut Tx) -> db::Query<'_> {
    tx.sql(
        "INSERT INTO review_date (record_number, review_on, batch_number) VALUES ($1, $2, $3) \
         ON CONFLICT (record_number) DO UPDATE SET review_on = excluded.review_on, batch_number = excluded.batch_number",
    )
}

/// The records of batches that are not over. CROSS: SQLite begins with the batches, which are few.
const UNDER_REVIEW: &str = "SELECT DISTINCT w.record_number FROM review_batch b CROSS JOIN review_row w \
    WHERE w.batch_number = b.number AND b.stage NOT IN ('carried-out', 'withdrawn')";

/// The days that decide, in eight digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Days {
    /// Today.
    pub(crate) today: i64,
    /// What was formed until then has completed its term.
    pub(crate) formed: i64,
}

/// What waits for a review, fonds by fonds in archival order.
pub(crate) async fn by_fonds(tx: &mut Tx, institution: &str, days: Days) -> db::Result<Vec<DueFonds>> {
    type Row = (String, Option<String>, i64, i64, i64, i64);
    let (by_age, by_date) = (format!("d.review_on IS NULL AND {}", aged("r", 2)), "d.review_on <= $3");
    let text = format!(
        "SELECT f.code, f.title, count(*) FILTER (WHERE {by_age}), count(*) FILTER (WHERE {by_date}), \
         count(*) FILTER (WHERE d.review_on IS NULL AND r.date_to IS NULL), \
         count(*) FILTER (WHERE u.record_number IS NOT NULL AND ({by_age} OR {by_date})) \
         FROM record r JOIN fonds f ON f.number = r.fonds_number LEFT JOIN review_date d ON d.record_number = r.number \
         LEFT JOIN ({UNDER_REVIEW}) u ON u.record_number = r.number \
         WHERE r.institution_code = $1 AND r.openness <> 'open' GROUP BY f.number, f.code, f.title, f.sort_key \
         ORDER BY f.sort_key, f.number"
    );
    let query = tx.sql_assembled(text).bind(institution.to_owned()).bind(days.formed).bind(days.today);
    let size = |count: i64| u64::try_from(count).unwrap_or_default();
    let one = |(fonds, title, by_age, by_date, undated, under_review): Row| DueFonds {
        fonds,
        title,
        due: Due {
            by_age: size(by_age),
            by_date: size(by_date),
            undated: size(undated),
            under_review: size(under_review),
        },
    };
    let all = query.all::<Row>().await?.into_iter().map(one);
    Ok(all.filter(|one| one.due.by_age + one.due.by_date + one.due.undated > 0).collect())
}

/// How many wait for a review and are in no batch: the sum of what [`by_fonds`] tells. What is due by its date alone is
/// counted by the index, and only what was decided before or is being reviewed is looked at.
pub(crate) async fn waiting(tx: &mut Tx, institution: &str, days: Days) -> db::Result<u64> {
    let query = tx.sql_assembled(all_waiting()).bind(institution.to_owned()).bind(days.formed).bind(days.today);
    let (count,): (i64,) = query.one().await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// CROSS: SQLite begins with what was decided before or is being reviewed, not with all that is closed.
fn all_waiting() -> String {
    let aged = aged("r", 2);
    let closed = "r.institution_code = $1 AND r.openness <> 'open'";
    format!(
        "SELECT (SELECT count(*) FROM record r WHERE {closed} AND r.date_to <= $2 AND {aged}) \
         - (SELECT count(*) FROM (SELECT d.record_number FROM review_date d WHERE d.review_on > $3 \
         UNION {UNDER_REVIEW}) o CROSS JOIN record r WHERE r.number = o.record_number AND {closed} AND {aged}) \
         + (SELECT count(*) FROM review_date d CROSS JOIN record r WHERE r.number = d.record_number \
         AND d.review_on <= $3 AND {closed} AND NOT {aged} AND r.number NOT IN ({UNDER_REVIEW}))"
    )
}

/// A record that was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Candidate {
    pub(crate) number: i64,
    pub(crate) is_open: bool,
    /// Its term is over, the day of its next review has come, or it has no date.
    pub(crate) is_ripe: bool,
    pub(crate) under_review: bool,
}

/// What the columns of a candidate are read from.
fn candidates() -> String {
    format!(
        "SELECT r.number, CAST(CASE WHEN r.openness = 'open' THEN 1 ELSE 0 END AS BIGINT), \
         CAST(CASE WHEN r.date_to IS NULL OR d.review_on <= $3 OR {} THEN 1 ELSE 0 END AS BIGINT), \
         CAST(CASE WHEN u.record_number IS NULL THEN 0 ELSE 1 END AS BIGINT) \
         FROM record r LEFT JOIN review_date d ON d.record_number = r.number \
         LEFT JOIN ({UNDER_REVIEW}) u ON u.record_number = r.number WHERE r.institution_code = $1",
        aged("r", 2)
    )
}

type Row = (i64, i64, i64, i64);

fn candidate((number, open, ripe, under_review): Row) -> Candidate {
    Candidate { number, is_open: open == 1, is_ripe: ripe == 1, under_review: under_review == 1 }
}

/// The records of a fonds, or of all, in archival order; only those on the due list, or all of them.
pub(crate) async fn of_fonds(
    tx: &mut Tx,
    institution: &str,
    days: Days,
    (fonds, only_due): (Option<i64>, bool),
) -> db::Result<Vec<Candidate>> {
    let due = format!("(r.openness <> 'open' AND ((d.review_on IS NULL AND {}) OR d.review_on <= $3))", aged("r", 2));
    let text = format!(
        "{} AND ($4 IS NULL OR r.fonds_number = $4) AND {} ORDER BY r.sort_key, r.number",
        candidates(),
        if only_due { due.as_str() } else { "r.number > 0" }
    );
    let query = tx.sql_assembled(text).bind(institution.to_owned()).bind(days.formed).bind(days.today);
    Ok(query.bind(fonds).all::<Row>().await?.into_iter().map(candidate).collect())
}

/// The records of these numbers.
pub(crate) async fn of_numbers(
    tx: &mut Tx,
    institution: &str,
    days: Days,
    numbers: &[i64],
) -> db::Result<Vec<Candidate>> {
    let mut found = Vec::new();
    for group in groups(numbers, 500) {
        let text = format!("{} AND r.number IN ({})", candidates(), list(3, group.len()));
        let query = tx.sql_assembled(text).bind(institution.to_owned()).bind(days.formed).bind(days.today);
        let query = group.iter().fold(query, |query, number| query.bind(*number));
        found.extend(query.all::<Row>().await?.into_iter().map(candidate));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_due_is_counted_by_the_index_without_reading_rows() {
        let (_folder, db) = kernel::testing::sqlite().await;
        let mut tx = db.read().await.unwrap();
        let query = tx.sql_assembled(format!("EXPLAIN QUERY PLAN {}", all_waiting()));
        let query = query.bind("435999").bind(20_011_102_i64).bind(20_261_102_i64);
        let plan: Vec<(i64, i64, i64, String)> = query.all().await.unwrap();
        let steps: Vec<&str> = plan.iter().map(|(.., step)| step.as_str()).collect();
        let of_records: Vec<&str> = steps.into_iter().filter(|step| step.contains(" r ")).collect();
        let by_date = "SEARCH r USING COVERING INDEX record_closed (institution_code=? AND date_to>? AND date_to<?)";
        let by_number = "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)";
        assert_eq!(of_records, [by_date, by_number, by_number]);
    }
}
