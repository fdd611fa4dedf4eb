//! What this crate serves.

mod answers;
mod callback;

pub use answers::answer_routes;
pub use callback::callback_routes;
