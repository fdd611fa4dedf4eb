//! `/`: one large box, what the house offers, whether it is open.

use axum::extract::State;
use axum::response::Response;
use kernel::Timestamp;
use web::{Failure, House, Markup, Notice, Page, PageContext, Tab};

use super::Site;

#[derive(askama::Template)]
#[template(path = "home.html")]
struct Home<'a> {
    house: &'a House,
    now: Timestamp,
    notices: Vec<&'a Notice>,
    /// The hours of today, period by period: a line may end between two, not within one.
    today: Vec<String>,
    open_records: u64,
    open_text: String,
}

pub(super) async fn show(State(site): State<Site>, context: PageContext) -> Result<Response, Failure> {
    let open_records = site.catalogue.size();
    let open_text = web::number_text(open_records);
    let (house, now) = (site.shell.house(), site.shell.now());
    let today = house.hours.today_text(now).split('、').map(str::to_owned).collect();
    let notices = house.notices_on(now.day()).collect();
    let home = Home { house: &house, now, notices, today, open_records, open_text };
    let main = Markup::render(&home)?;
    Ok(site.shell.page(&context, &Page { title: "首页".to_owned(), tab: Tab::Home, main }))
}
