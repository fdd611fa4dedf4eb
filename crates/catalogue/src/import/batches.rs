//! The batches that were imported, for staff.

use kernel::{Code, Db, Id, Result};
use serde::Serialize;

use super::report::Problem;
use crate::store::batch::{self, Stored};

/// Batches a list shows at most.
const MOST: i64 = 1000;

/// A batch as staff see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BatchEntry {
    /// Its number, by which commands know it.
    pub number: i64,
    /// Its id, which the result of its import gave.
    pub id: String,
    /// The name of its file.
    pub file: String,
    /// Who imported it.
    pub actor: String,
    /// `running` (also when it was stopped), `done`, `rolling-back` or `rolled-back`.
    pub state: &'static str,
    /// The same in the words of staff.
    #[serde(skip)]
    pub state_label: &'static str,
    /// Rows read: the sum of the next four.
    pub read: u64,
    /// Records that were new.
    pub landed: u64,
    /// Records that said something else from then on.
    pub updated: u64,
    /// Records that already said the same.
    pub unchanged: u64,
    /// Rows that did not get in.
    pub refused: u64,
    /// When it began, as `YYYY-MM-DD HH:MM` in Asia/Shanghai.
    pub started: String,
    /// When it ended.
    pub finished: Option<String>,
}

impl From<Stored> for BatchEntry {
    fn from(batch: Stored) -> Self {
        let Stored { number, id, file_name, actor, state, counts, started_at, finished_at } = batch;
        Self {
            number,
            id: id.to_string(),
            file: file_name,
            actor,
            state: state.name(),
            state_label: state.label(),
            read: counts.read(),
            landed: counts.landed,
            updated: counts.updated,
            unchanged: counts.unchanged,
            refused: counts.refused,
            started: started_at.local_text(),
            finished: finished_at.map(kernel::Timestamp::local_text),
        }
    }
}

/// The last thousand batches, the newest first.
///
/// # Errors
/// If the database fails.
pub async fn batches(db: &Db) -> Result<Vec<BatchEntry>> {
    Ok(batch::newest(&mut db.read().await?, MOST).await?.into_iter().map(BatchEntry::from).collect())
}

/// The batch of a number or an id, and what its import had to say.
///
/// # Errors
/// [`Code::NotFound`] if there is none; the database's.
pub async fn batch(db: &Db, named: &str) -> Result<(BatchEntry, Vec<Problem>)> {
    let mut tx = db.read().await?;
    let found = match (named.parse(), Id::parse(named)) {
        (Ok(number), _) => batch::of_number(&mut tx, number).await?,
        (_, Some(id)) => batch::of_id(&mut tx, id).await?,
        _ => None,
    };
    let Some(found) = found else {
        let why = "没有这个批次，请到批次清单里核对号码";
        return Err(kernel::Problem::new(Code::NotFound, format!("批次 {named}")).because(why).into());
    };
    let problems = batch::problems(&mut tx, found.number).await?;
    Ok((found.into(), problems))
}
