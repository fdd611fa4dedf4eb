//! The session of a member of staff: how far they have come in, and when it ends.

use kernel::{Id, Timestamp};

use crate::staff::Staff;

/// How long a session lives without being used, and in all, in seconds (GB/T 22239-2019 8.1.4.1 asks for an end of idle
/// ones).
pub(crate) const IDLE_SECONDS: i64 = 15 * 60;
pub(crate) const WHOLE_SECONDS: i64 = 8 * 3600;
/// How long somebody who gave the password may take for the second factor, in seconds.
pub(crate) const HALFWAY_SECONDS: i64 = 10 * 60;
/// How long a sign-in, or a password given anew, proves who somebody is for grave acts, in seconds.
pub(crate) const PROOF_SECONDS: i64 = 10 * 60;
/// The last use is written down at most this often, in seconds.
pub(crate) const TOUCH_SECONDS: i64 = 30;

/// How far a member of staff has come in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// With the password; the second factor is still to be given, or to be set up.
    Password,
    /// Wholly.
    Whole,
}

impl Stage {
    /// The word stored in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Whole => "whole",
        }
    }

    /// The stage of a stored word.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Password, Self::Whole].into_iter().find(|stage| stage.name() == name)
    }
}

/// A session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct StaffSession {
    pub(crate) staff: Id<Staff>,
    pub(crate) stage: Stage,
    pub(crate) started: Timestamp,
    pub(crate) seen: Timestamp,
}

impl StaffSession {
    /// Whether whoever is in proved a short while ago who they are.
    pub(crate) fn is_proved(&self, now: Timestamp) -> bool {
        self.stage == Stage::Whole && now.seconds_since(self.started) < PROOF_SECONDS
    }

    /// Whether it still runs.
    pub(crate) const fn runs(&self, now: Timestamp) -> bool {
        let (idle, whole) = match self.stage {
            Stage::Password => (HALFWAY_SECONDS, HALFWAY_SECONDS),
            Stage::Whole => (IDLE_SECONDS, WHOLE_SECONDS),
        };
        now.seconds_since(self.seen) < idle && now.seconds_since(self.started) < whole
    }
}

#[cfg(test)]
mod tests {
    use kernel::testing::MONDAY_MORNING;

    use super::*;

    #[test]
    fn a09_a_session_ends_idle_and_in_all() {
        let at = |seconds| MONDAY_MORNING.plus_seconds(seconds);
        let staff = Id::parse("00000000-0000-7000-8000-000000000001").unwrap();
        let session = |stage, seen| StaffSession { staff, stage, started: at(0), seen: at(seen) };
        assert!(
            session(Stage::Whole, 0).runs(at(IDLE_SECONDS - 1)) && !session(Stage::Whole, 0).runs(at(IDLE_SECONDS))
        );
        assert!(!session(Stage::Whole, WHOLE_SECONDS - 1).runs(at(WHOLE_SECONDS)));
        let whole = session(Stage::Whole, PROOF_SECONDS);
        assert!(whole.is_proved(at(PROOF_SECONDS - 1)) && !whole.is_proved(at(PROOF_SECONDS)), "T18");
        assert!(!session(Stage::Password, 0).is_proved(at(1)));
        assert!(!session(Stage::Password, HALFWAY_SECONDS - 1).runs(at(HALFWAY_SECONDS)));
        assert!([Stage::Password, Stage::Whole].iter().all(|stage| Stage::named(stage.name()) == Some(*stage)));
    }
}
