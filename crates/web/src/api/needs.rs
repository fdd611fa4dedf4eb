//! Who acts, and what a route needs.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use kernel::{Actor, Code, Permission, Problem};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa_axum::router::UtoipaMethodRouter;

use crate::Failure;

/// The extension of an operation in the `OpenAPI` document that names the permission it needs.
pub const NEEDS: &str = "x-permission";

/// The member of staff who sent a request, wholly signed in.
#[derive(Clone, Debug)]
pub struct Staff(pub Actor);

impl<S: Send + Sync> FromRequestParts<S> for Staff {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let known = parts.extensions.get::<Self>().cloned();
        known.ok_or_else(|| Problem::new(Code::StaffSignInNeeded, "管理后台").into())
    }
}

/// Routes that need a permission: without it they are refused before anything is read.
pub fn needs<S: Clone + Send + Sync + 'static>(
    permission: Permission,
    (schemas, mut paths, router): UtoipaMethodRouter<S>,
) -> UtoipaMethodRouter<S> {
    for operation in paths.paths.values_mut().flat_map(operations) {
        let told: Extensions = [(NEEDS, permission.name())].into_iter().collect();
        operation.extensions.get_or_insert_default().merge(told);
    }
    (schemas, paths, router.route_layer(from_fn_with_state(permission, allowed)))
}

pub(super) fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete].into_iter().flatten()
}

async fn allowed(State(permission): State<Permission>, staff: Staff, request: Request, next: Next) -> Response {
    match staff.0.must(permission) {
        Ok(()) => next.run(request).await,
        Err(error) => Failure::from(error).into_response(),
    }
}

/// Whoever sent a request proved a short while ago who they are; put beside [`Staff`] by who lets requests in.
#[derive(Clone, Copy, Debug)]
pub struct Proved;

/// Routes for acts so grave that a session left open is not enough: refused with [`Code::ProofNeeded`] before anything is
/// read unless whoever sends a request proved a short while ago who they are ([`Proved`]).
pub fn proved<S: Clone + Send + Sync + 'static>(
    (schemas, paths, router): UtoipaMethodRouter<S>,
) -> UtoipaMethodRouter<S> {
    (schemas, paths, router.route_layer(from_fn(is_proved)))
}

async fn is_proved(request: Request, next: Next) -> Response {
    if request.extensions().get::<Proved>().is_some() {
        return next.run(request).await;
    }
    Failure::from(Problem::new(Code::ProofNeeded, "这次操作")).into_response()
}
