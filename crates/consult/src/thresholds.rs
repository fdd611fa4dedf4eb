//! From which likeness on a question is answered, and from which it is offered.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How sure the account is to be before it answers a question by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answering {
    /// 拿准了才答
    Sure,
    /// 一般
    #[default]
    Even,
    /// 差不多就答
    Bold,
}

/// How readily it offers questions that may be meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Offering {
    /// 很像才列出
    Few,
    /// 一般
    #[default]
    Even,
    /// 有点像就列出
    Many,
}

/// Both, as staff chose them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// For an answer.
    pub answering: Answering,
    /// For being offered.
    pub offering: Offering,
}

impl Answering {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sure, Self::Even, Self::Bold];

    /// The likeness, 0 to 1, from which on a question is answered.
    pub(crate) const fn likeness(self) -> f64 {
        match self {
            Self::Sure => 0.64,
            Self::Even => 0.55,
            Self::Bold => 0.46,
        }
    }
}

impl Offering {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Few, Self::Even, Self::Many];

    /// The likeness, 0 to 1, from which on a question is offered.
    pub(crate) const fn likeness(self) -> f64 {
        match self {
            Self::Few => 0.38,
            Self::Even => 0.3,
            Self::Many => 0.24,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_answered_would_always_be_offered() {
        for answering in Answering::ALL {
            assert!(Offering::ALL.iter().all(|offering| offering.likeness() < answering.likeness()));
        }
    }
}
