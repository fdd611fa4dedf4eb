//! What is asked of an index, and what it answers.

use serde::{Deserialize, Serialize};

/// The most characters of a typed query that are looked at.
pub const MAX_CHARACTERS: usize = 200;
/// The most parts of a query.
pub const MAX_PARTS: usize = 32;
/// The most texts that may stand for a part.
pub const MAX_ALTERNATIVES: usize = 8;
/// The most records on one page.
pub const MAX_LIMIT: usize = 1_000;

/// A question. The default asks for everything, in the archival order of the records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Texts that must all be contained, each in any field; at most [`MAX_PARTS`] count.
    pub parts: Vec<Part>,
    /// Codes whose records are found too, first, whatever the parts say.
    pub codes: Vec<Code>,
    /// Only records dated within these years, both included; undated ones are left out.
    pub years: Option<(i16, i16)>,
    /// Records that are of these years come before equals: all of their years are among them. One that merely reaches
    /// into them, as a fonds of fifty years does into each, is not of them.
    pub prefer: Option<(i16, i16)>,
    /// Records with one of these values come before equals.
    pub raise: Vec<Filter>,
    /// Only records with one of the values of each filter.
    pub filters: Vec<Filter>,
    /// Only records that have each of these codes, or one that begins like it.
    pub under: Vec<Code>,
    /// Only records that contain none of these texts; at most [`MAX_PARTS`] count.
    pub without: Vec<Part>,
    /// The order of the hits.
    pub sort: Sort,
    /// How many hits to leave out at the beginning.
    pub offset: usize,
    /// How many hits to give, at most [`MAX_LIMIT`].
    pub limit: usize,
    /// Facets to count, by their place in the layout.
    pub facets: Vec<usize>,
    /// What to give if nothing matches; [`Hits::relaxed`] says what was done.
    pub relax: Relax,
}

/// How far a question may be relaxed if nothing matches it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Relax {
    /// Not at all.
    #[default]
    No,
    /// One character of one part may be wrong ([`Part::near`]).
    OneCharacter,
    /// Step by step, until something is found.
    Fully,
}

/// A text that a record must contain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Taken literally, in normalised form ([`chinese::normalise`]).
    pub text: String,
    /// A record dated within these years needs not contain the text: `1986` beside a body's name.
    pub or_years: Option<(i16, i16)>,
    /// One character of the text may be wrong: another, missing or too many. Of texts of six letters and more only, and
    /// digits are never wrong.
    pub near: bool,
    /// The one text field that counts, by its place in the layout; any if none is given.
    pub field: Option<usize>,
    /// Texts that stand for it as well, in normalised form, such as another name of a place; at most
    /// [`MAX_ALTERNATIVES`] count, of two parts of a query. A record with the text itself comes first.
    pub also: Vec<String>,
}

impl Part {
    /// A part that must be contained.
    #[must_use]
    pub fn literal(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// A code to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code field, by its place in the layout.
    pub field: usize,
    /// The canonical code or its beginning.
    pub value: String,
    /// Whether codes that only begin like this count as well; of two characters or more.
    pub prefix: bool,
}

/// A choice of values of one facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The facet, by its place in the layout.
    pub facet: usize,
    /// A record with any of these passes; none pass an empty list.
    pub values: Vec<String>,
}

/// The order of hits. Every order ends on the records' sort key and then their key, so that pages never overlap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Best first ([`crate::Ranking`]).
    #[default]
    Relevance,
    /// By first year, undated last.
    YearUp,
    /// By last year, latest first, undated last.
    YearDown,
    /// By the records' sort key.
    Order,
}

/// Why a hit is where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A code is the one asked for.
    ExactCode,
    /// A code begins like the one asked for.
    CodePrefix,
    /// All parts are contained.
    Contained,
    /// Only part of what was asked is contained.
    Near,
}

/// A record found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The key it was put in with.
    pub key: u64,
    /// Why it is where it is.
    pub class: Class,
}

/// What was given up to find anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relaxed {
    /// Quotes, brackets and other signs of the parts were left aside.
    Signs,
    /// One character of one part is wrong.
    OneCharacter,
    /// The parts were taken apart into words and pieces of words.
    Words(GivenUp),
    /// The hits hold not all, but more than any other record, and at least two thirds, of the pairs of letters.
    Similar,
}

