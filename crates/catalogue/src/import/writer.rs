//! Writing chunks of rows: each in one transaction, all or nothing, with the batch's progress in it.

use std::collections::HashMap;

use kernel::{Error, Ground, Result, Tx, audit, db};
use serde_json::json;

use super::decided::abide;
use super::draft::{Draft, DraftCode};
use super::hierarchy::{self, Missing};
use super::numbering::{Wanted, number};
use super::opening::{Approval, unapproved};
use super::report::{Counts, Problem, Severity};
use crate::access::{Statuses, in_public_index};
use crate::index::Written;
use crate::store::batch::{self, Identity, Progress};
use crate::store::counter::{Counter, take};
use crate::store::fonds::NewFonds;
use crate::store::history::{self, Cause, Why};
use crate::store::person::Known;
use crate::store::record::Landed;
use crate::store::{change, code, fonds, gone, person, place, record, subject};
use crate::{Description, Element, Fonds, Person, PublicId, Record, ReferenceCode};

/// Rows that are written together.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) sheet: String,
    pub(super) drafts: Vec<Draft>,
    /// Rows refused before the database was asked.
    pub(super) refused: u64,
    /// Rows that repeat one before them word for word.
    pub(super) repeated: u64,
    pub(super) problems: Vec<Problem>,
    /// Lines of the file up to its end, headers included.
    pub(super) done: u64,
    /// Nothing comes after it.
    pub(super) last: bool,
    /// With the last one: rows whose parent is not in the file.
    pub(super) missing: Missing,
}

impl Chunk {
    /// Rows in it.
    pub(super) fn rows(&self) -> u64 {
        u64::try_from(self.drafts.len()).unwrap_or(u64::MAX) + self.refused + self.repeated
    }
}

/// Writes the chunks of one import.
pub(super) struct Writer<'a> {
    pub(super) ground: &'a Ground,
    pub(super) institution: &'a str,
    pub(super) identity: Identity,
    pub(super) actor: &'a str,
    pub(super) progress: Option<Progress>,
    /// How codes are built in the fonds of this import, if the mapping says it.
    pub(super) patterns: &'a [String],
    /// Who else stands behind an import that opens records.
    pub(super) approval: Option<&'a Approval>,
    /// Records that were opened since it began or was taken up.
    pub(super) opened: u64,
    /// Records that were new since then and that everybody may see.
    pub(super) landed_open: u64,
    fonds: HashMap<String, Fonds>,
    /// Whether the connection was readied for many rows.
    ready: bool,
}

/// A new description, or one that has changed with what is known of it.
struct Changed {
    description: Description,
    fonds: i64,
    landed: Option<Landed>,
    persons: Vec<Person>,
}

/// What a chunk comes to.
struct Outcome {
    counts: Counts,
    problems: Vec<Problem>,
    /// The lines of the records that everybody may see through it and could not before.
    opened: Vec<u32>,
    /// New records that everybody may see.
    landed_open: u64,
    fonds: Vec<Fonds>,
    records: Vec<Changed>,
}

impl Outcome {
    /// Counts a record that is new.
    fn land(&mut self, statuses: Statuses) {
        self.counts.landed += 1;
        self.landed_open += u64::from(in_public_index(&statuses));
    }
}

/// What a chunk would come to.
pub(super) struct Rehearsal {
    pub(super) counts: Counts,
    pub(super) problems: Vec<Problem>,
    /// The lines of the records that it would open.
    pub(super) opened: Vec<u32>,
    /// New records that everybody would see.
    pub(super) landed_open: u64,
}

impl<'a> Writer<'a> {
    pub(super) fn new(ground: &'a Ground, institution: &'a str, identity: Identity, actor: &'a str) -> Self {
        Self {
            ground,
            institution,
            identity,
            actor,
            progress: None,
            patterns: &[],
            approval: None,
            opened: 0,
            landed_open: 0,
            fonds: HashMap::new(),
            ready: false,
        }
    }

