//! `/api/v1/push`: what staff do with pushes. Handlers read what was sent and call the desks; the rules and the audit lines
//! are theirs.

mod drafts;
mod materials;
mod plans;
mod quality;
mod results;

use account::{Accounts, Clients};
use catalogue::Catalogue;
use kernel::Ground;
use utoipa_axum::router::OpenApiRouter;

use crate::{PastArticles, Results};

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
    /// What went out, as readers of the site find it.
    pub past_articles: PastArticles,
    /// What WeChat counted of it.
    pub results: Results,
}

/// The routes; to be put behind the door of `identity`.
pub fn routes(office: &Office) -> OpenApiRouter {
    OpenApiRouter::new()
        .merge(drafts::routes())
        .merge(materials::routes())
        .merge(plans::routes())
        .merge(quality::routes())
        .merge(results::routes())
        .with_state(office.clone())
}