/// What was given up of words taken apart; nothing if all of them are contained.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenUp {
    /// Words that are nowhere.
    pub words: Vec<String>,
    /// The years: the hits are of others.
    pub years: bool,
    /// The hits hold most of the words only: some characters of a word are nowhere beside its others, or no record holds
    /// all pieces and the hits hold more of them than any other, and more than half.
    pub partly: bool,
}

/// The counts of one facet's values among all hits, not only those of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCounts {
    /// The facet, by its place in the layout.
    pub facet: usize,
    /// Values and how many hits have them, most frequent first, at most [`MAX_FACET_VALUES`].
    pub values: Vec<(String, u64)>,
}

/// The most values of one facet that are given.
pub const MAX_FACET_VALUES: usize = 50;

/// The answer to a [`Query`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// How many records match, exactly.
    pub total: u64,
    /// Those of the page asked for.
    pub items: Vec<Hit>,
    /// The facets asked for, in the order asked.
    pub facets: Vec<FacetCounts>,
    /// What was given up, if nothing matched otherwise.
    pub relaxed: Option<Relaxed>,
    /// The parts the hits were found with, to show where they stand.
    pub parts: Vec<Part>,
}

impl Query {
    /// What was typed into a search box: normalised and split at white space, every sign literal, at most
    /// [`MAX_CHARACTERS`] characters and [`MAX_PARTS`] parts; best first, twenty hits.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        let end = text.char_indices().nth(MAX_CHARACTERS).map_or(text.len(), |(at, _)| at);
        let parts = chinese::parts(text.get(..end).unwrap_or_default());
        let sort = if parts.is_empty() { Sort::Order } else { Sort::Relevance };
        Self {
            parts: parts.into_iter().take(MAX_PARTS).map(Part::literal).collect(),
            sort,
            limit: 20,
            ..Self::default()
        }
    }
}

/// How much each kind of match is worth. One table of fixed numbers: no statistics of the records go in, so that neither
/// a closed record nor one that is gone can move another by a place.
///
/// A hit's score is the best of `exact_code` and `code_prefix`, or what its parts give: the weight of the best field each
/// part is found in, averaged; of several parts found apart from each other `scattered` per cent of it; plus the bonuses.
/// The bonus for words is looked at last, of the first `cut` hits only.
/// Equal scores are ordered by the record's prior, how early in its text the first part stands, the length of its title,
/// its sort key and its key.
///
/// Of more than `examined` matches, only that many are looked at: the ones that stand first by code, preferred years,
/// prior, length of title and sort key. They come first, the others after them in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ranking {
    /// A code is the one asked for.
    pub exact_code: u16,
    /// A code begins like the one asked for.
    pub code_prefix: u16,
    /// Per cent left of the fields' weight when several parts do not stand together.
    pub scattered: u16,
    /// The title is what was asked for and nothing else.
    pub whole: u16,
    /// A text begins with what was asked for.
    pub start: u16,
    /// All years of the record are among the preferred ones.
    pub years: u16,
    /// The record has a value that is to be raised ([`Query::raise`]).
    pub raised: u16,
    /// Every part stands where words of the dictionary begin and end; of some parts, that share of it.
    pub word: u16,
    /// The most matches whose text is looked at to order them.
    pub examined: usize,
    /// The most hits, the first of those, that are cut into words to order them.
    pub cut: usize,
}

impl Default for Ranking {
    fn default() -> Self {
        Self {
            exact_code: 10_000,
            code_prefix: 5_000,
            scattered: 60,
            whole: 50,
            start: 5,
            years: 20,
            raised: 10,
            word: 15,
            examined: 512,
            cut: 40,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_CHARACTERS, MAX_PARTS, Query};

    #[test]
    fn l17_operators_are_characters() {
        for typed in ["\"a", "AND", "NEAR(", "t:a", "nocol:a", "*", "^a", "a-b", "{t}:a", "(", "+", "a\0b"] {
            let query = Query::typed(typed);
            assert_eq!(query.parts.len(), 1, "{typed}");
            assert_eq!(query.parts[0].text, chinese::normalise(typed), "{typed}");
        }
    }

    #[test]
    fn l21_a_query_of_a_million_characters_is_cut() {
        let query = Query::typed(&"档案".repeat(500_000));
        assert_eq!(query.parts[0].text.chars().count(), MAX_CHARACTERS);
    }

    #[test]
    fn l22_parts_are_capped() {
        let typed: Vec<String> = (0..10_000).map(|i| i.to_string()).collect();
        assert!(Query::typed(&typed.join(" ")).parts.len() <= MAX_PARTS);
    }
}
