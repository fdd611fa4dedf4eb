//! Keyword rules.

use account::{Capability, Dialogue, Heard, Spoken};
use futures::FutureExt;
use futures::future::BoxFuture;
use identity::ReaderLinks;
use kernel::events::Answered;
use kernel::{Ground, Ids, Random};
use wechat::reply::Reply;

use super::answered;
use crate::rule::{Content, Mode, Rule};
use crate::wording::anchor;
use crate::{Rulebook, Wording};

/// What rules need to speak.
pub(super) struct Rules {
    pub(super) rulebook: Rulebook,
    wording: Wording,
    random: Random,
    ids: Ids,
}

impl Rules {
    pub(super) fn new(rulebook: Rulebook, wording: Wording, ground: &Ground) -> Self {
        Self { rulebook, wording, random: ground.random.clone(), ids: ground.ids.clone() }
    }

    /// What a rule answers; none if it has no replies.
    pub(super) fn spoken(&self, rule: &Rule, heard: &Heard<'_>) -> Option<Spoken> {
        let replies = match rule.mode {
            Mode::All => self.all(&rule.replies, heard),
            Mode::RandomOne => {
                let count = u64::try_from(rule.replies.len()).unwrap_or(0);
                let chosen = usize::try_from(self.random.below(count)).ok().and_then(|number| rule.replies.get(number));
                chosen.map(|content| self.one(content, heard)).into_iter().collect()
            }
        };
        let mut replies = replies.into_iter();
        let spoken = answered(heard, replies.next()?, Answered::Rule);
        let further: Vec<Reply> = replies.collect();
        Some(spoken.followed_by(&further, heard, &self.ids))
    }

    fn one(&self, content: &Content, heard: &Heard<'_>) -> Reply {
        let links = self.wording.links(heard);
        match content {
            Content::Text(text) => self.wording.reply(text, heard),
            content => content.reply(|text| self.wording.fill(text, &links, heard.at), |url| address(url, &links)),
        }
    }

    /// All replies of a rule as WeChat lets them through: one message answers a delivery, so the texts become one and
    /// go first; pictures and cards follow as customer-service messages. An account that may not send those says as
    /// much as it can in the one message: cards become links below the texts, and a picture is sent where there is
    /// nothing else.
    fn all(&self, replies: &[Content], heard: &Heard<'_>) -> Vec<Reply> {
        let texts = replies.iter().filter_map(|content| match content {
            Content::Text(text) => Some(text.as_str()),
            Content::Image(_) | Content::News { .. } => None,
        });
        let text = texts.collect::<Vec<_>>().join("\n\n");
        let others: Vec<&Content> = replies.iter().filter(|content| !matches!(content, Content::Text(_))).collect();
        if heard.account.allows(Capability::ServiceMessages) {
            let text = (!text.is_empty()).then(|| self.wording.reply(&text, heard));
            return text.into_iter().chain(others.into_iter().map(|content| self.one(content, heard))).collect();
        }
        let links = self.wording.links(heard);
        let cards = others.iter().filter_map(|content| match content {
            Content::News { title, url, .. } => Some((title, url)),
            Content::Text(_) | Content::Image(_) => None,
        });
        let fill = |text: &str| self.wording.fill(text, &links, heard.at);
        let cards: Vec<String> = cards.map(|(title, url)| anchor(&fill(title), &address(url, &links))).collect();
        if text.is_empty() && cards.len() < 2 {
            let card = others.iter().find(|content| matches!(content, Content::News { .. }));
            return card.or(others.first()).map(|content| self.one(content, heard)).into_iter().collect();
        }
        let whole = [fill(&text), cards.join("\n")].join("\n\n");
        vec![Reply::text_with_more(whole.trim(), &links.page("/guide"))]
    }
}

/// The address of a card: a page of ours as it is written for the reader, any other as it is.
fn address(url: &str, links: &ReaderLinks) -> String {
    if url.starts_with('/') { links.page(url) } else { url.to_owned() }
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
            self.0.spoken(rule, heard)
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
