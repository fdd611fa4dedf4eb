//! What the consultation desk tells.

use super::Event;

/// How a question was answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answered {
    /// By a keyword rule.
    Rule,
    /// By an FAQ entry.
    Faq,
    /// By records of the catalogue.
    Records,
    /// By guidance, because it held personal data.
    Guidance,
    /// Not at all: the default answer was given.
    Default,
}

/// A reader asked something in the chat.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct QuestionHeard {
    /// The account it came to.
    pub account: String,
    /// The question, scrubbed of personal data; empty if nothing else was in it.
    pub text: String,
    /// How it was answered.
    pub answered: Answered,
}

impl Event for QuestionHeard {
    const KIND: &'static str = "consult.question-heard";
    const VERSION: i64 = 1;
}
