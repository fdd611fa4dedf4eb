//! Working time: when somebody who waits should have been answered, and what becomes of who was not.

use kernel::Timestamp;
use web::Hours;

use crate::conversation::{Conversation, State};
use crate::handling::Handling;

/// Days that are looked through: a house that never opens has no due time of its own.
const DAYS: i64 = 60;

/// The moment at which the house has been open for so many minutes since another.
pub(crate) fn due(since: Timestamp, minutes: i64, hours: &Hours) -> Timestamp {
    let mut left = minutes * 60;
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
    since.plus_seconds(minutes * 60)
}

/// What becomes of a conversation nobody has answered in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Lapse {
    /// Whoever was given it in turn did not answer by the due time: all may take it again.
    Returned,
    /// Nobody answered for so long that whoever keeps the desk is told: all may take it.
    Escalated,
}

/// What becomes of a conversation at a moment; nothing if it is not time, or it was done.
pub(crate) fn lapse(of: &Conversation, handling: &Handling, hours: &Hours, now: Timestamp) -> Option<Lapse> {
    let since = of.waiting_since.filter(|_| of.state.is_with_people())?;
    let has_passed = |minutes| due(since, minutes, hours) <= now;
    if !of.is_escalated() && has_passed(handling.escalate_minutes) {
        return Some(Lapse::Escalated);
    }
    (of.state == State::Taken && of.in_turn && has_passed(handling.answer_minutes)).then_some(Lapse::Returned)
}

#[cfg(test)]
mod tests {
    use kernel::testing::MONDAY_MORNING;
    use kernel::{Day, Id};
    use proptest::prelude::*;

    use super::*;

    const WEEK: &str = "monday = [\"08:30-12:00\", \"14:00-17:30\"]\ntuesday = [\"08:30-12:00\"]";

    fn at(days: i64, hour: i64, minute: i64) -> Timestamp {
        let monday: Day = MONDAY_MORNING.day();
        monday.plus(days).begins().plus_seconds(hour * 3600 + minute * 60)
    }

    #[test]
    fn only_opening_time_counts() {
        let hours: Hours = toml::from_str(WEEK).unwrap();
        assert_eq!(due(at(0, 9, 0), 30, &hours), at(0, 9, 30));
        assert_eq!(due(at(0, 11, 50), 30, &hours), at(0, 14, 20), "the noon break does not count");
        assert_eq!(due(at(0, 17, 20), 30, &hours), at(1, 8, 50), "nor does the night");
        assert_eq!(due(at(1, 20, 0), 30, &hours), at(7, 9, 0), "nor do days on which it is closed");
        assert_eq!(due(at(0, 9, 0), 120, &hours), at(0, 11, 0));
        assert_eq!(due(at(0, 9, 0), 30, &Hours::default()), at(0, 9, 30));
    }

    #[test]
    fn what_was_given_in_turn_goes_back_at_the_due_time_and_all_is_escalated_once() {
        let (hours, handling) = (toml::from_str(WEEK).unwrap(), Handling::default());
        let id = Id::parse("00000000-0000-7000-8000-000000000001").unwrap();
        let begun = Conversation::begun(id, ("demo", "o1"), at(0, 9, 0));
        let mut of = Conversation { waiting_since: Some(at(0, 9, 0)), ..begun };
        let lapse = |of: &Conversation, moment| lapse(of, &handling, &hours, moment);
        assert_eq!(lapse(&of, at(0, 9, 30)), None, "all can take it already");
        assert_eq!(lapse(&of, at(0, 10, 0)), Some(Lapse::Escalated));
        of.state = State::Taken;
        assert_eq!(lapse(&of, at(0, 9, 30)), None, "whoever took it themselves keeps it until it is escalated");
        of.in_turn = true;
        assert_eq!((lapse(&of, at(0, 9, 29)), lapse(&of, at(0, 9, 30))), (None, Some(Lapse::Returned)));
        (of.in_turn, of.escalated_at) = (false, Some(at(0, 10, 0)));
        assert_eq!(lapse(&of, at(0, 16, 0)), None, "once");
        of.waiting_since = Some(at(0, 10, 5));
        assert_eq!(lapse(&of, at(0, 11, 5)), Some(Lapse::Escalated), "who waits again is escalated again");
        of.state = State::Bot;
        assert_eq!(lapse(&of, at(0, 16, 0)), None);
    }

    proptest! {
        // The list of those who wait is in the order of their waiting: so the escalated ones come first.
        #[test]
        fn who_waits_longer_is_due_no_later(one in 0_i64..600_000, more in 0_i64..600_000, minutes in 5_i64..960) {
            let hours: Hours = toml::from_str(WEEK).unwrap();
            let since = |seconds| at(0, 0, 0).plus_seconds(seconds);
            prop_assert!(due(since(one), minutes, &hours) <= due(since(one + more), minutes, &hours));
            prop_assert!(due(since(one), minutes, &hours) <= due(since(one), minutes + 1, &hours));
        }
    }
}
