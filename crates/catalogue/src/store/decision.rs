//! What decisions made of records: no file changes it.

use std::collections::HashMap;

use kernel::{Tx, db};

use super::{groups, list};
use crate::Openness;

/// The statuses that a record has by a decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Decided {
    pub(crate) openness: Openness,
    pub(crate) published: bool,
}

/// Those of these records about which anything was decided and carried out, and what they are.
pub(crate) async fn of_records(tx: &mut Tx, numbers: &[i64]) -> db::Result<HashMap<i64, Decided>> {
    let mut found = HashMap::new();
    for group in groups(numbers, 500) {
        let text = format!(
            "SELECT r.number, r.openness, r.published FROM record r WHERE r.number IN ({}) AND EXISTS \
             (SELECT 1 FROM review_row w WHERE w.record_number = r.number AND w.outcome = 'done')",
            list(0, group.len())
        );
        let query = group.iter().fold(tx.sql_assembled(text), |query, number| query.bind(*number));
        for (number, openness, published) in query.all::<(i64, String, bool)>().await? {
            let openness =
                Openness::named(&openness).ok_or_else(|| db::Error::bad_cell("record", "openness", &openness))?;
            found.insert(number, Decided { openness, published });
        }
    }
    Ok(found)
}
