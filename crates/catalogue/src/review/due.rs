//! What is due for review. A date puts a record on the list; it never opens one (档案法 27, 30).

use kernel::Day;

/// Years after which records are opened unless it is decided otherwise (档案法 27), as the first four of eight digits.
const TERM: i64 = 250_000;

/// How many records of a fonds wait for a review.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct DueFonds {
    /// 全宗号
    pub fonds: String,
    /// 全宗名称
    pub title: Option<String>,
    /// How many.
    #[serde(flatten)]
    pub due: Due,
}

/// How many records wait for a review.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, serde::Serialize)]
pub struct Due {
    /// Their 25 years are over and nothing was decided yet.
    pub by_age: u64,
    /// The day of their next review has come.
    pub by_date: u64,
    /// They have no date: nobody can tell, so a person has to look.
    pub undated: u64,
    /// Of the first two, those that are in a batch already.
    pub under_review: u64,
}

/// Records that were asked for and are not in a new batch, and why.
#[derive(Clone, PartialEq, Eq, Default, Debug, serde::Serialize)]
pub struct LeftOut {
    /// They are open.
    pub open: u64,
    /// Another batch has them.
    pub under_review: u64,
    /// Their 25 years are not over, and the batch is not for early opening.
    pub not_due: u64,
    /// More than one batch takes.
    pub too_many: u64,
    /// Codes that are not in the catalogue.
    pub unknown: Vec<String>,
}

/// Records formed on or before this day, in eight digits, have completed their term today.
pub(crate) fn last_formed(today: Day) -> i64 {
    number_of(today) - TERM
}

/// A day as eight digits.
pub(crate) fn number_of(day: Day) -> i64 {
    let date = day.civil();
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// The day of eight digits.
pub(crate) fn day_of(number: i64) -> Option<Day> {
    let part = |n: i64| i8::try_from(n).ok();
    Day::from_civil(i16::try_from(number / 10_000).ok()?, part(number / 100 % 100)?, part(number % 100)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_ends_on_the_same_day_25_years_on() {
        let day = |year, month, day| Day::from_civil(year, month, day).unwrap();
        assert_eq!(last_formed(day(2026, 11, 2)), 20_011_102);
        assert_eq!(last_formed(day(2025, 2, 28)), 20_000_228);
        assert!(last_formed(day(2025, 3, 1)) > 20_000_229);
        assert_eq!(day_of(number_of(day(2026, 11, 2))), Some(day(2026, 11, 2)));
        assert_eq!(day_of(20_261_301), None);
    }
}
