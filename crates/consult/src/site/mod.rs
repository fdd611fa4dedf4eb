//! `/questions` (我的咨询): what a reader asked people, what was answered, and writing further. It is shown to whoever is
//! recognised as the follower who asked, and to nobody else.

mod form;
mod sheet;

use std::sync::Arc;

use account::notice::{Offering, Purpose};
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

use self::form::Form;
use self::sheet::{Sheet, Stranger};
use crate::conversation::visible;
use crate::desk::{QuestionsDesk, Written};
use crate::satisfaction::Satisfaction;

/// The address of the page.
const PATH: &str = "/questions";
/// The longest name of a record that a link to the page may bring, in characters.
const LONGEST_ABOUT: usize = 200;

/// What the page stands on.
#[derive(Clone)]
struct Site {
    desk: QuestionsDesk,
    identity: Identity,
    notices: Arc<dyn Offering>,
    shell: Shell,
}

/// What an address of the page says.
#[derive(Deserialize, Default)]
struct Asked {
    /// What has just been done.
    done: Option<String>,
    /// The record that is to be asked about.
    about: Option<String>,
}

/// What stands in the form, and what was wrong with it.
#[derive(Default)]
struct Draft {
    text: String,
    problem: Option<String>,
}

/// The routes of the page; to be dressed by [`Shell::dress`] and opened by [`Identity::with_tickets`].
pub fn router(desk: QuestionsDesk, identity: Identity, notices: Arc<dyn Offering>, shell: Shell) -> Router {
    Router::new()
        .route(PATH, get(show).post(ask))
        .route("/questions/end", post(end))
        .route("/questions/rating", post(rate))
        .with_state(Site { desk, identity, notices, shell })
}

async fn show(
    State(site): State<Site>,
    context: PageContext,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let about: String = visible(asked.about.unwrap_or_default().trim()).chars().take(LONGEST_ABOUT).collect();
    let text = if about.is_empty() { about } else { format!("关于档案 {about}：") };
    match site.identity.reader(&headers).await? {
        Some(reader) => {
            let draft = Draft { text, problem: None };
            Ok(site.sheet(&context, &reader, draft, asked.done.as_deref()).await?)
        }
        None => Ok(site.stranger(&context, String::new())?),
    }
}

/// `POST /questions`: a question, or more of one.
async fn ask(
    State(site): State<Site>,
    context: PageContext,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let form = Form::read(&body);
    let Some(reader) = site.identity.reader(&headers).await? else {
        return Ok(with_status(site.stranger(&context, form.text)?, Code::SignInNeeded));
    };
    if reader.session.check_form(&headers, &form.proof).is_err() {
        let problem = Some("这一页过期了，没有提交；您写的还在下面，请再按一次“提交”".to_owned());
        let page = site.sheet(&context, &reader, Draft { text: form.text, problem }, None).await?;
        return Ok(with_status(page, Code::FormExpired));
    }
    match site.desk.ask(&reader.followers, &form.key, &form.text).await? {
        Written::Kept { scrubbed: false } => Ok(lead_to("asked")),
        Written::Kept { scrubbed: true } => Ok(lead_to("scrubbed")),
        Written::Refused(why) => {
            let draft = Draft { text: form.text, problem: Some(why) };
            Ok(with_status(site.sheet(&context, &reader, draft, None).await?, Code::BadRequest))
        }
    }
}

/// `POST /questions/end`: the reader has enough.
async fn end(State(site): State<Site>, headers: HeaderMap, body: Bytes) -> Result<Response, Failure> {
    let (reader, form) = site.genuine(&headers, &body).await?;
    let is_ended = site.desk.end(&reader.followers, &form.of).await?;
    Ok(lead_to(if is_ended { "ended" } else { "" }))
}

/// `POST /questions/rating`: how content the reader is.
async fn rate(State(site): State<Site>, headers: HeaderMap, body: Bytes) -> Result<Response, Failure> {
    let (reader, form) = site.genuine(&headers, &body).await?;
    let said = Satisfaction::named(&form.rating).ok_or_else(|| Problem::new(Code::BadRequest, "评价"))?;
    let is_kept = site.desk.rate(&reader.followers, &form.of, said).await?;
    Ok(lead_to(if is_kept { "rated" } else { "" }))
}

impl Site {
    /// Who sent a form that holds nothing anybody wrote, if it came from a page of theirs.
    async fn genuine(&self, headers: &HeaderMap, body: &Bytes) -> kernel::Result<(Reader, Form)> {
        let form = Form::read(body);
        let reader = self.identity.reader(headers).await?;
        let reader = reader.ok_or_else(|| Problem::new(Code::SignInNeeded, "我的咨询"))?;
        reader.session.check_form(headers, &form.proof)?;
        Ok((reader, form))
    }

    /// The page of a reader who is recognised.
    async fn sheet(
        &self,
        context: &PageContext,
        reader: &Reader,
        draft: Draft,
        done: Option<&str>,
    ) -> kernel::Result<Response> {
        let own = self.desk.own(&reader.followers).await?;
        let random = &self.desk.ground.random;
        let proof = reader.session.form_token(random);
        let key = kernel::hex(&random.bytes::<8>());
        let mut is_told = false;
        for (account, _) in &reader.followers {
            is_told |= self.notices.is_offered(account, Purpose::ReplyWaits).await?;
        }
        let sheet = Sheet::of(&self.desk, own, draft, done).with_proof(proof, key, is_told);
        self.page(context, &sheet)
    }

    /// The page of whoever is not recognised: how to come, and what they wrote, so that it is not lost.
    fn stranger(&self, context: &PageContext, text: String) -> kernel::Result<Response> {
        let way_in = self.identity.way_in(PATH);
        self.page(context, &Stranger { house: &self.shell.house(), way_in, text })
    }

    /// A page that nobody but its reader may keep.
    fn page(&self, context: &PageContext, template: &impl askama::Template) -> kernel::Result<Response> {
        let main = Markup::render(template)?;
        let context = context.clone().at(OwnPath::parse(PATH).unwrap_or_else(OwnPath::home));
        let mut response = self.shell.page(&context, &Page { title: "我的咨询".to_owned(), tab: Tab::None, main });
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }
}

fn with_status(mut response: Response, code: Code) -> Response {
    *response.status_mut() = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    response
}

/// Back to the page, with what has been done.
fn lead_to(done: &str) -> Response {
    let to = if done.is_empty() { PATH.to_owned() } else { format!("{PATH}?done={done}") };
    (StatusCode::SEE_OTHER, [(LOCATION, to), (CACHE_CONTROL, "no-store".to_owned())]).into_response()
}

#[cfg(test)]
mod tests;
