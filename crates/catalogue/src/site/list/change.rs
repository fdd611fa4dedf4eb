//! The forms of the list: add, remove, clear, undo; then back to where the reader was.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use kernel::{Code, Problem};
use web::{Failure, OwnPath, SavedList, is_own_origin};

use super::PATH;
use crate::site::Site;

/// `POST /list` with `add`, `remove`, `clear` or `undo`, and `back`, a page of ours. Ids are taken as they are: whether
/// something is there is asked when the list is shown.
pub(super) async fn change(State(site): State<Site>, headers: HeaderMap, form: Bytes) -> Result<Response, Failure> {
    if !is_own_origin(&headers) {
        return Err(Problem::new(Code::FormExpired, "这张表单").into());
    }
    let mut list = SavedList::read(&headers);
    let mut back = None;
    let mut changed = None;
    let mut fits = true;
    for (name, value) in url::form_urlencoded::parse(&form) {
        let given = SavedList::parse(&value);
        match name.as_ref() {
            "back" => back = OwnPath::parse(&value),
            "add" => fits = list.add(&given),
            "remove" => list.remove(&given),
            "clear" => list.remove(&list.clone()),
            "undo" => list.undo(),
            _ => {}
        }
        if matches!(name.as_ref(), "add" | "remove") {
            changed = Some(given);
        }
    }
    let location = if fits { place(back.as_ref(), changed.as_ref()) } else { format!("{PATH}?full=1") };
    let headers = [
        (LOCATION, location),
        (SET_COOKIE, list.set_cookie(site.base.starts_with("https://"))),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// Back to the page, and on it to the entry that was changed.
fn place(back: Option<&OwnPath>, changed: Option<&SavedList>) -> String {
    let page = back.map_or(PATH, OwnPath::as_str);
    let entry = changed.filter(|list| list.len() == 1 && !page.starts_with(PATH)).and_then(|list| list.ids().next());
    entry.map_or_else(|| page.to_owned(), |id| format!("{page}#{id}"))
}
