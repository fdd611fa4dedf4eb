//! `make soak`: the long runs.

use crate::Outcome;
use crate::run::{cargo, must};

/// The fault runs of `make test` with ten times the kills.
pub(crate) fn soak() -> Outcome {
    must(&mut cargo(&["build", "--package", "lantai"]))?;
    must(cargo(&["test", "--package", "acceptance", "kill", "--", "--nocapture"]).env("LANTAI_KILLS", "200"))
}
