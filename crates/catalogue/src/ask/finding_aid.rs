//! What a fonds holds, from the top to the items, as everybody may see it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kernel::{Result, Timestamp};

use super::place::place_of;
use super::{Catalogue, Place};
use crate::PublicId;
use crate::access::in_public_index;
use crate::export::{Document, Export, Format, Step, steps};
use crate::store::place::Reach;
use crate::store::record;

/// Entries of a page.
pub(crate) const FINDING_AID_PAGE: u32 = 200;
/// Finding aids whose order is kept.
const KEPT: usize = 8;

/// An entry of a finding aid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What it is.
    pub place: Place,
    /// Its dates as readers see them.
    pub dates: Option<String>,
    /// How far below the fonds it stands, from 1.
    pub depth: usize,
}

/// The order of a fonds as of one state of the index.
type Order = (u64, Arc<Vec<Step>>);

/// The orders of the finding aids that were asked for last.
#[derive(Debug, Default)]
pub(crate) struct Orders(Mutex<HashMap<i64, Order>>);

impl Catalogue {
    /// A page of what a fonds holds, in archival order, and how much there is.
    ///
    /// # Errors
    /// As [`Catalogue::record`].
    pub async fn finding_aid(&self, id: &PublicId, page: u32) -> Result<(Vec<Entry>, u64)> {
        let shown = self.record(id).await?;
        let register = self.register(&self.reader()).await?;
        let key = crate::reference_code::key(&shown.place.code);
        let Some(fonds) = register.get(&key) else { return Ok((Vec::new(), 0)) };
        let order = self.order(fonds.number).await?;
        let size = usize::try_from(FINDING_AID_PAGE).unwrap_or(0);
        let skip = usize::try_from(page.max(1) - 1).unwrap_or(usize::MAX).saturating_mul(size);
        let part: Vec<Step> = order.iter().skip(skip).take(size).copied().collect();
        let numbers: Vec<i64> = part.iter().map(|step| step.number).collect();
        let records = record::of_numbers(&mut self.db.read().await?, &numbers).await?;
        let depths: HashMap<i64, usize> = part.iter().map(|step| (step.number, step.depth)).collect();
        let open = records.iter().filter(|record| in_public_index(&record.description.statuses));
        let entries = open.map(|record| Entry {
            place: place_of(record),
            dates: record.description.date.label(),
            depth: depths.get(&record.number).copied().unwrap_or(1),
        });
        Ok((entries.collect(), u64::try_from(order.len()).unwrap_or(u64::MAX)))
    }

    /// The order of a fonds, worked out again when the index has moved on. The description of the fonds itself is the
    /// head of the finding aid, not one of its entries.
    async fn order(&self, fonds: i64) -> Result<Arc<Vec<Step>>> {
        let watermark = self.watermark();
        {
            let kept = self.orders.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, order)) = kept.get(&fonds).filter(|(of, _)| *of == watermark) {
                return Ok(Arc::clone(order));
            }
        }
        let mut order = steps(&mut self.db.read().await?, &self.institution, Some(fonds), Reach::Everybody).await?;
        order.retain(|step| step.depth > 0);
        let order = Arc::new(order);
        let mut kept = self.orders.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(fonds, (watermark, Arc::clone(&order)));
        Ok(order)
    }

    /// The open part of a fonds as EAD 2002, part by part.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn ead(&self, fonds: &str, keeper: &str, now: Timestamp) -> Result<Document> {
        let export = Export {
            institution: self.institution.clone(),
            keeper: keeper.to_owned(),
            fonds: Some(fonds.to_owned()),
            format: Format::Ead,
            open_only: true,
        };
        Document::begin(&export, &self.db, now).await
    }
}
