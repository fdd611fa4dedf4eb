//! `/api/v1/session`: how staff come in, leave, and set up their second factor.
//!
//! The session is a cookie that no other site's page sends along (`SameSite=Strict`) and no script reads. What changes
//! something must come from a page of this site besides, and bear the session's form token in `x-form-token`.

mod body;
mod session;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr};

use axum::Router;
use axum::http::header::CACHE_CONTROL;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};
use kernel::{Code, Problem};
use web::{Proxies, SessionToken, cookie, is_own_origin, sender_address};

use crate::{Entrance, Present};

/// The header with the form token.
const FORM_TOKEN: &str = "x-form-token";

/// The door of the console; cheap to clone.
#[derive(Clone, Debug)]
pub struct Door {
    entrance: Entrance,
    proxies: Proxies,
    secure: bool,
}

impl Door {
    /// A door to the entrance. `secure` says that staff come over https: the cookie is then `__Host-lantai-staff` and
    /// never travels in the clear.
    pub const fn new(entrance: Entrance, proxies: Proxies, secure: bool) -> Self {
        Self { entrance, proxies, secure }
    }

    /// The routes; errors are `application/problem+json`.
    pub fn routes(&self) -> Router {
        Router::new()
            .route("/api/v1/session", get(session::show).post(session::begin).delete(session::end))
            .route("/api/v1/session/code", post(session::give_code))
            .route("/api/v1/session/second-factor", post(session::set_up).put(session::confirm))
            .layer(map_response(unkept))
            .with_state(self.clone())
    }

    /// Who sent a request, wholly or half in.
    async fn present(&self, parts: &Parts) -> kernel::Result<Present> {
        let token = cookie(&parts.headers, self.cookie_name()).and_then(SessionToken::parse);
        let present = match token {
            Some(token) => self.entrance.present(token).await?,
            None => None,
        };
        present.ok_or_else(|| Problem::new(Code::StaffSignInNeeded, "管理后台").into())
    }

    /// Who sent a request that changes something: it must come from a page of this site, with the session's form token.
    async fn acting(&self, parts: &Parts) -> kernel::Result<Present> {
        let present = self.present(parts).await?;
        let token = parts.headers.get(FORM_TOKEN).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let genuine = present.token.made(token) && is_own_origin(&parts.headers);
        if genuine { Ok(present) } else { Err(Problem::new(Code::FormExpired, "这次操作").into()) }
    }

    fn address(&self, parts: &Parts) -> IpAddr {
        // Without a connection there is no peer: a test, or a socket in the file system.
        sender_address(parts, &self.proxies).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
    }

    const fn cookie_name(&self) -> &'static str {
        if self.secure { "__Host-lantai-staff" } else { "lantai-staff" }
    }

    /// The `Set-Cookie` that gives the browser a token until it is closed, or takes it away.
    fn set_cookie(&self, token: Option<&SessionToken>) -> kernel::Result<HeaderMap> {
        let (name, secure) = (self.cookie_name(), if self.secure { "; Secure" } else { "" });
        let (value, age) = token.map_or(("", "; Max-Age=0"), |token| (token.reveal(), ""));
        let text = format!("{name}={value}; Path=/{age}; HttpOnly; SameSite=Strict{secure}");
        let value = HeaderValue::try_from(text).map_err(kernel::Error::internal)?;
        Ok(HeaderMap::from_iter([(axum::http::header::SET_COOKIE, value)]))
    }
}

/// Answers hold secrets that are shown once: no cache keeps them.
async fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
