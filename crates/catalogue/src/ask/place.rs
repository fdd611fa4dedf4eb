//! A record's page and the way to it: from the fonds down to the item.

use kernel::{Code, Problem, Tx};

use super::Catalogue;
use crate::access::in_public_index;
use crate::originals::{Leaf, leaves};
use crate::store::record::Page;
use crate::store::{fonds, place, record};
use crate::{ArchivalDate, Element, Fonds, Level, PublicId, Record};

/// Siblings shown on either side of a record.
const BESIDE: i64 = 6;
/// Steps up to the fonds that are followed at most: more than any pattern of codes has.
const HIGHEST: usize = 8;

/// Something with a page of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Its id in addresses.
    pub id: PublicId,
    /// How high it stands.
    pub level: Level,
    /// 题名, or the fonds' name.
    pub title: String,
    /// 档号, or 全宗号.
    pub code: String,
}

/// A place in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Child {
    /// The place.
    pub place: Place,
    /// `YYYY[-MM[-DD]]`, the first day of a range.
    pub date: Option<String>,
    /// How many records that everybody may see are below it.
    pub items: u64,
}

/// What a page shows of a record or a fonds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Itself.
    pub place: Place,
    /// From its fonds down to what holds it.
    pub path: Vec<Place>,
    /// Its elements in the order of DA/T 18-2022, as readers see them.
    pub elements: Vec<(Element, String)>,
    /// Its date, also as it was written.
    pub date: ArchivalDate,
    /// What stands next to it on either side, itself included.
    pub siblings: Vec<Place>,
    /// How many stand beside it, itself included.
    pub siblings_total: u64,
    /// The originals that everybody may see, page by page.
    pub originals: Vec<Leaf>,
}

impl Catalogue {
    /// The page of a record or a fonds.
    ///
    /// # Errors
    /// [`Code::NotFound`] for what is not there and for what may not be seen: the two take the same way.
    pub async fn record(&self, id: &PublicId) -> kernel::Result<Shown> {
        let mut tx = self.db.read().await?;
        let found = record::of_public_id(&mut tx, id).await?;
        if let Some(record) = found.filter(|record| in_public_index(&record.description.statuses)) {
            return self.shown(&mut tx, &record).await;
        }
        let fonds = fonds::of_public_id(&mut tx, id).await?;
        // Asked for every id alike, so that what is not there and what is not shown cost the same.
        let register = self.register(&self.reader()).await?;
        let fonds = fonds.filter(|fonds| register.get(&fonds.key).is_some()).ok_or_else(absent)?;
        Ok(shown_fonds(&fonds))
    }

    /// The place of a record or a fonds and the key of its code; nothing for what is not there and for what may not be
    /// seen: the two take the same way.
    pub(super) async fn place(&self, id: &PublicId) -> kernel::Result<Option<(Place, String)>> {
        let mut tx = self.db.read().await?;
        let record = record::of_public_id(&mut tx, id).await?;
        let fonds = fonds::of_public_id(&mut tx, id).await?;
        let register = self.register(&self.reader()).await?;
        let record = record.filter(|record| in_public_index(&record.description.statuses));
        let fonds = fonds.filter(|fonds| register.get(&fonds.key).is_some());
        let of_fonds = fonds.map(|fonds| (place_of_fonds(&fonds), fonds.key));
        Ok(record.map(|record| (place_of(&record), record.description.code.key().to_owned())).or(of_fonds))
    }

    /// The fonds that hold something everybody may see, in archival order, and how many there are.
    ///
    /// # Errors
    /// If the database or the index fails.
    pub async fn fonds(&self, page: u32, size: u32) -> kernel::Result<(Vec<Child>, u64)> {
        let register = self.register(&self.reader()).await?;
        let skip = page.max(1).saturating_sub(1).saturating_mul(size);
        let (skip, take) = (usize::try_from(skip).unwrap_or(usize::MAX), usize::try_from(size).unwrap_or(0));
        let child = |(fonds, items): &(Fonds, u64)| Child { place: place_of_fonds(fonds), date: None, items: *items };
        let children = register.seen.iter().skip(skip).take(take).map(child).collect();
        Ok((children, u64::try_from(register.seen.len()).unwrap_or(u64::MAX)))
    }

