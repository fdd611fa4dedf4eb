//! The desk that answers the questions of staff, over the index of everything: what was typed, persons whose names sound
//! like it, and persons whose names differ by one character.

use std::collections::HashSet;
use std::sync::Arc;

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Error, Ground, Permission, Result, Viewer};
use search::{Filter, Hits, Part, Query, Reader};
use serde_json::json;

use super::desk::numbers;
use super::names::Names;
use super::query::{Narrowing, Search};
use super::understand::{self, Reading};
use super::{Asked, Facet, Understood, answer};
use crate::Record;
use crate::access::{Access, Asking, decide};
use crate::index::{
    self, CATEGORY, CREATOR, DECADE, DIGITISED, DOCTYPE, FONDS, LIVELIHOOD, OPENNESS, PERSON, RETENTION, SOUND,
    SUBJECT, StaffIndex,
};
use crate::store::{person, record, subject};
use crate::subject::Heading;

/// What results are counted by for staff.
const FACETS: [usize; 10] =
    [FONDS, DECADE, CREATOR, DOCTYPE, CATEGORY, SUBJECT, RETENTION, OPENNESS, LIVELIHOOD, DIGITISED];
/// Records whose names are compared with each way of writing one.
const COMPARED: usize = 200;
/// Records that are shown of each likeness of names.
const LIKE_NAMES: usize = 20;

/// How a record is like what was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Likeness {
    /// It holds what was typed.
    AsTyped,
    /// It is about the person with the ID number that was typed.
    IdNumber,
    /// It names somebody whose name sounds alike.
    SameSound,
    /// It names somebody whose name differs by one character.
    OneCharacter,
    /// It comes nearest; nothing holds all that was typed.
    Nearest,
}

impl Likeness {
    /// Its name in machine-readable answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsTyped => "as-typed",
            Self::IdNumber => "id-number",
            Self::SameSound => "same-sound",
            Self::OneCharacter => "one-character",
            Self::Nearest => "nearest",
        }
    }

    /// The words staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::AsTyped => "符合",
            Self::IdNumber => "身份证号相符",
            Self::SameSound => "姓名同音",
            Self::OneCharacter => "姓名差一个字",
            Self::Nearest => "相近",
        }
    }
}

/// A record with the names of the persons it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundRecord {
    /// The record.
    pub record: Record,
    /// The names, in their order.
    pub persons: Vec<String>,
}

/// Records that are like what was asked for in one way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Likes {
    /// In which way.
    pub likeness: Likeness,
    /// How many there are: exactly for what was typed, at least for names that are like it.
    pub total: u64,
    /// Those of the page.
    pub records: Vec<FoundRecord>,
}

/// What was found for staff.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    /// The records by their likeness; none of them twice.
    pub likes: Vec<Likes>,
    /// What was understood in what was typed.
    pub understood: Vec<Understood>,
    /// What was given up to find anything, as a Chinese sentence.
    pub relaxed: Option<String>,
    /// How what holds the words is distributed.
    pub facets: Vec<Facet>,
}

/// The catalogue as staff ask it.
#[derive(Clone, Debug)]
pub struct StaffCatalogue {
    pub(super) ground: Ground,
    pub(super) institution: String,
    index: StaffIndex,
    names: Arc<Names>,
}

impl StaffCatalogue {
    /// The catalogue of an institution (档案馆代码) over the staff's index.
    pub fn new(ground: Ground, institution: impl Into<String>, index: StaffIndex) -> Self {
        Self { ground, institution: institution.into(), index, names: Arc::default() }
    }

    /// How many records there are.
    pub fn size(&self) -> u64 {
        self.index.reader().records()
    }

    /// The records that answer a question. Names are looked for by sound and with one wrong character on the first page
    /// only. That somebody asked is written into the audit log, with a keyed hash of the question instead of its words:
    /// they may name a person.
    ///
    /// # Errors
    /// [`kernel::Code::Forbidden`] for who may not search; if the database or the index fails.
    pub async fn find(&self, actor: &Actor, asked: &Asked) -> Result<Found> {
        actor.must(Permission::SearchRecords)?;
        let viewer = Viewer::Staff(actor.roles().to_vec());
        let mut found = self.look(asked).await?;
        let now = self.ground.clock.now();
        for likes in &mut found.likes {
            let asking = Asking { viewer: &viewer, subjects: &[], grant: None, now };
            likes.records.retain(|one| decide(&one.record.description.statuses, &asking) > Access::Hidden);
        }
        self.write_down(actor, asked, &found).await?;
        Ok(found)
    }

