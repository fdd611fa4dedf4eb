//! `make test`: everything CI checks.

use std::process::Command;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crate::demo::Demo;
use crate::run::{cargo, command, must, watched};
use crate::{Outcome, browser, fuzz, lint, prepare};

/// Tests run, failed and skipped in one suite.
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

impl Suite {
    /// A suite of which nothing has run.
    pub(crate) fn named(name: &'static str) -> Self {
        Self { name, passed: 0, failed: 0, skipped: 0 }
    }

    /// Counts what a part of it counted.
    pub(crate) fn add(&mut self, part: &Self) {
        self.passed += part.passed;
        self.failed += part.failed;
        self.skipped += part.skipped;
    }
}

/// The program with faults to choose from, which the kill tests must catch. With the examples everything is built with the
/// features that tests ask for: then all builds of `make test` share what they stand on.
pub(crate) const FAULTY: [&str; 9] = [
    "build",
    "--workspace",
    "--exclude",
    "measures",
    "--bin",
    "lantai-faulty",
    "--examples",
    "--features",
    "lantai/planted-faults",
];

/// Lint, unit and contract tests, acceptance tests, fuzzers beside the browser tests, interoperability.
pub(crate) fn test() -> Outcome {
    prepare::machine()?;
    prepare::viewer()?;
    prepare::console()?;
    lint::lint()?;
    must(&mut cargo(&FAULTY))?;
    // The examples are programs that some tests start; they are built last without faults.
    must(&mut cargo(&["build", "--workspace", "--exclude", "measures", "--bins", "--examples"]))?;
    let mut suites = Vec::new();
    let mut outcome = rust(&tests(&["--lib", "--bins"]), "unit and contract", &mut suites);
    outcome = outcome.and(rust(&tests(&["--doc"]), "examples", &mut suites));
    // The fuzzers are built while the acceptance tests wait for servers, kills and clocks.
    let (built, ended) = beside_acceptance(fuzz::build, &mut suites);
    outcome = outcome.and(ended);
    built?;
    prepare::browser_tests()?;
    let python = prepare::python("interop-venv", "interop/requirements.txt")?;
    // The fuzzers take what the browsers leave.
    let (fuzzers, browser) = thread::scope(|scope| {
        let fuzzers = scope.spawn(strangers);
        let browser = browser::tests();
        (fuzzers.join(), browser)
    });
    let fuzzers = fuzzers.map_err(|_| "the fuzzers broke off".to_owned())?;
    for (suite, ended) in [fuzzers, browser] {
        suites.push(suite);
        outcome = outcome.and(ended);
    }
    let demo = Demo::start("debug")?;
    let mut interop = command(python);
    interop.args(["-u", "interop/run.py"]);
    outcome = outcome.and(unittest(demo.tell(&mut interop), &mut suites));
    outcome.and(report(&suites))
}

/// Runs the acceptance tests; as soon as the first of them runs, cargo is free for something else to build.
fn beside_acceptance(meanwhile: impl FnOnce() -> Outcome + Send, suites: &mut Vec<Suite>) -> (Outcome, Outcome) {
    // The kill tests tell which steps they hit.
    let whole = tests(&["--test", "*", "--", "--show-output"]);
    let (runs, begun) = channel();
    thread::scope(|scope| {
        let built = scope.spawn(move || {
            // Also if none began: then building says why.
            let _ran = begun.recv();
            meanwhile()
        });
        let ended = rust_telling(&whole, "acceptance", suites, Some(runs));
        (built.join().unwrap_or_else(|_| Err("building the fuzzers broke off".to_owned())), ended)
    })
}

/// The arguments of some of the tests. The packages are the same each time, so that what one run built serves the next.
fn tests<'a>(which: &[&'a str]) -> Vec<&'a str> {
    [&["test", "--workspace", "--exclude", "measures", "--no-fail-fast"], which].concat()
}

fn rust(arguments: &[&str], name: &'static str, suites: &mut Vec<Suite>) -> Outcome {
    rust_telling(arguments, name, suites, None)
}

/// As [`rust`], telling when the first test runs.
fn rust_telling(
    arguments: &[&str],
    name: &'static str,
    suites: &mut Vec<Suite>,
    mut runs: Option<Sender<()>>,
) -> Outcome {
    let mut suite = Suite::named(name);
    let outcome = watched(&mut cargo(arguments), |line| {
        if line.starts_with("running ") {
            drop(runs.take());
        }
        if line.starts_with("test result:") {
            suite.passed += before(line, " passed");
            suite.failed += before(line, " failed");
            suite.skipped += before(line, " ignored");
        }
    });
    suites.push(suite);
    outcome
}

/// The fuzzers, each group for `$LANTAI_FUZZ_SECONDS`, a minute if it says nothing.
fn strangers() -> (Suite, Outcome) {
    let tried = fuzz::groups(&fuzz::GROUPS, fuzz::seconds(60));
    let passed = tried.as_ref().copied().unwrap_or(0);
    (Suite { name: "fuzzers", passed, failed: usize::from(tried.is_err()), skipped: 0 }, tried.map(drop))
}

fn unittest(command: &mut Command, suites: &mut Vec<Suite>) -> Outcome {
    let mut suite = Suite::named("interoperability");
    let outcome = watched(command, |line| {
        suite.passed += usize::from(line.ends_with("... ok"));
        suite.failed += usize::from(line.ends_with("... FAIL") || line.ends_with("... ERROR"));
        suite.skipped += usize::from(line.contains("... skipped"));
    });
    suites.push(suite);
    outcome
}

/// The number that stands directly before a word in a line.
fn before(line: &str, word: &str) -> usize {
    line.split(word).next().and_then(|text| text.rsplit(' ').next()).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Prints the tests per suite; a suite without tests or with skipped ones fails.
fn report(suites: &[Suite]) -> Outcome {
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    println!("\n{:<20}{:>8}{:>8}{:>8}", "suite", "passed", "failed", "skipped");
    for suite in suites {
        println!("{:<20}{:>8}{:>8}{:>8}", suite.name, suite.passed, suite.failed, suite.skipped);
        passed += suite.passed;
        failed += suite.failed;
        skipped += suite.skipped;
    }
    println!("\n{passed} passed, {failed} failed, {skipped} skipped");
    match suites.iter().find(|suite| suite.passed == 0 || suite.skipped > 0 || suite.failed > 0) {
        Some(suite) => Err(format!("the suite \"{}\" must run, whole and green", suite.name)),
        None => Ok(()),
    }
}
