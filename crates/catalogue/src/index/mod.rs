//! The two search indexes: the open one, which holds what everybody may see and nothing else, and the staff's, which
//! holds all. They stand in folders of their own and are read through handles of their own types, so that no public
//! page can reach the staff's.

mod follower;
mod held;
mod shelf;

#[cfg(test)]
mod tests;

pub(crate) use follower::Written;
pub use follower::{Follower, Pace};
pub use held::{Held, counts, newest_change, strangers};
pub use shelf::{Indexes, OpenIndex, StaffIndex};

use std::borrow::Cow;

use search::{CodeField, Document, FacetField, Layout, TextField};

use crate::values::values;
use crate::{Level, Record, category};

/// The searched texts of a record and what a hit in each is worth. They are those that every result shows, so that a
/// reader always sees why a record was found.
///
/// The last two are of the staff's index only: the names of the persons that livelihood records are about, and how they
/// sound.
const TEXTS: [(&str, u16); 5] =
    [("title", 100), ("document_number", 60), ("creator", 40), ("person", 100), ("sound", 40)];

/// Code fields by their place in the layout.
pub(crate) const REFERENCE_CODE: usize = 0;
pub(crate) const DOCUMENT_NUMBER: usize = 1;

/// Facets by their place in the layout.
pub(crate) const FONDS: usize = 0;
pub(crate) const DECADE: usize = 1;
pub(crate) const CREATOR: usize = 2;
pub(crate) const DOCTYPE: usize = 3;
pub(crate) const CATEGORY: usize = 4;
pub(crate) const DIGITISED: usize = 5;
/// What holds a record as readers walk the hierarchy.
pub(crate) const HOLDER: usize = 6;
pub(crate) const RETENTION: usize = 7;
pub(crate) const OPENNESS: usize = 8;
/// 民生档案类别; of the staff's index only, because such rows are never open.
pub(crate) const LIVELIHOOD: usize = 9;
/// The headings of the subject directory a record stands under itself, by their public ids.
pub(crate) const SUBJECT: usize = 10;
/// The most decades of one record: a span of centuries says nothing about any of them.
const MOST_DECADES: usize = 30;
/// The facets' names in answers, by their place.
pub(crate) const FACETS: [&str; 11] = [
    "fonds",
    "decade",
    "creator",
    "doctype",
    "category",
    "digitised",
    "holder",
    "retention",
    "openness",
    "livelihood",
    "subject",
];
/// The value of [`DIGITISED`] for records whose original can be looked at; the others have none.
pub(crate) const IS_DIGITISED: &str = "yes";

/// Texts by their place in the layout.
pub(crate) const TITLE: usize = 0;
pub(crate) const NUMBER: usize = 1;
pub(crate) const BY: usize = 2;
pub(crate) const PERSON: usize = 3;
pub(crate) const SOUND: usize = 4;

/// What a record consists of for the search engine.
pub(crate) fn layout() -> Layout {
    Layout {
        texts: TEXTS.map(|(name, weight)| TextField { name: name.to_owned(), weight }).to_vec(),
        codes: ["reference_code", "document_number"].map(|name| CodeField { name: name.to_owned() }).to_vec(),
        facets: FACETS.map(|name| FacetField { name: name.to_owned() }).to_vec(),
    }
}

/// What the indexes hold of a record beside its description.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Beside<'a> {
    /// Whether it has an original that everybody may see.
    pub(crate) is_digitised: bool,
    /// The names of the persons it is about.
    pub(crate) persons: &'a [String],
    /// The public ids of the headings it stands under.
    pub(crate) headings: &'a [String],
}

/// A record as the search engine takes it.
pub(crate) fn document<'r>(record: &'r Record, beside: Beside<'r>) -> Document<'r> {
    let said = &record.description;
    let (persons, sound) = of_persons(record, beside.persons);
    let texts = [
        Some(Cow::Borrowed(said.title.as_str())),
        said.document_number.as_deref().map(Cow::Borrowed),
        said.creator.as_deref().map(Cow::Borrowed),
        persons.map(Cow::Owned),
        sound.map(Cow::Owned),
    ];
    let mut codes = vec![(REFERENCE_CODE, Cow::Owned(chinese::reference_code::key(said.code.written())))];
    codes.extend(
        said.document_number
            .as_deref()
            .and_then(chinese::document_number::key)
            .map(|key| (DOCUMENT_NUMBER, Cow::Owned(key))),
    );
    let year = |date: Option<crate::PartialDate>| date.and_then(|date| i16::try_from(date.year()).ok());
    let years = year(said.date.begin()).zip(year(said.date.end()));
    let mut facets = vec![(FONDS, Cow::Borrowed(said.fonds_key.as_str()))];
    facets.extend(years.into_iter().flat_map(decades).map(|first| (DECADE, Cow::Owned(first.to_string()))));
    let creators = said.creator.as_deref().map(|cell| values(crate::Element::Creator, cell)).unwrap_or_default();
    facets.extend(creators.into_iter().map(|creator| (CREATOR, Cow::Borrowed(creator))));
    facets.extend(said.document_type.as_deref().map(|kind| (DOCTYPE, Cow::Borrowed(kind))));
    facets.extend(category::of_code(&said.code).map(|category| (CATEGORY, Cow::Borrowed(category))));
    facets.extend(beside.is_digitised.then_some((DIGITISED, Cow::Borrowed(IS_DIGITISED))));
    facets.extend(beside.headings.iter().map(|heading| (SUBJECT, Cow::Borrowed(heading.as_str()))));
    if !record.holder_key.is_empty() {
        facets.push((HOLDER, Cow::Borrowed(record.holder_key.as_str())));
    }
    facets.extend(said.retention.as_deref().map(|retention| (RETENTION, Cow::Borrowed(retention))));
    facets.push((OPENNESS, Cow::Borrowed(said.statuses.openness.name())));
    facets.extend(said.statuses.livelihood.map(|livelihood| (LIVELIHOOD, Cow::Borrowed(livelihood.name()))));
    Document {
        key: u64::try_from(record.number).unwrap_or_default(),
        texts: texts.into_iter().enumerate().filter_map(|(at, text)| Some((at, text?))).collect(),
        codes,
        facets,
        years,
        prior: standing(said.level),
        order: Cow::Owned(said.code.sort_key().into_bytes()),
    }
}

/// The names of the persons a livelihood record is about and how they sound; where no names are kept, how its title
/// does. Whatever is about persons is never in the open index.
fn of_persons(record: &Record, names: &[String]) -> (Option<String>, Option<String>) {
    if record.description.statuses.livelihood.is_none() {
        return (None, None);
    }
    if names.is_empty() {
        return (None, chinese::sound::ways(&record.description.title).into_iter().next());
    }
    let sound: Vec<String> = names.iter().flat_map(|name| chinese::sound::ways(name)).collect();
    (Some(names.join("、")), Some(sound.join("、")))
}

/// The first years of the decades that an interval of years touches, as narrowing by years finds it under each of them.
fn decades((from, to): (i16, i16)) -> impl Iterator<Item = i16> {
    let decade = |year: i16| year - year.rem_euclid(10);
    (decade(from)..=decade(to)).step_by(10).take(MOST_DECADES)
}

/// Higher levels come first among records that match alike.
const fn standing(level: Level) -> u8 {
    match level {
        Level::Institution | Level::Fonds => 0,
        Level::Series => 10,
        Level::Volume => 15,
        Level::Item => 20,
    }
}
