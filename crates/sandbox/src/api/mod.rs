//! The platform's API: one table of calls, and the order in which a call is judged.
#![expect(clippy::unnecessary_wraps, reason = "every handler of the table has one type")]

mod comment;
mod datacube;
mod draft;
mod host;
mod jssdk;
mod kf;
mod mass;
mod material;
mod media;
mod menu;
mod notice;
mod oauth;
mod qrcode;
mod query;
mod quota;
mod serve;
mod tag;
#[cfg(test)]
mod tests;
mod token;
mod user;

use axum::Router;
use axum::routing::get;

use crate::Sandbox;
use crate::fail::{Fail, Outcome};
use crate::random::Random;
use crate::rights::Right;
use crate::store::Media;
use crate::world::{Account, World};
pub(crate) use query::{Body, File, Query};

/// What a handler of an account's call works with.
pub(crate) struct Call<'a> {
    pub(crate) account: &'a mut Account,
    pub(crate) query: &'a Query,
    pub(crate) body: &'a Body,
    pub(crate) media: &'a Media,
    pub(crate) random: &'a Random,
    /// Scheme, host and port under which the caller reached the sandbox.
    pub(crate) origin: &'a str,
    pub(crate) now: i64,
    pub(crate) strict: bool,
}

/// What a handler works with that has no access token of the API.
pub(crate) struct Open<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) query: &'a Query,
    pub(crate) body: &'a Body,
    pub(crate) random: &'a Random,
    pub(crate) now: i64,
    pub(crate) peer: std::net::IpAddr,
}

/// How a call is let in and answered.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    /// With an access token, by an account that has the right.
    Account(Right, fn(&mut Call<'_>) -> Outcome),
    /// With an access token, by an account that has the right, and needing the log of requests.
    Host(fn(&mut World, &str, &Body) -> Outcome),
    /// By its own rules.
    Open(fn(&mut Open<'_>) -> Outcome),
}

/// The HTTP methods a call takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// 43001 otherwise.
    Get,
    /// 43002 otherwise.
    Post,
    /// Both.
    Any,
}

/// One call of the API.
pub(crate) struct Known {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) handler: Handler,
}

const fn get_call(path: &'static str, right: Right, handler: fn(&mut Call<'_>) -> Outcome) -> Known {
    Known { method: Method::Get, path, handler: Handler::Account(right, handler) }
}

const fn post_call(path: &'static str, right: Right, handler: fn(&mut Call<'_>) -> Outcome) -> Known {
    Known { method: Method::Post, path, handler: Handler::Account(right, handler) }
}

const fn any_call(path: &'static str, right: Right, handler: fn(&mut Call<'_>) -> Outcome) -> Known {
    Known { method: Method::Any, path, handler: Handler::Account(right, handler) }
}

const fn open_call(method: Method, path: &'static str, handler: fn(&mut Open<'_>) -> Outcome) -> Known {
    Known { method, path, handler: Handler::Open(handler) }
}

