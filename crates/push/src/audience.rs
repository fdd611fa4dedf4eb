//! Who receives a plan, frozen when it was approved, and the calls it takes.

use std::collections::HashSet;

use kernel::Id;
use serde::{Deserialize, Serialize};

/// The most followers of one call by list (WeChat: `message/mass/send`).
pub const MOST_LISTED: usize = 10_000;
/// The least.
pub const LEAST_LISTED: usize = 2;

/// Followers who met some conditions at a moment (名单), as they are kept.
#[derive(Debug)]
pub enum Roll {}

/// Who receives a plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody who follows the account.
    Everyone,
    /// Who has this tag on WeChat's side.
    Tag(i64),
    /// These followers, by openid.
    List(Vec<String>),
    /// A roll that was frozen.
    Roll(Id<Roll>),
    /// As many of them as one call takes, by their number from 1.
    Part(Id<Roll>, i64),
}

/// Why nobody can be sent to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AudienceProblem {
    /// A list of fewer than two followers.
    #[error("按名单群发至少要有 2 位读者")]
    TooFew,
}

impl Audience {
    /// Whether it takes one of the few pushes that an account has: by list it has any number, and each follower receives a few
    /// (WeChat: 群发接口).
    pub const fn takes_share(&self) -> bool {
        matches!(self, Self::Everyone | Self::Tag(_))
    }

    /// The audiences of the calls it takes: a list is cut into as few as there can be, of about the same length, each
    /// follower once. A roll was cut when it was frozen.
    ///
    /// # Errors
    /// [`AudienceProblem::TooFew`].
    pub fn calls(self) -> Result<Vec<Self>, AudienceProblem> {
        let Self::List(openids) = self else { return Ok(vec![self]) };
        let mut seen = HashSet::with_capacity(openids.len());
        let once: Vec<String> = openids.into_iter().filter(|openid| seen.insert(openid.clone())).collect();
        if once.len() < LEAST_LISTED {
            return Err(AudienceProblem::TooFew);
        }
        let calls = once.len().div_ceil(MOST_LISTED);
        Ok(once.chunks(once.len().div_ceil(calls)).map(|some| Self::List(some.to_vec())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(count: usize) -> Audience {
        Audience::List((0..count).map(|number| format!("o{number}")).collect())
    }

    #[test]
    fn p18_lists_are_cut_so_that_none_is_too_long_or_too_short() {
        for count in [2, 9_999, 10_000, 10_001, 20_001, 100_001, 1_000_000] {
            let calls = list(count).calls().unwrap();
            let lengths: Vec<usize> =
                calls.iter().map(|call| if let Audience::List(some) = call { some.len() } else { 0 }).collect();
            assert_eq!(lengths.iter().sum::<usize>(), count);
            assert!(lengths.iter().all(|length| (LEAST_LISTED..=MOST_LISTED).contains(length)), "{count}: {lengths:?}");
            assert_eq!(lengths.len(), count.div_ceil(MOST_LISTED));
        }
    }

    #[test]
    fn p18_who_is_named_twice_counts_once_and_one_alone_is_refused() {
        let twice = Audience::List(vec!["a".to_owned(), "a".to_owned()]);
        assert_eq!(twice.calls(), Err(AudienceProblem::TooFew));
        assert_eq!(list(0).calls(), Err(AudienceProblem::TooFew));
        assert_eq!(Audience::Tag(2).calls(), Ok(vec![Audience::Tag(2)]));
    }
}
