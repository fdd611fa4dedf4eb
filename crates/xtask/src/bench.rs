//! `make bench`: ratios against named baselines, each measured in the same run.

use std::process::Command;

use crate::Outcome;
use crate::demo::Demo;
use crate::prepare;
use crate::run::{cargo, command, must, root, watched};

/// Search (P1), its ranking (the judged set), the callback (P3), import (P5) and the bytes of a first view (P8). All are
/// run although one fails.
/// `LANTAI_BENCH_ROWS` sets the records of P1 and P5, a million by default.
pub(crate) fn bench() -> Outcome {
    prepare::machine()?;
    must(&mut cargo(&["build", "--release", "--package", "lantai"]))?;
    let mut p1 = example("search", "p1");
    if let Some(rows) = std::env::var_os("LANTAI_BENCH_ROWS") {
        p1.arg("--").arg(rows);
    }
    let outcomes =
        [must(&mut p1), must(&mut example("acceptance", "judged")), p3(), must(&mut example("acceptance", "p5")), p8()];
    let faults: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn example(package: &str, name: &str) -> Command {
    cargo(&["run", "--release", "--package", package, "--example", name])
}

fn p3() -> Outcome {
    let node = root().join("bench/callback-node");
    must(command("npm").args(["ci", "--no-audit", "--no-fund", "--silent"]).current_dir(node))?;
    let python = prepare::python("bench-venv", "bench/callback-python/requirements.txt")?;
    must(example("acceptance", "p3").env("LANTAI_BENCH_PYTHON", python))
}

/// The browser test that weighs the pages, on the release build; what it told as a table.
fn p8() -> Outcome {
    prepare::browser_tests()?;
    let demo = Demo::start("release")?;
    let mut weigh = command("node");
    weigh.args(["--test", "--test-reporter=tap", "tests/weight.test.mjs"]).current_dir(root().join("e2e"));
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

/// A page and its bytes, of a line like `# home: 5480 bytes, 2 request(s)`.
fn weight(line: &str) -> Option<(String, usize)> {
    let (page, rest) = line.trim().strip_prefix("# ")?.split_once(": ")?;
    let (bytes, _) = rest.split_once(" bytes")?;
    Some((page.to_owned(), bytes.parse().ok()?))
}
