//! Where records stand: counts of what is below them.

use std::collections::HashMap;

use kernel::{Tx, db};

use super::list;
use super::record::PUBLIC;

/// How many records that everybody may see stand directly below each of these codes; codes without any are left out.
pub(crate) async fn count_below(tx: &mut Tx, parent_keys: &[String]) -> db::Result<HashMap<String, i64>> {
    if parent_keys.is_empty() {
        return Ok(HashMap::new());
    }
    let text = format!(
        "SELECT r.parent_key, count(*) FROM record r WHERE r.parent_key IN ({}) AND {PUBLIC} GROUP BY r.parent_key",
        list(0, parent_keys.len())
    );
    let query = parent_keys.iter().fold(tx.sql_assembled(text), |query, key| query.bind(key.clone()));
    Ok(query.all::<(String, i64)>().await?.into_iter().collect())
}
