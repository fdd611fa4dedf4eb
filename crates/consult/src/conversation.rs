//! A reader's conversation with people.

use kernel::{Id, Ids, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::file::SentFile;

/// The longest reply, in bytes (customer-service message page: 2,048).
pub(crate) const LONGEST_REPLY: usize = 2048;

/// Where a conversation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// The account answers by itself; it had no answer for something.
    Bot,
    /// A reader waits for a person.
    Waiting,
    /// A member of staff has it.
    Taken,
    /// It has ended.
    Closed,
}

impl State {
    const ALL: [Self; 4] = [Self::Bot, Self::Waiting, Self::Taken, Self::Closed];

    /// The word stored in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Waiting => "waiting",
            Self::Taken => "taken",
            Self::Closed => "closed",
        }
    }

    /// The state of a stored word.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether people answer, and not the account by itself.
    pub(crate) const fn is_with_people(self) -> bool {
        matches!(self, Self::Waiting | Self::Taken)
    }
}

/// By which way a conversation came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// The official account.
    Wechat,
    /// A call that staff wrote down.
    Telephone,
}

impl Channel {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Wechat => "wechat",
            Self::Telephone => "telephone",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Wechat, Self::Telephone].into_iter().find(|channel| channel.name() == name)
    }
}

/// A conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conversation {
    /// Its id.
    pub id: Id<Self>,
    /// How it came.
    pub channel: Channel,
    /// The official account and the follower; none for a call.
    pub follower: Option<(String, String)>,
    /// What staff call the reader.
    pub reader_name: String,
    /// Where it stands.
    pub state: State,
    /// Who has it.
    pub assigned_to: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// The last thing said.
    pub last_text: String,
    /// When it was said.
    pub last_at: Timestamp,
    /// What the reader said since staff last answered or looked.
    pub unread: i64,
    /// When it began.
    pub opened_at: Timestamp,
    /// Since when somebody waits for an answer.
    pub waiting_since: Option<Timestamp>,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// How content the reader was, 1 to 5.
    pub satisfaction: Option<i64>,
    /// Whether whoever has it was given it in turn.
    pub in_turn: bool,
    /// When it was last escalated: nobody had answered for too long.
    pub escalated_at: Option<Timestamp>,
}

impl Conversation {
    /// Whether it was escalated since the reader began to wait for the answer they wait for now.
    pub fn is_escalated(&self) -> bool {
        self.escalated_at.zip(self.waiting_since).is_some_and(|(at, since)| at >= since)
    }

    /// Lets all take it.
    pub(crate) fn let_go(&mut self) {
        (self.state, self.assigned_to, self.in_turn) = (State::Waiting, None, false);
    }

    /// Gives it to a member of staff, who takes it or is given it by a colleague.
    pub(crate) fn give(&mut self, name: &str) {
        (self.state, self.assigned_to, self.in_turn) = (State::Taken, Some(name.to_owned()), false);
    }
}

/// Who said something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Speaker {
    /// The reader.
    Reader,
    /// A member of staff, to the reader.
    Staff,
    /// The account by itself.
    Bot,
    /// A member of staff, to colleagues only.
    Note,
    /// What happened to the conversation.
    System,
}

impl Speaker {
    const ALL: [Self; 5] = [Self::Reader, Self::Staff, Self::Bot, Self::Note, Self::System];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Staff => "staff",
            Self::Bot => "bot",
            Self::Note => "note",
            Self::System => "system",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|speaker| speaker.name() == name)
    }
}

/// How far a reply has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// It waits: to be sent at once, or for the reader to come again.
    Waiting,
    /// It is being sent; left so by a process that ended, it may have arrived.
    Sending,
    /// WeChat took it.
    Sent,
    /// WeChat refused it.
    Failed,
    /// It may have arrived.
    Unknown,
}

impl Delivery {
    const ALL: [Self; 5] = [Self::Waiting, Self::Sending, Self::Sent, Self::Failed, Self::Unknown];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|delivery| delivery.name() == name)
    }
}

/// Something that was said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Its id; later ones are greater.
    pub id: Id<Self>,
    /// Where.
    pub conversation: Id<Conversation>,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub speaker: Speaker,
    /// Which member of staff.
    pub staff: Option<String>,
    /// `text`, `image`, `voice`, `link`, `record` or `faq`.
    pub kind: String,
    /// What.
    pub text: String,
    /// A page that belongs to it.
    pub url: Option<String>,
    /// How far a reply has come.
    pub delivery: Option<Delivery>,
    /// What went wrong, and what to do.
    pub told: Option<String>,
    /// The key its writer gave it.
    pub client_key: Option<String>,
    /// Whether the reader wrote it on the site.
    pub from_site: bool,
    /// What was sent along: a picture, a voice, a film.
    pub file: Option<SentFile>,
}

impl Message {
    /// A text said by somebody at a moment.
    pub(crate) fn new(ids: &Ids, conversation: Id<Conversation>, speaker: Speaker, text: &str, at: Timestamp) -> Self {
        Self {
            id: ids.make(),
            conversation,
            at,
            speaker,
            staff: None,
            kind: "text".to_owned(),
            text: text.to_owned(),
            url: None,
            delivery: None,
            told: None,
            client_key: None,
            from_site: false,
            file: None,
        }
    }
}

/// A text without what turns its direction around or cannot be seen (W31): staff read it as it was typed, and no text
/// can dress up as another.
pub(crate) fn visible(text: &str) -> String {
    let is_trick = |c: char| {
        matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
            || (c.is_control() && c != '\n')
    };
    text.chars().filter(|c| !is_trick(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w31_what_turns_a_text_around_is_taken_out_and_the_rest_stays() {
        assert_eq!(visible("查\u{202E}案档\u{2069} 👨‍👩‍👧 𠮷\n一\u{0}"), "查案档 👨‍👩‍👧 𠮷\n一");
    }

    #[test]
    fn stored_words_are_read_back() {
        assert!(State::ALL.iter().all(|state| State::named(state.name()) == Some(*state)));
        assert!(Speaker::ALL.iter().all(|speaker| Speaker::named(speaker.name()) == Some(*speaker)));
        assert!(Delivery::ALL.iter().all(|delivery| Delivery::named(delivery.name()) == Some(*delivery)));
    }
}
