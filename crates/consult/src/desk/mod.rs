//! What staff do with consultation.

mod answers;
mod canned;
mod conversations;
mod meanings;
mod questions;

pub use answers::{AnswersDesk, Conflict, Imported};
pub use canned::Canned;
pub use conversations::{ConversationsDesk, Filter, Reply, View};
pub use meanings::{Finder, LearnMeanings, Meaning, OfferByMeaning};
pub(crate) use meanings::{is_story, order_offer};
pub use questions::QuestionsDesk;
pub(crate) use questions::{LONGEST, Own, Written, reader_name};
