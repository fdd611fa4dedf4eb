//! All addresses of the hall.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::{Hall, console, health, staff_api};

/// The most a reader's request may hold, in bytes.
const MOST: usize = 64 * 1024;
/// The longest a page may take.
const LONGEST: Duration = Duration::from_secs(30);

/// The router. The callback stands outside everything that surrounds pages: each microsecond there is paid a thousand
/// times a second.
pub(super) fn all(hall: &Hall) -> Router {
    let pages = {
        let mentions = Arc::new(hall.pushes.past_articles.clone());
        catalogue::site::router(hall.catalogue.clone(), hall.shell.clone(), &hall.repository.site, mentions)
    };
    let noticing = &hall.pushes.noticing;
    let offering = Arc::new(noticing.clone());
    let questions = consult::site::router(hall.questions.clone(), hall.readers.clone(), offering, hall.shell.clone());
    let site = &hall.repository.site;
    let notices = push::site::notices::router(noticing.clone(), hall.readers.clone(), hall.shell.clone(), site);
    let articles =
        push::site::router(hall.pushes.past_articles.clone(), hall.pushes.materials.clone(), hall.shell.clone());
    let pages = hall.budget.over(pages.merge(articles)).merge(questions).merge(notices);
    let pages = push::site::counting(pages, hall.pushes.visits.clone());
    let pages = hall.readers.with_tickets(pages).merge(hall.readers.routes());
    let pages = pages.merge(account::answer_routes(hall.ground.clone(), hall.shell.clone()));
    let machines = hall.budget.over(catalogue::public_api::routes(hall.catalogue.clone()));
    let machines = machines.merge(catalogue::oai::routes(hall.catalogue.clone(), hall.repository.clone()));
    let machines = machines.merge(catalogue::originals::routes(hall.gallery.clone()));
    let staff = staff_api::api(hall);
    let around = Router::new()
        .merge(hall.shell.dress(pages))
        .merge(machines)
        .merge(console::routes())
        .merge(staff.short)
        .layer(CatchPanicLayer::new())
        .layer(RequestBodyLimitLayer::new(MOST))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST));
    let long = staff.long.layer(CatchPanicLayer::new());
    Router::new()
        .merge(around)
        .merge(long)
        .merge(health::routes(hall))
        .merge(account::callback_routes(hall.inbox.clone()))
}
