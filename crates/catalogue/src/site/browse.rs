//! `/browse` and `/browse/{id}`: from the fonds down to the item.

use axum::extract::{Path, State};
use axum::response::Response;
use web::{Failure, PageContext, date_text};

use super::listing::{Listing, counted, line};
use super::pager::{Pager, SIZE};
use super::query::Query;
use super::record::{Step, step, top};
use super::{Site, id};
use crate::{Element, Level};

/// What is told of a place above what it holds.
const ABOUT: [Element; 5] =
    [Element::Date, Element::Creator, Element::Scope, Element::AdministrativeHistory, Element::Retention];

pub(super) async fn all(State(site): State<Site>, context: PageContext, query: Query) -> Result<Response, Failure> {
    let (children, total) = site.catalogue.fonds(query.page(), SIZE).await?;
    let has_subjects = !site.catalogue.subjects().await?.is_empty();
    let subjects = || Step { href: "/subjects".to_owned(), text: "按专题浏览".to_owned() };
    let opened = Step { href: "/opened".to_owned(), text: "历次开放公告".to_owned() };
    let listing = Listing {
        lead: "一个机构或一个人形成的全部档案，叫一个全宗。从全宗往下，可以走到每一卷、每一件。".to_owned(),
        beside: has_subjects.then(subjects).into_iter().chain([opened]).collect(),
        groups: vec![(counted("全宗", total, "个"), children.iter().map(line).collect())],
        ..Listing::new(&site, "按全宗浏览", Pager::new(&query, "/browse", total))
    };
    listing.show(&site, &context)
}

pub(super) async fn one(
    State(site): State<Site>,
    context: PageContext,
    Path(asked): Path<String>,
    query: Query,
) -> Result<Response, Failure> {
    let id = id(&asked)?;
    let unit = site.catalogue.record(&id).await?;
    let (children, total) = site.catalogue.children(&id, query.page(), SIZE).await?;
    let rows = unit.elements.iter().filter(|(element, _)| ABOUT.contains(element));
    let finding_aid =
        || Step { href: format!("/browse/{id}/finding-aid"), text: "全宗目录（可打印）".to_owned() };
    let listing = Listing {
        path: [top()].into_iter().chain(unit.path.iter().map(step)).collect(),
        code: Some(unit.place.code),
        beside: (unit.place.level == Level::Fonds).then(finding_aid).into_iter().collect(),
        rows: rows.map(|(element, value)| (element.label(), said(*element, value))).collect(),
        within: (total > 0).then_some(("within", unit.place.id)),
        groups: vec![(counted("目录", total, "条"), children.iter().map(line).collect())],
        empty: "这里没有已开放的下级目录。",
        ..Listing::new(&site, unit.place.title, Pager::new(&query, &format!("/browse/{id}"), total))
    };
    listing.show(&site, &context)
}

/// The value of an element as readers see it.
fn said(element: Element, value: &str) -> String {
    if element == Element::Date { date_text(value) } else { value.to_owned() }
}
