//! A plan: what is sent to whom and when, as it was approved.

use kernel::{Id, Timestamp};
use wechat::client::ClientMessageId;

use crate::{Call, Content, ContentHash};

/// How long after its time a plan is still begun, in seconds; later it needs a new approval.
pub const GRACE: i64 = 30 * 60;

/// A plan as it is kept.
#[derive(Debug)]
pub enum Plan {}

/// Where a plan stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlanState {
    /// Calls of it may still be tried.
    Open,
    /// A member of staff stopped it.
    Stopped,
    /// Its time passed before it, or the rest of it, was tried.
    Expired,
    /// A record that it shows may no longer be shown.
    Withheld,
    /// Every call has ended.
    Finished,
}

impl PlanState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Open, Self::Stopped, Self::Expired, Self::Withheld, Self::Finished];

    /// The word in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Stopped => "stopped",
            Self::Expired => "expired",
            Self::Withheld => "withheld",
            Self::Finished => "finished",
        }
    }

    /// The state of a word in the database.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A plan with its calls.
#[derive(Clone, PartialEq, Debug)]
pub struct Kept {
    /// Which one.
    pub id: Id<Plan>,
    /// The account it goes out from.
    pub account: String,
    /// What is sent.
    pub content: Content,
    /// The digest of what was approved.
    pub content_hash: ContentHash,
    /// Who wrote it.
    pub author: String,
    /// Who approved it.
    pub approver: String,
    /// When they did.
    pub approved_at: Timestamp,
    /// When it is to go out.
    pub scheduled_at: Timestamp,
    /// Where it stands.
    pub state: PlanState,
    /// Whom it is for in words.
    pub whom: String,
    /// How many they were when it was approved; none: WeChat counts them.
    pub people: Option<i64>,
    /// How many of them had received all that a month allows when it was approved; none: that is not known.
    pub at_limit: Option<i64>,
    /// Why it was withheld, or who stopped it.
    pub told: Option<String>,
    /// The calls it takes, in their order: the key of each and where it stands.
    pub calls: Vec<(ClientMessageId, Call)>,
    /// When the last of what had been sent was taken away from its readers; none: readers still have some of it.
    pub removed: Option<Timestamp>,
    /// Where its articles are, as WeChat told.
    pub addresses: Vec<String>,
}
