//! Western years, and the months and days behind a year.

use super::{PeriodKind, Place, Reading, starts, starts_any};
use crate::numerals::{digit, exactly, small};

/// Names of the lunar calendar before a month.
const LUNAR: [&str; 4] = ["农历", "夏历", "阴历", "旧历"];
/// The thirds of a month.
const THIRDS: [&str; 3] = ["上旬", "中旬", "下旬"];

/// What stands behind a year: a month, or a month and a day.
#[derive(Clone, Copy, Default)]
pub(super) struct MonthAndDay {
    /// In characters; 0 if there is none.
    pub(super) length: usize,
    /// Whether it is one of the lunar calendar.
    pub(super) lunar: bool,
    /// Whether it is the eleventh or the twelfth month.
    pub(super) late: bool,
}

/// Reads `10月1日`, `十月份`, `正月初五`, `农历闰八月十五` behind a year; the year is what counts. In a `lunar` year days need no 日.
pub(super) fn month_and_day(text: &[char], lunar: bool) -> MonthAndDay {
    let none = MonthAndDay { lunar, ..MonthAndDay::default() };
    let calendar = starts_any(text, &LUNAR).unwrap_or(0);
    let leap = usize::from(text.get(calendar) == Some(&'闰'));
    let rest = text.get(calendar + leap..).unwrap_or_default();
    let (month, digits, by_name) = match rest.first() {
        Some('正') => (1, 1, true),
        Some('冬') => (11, 1, true),
        Some('腊') => (12, 1, true),
        _ => small(rest).map_or((0, 0, false), |(month, digits)| (month, digits, false)),
    };
    if !(1..=12).contains(&month) || rest.get(digits) != Some(&'月') {
        return none;
    }
    let share = usize::from(rest.get(digits + 1) == Some(&'份'));
    let length = calendar + leap + digits + 1 + share;
    let lunar = lunar || calendar + leap > 0 || by_name;
    let (day, lunar) = day(text.get(length..).unwrap_or_default(), lunar);
    MonthAndDay { length: length + day, lunar, late: month >= 11 }
}

/// How many characters a day takes, and whether it is one of the lunar calendar: `初五` is.
fn day(text: &[char], lunar: bool) -> (usize, bool) {
    if let Some(third) = starts_any(text, &THIRDS) {
        return (third, lunar);
    }
    let first = usize::from(text.first() == Some(&'初'));
    let lunar = lunar || first > 0;
    let Some((number, digits)) = text.get(first..).and_then(small) else { return (0, lunar) };
    let closed = usize::from(matches!(text.get(first + digits), Some('日' | '号')));
    let fits = (1..=31).contains(&number) && (closed > 0 || lunar);
    if fits { (first + digits + closed, lunar) } else { (0, lunar) }
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

/// How many characters say that a year stands before them: `年`, `年度`, `年份`.
pub(super) fn closed(text: &[char]) -> usize {
    match (text.first(), text.get(1)) {
        (Some('年'), Some('度' | '份')) => 2,
        (Some('年'), _) => 1,
        _ => 0,
    }
}

/// `1986`, `1986年3月`, `一九八六年`, `八六年`, `公元1986年`.
pub(super) fn read(text: &[char], place: Place) -> Option<Reading> {
    let before = starts(text, "公元").unwrap_or(0);
    let text = text.get(before..)?;
    let signs = |length: usize| text.get(length..).map_or(0, closed);
    if let Some(year) = exactly(text, 4).filter(|year| (1500..=2099).contains(year)) {
        let signs = signs(4);
        let figures = text.iter().take(4).all(|c| c.is_numeric() && digit(*c).is_some());
        if signs == 0 && !((figures || place.of_range) && year >= 1800) {
            return None;
        }
        let rest = text.get(4 + signs..).unwrap_or_default();
        let day = if signs > 0 {
            month_and_day(rest, false)
        } else {
            MonthAndDay { length: numbered_day(rest), ..MonthAndDay::default() }
        };
        let to = year + u16::from(day.lunar && day.late);
        let length = before + 4 + signs + day.length;
        return Some(Reading { lunar: day.lunar, ..Reading::new((year, to), length, PeriodKind::Year) });
    }
    let short = exactly(text, 2).filter(|_| before == 0 && signs(2) > 0)?;
    let year = if short >= 49 { 1900 + short } else { 2000 + short };
    Some(Reading::new((year, year), 2 + signs(2), PeriodKind::Year))
}
