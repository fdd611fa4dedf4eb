//! What readers are told of the opening review: the batches that were carried out, and of each what is open now.

use kernel::{Timestamp, Tx, db};

use super::record::{Page, public};
use crate::PublicId;

/// A batch that opened records.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Opening {
    pub(crate) number: i64,
    pub(crate) public_id: PublicId,
    pub(crate) notice: String,
    pub(crate) at: Timestamp,
}

/// The records of a batch that it opened and that everybody may see now.
pub(super) fn open() -> String {
    format!(
        "FROM review_row w JOIN review_opinion o ON o.batch_number = w.batch_number \
         AND o.record_number = w.record_number AND o.step = 'final' AND o.verdict = 'open' \
         JOIN record r ON r.number = w.record_number WHERE w.outcome = 'done' AND {}",
        public("r")
    )
}

/// The batches that readers are told of.
fn told() -> String {
    format!(
        "FROM review_batch b WHERE b.institution_code = $1 AND b.stage = 'carried-out' AND b.kind IN ('due', 'early') \
         AND EXISTS (SELECT 1 {} AND w.batch_number = b.number)",
        open()
    )
}

type Row = (i64, String, Option<String>, Option<Timestamp>);

fn opening((number, id, notice, at): Row) -> db::Result<Opening> {
    let public_id = PublicId::parse(&id).ok_or_else(|| db::Error::bad_cell("review_batch", "public_id", &id))?;
    Ok(Opening { number, public_id, notice: notice.unwrap_or_default(), at: at.unwrap_or_default() })
}

/// The batches that opened something everybody may see now, the newest first.
pub(crate) async fn all(tx: &mut Tx, institution: &str, page: Page) -> db::Result<Vec<Opening>> {
    let text = format!(
        "SELECT b.number, b.public_id, b.notice, b.carried_at {} ORDER BY b.carried_at DESC NULLS LAST, b.number DESC \
         LIMIT $2 OFFSET $3",
        told()
    );
    let query = tx.sql_assembled(text).bind(institution.to_owned()).bind(page.take).bind(page.skip);
    query.all::<Row>().await?.into_iter().map(opening).collect()
}

/// How many there are.
pub(crate) async fn count(tx: &mut Tx, institution: &str) -> db::Result<i64> {
    let query = tx.sql_assembled(format!("SELECT count(*) {}", told())).bind(institution.to_owned());
    Ok(query.one::<(i64,)>().await?.0)
}

/// One of them.
pub(crate) async fn of_public_id(tx: &mut Tx, institution: &str, id: &PublicId) -> db::Result<Option<Opening>> {
    let text = format!("SELECT b.number, b.public_id, b.notice, b.carried_at {} AND b.public_id = $2", told());
    let query = tx.sql_assembled(text).bind(institution.to_owned()).bind(id.as_str().to_owned());
    query.optional::<Row>().await?.map(opening).transpose()
}

/// The numbers of the records that a batch opened and everybody may see, in archival order.
pub(crate) async fn records(tx: &mut Tx, batch: i64, page: Page) -> db::Result<Vec<i64>> {
    let text = format!(
        "SELECT w.record_number {} AND w.batch_number = $1 ORDER BY r.sort_key, r.number LIMIT $2 OFFSET $3",
        open()
    );
    let rows: Vec<(i64,)> = tx.sql_assembled(text).bind(batch).bind(page.take).bind(page.skip).all().await?;
    Ok(rows.into_iter().map(|(number,)| number).collect())
}

/// How many there are.
pub(crate) async fn count_records(tx: &mut Tx, batch: i64) -> db::Result<i64> {
    let text = format!("SELECT count(*) {} AND w.batch_number = $1", open());
    Ok(tx.sql_assembled(text).bind(batch).one::<(i64,)>().await?.0)
}
