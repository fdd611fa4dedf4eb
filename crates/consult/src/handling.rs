//! How consultation is handled (办理规则): how soon readers are answered, and whether conversations are given out in turn.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The fewest and the most minutes of opening time that can be chosen.
const LEAST_MINUTES: i64 = 5;
const MOST_MINUTES: i64 = 960;

/// What staff chose.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Handling {
    /// Whether who begins to wait in opening hours is given to a member of staff on duty (轮流分派).
    pub in_turn: bool,
    /// Within how many minutes of opening time somebody who waits is to be answered.
    pub answer_minutes: i64,
    /// After how many minutes of opening time without an answer a conversation is escalated; more than the minutes to answer.
    pub escalate_minutes: i64,
}

impl Default for Handling {
    fn default() -> Self {
        Self { in_turn: false, answer_minutes: 30, escalate_minutes: 60 }
    }
}

impl Handling {
    /// What does not fit, in words; none if all does.
    pub(crate) fn problem(&self) -> Option<String> {
        let fits = |minutes: i64| (LEAST_MINUTES..=MOST_MINUTES).contains(&minutes);
        if !fits(self.answer_minutes) || !fits(self.escalate_minutes) {
            return Some(format!("分钟数要在 {LEAST_MINUTES} 到 {MOST_MINUTES} 之间"));
        }
        (self.escalate_minutes <= self.answer_minutes).then(|| "升级的时间要晚于应答的时间".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_staff_choose_has_bounds_and_comes_in_order() {
        let chosen = |answer_minutes, escalate_minutes| Handling { in_turn: true, answer_minutes, escalate_minutes };
        assert_eq!(Handling::default().problem(), None);
        assert_eq!(chosen(5, 960).problem(), None);
        assert!(chosen(4, 60).problem().unwrap().contains("5 到 960"));
        assert!(chosen(30, 961).problem().unwrap().contains("5 到 960"));
        assert!(chosen(30, 30).problem().unwrap().contains("晚于"));
    }
}
