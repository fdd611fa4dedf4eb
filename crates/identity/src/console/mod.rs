//! The staff API's door (`/api/v1/session`) and the rooms behind it that are about staff: accounts and the audit log.
//!
//! The session is a cookie that no other site's page sends along (`SameSite=Strict`) and no script reads. What changes
//! something must come from a page of this site besides, and bear the session's form token in `x-form-token`.

mod audit;
mod first_start;
mod lists;
mod people;
mod personal_lists;
mod session;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use kernel::{Code, Ground, Permission, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::api::{Proved, Staff, needs};
use web::{Failure, Proxies, SessionToken, cookie, is_own_origin, sender_address};

use crate::{Entrance, FirstStart, PersonalLists, Present, StaffAccounts, Stage};

/// The header of requests that a page makes by itself.
const BY_ITSELF: &str = "x-background";
/// The header with the form token.
const FORM_TOKEN: &str = "x-form-token";

/// The door of the console; cheap to clone.
#[derive(Clone, Debug)]
pub struct Door {
    entrance: Entrance,
    first_start: FirstStart,
    proxies: Proxies,
    secure: bool,
}

/// The accounts and the log, as the console keeps them.
#[derive(Clone, Debug)]
struct Office {
    ground: Ground,
    accounts: StaffAccounts,
}

impl Door {
    /// A door to the entrance. `secure` says that staff come over https: the cookie is then `__Host-lantai-staff` and
    /// never travels in the clear.
    pub const fn new(entrance: Entrance, first_start: FirstStart, proxies: Proxies, secure: bool) -> Self {
        Self { entrance, first_start, proxies, secure }
    }

    /// The routes of the door itself; errors are `application/problem+json`.
    pub fn routes(&self) -> OpenApiRouter {
        OpenApiRouter::new()
            .routes(routes!(session::show, session::begin, session::end))
            .routes(routes!(session::give_code))
            .routes(routes!(session::set_up, session::confirm))
            .routes(routes!(session::change_password))
            .routes(routes!(session::prove))
            .routes(routes!(first_start::show, first_start::take))
            .layer(map_response(unkept))
            .with_state(self.clone())
    }

    /// Lets only staff to some routes who are wholly in, and only their own pages where something is changed. The
    /// handlers find them as [`Staff`].
    pub fn guard(&self, routes: Router) -> Router {
        routes.layer(from_fn_with_state(self.clone(), admit)).layer(map_response(unkept))
    }

    /// Who sent a request, wholly or half in.
    async fn present(&self, parts: &Parts) -> kernel::Result<Present> {
        let token = cookie(&parts.headers, self.cookie_name()).and_then(SessionToken::parse);
        let present = match token {
            Some(token) if is_by_itself(parts) => self.entrance.present_unseen(token).await?,
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
        Ok(HeaderMap::from_iter([(SET_COOKIE, value)]))
    }
}

/// The accounts of staff and the audit log; to be put behind [`Door::guard`].
pub fn routes(ground: &Ground, accounts: StaffAccounts) -> OpenApiRouter {
    let keepers = |routes| needs(Permission::KeepAccounts, routes);
    let auditors = |routes| needs(Permission::ReadAudit, routes);
    OpenApiRouter::new()
        .routes(keepers(routes!(people::list, people::add)))
        .routes(keepers(routes!(people::set_roles)))
        .routes(keepers(routes!(people::set_state)))
        .routes(keepers(routes!(people::set_password)))
        .routes(keepers(routes!(people::remove_second_factor)))
        .routes(keepers(routes!(people::remove_lock)))
        .routes(auditors(routes!(audit::list)))
        .routes(auditors(routes!(audit::verify)))
        .routes(auditors(routes!(audit::export)))
        .with_state(Office { ground: ground.clone(), accounts })
}

/// Requests for lists of persons; to be put behind [`Door::guard`]. Everybody sees their own, so the desk asks who may
/// ask; who may decide on those of others is asked here too.
pub fn personal_list_routes(desk: &PersonalLists) -> OpenApiRouter {
    let approvers = |routes| needs(Permission::ApprovePersonalLists, routes);
    OpenApiRouter::new()
        .routes(routes!(personal_lists::list, personal_lists::ask))
        .routes(routes!(personal_lists::look))
        .routes(approvers(routes!(personal_lists::approve)))
        .routes(approvers(routes!(personal_lists::refuse)))
        .with_state(desk.clone())
}

/// The lists that are taken along, which are longer than what is asked otherwise; to be put behind [`Door::guard`].
pub fn long_routes(ground: &Ground, personal_lists: &PersonalLists) -> OpenApiRouter {
    let limit = DefaultBodyLimit::max(lists::MOST_BYTES);
    let lists = OpenApiRouter::new().routes(routes!(lists::export)).layer(limit).with_state(ground.clone());
    lists.merge(OpenApiRouter::new().routes(routes!(personal_lists::fetch)).with_state(personal_lists.clone()))
}

/// Whether a page asked by itself, without anybody doing anything: that keeps no session alive.
fn is_by_itself(parts: &Parts) -> bool {
    let path = parts.uri.path();
    parts.headers.contains_key(BY_ITSELF) || path.ends_with("/stream") || path.ends_with("/present")
}

async fn admit(State(door): State<Door>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let present = if parts.method.is_safe() { door.present(&parts).await } else { door.acting(&parts).await };
    match present {
        Ok(present) if present.stage == Stage::Whole => {
            let act = format!("{} {}", parts.method, parts.uri.path());
            parts.extensions.insert(Staff(present.actor.clone()));
            if present.is_proved {
                parts.extensions.insert(Proved);
            }
            let response = next.run(Request::from_parts(parts, body)).await;
            let is_refused = |problem: &Problem| problem.code() == Code::Forbidden;
            if response.extensions().get::<Problem>().is_some_and(is_refused) {
                return door.entrance.note_refused(&present.actor, &act).await.map_or_else(refuse, |()| response);
            }
            response
        }
        Ok(_) => {
            Failure::from(Problem::new(Code::StaffSignInNeeded, "管理后台").because("登录还没有完成")).into_response()
        }
        Err(error) => refuse(error),
    }
}

fn refuse(error: kernel::Error) -> Response {
    Failure::from(error).into_response()
}

/// Answers hold what is shown once, or to one person: no cache keeps them.
async fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
