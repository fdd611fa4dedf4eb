//! 日期: dates as catalogues write them, kept as written and as an interval.
//!
//! DA/T 18-2022 writes a date as eight digits with 00 for the parts that are not known, a range as two dates, and a
//! date found by research in square brackets. Catalogues also write 1958年3月, 1958.3.5, 民国-style texts and the
//! day numbers of spreadsheets.

use std::fmt;

use crate::plain::dense;

/// The years a date of a catalogue may have; anything else is a slip of the keyboard.
const YEARS: std::ops::RangeInclusive<i32> = 1000..=2100;
/// Day numbers of spreadsheets (days since 1899-12-30) that are taken for dates: 1927-05-18 to 2100-12-31.
const SERIALS: std::ops::RangeInclusive<i32> = 10_000..=73_415;

/// A day of which parts may be unknown: month or day 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PartialDate {
    year: i32,
    month: i32,
    day: i32,
}

/// A date of a description: as written, and as an interval of known parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArchivalDate {
    written: String,
    interval: Option<(PartialDate, PartialDate)>,
    conjectured: bool,
}

/// Why a text is not a date.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DateProblem {
    /// A day, month or year that does not exist.
    #[error("没有这一天")]
    Impossible,
    /// The range ends before it begins.
    #[error("起止日期颠倒")]
    Reversed,
}

impl PartialDate {
    /// A date of a year, a month (0: unknown) and a day (0: unknown); `None` if there is no such day.
    pub fn new(year: i32, month: i32, day: i32) -> Option<Self> {
        let fits = YEARS.contains(&year)
            && match (month, day) {
                (0, day) => day == 0,
                (1..=12, day) => (0..=days_in(year, month)).contains(&day),
                _ => false,
            };
        fits.then_some(Self { year, month, day })
    }

    /// From eight digits as a number, 19580300.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::new(number / 10_000, number / 100 % 100, number % 100)
    }

    /// The eight digits of DA/T 18 as a number, 00 for what is unknown: 19580300.
    pub const fn number(self) -> i32 {
        self.year * 10_000 + self.month * 100 + self.day
    }

    /// The year.
    pub const fn year(self) -> i32 {
        self.year
    }

    /// The first day it can mean, as eight digits.
    pub const fn first(self) -> i32 {
        let month = if self.month == 0 { 1 } else { self.month };
        let day = if self.day == 0 { 1 } else { self.day };
        self.year * 10_000 + month * 100 + day
    }

    /// The last day it can mean, as eight digits.
    pub const fn last(self) -> i32 {
        let month = if self.month == 0 { 12 } else { self.month };
        let day = if self.day == 0 { days_in(self.year, month) } else { self.day };
        self.year * 10_000 + month * 100 + day
    }

    /// From the day number of a spreadsheet (1899-12-30 is 0).
    fn from_serial(serial: i32) -> Option<Self> {
        let epoch = kernel::Day::from_civil(1899, 12, 30)?;
        let date = epoch.plus(i64::from(serial)).civil();
        Self::new(i32::from(date.year()), i32::from(date.month()), i32::from(date.day()))
    }
}

impl fmt::Display for PartialDate {
    /// `1958`, `1958-03` or `1958-03-05`: as much as is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if self.month > 0 {
            write!(f, "-{:02}", self.month)?;
        }
        if self.day > 0 {
            write!(f, "-{:02}", self.day)?;
        }
        Ok(())
    }
}

impl ArchivalDate {
    /// A record without a date.
    pub const fn undated() -> Self {
        Self { written: String::new(), interval: None, conjectured: false }
    }

    /// A date put together from its stored parts; an interval that does not fit is dropped.
    pub fn stored(written: String, from: Option<i32>, to: Option<i32>, conjectured: bool) -> Self {
        let from = from.and_then(PartialDate::from_number);
        let to = to.and_then(PartialDate::from_number).or(from);
        Self { written, interval: from.zip(to), conjectured }
    }

