//! What staff do with consultation.

mod answers;
mod canned;
mod conversations;
mod files;
mod questions;

pub use answers::{AnswersDesk, Conflict, Imported};
pub use canned::Canned;
pub use conversations::{ConversationsDesk, Filter, Reply, View};
pub use files::{FilesDesk, Opened};
pub use questions::QuestionsDesk;
pub(crate) use questions::{LONGEST, Own, Written, reader_name};
