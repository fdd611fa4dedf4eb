//! What staff do with consultation.

mod answers;
mod attending;
mod canned;
mod conversations;
mod duty;
mod files;
mod handling;
mod lists;
mod meanings;
mod personal_list;
mod questions;

pub use answers::{AnswersDesk, Conflict, Imported};
pub use canned::Canned;
pub use conversations::{ConversationsDesk, Filter, Reply, View};
pub use duty::Left;
pub(crate) use duty::give_in_turn;
pub use files::{FilesDesk, Opened};
pub use meanings::{Finder, LearnMeanings, Meaning, OfferByMeaning};
pub(crate) use meanings::{is_story, order_offer};
pub use questions::QuestionsDesk;
pub(crate) use questions::{LONGEST, Own, Written, reader_name};
