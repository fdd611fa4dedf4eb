//! Codes made from templates: given once to the identity of a row and kept.

use std::collections::{HashMap, HashSet};

use kernel::{Tx, db};

use super::{groups, list};

/// A code that was given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Given {
    pub(crate) identity: String,
    pub(crate) code: String,
    pub(crate) row: i64,
}

/// The codes that were given to these identities of a fonds.
pub(crate) async fn of_identities(
    tx: &mut Tx,
    fonds: i64,
    identities: &[String],
) -> db::Result<HashMap<String, String>> {
    let mut found = HashMap::new();
    for group in groups(identities, 500) {
        let text = format!(
            "SELECT identity, reference_code FROM generated_code WHERE fonds_number = $1 AND identity IN ({})",
            list(1, group.len())
        );
        let query = group.iter().fold(tx.sql_assembled(text).bind(fonds), |query, one| query.bind(one.clone()));
        let rows: Vec<(String, String)> = query.all().await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Which of these codes were already given in a fonds.
pub(crate) async fn taken(tx: &mut Tx, fonds: i64, codes: &[String]) -> db::Result<HashSet<String>> {
    let mut found = HashSet::new();
    for group in groups(codes, 500) {
        let text = format!(
            "SELECT reference_code FROM generated_code WHERE fonds_number = $1 AND reference_code IN ({})",
            list(1, group.len())
        );
        let query = group.iter().fold(tx.sql_assembled(text).bind(fonds), |query, one| query.bind(one.clone()));
        let rows: Vec<(String,)> = query.all().await?;
        found.extend(rows.into_iter().map(|(code,)| code));
    }
    Ok(found)
}

/// The highest row number a template was filled with in a fonds.
pub(crate) async fn highest_row(tx: &mut Tx, fonds: i64) -> db::Result<i64> {
    let (highest,): (Option<i64>,) =
        tx.sql("SELECT max(row_number) FROM generated_code WHERE fonds_number = $1").bind(fonds).one().await?;
    Ok(highest.unwrap_or(0))
}

/// Writes down the codes given now.
pub(crate) async fn give(tx: &mut Tx, fonds: i64, given: &[Given]) -> db::Result<()> {
    for group in groups(given, 200) {
        let text = format!(
            "INSERT INTO generated_code (fonds_number, identity, reference_code, row_number) VALUES {}",
            db::values(tx, group.len(), 4)
        );
        let query = group.iter().fold(tx.sql_assembled(text), |query, one| {
            query.bind(fonds).bind(one.identity.clone()).bind(one.code.clone()).bind(one.row)
        });
        query.run().await?;
    }
    Ok(())
}
