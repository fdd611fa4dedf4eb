//! `/subjects` and `/subjects/{id}`: the staff's subject directory, as far as it leads to open records.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::{Code, Problem};
use web::{Failure, House, Markup, Page, PageContext, Tab, number_text};

use super::Site;
use super::browse::{Line, line};
use super::pager::{Pager, SIZE};
use super::query::Query;
use super::record::Step;
use crate::{PublicId, ShownHeading};

#[derive(askama::Template)]
#[template(path = "subjects.html")]
struct Sheet<'a> {
    house: &'a House,
    path: Vec<Step>,
    title: &'a str,
    is_top: bool,
    below: Vec<Line<'a>>,
    heading: Option<String>,
    records: Vec<Line<'a>>,
    pager: Pager,
}

pub(super) async fn all(State(site): State<Site>, context: PageContext, query: Query) -> Result<Response, Failure> {
    let headings = site.catalogue.subjects().await?;
    let sheet = Sheet {
        house: site.shell.house(),
        path: Vec::new(),
        title: "按专题浏览",
        is_top: true,
        below: headings.iter().map(leading).collect(),
        heading: None,
        records: Vec::new(),
        pager: Pager::new(&query.bare(), "/subjects", 0),
    };
    let main = Markup::render(&sheet)?;
    Ok(site.shell.page(&context, &Page { title: "按专题浏览".to_owned(), tab: Tab::Browse, main }))
}

pub(super) async fn one(
    State(site): State<Site>,
    context: PageContext,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Failure> {
    let id = PublicId::parse(&id).ok_or_else(|| Problem::new(Code::NotFound, "这个页面"))?;
    let shown = site.catalogue.subject(&id, query.page(), SIZE).await?;
    let pager = Pager::new(&query, &format!("/subjects/{id}"), shown.total);
    if let Some(last) = pager.instead() {
        return Ok(Redirect::to(last).into_response());
    }
    let step = |heading: &ShownHeading| Step { href: href(heading), text: heading.name.clone() };
    let sheet = Sheet {
        house: site.shell.house(),
        path: shown.path.iter().map(step).collect(),
        title: &shown.heading.name,
        is_top: false,
        below: shown.below.iter().map(leading).collect(),
        heading: (shown.total > 0).then(|| format!("目录 {} 条", number_text(shown.total))),
        records: shown.records.iter().map(line).collect(),
        pager,
    };
    let main = Markup::render(&sheet)?;
    Ok(site.shell.page(&context, &Page { title: shown.heading.name.clone(), tab: Tab::Browse, main }))
}

fn href(heading: &ShownHeading) -> String {
    format!("/subjects/{}", heading.id)
}

fn leading(heading: &ShownHeading) -> Line<'_> {
    Line { href: href(heading), text: &heading.name, facts: vec![format!("{} 条", number_text(heading.records))] }
}
