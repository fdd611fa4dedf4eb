//! `/`: one large box, what the house offers, whether it is open.

use axum::extract::State;
use axum::response::Response;
use kernel::Timestamp;
use web::{Failure, House, Markup, Page, PageContext, Tab};

use super::Site;

#[derive(askama::Template)]
#[template(path = "home.html")]
struct Home<'a> {
    house: &'a House,
    now: Timestamp,
    open_records: u64,
    open_text: String,
}

pub(super) async fn show(State(site): State<Site>, context: PageContext) -> Result<Response, Failure> {
    let open_records = site.catalogue.size();
    let open_text = web::number_text(open_records);
    let home = Home { house: site.shell.house(), now: site.shell.now(), open_records, open_text };
    let main = Markup::render(&home)?;
    Ok(site.shell.page(&context, &Page { title: "首页".to_owned(), tab: Tab::Home, main }))
}
