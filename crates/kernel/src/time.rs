//! Moments and calendar days. The house lives in Asia/Shanghai, whatever the host's time zone says.

use std::fmt;

/// A moment: microseconds since 1970-01-01T00:00:00Z. Stored as `INTEGER` in SQLite and `TIMESTAMPTZ` in PostgreSQL.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// Offset of Asia/Shanghai from UTC in seconds. China has kept one offset and no summer time since 1992.
const SHANGHAI_SECONDS: i64 = 8 * 3600;
const MICROS: i64 = 1_000_000;
const DAY_SECONDS: i64 = 86_400;

impl Timestamp {
    /// From microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From seconds since the Unix epoch; saturates at the ends of the range.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MICROS))
    }

    /// Microseconds since the Unix epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS)
    }

    /// This moment plus a number of seconds (negative: earlier); saturates.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MICROS)))
    }

    /// Seconds from `earlier` to this moment, rounded down; negative if `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(MICROS)
    }

    /// The Asia/Shanghai calendar day this moment falls on.
    pub const fn day(self) -> Day {
        Day(self.seconds().saturating_add(SHANGHAI_SECONDS).div_euclid(DAY_SECONDS))
    }

    /// So many microseconds later.
    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Minutes since midnight in Asia/Shanghai, 0 to 1439.
    pub const fn minute_of_day(self) -> i64 {
        self.seconds().saturating_add(SHANGHAI_SECONDS).rem_euclid(DAY_SECONDS) / 60
    }

    /// `2026-11-22T09:05:00Z`: ISO 8601 in UTC to the second, as machines exchange it. Moments outside the years 1 to 9999
    /// are given as the nearest end.
    pub fn utc_text(self) -> String {
        let (first, last) = (-62_135_596_800, 253_402_207_200);
        let moment = jiff::Timestamp::from_second(self.seconds().clamp(first, last));
        moment.unwrap_or(jiff::Timestamp::MAX).to_string()
    }

    /// The moment of a text in the form of [`Self::utc_text`]; `None` for every other form.
    pub fn from_utc_text(text: &str) -> Option<Self> {
        let moment: jiff::Timestamp = text.parse().ok()?;
        let moment = Self::from_seconds(moment.as_second());
        (moment.utc_text() == text).then_some(moment)
    }

    /// The moment to the microsecond, `2026-11-22T09:05:00.000001Z`: to be sent back as it is.
    pub fn exact_text(self) -> String {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX).to_string()
    }

    /// The moment of a text in the form of [`Self::exact_text`].
    pub fn from_exact_text(text: &str) -> Option<Self> {
        let moment: jiff::Timestamp = text.parse().ok()?;
        Some(Self::from_micros(moment.as_microsecond()))
    }

    /// `2026-11-22 17:05` in Asia/Shanghai, as staff and readers see it.
    pub fn local_text(self) -> String {
        let minute = self.minute_of_day();
        format!("{} {:02}:{:02}", self.day(), minute / 60, minute % 60)
    }
}

/// A calendar day in Asia/Shanghai, counted from 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(i64);

impl Day {
    /// From a civil date; `None` if there is no such day.
    pub fn from_civil(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        let epoch = jiff::civil::Date::constant(1970, 1, 1);
        let days = date.since(epoch).ok()?.get_days();
        Some(Self(i64::from(days)))
    }

    /// The day of a text like `2026-11-29`; `None` for every other form.
    pub fn parse(text: &str) -> Option<Self> {
        let date: jiff::civil::Date = text.parse().ok()?;
        let day = Self::from_civil(date.year(), date.month(), date.day())?;
        (day.to_string() == text).then_some(day)
    }

    /// The civil date of this day. Days beyond the year 9999 are given as its last day.
    pub fn civil(self) -> jiff::civil::Date {
        let epoch = jiff::civil::Date::constant(1970, 1, 1);
        let span = jiff::Span::new().try_days(self.0);
        span.and_then(|days| epoch.checked_add(days)).unwrap_or(jiff::civil::Date::MAX)
    }

    /// Midnight at which the day begins.
    pub const fn begins(self) -> Timestamp {
        Timestamp::from_seconds(self.0.saturating_mul(DAY_SECONDS).saturating_sub(SHANGHAI_SECONDS))
    }

    /// The day `days` later (negative: earlier).
    #[must_use]
    pub const fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Day of the week, 1 = Monday to 7 = Sunday.
    pub const fn weekday(self) -> i64 {
        (self.0 + 3).rem_euclid(7) + 1
    }
}

impl fmt::Display for Day {
    /// `2026-11-22`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.civil();
        write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }
}

impl serde::Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("“{text}”不是日期；请写成 2026-10-01")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_changes_at_shanghai_midnight() {
        let day = Day::from_civil(2026, 11, 23).unwrap();
        assert_eq!(day.begins().day(), day);
        assert_eq!(day.begins().plus_seconds(-1).day(), day.plus(-1));
        assert_eq!(day.to_string(), "2026-11-23");
        assert_eq!(Day::parse("2026-11-23"), Some(day));
        for other in ["2026-11-31", "20261123", "2026-11-23T00:00", "2026-1-2", ""] {
            assert_eq!(Day::parse(other), None, "{other}");
        }
        assert_eq!(day.weekday(), 1);
    }

    #[test]
    fn local_text_is_shanghai_time() {
        assert_eq!(Timestamp::from_seconds(0).local_text(), "1970-01-01 08:00");
    }

    #[test]
    fn seconds_round_down_before_the_epoch() {
        assert_eq!(Timestamp::from_micros(-1).seconds(), -1);
    }

    #[test]
    fn moments_for_machines_have_one_form() {
        assert_eq!(Timestamp::from_seconds(0).utc_text(), "1970-01-01T00:00:00Z");
        assert_eq!(
            Timestamp::from_utc_text("2026-11-22T09:05:00Z").map(Timestamp::local_text).as_deref(),
            Some("2026-11-22 17:05")
        );
        for other in [
            "2026-11-22",
            "2026-11-22T09:05:00",
            "2026-11-22T09:05:00+08:00",
            "2026-11-22 09:05:00Z",
            "2026-13-22T09:05:00Z",
            "x",
            "",
        ] {
            assert_eq!(Timestamp::from_utc_text(other), None, "{other}");
        }
        assert_eq!(Timestamp::from_micros(i64::MAX).utc_text().get(..4), Some("9999"));
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_for_machines_is_read_again(seconds in -62_000_000_000_i64..253_000_000_000) {
            let moment = Timestamp::from_seconds(seconds);
            proptest::prop_assert_eq!(Timestamp::from_utc_text(&moment.utc_text()), Some(moment));
            let exact = Timestamp::from_micros(seconds * 1_000_000 + 7);
            proptest::prop_assert_eq!(Timestamp::from_exact_text(&exact.exact_text()), Some(exact));
        }

        #[test]
        fn a_moment_lies_in_its_day(micros in -60_000_000_000_000_000_i64..250_000_000_000_000_000) {
            let moment = Timestamp::from_micros(micros);
            let day = moment.day();
            proptest::prop_assert!(day.begins() <= moment && moment < day.plus(1).begins());
            let date = day.civil();
            proptest::prop_assert_eq!(Day::from_civil(date.year(), date.month(), date.day()), Some(day));
        }
    }
}
