//! The SQL of this crate.

pub(crate) mod canned;
pub(crate) mod conversation;
pub(crate) mod default_answer;
pub(crate) mod duty;
pub(crate) mod faq;
pub(crate) mod file;
pub(crate) mod handling;
pub(crate) mod keeping;
pub(crate) mod learning;
pub(crate) mod lookup;
pub(crate) mod message;
pub(crate) mod rule;
pub(crate) mod rule_given;
pub(crate) mod said;
pub(crate) mod satisfaction;
pub(crate) mod thresholds;
pub(crate) mod vector;

use kernel::{Id, Timestamp};

/// By whom, and when, something is changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change<'a> {
    pub(crate) by: &'a str,
    pub(crate) at: Timestamp,
}

/// A rule or a question as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept<T> {
    /// Its id.
    pub id: Id<T>,
    /// What staff wrote.
    pub item: T,
    /// Whether it answers at all.
    pub enabled: bool,
    /// How often it answered.
    pub hits: i64,
    /// When it last did.
    pub last_hit_at: Option<Timestamp>,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// By whom.
    pub changed_by: String,
}