    /// Takes up an import of the same file and mapping that was stopped; how many rows it has done.
    pub(super) async fn resume(&mut self) -> db::Result<u64> {
        let mut tx = self.ground.db.read().await?;
        self.progress = batch::unfinished(&mut tx, &self.identity).await?;
        Ok(self.progress.as_ref().map_or(0, |progress| progress.counts.read()))
    }

    /// Writes a chunk, again if the database was busy or somebody else took a number first. What was written, if anything
    /// was.
    pub(super) async fn write(&mut self, chunk: &Chunk) -> Result<Option<Written>> {
        const TRIES: usize = 5;
        for _ in 1..TRIES {
            match self.try_write(chunk).await {
                Err(Error::Db(error)) if error.is_busy() || error.is_unique() => {}
                outcome => return outcome,
            }
        }
        self.try_write(chunk).await
    }

    async fn try_write(&mut self, chunk: &Chunk) -> Result<Option<Written>> {
        let now = self.ground.clock.now();
        self.ground.steps.at("import: begin");
        let mut tx = self.ground.db.begin().await?;
        if !std::mem::replace(&mut self.ready, true) {
            batch::ready(&mut tx).await?;
        }
        self.ground.steps.at("import: write");
        let mut progress = match &self.progress {
            Some(progress) => progress.clone(),
            None => batch::begin(&mut tx, self.ground.ids.make(), &self.identity, self.actor, now).await?,
        };
        // Nobody decides about records between the look at them and what is written.
        take(&mut tx, Counter::Change, 0).await?;
        let mut outcome = self.judge(&mut tx, chunk, true).await?;
        self.answer_for(&mut tx, &outcome.opened, (&chunk.sheet, &progress)).await?;
        let records = std::mem::take(&mut outcome.records);
        let written = self.put(&mut tx, records, progress.number).await?;
        progress.counts = sum(progress.counts, outcome.counts);
        if !batch::advance(&mut tx, &progress, &outcome.problems).await? {
            return Err(withdrawn(&self.identity.file_name).into());
        }
        progress.problems += i64::try_from(outcome.problems.len()).unwrap_or(i64::MAX);
        if chunk.last {
            batch::finish(&mut tx, progress.number, now).await?;
            let Counts { landed, updated, unchanged, refused } = progress.counts;
            let landed_open = self.landed_open + outcome.landed_open;
            let detail = json!({ "landed": landed, "updated": updated, "unchanged": unchanged, "refused": refused,
                "landed_open": landed_open });
            self.note(&mut tx, "catalogue.import", &progress, detail).await?;
        }
        self.ground.steps.at("import: commit");
        tx.commit().await?;
        self.ground.steps.at("import: committed");
        self.progress = Some(progress);
        self.opened += u64::try_from(outcome.opened.len()).unwrap_or(u64::MAX);
        self.landed_open += outcome.landed_open;
        self.fonds.extend(outcome.fonds.into_iter().map(|fonds| (fonds.key.clone(), fonds)));
        Ok(written)
    }

    /// Writes down who stands behind the opening of records, in the transaction that opens them; without a second
    /// person it does not go on.
    async fn answer_for(&self, tx: &mut Tx, opened: &[u32], (sheet, progress): (&str, &Progress)) -> Result<()> {
        if opened.is_empty() {
            return Ok(());
        }
        let Some(approval) = self.approval else {
            let lines: Vec<(String, u32)> = opened.iter().map(|line| (sheet.to_owned(), *line)).collect();
            let count = u64::try_from(opened.len()).unwrap_or(u64::MAX);
            return Err(unapproved(&self.identity.file_name, count, &lines).into());
        };
        let detail = json!({ "opened": opened.len(), "approved_by": approval.second() });
        Ok(self.note(tx, "catalogue.open-by-import", progress, detail).await?)
    }

    async fn note(&self, tx: &mut Tx, action: &str, progress: &Progress, detail: serde_json::Value) -> db::Result<()> {
        let object = format!("import/{}", progress.id);
        let line = audit::Line { actor: self.actor, action, object: &object, outcome: audit::Outcome::Done, detail };
        audit::append(tx, self.ground.clock.now(), &line).await
    }

