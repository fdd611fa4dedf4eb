//! `/guide`: the conditions, scope and steps of using the archive, which must be shown on the web (档案法实施条例 33).

use axum::extract::State;
use axum::response::Response;
use kernel::Timestamp;
use web::{Failure, House, Markup, Page, PageContext, Tab};

use super::Site;

#[derive(askama::Template)]
#[template(path = "guide.html")]
struct Guide<'a> {
    house: &'a House,
    now: Timestamp,
    /// The days soon to come that differ from the week.
    coming: String,
}

pub(super) async fn show(State(site): State<Site>, context: PageContext) -> Result<Response, Failure> {
    let (house, now) = (site.shell.house(), site.shell.now());
    let coming = house.hours.coming_text(now.day(), web::console::HOLIDAY_DAYS);
    let main = Markup::render(&Guide { house: &house, now, coming })?;
    Ok(site.shell.page(&context, &Page { title: "利用指南".to_owned(), tab: Tab::Guide, main }))
}
