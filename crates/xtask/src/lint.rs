//! `make lint`: the style budget.

use crate::run::{cargo, must};
use crate::{Outcome, attacks, lengths, packages};

/// Formatting, clippy, file lengths, the page of attacks, licences and versions.
pub(crate) fn lint() -> Outcome {
    must(&mut cargo(&["fmt", "--all", "--check"]))?;
    lengths::check()?;
    attacks::check()?;
    packages::check()?;
    must(&mut cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))?;
    let planted = ["clippy", "--package", "lantai", "--features", "planted-faults", "--quiet", "--", "-D", "warnings"];
    must(&mut cargo(&planted))
}
