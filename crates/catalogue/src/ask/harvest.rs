//! Telling harvesters what everybody may see, and what nobody may see any more.

use kernel::{Timestamp, Tx};

use super::Catalogue;
use super::place::elements;
use crate::access::in_public_index;
use crate::store::harvest::{self, Listed, Span};
use crate::store::record;
use crate::{Element, PartialDate, PublicId};

/// Which entries a harvester asks for, oldest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Harvest {
    /// The first second that counts.
    pub from: Timestamp,
    /// The last second that counts.
    pub until: Timestamp,
    /// The id of the fonds it is about.
    pub fonds: Option<PublicId>,
    /// The last entry that was told: its moment and the record's id.
    pub after: Option<(Timestamp, PublicId)>,
    /// How many entries at most.
    pub most: u32,
    /// Whether to tell what the records say, not only that they are there.
    pub whole: bool,
}

/// An entry for harvesters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Harvested {
    /// The record's id in addresses.
    pub id: PublicId,
    /// The id of its fonds.
    pub fonds: PublicId,
    /// Since when it is so.
    pub at: Timestamp,
    /// Whether nobody may see it any more.
    pub is_gone: bool,
    /// What it says, if that was asked for and may be seen.
    pub said: Option<Said>,
}

/// What a record says to everybody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// Its elements in the order of DA/T 18-2022, as readers see them.
    pub elements: Vec<(Element, String)>,
    /// First and last day.
    pub dates: Option<(PartialDate, PartialDate)>,
}

impl Catalogue {
    /// The next entries for a harvester.
    ///
    /// # Errors
    /// If the database or the index fails.
    pub async fn harvest(&self, asked: &Harvest) -> kernel::Result<Vec<Harvested>> {
        let before = Timestamp::from_micros(asked.from.micros() - 1);
        let span = Span {
            after: asked.after.clone().map_or((before, None), |(at, id)| (at, Some(id))),
            until: Timestamp::from_micros(asked.until.plus_seconds(1).micros() - 1),
            fonds: asked.fonds.clone(),
        };
        let mut tx = self.db.read().await?;
        let listed = harvest::span(&mut tx, &self.institution, &span, i64::from(asked.most)).await?;
        self.told(&mut tx, listed, asked.whole).await
    }

    /// The entry of one record; `None` for what is not there and for what was never to be seen.
    ///
    /// # Errors
    /// As [`Catalogue::harvest`].
    pub async fn harvested(&self, id: &PublicId) -> kernel::Result<Option<Harvested>> {
        let mut tx = self.db.read().await?;
        let listed: Vec<Listed> = harvest::one(&mut tx, &self.institution, id).await?.into_iter().collect();
        Ok(self.told(&mut tx, listed, true).await?.pop())
    }

    /// The moment of the first entry, if there is one.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn first_harvest(&self) -> kernel::Result<Option<Timestamp>> {
        Ok(harvest::earliest(&mut self.db.read().await?, &self.institution).await?)
    }

    /// The entries, with what their records say if that is asked for.
    async fn told(&self, tx: &mut Tx, listed: Vec<Listed>, whole: bool) -> kernel::Result<Vec<Harvested>> {
        let numbers = listed.iter().filter(|one| whole && one.is_public).map(|one| one.number);
        let records = record::of_numbers(tx, &numbers.collect::<Vec<i64>>()).await?;
        let register = self.register(&self.reader()).await?;
        // One that was closed between the two statements is told as gone.
        let mut records = records.into_iter().filter(|record| in_public_index(&record.description.statuses)).peekable();
        let told = listed.into_iter().map(|Listed { number, id, fonds, at, is_public }| {
            let said = records.next_if(|record| record.number == number).map(|record| {
                let date = &record.description.date;
                Said {
                    elements: elements(&record, register.get(&record.description.fonds_key)),
                    dates: date.begin().zip(date.end()),
                }
            });
            Harvested { id, fonds, at, is_gone: !is_public || (whole && said.is_none()), said }
        });
        Ok(told.collect())
    }
}
