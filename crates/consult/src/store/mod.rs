//! The SQL of this crate.

pub(crate) mod default_answer;
pub(crate) mod faq;
pub(crate) mod rule;
