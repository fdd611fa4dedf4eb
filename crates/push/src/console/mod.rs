//! `/api/v1/push`: what staff do with pushes. Handlers read what was sent and call the desks; the rules and the audit lines
//! are theirs.

mod comments;
mod drafts;
mod headlines;
mod hints;
mod import;
mod materials;
mod notices;
mod plans;
mod publications;
mod quality;
mod results;
mod results_table;
mod sources;

mod suggestions;
mod word_file;

use std::sync::Arc;

use account::{Accounts, Clients};
use axum::extract::DefaultBodyLimit;
use catalogue::Catalogue;
use kernel::cage::Cage;
use kernel::{Code, Ground, Problem};
use utoipa_axum::router::OpenApiRouter;
use web::HouseBook;

use crate::outside::Outside;
use crate::{Headlines, Ledger, Materials, Noticing, PastArticles, Preparing, Quality, Results, Visits};

/// The most that is taken in of a draft, in bytes.
const MOST_BYTES: usize = 2 << 20;

/// What the routes of pushes stand on.
#[derive(Clone, Debug)]
pub struct Office {
    /// The ground of the house.
    pub ground: Ground,
    /// The accounts that send.
    pub accounts: Accounts,
    /// Their clients.
    pub clients: Clients,
    /// Open records, to be quoted.
    pub catalogue: Catalogue,
    /// The library of materials.
    pub materials: Materials,
    /// `scheme://host[:port]` of the readers' site.
    pub site: String,
    /// What went out, as readers of the site find it.
    pub past_articles: PastArticles,
    /// How often its links led to our own site.
    pub visits: Visits,
    /// What WeChat counted of it.
    pub results: Results,
    /// The house: its working days.
    pub house: HouseBook,
    /// What was approved, and how it goes out.
    pub ledger: Ledger,
    /// What single readers are told.
    pub noticing: Noticing,
    /// What helps editors.
    pub quality: Quality,
    /// What others tell.
    pub headlines: Headlines,
    /// Whoever looks outside the house.
    pub outside: Outside,
    /// How the child that reads lists is started.
    pub reader: Cage,
}

impl Office {
    /// The account of this name; the first one if nothing is said.
    fn account_named(&self, name: Option<String>) -> kernel::Result<String> {
        let first = || self.accounts.iter().next().map(|account| account.name().to_owned());
        let name = name.or_else(first).unwrap_or_default();
        let known = self.accounts.get(&name).map(|_| ());
        known.ok_or_else(|| Problem::new(Code::NotFound, format!("公众号 {name}")))?;
        Ok(name)
    }

    fn preparing(&self) -> Preparing {
        let pictures = Arc::new(self.materials.clone());
        Preparing::new(self.ground.clone(), self.clients.clone(), pictures, self.site.clone())
    }
}

/// The routes; to be put behind the door of `identity`.
pub fn routes(office: &Office) -> OpenApiRouter {
    OpenApiRouter::new()
        .merge(drafts::routes())
        .merge(materials::routes())
        .merge(sources::routes())
        .merge(import::routes())
        .merge(plans::routes())
        .merge(publications::routes())
        .merge(quality::routes())
        .merge(results::routes())
        .merge(results_table::routes())
        .merge(hints::routes())
        .merge(comments::routes())
        .merge(notices::routes())
        .with_state(office.clone())
}

/// The routes that take in whole files or articles: they bear no limit of size and time but their own, and are to be put behind the door
/// of `identity` as well.
pub fn long_routes(office: &Office) -> OpenApiRouter {
    OpenApiRouter::new()
        .merge(materials::long_routes())
        .merge(import::long_routes())
        .merge(plans::long_routes())
        .layer(DefaultBodyLimit::disable())
        .merge(drafts::long_routes())
        .merge(quality::long_routes())
        .with_state(office.clone())
}
