//! `/subjects` and `/subjects/{id}`: the staff's subject directory, as far as it leads to open records.

use axum::extract::{Path, State};
use axum::response::Response;
use web::{Failure, PageContext, number_text};

use super::listing::{Line, Listing, counted, line};
use super::pager::{Pager, SIZE};
use super::query::Query;
use super::record::{Step, top};
use super::{Site, id};
use crate::ShownHeading;

pub(super) async fn all(State(site): State<Site>, context: PageContext, query: Query) -> Result<Response, Failure> {
    let headings = site.catalogue.subjects().await?;
    let listing = Listing {
        path: vec![top()],
        groups: vec![("类目".to_owned(), headings.iter().map(leading).collect())],
        empty: "还没有专题。",
        ..Listing::new(&site, "按专题浏览", Pager::new(&query.bare(), "/subjects", 0))
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
    let shown = site.catalogue.subject(&id, query.page(), SIZE).await?;
    let above = shown.path.iter().map(|heading| Step { href: href(heading), text: heading.name.clone() });
    let groups = [
        ("类目".to_owned(), shown.below.iter().map(leading).collect()),
        (counted("目录", shown.total, "条"), shown.records.iter().map(line).collect::<Vec<Line>>()),
    ];
    let pager = Pager::new(&query, &format!("/subjects/{id}"), shown.total);
    let listing = Listing {
        path: [top(), Step { href: "/subjects".into(), text: "专题".into() }].into_iter().chain(above).collect(),
        groups: groups.into_iter().filter(|(_, lines)| !lines.is_empty()).collect(),
        within: Some(("subject", id)),
        ..Listing::new(&site, shown.heading.name, pager)
    };
    listing.show(&site, &context)
}

fn href(heading: &ShownHeading) -> String {
    format!("/subjects/{}", heading.id)
}

fn leading(heading: &ShownHeading) -> Line {
    let facts = vec![format!("{} 条", number_text(heading.records))];
    Line { href: href(heading), text: heading.name.clone(), facts }
}