    /// Reads a date as catalogues write it. Text that names no year at all (不详, 解放初) is undated and kept as
    /// written.
    pub fn parse(text: &str) -> Result<Self, DateProblem> {
        let written = crate::plain::kept(text);
        let (body, conjectured) = without_marks(&western(&digits_for_numerals(&dense(&written))));
        if !body.contains(|c: char| c.is_ascii_digit()) || body.chars().all(|c| c == '0') {
            return Ok(Self { written, interval: None, conjectured: false });
        }
        match interval(&body) {
            Ok(interval) => Ok(Self { written, interval: Some(interval), conjectured }),
            Err(_) if body.chars().any(is_prose) => Ok(Self { written, interval: None, conjectured: false }),
            Err(problem) => Err(problem),
        }
    }

    /// As the catalogue wrote it; empty if it wrote nothing.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether no year is known.
    pub const fn is_undated(&self) -> bool {
        self.interval.is_none()
    }

    /// Whether the date was found by research rather than written on the document (考证日期).
    pub const fn is_conjectured(&self) -> bool {
        self.conjectured
    }

    /// Where it begins.
    pub fn begin(&self) -> Option<PartialDate> {
        self.interval.map(|(begin, _)| begin)
    }

    /// Where it ends; the same as where it begins for a single date.
    pub fn end(&self) -> Option<PartialDate> {
        self.interval.map(|(_, end)| end)
    }

    /// The date readers see: `1958-03`, `1958—1959`, `[1958]`, or nothing.
    pub fn label(&self) -> Option<String> {
        let (begin, end) = self.interval?;
        let text = if begin == end { begin.to_string() } else { format!("{begin}—{end}") };
        Some(if self.conjectured { format!("[{text}]") } else { text })
    }
}

/// Takes the marks of a researched or uncertain date away: brackets, 约, ?, 前后, 考证.
fn without_marks(text: &str) -> (String, bool) {
    let marks = ['[', ']', '〔', '〕', '【', '】', '(', ')', '?', '约'];
    let mut body: String = text.chars().filter(|c| !marks.contains(c)).collect();
    for word in ["考证", "前后", "左右"] {
        body = body.replace(word, "");
    }
    let marked = body.len() != text.len();
    (body, marked)
}

/// 民国35年 as 1946年: the Republic counts from 1912.
fn western(text: &str) -> String {
    let Some(rest) = text.strip_prefix("中华民国").or_else(|| text.strip_prefix("民国")) else {
        return text.to_owned();
    };
    let rest = rest.strip_prefix('元').map_or_else(|| rest.to_owned(), |rest| format!("1{rest}"));
    let digits: String = rest.chars().take_while(char::is_ascii_digit).take(2).collect();
    match digits.parse::<i32>() {
        Ok(year) => format!("{}{}", year + 1911, rest.get(digits.len()..).unwrap_or_default()),
        Err(_) => text.to_owned(),
    }
}

/// Whether a character cannot stand in a date written with digits: then the text is prose that names a time in its
/// own way, and not a slip.
fn is_prose(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, '年' | '月' | '日' | '号' | '至' | '到' | '起' | '止' | '自' | '从' | 'T' | 'Z')
}

/// 一九五八年 and 二〇一九年三月十五日 as 1958年 and 2019年3月15日.
fn digits_for_numerals(text: &str) -> String {
    const NUMERALS: &str = "〇一二三四五六七八九";
    let digit = |c: char| NUMERALS.chars().position(|numeral| numeral == c || (c == '零' && numeral == '〇'));
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let before = out.ends_with(|last: char| last.is_ascii_digit());
        match digit(c) {
            Some(value) => out.push_str(&value.to_string()),
            None if c == '十' => {
                let after = chars.peek().is_some_and(|next| digit(*next).is_some());
                out.push_str(match (before, after) {
                    (true, true) => "",
                    (true, false) => "0",
                    (false, true) => "1",
                    (false, false) => "10",
                });
            }
            None => out.push(c),
        }
    }
    out
}

