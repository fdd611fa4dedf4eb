//! `lantai serve`: the hall, open to the public.

use std::process::ExitCode;

use crate::cli::Place;
use crate::hall::{self, Hall};
use crate::installation::Installation;

/// Serves until the machine asks it to stop.
pub(crate) async fn run(place: &Place) -> kernel::Result<ExitCode> {
    let installation = Installation::open(place).await?;
    let _held = installation.configured.folder.lock_server()?;
    let listener = hall::listen(installation.configured.server.listen).await?;
    let server = &installation.configured.server;
    let site = server.public_url.clone().unwrap_or_else(|| format!("http://{}", server.listen));
    let hall = Hall::open(installation, &site).await?;
    hall.serve(listener).await.map(|()| ExitCode::SUCCESS)
}
