//! Chinese text as archives have it: one searchable form, document numbers, reference codes, years, names.
//!
//! Everything here is pure: text in, values out. Three promises hold the rest of the hall together:
//! * [`normalise`] folds a text character by character, so a slice of a title normalises to a slice of the normalised
//!   title (only white space may vanish between); full recall of substring search rests on that.
//! * What is found in a text comes with the range it was found at ([`years`], [`document_number::find`],
//!   [`personal`]), so a page can show it as a removable chip.
//! * No function keeps state. The one dictionary, [`words::Words`], is a value that its owner loads once.

pub mod abbreviation;
pub mod anniversary;
pub mod doctype;
pub mod document_number;
pub mod fold;
pub mod glossary;
pub mod headline;
pub mod livelihood;
pub mod lunar;
mod normalise;
mod numerals;
pub mod personal;
pub mod readability;
pub mod reference_code;
pub mod sensitive;
pub mod similarity;
pub mod sound;
mod topic;
pub mod words;
mod years;

pub use normalise::{Normalised, normalise, parts};
pub use numerals::figures;
pub use topic::topics;
pub use years::{EraYear, FIRST_YEAR, LAST_YEAR, NoSuchYear, Period, PeriodKind, era_year, period, years};
