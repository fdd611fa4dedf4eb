//! Years and periods as people type them, understood as intervals of years.

use std::ops::Range;

use crate::numerals::{digit, exactly, small};

/// What kind of expression a period was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodKind {
    /// One year: `1986`, `86年`, `八六年`.
    Year,
    /// Ten years: `1980年代`, `八十年代`.
    Decade,
    /// A hundred years: `19世纪`.
    Century,
    /// From one year to another: `1983-1990`.
    Range,
    /// A year of an era or a reign: `民国三十五年`, `光绪二十四年`; or all of it: `民国时期`; or a time known by what
    /// happened: `解放前`, `建国初期`.
    Era,
}

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
}

/// Name, the year before its first, number of years: the Republic and the reigns of the Qing (《中国历史纪年表》), the
/// years counted as catalogues of the north-east count them under 康德 and 大同.
const ERAS: [(&str, u16, u16); 15] = [
    ("民国", 1911, 38),
    ("宣统", 1908, 3),
    ("光绪", 1874, 34),
    ("同治", 1861, 13),
    ("咸丰", 1850, 11),
    ("道光", 1820, 30),
    ("嘉庆", 1795, 25),
    ("乾隆", 1735, 60),
    ("干隆", 1735, 60),
    ("雍正", 1722, 13),
    ("康熙", 1661, 61),
    ("顺治", 1643, 18),
    ("康德", 1933, 12),
    ("大同", 1931, 3),
    ("洪宪", 1915, 1),
];

/// Times known by what happened, with their first and last year; a longer name before a shorter one.
const TIMES: [(&str, u16, u16); 8] = [
    ("新中国成立前", 1840, 1949),
    ("新中国成立初期", 1949, 1956),
    ("解放初期", 1949, 1956),
    ("建国初期", 1949, 1956),
    ("解放初", 1949, 1956),
    ("建国初", 1949, 1956),
    ("解放前", 1840, 1949),
    ("建国前", 1840, 1949),
];

/// Words that say an era as a whole is meant.
const WHOLE: [&str; 4] = ["时期", "年间", "年代", "朝"];

/// The years understood in `text`, in the order they stand there, not overlapping.
///
/// Two digits need `年` (`86年`) and mean 1949–2048; four digits alone must lie in 1800–2099 and stand apart from other
/// digits.
#[must_use]
pub fn years(text: &str) -> Vec<Period> {
    let (offsets, characters): (Vec<usize>, Vec<char>) = text.char_indices().unzip();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = characters.get(at..).filter(|rest| !rest.is_empty()) {
        let after_digit = at.checked_sub(1).and_then(|i| characters.get(i)).is_some_and(|c| c.is_numeric());
        let reading = if after_digit { None } else { read(rest) };
        let Some(reading) = reading else {
            at += 1;
            continue;
        };
        let start = offsets.get(at).copied().unwrap_or(0);
        at += reading.length;
        let end = offsets.get(at).copied().unwrap_or(text.len());
        if let (Ok(from), Ok(to)) = (i16::try_from(reading.from), i16::try_from(reading.to)) {
            found.push(Period { span: start..end, from, to, kind: reading.kind });
        }
    }
    found
}

struct Reading {
    from: u16,
    to: u16,
    length: usize,
    kind: PeriodKind,
}

fn read(text: &[char]) -> Option<Reading> {
    time(text).or_else(|| era(text)).or_else(|| century(text)).or_else(|| decade(text)).or_else(|| {
        let first = year(text)?;
        let rest = text.get(first.length..).unwrap_or_default();
        let Some(sign) = rest.first().filter(|c| matches!(c, '-' | '–' | '—' | '－' | '~' | '～' | '至' | '到'))
        else {
            return Some(first);
        };
        let signs = rest.iter().take_while(|c| *c == sign).count();
        let last = rest.get(signs..).and_then(year).filter(|last| last.from > first.from);
        Some(match last {
            Some(last) => Reading {
                from: first.from,
                to: last.to,
                length: first.length + signs + last.length,
                kind: PeriodKind::Range,
            },
            None => first,
        })
    })
}

fn starts(text: &[char], word: &str) -> Option<usize> {
    let mut length = 0;
    for c in word.chars() {
        if text.get(length) != Some(&c) {
            return None;
        }
        length += 1;
    }
    Some(length)
}

fn time(text: &[char]) -> Option<Reading> {
    TIMES.iter().find_map(|(name, from, to)| {
        starts(text, name).map(|length| Reading { from: *from, to: *to, length, kind: PeriodKind::Era })
    })
}

