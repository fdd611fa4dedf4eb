//! Import: from an untrusted workbook or text file to records, row by row, with a report.
//!
//! A caged child ([`read`]) reads the file twice: first to look for marks of state secrets, which refuse the file
//! whole, then to send its rows. [`Import::run`] finds the header, maps columns to elements, judges every row, and writes
//! the good ones in chunks that are each all or nothing.

mod atom;
mod batches;
mod component;
mod composed;
mod decided;
mod delimited;
mod draft;
mod ead;
mod finding_aid;
mod form;
mod header;
mod hierarchy;
pub(crate) mod list;
mod mapping;
mod merged;
mod number_format;
mod numbering;
mod opening;
mod parts;
mod peek;
mod people;
mod reader;
mod report;
mod rollback;
mod rows;
mod run;
mod table;
mod template;
mod transfer;
pub(crate) mod trial;
mod workbook;
mod writer;
mod xml;

#[cfg(test)]
mod format_tests;
#[cfg(test)]
mod list_tests;
#[cfg(test)]
pub(crate) mod tests;

pub use batches::{BatchEntry, batch, batches};
pub use form::template_workbook;
pub use list::read_table;
pub use mapping::{Mapping, MappingProblem, WrittenMapping};
pub use opening::Approval;
pub use peek::{Peeked, PeekedSheet};
pub use reader::{Format, ReadOptions, caged, read};
pub use report::{Counts, ImportResult, Problem, Refusal, SampleRow, Severity, Summary};
pub use rollback::{RollBack, RolledBack};
pub use run::{Ended, Import, Step};
