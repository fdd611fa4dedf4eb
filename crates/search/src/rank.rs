//! The order of the hits: one number per record within a segment, a full comparison between segments.

use std::cmp::Ordering;

use tantivy::DocId;

use crate::grams::FIELD_END;
use crate::query::{Class, Hit, Query, Ranking, Sort};
use crate::segment::{Matches, Segment, Sought};

/// A hit with all it is compared by.
pub(crate) struct Ranked<'s> {
    /// Score, prior and position, or years; lower is better.
    upper: u32,
    length: u8,
    order: &'s [u8],
    hit: Hit,
}

impl Ranked<'_> {
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        (self.upper, self.length, self.order, self.hit.key).cmp(&(
            other.upper,
            other.length,
            other.order,
            other.hit.key,
        ))
    }

    pub(crate) const fn hit(&self) -> Hit {
        self.hit
    }
}

/// What ranking one search needs.
pub(crate) struct Ranker<'q> {
    pub(crate) query: &'q Query,
    pub(crate) sought: &'q [Sought<'q>],
    pub(crate) ranking: &'q Ranking,
    pub(crate) weights: &'q [u16],
    /// Whether texts are looked at; false above the limit of [`Ranking::examined`].
    pub(crate) examine: bool,
    /// What records found by their text are.
    pub(crate) class: Class,
}

impl Ranker<'_> {
    /// The best `count` of the matches of one segment, in no order.
    pub(crate) fn best<'s>(&self, segment: &'s Segment, matches: &Matches, count: usize) -> Vec<Ranked<'s>> {
        let mut best: Vec<(u64, DocId)> = Vec::with_capacity(matches.docs.len().min(count.saturating_mul(2)));
        let mut worst = u64::MAX;
        let mut codes = matches.by_code.iter().peekable();
        for &doc in &matches.docs {
            let code = codes.next_if(|(found, _)| *found == doc).map(|(_, class)| *class);
            let rank = self.rank(segment, doc, code);
            if rank >= worst {
                continue;
            }
            best.push((rank, doc));
            if best.len() >= count.saturating_mul(2).max(64) {
                if let Some(at) = count.checked_sub(1) {
                    best.select_nth_unstable(at);
                    worst = best.get(at).map_or(u64::MAX, |(rank, _)| *rank);
                }
                best.truncate(count);
            }
        }
        if best.len() > count {
            if let Some(at) = count.checked_sub(1) {
                best.select_nth_unstable(at);
            }
            best.truncate(count);
        }
        best.into_iter().map(|(rank, doc)| self.ranked(segment, matches, rank, doc)).collect()
    }

    fn ranked<'s>(&self, segment: &'s Segment, matches: &Matches, rank: u64, doc: DocId) -> Ranked<'s> {
        let class = matches.by_code.binary_search_by_key(&doc, |(doc, _)| *doc).ok();
        let class = class.and_then(|at| matches.by_code.get(at)).map_or(self.class, |(_, class)| *class);
        Ranked {
            upper: u32::try_from(rank >> 32).unwrap_or(u32::MAX),
            length: if self.query.sort == Sort::Relevance { segment.columns.weight(doc).1 } else { 0 },
            order: segment.columns.order(doc),
            hit: Hit { key: segment.columns.key(doc), class },
        }
    }

    /// One number that orders the records of a segment; its upper half means the same in all segments.
    fn rank(&self, segment: &Segment, doc: DocId, code: Option<Class>) -> u64 {
        let columns = &segment.columns;
        let (upper, lower) = match self.query.sort {
            Sort::Relevance => {
                let (score, position) = self.score(segment, doc, code);
                let prior = columns.weight(doc).0;
                let upper = (u32::from(u16::MAX - score) << 16) | (u32::from(prior) << 8) | u32::from(position);
                (upper, columns.standing(doc))
            }
            Sort::YearUp => (unsigned(columns.years(doc).0), columns.place(doc)),
            Sort::YearDown => {
                let (from, to) = columns.years(doc);
                let undated = from > to;
                (if undated { u32::from(u16::MAX) } else { u32::from(u16::MAX) - 1 - unsigned(to) }, columns.place(doc))
            }
            Sort::Order => (0, columns.place(doc)),
        };
        (u64::from(upper) << 32) | u64::from(lower)
    }

    fn score(&self, segment: &Segment, doc: DocId, code: Option<Class>) -> (u16, u8) {
        let code = match code {
            Some(Class::ExactCode) => self.ranking.exact_code,
            Some(_) => self.ranking.code_prefix,
            None => 0,
        };
        let preferred = self.query.prefer.is_some_and(|years| segment.columns.within(doc, years));
        let years = if preferred { self.ranking.years } else { 0 };
        if !self.examine || self.sought.is_empty() {
            return (code.saturating_add(years), 0);
        }
        let (text, position) = self.examine(segment.columns.text(doc));
        (code.max(text).saturating_add(years), position)
    }

    /// What the parts give in one text, and where in its field the first of them stands (at most 255).
    fn examine(&self, text: &[u8]) -> (u16, u8) {
        let mut sum: u32 = 0;
        let mut first: Option<(usize, usize)> = None;
        let mut end = None;
        let mut together = true;
        for part in self.sought {
            let Some(at) = part.finder.find(text) else { continue };
            sum += self.weight(text, at);
            // One space may stand between parts that were typed apart.
            together = together && end.is_none_or(|end| at == end || (at == end + 1 && text.get(end) == Some(&b' ')));
            end = Some(at + part.part.text.len());
            first = first.or(Some((at, part.part.text.len())));
        }
        let parts = u32::try_from(self.sought.len()).unwrap_or(1).max(1);
        let mut score = sum / parts;
        if parts > 1 && !together {
            score = score * u32::from(self.ranking.scattered) / 100;
        }
        let Some((at, _)) = first else { return (0, u8::MAX) };
        let before = text.get(..at).unwrap_or_default();
        let start = before.iter().rposition(|b| *b == FIELD_BYTE).map_or(0, |end| end + 1);
        if at == start {
            score += u32::from(self.ranking.start);
        }
        if at == 0 && together && end.is_some_and(|end| end == text.len() || text.get(end) == Some(&FIELD_BYTE)) {
            score += u32::from(self.ranking.whole);
        }
        (u16::try_from(score).unwrap_or(u16::MAX), u8::try_from((at - start) / 3).unwrap_or(u8::MAX))
    }

    fn weight(&self, text: &[u8], at: usize) -> u32 {
        let field = memchr::memchr_iter(FIELD_BYTE, text.get(..at).unwrap_or_default()).count();
        self.weights.get(field).copied().map_or(0, u32::from)
    }
}

/// [`FIELD_END`] as it stands in the text.
const FIELD_BYTE: u8 = 1;
const _: () = assert!(FIELD_END == '\u{1}', "one byte of that value");

/// A year moved to where all are positive; the first year of an undated record lands last.
fn unsigned(year: i16) -> u32 {
    u32::try_from(i32::from(year) - i32::from(i16::MIN)).unwrap_or_default()
}
