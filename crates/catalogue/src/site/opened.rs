//! `/opened` and `/opened/{id}`: what was opened, batch by batch (档案法 28, 档案法实施条例 29).

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::{Code, Problem};
use web::{Failure, House, Markup, Page, PageContext, Tab, date_text, number_text};

use super::Site;
use super::pager::{Pager, SIZE};
use super::query::Query;
use super::record::href;
use crate::PublicId;
use crate::ask::{Child, Opening};

#[derive(askama::Template)]
#[template(path = "opened.html")]
struct Openings<'a> {
    house: &'a House,
    title: String,
    notice: Option<&'a str>,
    heading: String,
    lines: Vec<Line>,
    pager: Pager,
}

struct Line {
    href: String,
    text: String,
    facts: Vec<String>,
}

pub(super) async fn all(State(site): State<Site>, context: PageContext, query: Query) -> Result<Response, Failure> {
    let (openings, total) = site.catalogue.openings(query.page(), SIZE).await?;
    let pager = Pager::new(&query, "/opened", total);
    if let Some(last) = pager.instead() {
        return Ok(Redirect::to(last).into_response());
    }
    let list = Openings {
        house: site.shell.house(),
        title: "开放档案目录".to_owned(),
        notice: None,
        heading: format!("已公布 {} 批", number_text(total)),
        lines: openings.iter().map(batch).collect(),
        pager,
    };
    let main = Markup::render(&list)?;
    Ok(site.shell.page(&context, &Page { title: list.title, tab: Tab::Browse, main }))
}

pub(super) async fn one(
    State(site): State<Site>,
    context: PageContext,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Failure> {
    let id = PublicId::parse(&id).ok_or_else(|| Problem::new(Code::NotFound, "这个页面"))?;
    let (opening, children) = site.catalogue.opening(&id, query.page(), SIZE).await?;
    let pager = Pager::new(&query, &format!("/opened/{id}"), opening.records);
    if let Some(last) = pager.instead() {
        return Ok(Redirect::to(last).into_response());
    }
    let list = Openings {
        house: site.shell.house(),
        title: title(&opening),
        notice: Some(&opening.notice),
        heading: format!("目录 {} 条", number_text(opening.records)),
        lines: children.iter().map(line).collect(),
        pager,
    };
    let main = Markup::render(&list)?;
    Ok(site.shell.page(&context, &Page { title: title(&opening), tab: Tab::Browse, main }))
}

fn title(opening: &Opening) -> String {
    format!("{}开放的档案", date_text(&opening.at.day().to_string()))
}

fn batch(opening: &Opening) -> Line {
    let facts = vec![format!("{} 条", number_text(opening.records))];
    Line { href: format!("/opened/{}", opening.id), text: title(opening), facts }
}

fn line(child: &Child) -> Line {
    let date = child.date.as_deref().map(date_text);
    let facts = [Some(child.place.code.clone()), date].into_iter().flatten().collect();
    Line { href: href(&child.place), text: child.place.title.clone(), facts }
}
