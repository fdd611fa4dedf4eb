//! What a visitor is told when something cannot be done.

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::{Code, Problem};

use crate::{Markup, Page, PageContext, Shell, Tab};

/// An error of a use case on its way to the visitor. As an answer it is `application/problem+json` (RFC 9457); under
/// [`Shell::dress`] a browser gets a page instead. What is ours alone goes to the log.
#[derive(Debug)]
pub struct Failure(kernel::Error);

impl From<kernel::Error> for Failure {
    fn from(error: kernel::Error) -> Self {
        Self(error)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem.into())
    }
}

impl From<kernel::db::Error> for Failure {
    fn from(error: kernel::db::Error) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match &self.0 {
            kernel::Error::Problem(_) => {}
            error => tracing::error!(error = %error, "a request failed"),
        }
        let problem = self.0.shown();
        let status = StatusCode::from_u16(problem.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::json!({
            "type": format!("urn:lantai:problem:{}", problem.code().name()),
            "title": problem.code().title(),
            "status": status.as_u16(),
            "detail": problem.to_string(),
        });
        let kind = (CONTENT_TYPE, "application/problem+json; charset=utf-8");
        let mut response = (status, [kind], body.to_string()).into_response();
        response.extensions_mut().insert(problem);
        response
    }
}

#[derive(askama::Template)]
#[template(path = "problem.html")]
struct Told<'a> {
    heading: &'a str,
    why: Option<String>,
    problem: &'a Problem,
    house: &'a crate::House,
    when: Option<String>,
    again: Option<&'a str>,
}

/// Turns the problems of the readers' pages into pages; a program that asks under `/api/` gets them as they are. An
/// absent and a forbidden thing give the same bytes.
pub(crate) async fn pages(State(shell): State<Shell>, context: PageContext, request: Request, next: Next) -> Response {
    let wants_json = prefers_json(request.headers()) || request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| bare(&response));
    match problem {
        Some(problem) if !wants_json => page(&shell, &context, &problem).unwrap_or(response),
        _ => response,
    }
}

/// Problems that the router or an extractor told in its own plain words.
fn bare(response: &Response) -> Option<Problem> {
    match response.status() {
        StatusCode::NOT_FOUND => Some(Problem::new(Code::NotFound, "这个页面")),
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => Some(Problem::new(Code::BadRequest, "地址")),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Problem::new(Code::TooLarge, "提交的内容")),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(Problem::new(Code::Unsupported, "提交的内容")),
        StatusCode::INTERNAL_SERVER_ERROR => Some(Problem::new(Code::Internal, "服务")),
        _ => None,
    }
    .filter(|_| !is_page(response.headers()))
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn prefers_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    accept.contains("json") && !accept.contains("html")
}

fn page(shell: &Shell, context: &PageContext, problem: &Problem) -> Option<Response> {
    let ours = matches!(problem.code(), Code::Internal | Code::Busy | Code::BadSetting);
    let exact = (problem.sentence() != problem.code().title())
        .then(|| format!("{}：{}。", problem.about(), problem.sentence()));
    // Said alike of what is not there and of what may not be seen.
    let absent = (problem.code() == Code::NotFound).then(|| format!("{}不存在，或者没有对外开放。", problem.about()));
    let house = shell.house();
    let told = Told {
        heading: problem.code().title(),
        why: exact.or(absent),
        problem,
        house: &house,
        when: ours.then(|| shell.now().local_text()),
        again: ours.then(|| context.path().as_str()),
    };
    let main = Markup::render(&told).ok()?;
    let mut response = shell.page(context, &Page { title: problem.code().title().to_owned(), tab: Tab::None, main });
    *response.status_mut() = StatusCode::from_u16(problem.code().status()).ok()?;
    if problem.code() == Code::Busy {
        response.headers_mut().insert("retry-after", HeaderValue::from_static("5"));
    }
    Some(response)
}
