//! `?t=…` on any page.

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use web::{Failure, OwnPath};

use super::lead_to;
use crate::Identity;

/// Exchanges the ticket of an address for a session and leads to the clean address.
pub(super) async fn admit(State(identity): State<Identity>, request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let found = query.split('&').find_map(|pair| pair.strip_prefix("t="));
    let Some(ticket) = found.filter(|_| *request.method() == Method::GET) else { return next.run(request).await };
    exchange(&identity, &request, ticket).await.unwrap_or_else(|error| Failure::from(error).into_response())
}

async fn exchange(identity: &Identity, request: &Request, ticket: &str) -> kernel::Result<Response> {
    let present = identity.sessions.find(request.headers()).await?;
    let session = identity.admit(ticket, present.as_ref()).await?;
    let cookie = session.map(|session| identity.sessions.cookie(&session)).transpose()?;
    lead_to(&without_ticket(request), cookie)
}

/// The address without the ticket. It stays on this site whatever the request line said.
fn without_ticket(request: &Request) -> String {
    let uri = request.uri();
    let path = OwnPath::parse(uri.path()).unwrap_or_else(OwnPath::home);
    let kept: Vec<_> =
        uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("t=")).collect();
    if kept.is_empty() { path.as_str().to_owned() } else { format!("{}?{}", path.as_str(), kept.join("&")) }
}
