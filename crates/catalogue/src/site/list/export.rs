//! `/list/records.csv` and `/list/records.xlsx`: the list as a table of what readers see.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use web::{CSV, Failure, XLSX};

use super::Chosen;
use crate::Element;
use crate::ask::SavedRecord;
use crate::export::Format;
use crate::export::sheet::Sheet;
use crate::site::{Site, shows};

/// The columns of every table, whatever the records say.
const ALWAYS: [Element; 5] =
    [Element::ReferenceCode, Element::Title, Element::DocumentNumber, Element::Date, Element::Creator];

pub(super) async fn csv(State(site): State<Site>, chosen: Chosen) -> Result<Response, Failure> {
    table(&site, &chosen, Format::Csv, CSV, "csv").await
}

pub(super) async fn xlsx(State(site): State<Site>, chosen: Chosen) -> Result<Response, Failure> {
    table(&site, &chosen, Format::Xlsx, XLSX, "xlsx").await
}

async fn table(
    site: &Site,
    chosen: &Chosen,
    format: Format,
    kind: &'static str,
    ending: &str,
) -> Result<Response, Failure> {
    let saved = chosen.records(site).await?;
    let day = site.shell.now().day();
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"archives-{day}.{ending}\"")),
        (CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, written(&saved, format)?).into_response())
}

fn written(saved: &[SavedRecord], format: Format) -> kernel::Result<Vec<u8>> {
    let is_used = |element: Element| saved.iter().any(|one| one.value(element).is_some());
    let is_column = |element: &Element| shows(*element) && (ALWAYS.contains(element) || is_used(*element));
    let columns: Vec<Element> = Element::ALL.into_iter().filter(is_column).collect();
    let header: Vec<&str> = columns.iter().map(|element| element.label()).collect();
    let mut file = Vec::new();
    let mut sheet = Sheet::new(format, &mut file, &header)?;
    for one in saved {
        let row: Vec<&str> = columns.iter().map(|element| one.value(*element).unwrap_or_default()).collect();
        sheet.row(&row)?;
    }
    sheet.finish()?;
    Ok(file)
}
