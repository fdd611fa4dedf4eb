//! The 大字 switch: a cookie the server renders from, so that pages come in the right size at once.

use axum::extract::RawQuery;
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::{OwnPath, cookie};

/// The cookie's name. It says nothing about a person, and the page's script may set it too.
const COOKIE: &str = "lantai-large";
const YEAR_SECONDS: u32 = 31_536_000;

/// Whether the reader asked for large type.
pub(crate) fn is_on(headers: &HeaderMap) -> bool {
    cookie(headers, COOKIE) == Some("1")
}

/// `GET /large-type?on=1&back=/search`: sets the size and goes back to a page of ours.
pub(crate) async fn switch(RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let value = |name: &str| {
        let pair = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        let spaced = pair.replace('+', " ");
        Some(percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
    };
    let on = value("on").as_deref() == Some("1");
    let back = value("back").and_then(|back| OwnPath::parse(&back)).unwrap_or_else(OwnPath::home);
    let set = if on {
        format!("{COOKIE}=1; Path=/; Max-Age={YEAR_SECONDS}; SameSite=Lax")
    } else {
        format!("{COOKIE}=0; Path=/; Max-Age=0; SameSite=Lax")
    };
    let headers = [(LOCATION, back.as_str().to_owned()), (SET_COOKIE, set), (CACHE_CONTROL, "no-store".to_owned())];
    (StatusCode::SEE_OTHER, headers).into_response()
}
