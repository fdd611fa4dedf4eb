//! `/list/citations`: the list as citations, to be copied.

use axum::extract::State;
use axum::response::Response;
use web::{Failure, Markup, Page, PageContext, Tab};

use super::{Chosen, PATH};
use crate::site::Site;
use crate::site::citation::Citation;

#[derive(askama::Template)]
#[template(path = "citations.html")]
struct Sheet {
    back: String,
    citations: Vec<Citation>,
}

pub(super) async fn show(State(site): State<Site>, context: PageContext, chosen: Chosen) -> Result<Response, Failure> {
    let saved = chosen.records(&site).await?;
    let house = site.shell.house();
    let cited = saved.iter().map(|one| Citation::of(&one.place, &one.elements, &house.name));
    let main = Markup::render(&Sheet { back: chosen.here(PATH), citations: cited.collect() })?;
    Ok(site.shell.page(&context, &Page { title: "引用清单".to_owned(), tab: Tab::None, main }))
}
