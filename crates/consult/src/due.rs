//! Working time: when somebody who waits should have been answered.

use kernel::Timestamp;
use web::Hours;

use crate::conversation::DUE_MINUTES;

/// Days that are looked through: a house that never opens has no due time of its own.
const DAYS: i64 = 60;

/// The moment at which the house has been open for [`DUE_MINUTES`] since another.
pub(crate) fn due(since: Timestamp, hours: &Hours) -> Timestamp {
    let mut left = DUE_MINUTES * 60;
    for number in 0..DAYS {
        let day = since.day().plus(number);
        for period in hours.on(day) {
            let at = |minute: u16| day.begins().plus_seconds(i64::from(minute) * 60);
            let (begins, ends) = (at(period.from).max(since), at(period.until));
            let open = ends.seconds_since(begins);
            if open >= left {
                return begins.plus_seconds(left);
            }
            left -= open.max(0);
        }
    }
    since.plus_seconds(DUE_MINUTES * 60)
}

#[cfg(test)]
mod tests {
    use kernel::testing::MONDAY_MORNING;

    use super::*;

    #[test]
    fn only_opening_time_counts() {
        let hours: Hours =
            toml::from_str("monday = [\"08:30-12:00\", \"14:00-17:30\"]\ntuesday = [\"08:30-12:00\"]").unwrap();
        let monday = MONDAY_MORNING.day();
        let at = |days: i64, hour: i64, minute: i64| monday.plus(days).begins().plus_seconds(hour * 3600 + minute * 60);
        assert_eq!(due(at(0, 9, 0), &hours), at(0, 9, 30));
        assert_eq!(due(at(0, 11, 50), &hours), at(0, 14, 20), "the noon break does not count");
        assert_eq!(due(at(0, 17, 20), &hours), at(1, 8, 50), "nor does the night");
        assert_eq!(due(at(1, 20, 0), &hours), at(7, 9, 0), "nor do days on which it is closed");
        assert_eq!(due(at(0, 9, 0), &Hours::default()), at(0, 9, 30));
    }
}