fn era(text: &[char]) -> Option<Reading> {
    let (length, before, count) =
        ERAS.iter().find_map(|(name, before, count)| starts(text, name).map(|length| (length, *before, *count)))?;
    let rest = text.get(length..)?;
    if let Some(whole) = WHOLE.iter().find_map(|word| starts(rest, word)) {
        return Some(Reading { from: before + 1, to: before + count, length: length + whole, kind: PeriodKind::Era });
    }
    let (number, digits) = small(rest)?;
    let after = length + digits;
    // 民国35 counts; 大同1 is a place and a number: the lesser eras need 年.
    let closed = text.get(after) == Some(&'年');
    if number == 0 || number > count || !(closed || before == 1911) {
        return None;
    }
    Some(Reading {
        from: before + number,
        to: before + number,
        length: after + usize::from(closed),
        kind: PeriodKind::Era,
    })
}

/// `19世纪`, `二十世纪八十年代`, `上世纪80年代`.
fn century(text: &[char]) -> Option<Reading> {
    let (number, length) = if let Some(length) = starts(text, "上世纪") {
        (20, length)
    } else {
        let (number, digits) = small(text)?;
        (number, digits + starts(text.get(digits..)?, "世纪")?)
    };
    if !(17..=21).contains(&number) {
        return None;
    }
    let first = (number - 1) * 100;
    let rest = text.get(length..).unwrap_or_default();
    if let Some((ten, tail)) = tens(rest) {
        return Some(Reading {
            from: first + ten,
            to: first + ten + 9,
            length: length + tail,
            kind: PeriodKind::Decade,
        });
    }
    Some(Reading { from: first + 1, to: first + 100, length, kind: PeriodKind::Century })
}

/// `80年代`, `八十年代`: the ten and how many characters.
fn tens(text: &[char]) -> Option<(u16, usize)> {
    let (ten, digits) = small(text)?;
    let tail = starts(text.get(digits..)?, "年代")?;
    (ten % 10 == 0).then_some((ten, digits + tail))
}

/// `1980年代`, `80年代`, `五十年代`.
fn decade(text: &[char]) -> Option<Reading> {
    if let Some(first) = exactly(text, 4).filter(|year| year % 10 == 0 && plausible(*year))
        && let Some(tail) = text.get(4..).and_then(|rest| starts(rest, "年代").or_else(|| starts(rest, "s")))
    {
        return Some(Reading { from: first, to: first + 9, length: 4 + tail, kind: PeriodKind::Decade });
    }
    let (ten, length) = tens(text)?;
    let first = if ten >= 30 { 1900 + ten } else { 2000 + ten };
    Some(Reading { from: first, to: first + 9, length, kind: PeriodKind::Decade })
}

/// How many characters `10月1日`, `十月份` or the like take up behind a year; the year is what counts.
fn month_and_day(text: &[char]) -> usize {
    let numbered = |text: &[char], most: u16, signs: [char; 2]| {
        let (number, digits) = small(text)?;
        let closed = text.get(digits).is_some_and(|c| signs.contains(c));
        (closed && (1..=most).contains(&number)).then_some(digits + 1)
    };
    let Some(month) = numbered(text, 12, ['月', '月']) else { return 0 };
    let rest = text.get(month..).unwrap_or_default();
    let share = usize::from(rest.first() == Some(&'份'));
    month + share + numbered(text.get(month + share..).unwrap_or_default(), 31, ['日', '号']).unwrap_or(0)
}

/// How many characters `-10-01`, `.10` or the like take up behind a year.
fn numbered_day(text: &[char]) -> usize {
    let part = |text: &[char], most: u16| {
        text.first().filter(|c| matches!(c, '-' | '.' | '/' | '－' | '．'))?;
        let digits = text.iter().skip(1).take_while(|c| c.is_ascii_digit()).count();
        let number = exactly(text.get(1..)?, digits).filter(|number| (1..=most).contains(number))?;
        (number > 0 && (1..=2).contains(&digits)).then_some(1 + digits)
    };
    let Some(month) = part(text, 12) else { return 0 };
    month + part(text.get(month..).unwrap_or_default(), 31).unwrap_or(0)
}

fn plausible(year: u16) -> bool {
    (1800..=2099).contains(&year)
}

