//! `lantai audit verify`: whether the audit log is whole.

use std::process::ExitCode;

use crate::cli::Place;
use crate::commands::say;
use crate::installation::Installation;

/// Follows the chain from its first link; a broken one is named.
pub(crate) async fn verify(place: &Place) -> kernel::Result<ExitCode> {
    let installation = Installation::open_existing(place).await?;
    let report = kernel::audit::verify(&installation.ground.db, &installation.ground.secrets).await?;
    say(&report);
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
