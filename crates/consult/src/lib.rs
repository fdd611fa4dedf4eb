//! What the account says by itself.
//!
//! [`dialogues`] are asked in this order: the guided lookup, for who is in one or begins one ([`Lookups`]); what
//! menu keys, follows and scans are answered with; guidance for questions about persons, which are neither searched for
//! nor kept; keyword rules; frequent questions; the public catalogue; and
//! at last the default answer, which always leads on. Before all of them come people: who asks for one is put through
//! ([`Switchboard`]), and staff answer at the [`ConversationsDesk`]. Rules and questions live in tables ([`Rulebook`]); those every
//! county archive needs come with the program ([`commonest`]). Who asks in other words than the questions is also offered what
//! a model takes for near, if the house has an [`Endpoint`] of one ([`Finder`]). Only the public [`catalogue::Catalogue`] is held here, so
//! nothing of a record that is not open can appear in an answer.

pub mod commonest;
pub mod console;
#[cfg(feature = "testing")]
pub mod testing;

mod cabinet;
mod conversation;
mod desk;
mod due;
mod endpoint;
mod faq;
mod fetching;
mod file;
mod guidance;
mod handling;
mod jobs;
mod keeping;
mod learning;
mod lookup;
mod lookups;
mod matcher;
mod meaning;
mod platform;
mod replies;
mod rule;
mod rulebook;
mod satisfaction;
mod schedule;
pub mod site;
mod store;
mod switchboard;
mod thresholds;
mod turn;
mod wording;

pub use cabinet::Cabinet;
pub use conversation::{Channel, Conversation, Delivery, Message, Speaker, State};
pub use desk::{
    AnswersDesk, Canned, Conflict, ConversationsDesk, FilesDesk, Filter, Finder, Imported, LearnMeanings, Left,
    Meaning, OfferByMeaning, Opened, QuestionsDesk, Reply, View,
};
pub use endpoint::{Embedding, Endpoint};
pub use faq::{Faq, FaqLink, Faqs, Found};
pub use fetching::{BurnFiles, FetchFile, Fetching, fetching};
pub use file::{FileKind, FileState, MediaType, SentFile};
pub use handling::Handling;
pub use jobs::{AskSatisfaction, SendReply, jobs};
pub use keeping::{Keeping, Tidy, plan, tidying};
pub use learning::{DayFigures, Figures, Learning, Unanswered};
pub use lookups::Lookups;
pub use matcher::Matcher;
pub use replies::dialogues;
pub use rule::{Content, Mode, Rule, Trigger, TriggerKind};
pub use rulebook::Rulebook;
pub use satisfaction::Satisfaction;
pub use schedule::{Days, Schedule};
pub use store::Kept;
pub use switchboard::Switchboard;
pub use thresholds::{Answering, Offering, Thresholds};
pub use turn::OnDuty;
pub use wording::Wording;
