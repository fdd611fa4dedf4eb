//! Years and periods as people write them, understood as intervals of years.

mod age;
mod era;
mod western;

#[cfg(test)]
mod tests;

pub(crate) use era::may_name_era;
pub use era::{EraYear, NoSuchYear, era_year};

use std::ops::Range;

use crate::fold::{han, is_han};

/// What kind of expression a period was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodKind {
    /// One year: `1986`, `86年`, `八六年`.
    Year,
    /// Ten years, or tens of years: `1980年代`, `八十年代`, `五六十年代`, `民国二十年代`.
    Decade,
    /// A hundred years: `19世纪`.
    Century,
    /// From one year or period to another, or open at one end: `1983-1990`, `民国三十五年至三十七年`, `1958年以前`.
    Range,
    /// A year of an era: `民国三十五年`, `光绪二十四年`.
    Era,
    /// An era or a dynasty, as a whole or its beginning or end: `民国时期`, `光绪末年`, `晚清`.
    Age,
    /// A time known by what happened: `解放前`, `建国初期`. Where it begins or ends is custom, no rule.
    Event,
}

/// The first year there is: where `1958年以前` begins.
pub const FIRST_YEAR: i16 = 1;
/// The last year there is: where `1958年以后` ends.
pub const LAST_YEAR: i16 = 9999;

/// An interval of years, both ends included, and the bytes of the text it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Bytes of the text given to [`years`].
    pub span: Range<usize>,
    /// First year.
    pub from: i16,
    /// Last year.
    pub to: i16,
    /// What was read.
    pub kind: PeriodKind,
    /// Whether its days are those of the lunar calendar (农历). Its first ten months lie in the western year the year
    /// is set equal to; the last two may reach into the next, which then belongs to the interval.
    pub lunar: bool,
}

/// The years understood in `text`, in the order they stand there, not overlapping.
///
/// Two digits need `年` (`86年`) and mean 1949–2048; four digits alone must lie in 1800–2099 and stand apart from other
/// digits, those of a `年` may begin with 1500. Which years the beginning (初), the middle and the end (末) of a decade,
/// a century or an era are nobody has laid down: they are the whole of it. The same for traditional characters.
#[must_use]
pub fn years(text: &str) -> Vec<Period> {
    let (offsets, characters): (Vec<usize>, Vec<char>) = text.char_indices().map(|(at, c)| (at, han(c))).unzip();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = characters.get(at..).filter(|rest| !rest.is_empty()) {
        let before = at.checked_sub(1).and_then(|i| characters.get(i)).copied();
        let after_digit = before.is_some_and(char::is_numeric);
        let reading = if after_digit { None } else { read(rest, !before.is_some_and(is_han)) };
        let Some(reading) = reading else {
            at += era::impossible(rest).unwrap_or(1);
            continue;
        };
        let start = offsets.get(at).copied().unwrap_or(0);
        at += reading.length;
        let end = offsets.get(at).copied().unwrap_or(text.len());
        if let (Ok(from), Ok(to)) = (i16::try_from(reading.from), i16::try_from(reading.to)) {
            found.push(Period { span: start..end, from, to, kind: reading.kind, lunar: reading.lunar });
        }
    }
    found
}

/// The years of a text that is one expression and nothing else.
#[must_use]
pub fn period(text: &str) -> Option<Period> {
    years(text).into_iter().next().filter(|period| period.span == (0..text.len()))
}

/// What was read at the start of a text.
#[derive(Clone, Copy)]
struct Reading {
    from: u16,
    to: u16,
    /// In characters.
    length: usize,
    kind: PeriodKind,
    lunar: bool,
    /// The era its year is one of.
    era: Option<EraYear>,
}

impl Reading {
    const fn new((from, to): (u16, u16), length: usize, kind: PeriodKind) -> Self {
        Self { from, to, length, kind, lunar: false, era: None }
    }
}

/// What is known about the place where something is read.
#[derive(Clone, Copy)]
struct Place {
    /// Whether no Chinese character stands before it.
    apart: bool,
    /// The era of the year where the range begins.
    heir: Option<EraYear>,
    /// Whether it is an end of a range: then the sign that it is a year may stand at the other end alone.
    of_range: bool,
}

fn read(text: &[char], apart: bool) -> Option<Reading> {
    let alone = point(text, Place { apart, heir: None, of_range: false });
    let first = alone.or_else(|| point(text, Place { apart, heir: None, of_range: true }))?;
    let range = || {
        let rest = text.get(first.length..)?;
        let sign = rest.first().filter(|c| matches!(c, '-' | '–' | '—' | '－' | '~' | '～' | '至' | '到'))?;
        let signs = rest.iter().take_while(|c| *c == sign).count();
        // A number that inherits its era needs the sign: 光绪二十四年至三十 goes on otherwise.
        let of_range = alone.is_some() && first.era.is_none();
        let last = point(rest.get(signs..)?, Place { apart: true, heir: first.era, of_range })?;
        let onward = last.from >= first.from && last.to > first.to;
        onward.then_some(Reading {
            lunar: first.lunar || last.lunar,
            ..Reading::new((first.from, last.to), first.length + signs + last.length, PeriodKind::Range)
        })
    };
    range().or(alone.map(|alone| open(alone, text.get(alone.length..).unwrap_or_default())))
}

/// A year or period with what stands behind it: 以前 and 以后 count the year itself (民法典 1259).
fn open(first: Reading, rest: &[char]) -> Reading {
    // 前 and 后 alone must not be the beginning of another word (1958年前进大队), nor count back from now (30年前).
    let ends = |word: &str| {
        let length = starts(rest, word).filter(|_| first.length > "30年".chars().count())?;
        rest.get(length).is_none_or(|c| !is_han(*c) || *c == '的').then_some(length)
    };
    let before = starts_any(rest, &["以前", "之前"]).or_else(|| ends("前"));
    let after = || starts_any(rest, &["以后", "之后", "以来"]).or_else(|| ends("后"));
    let (years, length) = match (before, after()) {
        (Some(length), _) => ((FIRST_YEAR.unsigned_abs(), first.to), length),
        (None, Some(length)) => ((first.from, LAST_YEAR.unsigned_abs()), length),
        (None, None) => return first,
    };
    Reading::new(years, first.length + length, PeriodKind::Range)
}

/// One expression that is no range.
fn point(text: &[char], place: Place) -> Option<Reading> {
    age::event(text)
        .or_else(|| age::dynasty(text, place))
        .or_else(|| era::read(text, place))
        .or_else(|| age::century(text))
        .or_else(|| age::decade(text))
        .or_else(|| western::read(text, place))
}

/// How many characters of `text` are `word`, if it begins with it.
fn starts(text: &[char], word: &str) -> Option<usize> {
    let mut length = 0;
    for c in word.chars() {
        // The table of simplified characters makes 乾 to 干, the reign's name keeps it.
        if text.get(length).is_none_or(|written| *written != c && (*written, c) != ('干', '乾')) {
            return None;
        }
        length += 1;
    }
    Some(length)
}

/// The first of `words` that `text` begins with, in characters.
fn starts_any(text: &[char], words: &[&str]) -> Option<usize> {
    words.iter().find_map(|word| starts(text, word))
}
