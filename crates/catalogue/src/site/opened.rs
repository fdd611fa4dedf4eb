//! `/opened` and `/opened/{id}`: what was opened, batch by batch (档案法 28, 档案法实施条例 29).

use axum::extract::{Path, State};
use axum::response::Response;
use web::{Failure, PageContext, date_text};

use super::listing::{Line, Listing, counted, line};
use super::pager::{Pager, SIZE};
use super::query::Query;
use super::{Site, id};
use crate::ask::Opening;

pub(super) async fn all(State(site): State<Site>, context: PageContext, query: Query) -> Result<Response, Failure> {
    let (openings, total) = site.catalogue.openings(query.page(), SIZE).await?;
    let listing = Listing {
        lead: "本馆依法审核后向社会开放的档案，按批公布在这里。".to_owned(),
        groups: vec![(counted("已公布", total, "批"), openings.iter().map(batch).collect())],
        empty: "还没有按批公布的目录。",
        ..Listing::new(&site, "开放档案目录", Pager::new(&query, "/opened", total))
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
    let (opening, children) = site.catalogue.opening(&id, query.page(), SIZE).await?;
    let groups = vec![(counted("目录", opening.records, "条"), children.iter().map(line).collect())];
    let pager = Pager::new(&query, &format!("/opened/{id}"), opening.records);
    let title = title(&opening);
    Listing { lead: opening.notice, groups, ..Listing::new(&site, title, pager) }.show(&site, &context)
}

fn title(opening: &Opening) -> String {
    format!("{}开放的档案", date_text(&opening.at.day().to_string()))
}

fn batch(opening: &Opening) -> Line {
    let facts = vec![format!("{} 条", web::number_text(opening.records))];
    Line { href: format!("/opened/{}", opening.id), text: title(opening), facts }
}
