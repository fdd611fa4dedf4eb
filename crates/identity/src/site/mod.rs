//! The doors: `/enter/…` for sign-in, and `?t=…` on any page for tickets.

mod enter;
mod ticket;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::Identity;

impl Identity {
    /// `/enter/{account}` and the address WeChat sends readers back to.
    pub fn routes(&self) -> Router {
        Router::new()
            .route("/enter/{account}", get(enter::begin))
            .route("/enter/{account}/return", get(enter::end))
            .with_state(self.clone())
    }

    /// Lets the readers of these pages in by ticket: an address with `t=…` gives a session and leads to the same page
    /// without it, so that the ticket is in no history and no `Referer`.
    pub fn with_tickets(&self, routes: Router) -> Router {
        routes.layer(axum::middleware::from_fn_with_state(self.clone(), ticket::admit))
    }
}

/// A redirect that leaves no trace of the address it was made at.
fn lead_to(address: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> kernel::Result<Response> {
    let location = HeaderValue::from_str(address).map_err(kernel::Error::internal)?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(LOCATION, location);
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies {
        headers.append(SET_COOKIE, cookie);
    }
    Ok(response)
}

#[cfg(test)]
mod tests;
