//! `make soak`: the long runs.

use std::ffi::OsString;
use std::process::Command;

use crate::bench::{build, measure};
use crate::run::{cargo, must};
use crate::{Outcome, fuzz, prepare, test};

/// Seconds of all fuzzers together: two hours.
const FUZZING: u64 = 2 * 60 * 60;

/// The fuzzers, the kill tests of `make test` with fifteen times the kills, its tests of non-interference with twenty
/// times the requests, the timing rows, searching and answering beside long work on a million records, and ten million
/// rows in process. `LANTAI_FUZZ_SECONDS`, `LANTAI_KILLS`, `LANTAI_REQUESTS`, `LANTAI_BENCH_ROWS` and `LANTAI_SOAK_ROWS`
/// set other numbers. All are run although one fails.
pub(crate) fn soak() -> Outcome {
    prepare::machine()?;
    must(&mut cargo(&["build", "--package", "lantai"]))?;
    must(&mut cargo(&test::FAULTY))?;
    build()?;
    let kill = ["test", "--package", "acceptance", "--test", "kill", "--", "--nocapture"];
    let unit = ["test", "--workspace", "--exclude", "acceptance", "--exclude", "measures", "--"];
    let asking = [&unit[..], &["--nocapture", "non_interference"]].concat();
    let outcomes = [
        must(&mut measure("timing")),
        must(&mut measure("reindex")),
        must(&mut measure("import-beside")),
        must(&mut measure("large")),
        fuzz::all(fuzz::seconds(FUZZING)).map(drop),
        must(or(&mut cargo(&asking), "LANTAI_REQUESTS", "10000")),
        must(or(&mut cargo(&kill), "LANTAI_KILLS", "300")),
    ];
    let faults: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// Sets a variable for a command, unless it is set.
fn or<'c>(command: &'c mut Command, name: &str, otherwise: &str) -> &'c mut Command {
    let given = std::env::var_os(name).unwrap_or_else(|| OsString::from(otherwise));
    command.env(name, given)
}
