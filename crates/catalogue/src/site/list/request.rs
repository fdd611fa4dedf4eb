//! `/list/request`: 查阅申请单, to be printed and filled in by hand. Nothing personal is typed here.

use axum::extract::State;
use axum::response::Response;
use web::{Failure, House, Markup, Page, PageContext, Tab, date_text};

use super::{Chosen, PATH, Row, row};
use crate::site::Site;

/// As many codes are said to the account in one message.
const SAID: usize = 20;

/// What is filled in by hand.
const BLANKS: [&str; 5] = ["姓名", "单位", "证件种类", "联系电话", "查阅目的"];

#[derive(askama::Template)]
#[template(path = "request.html")]
struct Slip<'a> {
    house: &'a House,
    back: String,
    day: String,
    blanks: [&'static str; 5],
    rows: Vec<Row>,
    /// What to say to the account; it answers with the telephone and the hours.
    words: String,
}

pub(super) async fn show(State(site): State<Site>, context: PageContext, chosen: Chosen) -> Result<Response, Failure> {
    let saved = chosen.records(&site).await?;
    let rows: Vec<Row> = saved.iter().map(row).collect();
    let house = site.shell.house();
    let slip = Slip {
        house: &house,
        back: chosen.here(PATH),
        day: date_text(&site.shell.now().day().to_string()),
        blanks: BLANKS,
        words: words(&rows),
        rows,
    };
    let main = Markup::render(&slip)?;
    Ok(site.shell.page(&context, &Page { title: "查阅申请单".to_owned(), tab: Tab::None, main }))
}

fn words(rows: &[Row]) -> String {
    let codes: Vec<&str> = rows.iter().take(SAID).map(|row| row.code.as_str()).collect();
    let more = if rows.len() > SAID { format!("等 {} 条", rows.len()) } else { String::new() };
    format!("找工作人员：想到馆查阅 {}{more}", codes.join("、"))
}