/// One date or two.
fn interval(body: &str) -> Result<(PartialDate, PartialDate), DateProblem> {
    let body = body.trim_end_matches(['止', '起', '-', '—', '~', '至']);
    if let Some(date) = single(body) {
        return Ok((date, date));
    }
    let mut reversed = false;
    for (at, mark) in body.char_indices().filter(|(_, c)| is_range_mark(*c)) {
        let (left, right) = (body.get(..at), body.get(at + mark.len_utf8()..));
        let (Some(left), Some(right)) = (left, right) else { continue };
        let right = right.trim_start_matches(is_range_mark);
        let Some(begin) = single(left.trim_end_matches(['起', '自', '从'])) else { continue };
        let Some(end) = single(right).or_else(|| same_century(begin, right)) else { continue };
        if begin.first() <= end.last() {
            return Ok((begin, end));
        }
        reversed = true;
    }
    Err(if reversed { DateProblem::Reversed } else { DateProblem::Impossible })
}

const fn is_range_mark(c: char) -> bool {
    matches!(c, '-' | '—' | '–' | '―' | '−' | '~' | '～' | '至' | '到' | '/' | '起')
}

/// 1958-62: the second year written with two digits.
fn same_century(begin: PartialDate, right: &str) -> Option<PartialDate> {
    let short: i32 = right.strip_suffix('年').unwrap_or(right).parse().ok().filter(|_| right.len() >= 2)?;
    (begin.month == 0 && short < 100)
        .then(|| PartialDate::new(begin.year / 100 * 100 + short, 0, 0))
        .flatten()
        .filter(|end| end.year >= begin.year)
}

/// One date: digits alone, or parts with marks between them, with or without a time of day.
fn single(text: &str) -> Option<PartialDate> {
    let text = without_time(text);
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return match text.len() {
            4 => PartialDate::new(text.parse().ok()?, 0, 0),
            5 => text.parse().ok().filter(|serial| SERIALS.contains(serial)).and_then(PartialDate::from_serial),
            6 => text.parse::<i32>().ok().and_then(|number| PartialDate::from_number(number * 100)),
            8 => text.parse().ok().and_then(PartialDate::from_number),
            _ => None,
        };
    }
    let mark = |c: char| matches!(c, '-' | '/' | '.' | '·' | '年' | '月' | '日' | '号' | '—' | '–' | '−' | '、');
    let parts: Vec<&str> = text.trim_end_matches(mark).split(mark).collect();
    let mut numbers = [0_i32; 3];
    for (at, part) in parts.iter().enumerate() {
        let widths = if at == 0 { 4..=4 } else { 1..=2 };
        if !widths.contains(&part.len()) || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *numbers.get_mut(at)? = part.parse().ok()?;
    }
    let [year, month, day] = numbers;
    PartialDate::new(year, month, day)
}

/// `2023-09-13T00:00:00` and `2023-09-1300:00:00` (blanks are gone already) without the time.
fn without_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else { return text };
    let head = text.get(..colon).unwrap_or(text);
    match head.find('T') {
        Some(at) => head.get(..at).unwrap_or(head),
        None => head.get(..head.len().saturating_sub(2)).unwrap_or(head),
    }
}

