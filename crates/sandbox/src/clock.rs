//! The platform's clock: a base source of time plus an offset that can be moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use wechat::Environment;

/// Microseconds added to the base time. In `lantai demo` both sides hold the same one, so that they move together.
#[derive(Clone, Debug, Default)]
pub struct Offset(pub Arc<AtomicI64>);

impl Offset {
    /// Microseconds added at this moment.
    pub fn micros(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Moves the clock by whole seconds and returns the new offset in microseconds. Saturates at the type's bounds.
    pub fn advance(&self, seconds: i64) -> i64 {
        let step = seconds.saturating_mul(1_000_000);
        let moved = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| Some(now.saturating_add(step)));
        moved.unwrap_or_else(|now| now).saturating_add(step)
    }
}

/// Now, as WeChat's side sees it.
#[derive(Clone)]
pub(crate) struct Clock {
    pub(crate) base: Arc<dyn Environment>,
    pub(crate) offset: Offset,
}

impl Clock {
    /// Unix seconds.
    pub(crate) fn now(&self) -> i64 {
        self.base.now().saturating_add(self.offset.micros().div_euclid(1_000_000))
    }
}

/// The moved time, for what takes an environment.
impl Environment for Clock {
    fn now(&self) -> i64 {
        Self::now(self)
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.base.fill(bytes);
    }
}

/// A calendar day in Asia/Shanghai (no daylight saving since 1991), as days since 1970-01-01.
pub(crate) fn day(unix: i64) -> i64 {
    unix.saturating_add(8 * 3600).div_euclid(86_400)
}

/// The hour of the day in Asia/Shanghai.
pub(crate) fn hour(unix: i64) -> i64 {
    unix.saturating_add(8 * 3600).rem_euclid(86_400) / 3600
}

/// A calendar month in Asia/Shanghai as `year * 12 + month`; quotas such as `clear_quota` count by it.
pub(crate) fn month(unix: i64) -> i64 {
    civil(unix).map_or(0, |date| i64::from(date.year()) * 12 + i64::from(date.month()))
}

/// `2026-11-23 08:15:00` in Asia/Shanghai.
pub(crate) fn written(unix: i64) -> String {
    civil(unix).map_or_else(|| unix.to_string(), |date| date.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

/// `2026-11-23` for a day as [`day`] counts it.
pub(crate) fn written_day(day: i64) -> String {
    civil(day.saturating_mul(86_400)).map_or_else(String::new, |date| date.strftime("%Y-%m-%d").to_string())
}

/// The day of `2026-11-23`, as [`day`] counts it.
pub(crate) fn read_day(text: &str) -> Option<i64> {
    let date: jiff::civil::Date = text.parse().ok().filter(|_| text.len() == 10)?;
    Some(day(jiff::tz::Offset::constant(8).to_timestamp(date.at(12, 0, 0, 0)).ok()?.as_second()))
}

fn civil(unix: i64) -> Option<jiff::civil::DateTime> {
    let shanghai = jiff::tz::Offset::constant(8);
    Some(shanghai.to_datetime(jiff::Timestamp::from_second(unix).ok()?))
}

#[cfg(test)]
mod tests {
    use super::{day, month, read_day, written, written_day};

    #[test]
    fn days_and_months_turn_at_midnight_in_shanghai() {
        let last_second = 1_767_196_799; // 2025-12-31 23:59:59 +08:00
        assert_eq!(written(last_second), "2025-12-31 23:59:59");
        assert_eq!(day(last_second) + 1, day(last_second + 1));
        assert_eq!(month(last_second) + 1, month(last_second + 1));
        assert_eq!(month(last_second), 2025 * 12 + 12);
        assert_eq!(written_day(day(last_second)), "2025-12-31");
        assert_eq!(read_day("2025-12-31"), Some(day(last_second)));
        assert_eq!(read_day("2025-12-32"), None);
        assert_eq!(read_day("2025-1-1"), None);
    }
}