fn year(text: &[char]) -> Option<Reading> {
    let closed = |length: usize| match (text.get(length), text.get(length + 1)) {
        (Some('年'), Some('度')) => 2,
        (Some('年'), _) => 1,
        _ => 0,
    };
    let one = |year: u16, length: usize| Reading { from: year, to: year, length, kind: PeriodKind::Year };
    if let Some(year) = exactly(text, 4).filter(|year| plausible(*year)) {
        let signs = closed(4);
        let arabic = text.iter().take(4).all(|c| c.is_numeric() && digit(*c).is_some());
        let length = 4 + signs;
        let rest = text.get(length..).unwrap_or_default();
        let days = if signs > 0 { month_and_day(rest) } else { numbered_day(rest) };
        return (arabic || signs > 0).then(|| one(year, length + days));
    }
    let short = exactly(text, 2)?;
    (closed(2) > 0).then(|| one(if short >= 49 { 1900 + short } else { 2000 + short }, 2 + closed(2)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{PeriodKind, years};

    #[test]
    fn one_expression_each() {
        use PeriodKind::{Century, Decade, Era, Range, Year};
        for (text, from, to, kind) in [
            ("1986", 1986, 1986, Year),
            ("1986年", 1986, 1986, Year),
            ("１９８６年度", 1986, 1986, Year),
            ("86年", 1986, 1986, Year),
            ("八六年", 1986, 1986, Year),
            ("一九八六年", 1986, 1986, Year),
            ("二〇〇三年", 2003, 2003, Year),
            ("03年", 2003, 2003, Year),
            ("1980年代", 1980, 1989, Decade),
            ("80年代", 1980, 1989, Decade),
            ("五十年代", 1950, 1959, Decade),
            ("20世纪80年代", 1980, 1989, Decade),
            ("上世纪六十年代", 1960, 1969, Decade),
            ("19世纪", 1801, 1900, Century),
            ("1983-1990", 1983, 1990, Range),
            ("1983年至1990年", 1983, 1990, Range),
            ("1983——1990年", 1983, 1990, Range),
            ("民国三十五年", 1946, 1946, Era),
            ("民国元年", 1912, 1912, Era),
            ("民国35年", 1946, 1946, Era),
            ("民国时期", 1912, 1949, Era),
            ("光绪二十四年", 1898, 1898, Era),
            ("宣统三年", 1911, 1911, Era),
            ("乾隆六十年", 1795, 1795, Era),
            ("1975年10月", 1975, 1975, Year),
            ("1975年10月1日", 1975, 1975, Year),
            ("一九七五年十月份", 1975, 1975, Year),
            ("1975-10-01", 1975, 1975, Year),
            ("1975.10", 1975, 1975, Year),
            ("1975/1/31", 1975, 1975, Year),
            ("1975年3月至1976年5月", 1975, 1976, Range),
            ("解放前", 1840, 1949, Era),
            ("建国初期", 1949, 1956, Era),
        ] {
            let found = years(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(
                (found[0].from, found[0].to, found[0].kind, found[0].span.clone()),
                (from, to, kind, 0..text.len()),
                "{text}"
            );
        }
    }

    #[test]
    fn the_span_is_the_words_read() {
        let text = "南明区 结婚 八六年 档案";
        let found = years(text);
        assert_eq!(&text[found[0].span.clone()], "八六年");
        assert_eq!(years("1953年到1955年和文革").len(), 1);
    }

    #[test]
    fn what_is_no_day_stays_outside() {
        for (text, end) in [("1975-80", 4), ("1975.13", 4), ("1975年13月", 7), ("1975年第3期", 7), ("1975-10-32", 7)]
        {
            assert_eq!(years(text)[0].span, 0..end, "{text}");
        }
    }

    #[test]
    fn numbers_that_are_no_years() {
        for text in [
            "13800138000",
            "第12号",
            "大同煤矿",
            "一二三四",
            "35",
            "民国",
            "光绪四十年",
            "3500",
            "99",
            "十年树木",
            "110101198601011234",
        ] {
            assert_eq!(years(text), vec![], "{text}");
        }
    }

    proptest! {
        #[test]
        fn spans_are_in_order_and_on_characters(text in "\\PC{0,40}|[0-9一二三十八六年代民国光绪世纪上至-]{0,24}") {
            let mut end = 0;
            for period in years(&text) {
                prop_assert!(period.span.start >= end && period.span.end > period.span.start);
                prop_assert!(text.get(period.span.clone()).is_some());
                prop_assert!(period.from <= period.to);
                end = period.span.end;
            }
        }
    }
}
