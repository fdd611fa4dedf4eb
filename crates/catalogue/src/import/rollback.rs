//! Rolling a batch back as one: what it landed goes, what it changed says again what it said before.
//!
//! It goes backwards through the batch in chunks that are each all or nothing. A batch whose rollback was stopped is
//! `rolling-back`, and is taken up by the same call. Public ids and given codes stay: the same file lands again as if
//! it came for the first time, under the numbers its records had.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

use kernel::{Actor, Code, Error, Ground, Permission, Result, Tx, audit};
use serde::Serialize;
use serde_json::{Value, json};

use super::opening::Approval;
use crate::access::in_public_index;
use crate::store::batch::{self, State, Stored};
use crate::store::counter::{Counter, take};
use crate::store::history::{self, Cause, Later, Version, Why};
use crate::store::{change, fonds, gone, person, place, record, subject};
use crate::{Description, Fonds, Record};

/// The write time a chunk aims at; no write transaction may last over 100 ms.
const AIM: Duration = Duration::from_millis(40);
/// Records of the first chunk, and the bounds of the others.
const FIRST_CHUNK: i64 = 100;
const CHUNKS: (i64, i64) = (20, 2000);
/// Versions looked through at a time.
const PAGE: i64 = 500;

/// A batch to be rolled back.
#[derive(Clone, Debug)]
pub struct RollBack {
    /// The code of the institution (档案馆代码).
    pub institution: String,
    /// The number of the batch.
    pub batch: i64,
    /// Who rolls back.
    pub actor: Actor,
    /// Who else stands behind it: without, it opens no record.
    pub approval: Option<Approval>,
}

/// What a rollback came to.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize)]
pub struct RolledBack {
    /// The number of the batch.
    pub batch: i64,
    /// Records that were taken away: those that it had landed.
    pub removed: u64,
    /// Records that say again what they said before.
    pub restored: u64,
    /// The codes of records that somebody changed while it was rolled back: they stay as they are.
    pub kept: Vec<String>,
}

impl RollBack {
    /// Rolls the batch back, or goes on where a rollback was stopped; `progress` is told how many records are done.
    ///
    /// # Errors
    /// [`Code::Forbidden`] if the actor may not; [`Code::NotFound`] and [`Code::Conflict`] if there is no such batch or
    /// it is rolled back already; [`Code::LaterChanges`] if its records were changed since, naming by what;
    /// [`Code::SecondPersonNeeded`] if it would open records and nobody else stands behind it. Then nothing is changed.
    pub async fn run(&self, ground: &Ground, progress: &mut (dyn FnMut(u64) + Send)) -> Result<RolledBack> {
        self.actor.must(Permission::KeepCatalogue)?;
        let batch = self.begin(ground).await?;
        let (mut kept, mut done) = (Vec::new(), 0);
        let (mut before, mut size) = (i64::MAX, FIRST_CHUNK);
        loop {
            let numbers = batch::written(&mut ground.db.read().await?, self.batch, before, size).await?;
            let Some(last) = numbers.last().copied() else { break };
            let turn = Instant::now();
            kept.extend(self.chunk(ground, &numbers).await?);
            size = adapted(size, numbers.len(), turn.elapsed());
            before = last;
            done += u64::try_from(numbers.len()).unwrap_or(0);
            progress(done);
        }
        self.finish(ground, &batch, kept).await
    }

    fn why(&self) -> Why {
        Why { cause: Cause::Rollback, number: Some(self.batch) }
    }

    /// What the batch itself did.
    fn import(&self) -> Why {
        Why { cause: Cause::Import, number: Some(self.batch) }
    }

    /// Sees that it may be rolled back, and lets nobody import from then on until it is.
    async fn begin(&self, ground: &Ground) -> Result<Stored> {
        // What may take long is looked for while nobody waits, and what it opens again in every chunk.
        let mut tx = ground.db.read().await?;
        if self.found(&mut tx).await?.state != State::RollingBack {
            self.answer_for(&mut tx).await?;
        }
        tx.rollback().await?;
        let mut tx = ground.db.begin().await?;
        // Whoever changes records has this counter until the end: what they did is seen below, or they see this.
        take(&mut tx, Counter::Change, 0).await?;
        let batch = self.found(&mut tx).await?;
        if batch.state != State::RollingBack {
            batch::become_state(&mut tx, self.batch, State::RollingBack).await?;
            let detail = json!({ "approved_by": self.approval.as_ref().map(Approval::second) });
            self.note(&mut tx, ground, (&batch, "catalogue.begin-roll-back"), detail).await?;
        }
        tx.commit().await?;
        Ok(batch)
    }