    /// What a chunk would come to, without writing anything.
    pub(super) async fn rehearse(&mut self, chunk: &Chunk) -> db::Result<Rehearsal> {
        let mut tx = self.ground.db.read().await?;
        let Outcome { counts, problems, opened, landed_open, .. } = self.judge(&mut tx, chunk, false).await?;
        Ok(Rehearsal { counts, problems, opened, landed_open })
    }

    async fn judge(&self, tx: &mut Tx, chunk: &Chunk, writing: bool) -> db::Result<Outcome> {
        let fonds = self.fonds_of(tx, chunk, writing).await?;
        let fonds_of = |draft: &Draft| fonds.get(draft.fonds.key()).or_else(|| self.fonds.get(draft.fonds.key()));
        let made = self.made_codes(tx, chunk, &fonds, writing).await?;
        let mut outcome = Outcome {
            counts: Counts { refused: chunk.refused, unchanged: chunk.repeated, ..Counts::default() },
            problems: chunk.problems.clone(),
            opened: Vec::new(),
            landed_open: 0,
            fonds: Vec::new(),
            records: Vec::new(),
        };
        if chunk.last {
            outcome.problems.extend(self.missing_parents(tx, &chunk.missing).await?);
        }
        let mut descriptions = Vec::with_capacity(chunk.drafts.len());
        let mut numbers = Vec::with_capacity(chunk.drafts.len());
        let mut drafts = Vec::with_capacity(chunk.drafts.len());
        for draft in &chunk.drafts {
            let code = match &draft.code {
                DraftCode::Written(code) => Some(code),
                DraftCode::Made { identity, .. } => made.get(&(draft.fonds.key(), identity.as_str())),
            };
            match (code.cloned(), fonds_of(draft)) {
                (Some(code), Some(fonds)) => {
                    numbers.push(fonds.number);
                    drafts.push(draft);
                    descriptions.push(draft.clone().describe(code, fonds));
                }
                // A rehearsal has no fonds and no numbers for what would be new.
                (_, None) if !writing => outcome.land(draft.statuses),
                _ => {
                    outcome.counts.refused += 1;
                    outcome.problems.push(code_taken(chunk, draft));
                }
            }
        }
        drop(made);
        let keys: Vec<&str> = descriptions.iter().map(|one| one.code.key()).collect();
        let landed = record::landed(tx, self.institution, &keys).await?;
        outcome.problems.extend(abide(tx, chunk, (&mut descriptions, &drafts), &landed).await?);
        let above = self.ways_up(tx, &descriptions).await?;
        let known = self.known_persons(tx, &drafts, &descriptions, &landed).await?;
        for ((description, fonds), draft) in descriptions.into_iter().zip(numbers).zip(drafts) {
            if hierarchy::is_circular(&description, &above) {
                outcome.counts.refused += 1;
                outcome.problems.push(hierarchy::cycle(&chunk.sheet, draft.line, Element::Parent.label().to_owned()));
                continue;
            }
            let landed = landed.get(description.code.key()).copied();
            match landed {
                None => outcome.land(description.statuses),
                Some(landed)
                    if landed.digest == description.digest()
                        && self.names_the_same(draft, known.get(&landed.number))? =>
                {
                    outcome.counts.unchanged += 1;
                    continue;
                }
                Some(landed) => {
                    outcome.counts.updated += 1;
                    if !landed.is_public && in_public_index(&description.statuses) {
                        outcome.opened.push(draft.line);
                    }
                }
            }
            outcome.records.push(Changed { description, fonds, landed, persons: draft.persons.clone() });
        }
        outcome.fonds = fonds.into_values().collect();
        Ok(outcome)
    }

    /// The persons of the landed rows of lists of persons.
    async fn known_persons(
        &self,
        tx: &mut Tx,
        drafts: &[&Draft],
        rows: &[Description],
        landed: &HashMap<String, Landed>,
    ) -> db::Result<HashMap<i64, Vec<Known>>> {
        let listed = drafts.iter().zip(rows).filter(|(draft, _)| !draft.persons.is_empty());
        let numbers: Vec<i64> = listed.filter_map(|(_, row)| Some(landed.get(row.code.key())?.number)).collect();
        person::of_records(tx, &numbers).await
    }

