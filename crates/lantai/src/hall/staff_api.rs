//! `/api/v1`: everything staff do, put together from the services, with the document that describes it.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use utoipa::openapi::{InfoBuilder, OpenApi};
use utoipa_axum::router::OpenApiRouter;

use super::Hall;

/// The routes behind the door and the door itself, and the document of both.
pub(super) fn api(hall: &Hall) -> (Router, OpenApi) {
    let (door, mut document) = hall.door.routes().split_for_parts();
    let (rooms, described) = rooms(hall).split_for_parts();
    document.merge(described);
    document.info = InfoBuilder::new()
        .title("兰台管理接口")
        .version("1")
        .description(Some("The staff API. An operation names the permission it needs as x-permission."))
        .build();
    let written = document.to_json().unwrap_or_default();
    let told = get(async move || ([(CONTENT_TYPE, "application/json")], written));
    let rooms = rooms.route("/api/v1/openapi.json", told);
    (door.merge(hall.door.guard(rooms)), document)
}

fn rooms(hall: &Hall) -> OpenApiRouter {
    OpenApiRouter::new().merge(identity::console::routes(&hall.ground, hall.staff_accounts.clone()))
}