    fn about(&self) -> String {
        format!("批次 {}", self.batch)
    }

    /// The batch, if it can be rolled back.
    async fn found(&self, tx: &mut Tx) -> Result<Stored> {
        let Some(batch) = batch::of_number(tx, self.batch).await? else {
            let why = "没有这个批次，请到批次清单里核对号码";
            return Err(kernel::Problem::new(Code::NotFound, self.about()).because(why).into());
        };
        match batch.state {
            State::RolledBack => {
                Err(kernel::Problem::new(Code::Conflict, self.about()).because("已经撤回，不必再撤").into())
            }
            State::RollingBack => Ok(batch),
            State::Running | State::Done => match history::later(tx, self.batch).await? {
                later if later.is_empty() => Ok(batch),
                later => Err(self.refused(tx, &later).await?.into()),
            },
        }
    }

    /// The refusal of a rollback under which later work would be lost.
    async fn refused(&self, tx: &mut Tx, later: &[Later]) -> Result<kernel::Problem> {
        let mut told = Vec::new();
        for Later { why, records, example } in later.iter().take(10) {
            let by = match (why.cause, why.number) {
                (Cause::Import, Some(number)) => {
                    let file = batch::of_number(tx, number).await?.map(|batch| batch.file_name).unwrap_or_default();
                    format!("批次 {number}（{file}）")
                }
                (Cause::Decision, Some(number)) => format!("开放审批 {number}"),
                (cause, _) => cause.label().to_owned(),
            };
            let example = example.as_ref().map(|code| format!("，如 {code}")).unwrap_or_default();
            told.push(format!("{by}改动了其中 {records} 条{example}"));
        }
        Ok(kernel::Problem::new(Code::LaterChanges, self.about()).because(told.join("；")))
    }