/// Every call that is emulated.
pub(crate) const CALLS: &[Known] = &[
    open_call(Method::Any, "/cgi-bin/token", token::plain),
    open_call(Method::Post, "/cgi-bin/stable_token", token::stable),
    open_call(Method::Post, "/cgi-bin/clear_quota/v2", quota::clear_by_secret),
    post_call("/cgi-bin/clear_quota", Right::Basic, quota::clear),
    post_call("/cgi-bin/openapi/quota/get", Right::Basic, quota::get),
    post_call("/cgi-bin/openapi/quota/clear", Right::Basic, quota::clear_path),
    Known { method: Method::Post, path: "/cgi-bin/openapi/rid/get", handler: Handler::Host(quota::request) },
    get_call("/cgi-bin/getcallbackip", Right::Basic, host::callback_ip),
    get_call("/cgi-bin/get_api_domain_ip", Right::Basic, host::api_ip),
    post_call("/cgi-bin/callback/check", Right::Basic, host::check),
    get_call("/cgi-bin/get_current_autoreply_info", Right::Basic, host::autoreply),
    get_call("/cgi-bin/get_current_selfmenu_info", Right::Basic, menu::current),
    post_call("/cgi-bin/menu/create", Right::Menu, menu::create),
    get_call("/cgi-bin/menu/get", Right::Menu, menu::get),
    get_call("/cgi-bin/menu/delete", Right::Menu, menu::delete),
    post_call("/cgi-bin/menu/addconditional", Right::Menu, menu::add_conditional),
    post_call("/cgi-bin/menu/delconditional", Right::Menu, menu::delete_conditional),
    post_call("/cgi-bin/menu/trymatch", Right::Menu, menu::try_match),
    get_call("/cgi-bin/user/get", Right::Followers, user::list),
    get_call("/cgi-bin/user/info", Right::Followers, user::info),
    post_call("/cgi-bin/user/info/batchget", Right::Followers, user::infos),
    post_call("/cgi-bin/user/info/updateremark", Right::Followers, user::remark),
    post_call("/cgi-bin/tags/create", Right::Followers, tag::create),
    get_call("/cgi-bin/tags/get", Right::Followers, tag::list),
    post_call("/cgi-bin/tags/update", Right::Followers, tag::update),
    post_call("/cgi-bin/tags/delete", Right::Followers, tag::delete),
    post_call("/cgi-bin/user/tag/get", Right::Followers, tag::members),
    post_call("/cgi-bin/tags/members/batchtagging", Right::Followers, tag::put_on),
    post_call("/cgi-bin/tags/members/batchuntagging", Right::Followers, tag::take_off),
    post_call("/cgi-bin/tags/getidlist", Right::Followers, tag::of_follower),
    post_call("/cgi-bin/tags/members/getblacklist", Right::Followers, user::blacklist),
    post_call("/cgi-bin/tags/members/batchblacklist", Right::Followers, user::block),
    post_call("/cgi-bin/tags/members/batchunblacklist", Right::Followers, user::unblock),
    post_call("/cgi-bin/media/upload", Right::Followers, media::upload),
    get_call("/cgi-bin/media/get", Right::Followers, media::get),
    post_call("/cgi-bin/media/uploadimg", Right::Followers, media::upload_picture),
    post_call("/cgi-bin/media/uploadvideo", Right::Followers, material::film_for_mass),
    post_call("/cgi-bin/media/uploadnews", Right::Followers, material::retired),
    post_call("/cgi-bin/material/add_material", Right::Followers, material::add),
    post_call("/cgi-bin/material/add_news", Right::Followers, material::retired),
    post_call("/cgi-bin/material/update_news", Right::Followers, material::retired),
    post_call("/cgi-bin/material/get_material", Right::Followers, material::get),
    post_call("/cgi-bin/material/del_material", Right::Followers, material::delete),
    get_call("/cgi-bin/material/get_materialcount", Right::Followers, material::count),
    post_call("/cgi-bin/material/batchget_material", Right::Followers, material::list),
    post_call("/cgi-bin/draft/add", Right::Drafts, draft::add),
    post_call("/cgi-bin/draft/get", Right::Drafts, draft::get),
    post_call("/cgi-bin/draft/update", Right::Drafts, draft::update),
    post_call("/cgi-bin/draft/delete", Right::Drafts, draft::delete),
    any_call("/cgi-bin/draft/count", Right::Drafts, draft::count),
    post_call("/cgi-bin/draft/batchget", Right::Drafts, draft::list),
    post_call("/cgi-bin/freepublish/submit", Right::Publish, draft::publish),
    post_call("/cgi-bin/freepublish/get", Right::Publish, draft::publish_state),
    post_call("/cgi-bin/freepublish/delete", Right::Publish, draft::unpublish),
    post_call("/cgi-bin/freepublish/getarticle", Right::Publish, draft::article),
    post_call("/cgi-bin/freepublish/batchget", Right::Publish, draft::publications),
    post_call("/cgi-bin/message/mass/sendall", Right::MassToAll, mass::send_all),
    post_call("/cgi-bin/message/mass/send", Right::MassToList, mass::send),
    post_call("/cgi-bin/message/mass/preview", Right::MassToAll, mass::preview),
    post_call("/cgi-bin/message/mass/delete", Right::MassToAll, mass::delete),
    post_call("/cgi-bin/message/mass/get", Right::MassToAll, mass::state),
    post_call("/cgi-bin/message/mass/speed/get", Right::MassToAll, mass::speed),
    post_call("/cgi-bin/message/mass/speed/set", Right::MassToAll, mass::set_speed),
    post_call("/cgi-bin/comment/open", Right::Followers, comment::open),
    post_call("/cgi-bin/comment/close", Right::Followers, comment::close),
    post_call("/cgi-bin/comment/list", Right::Followers, comment::list),
    post_call("/cgi-bin/comment/markelect", Right::Followers, comment::elect),
    post_call("/cgi-bin/comment/unmarkelect", Right::Followers, comment::unelect),
    post_call("/cgi-bin/comment/delete", Right::Followers, comment::delete),
    post_call("/cgi-bin/comment/reply/add", Right::Followers, comment::reply),
    post_call("/cgi-bin/comment/reply/delete", Right::Followers, comment::unreply),
    post_call("/datacube/getarticlesummary", Right::Followers, datacube::article_summary),
    post_call("/datacube/getarticletotal", Right::Followers, datacube::article_total),
    post_call("/datacube/getuserreadhour", Right::Followers, datacube::reading_hours),
    post_call("/datacube/getusersummary", Right::Followers, datacube::user_summary),
    post_call("/datacube/getusercumulate", Right::Followers, datacube::user_cumulate),
    post_call("/datacube/getupstreammsg", Right::Followers, datacube::upstream),
    get_call("/wxaapi/newtmpl/gettemplate", Right::Notices, notice::subscription_templates),
    post_call("/wxaapi/newtmpl/addtemplate", Right::Notices, notice::add),
    post_call("/wxaapi/newtmpl/deltemplate", Right::Notices, notice::delete),
    post_call("/cgi-bin/message/subscribe/bizsend", Right::Notices, notice::send_subscription),
    get_call("/cgi-bin/template/get_all_private_template", Right::Notices, notice::private_templates),
    post_call("/cgi-bin/template/del_private_template", Right::Notices, notice::delete_private),
    post_call("/cgi-bin/message/template/send", Right::Notices, notice::send_template),
    post_call("/cgi-bin/message/template/subscribe", Right::OneTimeNotices, notice::send_one_time),
    post_call("/cgi-bin/message/custom/send", Right::Followers, kf::send),
    post_call("/cgi-bin/message/custom/typing", Right::Followers, kf::typing),
    post_call("/cgi-bin/qrcode/create", Right::SceneQr, qrcode::create),
    get_call("/cgi-bin/ticket/getticket", Right::Basic, jssdk::ticket),
    open_call(Method::Any, "/sns/oauth2/access_token", oauth::access_token),
    open_call(Method::Any, "/sns/oauth2/refresh_token", oauth::refresh_token),
    open_call(Method::Any, "/sns/userinfo", oauth::user_info),
    open_call(Method::Any, "/sns/auth", oauth::check),
];

/// The API with the pages that are no JSON: those of OAuth and of consent, and the picture of a scene code.
pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/connect/oauth2/authorize", get(oauth::authorize))
        .route("/mp/subscribemsg", get(notice::confirm))
        .route("/cgi-bin/showqrcode", get(qrcode::show))
        .fallback(serve::serve)
        .layer(axum::extract::DefaultBodyLimit::max(12 << 20))
}

impl Call<'_> {
    /// The body as JSON: 44002 if empty, 47001 if it does not fit.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, Fail> {
        self.body.json()
    }
}
