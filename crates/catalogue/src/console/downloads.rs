//! Files that answers are.

use std::fs::File;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse as _, Response};
use kernel::Error;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio_util::io::ReaderStream;

/// The content types of what is given out.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub(super) const CSV: &str = "text/csv; charset=utf-8";
pub(super) const XML: &str = "application/xml; charset=utf-8";

/// An answer that a browser keeps as a file.
pub(super) fn download(body: impl Into<Body>, kind: &'static str, name: &str) -> kernel::Result<Response> {
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let place = HeaderValue::try_from(format!("attachment; filename*=UTF-8''{name}")).map_err(Error::internal)?;
    let mut response = body.into().into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_DISPOSITION, place);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// A file from where it stands, piece by piece.
pub(super) fn stream(file: File) -> Body {
    Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)))
}
