//! Pushes: the library, what helps editors, the ledger from which goes out what was approved, and what became of it.

use std::sync::Arc;

use account::Clients;
use catalogue::Catalogue;
use catalogue::originals::Gallery;
use kernel::{Blobs, Error, Ground, Result};
use push::console::Office;
use push::outside::{Outside, PATIENCE, Reach};
use push::{
    Epoch, Headlines, Ledger, Mailbox, Materials, Noticing, OpenRecords, PastArticles, Quality, Results, Stock, Visits,
};
use web::HouseDesk;

use super::staff_api;
use crate::commands::{cage, import};
use crate::settings::Configured;

/// The file beside the database that tells whether this installation may push. No backup may contain it.
pub(super) const EPOCH: &str = "push-epoch.json";
/// Where Linux tells the name of the machine.
const HOST: &str = "/proc/sys/kernel/hostname";

/// What pushes stand on in a house whose pages readers find at `site`.
pub(super) async fn open(
    (ground, configured, site): (&Ground, &Configured, &str),
    (catalogue, gallery, house, clients): (&Catalogue, &Gallery, &HouseDesk, &Clients),
) -> Result<Office> {
    let site = site.trim_end_matches('/');
    let pages = staff_api::PAGES.map(|(path, _)| path);
    let quality = Quality::open(ground.clone(), catalogue.clone(), site, &pages).await?;
    quality.keep_fresh();
    let results = Results::new(ground.clone(), clients.clone());
    for account in configured.accounts.iter() {
        results.plan(account.name()).await?;
    }
    let materials = materials((ground, configured), (catalogue, gallery, house, clients))?;
    let outside = Outside::new(Reach::Public, PATIENCE);
    let headlines = Headlines::new(&materials, outside.clone());
    headlines.plan().await?;
    Arc::new(headlines.worker()).start(ground);
    Ok(Office {
        ground: ground.clone(),
        accounts: configured.accounts.clone(),
        clients: clients.clone(),
        catalogue: catalogue.clone(),
        materials,
        site: site.to_owned(),
        past_articles: PastArticles::new(ground.clone()),
        visits: Visits::new(ground.clone()),
        results,
        noticing: noticing((ground, configured, site), clients),
        house: house.book().clone(),
        ledger: ledger(ground, configured, clients)?,
        quality,
        headlines,
        outside,
        reader: import::reader()?,
    })
}

/// What single readers are told.
pub(super) fn noticing((ground, configured, site): (&Ground, &Configured, &str), clients: &Clients) -> Noticing {
    Noticing::new(ground, (&configured.accounts, clients), site)
}

fn materials(
    (ground, configured): (&Ground, &Configured),
    (catalogue, gallery, house, clients): (&Catalogue, &Gallery, &HouseDesk, &Clients),
) -> Result<Materials> {
    let (catalogue, gallery, clients) = (catalogue.clone(), gallery.clone(), clients.clone());
    let stock = Stock { catalogue, gallery, house: house.book().clone(), clients };
    let blobs = Blobs::in_folder(&configured.materials())?;
    Ok(Materials::new(ground.clone(), blobs, (cage::opener()?, configured.scanner.clone()), stock))
}

fn ledger(ground: &Ground, configured: &Configured, clients: &Clients) -> Result<Ledger> {
    let host = std::fs::read_to_string(HOST).map_err(Error::internal)?;
    let epoch = Epoch::new(configured.folder.join(EPOCH), host.trim());
    Ok(Ledger::new(ground.clone(), epoch, Arc::new(Mailbox(clients.clone())), Arc::new(OpenRecords)))
}
