//! The published lists of opened records (开放公布目录, 档案法 28): of each batch what is open now.

use kernel::{Code, Problem, Timestamp, Tx};

use super::place::{Child, child};
use super::{Catalogue, part};
use crate::PublicId;
use crate::access::in_public_index;
use crate::store::{opened, record};

/// A batch of records that were opened together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opening {
    /// Its id in addresses.
    pub id: PublicId,
    /// When they were opened.
    pub at: Timestamp,
    /// What is said about them.
    pub notice: String,
    /// How many of them everybody may see now.
    pub records: u64,
}

impl Catalogue {
    /// The batches that opened something everybody may see now, the newest first, and how many there are.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn openings(&self, page: u32, size: u32) -> kernel::Result<(Vec<Opening>, u64)> {
        let mut tx = self.db.read().await?;
        let total = opened::count(&mut tx, &self.institution).await?;
        let mut openings = Vec::new();
        for one in opened::all(&mut tx, &self.institution, part(page, size)).await? {
            openings.push(opening(&mut tx, one).await?);
        }
        Ok((openings, u64::try_from(total).unwrap_or_default()))
    }

    /// A batch, and what it opened and everybody may see now, in archival order.
    ///
    /// # Errors
    /// [`Code::NotFound`] for one that is not there and one of which nothing is open; the database's.
    pub async fn opening(&self, id: &PublicId, page: u32, size: u32) -> kernel::Result<(Opening, Vec<Child>)> {
        let mut tx = self.db.read().await?;
        let found = opened::of_public_id(&mut tx, &self.institution, id).await?;
        let found = found.ok_or_else(|| Problem::new(Code::NotFound, "这个页面"))?;
        let numbers = opened::records(&mut tx, found.number, part(page, size)).await?;
        let records = record::of_numbers(&mut tx, &numbers).await?;
        let seen = records.iter().filter(|record| in_public_index(&record.description.statuses));
        Ok((opening(&mut tx, found).await?, seen.map(|record| child(record, 0)).collect()))
    }
}

async fn opening(tx: &mut Tx, one: opened::Opening) -> kernel::Result<Opening> {
    let records = opened::count_records(tx, one.number).await?;
    Ok(Opening {
        id: one.public_id,
        at: one.at,
        notice: one.notice,
        records: u64::try_from(records).unwrap_or_default(),
    })
}
