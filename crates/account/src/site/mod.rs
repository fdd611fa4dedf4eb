//! What this crate serves.

mod callback;

pub use callback::callback_routes;
