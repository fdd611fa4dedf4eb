//! `make bench`: ratios against named baselines, each measured in the same run.

use crate::Outcome;
use crate::run::{cargo, must};

/// Search (P1), import (P5) and the callback (P3).
pub(crate) fn bench() -> Outcome {
    must(&mut cargo(&["run", "--release", "--package", "search", "--example", "p1"]))
}