    /// Sees that records are opened by two persons only.
    async fn answer_for(&self, tx: &mut Tx) -> Result<()> {
        if self.approval.is_some() {
            return Ok(());
        }
        let (mut after, mut opens) = (0, 0_u64);
        loop {
            let page = history::before_of_hidden(tx, &self.import(), after, PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after = *last;
            opens +=
                page.iter().map(|(_, version)| u64::from(in_public_index(&version.description.statuses))).sum::<u64>();
        }
        if opens == 0 { Ok(()) } else { Err(self.unapproved(opens).into()) }
    }

    /// Rolls records back, again if the database was busy; the codes of those that somebody has changed meanwhile.
    async fn chunk(&self, ground: &Ground, numbers: &[i64]) -> Result<Vec<String>> {
        const TRIES: usize = 5;
        for _ in 1..TRIES {
            match self.try_chunk(ground, numbers).await {
                Err(Error::Db(error)) if error.is_busy() => {}
                outcome => return outcome,
            }
        }
        self.try_chunk(ground, numbers).await
    }

    async fn try_chunk(&self, ground: &Ground, numbers: &[i64]) -> Result<Vec<String>> {
        let now = ground.clock.now();
        ground.steps.at("rollback: begin");
        let mut tx = ground.db.begin().await?;
        ground.steps.at("rollback: write");
        let held = batch::hold(&mut tx, self.batch, numbers).await?;
        let changed = history::changed_since(&mut tx, self.batch, &held).await?;
        let records = record::of_numbers(&mut tx, &held).await?;
        let (kept, records): (Vec<Record>, Vec<Record>) =
            records.into_iter().partition(|record| changed.contains(&record.number));
        history::keep(&mut tx, &records, &self.why(), self.actor.name(), now).await?;
        let before = history::before(&mut tx, &self.import(), &held).await?;
        let mut numbers: Vec<i64> = records.iter().map(|record| record.number).collect();
        let (updated, landed): (Vec<Record>, Vec<Record>) =
            records.into_iter().partition(|record| before.contains_key(&record.number));
        let away: Vec<i64> = landed.iter().map(|record| record.number).collect();
        gone::take_away(&mut tx, &away, now).await.map_err(|error| self.in_use(error))?;
        place::vacate(&mut tx, &self.institution, &landed).await?;
        self.restore(&mut tx, updated, before, now).await?;
        change::log(&mut tx, &mut numbers).await?;
        ground.steps.at("rollback: commit");
        tx.commit().await?;
        ground.steps.at("rollback: committed");
        Ok(kept.into_iter().map(|record| record.description.code.written().to_owned()).collect())
    }

    /// Gives records the descriptions, the persons and the places under headings back that they had before the batch.
    async fn restore(
        &self,
        tx: &mut Tx,
        updated: Vec<Record>,
        mut before: HashMap<i64, Version>,
        now: kernel::Timestamp,
    ) -> Result<()> {
        let known = if updated.is_empty() { Vec::new() } else { fonds::all(tx, &self.institution).await? };
        let mut batches = BTreeMap::new();
        let mut opens = 0;
        let mut rows = Vec::with_capacity(updated.len());
        for record in updated {
            let Some(Version { description, persons, batch, .. }) = before.remove(&record.number) else { continue };
            if let Some(persons) = persons {
                person::restore(tx, record.number, persons).await?;
            }
            let is_public = |said: &Description| in_public_index(&said.statuses);
            opens += u64::from(is_public(&description) && !is_public(&record.description));
            batches.insert(record.number, batch);
            rows.push(Record { fonds_number: fonds_of(&known, &record, &description), description, ..record });
        }
        if opens > 0 && self.approval.is_none() {
            return Err(self.unapproved(opens).into());
        }
        place::seat(tx, &self.institution, &mut rows).await?;
        for batch in batches.values().copied().collect::<HashSet<Option<i64>>>() {
            let of_batch = |record: &&Record| batches.get(&record.number) == Some(&batch);
            let group: Vec<Record> = rows.iter().filter(of_batch).cloned().collect();
            record::put(tx, &group, batch, now).await?;
        }
        let numbers: Vec<i64> = rows.iter().map(|record| record.number).collect();
        subject::follow(tx, &self.institution, &rows, &numbers).await?;
        Ok(place::settle(tx, &rows).await?)
    }

    async fn finish(&self, ground: &Ground, batch: &Stored, kept: Vec<String>) -> Result<RolledBack> {
        let mut tx = ground.db.begin().await?;
        let (removed, restored) = history::toll(&mut tx, &self.why()).await?;
        batch::become_state(&mut tx, self.batch, State::RolledBack).await?;
        let approved_by = self.approval.as_ref().map(Approval::second);
        let kept_count = u64::try_from(kept.len()).unwrap_or(u64::MAX);
        let detail =
            json!({ "removed": removed, "restored": restored, "kept": kept_count, "approved_by": approved_by });
        self.note(&mut tx, ground, (batch, "catalogue.roll-back"), detail).await?;
        tx.commit().await?;
        let count = |n: i64| u64::try_from(n).unwrap_or(0);
        Ok(RolledBack { batch: self.batch, removed: count(removed), restored: count(restored), kept })
    }

    async fn note(&self, tx: &mut Tx, ground: &Ground, of: (&Stored, &str), detail: Value) -> Result<()> {
        let (batch, action) = of;
        let object = format!("import/{}", batch.id);
        let outcome = audit::Outcome::Done;
        let line = audit::Line { actor: self.actor.name(), action, object: &object, outcome, detail };
        audit::privileged(tx, ground.clock.now(), &line).await
    }

    fn unapproved(&self, count: u64) -> kernel::Problem {
        let why = format!("撤回后有 {count} 条将由不开放改为开放，须两人办理");
        kernel::Problem::new(Code::SecondPersonNeeded, self.about()).because(why)
    }

    /// Something refers to a record that was to be taken away.
    fn in_use(&self, error: kernel::db::Error) -> Error {
        if error.kind() != kernel::db::Kind::ForeignKey {
            return error.into();
        }
        let why = "其中有的档案已挂接原文、专题或其他内容";
        kernel::Problem::new(Code::LaterChanges, self.about()).because(why).into()
    }
}

/// The fonds a record belongs to when it says this.
fn fonds_of(known: &[Fonds], record: &Record, said: &Description) -> i64 {
    known.iter().find(|fonds| fonds.key == said.fonds_key).map_or(record.fonds_number, |fonds| fonds.number)
}

/// The next chunk's size, so that writing it takes the time aimed at; it grows by half at most.
fn adapted(size: i64, records: usize, took: Duration) -> i64 {
    let records = u32::try_from(records).unwrap_or(u32::MAX).max(1);
    let each = (took / records).max(Duration::from_micros(1));
    let fit = i64::try_from(AIM.as_nanos() / each.as_nanos().max(1)).unwrap_or(i64::MAX);
    let (least, most) = CHUNKS;
    fit.min(size + size / 2).clamp(least, most)
}

#[cfg(test)]
mod tests;
