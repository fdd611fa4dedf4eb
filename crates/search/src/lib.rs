//! Full-text search over many short Chinese records: exact recall, static ranking, facets, highlight.
//!
//! Knows no archive. A caller lays out its records ([`Layout`]), puts them in through the one [`Writer`] of a folder
//! ([`Document`]), and asks a [`Reader`] for what contains the [`Part`]s of a [`Query`].
//!
//! # What is promised
//! * **Every slice is found.** A record whose text contains a part, both normalised by [`chinese::normalise`], is a hit;
//!   no other is; [`Hits::total`] is exact. One character is enough, characters beyond U+FFFF stay whole, and nothing
//!   typed is an operator. Word segmentation is not involved: it loses a quarter of all questions for names.
//! * **One order.** Pages are slices of a total order that ends on the record's sort key and its own key.
//! * **Nothing shows through.** [`Ranking`] is a table of fixed numbers. No frequency, no average length: a record that is
//!   closed, deleted or elsewhere moves no other by a place.
//! * **Killed at any moment, it is right.** A commit carries the caller's watermark within itself; what is read is always
//!   the state of one commit.
//!
//! # How it works
//! Tantivy keeps the files: segments, commits, merges, deletions. Used with them is only its simplest list, the records
//! that have a term, without frequencies, positions or lengths.
//! * `grams`: a text is indexed under all its characters and pairs of neighbouring characters. A part of one or two
//!   characters is then a single list, the answer itself. Of a longer part the rarest lists of pairs are met, and what
//!   remains is checked against the text; a check costs less than comparing positions, and few remain.
//! * `columns`: the text to check against lies in a file of its own beside the segment's others, with the record's key,
//!   years, standing and order. It is a *segment plugin*: the engine writes, merges, commits and deletes it with the
//!   segment, so there is no second file to keep in step.
//! * `rank`: within a segment, records compare by one number worked out when the segment was written (prior, title
//!   length, sort key). The leading few hundred of the hits have their texts looked at, in batches, so that memory is
//!   waited for once per batch.
//! * `relax`: when nothing matches, signs are dropped, then one character is taken for wrong, then courtesies and what cannot be met of the words, then years, and
//!   the answer says which. The pieces of a sentence are found by what the index itself holds, without a dictionary.
//!
//! `cargo run --release -p search --example p1` measures it against the plain use of tantivy with pairs of characters and
//! phrase queries.

mod columns;
mod document;
mod error;
mod facets;
mod grams;
mod highlight;
mod layout;
mod near;
mod query;
mod rank;
mod reader;
mod relax;
mod segment;
#[cfg(test)]
mod tests;
mod writer;

pub use document::Document;
pub use error::{Error, Result};
pub use highlight::Highlighter;
pub use layout::{CodeField, FacetField, Layout, TextField};
pub use query::{
    Class, Code, FacetCounts, Filter, GivenUp, Hit, Hits, MAX_ALTERNATIVES, MAX_CHARACTERS, MAX_FACET_VALUES,
    MAX_LIMIT, MAX_PARTS, Part, Query, Ranking, Relax, Relaxed, Sort,
};
pub use reader::Reader;
pub use writer::{Pending, Prepared, Writer, WriterOptions};
