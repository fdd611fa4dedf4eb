//! `/browse` and `/browse/{id}`: from the fonds down to the item.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::{Code, Problem};
use web::{Failure, House, Markup, Page, PageContext, Tab, date_text, number_text};

use super::Site;
use super::pager::{Pager, SIZE};
use super::query::Query;
use super::record::{Step, href, step};
use crate::ask::Child;
use crate::{Element, Level, PublicId};

#[derive(askama::Template)]
#[template(path = "browse.html")]
struct List<'a> {
    house: &'a House,
    path: Vec<Step>,
    here: &'a str,
    title: &'a str,
    reference_code: Option<&'a str>,
    /// The id of the place to search within.
    within: Option<&'a str>,
    rows: Vec<(&'static str, String)>,
    heading: String,
    children: Vec<Line<'a>>,
    pager: Pager,
    /// Whether the staff's subject directory holds something open.
    has_subjects: bool,
    /// The address of the fonds' finding aid.
    finding_aid: Option<String>,
}

pub(super) struct Line<'a> {
    pub(super) href: String,
    pub(super) text: &'a str,
    pub(super) facts: Vec<String>,
}

pub(super) async fn all(State(site): State<Site>, context: PageContext, query: Query) -> Result<Response, Failure> {
    let (children, total) = site.catalogue.fonds(query.page(), SIZE).await?;
    let pager = Pager::new(&query, "/browse", total);
    if let Some(last) = pager.instead() {
        return Ok(Redirect::to(last).into_response());
    }
    let list = List {
        house: site.shell.house(),
        path: Vec::new(),
        here: "",
        title: "按全宗浏览",
        reference_code: None,
        within: None,
        rows: Vec::new(),
        heading: format!("全宗 {} 个", number_text(total)),
        children: children.iter().map(line).collect(),
        pager,
        has_subjects: !site.catalogue.subjects().await?.is_empty(),
        finding_aid: None,
    };
    let main = Markup::render(&list)?;
    Ok(site.shell.page(&context, &Page { title: "按全宗浏览".to_owned(), tab: Tab::Browse, main }))
}

pub(super) async fn one(
    State(site): State<Site>,
    context: PageContext,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Failure> {
    let id = PublicId::parse(&id).ok_or_else(|| Problem::new(Code::NotFound, "这个页面"))?;
    let unit = site.catalogue.record(&id).await?;
    let (children, total) = site.catalogue.children(&id, query.page(), SIZE).await?;
    let pager = Pager::new(&query, &format!("/browse/{id}"), total);
    if let Some(last) = pager.instead() {
        return Ok(Redirect::to(last).into_response());
    }
    let told = [Element::Date, Element::Creator, Element::Scope, Element::AdministrativeHistory, Element::Retention];
    let rows = unit.elements.iter().filter(|(element, _)| told.contains(element));
    let list = List {
        house: site.shell.house(),
        path: unit.path.iter().map(step).collect(),
        here: &unit.place.title,
        title: &unit.place.title,
        reference_code: Some(&unit.place.code),
        within: (total > 0).then(|| unit.place.id.as_str()),
        rows: rows.map(|(element, value)| (element.label(), said(*element, value))).collect(),
        heading: format!("目录 {} 条", number_text(total)),
        children: children.iter().map(line).collect(),
        pager,
        has_subjects: false,
        finding_aid: (unit.place.level == Level::Fonds).then(|| format!("/browse/{id}/finding-aid")),
    };
    let main = Markup::render(&list)?;
    Ok(site.shell.page(&context, &Page { title: unit.place.title.clone(), tab: Tab::Browse, main }))
}

/// The value of an element as readers see it.
fn said(element: Element, value: &str) -> String {
    if element == Element::Date { date_text(value) } else { value.to_owned() }
}

pub(super) fn line(child: &Child) -> Line<'_> {
    let date = child.date.as_deref().map(date_text);
    let unit = if child.place.level == Level::Volume { "件" } else { "条" };
    let count = (child.items > 0).then(|| format!("{} {unit}", number_text(child.items)));
    Line {
        href: href(&child.place),
        text: &child.place.title,
        facts: [Some(child.place.code.clone()), date, count].into_iter().flatten().collect(),
    }
}
