//! Frequent questions.

use account::{Dialogue, Heard, Spoken};
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::events::Answered;

use super::answered;
use crate::faq::{Faq, Found};
use crate::rulebook::Hit;
use crate::{Rulebook, Wording};

/// Answers a question that is surely one of the frequent ones.
pub(super) struct Answers {
    pub(super) rulebook: Rulebook,
    pub(super) wording: Wording,
}

impl Dialogue for Answers {
    fn name(&self) -> &'static str {
        "faq"
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        let spoken = heard.text().and_then(|text| match self.rulebook.page().question(text, heard.at) {
            Found::Answer(faq) => {
                self.rulebook.hit(Hit::Faq(faq.question.clone()), heard.at);
                Some(answered(heard, self.wording.reply(&faq.whole_answer(), heard), Answered::Faq))
            }
            Found::Offer(_) | Found::Nothing => None,
        });
        std::future::ready(Ok(spoken)).boxed()
    }
}

/// The questions that may be meant, as lines to send back.
pub(super) fn offered(faqs: &[&Faq]) -> String {
    let lines: Vec<_> = faqs.iter().map(|faq| format!("· {}", faq.question)).collect();
    format!("您是不是想问（直接发送其中一句即可）：\n{}", lines.join("\n"))
}

/// What follows an answer when the meaning is known as well: nothing if the answer said it already.
pub(crate) fn further(said: &Found<'_>, both: &Found<'_>) -> Option<String> {
    let shown: &[&Faq] = match said {
        Found::Answer(faq) => std::slice::from_ref(faq),
        Found::Offer(faqs) => faqs,
        Found::Nothing => &[],
    };
    match both {
        // Of one alone the answer was given.
        Found::Answer(faq) => (shown.len() != 1).then(|| meant(faq)),
        Found::Offer(faqs) => {
            let others: Vec<&Faq> = faqs.iter().copied().filter(|faq| !shown.contains(faq)).collect();
            (!others.is_empty()).then(|| offered(&others))
        }
        Found::Nothing => None,
    }
}

/// The answer to what is probably meant.
pub(super) fn meant(faq: &Faq) -> String {
    format!("您想问的可能是“{}”：\n\n{}", faq.question, faq.whole_answer())
}
