//! Where a draft stands, and how it gets there.

use kernel::{Code, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long what was discarded can be taken back, in seconds.
pub const KEPT_FOR: i64 = 30 * 24 * 3600;

/// Where a draft stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// 撰写中.
    Writing,
    /// 审核中: nobody changes it.
    InReview,
    /// 已退回: written further.
    Returned,
    /// 已批准: the plan tells the rest.
    Approved,
    /// 已放弃.
    Discarded,
}

impl DraftState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Writing, Self::InReview, Self::Returned, Self::Approved, Self::Discarded];

    /// The word in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Writing => "writing",
            Self::InReview => "in_review",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Discarded => "discarded",
        }
    }

    /// The words staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Writing => "撰写中",
            Self::InReview => "审核中",
            Self::Returned => "已退回",
            Self::Approved => "已批准",
            Self::Discarded => "已放弃",
        }
    }

    /// The state of a word in the database.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether it may be changed.
    pub const fn is_written(self) -> bool {
        matches!(self, Self::Writing | Self::Returned)
    }

    /// Goes on only if it may be changed.
    ///
    /// # Errors
    /// [`Code::NotYet`].
    pub fn must_be_written(self) -> Result<(), Problem> {
        let why = match self {
            Self::Writing | Self::Returned => return Ok(()),
            Self::InReview => "正在审核，不能改动；要改，请先撤回",
            Self::Approved => "已经批准，不能改动；要改，请先撤销批准",
            Self::Discarded => "已经放弃，不能改动；要改，请先恢复",
        };
        Err(refused(why))
    }

    /// Submitted for review.
    ///
    /// # Errors
    /// [`Code::NotYet`] unless it is being written.
    pub fn submitted(self) -> Result<Self, Problem> {
        self.must_be_written().map(|()| Self::InReview)
    }

    /// Taken back from review by its authors.
    ///
    /// # Errors
    /// [`Code::NotYet`] unless it is in review.
    pub fn withdrawn(self) -> Result<Self, Problem> {
        self.must_be_in_review().map(|()| Self::Writing)
    }

    /// Returned by a reviewer.
    ///
    /// # Errors
    /// [`Code::NotYet`] unless it is in review.
    pub fn returned(self) -> Result<Self, Problem> {
        self.must_be_in_review().map(|()| Self::Returned)
    }

    /// Approved.
    ///
    /// # Errors
    /// [`Code::NotYet`] unless it is in review.
    pub fn approved(self) -> Result<Self, Problem> {
        self.must_be_in_review().map(|()| Self::Approved)
    }

    /// Opened again after it was approved.
    ///
    /// # Errors
    /// [`Code::NotYet`] unless it is approved.
    pub fn reopened(self) -> Result<Self, Problem> {
        if self == Self::Approved { Ok(Self::Writing) } else { Err(refused("还没有批准，不用撤销")) }
    }

    /// Discarded.
    ///
    /// # Errors
    /// [`Code::NotYet`] if it is in review, approved or discarded.
    pub fn discarded(self) -> Result<Self, Problem> {
        self.must_be_written().map(|()| Self::Discarded)
    }

    /// Taken back after it was discarded at a moment.
    ///
    /// # Errors
    /// [`Code::NotYet`] unless it is discarded, and after [`KEPT_FOR`].
    pub fn restored(self, discarded_at: Timestamp, now: Timestamp) -> Result<Self, Problem> {
        if self != Self::Discarded {
            return Err(refused("没有放弃，不用恢复"));
        }
        if now.seconds_since(discarded_at) > KEPT_FOR {
            return Err(refused("放弃已经超过 30 天，不能恢复了"));
        }
        Ok(Self::Writing)
    }

    fn must_be_in_review(self) -> Result<(), Problem> {
        let why = match self {
            Self::InReview => return Ok(()),
            Self::Writing | Self::Returned => "还没有提交审核，或者作者刚刚撤回",
            Self::Approved => "已经批准",
            Self::Discarded => "已经放弃",
        };
        Err(refused(why))
    }
}

fn refused(why: &str) -> Problem {
    Problem::new(Code::NotYet, "这篇推文").because(why)
}

#[cfg(test)]
mod tests {
    use super::DraftState::{Approved, Discarded, InReview, Returned, Writing};
    use super::*;

    /// Every step from every state, and where it leads.
    #[test]
    fn a_draft_goes_through_review_and_no_step_is_left_out() {
        type Step = fn(DraftState) -> Result<DraftState, Problem>;
        let restored: Step = |state| state.restored(Timestamp::from_seconds(0), Timestamp::from_seconds(KEPT_FOR));
        let steps: [(Step, &[DraftState], DraftState); 7] = [
            (DraftState::submitted, &[Writing, Returned], InReview),
            (DraftState::withdrawn, &[InReview], Writing),
            (DraftState::returned, &[InReview], Returned),
            (DraftState::approved, &[InReview], Approved),
            (DraftState::reopened, &[Approved], Writing),
            (DraftState::discarded, &[Writing, Returned], Discarded),
            (restored, &[Discarded], Writing),
        ];
        for (step, from, to) in steps {
            for state in DraftState::ALL {
                let wanted = from.contains(&state).then_some(to);
                assert_eq!(step(state).ok(), wanted, "{state:?} to {to:?}");
            }
        }
    }

    #[test]
    fn what_was_discarded_can_be_taken_back_for_thirty_days() {
        let after = |seconds| Discarded.restored(Timestamp::from_seconds(0), Timestamp::from_seconds(seconds));
        assert_eq!(after(KEPT_FOR), Ok(Writing));
        assert!(after(KEPT_FOR + 1).is_err());
    }
}
