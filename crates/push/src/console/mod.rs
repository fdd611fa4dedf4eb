//! `/api/v1/push`: what staff do with pushes. Handlers read what was sent and call the desks; the rules and the audit lines
//! are theirs.

mod drafts;
mod materials;
mod plans;
mod quality;

use account::{Accounts, Clients};
use catalogue::Catalogue;
use kernel::Ground;
use utoipa_axum::router::OpenApiRouter;

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

/// The routes that take in more than is sent otherwise: they bear no limits but their own, and are to be put behind the door
/// of `identity` as well.
pub fn long_routes(office: &Office) -> OpenApiRouter {
    OpenApiRouter::new().merge(drafts::long_routes()).with_state(office.clone())
}
