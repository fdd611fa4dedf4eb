//! 兰台: the binary.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    lantai::run(lantai::cli::Cli::parse())
}
