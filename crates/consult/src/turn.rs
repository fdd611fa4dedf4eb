//! Assignment in turn (轮流分派): who is on duty, and whose turn it is.

use kernel::Timestamp;
use web::Hours;

/// A member of staff on duty (在岗).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OnDuty {
    /// The account's name.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// When they were last given a conversation in turn.
    pub given_at: Option<Timestamp>,
    /// How many conversations they hold.
    pub open: i64,
}

/// Whose turn it is: whoever holds the fewest conversations; among equals, whoever was given one longest ago, or never; and
/// among these, by name.
pub(crate) fn next(on_duty: &[OnDuty]) -> Option<&OnDuty> {
    on_duty.iter().min_by_key(|one| (one.open, one.given_at, &one.name))
}

/// When the duty ends of whoever comes on duty at a moment: when the house closes for the last time that day; at the end of
/// the day if it does not open any more.
pub(crate) fn ends(since: Timestamp, hours: &Hours) -> Timestamp {
    let day = since.day();
    let closes = hours.on(day).iter().map(|period| day.begins().plus_seconds(i64::from(period.until) * 60)).max();
    closes.filter(|closes| *closes > since).unwrap_or_else(|| day.plus(1).begins())
}

#[cfg(test)]
mod tests {
    use kernel::testing::MONDAY_MORNING;
    use proptest::prelude::*;

    use super::*;

    fn on_duty(name: usize, open: i64, given: Option<i64>) -> OnDuty {
        let at = |seconds| MONDAY_MORNING.plus_seconds(seconds);
        OnDuty { name: format!("职员{name}"), since: at(0), until: at(3600), given_at: given.map(at), open }
    }

    fn staff() -> impl Strategy<Value = Vec<OnDuty>> {
        let one = (0_i64..4, proptest::option::of(0_i64..4));
        proptest::collection::vec(one, 0..6).prop_map(|all| {
            all.into_iter().enumerate().map(|(name, (open, given))| on_duty(name, open, given)).collect()
        })
    }

    proptest! {
        #[test]
        fn nobody_who_holds_more_or_was_given_one_later_is_chosen_before_another(staff in staff()) {
            let chosen = next(&staff);
            prop_assert_eq!(chosen.is_none(), staff.is_empty());
            for (chosen, other) in chosen.into_iter().flat_map(|chosen| staff.iter().map(move |other| (chosen, other))) {
                prop_assert!(chosen.open <= other.open);
                prop_assert!(chosen.open < other.open || chosen.given_at <= other.given_at);
            }
        }

        #[test]
        fn the_order_in_which_they_are_looked_at_does_not_matter(staff in staff()) {
            let back: Vec<OnDuty> = staff.iter().rev().cloned().collect();
            prop_assert_eq!(next(&staff), next(&back));
        }

        #[test]
        fn however_many_wait_nobody_is_given_two_more_than_another(many in 1_usize..5, waiting in 0_usize..30) {
            let mut staff: Vec<OnDuty> = (0..many).map(|name| on_duty(name, 0, None)).collect();
            for moment in 0..waiting {
                let chosen = next(&staff).unwrap().name.clone();
                let one = staff.iter_mut().find(|one| one.name == chosen).unwrap();
                one.open += 1;
                one.given_at = Some(MONDAY_MORNING.plus_seconds(i64::try_from(moment).unwrap()));
            }
            let held = |pick: fn(std::slice::Iter<'_, OnDuty>) -> Option<i64>| pick(staff.iter()).unwrap();
            let (least, most) = (held(|all| all.map(|one| one.open).min()), held(|all| all.map(|one| one.open).max()));
            prop_assert!(most - least <= 1);
        }
    }

    #[test]
    fn duty_ends_with_the_hours_of_the_day() {
        let hours: Hours = toml::from_str("monday = [\"08:30-12:00\", \"14:00-17:30\"]").unwrap();
        let monday = MONDAY_MORNING.day();
        let at = |days: i64, hour: i64, minute: i64| monday.plus(days).begins().plus_seconds(hour * 3600 + minute * 60);
        assert_eq!(ends(at(0, 8, 0), &hours), at(0, 17, 30));
        assert_eq!(ends(at(0, 12, 30), &hours), at(0, 17, 30), "the noon break does not end it");
        assert_eq!(ends(at(0, 18, 0), &hours), at(1, 0, 0));
        assert_eq!(ends(at(1, 9, 0), &hours), at(2, 0, 0), "nor does it last over the night");
    }
}
