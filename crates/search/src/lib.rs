//! Full-text search over many short Chinese records: exact recall, static ranking, facets, highlight.
//!
//! Knows no archive. A caller lays out its records ([`Layout`]), puts them in through the one [`Writer`] of a folder, and
//! asks a [`Reader`] for what contains the [`Part`]s of a [`Query`].

mod columns;
mod document;
mod error;
mod facets;
mod grams;
mod highlight;
mod layout;
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
pub use highlight::highlight;
pub use layout::{CodeField, FacetField, Layout, TextField};
pub use query::{
    Class, Code, FacetCounts, Filter, Hit, Hits, MAX_CHARACTERS, MAX_FACET_VALUES, MAX_LIMIT, MAX_PARTS, Part, Query,
    Ranking, Relaxed, Sort,
};
pub use reader::Reader;
pub use writer::{Writer, WriterOptions};
