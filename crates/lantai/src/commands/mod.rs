//! The commands, one file each.

use std::fmt::Display;
use std::io::{Write as _, stdout};

pub(crate) mod audit;
pub(crate) mod batch;
pub(crate) mod cage;
pub(crate) mod demo;
pub(crate) mod directory;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod find;
pub(crate) mod import;
pub(crate) mod logbook;
pub(crate) mod originals;
pub(crate) mod reindex;
pub(crate) mod review;
pub(crate) mod sandbox;
pub(crate) mod serve;
pub(crate) mod staff;

/// Prints a line. Whoever reads along may have seen enough and gone (`| head`): that is no fault of the command's.
pub(crate) fn say(line: impl Display) {
    drop(writeln!(stdout(), "{line}"));
}
