//! `/notices` (推送和通知): whether a reader receives pushes by list, what they are told of outside the chat, allowing it, and
//! switching it off. It is shown to whoever is recognised as a follower, and to nobody else.

use account::notice::Purpose;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use identity::{Identity, Reader};
use kernel::{Code, Problem};
use serde::Deserialize;
use web::{Failure, Markup, OwnPath, Page, PageContext, Shell, Tab};

use crate::notice::{Means, Unsent};
use crate::{Noticing, Offer};

/// The address of the page.
const PATH: &str = "/notices";
/// What it is called.
const TITLE: &str = "推送和通知";

#[derive(Clone, Debug)]
struct Site {
    noticing: Noticing,
    identity: Identity,
    shell: Shell,
    /// Where WeChat's page returns to.
    back: String,
}

/// What an address of the page says.
#[derive(Deserialize, Default)]
struct Asked {
    /// What has just been done.
    done: Option<String>,
}

/// Of what a reader wants to be told.
#[derive(Deserialize)]
struct Asking {
    of: String,
}

/// What WeChat's page brings back. It names the reader too; that is not read.
#[derive(Deserialize, Default)]
struct Returned {
    #[serde(default)]
    action: String,
    #[serde(default)]
    reserved: String,
}

/// Something a reader can be told of.
struct Told {
    purpose: &'static str,
    label: &'static str,
    standing: String,
    is_off: bool,
    /// Whether the reader can agree here.
    may_allow: bool,
}

#[derive(askama::Template)]
#[template(path = "notices.html")]
struct Sheet {
    done: Option<&'static str>,
    has_pushes_off: bool,
    told: Vec<Told>,
    proof: String,
}

#[derive(askama::Template)]
#[template(path = "notices-stranger.html")]
struct Stranger {
    way_in: Option<String>,
}

/// The routes of the page of a house whose pages are under `site`; to be dressed by [`Shell::dress`] and opened by
/// [`Identity::with_tickets`].
pub fn router(noticing: Noticing, identity: Identity, shell: Shell, site: &str) -> Router {
    let back = format!("{}/notices/allowed", site.trim_end_matches('/'));
    Router::new()
        .route(PATH, get(show))
        .route("/notices/ask", get(ask))
        .route("/notices/switch", post(switch))
        .route("/notices/pushes", post(switch_pushes))
        .route("/notices/allowed", get(allowed))
        .with_state(Site { noticing, identity, shell, back })
}

async fn show(
    State(site): State<Site>,
    context: PageContext,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let Some(reader) = site.identity.reader(&headers).await? else {
        return Ok(site.page(&context, &Stranger { way_in: site.identity.way_in(PATH) })?);
    };
    let offers = site.noticing.offers(&reader.followers).await?;
    let has_pushes_off = site.noticing.has_pushes_off(&reader.followers).await?;
    let proof = reader.session.form_token(site.noticing.random());
    let done = asked.done.as_deref().and_then(told);
    let told = offers.iter().map(Told::of).collect();
    Ok(site.page(&context, &Sheet { done, has_pushes_off, told, proof })?)
}

/// `GET /notices/ask`: on to WeChat's page, on which the reader agrees to one message or does not. A link and no form: the
/// policy of our pages lets a form lead to our own site alone.
async fn ask(State(site): State<Site>, headers: HeaderMap, Query(asking): Query<Asking>) -> Result<Response, Failure> {
    let Some(reader) = site.identity.reader(&headers).await? else { return Ok(lead_to(PATH)) };
    let page = site.noticing.question(&reader.followers, named(&asking.of)?, &site.back).await?;
    Ok(lead_to(&page))
}

/// `POST /notices/switch`: no longer, or again.
async fn switch(State(site): State<Site>, headers: HeaderMap, body: Bytes) -> Result<Response, Failure> {
    let (reader, form) = site.genuine(&headers, &body).await?;
    site.noticing.switch(&reader.followers, named(&form.purpose)?, form.is_off).await?;
    Ok(lead_to(if form.is_off { "/notices?done=off" } else { "/notices?done=on" }))
}

/// `POST /notices/pushes`: no pushes by list any longer, or again.
async fn switch_pushes(State(site): State<Site>, headers: HeaderMap, body: Bytes) -> Result<Response, Failure> {
    let (reader, form) = site.genuine(&headers, &body).await?;
    site.noticing.switch_pushes(&reader.followers, form.is_off).await?;
    Ok(lead_to(if form.is_off { "/notices?done=pushes-off" } else { "/notices?done=pushes-on" }))
}

/// Back from WeChat's page.
async fn allowed(State(site): State<Site>, Query(returned): Query<Returned>) -> Result<Response, Failure> {
    let is_yes = returned.action == "confirm";
    let is_known = site.noticing.answered(&returned.reserved, is_yes).await?;
    Ok(lead_to(match (is_known, is_yes) {
        (true, true) => "/notices?done=allowed",
        (true, false) => "/notices?done=cancelled",
        (false, _) => "/notices?done=again",
    }))
}

