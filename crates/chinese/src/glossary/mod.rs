//! The profession's words (行话) in an article, with plain words for them.
//!
//! An entry is a term, the plain word that may stand in its place, and one sentence that explains it. The words are those
//! of DA/T 1-2000 and of the rules of filing (DA/T 22-2015) and description (DA/T 18-2022); plain words and explanations
//! are our own. A list is text (CSV), so that an institution can edit its own.

use std::collections::HashSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::{Deserialize, Serialize};

/// The most characters of an explanation: what fits a note on a phone.
pub const MAX_EXPLANATION: usize = 60;

/// A list as the house has it: `term,plain,explanation,except`, the last parted by `、`.
const BUILT_IN: &str = include_str!("entries.csv");

/// A term of the profession.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The term: 全宗.
    pub term: String,
    /// What may stand in its place; none if only an explanation helps.
    #[serde(default)]
    pub plain: Option<String>,
    /// What it is, in one sentence of at most [`MAX_EXPLANATION`] characters.
    pub explanation: String,
    /// Words that contain the term and are not it: 亲子鉴定 for 鉴定.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
}

/// Why a list cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A line is no entry.
    #[error("术语表第 {0} 行读不出来：每行应为“术语,白话,解释,除外”四栏，请改好后重新保存")]
    Line(usize),
    /// A term has fewer than two characters: it would be found everywhere.
    #[error("术语“{0}”太短，至少要两个字")]
    TooShort(String),
    /// A term without explanation.
    #[error("术语“{0}”没有解释，请补上一句话")]
    Unexplained(String),
    /// An explanation that is too long.
    #[error("术语“{0}”的解释超过 60 个字，请改短")]
    TooLong(String),
    /// A term that stands twice.
    #[error("术语“{0}”重复，请只留一条")]
    Twice(String),
    /// The list is too large to be searched for.
    #[error("术语表太大，请删去一些条目")]
    TooMany,
}

/// A term found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'g> {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What was found.
    pub entry: &'g Entry,
}

/// A list of terms, ready to be looked for. Costly to make; make it once and share it.
#[derive(Clone, Debug)]
pub struct Glossary {
    entries: Vec<Entry>,
    patterns: AhoCorasick,
    /// For each pattern the place of its entry; none for an exception.
    of_pattern: Vec<Option<usize>>,
}

impl Glossary {
    /// The list that comes with the program.
    ///
    /// # Errors
    /// None that a test would not have found.
    pub fn built_in() -> Result<Self, Refused> {
        Self::parse(BUILT_IN)
    }

    /// A list in the form of the built-in one, its header first.
    ///
    /// # Errors
    /// [`Refused`], with the line or the term.
    pub fn parse(csv: &str) -> Result<Self, Refused> {
        let mut rows = csv::Reader::from_reader(csv.as_bytes());
        let mut entries = Vec::new();
        for (row, number) in rows.records().zip(2..) {
            let row = row.map_err(|_| Refused::Line(number))?;
            let [term, plain, explanation, except] =
                [0, 1, 2, 3].map(|column| row.get(column).unwrap_or_default().trim());
            entries.push(Entry {
                term: term.to_owned(),
                plain: Some(plain.to_owned()).filter(|plain| !plain.is_empty()),
                explanation: explanation.to_owned(),
                except: except.split('、').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
            });
        }
        Self::new(entries)
    }

    /// A list of entries.
    ///
    /// # Errors
    /// [`Refused`], with the term.
    pub fn new(entries: Vec<Entry>) -> Result<Self, Refused> {
        let mut known = HashSet::new();
        for Entry { term, explanation, .. } in &entries {
            let refuse: Option<fn(String) -> Refused> = if term.chars().count() < 2 {
                Some(Refused::TooShort)
            } else if explanation.is_empty() {
                Some(Refused::Unexplained)
            } else if explanation.chars().count() > MAX_EXPLANATION {
                Some(Refused::TooLong)
            } else if known.insert(term.as_str()) {
                None
            } else {
                Some(Refused::Twice)
            };
            if let Some(refuse) = refuse {
                return Err(refuse(term.clone()));
            }
        }
        let terms = entries.iter().enumerate().map(|(at, entry)| (entry.term.as_str(), Some(at)));
        let except = entries.iter().flat_map(|entry| &entry.except).map(|word| (word.as_str(), None));
        let (words, of_pattern): (Vec<&str>, Vec<Option<usize>>) = terms.chain(except).unzip();
        let patterns = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&words)
            .map_err(|_| Refused::TooMany)?;
        Ok(Self { entries, patterns, of_pattern })
    }

    /// The entries, in the order of the list.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Every place where a term stands, the longest term first: 缩微胶片 is no 缩微. Explained or not.
    pub fn occurrences<'g>(&'g self, text: &str) -> impl Iterator<Item = Found<'g>> {
        let found: Vec<_> = self.patterns.find_iter(text).map(|found| (found.range(), found.pattern())).collect();
        found.into_iter().filter_map(|(span, pattern)| {
            let entry = self.entries.get((*self.of_pattern.get(pattern.as_usize())?)?)?;
            Some(Found { span, entry })
        })
    }

    /// The terms that a reader is left alone with: each at the first place it stands, without those that the text itself
    /// explains somewhere, in brackets right after the term: 全宗（一个单位的全部档案）.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Found<'_>> {
        let all: Vec<Found<'_>> = self.occurrences(text).collect();
        let explained: HashSet<&str> = all
            .iter()
            .filter(|found| is_explained(text, found.span.end))
            .map(|found| found.entry.term.as_str())
            .collect();
        let mut seen = explained;
        all.into_iter().filter(|found| seen.insert(found.entry.term.as_str())).collect()
    }
}

