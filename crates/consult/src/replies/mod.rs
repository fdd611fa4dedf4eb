//! What is said in the chat, one voice per file.

mod default;
mod events;
mod faq;
mod guidance;
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
use crate::{Rulebook, Switchboard, Wording};

/// The dialogues of this service in the order they are asked.
pub fn dialogues(
    ground: &Ground,
    rulebook: &Rulebook,
    switchboard: &Switchboard,
    catalogue: Catalogue,
    wording: &Wording,
) -> Vec<Arc<dyn Dialogue>> {
    let rules = || rules::Rules::new(rulebook.clone(), wording.clone(), ground);
    vec![
        Arc::new(people::People { ground: ground.clone(), switchboard: switchboard.clone(), wording: wording.clone() }),
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
    ]
}

/// The most of a reader's spoken words that an answer repeats, in characters.
const REPEATED: usize = 40;

/// An answer to a question, told to whoever listens. One that was spoken is answered with what was heard, since a reader
/// cannot see that; but words about a person are not repeated.
fn answered(heard: &Heard<'_>, reply: Reply, answered: Answered) -> Spoken {
    let text = if answered == Answered::Guidance { String::new() } else { heard.scrubbed.text.clone() };
    let event = QuestionHeard { account: heard.account.name().to_owned(), text, answered };
    let mut spoken = Spoken::from(if event.text.is_empty() { reply } else { with_words(heard, reply) });
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
mod people_tests;
#[cfg(test)]
mod tests;
