//! What a load left behind, so that a program that is quick because it does half the work shows.

use std::path::Path;

use catalogue::Indexes;
use rusqlite::{Connection, OpenFlags};
use tantivy::Index;

use measures::Outcome;

/// What stands in a folder after a load.
pub(crate) struct Kept {
    /// Megabytes of the database, its log included.
    pub(crate) database: u64,
    /// Megabytes of the index or indexes.
    pub(crate) index: u64,
    /// Records in the database.
    pub(crate) held: u64,
    /// Records in the index of everything.
    pub(crate) findable: u64,
}

pub(crate) fn by_the_plain_pass(folder: &Path) -> Outcome<Kept> {
    let findable = Index::open_in_dir(folder)?.reader()?.searcher().num_docs();
    let held = records(&folder.join("plain.db"))?;
    let (all, database) = (bytes(folder, "")?, bytes(folder, "plain.db")?);
    Ok(Kept { database: database >> 20, index: (all - database) >> 20, held, findable })
}

pub(crate) fn by_the_import(data: &Path) -> Outcome<Kept> {
    let (_, findable) = Indexes::open(data, search::Ranking::default())?.sizes();
    let held = records(&data.join("lantai.db"))?;
    Ok(Kept { database: bytes(data, "lantai.db")? >> 20, index: bytes(&data.join("index"), "")? >> 20, held, findable })
}

fn records(database: &Path) -> Outcome<u64> {
    let db = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let count: i64 = db.query_row("SELECT count(*) FROM record", [], |row| row.get(0))?;
    Ok(u64::try_from(count)?)
}

/// Bytes of all files in a folder whose names begin so, and of the folders in it.
fn bytes(folder: &Path, name: &str) -> Outcome<u64> {
    let mut sum = 0;
    for entry in folder.read_dir()? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sum += bytes(&entry.path(), name)?;
        } else if entry.file_name().to_string_lossy().starts_with(name) {
            sum += entry.metadata()?.len();
        }
    }
    Ok(sum)
}
