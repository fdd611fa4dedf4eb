//! Counters taken inside the writing transaction.

use kernel::{Tx, db};

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Counter {
    Record,
    Change,
    Fonds,
    Batch,
}

impl Counter {
    const fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Change => "change",
            Self::Fonds => "fonds",
            Self::Batch => "batch",
        }
    }
}

/// Takes the next `count` numbers and returns the first. The counter's row stays locked until the transaction ends.
pub(crate) async fn take(tx: &mut Tx, counter: Counter, count: i64) -> db::Result<i64> {
    let (last,): (i64,) = tx
        .sql("UPDATE catalogue_counter SET value = value + $1 WHERE name = $2 RETURNING value")
        .bind(count)
        .bind(counter.name())
        .one()
        .await?;
    Ok(last - count + 1)
}
