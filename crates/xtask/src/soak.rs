//! `make soak`: the long runs.

use std::ffi::OsString;

use crate::bench::{build, measure};
use crate::run::{cargo, must};
use crate::{Outcome, prepare, test};

/// Inputs at each door of strangers.
const CASES: &str = "100000";

/// The kill tests of `make test` with fifteen times the kills, the timing rows, fifty times the inputs that strangers
/// send, searching and answering beside long work on a million records, and ten million rows in process. `LANTAI_KILLS`,
/// `LANTAI_FUZZ_CASES`, `LANTAI_BENCH_ROWS` and `LANTAI_SOAK_ROWS` set other numbers. All are run although one fails.
pub(crate) fn soak() -> Outcome {
    prepare::machine()?;
    must(&mut cargo(&["build", "--package", "lantai"]))?;
    must(&mut cargo(&test::FAULTY))?;
    build()?;
    let suite = |name: &'static str| cargo(&["test", "--package", "acceptance", "--test", name, "--", "--nocapture"]);
    let outcomes = [
        must(&mut measure("timing")),
        must(&mut measure("reindex")),
        must(&mut measure("import-beside")),
        must(&mut measure("large")),
        must(suite("strangers").env("LANTAI_FUZZ_CASES", given("LANTAI_FUZZ_CASES", CASES))),
        must(suite("kill").env("LANTAI_KILLS", given("LANTAI_KILLS", "300"))),
    ];
    let faults: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn given(name: &str, otherwise: &str) -> OsString {
    std::env::var_os(name).unwrap_or_else(|| otherwise.into())
}
