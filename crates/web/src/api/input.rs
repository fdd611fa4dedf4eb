//! Reading what was sent.

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use kernel::{Code, Problem};
use serde::de::DeserializeOwned;

use crate::Failure;

/// The body of a request as JSON. The body must say that it is JSON, which no form of another site can.
///
/// Refused with [`Code::Unsupported`] for another kind, [`Code::TooLarge`], [`Code::BadRequest`] for what does not fit.
#[derive(Clone, Copy, Debug)]
pub struct Input<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Input<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let about = "提交的内容";
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(Code::Unsupported, about).into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|_| Problem::new(Code::TooLarge, about))?;
        let value = serde_json::from_slice(&bytes).map_err(|_| Problem::new(Code::BadRequest, about))?;
        Ok(Self(value))
    }
}

/// The query of an address.
///
/// Refused with [`Code::BadRequest`] for what does not fit.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Inputs<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let read: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, state).await;
        read.map(|Query(value)| Self(value)).map_err(|_| Problem::new(Code::BadRequest, "查询条件").into())
    }
}
