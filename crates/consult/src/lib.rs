//! What the account says by itself.
//!
//! [`dialogues`] are asked in this order: what menu keys, follows and scans are answered with; guidance for questions
//! about persons, which are neither searched for nor kept; keyword rules; frequent questions; the public catalogue; and
//! at last the default answer, which always leads on. Rules and questions live in tables ([`Rulebook`]); those every
//! county archive needs come with the program ([`commonest`]). Only the public [`catalogue::Catalogue`] is held here, so
//! nothing of a record that is not open can appear in an answer.

pub mod commonest;

mod faq;
mod guidance;
mod matcher;
mod replies;
mod rule;
mod rulebook;
mod store;
mod wording;

pub use faq::{Faq, Faqs, Found};
pub use matcher::Matcher;
pub use replies::dialogues;
pub use rule::{Content, Mode, Rule, Trigger, TriggerKind};
pub use rulebook::Rulebook;
pub use wording::Wording;
