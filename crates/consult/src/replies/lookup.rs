//! The guided lookup: one short question a turn, and at the end the way to the records, or the records.

use account::{Deed, Dialogue, Heard, Spoken};
use catalogue::{Asked, Catalogue};
use chinese::livelihood::Category;
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::events::Answered;
use wechat::message::Event;
use wechat::reply::Reply;

use super::lookup_texts as texts;
use super::{answered, answered_about, people, search, subjects};
use crate::faq::Found;
use crate::guidance::{Personal, personal};
use crate::lookup::{Lookup, Sought, Step, Turn, begins};
use crate::rule::TriggerKind;
use crate::{Lookups, Rulebook, Switchboard, Wording};

/// The menu key that begins a lookup where no rule answers it.
pub(crate) const KEY: &str = "LOOKUP";
/// Records that are named, of the catalogue and of a heading.
const NAMED: u32 = 3;

/// Guides readers through a lookup.
pub(super) struct Guide {
    pub(super) lookups: Lookups,
    pub(super) switchboard: Switchboard,
    pub(super) rulebook: Rulebook,
    pub(super) catalogue: Catalogue,
    pub(super) wording: Wording,
}

impl Dialogue for Guide {
    fn name(&self) -> &'static str {
        "lookup"
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        async move {
            if let Some(event) = heard.event() {
                return Ok(self.tapped(event, heard));
            }
            let Some(text) = heard.text().filter(|text| !text.trim().is_empty()) else { return Ok(None) };
            if self.is_with_people(heard) {
                return Ok(None);
            }
            match self.lookups.of(heard).await? {
                Some(lookup) => self.go_on(lookup, text, heard).await,
                None if begins(text) && !self.house_answers(text, heard) => Ok(Some(self.ask(&Lookup::begin(), heard))),
                None => Ok(None),
            }
        }
        .boxed()
    }

    fn forget(&self, account: &str, openid: &str) -> Option<Deed> {
        Some(Lookups::ending(account, openid))
    }
}

impl Guide {
    fn is_with_people(&self, heard: &Heard<'_>) -> bool {
        self.switchboard.is_talking(heard.account.name(), heard.openid())
    }

    /// A tap on the menu, if it begins a lookup.
    fn tapped(&self, event: &Event, heard: &Heard<'_>) -> Option<Spoken> {
        let Event::Click(key) = event else { return None };
        let rule = || self.rulebook.page().rule_of_event(TriggerKind::Click, key, heard.at).is_some();
        if !key.eq_ignore_ascii_case(KEY) || rule() {
            return None;
        }
        if self.is_with_people(heard) {
            return Some(self.wording.reply(texts::WITH_PEOPLE, heard).into());
        }
        Some(self.ask(&Lookup::begin(), heard))
    }

    /// Whether a rule, or a frequent question in its very wording, answers a text.
    fn house_answers(&self, text: &str, heard: &Heard<'_>) -> bool {
        let page = self.rulebook.page();
        page.rule_of_text(text, false, heard.at).is_some() || page.is_question(text, heard.at)
    }

    /// Another message of a lookup; none if it is for another voice.
    async fn go_on(&self, lookup: Lookup, text: &str, heard: &Heard<'_>) -> kernel::Result<Option<Spoken>> {
        if let Some(personal) = personal(heard).filter(|_| lookup.step != Step::Told) {
            return Ok(Some(self.of_person(lookup, personal, heard)));
        }
        let page = self.rulebook.page();
        let is_rule = || page.rule_of_text(text, true, heard.at).is_some();
        if people::is_called(text) || (!lookup.is_meant_by(text) && is_rule()) {
            return Ok(None);
        }
        let is_answered = || matches!(page.question(text, heard.at), Found::Answer(_));
        let house_knows = || page.rule_of_text(text, false, heard.at).is_some() || is_answered();
        // Where any words are an answer, a question to the house is none.
        if matches!(lookup.step, Step::Where | Step::About | Step::Issuer) && search::asks(text) && house_knows() {
            return Ok(None);
        }
        // A document number answers no question about a person, and means the document wherever it is typed.
        let is_of_persons = !matches!(lookup.step, Step::Where | Step::About | Step::Issuer);
        if is_of_persons && chinese::document_number::key(text).is_some() {
            return Ok(None);
        }
        let said = if heard.scrubbed.phone { "" } else { heard.scrubbed.text.as_str() };
        let spoken = match lookup.hear(said, heard.at.day().civil().year()) {
            Turn::Ask(lookup) => self.ask(&lookup, heard),
            Turn::Again(_) if house_knows() => return Ok(None),
            Turn::Again(lookup) => self.say(&texts::again(&lookup), &lookup, heard),
            Turn::Tell(lookup) => self.tell(&lookup, heard).await?,
            Turn::Leave => {
                let spoken = Spoken::from(self.wording.reply(texts::LEFT, heard));
                spoken.with(Lookups::ending(heard.account.name(), heard.openid()))
            }
            Turn::Pass => return Ok(None),
        };
        Ok(Some(spoken))
    }

