//! The catalogue's pages for readers: home, search, record with its pages, browse, opened, guide.
//!
//! Every page works without script and arrives whole. The handlers ask the open side of the catalogue only, so that
//! a page cannot show what its reader may not see.

mod advanced;
mod authority;
mod browse;
mod dates;
mod finding_aid;
mod guide;
mod home;
mod opened;
mod pager;
mod pages;
mod query;
mod record;
pub(crate) mod search;
mod subjects;

use axum::Router;
use axum::routing::get;
use web::Shell;

use crate::ask::Catalogue;
pub(crate) use record::shows;

/// What the readers' pages need: the open side of the catalogue and the frame.
#[derive(Clone, Debug)]
pub struct Site {
    catalogue: Catalogue,
    shell: Shell,
}

/// The routes of the readers' pages; to be dressed by [`Shell::dress`].
pub fn router(catalogue: Catalogue, shell: Shell) -> Router {
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
        .with_state(Site { catalogue, shell })
}

#[cfg(test)]
mod tests;
