//! What the account sends to many.
//!
//! An [`article::Article`] is written in blocks and becomes HTML that WeChat keeps. Its pictures, and what else it is made
//! of, lie in the library ([`Materials`]); texts from outside become blocks ([`import`]).
//!
//! A [`draft::Draft`] is written, reviewed and approved at the desk of [`Drafting`]; the version that was approved becomes a plan.
//!
//! A [`notice`] tells one reader of what they asked for, by a template of the account ([`Noticing`]).
//!
//! A [`Plan`] says what is sent to whom and when, as a second person approved it. It takes one or more [`Call`]s to
//! WeChat, each under a key of its own that never changes, so that WeChat takes it once however often it is
//! repeated. The [`Ledger`] approves plans, sends what is due and hears how it ended. What may have been sent is never
//! sent again by the program: where that is no longer certain, a person decides. A [`Publication`] gives articles an address
//! and tells no reader.

pub mod article;
mod audience;
mod call;
pub mod console;
mod content;
mod desk;
pub mod draft;
mod epoch;
pub mod headline;
pub mod hint;
pub mod import;
mod jobs;
pub mod material;
pub mod notice;
pub mod outside;
mod plan;
mod post;
mod publication;
pub mod quality;
mod quota;
mod sent_article;
pub mod site;
mod store;
mod visit;

pub use audience::{Audience, AudienceProblem, LEAST_LISTED, MOST_LISTED, Roll};
pub use call::{APART, Answer, Attempts, Call, Counts, Due, REPEATED_FOR};
pub use content::{Content, ContentHash, Quoted};
pub use desk::library::{AtAccount, Described, Materials, Received, Stock};
pub use desk::{
    ArticleResult, Comments, Consenting, Counted, CountedTemplate, Draft, Drafting, Ended, Ends, Fetched, Gathered,
    Growth, Guard, Headlines, Hours, ImportedList, Issue, Ledger, LeftOut, ListVersion, MOST_TAGGED, NoticeBoard,
    Noticing, Offer, OpenRecords, Outgoing, Overview, PastArticles, Pictures, Post, Posted, Preparing, Quality, Quiet,
    REPLY, Reach, Remark, RemarkId, RemarkPage, Results, Roster, Save, Sender, Sent, Stage, Stopped, Turned, Visits,
    Wanted, Whole, Whom, Written,
};
pub use epoch::{Epoch, Frozen};
pub use jobs::jobs;
pub use plan::{GRACE, Kept, Plan, PlanState};
pub use post::Mailbox;
pub use publication::{Publication, PublishEnd, Published};
pub use quota::Period;
pub use sent_article::SentArticle;
pub use visit::Tag;