    /// Whether a row names the persons that are known.
    fn names_the_same(&self, draft: &Draft, known: Option<&Vec<Known>>) -> db::Result<bool> {
        let named = draft.persons.iter().map(|one| Known::of(&self.ground.secrets, one));
        let named: Vec<Known> = named.collect::<db::Result<_>>()?;
        Ok(named.is_empty() || known.is_some_and(|known| *known == named))
    }

    /// The way up from the parents that rows above items name, as far as it has landed.
    async fn ways_up(&self, tx: &mut Tx, rows: &[Description]) -> db::Result<HashMap<String, String>> {
        let parents =
            rows.iter().filter(|row| hierarchy::names_parent(row)).map(|row| row.parent_key.clone()).collect();
        place::ways_up(tx, self.institution, parents).await
    }

    /// What there is to say about rows whose parent is not in the file: nothing where it has landed.
    async fn missing_parents(&self, tx: &mut Tx, missing: &Missing) -> db::Result<Vec<Problem>> {
        let keys: Vec<&str> = missing.keys().map(String::as_str).collect();
        let landed = record::landed(tx, self.institution, &keys).await?;
        let nowhere = missing.iter().filter(|(key, _)| !landed.contains_key(*key));
        Ok(hierarchy::problems(&nowhere.map(|(key, rows)| (key.clone(), rows.clone())).collect()))
    }

    /// The fonds of a chunk that are not known yet, made if need be.
    async fn fonds_of(&self, tx: &mut Tx, chunk: &Chunk, writing: bool) -> db::Result<HashMap<String, Fonds>> {
        let mut found: HashMap<String, Fonds> = HashMap::new();
        let mut all: Option<Vec<Fonds>> = None;
        for draft in &chunk.drafts {
            let key = draft.fonds.key();
            if self.fonds.contains_key(key) || found.contains_key(key) {
                continue;
            }
            if writing {
                let new = NewFonds {
                    public_id: PublicId::of(&self.ground.secrets, self.institution, key),
                    code: &draft.fonds,
                    title: draft.fonds_title.as_deref(),
                    patterns: self.patterns,
                };
                let made = fonds::ensure(tx, self.institution, &new, self.ground.clock.now()).await?;
                found.insert(key.to_owned(), made);
            } else {
                let all = match &all {
                    Some(all) => all,
                    None => all.insert(fonds::all(tx, self.institution).await?),
                };
                if let Some(known) = all.iter().find(|fonds| fonds.key == key) {
                    found.insert(key.to_owned(), known.clone());
                }
            }
        }
        Ok(found)
    }

