//! What is said in the chat, one voice per file.

mod default;
mod ends;
mod events;
mod faq;
mod guidance;
mod lookup;
mod lookup_texts;
mod people;
mod rules;
mod search;
mod subjects;

use std::sync::Arc;

use account::{Deed, Dialogue, Heard, Spoken};
use catalogue::Catalogue;
use kernel::Ground;
use kernel::events::{Answered, QuestionHeard, Told};
use wechat::reply::{Reply, TEXT_BYTES};

pub(crate) use faq::further;

use crate::conversation::visible;
use crate::wording::plain;
use crate::{Lookups, Rulebook, Switchboard, Wording};

pub(crate) use lookup::KEY as LOOKUP;

/// The dialogues of this service in the order they are asked. Whichever answers but the guided lookup itself ends a lookup
/// that is under way.
pub fn dialogues(
    ground: &Ground,
    rulebook: &Rulebook,
    (switchboard, lookups): (&Switchboard, &Lookups),
    catalogue: Catalogue,
    wording: &Wording,
) -> Vec<Arc<dyn Dialogue>> {
    let rules = || rules::Rules::new(rulebook.clone(), wording.clone(), ground);
    let guide = lookup::Guide {
        lookups: lookups.clone(),
        switchboard: switchboard.clone(),
        rulebook: rulebook.clone(),
        catalogue: catalogue.clone(),
        wording: wording.clone(),
    };
    let people = people::People {
        ground: ground.clone(),
        switchboard: switchboard.clone(),
        lookups: lookups.clone(),
        wording: wording.clone(),
    };
    let others: [Arc<dyn Dialogue>; 8] = [
        Arc::new(people),
        Arc::new(events::Events(rules())),
        Arc::new(guidance::Guidance(wording.clone())),
        Arc::new(rules::Keywords(rules())),
        Arc::new(faq::Answers { rulebook: rulebook.clone(), wording: wording.clone() }),
        Arc::new(subjects::Subjects { catalogue: catalogue.clone(), wording: wording.clone() }),
        Arc::new(search::Search { catalogue, rulebook: rulebook.clone(), wording: wording.clone() }),
        Arc::new(default::Default {
            db: ground.db.clone(),
            ids: ground.ids.clone(),
            rulebook: rulebook.clone(),
            wording: wording.clone(),
        }),
    ];
    let ending = others
        .into_iter()
        .map(|voice| -> Arc<dyn Dialogue> { Arc::new(ends::Ends { voice, lookups: lookups.clone() }) });
    let guide: Arc<dyn Dialogue> = Arc::new(guide);
    std::iter::once(guide).chain(ending).collect()
}

/// The most of a reader's spoken words that an answer repeats, in characters.
const REPEATED: usize = 40;

/// An answer to a question, told to whoever listens. One that was spoken is answered with what was heard, since a reader
/// cannot see that; but words about a person are not repeated.
fn answered(heard: &Heard<'_>, reply: Reply, answered: Answered) -> Spoken {
    let text = if answered == Answered::Guidance { "" } else { heard.scrubbed.text.as_str() };
    answered_about(heard, text, reply, answered)
}

/// An answer to a question that was put together from several messages, told as [`answered`] tells it.
fn answered_about(heard: &Heard<'_>, text: &str, reply: Reply, answered: Answered) -> Spoken {
    let event = QuestionHeard { account: heard.account.name().to_owned(), text: text.to_owned(), answered };
    let mut spoken = Spoken::from(if text.is_empty() { reply } else { with_words(heard, reply) });
    match Told::new(heard.at, &event) {
        Ok(told) => spoken.deeds.push(Deed::tell(told)),
        Err(error) => tracing::error!(%error, "a question cannot be told"),
    }
    spoken
}

/// A text that answers a voice, after the words that WeChat recognised; unchanged where there is no room for them.
fn with_words(heard: &Heard<'_>, reply: Reply) -> Reply {
    let Reply::Text(text) = &reply else { return reply };
    if !people::is_understood(heard) {
        return reply;
    }
    let words = plain(&visible(heard.scrubbed.text.trim()));
    let cut = if words.chars().count() > REPEATED { "……" } else { "" };
    let words: String = words.chars().take(REPEATED).collect();
    let noted = format!("听到您说：“{words}{cut}”\n\n{text}");
    if noted.len() <= TEXT_BYTES { Reply::Text(noted) } else { reply }
}

#[cfg(test)]
mod files_tests;
#[cfg(test)]
mod lookup_tests;
#[cfg(test)]
mod people_tests;
#[cfg(test)]
mod tests;