    async fn write_down(&self, actor: &Actor, asked: &Asked, found: &Found) -> Result<()> {
        let hash = self.ground.secrets.lookup("find", &chinese::normalise(&asked.text))?;
        let counts: Vec<_> = found.likes.iter().map(|likes| json!([likes.likeness.label(), likes.total])).collect();
        let (action, object) = ("catalogue.find", format!("question/{hash}"));
        let detail = json!({"found": counts, "page": asked.page});
        let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Done, detail };
        audit::alone(&self.ground, &line).await
    }

    /// What stands under the heading that is asked for, or below it.
    async fn under(&self, asked: &Asked) -> Result<Option<Filter>> {
        let Some(id) = &asked.filters.subject else { return Ok(None) };
        let tree = subject::tree(&mut self.ground.db.read().await?, &self.institution).await?;
        let is_below = |one: &&Heading| tree.up(one).iter().any(|above| above.public_id == *id);
        let values = tree.headings().iter().filter(is_below).map(|one| one.public_id.as_str().to_owned()).collect();
        Ok(Some(Filter { facet: SUBJECT, values }))
    }

    /// The facets with the codes and names of headings in place of their ids.
    async fn with_headings(&self, mut facets: Vec<Facet>) -> Result<Vec<Facet>> {
        for facet in facets.iter_mut().filter(|facet| facet.name == index::FACETS[SUBJECT] && !facet.values.is_empty())
        {
            let tree = subject::tree(&mut self.ground.db.read().await?, &self.institution).await?;
            facet.values.retain_mut(|one| {
                let heading = tree.headings().iter().find(|heading| heading.public_id.as_str() == one.value);
                if let Some(heading) = heading {
                    one.value.clone_from(&heading.code);
                    one.label.clone_from(&heading.name);
                }
                heading.is_some()
            });
        }
        Ok(facets)
    }

    async fn look(&self, asked: &Asked) -> Result<Found> {
        let reading = understand::read_all(asked);
        if reading.is_personal {
            return self.of_id_numbers(asked, reading).await;
        }
        let narrowing = Narrowing::new(asked, self.under(asked).await?);
        let reader = self.index.reader();
        let search = Search { reader: &reader, reading: &reading, asked, narrowing: &narrowing, facets: &FACETS };
        let (hits, literal) = search.run()?;
        let register = self.names.register(&self.ground.db, &self.institution, &reader).await?;
        let mut found = Found {
            relaxed: answer::relaxation(asked, &reading, &hits, literal),
            facets: self.with_headings(answer::facets(&hits, &register)).await?,
            ..Found::default()
        };
        let (total, records) = (hits.total, self.load(&hits).await?);
        let mut shown: HashSet<i64> = records.iter().map(|record| record.number).collect();
        if literal && total > 0 {
            found.likes.push(self.likes(Likeness::AsTyped, total, records.clone()).await?);
        }
        if asked.page <= 1 && reading.codes.is_empty() {
            for likeness in [Likeness::SameSound, Likeness::OneCharacter] {
                let like = self.names_like(likeness, &search, &mut shown).await?;
                found.likes.extend(like);
            }
        }
        if !literal && total > 0 {
            found.likes.push(self.likes(Likeness::Nearest, total, records).await?);
        }
        found.understood = reading.understood;
        Ok(found)
    }

    async fn of_id_numbers(&self, asked: &Asked, reading: Reading) -> Result<Found> {
        let mut found = Found { understood: reading.understood, ..Found::default() };
        let mut tx = self.ground.db.read().await?;
        let mut numbers = Vec::new();
        for found in chinese::personal::id_numbers(&asked.text) {
            let lookups = self.ground.secrets.lookups(person::ID_NUMBER, &found.number);
            numbers.extend(person::of_id_number(&mut tx, &self.institution, &lookups).await?);
        }
        if !numbers.is_empty() {
            let total = u64::try_from(numbers.len()).unwrap_or(u64::MAX);
            let (page, size) = super::query::page(asked);
            let numbers: Vec<i64> = numbers.into_iter().skip(page.saturating_mul(size)).take(size).collect();
            let records = record::of_numbers(&mut tx, &numbers).await?;
            found.likes.push(self.likes(Likeness::IdNumber, total, records).await?);
        }
        Ok(found)
    }

    async fn likes(&self, likeness: Likeness, total: u64, records: Vec<Record>) -> Result<Likes> {
        let numbers: Vec<i64> = records.iter().map(|record| record.number).collect();
        let mut names = person::names(&mut self.ground.db.read().await?, &numbers).await?;
        let with_names =
            |record: Record| FoundRecord { persons: names.remove(&record.number).unwrap_or_default(), record };
        Ok(Likes { likeness, total, records: records.into_iter().map(with_names).collect() })
    }

    /// The records that name somebody whose name is like one that was typed, and were not shown before.
    async fn names_like(
        &self,
        likeness: Likeness,
        search: &Search<'_>,
        shown: &mut HashSet<i64>,
    ) -> Result<Option<Likes>> {
        let parts = &search.reading.apart;
        let mut records = Vec::new();
        for (place, name) in parts.iter().enumerate().filter(|(_, part)| chinese::livelihood::is_name(&part.text)) {
            let ways = match likeness {
                Likeness::SameSound => by_sound(&name.text),
                _ => by_pieces(&name.text),
            };
            let others = parts.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, part)| part);
            let queries = ways.into_iter().map(|way| others.clone().cloned().chain(way).collect::<Vec<Part>>());
            let found = self.found(search, queries.collect()).await?;
            let likes = self.likes(likeness, 0, found).await?.records.into_iter();
            let is_like = |one: &FoundRecord| {
                likeness == Likeness::SameSound || one.persons.iter().any(|other| differ_by_one(&name.text, other))
            };
            records.extend(likes.filter(is_like).filter(|one| shown.insert(one.record.number)));
        }
        let total = u64::try_from(records.len()).unwrap_or(u64::MAX);
        records.truncate(LIKE_NAMES);
        Ok((total > 0).then_some(Likes { likeness, total, records }))
    }

    /// The records of the hits, in their order.
    async fn load(&self, hits: &Hits) -> Result<Vec<Record>> {
        Ok(record::of_numbers(&mut self.ground.db.glance().await?, &numbers(hits)).await?)
    }

    async fn found(&self, search: &Search<'_>, ways: Vec<Vec<Part>>) -> Result<Vec<Record>> {
        let reader: &Reader = search.reader;
        let mut records: Vec<Record> = Vec::new();
        for parts in ways {
            let query = Query { offset: 0, limit: COMPARED, facets: Vec::new(), ..search.literal(&parts) };
            let hits = reader.search(&query).map_err(Error::internal)?;
            records.extend(self.load(&hits).await?);
        }
        let mut known = HashSet::new();
        records.retain(|record| known.insert(record.number));
        Ok(records)
    }
}