/// Whether a bracket with two characters in it or more opens at `end`, a closing quotation mark before it allowed.
pub(crate) fn is_explained(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default().trim_start_matches(['”', '’', '"', '」']);
    let inside = rest.strip_prefix(['（', '(']).unwrap_or_default().chars().take(2);
    inside.filter(|c| !matches!(c, '）' | ')' | '\n')).count() == 2
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::{Entry, Glossary, MAX_EXPLANATION, Refused};

    static BUILT_IN: LazyLock<Glossary> = LazyLock::new(|| Glossary::built_in().unwrap());

    fn found(text: &str) -> Vec<&str> {
        BUILT_IN.find(text).into_iter().map(|found| text.get(found.span).unwrap()).collect()
    }

    #[test]
    fn the_built_in_list_is_whole() {
        let glossary = Glossary::built_in().unwrap();
        assert!(glossary.entries().len() >= 120, "{}", glossary.entries().len());
        for entry in glossary.entries() {
            assert!(entry.explanation.ends_with('。'), "{entry:?}");
            assert!(!entry.plain.as_deref().is_some_and(|plain| plain.contains(&entry.term)), "{entry:?}");
            assert!(entry.except.iter().all(|word| word.contains(&entry.term)), "{entry:?}");
            assert_eq!(found(&entry.term), [entry.term.as_str()]);
        }
    }

    #[test]
    fn the_longest_term_is_found_once_where_it_stands_first() {
        assert_eq!(found("缩微胶片在这里。缩微胶片和缩微品"), ["缩微胶片", "缩微品"]);
        assert_eq!(found("她的亲子鉴定和文物鉴定都做过"), Vec::<&str>::new());
        assert_eq!(found("鉴定小组做亲子鉴定"), ["鉴定"]);
        assert_eq!(found("没有行话"), Vec::<&str>::new());
    }

    #[test]
    fn what_the_text_explains_is_left_out() {
        assert_eq!(found("全宗（一个单位的全部档案）很大，这个全宗"), Vec::<&str>::new());
        assert_eq!(found("“全宗”(一个单位的全部档案)"), Vec::<&str>::new());
        assert_eq!(
            found("这个全宗很大，全宗（一个单位的全部档案）"),
            Vec::<&str>::new(),
            "explained later is explained"
        );
        assert_eq!(found("全宗（）"), ["全宗"]);
    }

    #[test]
    fn a_list_is_refused_with_the_line_or_term() {
        let parse = |rows: &str| Glossary::parse(&format!("term,plain,explanation,except\n{rows}")).unwrap_err();
        assert_eq!(parse("全宗,甲"), Refused::Line(2));
        assert_eq!(parse("宗,,甲。,"), Refused::TooShort("宗".into()));
        assert_eq!(parse("全宗,,,"), Refused::Unexplained("全宗".into()));
        assert_eq!(parse(&format!("全宗,,{},", "长".repeat(MAX_EXPLANATION + 1))), Refused::TooLong("全宗".into()));
        assert_eq!(parse("全宗,,甲。,\n全宗,,乙。,"), Refused::Twice("全宗".into()));
        let own = Glossary::parse("term,plain,explanation,except\n查档单,,查档时填的单子。,\n").unwrap();
        assert_eq!(own.entries()[0].plain, None);
        assert!(Glossary::new(Vec::new()).unwrap().find("全宗").is_empty());
    }

    proptest! {
        #[test]
        fn spans_hold_the_term(text in "\\PC{0,40}|[全宗案卷著录鉴定（）档案 ，。]{0,60}") {
            let mut end = 0;
            for found in BUILT_IN.occurrences(&text) {
                let Entry { term, .. } = found.entry;
                prop_assert_eq!(text.get(found.span.clone()), Some(term.as_str()));
                prop_assert!(found.span.start >= end);
                end = found.span.end;
            }
        }
    }
}
