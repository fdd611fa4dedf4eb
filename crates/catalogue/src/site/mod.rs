//! The catalogue's pages for readers: home, search, record with its pages, browse, opened, guide.
//!
//! Every page works without script and arrives whole. The handlers ask the open side of the catalogue only, so that
//! a page cannot show what its reader may not see.

mod advanced;
mod authority;
mod browse;
mod citation;
mod dates;
mod finding_aid;
mod guide;
mod home;
mod list;
mod listing;
mod mentions;
mod opened;
mod pager;
mod pages;
mod query;
mod record;
pub(crate) mod search;
mod sitemap;
mod subjects;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use kernel::{Code, Problem};
use web::Shell;

use crate::PublicId;
use crate::ask::Catalogue;
pub use mentions::{Mention, Mentions};
pub(crate) use record::shows;

/// What the readers' pages need: the open side of the catalogue and the frame.
#[derive(Clone, Debug)]
pub struct Site {
    catalogue: Catalogue,
    shell: Shell,
    /// The address of the readers' site, without a slash at its end.
    base: Arc<str>,
    mentions: Arc<dyn Mentions>,
}

/// The routes of the readers' pages, which readers find at `base`, an address without a slash at its end; to be dressed by
/// [`Shell::dress`]. `mentions` tells who else speaks of a record.
pub fn router(catalogue: Catalogue, shell: Shell, base: &str, mentions: Arc<dyn Mentions>) -> Router {
    Router::new()
        .route("/", get(home::show))
        .route("/search", get(search::show))
        .route("/search/advanced", get(advanced::show))
        .route("/records/{id}", get(record::show))
        .route("/records/{id}/pages", get(pages::list))
        .route("/records/{id}/pages/{n}", get(pages::one))
        .route("/records/{id}/pages/{n}/zoom", get(pages::zoom))
        .route("/assets/{name}", get(pages::script))
        .route("/browse", get(browse::all))
        .route("/browse/{id}", get(browse::one))
        .route("/browse/{id}/finding-aid", get(finding_aid::show))
        .route("/browse/{id}/finding-aid.xml", get(finding_aid::xml))
        .route("/authorities/{id}", get(authority::show))
        .route("/subjects", get(subjects::all))
        .route("/subjects/{id}", get(subjects::one))
        .route("/opened", get(opened::all))
        .route("/opened/{id}", get(opened::one))
        .route("/guide", get(guide::show))
        .route("/sitemap.xml", get(sitemap::show))
        .route("/robots.txt", get(sitemap::robots))
        .merge(list::routes())
        .with_state(Site { catalogue, shell, base: base.into(), mentions })
}

/// The id in an address; what cannot be one leads to what is not there.
fn id(text: &str) -> Result<PublicId, Problem> {
    PublicId::parse(text).ok_or_else(absent)
}

/// The one answer for what is not there and what may not be seen.
fn absent() -> Problem {
    Problem::new(Code::NotFound, "这个页面")
}

#[cfg(test)]
mod tests;
