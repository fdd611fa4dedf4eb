//! The order of the hits: one number per record within a segment, a full comparison between segments.

use std::cmp::Ordering;
use std::ops::Range;

use chinese::words::Words;
use tantivy::DocId;

use crate::columns::Columns;
use crate::grams::FIELD_BYTE;
use crate::query::{Class, Hit, MAX_LIMIT, Query, Ranking, Sort};
use crate::segment::{BATCH, Known, Matches, Segment, Sought};

/// A hit with all it is compared by.
pub(crate) struct Ranked<'s> {
    /// Score, prior and position, or years; lower is better.
    upper: u32,
    length: u8,
    order: &'s [u8],
    text: &'s [u8],
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

    /// Adds to the score.
    fn raise(&mut self, more: u16) {
        let (missing, rest) = (self.upper >> 16, self.upper & 0xffff);
        self.upper = (missing.saturating_sub(u32::from(more)) << 16) | rest;
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
    pub(crate) words: &'q Words,
    /// What records found by their text are.
    pub(crate) class: Class,
}

impl Ranker<'_> {
    /// The hits of the page asked for.
    ///
    /// Of every segment, those that lead by what is known without their text are examined and ordered by what it says, the
    /// first of them once more by its words; after them come the others, if the page reaches that far.
    pub(crate) fn page(&self, found: &[(&Segment, Matches)]) -> Vec<Hit> {
        let limit = self.query.limit.min(MAX_LIMIT);
        let end = self.query.offset.saturating_add(limit);
        if limit == 0 {
            return Vec::new();
        }
        let quota = if self.query.sort == Sort::Relevance { self.ranking.examined / found.len().max(1) } else { 0 };
        let mut examined = Vec::new();
        let mut others = Vec::new();
        for (segment, matches) in found {
            let head = if quota == 0 { 0 } else { quota + matches.by_code.len() };
            let mut leading = self.leading(segment, matches, head.saturating_add(end));
            let rest = leading.split_off(head.min(leading.len()));
            let mut upper = self.examined(segment, matches, &leading);
            let needed = end.max(self.ranking.cut);
            if upper.len() > needed {
                cut(&mut upper, needed);
            }
            examined.extend(upper.into_iter().map(|(rank, doc)| self.ranked(segment, matches, high(rank), doc)));
            others.extend(rest.into_iter().map(|(_, doc)| {
                let upper = self.upper(&segment.columns, doc, matches.known(doc), (0, 0));
                self.ranked(segment, matches, upper, doc)
            }));
        }
        examined.sort_unstable_by(Ranked::compare);
        self.order_by_words(&mut examined);
        if examined.len() < end {
            others.sort_unstable_by(Ranked::compare);
            examined.append(&mut others);
        }
        examined.iter().skip(self.query.offset).take(limit).map(Ranked::hit).collect()
    }

    /// Raises those of the first hits whose parts stand as words.
    fn order_by_words(&self, examined: &mut [Ranked<'_>]) {
        if self.query.sort != Sort::Relevance || self.ranking.word == 0 || examined.len() < 2 {
            return;
        }
        let first = examined.len().min(self.ranking.cut);
        let Some(first) = examined.get_mut(..first) else { return };
        for ranked in &mut *first {
            ranked.raise(self.word(ranked.text));
        }
        first.sort_unstable_by(Ranked::compare);
    }

    /// What it gives that parts stand as words of a text.
    fn word(&self, text: &[u8]) -> u16 {
        let text = std::str::from_utf8(text).unwrap_or_default();
        let stands =
            |part: &&Sought<'_>| part.find(text.as_bytes()).is_some_and(|place| self.words.stands(text, place));
        let standing = self.sought.iter().filter(stands).count();
        let share = usize::from(self.ranking.word) * standing / self.sought.len().max(1);
        u16::try_from(share).unwrap_or(u16::MAX)
    }

    /// The leaders of a segment with the numbers that order them once their texts were looked at.
    fn examined(&self, segment: &Segment, matches: &Matches, leading: &[(u64, DocId)]) -> Vec<(u64, DocId)> {
        let columns = &segment.columns;
        let mut ranks = Vec::with_capacity(leading.len());
        for batch in leading.chunks(BATCH) {
            columns.fetch(batch.iter().map(|(_, doc)| *doc));
            ranks.extend(batch.iter().map(|&(_, doc)| {
                let upper = self.upper(columns, doc, matches.known(doc), self.examine(columns.text(doc)));
                ((u64::from(upper) << 32) | u64::from(columns.standing(doc)), doc)
            }));
        }
        ranks
    }

    /// The first `count` matches of a segment by what is known without their text.
    fn leading(&self, segment: &Segment, matches: &Matches, count: usize) -> Vec<(u64, DocId)> {
        let room = count.saturating_mul(2).max(64);
        let mut best: Vec<(u64, DocId)> = Vec::with_capacity(matches.docs.len().min(room));
        let mut worst = u64::MAX;
        let mut codes = matches.by_code.iter().peekable();
        for &doc in &matches.docs {
            let code = codes.next_if(|(found, _)| *found == doc).map(|(_, class)| *class);
            let known = Known { code, raised: matches.is_raised(doc) };
            let rank = self.standing(&segment.columns, doc, known);
            if rank >= worst {
                continue;
            }
            best.push((rank, doc));
            if best.len() >= room {
                worst = cut(&mut best, count);
            }
        }
        if best.len() > count {
            cut(&mut best, count);
        }
        best.sort_unstable();
        best
    }

    /// One number that orders the records of a segment by what is known without their text.
    fn standing(&self, columns: &Columns, doc: DocId, known: Known) -> u64 {
        let (upper, lower) = match self.query.sort {
            Sort::Relevance => (u32::from(u16::MAX - self.known(columns, doc, known)), columns.standing(doc)),
            Sort::YearUp | Sort::YearDown => (self.years(columns, doc), columns.place(doc)),
            Sort::Order => (0, columns.place(doc)),
        };
        (u64::from(upper) << 32) | u64::from(lower)
    }

    /// The number that orders records of all segments: score, prior and position, or years; lower is better.
    fn upper(&self, columns: &Columns, doc: DocId, known: Known, (text, position): (u16, u8)) -> u32 {
        match self.query.sort {
            Sort::Relevance => {
                let worth = self.known(columns, doc, known);
                let score = if known.code.is_some() { worth } else { worth.saturating_add(text) };
                let prior = columns.weight(doc).0;
                (u32::from(u16::MAX - score) << 16) | (u32::from(prior) << 8) | u32::from(position)
            }
            Sort::YearUp | Sort::YearDown => self.years(columns, doc),
            Sort::Order => 0,
        }
    }

    fn ranked<'s>(&self, segment: &'s Segment, matches: &Matches, upper: u32, doc: DocId) -> Ranked<'s> {
        let columns = &segment.columns;
        let length = if self.query.sort == Sort::Relevance { columns.weight(doc).1 } else { 0 };
        let hit = Hit { key: columns.key(doc), class: matches.code(doc).unwrap_or(self.class) };
        Ranked { upper, length, order: columns.order(doc), text: columns.text(doc), hit }
    }

    /// What a record is worth by its codes, its years and what it has of what was understood.
    fn known(&self, columns: &Columns, doc: DocId, known: Known) -> u16 {
        let code = match known.code {
            Some(Class::ExactCode) => self.ranking.exact_code,
            Some(_) => self.ranking.code_prefix,
            None => 0,
        };
        let preferred = self.query.prefer.is_some_and(|years| columns.all_within(doc, years));
        let raised = if known.raised { self.ranking.raised } else { 0 };
        code.saturating_add(if preferred { self.ranking.years } else { 0 }).saturating_add(raised)
    }

    /// The place of a record by its years, undated last.
    fn years(&self, columns: &Columns, doc: DocId) -> u32 {
        let (from, to) = columns.years(doc);
        if self.query.sort == Sort::YearUp {
            unsigned(from)
        } else if from > to {
            u32::from(u16::MAX)
        } else {
            u32::from(u16::MAX) - 1 - unsigned(to)
        }
    }

    /// What the parts give in one text, and where in its field the first of them stands (at most 255).
    fn examine(&self, text: &[u8]) -> (u16, u8) {
        if self.sought.is_empty() {
            return (0, 0);
        }
        let mut sum: u32 = 0;
        let mut first = None;
        let mut end = None;
        let mut together = true;
        for part in self.sought {
            let Some(Range { start: at, end: until }) = part.find(text) else { continue };
            sum += self.weight(text, at);
            // One space may stand between parts that were typed apart.
            together = together && end.is_none_or(|end| at == end || (at == end + 1 && text.get(end) == Some(&b' ')));
            end = Some(until);
            first = first.or(Some(at));
        }
        let parts = u32::try_from(self.sought.len()).unwrap_or(1).max(1);
        let mut score = sum / parts;
        if parts > 1 && !together {
            score = score * u32::from(self.ranking.scattered) / 100;
        }
        let Some(at) = first else { return (0, u8::MAX) };
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

/// The half of a number that means the same in all segments.
fn high(rank: u64) -> u32 {
    u32::try_from(rank >> 32).unwrap_or(u32::MAX)
}

/// Leaves the first `count`, in no order; the last of them.
fn cut(best: &mut Vec<(u64, DocId)>, count: usize) -> u64 {
    let last = count.checked_sub(1).filter(|last| *last < best.len());
    let worst = last.map_or(0, |last| best.select_nth_unstable(last).1.0);
    best.truncate(count);
    worst
}

/// A year moved to where all are positive; the first year of an undated record lands last.
fn unsigned(year: i16) -> u32 {
    u32::try_from(i32::from(year) - i32::from(i16::MIN)).unwrap_or_default()
}
