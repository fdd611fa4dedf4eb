//! Originals: the digital files of descriptions, from the scanner to the reader's screen.
//!
//! A file comes in at the [`Desk`]: a caged child tells its kind by its content, makes the four-property check of
//! DA/T 70-2018, and makes the public copy of its pages, re-encoded, without metadata and marked. Readers get the public
//! copies through the [`Gallery`], which asks `access` at each fetch; the file as it came leaves the house only where
//! there are no pages (PDF, sound, film). Addresses are keyed hashes and tell nothing.

mod caged;
mod desk;
mod document;
mod finding;
mod gallery;
mod intake;
mod kind;
mod leaf;
mod manifest;
mod mark;
mod naming;
mod pack;
mod picture;
pub(crate) mod region;
mod render;
mod routes;
mod sound;

#[cfg(test)]
mod tests;

pub use caged::{Orders, caged};
pub use desk::{Change, Desk, Given};
pub use finding::{Fate, Finding, Property, Report, Verdict, workbook};
pub use gallery::Gallery;
pub use kind::Kind;
pub use leaf::{Leaf, Listed, digitised};
pub use naming::{clean, codes_of};
pub use picture::open_picture;
pub use routes::routes;
pub use sound::{Measured, measure};

pub(crate) use leaf::{leaves, listed};

/// The scales at which a page of this size is kept: 1, 2, 4 … until it fits into one tile.
pub(crate) fn scale_factors((width, height): (u32, u32)) -> Vec<u32> {
    (0..).zip(pack::levels(width, height)).map(|(power, _)| 1 << power).collect()
}
