//! kill -9 at any moment of an import, a rollback, a reindex or a callback: nothing is lost, nothing is doubled.
//!
//! The number of kills is 20 (5 of each kind), or `$LANTAI_KILLS`. The steps the kills hit are printed, and at least
//! 60 % must fall inside a write or between the commit and the index.
//!
//! What is looked at after a kill gives a list of violations. For the program it must be empty; for the program with a
//! planted fault, killed where the fault bites, it must not be (docs/adr/0012).

#[cfg(test)]
mod callback;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod import;
#[cfg(test)]
mod reindex;
#[cfg(test)]
mod report;
#[cfg(test)]
mod rollback;
#[cfg(test)]
mod victim;
