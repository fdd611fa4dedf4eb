//! What staff walk through: every description below a place, whoever may see it; and how their lists of records are
//! ordered and narrowed.

use kernel::db::{self, Query};
use kernel::{Id, Tx};

use super::opened::open;
use super::record::{Page, public};
use super::subject::Row as Heading;
use crate::Openness;
use crate::review::Step;

/// The rows `r` right below the code $2, with all that a list is ordered and narrowed by: those it holds, unless what they
/// say they belong to is described itself; and those that say they belong to it and are held elsewhere. Each half is found by
/// an index of its own.
const BELOW: &str = "FROM (SELECT h.number, h.sort_key, h.title, h.date_from, h.openness, h.classification, h.livelihood, \
    h.restriction, h.disclosure FROM record h WHERE h.holder_key = $2 AND h.institution_code = $1 AND h.code_key <> $2 \
    AND (h.parent_key = $2 OR NOT EXISTS (SELECT 1 FROM record p WHERE p.institution_code = h.institution_code \
    AND p.code_key = h.parent_key)) \
    UNION ALL SELECT l.number, l.sort_key, l.title, l.date_from, l.openness, l.classification, l.livelihood, \
    l.restriction, l.disclosure FROM record l WHERE l.parent_key = $2 AND l.parent_key <> l.holder_key \
    AND l.institution_code = $1 AND l.code_key <> $2) r WHERE TRUE";

/// By what a list of records is ordered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Column {
    /// 档号, the archival order.
    Code,
    /// 题名, as the database orders texts.
    Title,
    /// Where its time begins.
    Date,
    /// From what everybody may see to what was never reviewed.
    Openness,
}

/// Which part of a list of records is wanted, and in which order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) openness: Option<Openness>,
    pub(crate) column: Column,
    pub(crate) is_descending: bool,
    pub(crate) page: Page,
}

impl Wanted {
    /// The order of the rows `r`: those that are equal stand in archival order, and undated ones last either way.
    fn order(self) -> String {
        let way = if self.is_descending { "DESC" } else { "ASC" };
        match self.column {
            Column::Code => format!("r.sort_key {way}, r.number {way}"),
            Column::Title => format!("r.title {way}, r.sort_key, r.number"),
            Column::Date => format!("r.date_from {way} NULLS LAST, r.sort_key, r.number"),
            Column::Openness => format!(
                "CASE WHEN {} THEN 0 WHEN r.openness = 'open' THEN 1 WHEN r.openness = 'controlled' THEN 2 \
                 WHEN r.openness = 'deferred' THEN 3 ELSE 4 END {way}, r.sort_key, r.number",
                public("r")
            ),
        }
    }
}

/// The numbers of the wanted rows `r` of a selection, to which `bind` gives the first `bound` values, and how many there are
/// on all pages. The rows of the page alone are read whole.
async fn part(
    tx: &mut Tx,
    (selection, bound): (&str, usize),
    bind: impl for<'c> Fn(Query<'c>) -> Query<'c>,
    wanted: Wanted,
) -> db::Result<(Vec<i64>, i64)> {
    let (openness, take, skip) = (bound + 1, bound + 2, bound + 3);
    let from = format!("{selection} AND (${openness} IS NULL OR r.openness = ${openness})");
    let named = wanted.openness.map(Openness::name);
    let query = tx.sql_assembled(format!("SELECT count(*) {from}"));
    let (total,): (i64,) = bind(query).bind(named).one().await?;
    let order = wanted.order();
    let query = tx.sql_assembled(format!("SELECT r.number {from} ORDER BY {order} LIMIT ${take} OFFSET ${skip}"));
    let query = bind(query).bind(named).bind(wanted.page.take).bind(wanted.page.skip);
    Ok((query.all::<(i64,)>().await?.into_iter().map(|(number,)| number).collect(), total))
}

/// The records right below a code.
pub(crate) async fn below(tx: &mut Tx, institution: &str, key: &str, wanted: Wanted) -> db::Result<(Vec<i64>, i64)> {
    part(tx, (BELOW, 2), |query| query.bind(institution.to_owned()).bind(key.to_owned()), wanted).await
}

/// The records right under a heading.
pub(crate) async fn under(tx: &mut Tx, heading: Id<Heading>, wanted: Wanted) -> db::Result<(Vec<i64>, i64)> {
    let selection =
        "FROM record r WHERE r.number IN (SELECT h.record_number FROM record_heading h WHERE h.heading = $1)";
    part(tx, (selection, 1), |query| query.bind(heading), wanted).await
}

/// The records of a review batch; of those, if a step is given, the ones without an opinion of it.
pub(crate) async fn in_batch(
    tx: &mut Tx,
    batch: i64,
    without: Option<Step>,
    wanted: Wanted,
) -> db::Result<(Vec<i64>, i64)> {
    let selection = "FROM record r JOIN review_row w ON w.record_number = r.number WHERE w.batch_number = $1 \
        AND ($2 IS NULL OR NOT EXISTS (SELECT 1 FROM review_opinion o WHERE o.batch_number = w.batch_number \
        AND o.record_number = w.record_number AND o.step = $2))";
    part(tx, (selection, 2), |query| query.bind(batch).bind(without.map(Step::name)), wanted).await
}

/// The records that a batch opened and everybody may see.
pub(crate) async fn opened(tx: &mut Tx, batch: i64, wanted: Wanted) -> db::Result<(Vec<i64>, i64)> {
    let selection = format!("{} AND w.batch_number = $1", open());
    part(tx, (&selection, 1), |query| query.bind(batch), wanted).await
}

/// How many records are right below a code.
pub(crate) async fn count_below(tx: &mut Tx, institution: &str, key: &str) -> db::Result<i64> {
    let text = format!("SELECT count(*) {BELOW}");
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
