//! `make bench`: ratios against named baselines, each measured in the same run.

use std::process::Command;

use tempfile::TempDir;

use crate::Outcome;
use crate::demo::Demo;
use crate::prepare;
use crate::run::{cargo, command, must, root, target, watched};

/// The measures of `crates/measures` in their order, and whether they ask the one large house, which the first of them
/// fills.
const MEASURES: [(&str, bool); 12] = [
    ("p1", false),
    ("judged", false),
    ("p2", true),
    ("p3", false),
    ("p4", true),
    ("p5", false),
    ("p6", false),
    ("browse", true),
    ("rules", false),
    ("inbox", false),
    ("roll", false),
    ("quality", false),
];

/// Search in process (P1) and over HTTP (P2), its ranking (the judged set), the callback (P3, P4), imports (P5, P6), a large
/// fonds, rules of the chat, the inbox, a roll of a million followers, the editor's panel, the bytes of a first view (P8),
/// and the console on a slow machine. All are run although one fails.
/// `LANTAI_BENCH_ROWS` sets the records, a million by default.
pub(crate) fn bench() -> Outcome {
    prepare::machine()?;
    prepare::peers()?;
    // The release build embeds it.
    if !prepare::has_console() {
        prepare::console()?;
    }
    build()?;
    prepare::packages(&root().join("bench/callback-node"))?;
    let python = prepare::python("bench-venv", "bench/requirements.txt")?;
    let house = TempDir::new().map_err(|error| error.to_string())?;
    let mut faults = Vec::new();
    for (name, asks_the_house) in MEASURES {
        let mut program = measure(name);
        program.env("LANTAI_BENCH_PYTHON", &python);
        if asks_the_house {
            program.env("LANTAI_BENCH_HOUSE", house.path());
        }
        faults.extend(must(&mut program).err());
    }
    prepare::browser_tests()?;
    let demo = Demo::start("release")?;
    faults.extend(p8(&demo).err());
    faults.extend(console(&demo).err());
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// Builds the program and what measures it at once, so that they share what they are made of.
pub(crate) fn build() -> Outcome {
    must(&mut cargo(&["build", "--release", "--package", "lantai", "--package", "measures"]))
}

/// A measure of `crates/measures`, built before.
pub(crate) fn measure(name: &str) -> Command {
    let mut measure = command(target().join("release/measures"));
    measure.arg(name);
    measure
}

/// The browser test that weighs the pages, on the release build; what it told as a table.
fn p8(demo: &Demo) -> Outcome {
    let mut weigh = command("node");
    weigh.args(["--test", "--test-reporter=tap", "tests/readers/weight.test.mjs"]).current_dir(root().join("e2e"));
    let mut weights: Vec<(String, usize)> = Vec::new();
    let outcome = watched(demo.tell(&mut weigh), |line| weights.extend(weight(line)));
    weights.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    println!("\n{:<24}{:>8}", "P8", "bytes");
    for (page, bytes) in &weights {
        println!("{page:<24}{bytes:>8}");
    }
    println!(
        "\nP8 bytes of the heaviest first view: {} (goal < 15360)",
        weights.first().map_or(0, |(_, bytes)| *bytes)
    );
    match outcome {
        Ok(()) if weights.is_empty() => Err("P8: no page was weighed".to_owned()),
        outcome => outcome,
    }
}

/// How soon the console can be worked with, on the release build; it prints its own table.
fn console(demo: &Demo) -> Outcome {
    let mut measure = command("node");
    measure.arg("console-speed.mjs").current_dir(root().join("e2e"));
    must(demo.tell(&mut measure))
}

/// A page and its bytes, of a line like `# home: 5480 bytes, 2 request(s)`.
fn weight(line: &str) -> Option<(String, usize)> {
    let (page, rest) = line.trim().strip_prefix("# ")?.split_once(": ")?;
    let (bytes, _) = rest.split_once(" bytes")?;
    Some((page.to_owned(), bytes.parse().ok()?))
}
