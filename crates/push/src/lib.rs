//! What the account sends to many.
//!
//! An [`article::Article`] is written in blocks and becomes HTML that WeChat keeps.
//!
//! A [`Plan`] says what is sent to whom and when, as a second person approved it. It takes one or more [`Call`]s to
//! WeChat, each under a key of its own that never changes, so that WeChat takes it once however often it is
//! repeated. The [`Ledger`] approves plans, sends what is due and hears how it ended. What may have been sent is never
//! sent again by the program: where that is no longer certain, a person decides.

pub mod article;
mod audience;
mod call;
pub mod console;
mod content;
mod desk;
mod epoch;
mod plan;
mod post;
pub mod quality;
mod quota;
mod store;

pub use audience::{Audience, AudienceProblem, LEAST_LISTED, MOST_LISTED};
pub use call::{APART, Answer, Attempts, Call, Counts, Due, REPEATED_FOR};
pub use content::{Content, ContentHash};
pub use desk::{
    Draft, Ended, Guard, ImportedList, Ledger, ListVersion, Outgoing, Post, Quality, Sender, Sent, Stopped,
};
pub use epoch::{Epoch, Frozen};
pub use plan::{GRACE, Kept, Plan, PlanState};
pub use post::Mailbox;
pub use quota::Period;
