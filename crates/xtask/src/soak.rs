//! `make soak`: the long runs.

use std::ffi::OsString;
use std::process::Command;

use crate::bench::{build, measure};
use crate::run::{cargo, must};
use crate::{Outcome, fuzz, prepare, test};

/// Seconds of all fuzzers together: two hours.
const FUZZING: u64 = 2 * 60 * 60;

/// A part of the long runs: its word on the command line, and what runs it.
type Part = (&'static str, fn() -> Outcome);

/// All parts, in the order in which they run.
const PARTS: [Part; 10] = [
    ("timing", || measured("timing")),
    ("reindex", || measured("reindex")),
    ("import-beside", || measured("import-beside")),
    ("large", || measured("large")),
    ("fuzz", || fuzz::all(fuzz::seconds(FUZZING)).map(drop)),
    ("hidden-records", hidden_records),
    ("kills", kills),
    ("push-faults", push_faults),
    ("push-quota", push_quota),
    ("push-kills", push_kills),
];

/// The fuzzers, the kill tests of `make test` with fifteen times the kills, its tests of non-interference with twenty
/// times the requests, the timing rows, searching and answering beside long work on a million records, ten million rows in
/// process, pushes through ten thousand faults and five hundred kills on each database, and a million random plans that must
/// keep to the quota; or the parts that are named.
/// `LANTAI_FUZZ_SECONDS`, `LANTAI_KILLS`, `LANTAI_REQUESTS`, `LANTAI_BENCH_ROWS`, `LANTAI_SOAK_ROWS`, `LANTAI_PUSH_FAULTS`,
/// `LANTAI_PUSH_KILLS` and `LANTAI_PUSH_PLANS` set other numbers. All are run although one fails.
pub(crate) fn soak(named: &[String]) -> Outcome {
    if let Some(unknown) = named.iter().find(|name| PARTS.iter().all(|(part, _)| part != name)) {
        let parts = PARTS.map(|(part, _)| part).join(" ");
        return Err(format!("there is no part {unknown}; the parts are: {parts}"));
    }
    prepare::machine()?;
    let is_asked = |part: &str| named.is_empty() || named.iter().any(|name| name == part);
    let faults: Vec<String> = PARTS
        .into_iter()
        .filter(|(part, _)| is_asked(part))
        .filter_map(|(part, run)| run().err().map(|fault| format!("{part}: {fault}")))
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn measured(name: &str) -> Outcome {
    build()?;
    must(&mut measure(name))
}

fn hidden_records() -> Outcome {
    let asking = [
        "test",
        "--workspace",
        "--exclude",
        "acceptance",
        "--exclude",
        "measures",
        "--",
        "--nocapture",
        "non_interference",
    ];
    must(or(&mut cargo(&asking), "LANTAI_REQUESTS", "10000"))
}

fn push_faults() -> Outcome {
    in_process("storm_tests", "LANTAI_PUSH_FAULTS", "10000")
}

fn push_quota() -> Outcome {
    in_process("quota_tests", "LANTAI_PUSH_PLANS", "1000000")
}

/// Unit tests of some name, as many times over as a variable says.
fn in_process(tests: &str, variable: &str, usual: &str) -> Outcome {
    let named = [
        "test",
        "--workspace",
        "--exclude",
        "acceptance",
        "--exclude",
        "measures",
        "--lib",
        "--",
        "--nocapture",
        tests,
    ];
    must(or(&mut cargo(&named), variable, usual))
}

fn push_kills() -> Outcome {
    victims()?;
    let kill = ["test", "--package", "acceptance", "--test", "push_kill", "--", "--nocapture"];
    must(or(&mut cargo(&kill), "LANTAI_PUSH_KILLS", "500"))
}

/// The programs that are killed.
fn victims() -> Outcome {
    must(&mut cargo(&["build", "--package", "lantai"]))?;
    must(&mut cargo(&test::FAULTY))
}

fn kills() -> Outcome {
    victims()?;
    let kill = ["test", "--package", "acceptance", "--test", "kill", "--", "--nocapture"];
    must(or(&mut cargo(&kill), "LANTAI_KILLS", "300"))
}

/// Sets a variable for a command, unless it is set.
fn or<'c>(command: &'c mut Command, name: &str, otherwise: &str) -> &'c mut Command {
    let given = std::env::var_os(name).unwrap_or_else(|| OsString::from(otherwise));
    command.env(name, given)
}
