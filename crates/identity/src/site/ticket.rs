//! `?t=…` on any page.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use web::{Failure, OwnPath};

use super::lead_to;
use crate::Identity;

/// Exchanges the ticket of an address for a session and leads to the clean address.
pub(super) async fn admit(State(identity): State<Identity>, request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let found = query.split('&').any(|pair| pair.starts_with("t="));
    if !found || *request.method() != Method::GET {
        return next.run(request).await;
    }
    // The body is let go first: it cannot be shared between threads while the database is asked.
    let (parts, _) = request.into_parts();
    let led = exchange(&identity, &parts.headers, &parts.uri).await;
    led.unwrap_or_else(|error| Failure::from(error).into_response())
}

async fn exchange(identity: &Identity, headers: &HeaderMap, uri: &Uri) -> kernel::Result<Response> {
    let pairs = || uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let ticket = pairs().find_map(|pair| pair.strip_prefix("t=")).unwrap_or_default();
    let present = identity.sessions.find(headers).await?;
    let session = identity.admit(ticket, present.as_ref()).await?;
    let cookie = session.map(|session| identity.sessions.cookie(&session)).transpose()?;
    // The address stays on this site whatever the request line said.
    let path = OwnPath::parse(uri.path()).unwrap_or_else(OwnPath::home);
    let kept: Vec<_> = pairs().filter(|pair| !pair.starts_with("t=")).collect();
    let clean =
        if kept.is_empty() { path.as_str().to_owned() } else { format!("{}?{}", path.as_str(), kept.join("&")) };
    lead_to(&clean, cookie)
}
