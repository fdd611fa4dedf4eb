//! Keyword rules.

use account::{Dialogue, Heard, Spoken};
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::Random;
use kernel::events::Answered;
use wechat::reply::Reply;

use super::answered;
use crate::rule::{Content, Mode, Rule};
use crate::{Rulebook, Wording};

/// What rules need to speak.
pub(super) struct Rules {
    pub(super) rulebook: Rulebook,
    wording: Wording,
    random: Random,
}

impl Rules {
    pub(super) fn new(rulebook: Rulebook, wording: Wording, random: Random) -> Self {
        Self { rulebook, wording, random }
    }

    /// What a rule answers; none if it has no replies.
    pub(super) fn reply(&self, rule: &Rule, heard: &Heard<'_>) -> Option<Reply> {
        let chosen = match rule.mode {
            Mode::All => None,
            Mode::RandomOne => {
                let count = u64::try_from(rule.replies.len()).unwrap_or(0);
                usize::try_from(self.random.below(count)).ok().and_then(|number| rule.replies.get(number))
            }
        };
        let Some(content) = chosen.or_else(|| joined(&rule.replies)) else {
            return self.joined_texts(&rule.replies, heard);
        };
        let links = self.wording.links(heard);
        let fill = |text: &str| self.wording.fill(text, &links, heard.at);
        let address = |url: &str| if url.starts_with('/') { links.page(url) } else { url.to_owned() };
        match content {
            Content::Text(text) => Some(self.wording.reply(text, heard)),
            content => Some(content.reply(fill, address)),
        }
    }

    /// One delivery has one answer, so several texts become one.
    fn joined_texts(&self, replies: &[Content], heard: &Heard<'_>) -> Option<Reply> {
        let texts = replies.iter().filter_map(|content| match content {
            Content::Text(text) => Some(text.as_str()),
            Content::Image(_) | Content::News { .. } => None,
        });
        let text = texts.collect::<Vec<_>>().join("\n\n");
        (!text.is_empty()).then(|| self.wording.reply(&text, heard))
    }
}

/// The one content that is the whole answer: the only one, or the first that is no text where there are no texts.
fn joined(replies: &[Content]) -> Option<&Content> {
    match replies {
        [one] => Some(one),
        several if several.iter().all(|content| !matches!(content, Content::Text(_))) => several.first(),
        _ => None,
    }
}

/// Answers a text by the rule it sets off.
pub(super) struct Keywords(pub(super) Rules);

impl Dialogue for Keywords {
    fn name(&self) -> &'static str {
        "rules"
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        let spoken = heard.text().and_then(|text| {
            let page = self.0.rulebook.page();
            let rule = page.rules.of_text(text, is_citation(text))?;
            Some(answered(heard, self.0.reply(rule, heard)?, Answered::Rule))
        });
        std::future::ready(Ok(spoken)).boxed()
    }
}

/// Whether a text is the title or the number of a document: then keywords it happens to contain mean nothing.
fn is_citation(text: &str) -> bool {
    // Only long texts, or texts with a number, can be one; the others are spared the look.
    let long = text.chars().nth(14).is_some();
    let numbered = text.contains(|c: char| c.is_ascii_digit()) && chinese::document_number::key(text).is_some();
    numbered || (long && chinese::doctype::of_title(text).is_some())
}
