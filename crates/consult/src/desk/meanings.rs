//! Finding questions by their meaning: vectors are made after questions changed, and what a reader may mean is sent after the
//! answer of the callback, whose time it does not touch (ADR 0021).

use std::collections::HashSet;

use account::{Accounts, Mouth, Said, Scrubbed};
use kernel::jobs::{self, Claim, Job, Order, Outcome, Worker};
use kernel::{Ground, Id, Result, Timestamp, Tx, db};
use serde::{Deserialize, Serialize};
use wechat::reply::Reply;
use wechat::wire::custom::{CustomContent, CustomText};

use super::AnswersDesk;
use crate::conversation::{Conversation, Message, Speaker, State};
use crate::endpoint::{AT_ONCE, LONGEST};
use crate::faq::{self, Faq, Found};
use crate::meaning::{Meanings, digest};
use crate::replies::further;
use crate::rulebook::{Hit, Rulebook};
use crate::store::{conversation, faq as faqs, message, vector};
use crate::thresholds::Thresholds;
use crate::wording::Wording;

/// How long one waits after the endpoint failed, in seconds.
const AGAIN_SECONDS: i64 = 60;
/// After so many seconds nobody waits for an offer any longer.
const STALE_SECONDS: i64 = 60;

/// Makes the vectors of the wordings that have none, and removes those nobody needs.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct LearnMeanings {}

impl Job for LearnMeanings {
    const KIND: &'static str = "consult.learn-meanings";
}

/// Offers a reader who had no certain answer what may be meant.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct OfferByMeaning {
    /// What was asked.
    pub message: Id<Message>,
}

impl Job for OfferByMeaning {
    const KIND: &'static str = "consult.offer-by-meaning";
}

/// How finding by meaning stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meaning {
    /// The model.
    pub model: String,
    /// Wordings that can be found by their meaning.
    pub ready: usize,
    /// Wordings there are.
    pub wordings: usize,
}

/// Who finds by meaning in the background; cheap to clone.
#[derive(Clone, Debug)]
pub struct Finder {
    /// The ground of the house.
    pub ground: Ground,
    /// The questions and the endpoint.
    pub rulebook: Rulebook,
    /// What is offered is said with it.
    pub mouth: Mouth,
    /// In these words.
    pub wording: Wording,
    /// To the followers of these accounts.
    pub accounts: Accounts,
}

/// Orders that vectors are made in the unit that changed questions; nothing without an endpoint.
pub(crate) async fn order(tx: &mut Tx, ground: &Ground, rulebook: &Rulebook) -> db::Result<()> {
    if rulebook.endpoint().is_none() {
        return Ok(());
    }
    jobs::enqueue(tx, &ground.ids, Order::at(ground.clock.now(), LearnMeanings {}).once("all")).await
}

/// Orders in the unit of a delivery that its question is also looked for by meaning: of a conversation one waits at a time.
pub(crate) async fn order_offer(
    tx: &mut Tx,
    ids: &kernel::Ids,
    (asked, at): (Id<Message>, Timestamp),
) -> db::Result<()> {
    let Some(kept) = message::one(tx, asked).await? else { return Ok(()) };
    let order = Order::at(at.plus_seconds(1), OfferByMeaning { message: asked });
    jobs::enqueue(tx, ids, order.once(&kept.conversation.uuid().to_string())).await
}