    /// What a place holds, in archival order, and how much there is. What everybody may see is held by something they
    /// may see: what a closed volume holds stands where the volume would.
    ///
    /// # Errors
    /// As [`Catalogue::record`].
    pub async fn children(&self, id: &PublicId, page: u32, size: u32) -> kernel::Result<(Vec<Child>, u64)> {
        let shown = self.record(id).await?;
        let key = crate::reference_code::key(&shown.place.code);
        let take = i64::from(size);
        let skip = i64::from(page.max(1) - 1).saturating_mul(take);
        let mut tx = self.db.read().await?;
        let total = record::count_held(&mut tx, &key).await?;
        let records = record::held(&mut tx, &key, Page { skip, take }).await?;
        let keys: Vec<String> = records.iter().map(|record| record.description.code.key().to_owned()).collect();
        let below = place::count_below(&mut tx, &keys).await?;
        let child = |record: &Record| {
            let items = below.get(record.description.code.key()).copied().unwrap_or(0);
            child(record, u64::try_from(items).unwrap_or(0))
        };
        Ok((records.iter().map(child).collect(), u64::try_from(total).unwrap_or(0)))
    }

    async fn shown(&self, tx: &mut Tx, record: &Record) -> kernel::Result<Shown> {
        let said = &record.description;
        let register = self.register(&self.reader()).await?;
        let fonds = register.get(&said.fonds_key);
        let mut path = Vec::new();
        let mut above = record.holder_key.clone();
        for _ in 0..HIGHEST {
            if above.is_empty() || above == said.fonds_key {
                break;
            }
            let Some(holder) = record::of_code(tx, &record.institution, &above).await? else { break };
            if !in_public_index(&holder.description.statuses) {
                break;
            }
            above.clone_from(&holder.holder_key);
            path.push(place_of(&holder));
        }
        path.extend(fonds.filter(|fonds| fonds.key != said.code.key()).map(place_of_fonds));
        path.reverse();
        let siblings = record::beside(tx, record, BESIDE).await?;
        let siblings_total = record::count_held(tx, &record.holder_key).await?;
        Ok(Shown {
            place: place_of(record),
            path,
            elements: elements(record, fonds),
            date: said.date.clone(),
            siblings: siblings.iter().map(place_of).collect(),
            siblings_total: u64::try_from(siblings_total).unwrap_or(0),
            originals: leaves(tx, record).await?,
        })
    }
}

/// The one answer for what is not there and what may not be seen.
fn absent() -> Problem {
    Problem::new(Code::NotFound, "这个页面")
}

pub(super) fn place_of(record: &Record) -> Place {
    let said = &record.description;
    Place {
        id: record.public_id.clone(),
        level: said.level,
        title: said.title.clone(),
        code: said.code.written().to_owned(),
    }
}

pub(super) fn place_of_fonds(fonds: &Fonds) -> Place {
    Place {
        id: fonds.public_id.clone(),
        level: Level::Fonds,
        title: fonds.label().to_owned(),
        code: fonds.code.clone(),
    }
}

pub(super) fn shown_fonds(fonds: &Fonds) -> Shown {
    Shown {
        place: place_of_fonds(fonds),
        path: Vec::new(),
        elements: vec![(Element::ReferenceCode, fonds.code.clone()), (Element::Title, fonds.label().to_owned())],
        date: ArchivalDate::undated(),
        siblings: Vec::new(),
        siblings_total: 0,
        originals: Vec::new(),
    }
}

pub(crate) fn child(record: &Record, items: u64) -> Child {
    Child { place: place_of(record), date: record.description.date.begin().map(|date| date.to_string()), items }
}

/// The elements that readers see. The internal ones — classification, the donor's limit, where it lies — are not.
pub(crate) fn elements(record: &Record, fonds: Option<&Fonds>) -> Vec<(Element, String)> {
    let said = &record.description;
    let value = |element: Element| match element {
        Element::ReferenceCode => Some(said.code.written().to_owned()),
        Element::Title => Some(said.title.clone()),
        Element::DocumentNumber => said.document_number.clone(),
        Element::Date => said.date.label(),
        Element::Creator => said.creator.clone(),
        Element::Retention => said.retention.clone(),
        Element::Openness => Some(said.statuses.openness.label().to_owned()),
        Element::Level => Some(said.level.label().to_owned()),
        Element::FondsTitle => fonds.map(|fonds| fonds.label().to_owned()),
        Element::DocumentType => said.document_type.clone(),
        Element::Classification | Element::Restriction | Element::Location | Element::Livelihood => None,
        other => said.element(other).map(str::to_owned),
    };
    Element::ALL.into_iter().filter_map(|element| Some((element, value(element)?))).collect()
}
