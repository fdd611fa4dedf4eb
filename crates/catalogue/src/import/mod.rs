//! Import: from an untrusted workbook or text file to records, row by row, with a report.
//!
//! A caged child ([`read`]) reads the file twice: first to look for marks of state secrets, which refuse the file
//! whole, then to send its rows. [`Import::run`] finds the header, maps columns to elements, judges every row, and writes
//! the good ones in chunks that are each all or nothing.

mod batches;
mod delimited;
mod draft;
mod header;
pub(crate) mod list;
mod mapping;
mod number_format;
mod numbering;
mod opening;
mod plain_table;
mod reader;
mod report;
mod rollback;
mod rows;
mod run;
mod table;
mod template;
mod workbook;
mod writer;

#[cfg(test)]
mod tests;

pub use batches::{BatchEntry, batch, batches};
pub use mapping::{Mapping, MappingProblem};
pub use opening::Approval;
pub use plain_table::read_table;
pub use reader::{Format, ReadOptions, caged, read};
pub use report::{Counts, ImportResult, Problem, Refusal, Severity, Summary};
pub use rollback::{RollBack, RolledBack};
pub use run::{Ended, Import, Step};
