//! What everybody may see of records that somebody quotes, asked in the unit that depends on it.

use std::collections::HashMap;

use kernel::{Timestamp, Tx, Viewer};

use crate::access::{self, Access, Asking};
use crate::store::record;
use crate::{PublicId, Record};

/// What everybody may see now of these records, with what staff call each; what is not there is not told of.
///
/// # Errors
/// The database's.
pub async fn shown_to_everyone(tx: &mut Tx, ids: &[PublicId]) -> kernel::Result<HashMap<PublicId, (String, Access)>> {
    let records = record::of_public_ids(tx, ids).await?;
    Ok(records.into_iter().map(|(id, record)| (id, (name(&record), access(&record)))).collect())
}

fn access(record: &Record) -> Access {
    let nobody = Asking { viewer: &Viewer::Public, subjects: &[], grant: None, now: Timestamp::from_micros(0) };
    access::decide(&record.description.statuses, &nobody)
}

/// 档号 and 题名.
fn name(record: &Record) -> String {
    format!("{}《{}》", record.description.code.written(), record.description.title)
}
