//! What staff do with the catalogue: use cases that begin and commit.

mod carrying;
mod closing;
mod dossier;
mod overview;
mod review;
mod sheet;

#[cfg(test)]
pub(crate) mod tests;

pub use carrying::{Carried, Refused};
pub use closing::{Closed, OutsideCopy};
pub use dossier::{BatchLine, BatchShown, Dossier, Happened, OpinionShown, RecordShown};
pub use overview::{BatchHead, Opened};
pub use review::{Chosen, Consulted, Draft, Drafted, Given, Resolved, Reviews};
pub use sheet::{day, read_sheet, write_opened, write_sheet};
