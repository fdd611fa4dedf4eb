//! Reading the body of a request as JSON.

use axum::body::Bytes;
use axum::extract::{FromRequest as _, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use kernel::{Code, Problem};
use serde::de::DeserializeOwned;

/// The head of a request and its body. The body must say that it is JSON, which no form of another site can.
///
/// # Errors
/// [`Code::Unsupported`] for another kind, [`Code::TooLarge`], [`Code::BadRequest`] for what does not fit.
pub(super) async fn read<T: DeserializeOwned>(request: Request) -> Result<(Parts, T), Problem> {
    let (parts, body) = request.into_parts();
    let about = "提交的内容";
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(Code::Unsupported, about));
    }
    let whole = Request::from_parts(parts.clone(), body);
    let bytes = Bytes::from_request(whole, &()).await.map_err(|_| Problem::new(Code::TooLarge, about))?;
    let value = serde_json::from_slice(&bytes).map_err(|_| Problem::new(Code::BadRequest, about))?;
    Ok((parts, value))
}
