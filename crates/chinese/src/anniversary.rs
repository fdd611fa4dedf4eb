//! This day in our holdings (馆藏里的今天): how a day of the past returns on a given day.
//!
//! Pure arithmetic of dates; whose day it is, and whether its record may be shown, is for others to know. By custom, what
//! fell on 29 February is remembered on the 28th of a common year, what fell on the thirtieth of a lunar month on the
//! twenty-ninth of one that has no thirtieth, and what fell in a leap month in the month of the same number.

use jiff::civil::Date;

use crate::lunar::{LunarDay, days_of_month};

/// A day of the past, as exactly as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A year alone.
    Year(i16),
    /// A year and a month (1–12) of the civil calendar.
    Month(i16, i8),
    /// A day of the civil calendar.
    Day(Date),
    /// A day told in the lunar calendar, of any year: 光绪二十四年五月初五 is of 1898.
    Lunar(LunarDay),
}

/// Which anniversaries are round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Each tenth year.
    Tens,
    /// Each fifth year.
    Fives,
}

/// What returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Returns {
    /// The day of the month: 12 May and 12 May.
    MonthDay,
    /// The lunar day: 五月初五 and 五月初五.
    LunarDay,
    /// The month, in a round year.
    Month,
    /// The year, if it is round.
    Year,
}

/// A day of the past that returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anniversary {
    /// What returns.
    pub returns: Returns,
    /// After how many years, at least one; of the lunar calendar for a lunar day.
    pub years: i16,
    /// Whether it is a round one.
    pub round: bool,
}

/// How `event` returns on `today`, the nearest sense first; nothing if it does not. Days return in any year, months and
/// years in a round one only. The lunar day of a civil date is known from 1900 on.
#[must_use]
pub fn anniversaries(event: Event, today: Date, round: Round) -> Vec<Anniversary> {
    let step = match round {
        Round::Tens => 10,
        Round::Fives => 5,
    };
    let after = |returns, years: i16| {
        let round = years % step == 0;
        let counts = years > 0 && (round || matches!(returns, Returns::MonthDay | Returns::LunarDay));
        counts.then_some(Anniversary { returns, years, round })
    };
    let lunar = |event: LunarDay| {
        let now = LunarDay::of(today).filter(|now| same_lunar_day(event, *now))?;
        after(Returns::LunarDay, now.year.saturating_sub(event.year))
    };
    let since = |year: i16| today.year().saturating_sub(year);
    let (first, second) = match event {
        Event::Year(year) => (after(Returns::Year, since(year)), None),
        Event::Month(year, month) => {
            (Some(month).filter(|month| *month == today.month()).and_then(|_| after(Returns::Month, since(year))), None)
        }
        Event::Day(day) => {
            let same = same_day(day, today).then(|| after(Returns::MonthDay, since(day.year()))).flatten();
            (same, LunarDay::of(day).and_then(lunar))
        }
        Event::Lunar(day) => (lunar(day), None),
    };
    first.into_iter().chain(second).collect()
}

fn same_day(day: Date, today: Date) -> bool {
    let last = (day.month(), day.day()) == (2, 29) && !today.in_leap_year();
    day.month() == today.month() && day.day() - i8::from(last) == today.day()
}

