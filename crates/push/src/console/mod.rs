//! `/api/v1/push`: what staff do with pushes. Handlers read what was sent and call the desks; the rules and the audit lines
//! are theirs.

mod drafts;
mod materials;
mod plans;
mod quality;
mod suggestions;
mod word_file;

use account::{Accounts, Clients};
use catalogue::Catalogue;
use kernel::Ground;
use kernel::cage::Cage;
use utoipa_axum::router::OpenApiRouter;

use crate::Quality;

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
    /// `scheme://host[:port]` of the readers' site.
    pub site: String,
    /// What helps editors.
    pub quality: Quality,
    /// How the child that reads lists is started.
    pub reader: Cage,
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
