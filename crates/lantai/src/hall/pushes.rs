//! The ledger of pushes: what was approved goes out from here.

use std::sync::Arc;

use account::Clients;
use kernel::{Error, Ground, Result};
use push::{Epoch, Ledger, Mailbox, OpenRecords};

use crate::settings::Configured;

/// The file beside the database that tells whether this installation may push. No backup may contain it.
pub(super) const EPOCH: &str = "push-epoch.json";
/// Where Linux tells the name of the machine.
const HOST: &str = "/proc/sys/kernel/hostname";

/// The ledger of a house.
pub(super) fn ledger(ground: &Ground, configured: &Configured, clients: &Clients) -> Result<Ledger> {
    let host = std::fs::read_to_string(HOST).map_err(Error::internal)?;
    let epoch = Epoch::new(configured.folder.join(EPOCH), host.trim());
    Ok(Ledger::new(ground.clone(), epoch, Arc::new(Mailbox(clients.clone())), Arc::new(OpenRecords)))
}
