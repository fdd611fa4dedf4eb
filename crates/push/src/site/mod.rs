//! `/articles` (往期推文): what the account sent, to be read and searched by everybody.
//!
//! An article is written anew from its blocks in the type of the site, so that large type, dark colours and the reader's own
//! settings hold there as everywhere; WeChat's HTML is for WeChat alone.

pub mod notices;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RANGE};
use axum::http::{HeaderMap, Method};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use catalogue::PublicId;
use catalogue::site::{Mention, Mentions};
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::{Code, Problem};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use web::{ByteRange, Failure, House, Markup, OwnPath, Page, PageContext, Shell, Tab, date_text, number_text};

use crate::article::{Article, Block};
use crate::material::of_address;
use crate::{Materials, PastArticles, SentArticle, Visits, visit};

/// Articles on a page.
const SIZE: u32 = 20;
/// The longest question, in characters; more is cut.
const LONGEST: usize = 100;
/// The most characters of an article that a list shows.
const GLIMPSE: usize = 60;

#[derive(Clone, Debug)]
struct Site {
    articles: PastArticles,
    materials: Materials,
    shell: Shell,
}

/// What an address of the list says.
#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
}

/// The routes; to be dressed by [`Shell::dress`].
pub fn router(articles: PastArticles, materials: Materials, shell: Shell) -> Router {
    Router::new()
        .route("/articles", get(list))
        .route("/articles/{id}", get(one))
        .route("/articles/{id}/pictures/{number}", get(picture))
        .route("/articles/{id}/recordings/{number}", get(recording))
        .with_state(Site { articles, materials, shell })
}

/// Counts who comes from an article, around the pages of the site, and goes on to the address without the article's tag: what
/// is passed on or kept leads to the page alone.
pub fn counting(pages: Router, visits: Visits) -> Router {
    pages.layer(from_fn_with_state(visits, count))
}

async fn count(State(visits): State<Visits>, request: Request, next: Next) -> Response {
    let asked = request.uri().path_and_query().filter(|_| matches!(*request.method(), Method::GET | Method::HEAD));
    let asked = asked.and_then(|address| visit::taken(address.as_str()));
    let asked = asked.and_then(|(tag, address)| Some((tag, OwnPath::parse(&address)?)));
    let Some((tag, address)) = asked else { return next.run(request).await };
    if visit::is_persons(request.method(), request.headers()) {
        visits.count(tag);
    }
    // Kept by a browser, the next visit would not be seen.
    ([(CACHE_CONTROL, "no-store")], Redirect::to(address.as_str())).into_response()
}

/// A line of the list.
struct Line {
    href: String,
    title: String,
    day: String,
    glimpse: String,
}

#[derive(askama::Template)]
#[template(path = "articles.html")]
struct List {
    house: Arc<House>,
    asked: String,
    total: String,
    lines: Vec<Line>,
    previous: Option<String>,
    next: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "sent-article.html")]
struct One<'a> {
    article: &'a Article,
    day: String,
}

async fn list(State(site): State<Site>, context: PageContext, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let text: String = asked.q.trim().chars().filter(|char| !char.is_control()).take(LONGEST).collect();
    let page = asked.page.parse::<u32>().unwrap_or(1).max(1);
    let (articles, total) = site.articles.list(&text, page, SIZE).await?;
    let pages = total.div_ceil(u64::from(SIZE)).max(1);
    if u64::from(page) > pages {
        return Ok(Redirect::to(&address(&text, u32::try_from(pages).unwrap_or(1))).into_response());
    }
    let list = List {
        house: site.shell.house(),
        total: number_text(total),
        lines: articles.iter().map(line).collect(),
        previous: (page > 1).then(|| address(&text, page - 1)),
        next: (u64::from(page) < pages).then(|| address(&text, page + 1)),
        asked: text,
    };
    let main = Markup::render(&list)?;
    Ok(site.shell.page(&context, &Page { title: "往期推文".to_owned(), tab: Tab::Home, main }))
}

