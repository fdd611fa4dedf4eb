//! What the account says by itself.
//!
//! [`dialogues`] are asked in this order: the guided lookup, for who is in one or begins one ([`Lookups`]); what
//! menu keys, follows and scans are answered with; guidance for questions about persons, which are neither searched for nor kept; keyword rules; frequent questions; the public catalogue; and
//! at last the default answer, which always leads on. Before all of them come people: who asks for one is put through
//! ([`Switchboard`]), and staff answer at the [`ConversationsDesk`]. Rules and questions live in tables ([`Rulebook`]); those every
//! county archive needs come with the program ([`commonest`]). Only the public [`catalogue::Catalogue`] is held here, so
//! nothing of a record that is not open can appear in an answer.

pub mod commonest;
pub mod console;
#[cfg(feature = "testing")]
pub mod testing;

mod conversation;
mod desk;
mod due;
mod faq;
mod guidance;
mod jobs;
mod keeping;
mod learning;
mod lookup;
mod lookups;
mod matcher;
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
mod wording;

pub use conversation::{Channel, Conversation, Delivery, Message, Speaker, State};
pub use desk::{AnswersDesk, Canned, Conflict, ConversationsDesk, Filter, Imported, QuestionsDesk, Reply, View};
pub use faq::{Faq, FaqLink, Faqs, Found};
pub use jobs::{AskSatisfaction, SendReply, jobs};
pub use keeping::{Keeping, Tidy, plan, tidying};
pub use learning::{Figures, Learning, Unanswered};
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
pub use wording::Wording;