    /// The codes of the rows that have none of their own, by fonds and identity.
    async fn made_codes<'c>(
        &self,
        tx: &mut Tx,
        chunk: &'c Chunk,
        fonds: &HashMap<String, Fonds>,
        writing: bool,
    ) -> db::Result<HashMap<(&'c str, &'c str), ReferenceCode>> {
        let mut wanted: HashMap<&str, Vec<Wanted<'_>>> = HashMap::new();
        for draft in &chunk.drafts {
            if let DraftCode::Made { identity, pattern, row } = &draft.code {
                wanted.entry(draft.fonds.key()).or_default().push(Wanted { identity, pattern, row: *row });
            }
        }
        let mut codes = HashMap::new();
        for (key, rows) in wanted {
            let Some(fonds) = fonds.get(key).or_else(|| self.fonds.get(key)) else { continue };
            let mut numbered = number(tx, self.institution, fonds.number, &rows).await?;
            if writing {
                code::give(tx, fonds.number, &numbered.new).await?;
            }
            for row in rows {
                if let Some(code) = numbered.codes.remove(row.identity) {
                    codes.insert((key, row.identity), code);
                }
            }
        }
        Ok(codes)
    }

    async fn put(&self, tx: &mut Tx, records: Vec<Changed>, batch: i64) -> db::Result<Option<Written>> {
        let now = self.ground.clock.now();
        self.keep(tx, &records, batch).await?;
        let ids: Vec<PublicId> = records.iter().map(|one| self.public_id(&one.description)).collect();
        let known = self.known(tx, &records, &ids).await?;
        let new = known.iter().filter(|number| number.is_none()).count();
        let mut next = match i64::try_from(new).unwrap_or(i64::MAX) {
            0 => 0,
            new => take(tx, Counter::Record, new).await?,
        };
        let before: Vec<i64> = known.iter().flatten().copied().collect();
        let mut changed = Vec::with_capacity(records.len());
        let mut back = Vec::new();
        let mut rows = Vec::with_capacity(records.len());
        let mut persons = Vec::new();
        for ((one, public_id), known) in records.into_iter().zip(ids).zip(known) {
            let Changed { description, fonds, landed, persons: named } = one;
            let number = known.unwrap_or(next);
            next += i64::from(known.is_none());
            back.extend(known.filter(|_| landed.is_none()));
            changed.push(number);
            if !named.is_empty() {
                persons.push((number, named));
            }
            rows.push(Record {
                number,
                public_id,
                institution: self.institution.to_owned(),
                fonds_number: fonds,
                holder_key: String::new(),
                description,
            });
        }
        place::seat(tx, self.institution, &mut rows).await?;
        record::put(tx, &rows, Some(batch), now).await?;
        gone::came_back(tx, &back).await?;
        place::settle(tx, &rows).await?;
        subject::follow(tx, self.institution, &rows, &before).await?;
        for (number, named) in persons {
            person::replace(tx, (&self.ground.secrets, &self.ground.random), number, &named).await?;
        }
        let number = |sequence: i64| u64::try_from(sequence).unwrap_or_default();
        let entries = change::log(tx, &mut changed).await?;
        Ok(entries.map(|(first, last)| Written { entries: number(first)..=number(last), records: rows }))
    }

    fn public_id(&self, description: &Description) -> PublicId {
        PublicId::of(&self.ground.secrets, self.institution, description.code.key())
    }

    /// Keeps what the records say that are about to say something else.
    async fn keep(&self, tx: &mut Tx, records: &[Changed], batch: i64) -> db::Result<()> {
        let numbers: Vec<i64> = records.iter().filter_map(|one| Some(one.landed?.number)).collect();
        let before = record::of_numbers(tx, &numbers).await?;
        let why = Why { cause: Cause::Import, number: Some(batch) };
        history::keep(tx, &before, &why, self.actor, self.ground.clock.now()).await
    }

    /// The numbers that records have: those that have landed, and those that were taken away and come back.
    async fn known(&self, tx: &mut Tx, records: &[Changed], ids: &[PublicId]) -> db::Result<Vec<Option<i64>>> {
        let gone = if records.iter().any(|one| one.landed.is_none()) && gone::any(tx).await? {
            gone::numbers(tx, ids).await?
        } else {
            HashMap::new()
        };
        let known = |(one, id): (&Changed, &PublicId)| {
            one.landed.map(|landed| landed.number).or_else(|| gone.get(id.as_str()).copied())
        };
        Ok(records.iter().zip(ids).map(known).collect())
    }
}

/// The batch was rolled back, or another one is, while this import ran.
fn withdrawn(file_name: &str) -> kernel::Problem {
    let why = "有一批导入正在撤回，或这一批已被撤回，导入停在这里；撤回若中断了，请先把那一批撤回做完";
    kernel::Problem::new(kernel::Code::Busy, format!("文件 {file_name}")).because(why)
}

/// The sum of two counts.
pub(super) fn sum(a: Counts, b: Counts) -> Counts {
    Counts {
        landed: a.landed + b.landed,
        updated: a.updated + b.updated,
        unchanged: a.unchanged + b.unchanged,
        refused: a.refused + b.refused,
    }
}

fn code_taken(chunk: &Chunk, draft: &Draft) -> Problem {
    Problem {
        severity: Severity::Error,
        sheet: chunk.sheet.clone(),
        line: draft.line,
        column: Some(Element::ReferenceCode.label().to_owned()),
        code: "code-taken".into(),
        message: "按模板生成的档号已被占用；请在模板里加上 {row} 或别的著录项".to_owned(),
    }
}
