//! `/api/v1/push`: what staff do with pushes. Handlers read what was sent and call the desks; the rules and the audit lines
//! are theirs.

mod drafts;
mod materials;
mod plans;
mod quality;

use std::sync::Arc;

use account::{Accounts, Clients};
use catalogue::Catalogue;
use kernel::Ground;
use utoipa_axum::router::OpenApiRouter;
use web::HouseBook;

use crate::{Ledger, Pictures, Preparing};

/// What the routes of pushes stand on.
#[derive(Clone)]
pub struct Office {
    /// The ground of the house.
    pub ground: Ground,
    /// The accounts that send.
    pub accounts: Accounts,
    /// Their clients.
    pub clients: Clients,
    /// Open records, to be quoted.
    pub catalogue: Catalogue,
    /// `scheme://host[:port]` of the readers' site.
    pub site: String,
    /// The house: its working days.
    pub house: HouseBook,
    /// What was approved, and how it goes out.
    pub ledger: Ledger,
    /// What WeChat has of the library.
    pub pictures: Arc<dyn Pictures>,
}

impl std::fmt::Debug for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Office").field("site", &self.site).field("ledger", &self.ledger).finish_non_exhaustive()
    }
}

impl Office {
    fn preparing(&self) -> Preparing {
        Preparing::new(self.ground.clone(), self.clients.clone(), self.pictures.clone())
    }
}

/// The routes; to be put behind the door of `identity`.
pub fn routes(office: &Office) -> OpenApiRouter {
    OpenApiRouter::new()
        .merge(drafts::routes())
        .merge(materials::routes())
        .merge(plans::routes())
        .merge(quality::routes())
        .with_state(office.clone())
}