const fn days_in(year: i32, month: i32) -> i32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(text: &str) -> Option<(i32, i32)> {
        let date = ArchivalDate::parse(text).unwrap();
        Some((date.begin()?.number(), date.end()?.number()))
    }

    #[test]
    fn every_spelling_of_one_date() {
        for text in [
            "19580305",
            "1958-03-05",
            "1958.3.5",
            "1958/3/5",
            "1958年3月5日",
            "１９５８．３．５",
            "21249",
            "一九五八年三月五日",
            "1958-03-05 00:00:00",
            "1958-03-05T08:30:00",
            "1958·03·05",
        ] {
            assert_eq!(numbers(text), Some((19_580_305, 19_580_305)), "{text}");
        }
        for text in ["195803", "1958年3月", "1958-03", "19580300", "1958.3", "一九五八年三月"] {
            assert_eq!(numbers(text), Some((19_580_300, 19_580_300)), "{text}");
        }
        for text in ["1958", "1958年", "19580000", "1958年前后", "[1958]"] {
            assert_eq!(numbers(text), Some((19_580_000, 19_580_000)), "{text}");
        }
        assert_eq!(numbers("二〇一九年十二月三十一日"), Some((20_191_231, 20_191_231)));
        assert_eq!(numbers("二〇一九年十月二十日"), Some((20_191_020, 20_191_020)));
        assert_eq!(numbers("民国三十五年八月"), Some((19_460_800, 19_460_800)));
    }

    #[test]
    fn ranges() {
        let march_to_december = Some((19_580_301, 19_591_231));
        for text in [
            "19580301-19591231",
            "1958-03-01—1959-12-31",
            "1958.3.1~1959.12.31",
            "1958年3月1日至1959年12月31日",
            "1958-03-01/1959-12-31",
            "1958-03-01-1959-12-31",
            "1958年3月1日起1959年12月31日止",
        ] {
            assert_eq!(numbers(text), march_to_december, "{text}");
        }
        assert_eq!(numbers("1958-1962"), Some((19_580_000, 19_620_000)));
        assert_eq!(numbers("1958-62"), Some((19_580_000, 19_620_000)));
        assert_eq!(numbers("1958.3-1959.2"), Some((19_580_300, 19_590_200)));
        assert_eq!(numbers("195803-195902"), Some((19_580_300, 19_590_200)));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for text in ["19581301", "1958-02-30", "580120", "0958-01-01", "1958-13", "3000", "195830", "2023年13月45日"]
        {
            assert_eq!(ArchivalDate::parse(text), Err(DateProblem::Impossible), "{text}");
        }
        assert_eq!(ArchivalDate::parse("19591231-19580301"), Err(DateProblem::Reversed));
    }

    #[test]
    fn undated_keeps_what_was_written() {
        for text in ["", "不详", "00000000", "解放初", "无", "光绪24年"] {
            let date = ArchivalDate::parse(text).unwrap();
            assert!(date.is_undated());
            assert_eq!(date.written(), text);
        }
    }

    #[test]
    fn a_researched_date_is_marked() {
        let date = ArchivalDate::parse("[19580300]").unwrap();
        assert!(date.is_conjectured());
        assert_eq!(date.label().as_deref(), Some("[1958-03]"));
        assert!(!ArchivalDate::parse("19580300").unwrap().is_conjectured());
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,30}") {
            drop(ArchivalDate::parse(&text));
        }

        #[test]
        fn any_day_is_read_back(year in 1000..=2100_i32, month in 0..=12_i32, day in 0..=31_i32) {
            let date = PartialDate::new(year, month, day);
            prop_assume!(date.is_some());
            let date = date.unwrap();
            for text in [format!("{:08}", date.number()), date.to_string()] {
                let parsed = ArchivalDate::parse(&text).unwrap();
                prop_assert_eq!(parsed.begin(), Some(date));
                prop_assert_eq!(parsed.end(), Some(date));
            }
            prop_assert!(date.first() <= date.last());
            prop_assert_eq!(date.last() / 10_000, year);
        }

        #[test]
        fn ranges_keep_their_ends(a in 1000..=2100_i32, b in 1000..=2100_i32, month in 1..=12_i32) {
            let (begin, end) = (format!("{:04}{month:02}01", a.min(b)), format!("{:04}1231", a.max(b)));
            for mark in ["-", "—", "至", "~"] {
                let date = ArchivalDate::parse(&format!("{begin}{mark}{end}")).unwrap();
                prop_assert_eq!(date.begin().unwrap().number().to_string(), begin.clone());
                prop_assert_eq!(date.end().unwrap().number().to_string(), end.clone());
            }
        }
    }
}
