//! What strangers send: at every door that takes bytes or text from outside, a great many inputs made by changing good
//! ones. Nothing may panic, and what a door promises about its outcome must hold.
//!
//! The doors, their first inputs and their words are those of the fuzzers (`fuzz/`), which `make test` runs as well; here
//! the inputs depend on nothing but the door and their number: what failed once fails again. An input with a new kind
//! of outcome is kept and changed further, so that the search does not stay at the first check. `$LANTAI_FUZZ_CASES`
//! sets the inputs at each door, 2,000 if it does not; a workbook needs a process of its own and counts for twenty.

#[cfg(test)]
mod doors;
#[cfg(test)]
mod drive;
#[cfg(test)]
mod mutate;
#[cfg(test)]
mod workbook;
