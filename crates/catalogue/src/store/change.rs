//! The log of changes that the search indexes follow.

use kernel::{Tx, db};

use super::counter::{Counter, take};
use super::groups;

/// An entry of the log: the records numbered `first` to `last` have changed or gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Change {
    pub(crate) sequence: i64,
    pub(crate) first: i64,
    pub(crate) last: i64,
}

/// Writes down that records have changed; neighbours become one entry. The sequences of the first and the last entry.
pub(crate) async fn log(tx: &mut Tx, numbers: &mut Vec<i64>) -> db::Result<Option<(i64, i64)>> {
    numbers.sort_unstable();
    numbers.dedup();
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for number in numbers.iter().copied() {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    if runs.is_empty() {
        return Ok(None);
    }
    let first = take(tx, Counter::Change, i64::try_from(runs.len()).unwrap_or(i64::MAX)).await?;
    let mut sequence = first;
    for group in groups(&runs, 100) {
        let rows = db::values(tx, group.len(), 3);
        let text = format!("INSERT INTO index_change (sequence, first_number, last_number) VALUES {rows}");
        let mut query = tx.sql_assembled(text);
        for (first, last) in group {
            query = query.bind(sequence).bind(*first).bind(*last);
            sequence += 1;
        }
        query.run().await?;
    }
    Ok(Some((first, sequence - 1)))
}

/// The entries after a watermark, oldest first.
pub(crate) async fn after(tx: &mut Tx, watermark: i64, most: i64) -> db::Result<Vec<Change>> {
    let rows: Vec<(i64, i64, i64)> = tx
        .sql(
            "SELECT sequence, first_number, last_number FROM index_change WHERE sequence > $1 \
             ORDER BY sequence LIMIT $2",
        )
        .bind(watermark)
        .bind(most)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(sequence, first, last)| Change { sequence, first, last }).collect())
}

/// The sequence of the last entry; 0 if there is none.
pub(crate) async fn newest(tx: &mut Tx) -> db::Result<i64> {
    let (value,): (i64,) = tx.sql("SELECT value FROM catalogue_counter WHERE name = 'change'").one().await?;
    Ok(value)
}