fn named(purpose: &str) -> Result<Purpose, Problem> {
    Purpose::named(purpose).ok_or_else(|| Problem::new(Code::NotFound, "这种通知"))
}

/// The fields of the page's form.
#[derive(Default)]
struct Form {
    proof: String,
    purpose: String,
    is_off: bool,
}

impl Form {
    fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            match name.as_ref() {
                "proof" => form.proof = value.into_owned(),
                "purpose" => form.purpose = value.into_owned(),
                "off" => form.is_off = value == "yes",
                _ => {}
            }
        }
        form
    }
}

impl Site {
    /// Who sent a form, if it came from a page of theirs.
    async fn genuine(&self, headers: &HeaderMap, body: &Bytes) -> kernel::Result<(Reader, Form)> {
        let form = Form::read(body);
        let reader = self.identity.reader(headers).await?;
        let reader = reader.ok_or_else(|| Problem::new(Code::SignInNeeded, TITLE))?;
        reader.session.check_form(headers, &form.proof)?;
        Ok((reader, form))
    }

    /// A page that nobody but its reader may keep.
    fn page(&self, context: &PageContext, template: &impl askama::Template) -> kernel::Result<Response> {
        let main = Markup::render(template)?;
        let context = context.clone().at(OwnPath::parse(PATH).unwrap_or_else(OwnPath::home));
        let mut response = self.shell.page(&context, &Page { title: TITLE.to_owned(), tab: Tab::None, main });
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }
}

impl Told {
    fn of(offer: &Offer) -> Self {
        let Offer { purpose, means, consent, .. } = offer;
        let standing = match (means, consent.is_off, consent.is_lasting, consent.remaining) {
            (_, true, ..) => "已关闭，不会通知您".to_owned(),
            (Means::Template, ..) => "有了会在公众号里通知您".to_owned(),
            (_, _, true, _) => "您同意了长期接收".to_owned(),
            (_, _, _, 0) => "您还没有同意接收".to_owned(),
            (_, _, _, count) => format!("您同意了，还会通知您 {count} 次"),
        };
        Self {
            purpose: purpose.name(),
            label: purpose.label(),
            standing,
            is_off: consent.is_off,
            may_allow: *means == Means::OneTime && consent.forbids(*means) == Some(Unsent::NotAllowed),
        }
    }
}

/// What has been done, in words.
fn told(done: &str) -> Option<&'static str> {
    Some(match done {
        "allowed" => "好的，到时候在微信里通知您一次。",
        "cancelled" => "没有同意，不会通知您。以后想要通知，再回到这里。",
        "again" => "这次没有记下来，请再点一次“同意通知我一次”。",
        "off" => "已关闭，不会再通知您。",
        "on" => "已打开。",
        "pushes-off" => "已关闭，以后只会收到发给全体读者的推文。",
        "pushes-on" => "已打开，有适合您的推文会发给您。",
        _ => return None,
    })
}

fn lead_to(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, to.to_owned()), (CACHE_CONTROL, "no-store".to_owned())]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::Consent;

    fn offer(means: Means, consent: Consent) -> Offer {
        Offer { account: "demo".into(), purpose: Purpose::ReplyWaits, template: "T".into(), means, consent }
    }

    #[test]
    fn a_form_is_read_and_what_nobody_knows_is_left_out() {
        let form = Form::read(b"proof=a.b&purpose=reply-waits&off=yes&openid=oX");
        assert_eq!((form.proof.as_str(), form.is_off), ("a.b", true));
        assert!(named(&form.purpose).is_ok() && named("other").is_err());
        assert!(!Form::read(b"off=no").is_off);
    }

    #[test]
    fn the_page_says_what_was_allowed_and_offers_only_what_can_be_done_here() {
        let none = Consent::default();
        let may = |means, consent| Told::of(&offer(means, consent)).may_allow;
        assert!(may(Means::OneTime, none) && !may(Means::OneTime, none.agreed_once()));
        assert!(!may(Means::Subscription, none) && !may(Means::Template, none));
        let off = Told::of(&offer(Means::Template, none.switched(true)));
        assert!(off.is_off && off.standing.contains("关闭"));
        let told = [none.agreed_once(), none.answered(true, true)].map(|one| offer(Means::OneTime, one));
        let sheet =
            Sheet { done: None, has_pushes_off: false, told: told.iter().map(Told::of).collect(), proof: "p".into() };
        let html = askama::Template::render(&sheet).unwrap();
        assert!(html.contains("1 次") && html.contains("长期") && !html.contains("/notices/ask"), "{html}");
    }
}
