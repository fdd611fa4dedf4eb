//! Records that are taken away with their batch, and come back under their old number.

use std::collections::HashMap;

use kernel::{Timestamp, Tx, db};

use super::record::public;
use super::{groups, list};
use crate::PublicId;

/// Records handled with one statement.
const ROWS: usize = 500;

/// Takes records away. What harvesters may have seen of them they are told to forget from now on.
pub(crate) async fn take_away(tx: &mut Tx, numbers: &[i64], now: Timestamp) -> db::Result<()> {
    for group in groups(numbers, ROWS) {
        let note = format!(
            "INSERT INTO record_gone (public_id, number, institution_code, fonds_number, harvest_at) \
             SELECT r.public_id, r.number, r.institution_code, r.fonds_number, \
             CASE WHEN {} THEN $1 ELSE r.harvest_at END FROM record r WHERE r.number IN ({})",
            public("r"),
            list(1, group.len())
        );
        let query = tx.sql_assembled(note).bind(now);
        group.iter().fold(query, |query, number| query.bind(*number)).run().await?;
        let delete = format!("DELETE FROM record WHERE number IN ({})", list(0, group.len()));
        group.iter().fold(tx.sql_assembled(delete), |query, number| query.bind(*number)).run().await?;
    }
    Ok(())
}

/// Whether any record was ever taken away and has not come back.
pub(crate) async fn any(tx: &mut Tx) -> db::Result<bool> {
    let one: Option<(i64,)> = tx.sql("SELECT number FROM record_gone LIMIT 1").optional().await?;
    Ok(one.is_some())
}

/// The numbers of those of these records that were taken away.
pub(crate) async fn numbers(tx: &mut Tx, ids: &[PublicId]) -> db::Result<HashMap<String, i64>> {
    let mut found = HashMap::new();
    for group in groups(ids, ROWS) {
        let text = format!("SELECT public_id, number FROM record_gone WHERE public_id IN ({})", list(0, group.len()));
        let query = group.iter().fold(tx.sql_assembled(text), |query, id| query.bind(id.as_str().to_owned()));
        found.extend(query.all::<(String, i64)>().await?);
    }
    Ok(found)
}

/// Notes that records are there again: harvesters are still told to forget those that they saw once and may not see now.
pub(crate) async fn came_back(tx: &mut Tx, numbers: &[i64]) -> db::Result<()> {
    for group in groups(numbers, ROWS) {
        let list = list(0, group.len());
        let told = format!(
            "UPDATE record SET harvest_at = (SELECT g.harvest_at FROM record_gone g WHERE g.number = record.number) \
             WHERE harvest_at IS NULL AND number IN ({list})"
        );
        for text in [told, format!("DELETE FROM record_gone WHERE number IN ({list})")] {
            group.iter().fold(tx.sql_assembled(text), |query, number| query.bind(*number)).run().await?;
        }
    }
    Ok(())
}
