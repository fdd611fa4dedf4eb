//! `lantai cage`: the child that reads untrusted files, with little memory, time and no way out.

use std::process::ExitCode;

use crate::cli;

/// The work of reading a catalogue file.
pub(crate) const READ_CATALOGUE: &str = "read-catalogue";
/// The work of examining an original and making its public copy.
pub(crate) const EXAMINE_ORIGINAL: &str = "examine-original";

/// Does one piece of work in the cage and ends.
pub(crate) fn run(cage: &cli::Cage) -> ExitCode {
    let done = match (cage.work.as_str(), cage.arguments.as_slice()) {
        (READ_CATALOGUE, [options, limits]) => catalogue::import::caged(options, limits),
        (EXAMINE_ORIGINAL, [orders, limits]) => catalogue::originals::caged(orders, limits),
        _ => Err("no such work".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
