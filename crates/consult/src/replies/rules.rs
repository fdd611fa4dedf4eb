//! Keyword rules.

use account::{Capability, Deed, Dialogue, Heard, Spoken};
use futures::FutureExt;
use futures::future::BoxFuture;
use identity::ReaderLinks;
use kernel::events::Answered;
use kernel::{Db, Ground, Ids, Random};
use wechat::reply::Reply;

use super::answered;
use crate::rule::{Content, Mode, Rule};
use crate::rulebook::Hit;
use crate::store::rule_given;
use crate::wording::anchor;
use crate::{Rulebook, Wording};

/// What rules need to speak.
pub(super) struct Rules {
    pub(super) rulebook: Rulebook,
    wording: Wording,
    random: Random,
    ids: Ids,
    db: Db,
}

impl Rules {
    pub(super) fn new(rulebook: Rulebook, wording: Wording, ground: &Ground) -> Self {
        Self { rulebook, wording, random: ground.random.clone(), ids: ground.ids.clone(), db: ground.db.clone() }
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
        let spoken = spoken.followed_by(&further, heard, &self.ids);
        self.rulebook.hit(Hit::Rule(rule.name.clone()), heard.at);
        if rule.minimum_interval == 0 {
            return Some(spoken);
        }
        let (name, at) = (rule.name.clone(), heard.at);
        let (account, openid) = (heard.account.name().to_owned(), heard.openid().to_owned());
        Some(spoken.with(Deed::new(move |tx| {
            let (name, account, openid) = (name.clone(), account.clone(), openid.clone());
            async move { rule_given::note(tx, &name, (&account, &openid), at).await }.boxed()
        })))
    }

    /// Whether a rule may answer this reader again.
    pub(super) async fn may_answer(&self, rule: &Rule, heard: &Heard<'_>) -> kernel::Result<bool> {
        if rule.minimum_interval == 0 && rule.scene.is_none() {
            return Ok(true);
        }
        let mut tx = self.db.read().await?;
        if let Some(scene) = &rule.scene
            && account::scene_of(&mut tx, heard.account.name(), heard.openid()).await?.as_ref() != Some(scene)
        {
            return Ok(false);
        }
        if rule.minimum_interval == 0 {
            return Ok(true);
        }
        let last = rule_given::last(&mut tx, &rule.name, (heard.account.name(), heard.openid())).await?;
        Ok(last.is_none_or(|at| heard.at.seconds_since(at) >= rule.minimum_interval))
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
        async move {
            let Some(text) = heard.text() else { return Ok(None) };
            let page = self.0.rulebook.page();
            let Some(rule) = page.rule_of_text(text, is_citation(text), heard.at) else { return Ok(None) };
            Ok(if self.0.may_answer(rule, heard).await? { self.0.spoken(rule, heard) } else { None })
        }
        .boxed()
    }

    fn forget(&self, account: &str, openid: &str) -> Option<Deed> {
        let (account, openid) = (account.to_owned(), openid.to_owned());
        Some(Deed::new(move |tx| {
            let (account, openid) = (account.clone(), openid.clone());
            async move { rule_given::forget(tx, &account, &openid).await }.boxed()
        }))
    }
}

/// Whether a text is the title or the number of a document: then keywords it happens to contain mean nothing.
fn is_citation(text: &str) -> bool {
    // Only long texts, or texts with a number, can be one; the others are spared the look.
    let long = text.chars().nth(14).is_some();
    let numbered = text.contains(|c: char| c.is_ascii_digit()) && chinese::document_number::key(text).is_some();
    numbered || (long && chinese::doctype::of_title(text).is_some())
}