fn same_lunar_day(day: LunarDay, now: LunarDay) -> bool {
    let last = days_of_month(now.year, now.month, now.leap).unwrap_or(day.day);
    day.month == now.month && !now.leap && day.day.min(last) == now.day
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::{Anniversary, Event, Returns, Round, anniversaries};
    use crate::lunar::LunarDay;

    fn of(event: Event, today: jiff::civil::Date) -> Vec<(Returns, i16, bool)> {
        let found = anniversaries(event, today, Round::Tens);
        found.into_iter().map(|Anniversary { returns, years, round }| (returns, years, round)).collect()
    }

    #[test]
    fn a_day_returns_by_both_calendars() {
        let founded = Event::Day(date(1949, 10, 1));
        assert_eq!(of(founded, date(2029, 10, 1)), [(Returns::MonthDay, 80, true)]);
        assert_eq!(of(founded, date(2026, 10, 1)), [(Returns::MonthDay, 77, false)]);
        // 八月初十
        assert_eq!(of(founded, date(2026, 9, 20)), [(Returns::LunarDay, 77, false)]);
        assert_eq!(of(founded, date(2026, 10, 2)), []);
        assert_eq!(of(founded, date(1949, 10, 1)), [], "the day itself is no anniversary");
        assert_eq!(of(founded, date(1939, 10, 1)), [], "nor is one before it");
        // 正月初一; every nineteen years both may fall together.
        assert_eq!(
            of(Event::Day(date(1950, 2, 17)), date(1969, 2, 17)),
            [(Returns::MonthDay, 19, false), (Returns::LunarDay, 19, false)]
        );
    }

    #[test]
    fn a_lunar_day_of_any_year_returns() {
        let flood = Event::Lunar(LunarDay { year: 1898, month: 5, leap: false, day: 5 });
        assert_eq!(of(flood, date(2024, 6, 10)), [(Returns::LunarDay, 126, false)]);
        assert_eq!(of(flood, date(2028, 5, 28)), [(Returns::LunarDay, 130, true)]);
    }

    #[test]
    fn days_that_some_years_have_not_return_a_day_earlier() {
        let leap_day = Event::Day(date(1956, 2, 29));
        assert_eq!(of(leap_day, date(2026, 2, 28)).first(), Some(&(Returns::MonthDay, 70, true)));
        assert_eq!(of(leap_day, date(2028, 2, 28)).first().map(|found| found.0), None);
        assert_eq!(of(leap_day, date(2028, 2, 29)).first(), Some(&(Returns::MonthDay, 72, false)));
        let eve = Event::Lunar(LunarDay { year: 2023, month: 12, leap: false, day: 30 });
        assert_eq!(of(eve, date(2026, 2, 16)), [(Returns::LunarDay, 2, false)], "廿九 is the eve of 2026");
        let in_leap = Event::Lunar(LunarDay { year: 2023, month: 2, leap: true, day: 1 });
        assert_eq!(of(in_leap, date(2024, 3, 10)), [(Returns::LunarDay, 1, false)]);
        let second = Event::Lunar(LunarDay { year: 1963, month: 2, leap: false, day: 1 });
        assert_eq!(of(second, date(2023, 3, 22)), [], "the leap month is not the month");
    }

    #[test]
    fn years_and_months_return_when_round() {
        assert_eq!(of(Event::Year(1956), date(2026, 7, 1)), [(Returns::Year, 70, true)]);
        assert_eq!(of(Event::Year(1951), date(2026, 7, 1)), []);
        assert_eq!(anniversaries(Event::Year(1951), date(2026, 7, 1), Round::Fives).len(), 1);
        assert_eq!(of(Event::Month(1966, 7), date(2026, 7, 1)), [(Returns::Month, 60, true)]);
        assert_eq!(of(Event::Month(1966, 8), date(2026, 7, 1)), []);
        assert_eq!(of(Event::Year(i16::MIN), date(2026, 7, 1)), [], "no overflow");
    }

    proptest! {
        #[test]
        fn a_day_returns_exactly_once_a_year(year in 1850..2000_i16, month in 1..=12_i8, day in 1..=31_i8, later in 2001..2100_i16) {
            prop_assume!(jiff::civil::Date::new(year, month, day).is_ok());
            let event = Event::Day(date(year, month, day));
            let mut times = 0;
            let mut today = date(later, 1, 1);
            while today.year() == later {
                times += usize::from(of(event, today).iter().any(|found| found.0 == Returns::MonthDay));
                today = today.tomorrow().unwrap();
            }
            prop_assert_eq!(times, 1);
        }
    }
}