async fn one(State(site): State<Site>, context: PageContext, Path(id): Path<String>) -> Result<Response, Failure> {
    let SentArticle { mut article, sent_at, .. } = site.articles.one(&id).await?;
    for (number, picture) in (1..).zip(article.pictures_mut()) {
        picture.address = own_address(&id, ("pictures", number), &picture.address);
    }
    for (number, recording) in (1..).zip(article.recordings_mut()) {
        recording.address = own_address(&id, ("recordings", number), &recording.address);
    }
    let main = Markup::render(&One { article: &article, day: date_text(&sent_at.day().to_string()) })?;
    Ok(site.shell.page(&context, &Page { title: article.title.clone(), tab: Tab::Home, main }))
}

/// A picture of an article, if everybody may see it.
async fn picture(State(site): State<Site>, Path((id, number)): Path<(String, usize)>) -> Result<Response, Failure> {
    let absent = || Problem::new(Code::NotFound, "这张图片");
    let sent = site.articles.one(&id).await?;
    let shown = number.checked_sub(1).and_then(|at| sent.article.pictures().nth(at)).ok_or_else(absent)?;
    let material = of_address(&shown.address).ok_or_else(absent)?;
    let (file, content) = site.materials.published_file(material).await?;
    let headers = [
        (CONTENT_TYPE, file.media_type.name()),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        // The record that a page is of may be closed.
        (CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, content).into_response())
}

/// A recording or a film of an article, whole or in part: players begin anywhere.
async fn recording(
    State(site): State<Site>,
    Path((id, number)): Path<(String, usize)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let absent = || Problem::new(Code::NotFound, "这段录音或视频");
    let sent = site.articles.one(&id).await?;
    let played = number.checked_sub(1).and_then(|at| sent.article.recordings().nth(at)).ok_or_else(absent)?;
    let material = of_address(&played.address).ok_or_else(absent)?;
    let file = site.materials.published(material).await?.file.ok_or_else(absent)?;
    if file.milliseconds.is_none() {
        return Err(absent().into());
    }
    let range = headers.get(RANGE).and_then(|value| value.to_str().ok());
    let (status, part, sized) = ByteRange::of(range, file.bytes).given(file.bytes);
    let content = site.materials.stream(&file, part).await?;
    let headers = [
        (CONTENT_TYPE, file.media_type.name()),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        // The article may be taken off the site.
        (CACHE_CONTROL, "no-cache"),
    ];
    Ok((status, sized, headers, Body::from_stream(content)).into_response())
}

fn address(asked: &str, page: u32) -> String {
    let asked = utf8_percent_encode(asked, NON_ALPHANUMERIC).to_string();
    match (asked.is_empty(), page) {
        (true, 1) => "/articles".to_owned(),
        (true, page) => format!("/articles?page={page}"),
        (false, 1) => format!("/articles?q={asked}"),
        (false, page) => format!("/articles?q={asked}&page={page}"),
    }
}

fn line(sent: &SentArticle) -> Line {
    Line {
        href: format!("/articles/{}", sent.id),
        title: sent.article.title.clone(),
        day: date_text(&sent.sent_at.day().to_string()),
        glimpse: glimpse(&sent.article),
    }
}

/// The summary, or else how the article begins.
fn glimpse(article: &Article) -> String {
    let begins = article.blocks.iter().find_map(|block| match block {
        Block::Text { runs } => Some(runs.iter().map(|run| run.text.as_str()).collect::<String>()),
        _ => None,
    });
    let text = if article.digest.is_empty() { begins.unwrap_or_default() } else { article.digest.clone() };
    if text.chars().count() > GLIMPSE { text.chars().take(GLIMPSE).chain(['…']).collect() } else { text }
}

impl Mentions for PastArticles {
    fn of<'a>(&'a self, record: &'a PublicId) -> BoxFuture<'a, kernel::Result<Vec<Mention>>> {
        async move {
            let quoting = self.of_record(record.as_str()).await?;
            Ok(quoting.into_iter().map(|(id, text)| Mention { href: format!("/articles/{id}"), text }).collect())
        }
        .boxed()
    }
}

/// Where the site itself shows a picture of an article or plays a recording, by its number; of those that lie elsewhere it
/// tells the words alone.
fn own_address(article: &str, (what, number): (&str, usize), address: &str) -> String {
    of_address(address).map_or_else(String::new, |_| format!("/articles/{article}/{what}/{number}"))
}

#[cfg(test)]
mod tests;
