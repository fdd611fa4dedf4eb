//! The ledger of pushes: what was approved goes out from here.

use std::sync::Arc;

use account::Clients;
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::{Code, Error, Ground, Problem, Result};
use push::{Epoch, Ledger, Mailbox, OpenRecords, Pictures};

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

/// A house without a library of materials: texts go out, and nothing that shows a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoLibrary;

impl Pictures for NoLibrary {
    fn within<'a>(&'a self, _: &'a str, address: &'a str) -> BoxFuture<'a, Result<String>> {
        absent(address)
    }

    fn permanent<'a>(&'a self, _: &'a str, address: &'a str) -> BoxFuture<'a, Result<String>> {
        absent(address)
    }
}

fn absent(address: &str) -> BoxFuture<'_, Result<String>> {
    let why = "不在素材库里";
    std::future::ready(Err(Problem::new(Code::NotFound, format!("图片 {address}")).because(why).into())).boxed()
}
