//! `lantai serve`: the hall, open to the public.

use std::process::ExitCode;

use kernel::{Clock, Error};

use crate::cli::Place;
use crate::hall::{self, Hall};
use crate::installation::{Installation, configured};

/// Serves until the machine asks it to stop.
pub(crate) async fn run(place: &Place) -> kernel::Result<ExitCode> {
    let configured = configured(place, [])?;
    configured.must_be_complete()?;
    let _held = configured.folder.lock_server()?;
    let listener = hall::listen(configured.server.listen).await?;
    let address = listener.local_addr().map_err(Error::internal)?;
    let site = configured.server.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    // Paths are put behind it.
    let site = site.trim_end_matches('/');
    let hall = Hall::open(Installation::with(configured, Clock::system()).await?, site).await?;
    hall::furnish(&hall, site).await?;
    hall.serve(listener).await.map(|()| ExitCode::SUCCESS)
}
