//! `lantai cage`: the child that reads untrusted files, with little memory, time and no way out.

use std::process::ExitCode;

use kernel::Error;
use kernel::cage::{Cage, Limits};

use crate::cli;

/// The work of reading a catalogue file.
pub(crate) const READ_CATALOGUE: &str = "read-catalogue";
/// The work of examining an original and making its public copy.
pub(crate) const EXAMINE_ORIGINAL: &str = "examine-original";
/// The work of opening a material of articles, or a document that becomes one.
pub(crate) const OPEN_MATERIAL: &str = "open-material";

/// A child that opens a material is done in seconds: a picture has at most 10 MB.
const OF_MATERIAL: Limits =
    Limits { memory: 1 << 30, cpu_seconds: 60, wait_seconds: 90, file_size: 1 << 20, open_files: 16 };

/// How the child that opens materials is started.
pub(crate) fn opener() -> kernel::Result<Cage> {
    let program = std::env::current_exe().map_err(Error::internal)?;
    Ok(Cage { program, arguments: vec!["cage".into(), OPEN_MATERIAL.into()], limits: OF_MATERIAL })
}

/// Does one piece of work in the cage and ends.
pub(crate) fn run(cage: &cli::Cage) -> ExitCode {
    let done = match (cage.work.as_str(), cage.arguments.as_slice()) {
        (READ_CATALOGUE, [options, limits]) => catalogue::import::caged(options, limits),
        (EXAMINE_ORIGINAL, [orders, limits]) => catalogue::originals::caged(orders, limits),
        (OPEN_MATERIAL, [orders, limits]) => push::material::caged(orders, limits),
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
