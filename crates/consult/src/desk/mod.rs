//! What staff do with consultation.

mod answers;
mod canned;
mod conversations;

pub use answers::{AnswersDesk, Conflict, Imported};
pub use canned::Canned;
pub use conversations::{ConversationsDesk, Filter, Reply, View};
