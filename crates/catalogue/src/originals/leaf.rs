//! What is shown of originals: to readers page by page, to staff file by file.

use std::collections::HashSet;

use kernel::{Timestamp, Tx, Viewer};
use serde::Serialize;

use super::Kind;
use crate::access::{self, Asking, Statuses};
use crate::store::original::{self, Kept, Of};
use crate::{PublicId, Record};

/// A page, or a file without pages, that everybody may see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leaf {
    /// Its id in addresses.
    pub id: PublicId,
    /// What kind of file it comes from.
    pub kind: Kind,
    /// Its label, if staff gave it one; the pages of one file bear their number as well.
    pub label: Option<String>,
    /// Width and height in pixels; zero for a file without pages.
    pub size: (u32, u32),
    /// The file's length in bytes, where the file itself is given out.
    pub bytes: u64,
}

/// An original as staff see it in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Listed {
    /// Its place, from 1.
    pub number: i64,
    /// The name of the file.
    pub file_name: String,
    /// Its kind.
    pub kind: Kind,
    /// Its pages.
    pub pages: usize,
    /// Its label.
    pub label: Option<String>,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 and SM3.
    pub digest: String,
    /// Whether it is withheld by itself.
    pub withheld: bool,
    /// Whether readers see it now.
    pub shown: bool,
}

impl Listed {
    pub(super) fn of(kept: &Kept, record: &Record) -> Self {
        Self {
            number: kept.position,
            file_name: kept.file_name.clone(),
            kind: kept.kind,
            pages: kept.pages.len(),
            label: kept.label.clone(),
            bytes: kept.bytes,
            digest: kept.digest.to_string(),
            withheld: kept.withheld,
            shown: for_everyone(record.description.statuses, kept.withheld),
        }
    }
}

/// Whether an original is for an unknown viewer.
pub(super) fn for_everyone(statuses: Statuses, withheld: bool) -> bool {
    let nobody = Asking { viewer: &Viewer::Public, subjects: &[], grant: None, now: Timestamp::from_micros(0) };
    access::shows_original(&statuses, withheld, &nobody)
}

/// What everybody may see of a record's originals, page by page.
pub(crate) async fn leaves(tx: &mut Tx, record: &Record) -> kernel::Result<Vec<Leaf>> {
    let statuses = record.description.statuses;
    let of = Of { institution: &record.institution, code_key: record.description.code.key() };
    let kept = original::of_code(tx, of).await?;
    let shown = kept.iter().filter(|one| for_everyone(statuses, one.withheld));
    Ok(shown.flat_map(of_file).collect())
}

/// The originals of a record in their order, as staff see them.
pub(crate) async fn listed(tx: &mut Tx, record: &Record) -> kernel::Result<Vec<Listed>> {
    let of = Of { institution: &record.institution, code_key: record.description.code.key() };
    let kept = original::of_code(tx, of).await?;
    Ok(kept.iter().map(|one| Listed::of(one, record)).collect())
}

/// Which of these records, by their numbers, have an original that everybody may see: what the indexes hold as digitised.
///
/// # Errors
/// If the database fails.
pub async fn digitised(tx: &mut Tx, numbers: &[i64]) -> kernel::Result<HashSet<i64>> {
    Ok(original::digitised(tx, numbers).await?)
}

fn of_file(kept: &Kept) -> Vec<Leaf> {
    if kept.pages.is_empty() {
        let (id, label) = (kept.public_id.clone(), kept.label.clone());
        return vec![Leaf { id, kind: kept.kind, label, size: (0, 0), bytes: kept.bytes }];
    }
    let single = kept.pages.len() == 1;
    let leaf = |(number, page): (usize, &original::Page)| Leaf {
        id: page.public_id.clone(),
        kind: kept.kind,
        label: kept.label.as_ref().map(|label| if single { label.clone() } else { format!("{label} {number}") }),
        size: (page.width, page.height),
        bytes: 0,
    };
    (1..).zip(&kept.pages).map(leaf).collect()
}
