//! The public catalogue.

use account::{Dialogue, Heard, Spoken};
use catalogue::{Answer, Asked, Catalogue, Item};
use futures::FutureExt;
use futures::future::BoxFuture;
use identity::ReaderLinks;
use kernel::Timestamp;
use kernel::events::Answered;
use wechat::reply::Reply;

use super::{answered, faq};
use crate::faq::Found;
use crate::wording::anchor;
use crate::{Rulebook, Wording};

/// How many records are named in the chat.
const NAMED: u32 = 3;
/// The longest question that is searched for, in characters: beyond it is a story, not a search.
const LONGEST: usize = 80;
/// The longest title in the chat, in characters.
const TITLE: usize = 48;

/// Answers with the best records of the public catalogue.
pub(super) struct Search {
    pub(super) catalogue: Catalogue,
    pub(super) rulebook: Rulebook,
    pub(super) wording: Wording,
}

impl Dialogue for Search {
    fn name(&self) -> &'static str {
        "search"
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        async move {
            let text = heard.scrubbed.text.trim();
            if heard.text().is_none() || text.is_empty() || heard.scrubbed.phone || text.chars().nth(LONGEST).is_some()
            {
                return Ok(None);
            }
            let asked = Asked::typed(text, NAMED);
            let answer = self.catalogue.find(&asked).await?;
            if self.means_something_else(text, heard.at, &answer) {
                return Ok(None);
            }
            if !heard.is_rehearsed() {
                self.catalogue.miss(&asked, &answer);
            }
            if answer.total == 0 {
                return Ok(None);
            }
            let content = content(&answer, text, &self.wording.links(heard));
            Ok(Some(answered(heard, content, Answered::Records)))
        }
        .boxed()
    }
}

impl Search {
    /// Records that are only near are not offered for what is near a frequent question, nor those that hold only part
    /// of what was said, or nothing, for what sounds like a question to the house.
    fn means_something_else(&self, text: &str, at: Timestamp, answer: &Answer) -> bool {
        let is_near = answer.relaxed.is_some() && self.rulebook.page().question(text, at) != Found::Nothing;
        is_near || ((answer.partial || answer.total == 0) && asks(text))
    }
}

/// Whether a text sounds like a question to the house.
pub(super) fn asks(text: &str) -> bool {
    let words = ["吗", "怎么", "如何", "什么", "哪里", "哪儿", "几点", "多少", "能不能", "可以", "？", "?"];
    words.iter().any(|word| text.contains(word))
}

/// The answer in words: how many there are, the best of them, and the way to the rest.
pub(super) fn content(answer: &Answer, text: &str, links: &ReaderLinks) -> Reply {
    let more = links.search(text);
    let head = match &answer.relaxed {
        Some(given_up) => format!("{given_up}，找到 {} 条开放档案：", answer.total),
        None => format!("找到 {} 条开放档案：", answer.total),
    };
    let records = (1..).zip(&answer.items).map(|(number, item): (u32, &Item)| entry(number, item, links));
    let rest = if answer.total > u64::from(NAMED) { "更多结果" } else { "换个条件，看更多结果" };
    let all: Vec<String> = [head].into_iter().chain(records).chain([anchor(rest, &more)]).collect();
    Reply::text_with_more(&all.join("\n\n"), &more)
}

/// A record: its title as a link, and below it what tells it from others.
fn entry(number: u32, item: &Item, links: &ReaderLinks) -> String {
    let date = item.dates.as_deref().map(web::date_text);
    let details = [item.document_number.as_deref(), item.creator.as_deref(), date.as_deref()];
    let details: Vec<_> = details.into_iter().flatten().map(crate::wording::plain).collect();
    let title = anchor(&shortened(&item.title), &links.page(&item.url));
    if details.is_empty() {
        format!("{number}. {title}")
    } else {
        format!("{number}. {title}\n{}", details.join(" · "))
    }
}

fn shortened(title: &str) -> String {
    match title.char_indices().nth(TITLE) {
        Some((end, _)) => format!("{}…", title.get(..end).unwrap_or_default()),
        None => title.to_owned(),
    }
}

/// What is said where nothing is found: the questions that may be meant, or the answer if there is only one.
pub(super) fn near_questions(rulebook: &Rulebook, text: &str, at: Timestamp) -> Option<String> {
    match rulebook.page().question(text, at) {
        Found::Answer(faq) => Some(faq::meant(faq)),
        Found::Offer(faqs) => match faqs.as_slice() {
            [only] => Some(faq::meant(only)),
            several => Some(faq::offered(several)),
        },
        Found::Nothing => None,
    }
}
