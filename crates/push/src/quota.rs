//! How often an account may send to many, in days and months of Asia/Shanghai (WeChat: 群发接口; as of July 2025).
//!
//! What is counted here is a floor: of pushes made by hand in WeChat's own console those are seen that WeChat tells of.

use account::AccountKind;
use kernel::{Day, Timestamp};

/// A stretch of time that has a limit of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Period {
    /// A day.
    Day(Day),
    /// A month, by its first day.
    Month(Day),
}

impl Period {
    /// The period in which a plan of an account uses up quota.
    pub fn of(kind: AccountKind, at: Timestamp) -> Self {
        match kind {
            AccountKind::Subscription => Self::Day(at.day()),
            AccountKind::Service => {
                let day = at.day();
                Self::Month(day.plus(1 - i64::from(day.civil().day())))
            }
        }
    }

    /// The period of a moment that is as long as the one kept under this word.
    pub(crate) fn as_long_as(key: &str, at: Timestamp) -> Self {
        let is_month = key.len() == "2026-11".len();
        Self::of(if is_month { AccountKind::Service } else { AccountKind::Subscription }, at)
    }

    /// How many plans to everybody or a tag fit into it.
    pub const fn limit(self) -> i64 {
        match self {
            Self::Day(_) => 1,
            Self::Month(_) => 4,
        }
    }

    /// The word by which it is kept: `2026-11-30`, `2026-11`.
    pub fn key(self) -> String {
        match self {
            Self::Day(day) => day.to_string(),
            Self::Month(first) => {
                let date = first.civil();
                format!("{:04}-{:02}", date.year(), date.month())
            }
        }
    }

    /// Its first day, and the first behind it.
    pub fn days(self) -> (Day, Day) {
        match self {
            Self::Day(day) => (day, day.plus(1)),
            Self::Month(first) => {
                let within_next = first.plus(31);
                (first, within_next.plus(1 - i64::from(within_next.civil().day())))
            }
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Day(_) => "当天",
            Self::Month(_) => "当月",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p11_a_month_ends_at_midnight_in_shanghai() {
        let last = Day::from_civil(2026, 12, 1).unwrap().begins().plus_micros(-1);
        assert_eq!(Period::of(AccountKind::Service, last).key(), "2026-11");
        assert_eq!(Period::of(AccountKind::Service, last.plus_micros(1)).key(), "2026-12");
        assert_eq!(Period::of(AccountKind::Subscription, last).key(), "2026-11-30");
        assert_eq!(Period::of(AccountKind::Subscription, last.plus_micros(1)).key(), "2026-12-01");
        let day = |month, day| Day::from_civil(2026, month, day).unwrap();
        assert_eq!(Period::of(AccountKind::Service, last).days(), (day(11, 1), day(12, 1)));
        assert_eq!(Period::of(AccountKind::Subscription, last).days(), (day(11, 30), day(12, 1)));
        assert_eq!(Period::of(AccountKind::Service, last).limit(), 4);
        assert_eq!(Period::of(AccountKind::Subscription, last).limit(), 1);
    }
}