impl Finder {
    /// Orders that vectors are made; to be called at every start, since the model may be another one.
    ///
    /// # Errors
    /// The database's.
    pub async fn plan(&self) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        order(&mut tx, &self.ground, &self.rulebook).await?;
        Ok(tx.commit().await?)
    }

    /// A worker of its own for these jobs: however slow the endpoint is, no other job waits for it.
    #[must_use]
    pub fn worker(&self) -> Worker {
        let (learning, offering) = (self.clone(), self.clone());
        Worker::default()
            .on(move |_: LearnMeanings, _| {
                let finder = learning.clone();
                async move { finder.learn().await }
            })
            .on(move |job: OfferByMeaning, claim| {
                let finder = offering.clone();
                async move { finder.offer(job.message, &claim).await }
            })
    }

    async fn learn(&self) -> Result<Outcome> {
        let Some(endpoint) = self.rulebook.endpoint() else { return Ok(Outcome::Done) };
        let mut tx = self.ground.db.read().await?;
        let kept = faqs::all(&mut tx).await?;
        let made = vector::made(&mut tx, endpoint.model()).await?;
        drop(tx);
        let all = kept.iter().flat_map(|kept| kept.item.wordings().map(|wording| (kept.id, wording)));
        let all: Vec<(Id<Faq>, &String, String)> = all.map(|(id, wording)| (id, wording, digest(wording))).collect();
        let missing: Vec<_> = all.iter().filter(|(id, _, digest)| !made.contains(&(*id, digest.clone()))).collect();
        for some in missing.chunks(AT_ONCE) {
            let texts: Vec<String> = some.iter().map(|(_, wording, _)| (*wording).clone()).collect();
            let vectors = match endpoint.embed(&texts).await {
                Ok(vectors) => vectors,
                Err(trouble) => return Ok(Outcome::Retry(AGAIN_SECONDS, trouble.to_string())),
            };
            let (mut tx, now) = (self.ground.db.begin().await?, self.ground.clock.now());
            for ((id, _, digest), made) in some.iter().zip(&vectors) {
                vector::put(&mut tx, (*id, digest), (endpoint.model(), made), now).await?;
            }
            tx.commit().await?;
        }
        let wanted: HashSet<(Id<Faq>, String)> = all.iter().map(|(id, _, digest)| (*id, digest.clone())).collect();
        let mut tx = self.ground.db.begin().await?;
        vector::keep_only(&mut tx, endpoint.model(), &wanted).await?;
        tx.commit().await?;
        self.rulebook.refresh().await?;
        Ok(Outcome::Done)
    }

    /// Offers once: what may have been sent is never sent again, and who cannot be reached misses nothing but an offer.
    async fn offer(&self, asked: Id<Message>, claim: &Claim) -> Result<Outcome> {
        let Some((asked, of)) = self.unanswered(asked).await?.filter(|_| claim.attempts == 1) else {
            return Ok(Outcome::Done);
        };
        let Ok(Some(meant)) = self.rulebook.placed(&asked.text).await else { return Ok(Outcome::Done) };
        let (page, now) = (self.rulebook.page(), self.ground.clock.now());
        let both = page.question_and(&asked.text, &meant, now);
        let Some(text) = further(&page.question(&asked.text, now), &both) else { return Ok(Outcome::Done) };
        let Some((name, openid)) = &of.follower else { return Ok(Outcome::Done) };
        let Some(account) = self.accounts.get(name) else { return Ok(Outcome::Done) };
        let links = self.wording.links_of(account, openid, now);
        let Reply::Text(content) = Reply::text_with_more(&self.wording.fill(&text, &links, now), &links.page("/guide"))
        else {
            return Ok(Outcome::Done);
        };
        let text = CustomText { content: content.clone() };
        if matches!(self.mouth.say(name, openid, CustomContent::Text { text }).await?, Said::Sent | Said::Unknown) {
            if let Found::Answer(faq) = both {
                self.rulebook.hit(Hit::Faq(faq.question.clone()), now);
            }
            self.keep(&of, &content).await?;
        }
        Ok(Outcome::Done)
    }

    /// A question that nobody has answered yet, and its conversation.
    async fn unanswered(&self, asked: Id<Message>) -> Result<Option<(Message, Conversation)>> {
        let mut tx = self.ground.db.read().await?;
        let Some(asked) = message::one(&mut tx, asked).await? else { return Ok(None) };
        let Some(of) = conversation::one(&mut tx, asked.conversation).await? else { return Ok(None) };
        let waits = self.ground.clock.now().seconds_since(asked.at) <= STALE_SECONDS;
        Ok((waits && of.state == State::Bot).then_some((asked, of)))
    }

    /// What was offered, where staff see it.
    async fn keep(&self, of: &Conversation, text: &str) -> Result<()> {
        let now = self.ground.clock.now();
        let said = Message::new(&self.ground.ids, of.id, Speaker::Bot, text, now);
        let mut tx = self.ground.db.begin().await?;
        if conversation::one(&mut tx, of.id).await?.is_some() {
            message::insert(&mut tx, &said).await?;
            conversation::touch(&mut tx, of.id, now).await?;
        }
        Ok(tx.commit().await?)
    }
}

impl AnswersDesk {
    /// What each of the house's own wordings finds if it alone is not known, by pairs of characters alone or with the meaning
    /// as well.
    pub(crate) fn measured(&self, thresholds: Thresholds, by_meaning: bool) -> Vec<(String, String, faq::Outcome)> {
        let page = self.rulebook.page();
        let none = Meanings::default();
        faq::measured(page.faqs.questions(), thresholds, if by_meaning { &page.meanings } else { &none })
    }

    /// How finding by meaning stands; none if the house has no endpoint.
    pub fn meaning(&self) -> Option<Meaning> {
        let endpoint = self.rulebook.endpoint()?;
        let (ready, wordings) = self.rulebook.page().meanings.ready();
        Some(Meaning { model: endpoint.model().to_owned(), ready, wordings })
    }

    /// What would be sent after the default answer to a text, as staff wrote it; none if nothing would.
    ///
    /// # Errors
    /// Why it cannot be told, in words.
    pub(crate) async fn would_follow(
        &self,
        text: &str,
        at: Option<Timestamp>,
    ) -> std::result::Result<Option<String>, String> {
        let text = Scrubbed::of(text).text;
        if is_story(&text) {
            return Ok(None);
        }
        let placed = self.rulebook.placed(&text).await.map_err(|trouble| trouble.to_string())?;
        let at = at.unwrap_or_else(|| self.ground.clock.now());
        let page = self.rulebook.page();
        Ok(placed.and_then(|meant| further(&page.question(&text, at), &page.question_and(&text, &meant, at))))
    }
}

/// Whether a text is too long to be a question.
pub(crate) fn is_story(text: &str) -> bool {
    text.chars().nth(LONGEST).is_some()
}

#[cfg(test)]
#[path = "meanings_tests.rs"]
mod tests;
