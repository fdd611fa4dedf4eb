//! The whole catalogue as staff walk through it: a record with all it says, what is above and below it, the fonds.

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Day, Permission, Problem, Result, Tx, Viewer};
use serde_json::json;

use super::Place;
use super::find::StaffCatalogue;
use super::place::{place_of, place_of_fonds};
use crate::access::{Access, Asking, decide, in_public_index};
use crate::originals::{Listed, listed};
use crate::review::day_of;
use crate::store::holding::{self, Wanted};
use crate::store::person::{self, Masked};
use crate::store::{fonds, record, subject};
use crate::{Fonds, PublicId, Record};

/// Steps up to the fonds that are followed at most: more than any pattern of codes has.
const HIGHEST: usize = 8;

/// A record with all that staff know of it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) record: Record,
    /// Its fonds.
    pub(crate) fonds: Option<Fonds>,
    /// From its fonds down to what it belongs to.
    pub(crate) path: Vec<Place>,
    pub(crate) persons: Vec<Masked>,
    /// How many records are right below it.
    pub(crate) below: u64,
    pub(crate) originals: Vec<Listed>,
    /// The batch that wrote what it says.
    pub(crate) batch: Option<i64>,
    /// The day of its next review.
    pub(crate) review_on: Option<Day>,
}

/// What a public id stands for.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    Record(Box<Held>),
    /// A fonds that is not described itself, and how many records are right below it.
    Fonds(Fonds, u64),
}

/// A fonds with how many records it has, and how many of them everybody may see.
#[derive(Clone, Debug)]
pub(crate) struct FondsHeld {
    pub(crate) fonds: Fonds,
    pub(crate) records: u64,
    pub(crate) open: u64,
}

impl StaffCatalogue {
    /// A record or a fonds. That somebody looked at a record that not everybody may see is written into the audit log.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for who may not search; [`Code::NotFound`]; the database's.
    pub(crate) async fn record(&self, actor: &Actor, id: &PublicId) -> Result<Found> {
        actor.must(Permission::SearchRecords)?;
        let mut tx = self.ground.db.read().await?;
        let Some(record) = self.seen(&mut tx, actor, id).await? else {
            let fonds = fonds::of_public_id(&mut tx, id).await?.ok_or_else(absent)?;
            let below = holding::count_below(&mut tx, &self.institution, &fonds.key).await?;
            return Ok(Found::Fonds(fonds, count(below)));
        };
        let all = fonds::all(&mut tx, &self.institution).await?;
        let fonds = all.into_iter().find(|fonds| fonds.number == record.fonds_number);
        let path = self.path(&mut tx, &record, fonds.as_ref()).await?;
        let persons = person::masked(&mut tx, &self.ground.secrets, record.number).await?;
        let below = holding::count_below(&mut tx, &self.institution, record.description.code.key()).await?;
        let (batch, review_on) = holding::circumstances(&mut tx, record.number).await?;
        let originals = listed(&mut tx, &record).await?;
        drop(tx);
        if !in_public_index(&record.description.statuses) {
            let object = format!("record/{}", record.public_id);
            self.note(actor, ("catalogue.read", &object), json!({})).await?;
        }
        let (below, review_on) = (count(below), review_on.and_then(day_of));
        Ok(Found::Record(Box::new(Held { record, fonds, path, persons, below, originals, batch, review_on })))
    }

    /// The wanted part of what is right below a record or a fonds, each with how much is below it, and how much there is in
    /// all. A part that shows what not everybody may see is written into the audit log.
    ///
    /// # Errors
    /// As [`StaffCatalogue::record`].
    pub(crate) async fn below(
        &self,
        actor: &Actor,
        id: &PublicId,
        wanted: Wanted,
    ) -> Result<(Vec<(Record, u64)>, u64)> {
        actor.must(Permission::SearchRecords)?;
        let mut tx = self.ground.db.read().await?;
        let key = match self.seen(&mut tx, actor, id).await? {
            Some(record) => record.description.code.key().to_owned(),
            None => fonds::of_public_id(&mut tx, id).await?.ok_or_else(absent)?.key,
        };
        let (numbers, total) = holding::below(&mut tx, &self.institution, &key, wanted).await?;
        let records = record::of_numbers(&mut tx, &numbers).await?;
        let mut children = Vec::new();
        for record in records.into_iter().filter(|record| may_see(actor, record, self.ground.clock.now())) {
            let below = holding::count_below(&mut tx, &self.institution, record.description.code.key()).await?;
            children.push((record, count(below)));
        }
        drop(tx);
        if children.iter().any(|(record, _)| !in_public_index(&record.description.statuses)) {
            let object = format!("record/{id}");
            self.note(actor, ("catalogue.browse", &object), browsed(wanted, children.len())).await?;
        }
        Ok((children, count(total)))
    }

