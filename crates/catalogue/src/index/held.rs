//! What the database holds and the indexes should.

use kernel::Db;

use crate::store::change;
use crate::store::record::public;

/// How many records the database holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Held {
    /// All of them: what the staff's index should hold.
    pub all: u64,
    /// Those everybody may see: what the open index should hold.
    pub open: u64,
}

/// Counts the records of the database.
///
/// # Errors
/// If the database fails.
pub async fn counts(db: &Db) -> kernel::Result<Held> {
    let mut tx = db.read().await?;
    let (all,): (i64,) = tx.sql("SELECT count(*) FROM record").one().await?;
    let open = format!("SELECT count(*) FROM record r WHERE {}", public("r"));
    let (open,): (i64,) = tx.sql_assembled(open).one().await?;
    let size = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok(Held { all: size(all), open: size(open) })
}

/// The last entry of the change log: an index whose watermark has come to it holds what the database does.
///
/// # Errors
/// If the database fails.
pub async fn newest_change(db: &Db) -> kernel::Result<u64> {
    Ok(u64::try_from(change::newest(&mut db.read().await?).await?).unwrap_or_default())
}

/// How many records belong to another institution than this one (档案馆代码): those that came in under a code that was
/// changed since.
///
/// # Errors
/// If the database fails.
pub async fn strangers(db: &Db, institution: &str) -> kernel::Result<u64> {
    let mut tx = db.read().await?;
    let (count,): (i64,) =
        tx.sql("SELECT count(*) FROM record WHERE institution_code <> $1").bind(institution.to_owned()).one().await?;
    Ok(u64::try_from(count).unwrap_or_default())
}
