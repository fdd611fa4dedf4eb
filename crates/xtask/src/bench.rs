//! `make bench`: ratios against named baselines, each measured in the same run.

use crate::Outcome;
use crate::prepare;
use crate::run::{cargo, command, must, root};

/// Search (P1), import (P5) and the callback (P3).
pub(crate) fn bench() -> Outcome {
    prepare::machine()?;
    must(&mut cargo(&["build", "--release", "--package", "lantai"]))?;
    must(&mut cargo(&["run", "--release", "--package", "search", "--example", "p1"]))?;
    must(&mut cargo(&["run", "--release", "--package", "acceptance", "--example", "p5"]))?;
    let node = root().join("bench/callback-node");
    must(command("npm").args(["ci", "--no-audit", "--no-fund", "--silent"]).current_dir(node))?;
    let python = prepare::python("bench-venv", "bench/callback-python/requirements.txt")?;
    let mut callback = cargo(&["run", "--release", "--package", "acceptance", "--example", "p3"]);
    must(callback.env("LANTAI_BENCH_PYTHON", python))
}
