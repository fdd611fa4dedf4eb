//! The program with faults to choose from, for the fault tests; nobody is served by it.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    lantai::run(lantai::cli::Cli::parse())
}
