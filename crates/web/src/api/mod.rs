//! What the staff API shares (`/api/v1`): who acts, what a route needs, and reading what was sent.
//!
//! `identity` lets requests in and says who sent them; here a handler takes that as [`Staff`], and [`needs`] puts a
//! permission before a route and writes it into the `OpenAPI` document, from which the console's client is made and
//! against which the tests of access are run.

mod document;
mod input;
mod needs;
mod page;

pub use document::finish;
pub use input::{Input, Inputs};
pub use needs::{NEEDS, Proved, Staff, needs, proved};
pub use page::{Listed, Size, Sort, SortColumn};
