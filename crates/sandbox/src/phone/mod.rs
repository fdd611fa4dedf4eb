//! The phone at `/`: a page that looks and works like the chat with an official account, and a panel beside it.

pub(crate) mod pages;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;

use crate::{Sandbox, control};

/// The page, its style and script, the media in it, and what it talks to.
pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/", get(async || Html(include_str!("phone.html"))))
        .route("/_phone/phone.css", get(async || typed("text/css; charset=utf-8", include_str!("phone.css"))))
        .route("/_phone/phone.js", get(async || typed("text/javascript; charset=utf-8", include_str!("phone.js"))))
        .route("/_phone/panel.js", get(async || typed("text/javascript; charset=utf-8", include_str!("panel.js"))))
        .route("/_media/{id}", get(medium))
        .nest("/_phone", control::phone_router())
}

fn typed(content_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

/// The bytes of a medium, for the phone and for whoever received its `PicUrl`.
async fn medium(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    let content_type = sandbox.look(|world, now| {
        let mut media = world.accounts.values().filter_map(|account| account.media.get(&id));
        media.find(|medium| medium.is_alive(now)).map(|medium| medium.content_type.clone())
    });
    match content_type.and_then(|content_type| Some((content_type, sandbox.inner.media.get(&id)?))) {
        Some((content_type, bytes)) => ([(header::CONTENT_TYPE, content_type)], bytes.to_vec()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