    /// The wanted part of the records right under a heading, and how many there are. A part that shows what not everybody may
    /// see is written into the audit log.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for who may not search; [`Code::NotFound`] for a heading that is not there; the database's.
    pub(crate) async fn under_heading(
        &self,
        actor: &Actor,
        written: &str,
        wanted: Wanted,
    ) -> Result<(Vec<Record>, u64)> {
        actor.must(Permission::SearchRecords)?;
        let mut tx = self.ground.db.read().await?;
        let tree = subject::tree(&mut tx, &self.institution).await?;
        let heading = tree.find(written).ok_or_else(|| Problem::new(Code::NotFound, format!("类目 {written}")))?;
        let (numbers, total) = holding::under(&mut tx, heading.id, wanted).await?;
        let mut records = record::of_numbers(&mut tx, &numbers).await?;
        drop(tx);
        records.retain(|record| may_see(actor, record, self.ground.clock.now()));
        if records.iter().any(|record| !in_public_index(&record.description.statuses)) {
            let object = format!("subject/{}", heading.code);
            self.note(actor, ("catalogue.browse", &object), browsed(wanted, records.len())).await?;
        }
        Ok((records, count(total)))
    }

    /// The 档号 of a record.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for who may not search; [`Code::NotFound`]; the database's.
    pub(crate) async fn code(&self, actor: &Actor, id: &PublicId) -> Result<String> {
        actor.must(Permission::SearchRecords)?;
        let mut tx = self.ground.db.read().await?;
        let record = self.seen(&mut tx, actor, id).await?.ok_or_else(absent)?;
        Ok(record.description.code.written().to_owned())
    }

    /// All fonds in archival order. One without a name and without records is left out: its row stays after a rollback,
    /// for the records that were taken away.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for who may not search; the database's.
    pub(crate) async fn fonds(&self, actor: &Actor) -> Result<Vec<FondsHeld>> {
        actor.must(Permission::SearchRecords)?;
        let mut tx = self.ground.db.read().await?;
        let counts = holding::of_fonds(&mut tx, &self.institution).await?;
        let held = |fonds: Fonds| {
            let of = counts.iter().find(|(number, ..)| *number == fonds.number);
            let (records, open) = of.map_or((0, 0), |(_, records, open)| (count(*records), count(*open)));
            FondsHeld { fonds, records, open }
        };
        let all = fonds::all(&mut tx, &self.institution).await?.into_iter().map(held);
        Ok(all.filter(|held| held.records > 0 || held.fonds.title.is_some()).collect())
    }

    /// The record of an id, if it is there and this member of staff may see it.
    async fn seen(&self, tx: &mut Tx, actor: &Actor, id: &PublicId) -> Result<Option<Record>> {
        let found = record::of_public_id(tx, id).await?;
        Ok(found.filter(|record| may_see(actor, record, self.ground.clock.now())))
    }

    /// From the fonds down to what a record belongs to: what it says, or what holds it where that is not described.
    async fn path(&self, tx: &mut Tx, record: &Record, fonds: Option<&Fonds>) -> Result<Vec<Place>> {
        let mut path = Vec::new();
        let mut below = record.clone();
        for _ in 0..HIGHEST {
            let said = &below.description;
            let mut above = record::of_code(tx, &self.institution, &said.parent_key).await?;
            if above.is_none() {
                above = record::of_code(tx, &self.institution, &below.holder_key).await?;
            }
            let Some(holder) = above.filter(|one| one.description.code.key() != said.fonds_key) else { break };
            path.push(place_of(&holder));
            below = holder;
        }
        path.extend(fonds.filter(|fonds| fonds.key != record.description.code.key()).map(place_of_fonds));
        path.reverse();
        Ok(path)
    }

    async fn note(&self, actor: &Actor, (action, object): (&str, &str), detail: serde_json::Value) -> Result<()> {
        audit::alone(&self.ground, &Line { actor: actor.name(), action, object, outcome: Outcome::Done, detail }).await
    }
}

/// What the log says of a part that was looked through.
fn browsed(Wanted { page, .. }: Wanted, records: usize) -> serde_json::Value {
    json!({"page": page.skip / page.take.max(1) + 1, "records": records})
}

fn may_see(actor: &Actor, record: &Record, now: kernel::Timestamp) -> bool {
    let viewer = Viewer::Staff(actor.roles().to_vec());
    let asking = Asking { viewer: &viewer, subjects: &[], grant: None, now };
    decide(&record.description.statuses, &asking) > Access::Hidden
}

fn absent() -> Problem {
    Problem::new(Code::NotFound, "这条目录")
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
