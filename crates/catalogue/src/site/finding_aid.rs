//! `/browse/{id}/finding-aid` and `….xml`: what a fonds holds that everybody may see, to be read through, printed, or
//! taken along as EAD.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Redirect, Response};
use futures::TryStreamExt as _;
use web::{Failure, Markup, Page, PageContext, Tab, date_text, number_text};

use super::pager::Pager;
use super::query::Query;
use super::record::href;
use super::{Site, absent, id};
use crate::export::Document;
use crate::{Element, Entry, Level, PublicId, Shown};

#[derive(askama::Template)]
#[template(path = "finding-aid.html")]
struct Sheet<'a> {
    keeper: &'a str,
    fonds: &'a str,
    code: &'a str,
    id: &'a PublicId,
    rows: Vec<(&'static str, &'a str)>,
    count: String,
    entries: Vec<Row<'a>>,
    pager: Pager,
}

struct Row<'a> {
    href: String,
    code: &'a str,
    title: &'a str,
    date: String,
    /// How far in it stands, at most 4.
    depth: usize,
    is_item: bool,
}

/// What the first page says about the fonds.
const ABOUT: [Element; 6] = [
    Element::Date,
    Element::Creator,
    Element::Scope,
    Element::AdministrativeHistory,
    Element::CustodialHistory,
    Element::Arrangement,
];

pub(super) async fn show(
    State(site): State<Site>,
    context: PageContext,
    Path(asked): Path<String>,
    query: Query,
) -> Result<Response, Failure> {
    let id = id(&asked)?;
    let shown = of_fonds(&site, &id).await?;
    let (entries, total) = site.catalogue.finding_aid(&id, query.page()).await?;
    let pager = Pager::of_size(&query, &format!("/browse/{id}/finding-aid"), total, crate::ask::FINDING_AID_PAGE);
    if let Some(last) = pager.instead() {
        return Ok(Redirect::to(last).into_response());
    }
    let about = shown.elements.iter().filter(|(element, _)| ABOUT.contains(element));
    let house = site.shell.house();
    let sheet = Sheet {
        keeper: &house.name,
        fonds: &shown.place.title,
        code: &shown.place.code,
        id: &id,
        rows: about.map(|(element, value)| (element.label(), value.as_str())).collect(),
        count: number_text(total),
        entries: entries.iter().map(row).collect(),
        pager,
    };
    let main = Markup::render(&sheet)?;
    let title = format!("{} 全宗目录", shown.place.title);
    Ok(site.shell.page(&context, &Page { title, tab: Tab::Browse, main }))
}

/// The finding aid as EAD 2002, sent while it is read.
pub(super) async fn xml(State(site): State<Site>, Path(asked): Path<String>) -> Result<Response, Failure> {
    let id = id(&asked)?;
    let shown = of_fonds(&site, &id).await?;
    let house = site.shell.house();
    let document = site.catalogue.ead(&shown.place.code, &house.name, site.shell.now()).await?;
    let parts = futures::stream::try_unfold(document, |mut document: Document| async {
        Ok::<_, kernel::Error>(document.next().await?.map(|part| (Bytes::from(part), document)))
    });
    let headers = [
        (CONTENT_TYPE, "application/xml; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("inline; filename=\"finding-aid-{id}.xml\"")),
    ];
    Ok((headers, Body::from_stream(parts.map_err(std::io::Error::other))).into_response())
}

/// The fonds of an id; what is no fonds has no finding aid.
async fn of_fonds(site: &Site, id: &PublicId) -> kernel::Result<Shown> {
    let shown = site.catalogue.record(id).await?;
    if shown.place.level == Level::Fonds { Ok(shown) } else { Err(absent().into()) }
}

fn row(entry: &Entry) -> Row<'_> {
    Row {
        href: href(&entry.place),
        code: &entry.place.code,
        title: &entry.place.title,
        date: entry.dates.as_deref().map(date_text).unwrap_or_default(),
        depth: entry.depth.min(4),
        is_item: entry.place.level == Level::Item,
    }
}
