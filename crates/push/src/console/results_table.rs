//! `/api/v1/push/results/table`: the results as a workbook to take along.

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse as _, Response};
use kernel::audit::{self, Line, Outcome};
use kernel::{Error, Permission};
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Failure;
use web::api::{Inputs, Staff, needs};

use super::Office;
use super::results::AskedResults;
use crate::ArticleResult;

const HEAD: [&str; 15] = [
    "推文",
    "第几篇",
    "发给谁",
    "发出时间",
    "送达人数",
    "阅读人数",
    "阅读率（%）",
    "阅读次数",
    "分享人数",
    "分享次数",
    "收藏人数",
    "当天取消关注",
    "来本馆网站次数",
    "留言数",
    "统计到",
];

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(needs(Permission::WriteArticles, routes!(table)))
}

/// The results as a workbook (xlsx), the newest first. What WeChat did not give stays empty.
#[utoipa::path(get, path = "/api/v1/push/results/table", tag = "push", params(AskedResults),
    responses((status = 200, body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn table(
    State(office): State<Office>,
    Staff(actor): Staff,
    Inputs(asked): Inputs<AskedResults>,
) -> Result<Response, Failure> {
    let (account, since) = office.asked(asked)?;
    let results = office.results.since(&account, since.begins()).await?;
    let bytes = written(&results).map_err(Error::internal)?;
    let (object, detail) = ("list/推文效果", json!({ "lines": results.len() }));
    let line = Line { actor: actor.name(), action: "list.export", object, outcome: Outcome::Done, detail };
    audit::alone(&office.ground, &line).await?;
    Ok(([(CACHE_CONTROL, "no-store")], web::download(bytes, web::XLSX, "推文效果.xlsx")?).into_response())
}

/// A text is a string cell, which no spreadsheet calculates, and a count is a number.
fn written(results: &[ArticleResult]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("推文效果")?;
    sheet.set_column_width(0, 40)?;
    for (column, label) in (0..).zip(HEAD) {
        sheet.write_string(0, column, label)?;
    }
    for (row, one) in (1..).zip(results) {
        line(sheet, row, one)?;
    }
    workbook.save_to_buffer()
}

fn line(sheet: &mut Worksheet, row: u32, one: &ArticleResult) -> Result<(), XlsxError> {
    let counts = one.counts.as_ref();
    let rate = counts.filter(|counts| counts.targets > 0).map(|counts| counts.readers * 100 / counts.targets);
    let until = counts.map(|counts| counts.until.as_str());
    sheet.write_string(row, 0, &one.title)?;
    sheet.write_string(row, 2, &one.whom)?;
    sheet.write_string(row, 3, one.sent_at.local_text())?;
    sheet.write_string(row, 14, until.unwrap_or_default())?;
    let numbers = [
        (1, Some(one.position)),
        (4, counts.map(|counts| counts.targets)),
        (5, counts.map(|counts| counts.readers)),
        (6, rate),
        (7, counts.map(|counts| counts.readings)),
        (8, counts.map(|counts| counts.sharers)),
        (9, counts.map(|counts| counts.shares)),
        (10, counts.map(|counts| counts.keepers)),
        (11, one.left),
        (12, one.visits),
        (13, one.comments),
    ];
    for (column, number) in numbers {
        // Counts of people: far below what a spreadsheet holds exactly.
        if let Some(number) = number.and_then(|number| i32::try_from(number).ok()) {
            sheet.write_number(row, column, number)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader as _, Xlsx};
    use kernel::Timestamp;

    use super::*;
    use crate::Counted;

    #[test]
    fn u13_texts_are_texts_numbers_are_numbers_and_what_is_not_known_is_empty() {
        let counts = Counted {
            until: "2026-11-30".to_owned(),
            targets: 200,
            readers: 50,
            readings: 60,
            sharers: 2,
            shares: 3,
            keepers: 4,
        };
        let known = ArticleResult {
            id: "a".to_owned(),
            title: "=1+1".to_owned(),
            position: 1,
            sent_at: Timestamp::from_seconds(1_795_392_000),
            is_hidden: false,
            counts: Some(counts),
            left: None,
            whom: "@全部".to_owned(),
            visits: Some(7),
            comments: None,
            comments_open: None,
        };
        let unknown = ArticleResult { counts: None, visits: None, ..known.clone() };
        let bytes = written(&[known, unknown]).unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range("推文效果").unwrap();
        let formulas = book.worksheet_formula("推文效果").unwrap();
        assert!(formulas.used_cells().next().is_none());
        let cell = |row: u32, column: u32| range.get_value((row, column)).cloned().unwrap_or(Data::Empty);
        assert_eq!(cell(1, 0), Data::String("=1+1".to_owned()));
        assert_eq!(cell(1, 2), Data::String("@全部".to_owned()));
        let numbers: Vec<Data> = [4, 5, 6, 12].map(|column| cell(1, column)).to_vec();
        assert_eq!(numbers, [200.0, 50.0, 25.0, 7.0].map(Data::Float));
        assert_eq!((cell(1, 11), cell(2, 5), cell(2, 12)), (Data::Empty, Data::Empty, Data::Empty));
    }
}
