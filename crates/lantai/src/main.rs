//! 兰台: the binary.

use std::process::ExitCode;

use clap::Parser as _;
use mimalloc::MiMalloc;

/// Answers are made of many small pieces: the system's allocator took a fifth of the time of a search (`docs/performance.md`).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    lantai::run(lantai::cli::Cli::parse())
}
