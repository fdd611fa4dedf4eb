//! The desk that answers the questions of staff, over the index of everything.

use kernel::Db;

use super::desk::load;
use super::query::{Narrowing, Search};
use super::{Asked, understand};
use crate::Record;
use crate::index::StaffIndex;

/// The catalogue as staff ask it.
#[derive(Clone, Debug)]
pub struct StaffCatalogue {
    db: Db,
    index: StaffIndex,
}

impl StaffCatalogue {
    /// The catalogue over the staff's index.
    pub fn new(db: Db, index: StaffIndex) -> Self {
        Self { db, index }
    }

    /// How many records there are.
    pub fn size(&self) -> u64 {
        self.index.reader().records()
    }

    /// The records that answer a question, best first, and how many there are in all.
    ///
    /// # Errors
    /// If the database or the index fails.
    pub async fn ask(&self, asked: &Asked) -> kernel::Result<(u64, Vec<Record>)> {
        let reading = understand::read(&asked.text);
        let narrowing = Narrowing::new(asked, None);
        let reader = self.index.reader();
        let search = Search { reader: &reader, reading: &reading, asked, narrowing: &narrowing, facets: &[] };
        let (hits, _) = search.run()?;
        Ok((hits.total, load(&self.db, &hits).await?))
    }
}