/// The ways in which a name may sound.
fn by_sound(name: &str) -> Vec<Vec<Part>> {
    let mut ways = chinese::sound::ways(name).into_iter();
    let Some(text) = ways.next() else { return Vec::new() };
    vec![vec![Part { field: Some(SOUND), also: ways.collect(), ..Part::literal(text) }]]
}

/// The pieces of a name of three characters or more of which one may be wrong.
fn by_pieces(name: &str) -> Vec<Vec<Part>> {
    let characters: Vec<char> = name.chars().collect();
    if characters.len() < 3 {
        return Vec::new();
    }
    let of_person = |text: String| Part { field: Some(PERSON), ..Part::literal(text) };
    let without = |wrong: usize| {
        let (before, after) = characters.split_at(wrong);
        let pieces = [before.iter().collect::<String>(), after.iter().skip(1).collect()];
        pieces.into_iter().filter(|piece| !piece.is_empty()).map(of_person).collect()
    };
    (0..characters.len()).map(without).collect()
}

/// Whether one name is the other but for one character: another, missing or too many.
fn differ_by_one(one: &str, other: &str) -> bool {
    let letters = |name: &str| chinese::normalise(name).chars().collect::<Vec<char>>();
    let (one, other) = (letters(one), letters(other));
    if one == other || one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let rest = |name: &[char], skip: usize| name.get(same + skip..).unwrap_or_default().to_vec();
    match one.len().cmp(&other.len()) {
        std::cmp::Ordering::Equal => rest(&one, 1) == rest(&other, 1),
        std::cmp::Ordering::Less => rest(&one, 0) == rest(&other, 1),
        std::cmp::Ordering::Greater => rest(&one, 1) == rest(&other, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::differ_by_one;

    #[test]
    fn names_differ_by_one_character() {
        for (one, other) in
            [("王小明", "王小朋"), ("王小明", "李小明"), ("王小明", "王明"), ("王明", "王小明"), ("張伟", "张玮")]
        {
            assert!(differ_by_one(one, other), "{one} {other}");
        }
        for (one, other) in [("王小明", "王小明"), ("王小明", "王大朋"), ("王小明", "小明王"), ("王", "王小明")]
        {
            assert!(!differ_by_one(one, other), "{one} {other}");
        }
    }
}
