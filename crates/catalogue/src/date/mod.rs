//! 日期: dates as catalogues write them, kept as written and as an interval.
//!
//! DA/T 18-2022 writes a date as eight digits with 00 for the parts that are not known, a range as two dates, and a
//! date found by research in square brackets. Catalogues also write 1958年3月, 1958.3.5, 民国三十五年八月, 光绪二十四年,
//! 五十年代 and the day numbers of spreadsheets.

mod reading;

#[cfg(test)]
mod tests;

use std::fmt;

use chinese::EraYear;

/// The years a date of a catalogue may have; anything else is a slip of the keyboard.
const YEARS: std::ops::RangeInclusive<i32> = 1000..=2100;

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
    /// A year its era does not have: 光绪六十年.
    #[error("这个年号没有这一年")]
    NoSuchYear,
    /// Two dates that are not the same: 民国三十五年（1945年）.
    #[error("括号里外的日期不一致")]
    Contradictory,
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
    ///
    /// Of a day of the lunar calendar (光绪二十四年三月初五) only the year is understood, which is set equal to the
    /// western year most of it lies in. Its eleventh and twelfth month may reach into the next year: then both years
    /// are the interval, so that whoever looks for either finds it.
    pub fn parse(text: &str) -> Result<Self, DateProblem> {
        let written = crate::plain::kept(text);
        let (interval, conjectured) = reading::read(&written)?;
        Ok(Self { written, interval, conjectured: conjectured && interval.is_some() })
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

    /// The same in the years of the Republic and of the Qing: `民国三十五年`, `光绪二十四年至民国元年`. Nothing for other
    /// years, from October 1949 on, and for a January or February of the Qing, when the lunar year may be the one before.
    pub fn in_eras(&self) -> Option<String> {
        let (begin, end) = self.interval?;
        let (first, last) = (era_of(begin)?, era_of(end)?);
        Some(if first == last {
            first.to_string()
        } else if first.shares_era(last) {
            format!("{first}至{}", last.count())
        } else {
            format!("{first}至{last}")
        })
    }
}

fn era_of(date: PartialDate) -> Option<EraYear> {
    let year = EraYear::of(date.year)?;
    let unsure = if year.is_lunar() { matches!(date.month, 1 | 2) } else { date.year == 1949 && date.month >= 10 };
    (!unsure).then_some(year)
}

const fn days_in(year: i32, month: i32) -> i32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}
