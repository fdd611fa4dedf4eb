//! Files that answers are.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse as _, Response};
use futures::stream;
use kernel::Error;

/// The content types of what is given out.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub(super) const CSV: &str = "text/csv; charset=utf-8";
pub(super) const XML: &str = "application/xml; charset=utf-8";

/// Bytes that are read at a time.
const PIECE: usize = 256 * 1024;

/// An answer that a browser keeps as a file.
pub(super) fn download(body: impl Into<Body>, kind: &'static str, name: &str) -> kernel::Result<Response> {
    let place = HeaderValue::try_from(web::disposition(true, name)).map_err(Error::internal)?;
    let mut response = body.into().into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_DISPOSITION, place);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// So many bytes of a file from its beginning, piece by piece. Two may read the same file at once.
pub(super) fn stream(file: Arc<File>, bytes: u64) -> Body {
    let pieces = stream::try_unfold(0, move |at: u64| {
        let file = Arc::clone(&file);
        async move {
            let length = usize::try_from(bytes.saturating_sub(at)).unwrap_or(PIECE).min(PIECE);
            if length == 0 {
                return Ok::<_, std::io::Error>(None);
            }
            let read = move || {
                let mut piece = vec![0; length];
                file.read_exact_at(&mut piece, at).map(|()| piece)
            };
            let piece = tokio::task::spawn_blocking(read).await.map_err(std::io::Error::other)??;
            Ok(Some((piece, at + u64::try_from(length).unwrap_or_default())))
        }
    });
    Body::from_stream(pieces)
}