    fn ask(&self, lookup: &Lookup, heard: &Heard<'_>) -> Spoken {
        self.say(&texts::question(lookup), lookup, heard)
    }

    fn say(&self, text: &str, lookup: &Lookup, heard: &Heard<'_>) -> Spoken {
        self.kept(Spoken::from(self.wording.reply(text, heard)), lookup, heard)
    }

    /// What is said, and where the lookup stands from now on. What is said about persons is not kept.
    fn kept(&self, spoken: Spoken, lookup: &Lookup, heard: &Heard<'_>) -> Spoken {
        let spoken = spoken.with(self.lookups.keeping(lookup, heard));
        if lookup.sought == Some(Sought::Documents) { spoken } else { spoken.confidential() }
    }

    /// A name with an event, or an ID number: the guidance that is always given, and the question that waits.
    fn of_person(&self, lookup: Lookup, personal: Personal, heard: &Heard<'_>) -> Spoken {
        let lookup = lookup.hear_of_person(match personal {
            Personal::Event(category) => Some(category),
            Personal::IdNumber => None,
        });
        let text = format!("{}\n\n{}", personal.guidance(), texts::question(&lookup));
        let spoken = answered(heard, self.wording.reply(&text, heard), Answered::Guidance);
        self.kept(spoken, &lookup, heard).confidential()
    }

    /// The answer, when everything was asked.
    async fn tell(&self, lookup: &Lookup, heard: &Heard<'_>) -> kernel::Result<Spoken> {
        let spoken = match lookup.sought {
            Some(Sought::Livelihood(category)) => self.way(category, lookup, heard),
            _ => self.documents(lookup, heard).await?,
        };
        Ok(self.kept(spoken, lookup, heard))
    }

    /// The way to records about a person.
    fn way(&self, category: Category, lookup: &Lookup, heard: &Heard<'_>) -> Spoken {
        let page = self.rulebook.page();
        let asked = texts::frequent(category);
        let more = match page.question(asked, heard.at) {
            Found::Answer(faq) => Some(faq.question.as_str()),
            Found::Offer(_) | Found::Nothing => None,
        };
        let text = texts::way(category, lookup, more);
        answered(heard, self.wording.reply(&text, heard), Answered::Guidance)
    }

    /// Documents of the public catalogue, or the heading of the subject directory that bears the name.
    async fn documents(&self, lookup: &Lookup, heard: &Heard<'_>) -> kernel::Result<Spoken> {
        let query = texts::query(lookup);
        if query.is_empty() {
            return Ok(answered(heard, self.wording.reply(texts::NO_CLUE, heard), Answered::Guidance));
        }
        let links = self.wording.links(heard);
        let (answers, more) = (&lookup.answers, links.search(&query));
        let asked = Asked::typed(&query, NAMED);
        let answer = self.catalogue.find(&asked).await?;
        let is_topic_alone = answers.years.is_none() && answers.issuer.is_none();
        let heading = match &answers.about {
            Some(about) if is_topic_alone || answer.total == 0 => self.catalogue.subject_named(about).await?,
            _ => None,
        };
        let found = if let Some(heading) = heading {
            subjects::below(&self.catalogue.subject(&heading.id, 1, NAMED).await?, &links)
        } else {
            self.catalogue.miss(&asked, &answer);
            if answer.total == 0 {
                let reply = self.wording.reply(texts::NOTHING_FOUND, heard);
                return Ok(answered_about(heard, &query, reply, Answered::Default));
            }
            search::content(&answer, &query, &links)
        };
        let reply = match found {
            Reply::Text(text) => Reply::text_with_more(&format!("{text}\n\n{}", texts::AFTER_RECORDS), &more),
            other => other,
        };
        Ok(answered_about(heard, &query, reply, Answered::Records))
    }
}
