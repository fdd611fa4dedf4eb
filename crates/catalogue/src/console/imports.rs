//! `/api/v1/imports`: files that were sent, tried and imported.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::StreamExt as _;
use futures::stream::Stream;
use kernel::{Code, Error, Problem};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::api::{Input, Inputs, Listed, Sort, SortColumn, Staff};
use web::{Failure, XLSX, download};

use super::Office;
use super::import_shown::{ImportProgress, ImportShown};
use super::shown::{CatalogueWord, MINE, Paged, count};
use crate::import::{Format, ImportResult, WrittenMapping};
use crate::uploads::{Asked, Entry, Spool};
use crate::{Duty, Element};

/// The most bytes of a catalogue file.
const MOST: u64 = 512 << 20;
/// The header with the name of a file that is sent, percent-encoded.
const NAME: &str = "x-file-name";

/// How a file is to be imported: a mapping, the name of a kept one, or neither where the headers speak for themselves.
#[derive(Deserialize, Default, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ImportAsked {
    mapping: Option<WrittenMapping>,
    mapping_name: Option<String>,
    /// 全宗号 of all rows; made if it is unknown.
    fonds: Option<String>,
    /// `auto`, `xlsx`, `csv`, `atom-csv`, `ead`, `xml-catalogue`.
    format: Option<String>,
}

/// Which imports are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportsWanted {
    /// A state, or `mine` for what waits for the approval of whoever asks.
    state: Option<String>,
    /// Part of the name of a file.
    q: Option<String>,
    /// `uploaded_at`, `file_name`, `bytes`, with `-` before it for descending; `-uploaded_at` if nothing is said.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    page: Option<u32>,
    size: Option<u32>,
}

/// Why an import is declined.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportDeclined {
    why: String,
}

/// What a column can be.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportElements {
    items: Vec<ImportElement>,
    formats: Vec<CatalogueWord>,
}

#[derive(Serialize, ToSchema)]
struct ImportElement {
    name: &'static str,
    label: &'static str,
    /// `always`, `when-exists`, `optional`.
    duty: &'static str,
    /// Whether most catalogues have it.
    is_common: bool,
    /// Headers that are understood as it.
    headers: Vec<&'static str>,
}

/// The elements a column can be.
#[utoipa::path(get, path = "/api/v1/imports/elements", tag = "imports",
    responses((status = 200, body = ImportElements)))]
pub(super) async fn elements() -> Json<ImportElements> {
    let items = Element::ALL.into_iter().map(|element| ImportElement {
        name: element.name(),
        label: element.label(),
        duty: match element.duty() {
            Duty::Always => "always",
            Duty::WhenExists => "when-exists",
            Duty::Optional => "optional",
        },
        is_common: element.duty() == Duty::Always || COMMON.contains(&element),
        headers: element.headers().to_vec(),
    });
    let formats = FORMATS.map(|(name, label, _)| CatalogueWord { name, label });
    Json(ImportElements { items: items.collect(), formats: formats.to_vec() })
}

/// Takes in a file: its bytes are the body.
#[utoipa::path(post, path = "/api/v1/imports", tag = "imports",
    params(("x-file-name" = String, Header, description = "percent-encoded")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = ImportShown)))]
pub(super) async fn receive(
    State(office): State<Office>,
    Staff(actor): Staff,
    request: Request,
) -> Result<Json<ImportShown>, Failure> {
    let (name, spool) = received(request, MOST).await?;
    let entry = office.uploads.receive(&actor, &name, spool).await?;
    Ok(Json(shown(&office, entry)))
}

/// What the list can be ordered by.
const COLUMNS: [SortColumn<Entry>; 3] = [
    ("uploaded_at", |one, other| one.uploaded_at().cmp(&other.uploaded_at())),
    ("file_name", |one, other| one.file_name.cmp(&other.file_name)),
    ("bytes", |one, other| one.bytes.cmp(&other.bytes)),
];

/// The files that were sent, the newest first; what waits for an approval is among them.
#[utoipa::path(get, path = "/api/v1/imports", tag = "imports", params(ImportsWanted),
    responses((status = 200, body = Listed<ImportShown>)))]
pub(super) async fn list(
    State(office): State<Office>,
    Staff(actor): Staff,
    Inputs(wanted): Inputs<ImportsWanted>,
) -> Result<Json<Listed<ImportShown>>, Failure> {
    let state = wanted.state.as_deref();
    let mut all =
        if state == Some(MINE) { office.uploads.mine(&actor).await? } else { office.uploads.list(&actor).await? };
    let q = chinese::normalise(wanted.q.as_deref().unwrap_or_default());
    all.retain(|entry| {
        let is_state = state.is_none_or(|state| state == MINE || state == entry.state.name());
        is_state && (q.is_empty() || chinese::normalise(&entry.file_name).contains(&q))
    });
    if let Some(sort) = &wanted.sort {
        sort.order(&mut all, &COLUMNS)?;
    }
    let total = count(all.len());
    let page = Paged::new(wanted.page, wanted.size).of(all);
    let items = page.into_iter().map(|entry| shown(&office, entry).brief()).collect();
    Ok(Json(Listed { items, total }))
}

/// One file.
#[utoipa::path(get, path = "/api/v1/imports/{id}", tag = "imports", params(("id" = String, Path)),
    responses((status = 200, body = ImportShown)))]
pub(super) async fn one(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
) -> Result<Json<ImportShown>, Failure> {
    let entry = office.uploads.show(&actor, &id).await?;
    Ok(Json(shown(&office, entry)))
}

/// How far the work on a file has come, each time that changes, until nothing works on it.
#[utoipa::path(get, path = "/api/v1/imports/{id}/progress", tag = "imports", params(("id" = String, Path)),
    responses((status = 200, description = "server-sent events `progress`", content_type = "text/event-stream",
        body = ImportProgress)))]
pub(super) async fn progress(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, axum::Error>>>, Failure> {
    office.uploads.show(&actor, &id).await?;
    let steps = office.uploads.follow(&id);
    let told = steps.map(|(entry, progress)| {
        Event::default().event("progress").json_data(ImportProgress::of(&entry, Some(progress)))
    });
    Ok(Sse::new(told).keep_alive(KeepAlive::default()))
}

/// Tries an import in the background: nothing is written to the catalogue.
#[utoipa::path(post, path = "/api/v1/imports/{id}/trial", tag = "imports", params(("id" = String, Path)),
    request_body = ImportAsked, responses((status = 200, body = ImportShown)))]
pub(super) async fn try_out(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
    Input(asked): Input<ImportAsked>,
) -> Result<Json<ImportShown>, Failure> {
    let entry = office.uploads.try_out(&actor, &id, order(&office, asked)?).await?;
    Ok(Json(shown(&office, entry)))
}

/// Imports in the background. Where that would open records it waits for somebody else's approval.
#[utoipa::path(post, path = "/api/v1/imports/{id}/run", tag = "imports", params(("id" = String, Path)),
    request_body = ImportAsked, responses((status = 200, body = ImportShown)))]
pub(super) async fn run(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
    Input(asked): Input<ImportAsked>,
) -> Result<Json<ImportShown>, Failure> {
    let entry = office.uploads.run(&actor, &id, order(&office, asked)?).await?;
    Ok(Json(shown(&office, entry)))
}

/// Approves an import that opens records, which then runs. Only somebody else than who asked for it may.
#[utoipa::path(post, path = "/api/v1/imports/{id}/approve", tag = "imports", params(("id" = String, Path)),
    responses((status = 200, body = ImportShown)))]
pub(super) async fn approve(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
) -> Result<Json<ImportShown>, Failure> {
    let entry = office.uploads.approve(&actor, &id).await?;
    Ok(Json(shown(&office, entry)))
}

/// Declines an import that waits for an approval.
#[utoipa::path(post, path = "/api/v1/imports/{id}/decline", tag = "imports", params(("id" = String, Path)),
    request_body = ImportDeclined, responses((status = 200, body = ImportShown)))]
pub(super) async fn decline(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
    Input(ImportDeclined { why }): Input<ImportDeclined>,
) -> Result<Json<ImportShown>, Failure> {
    let entry = office.uploads.decline(&actor, &id, &why).await?;
    Ok(Json(shown(&office, entry)))
}

/// Which report is wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct ReportWanted {
    /// `trial` or `result`; what there is if nothing is said.
    of: Option<String>,
}

/// The report of the import or of the last trial as a workbook: the first ten thousand problems.
#[utoipa::path(get, path = "/api/v1/imports/{id}/report", tag = "imports", params(("id" = String, Path), ReportWanted),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub(super) async fn report(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
    Inputs(wanted): Inputs<ReportWanted>,
) -> Result<Response, Failure> {
    let entry = office.uploads.show(&actor, &id).await?;
    let found = match wanted.of.as_deref() {
        Some("trial") => entry.trial,
        Some("result") => entry.result,
        _ => entry.result.or(entry.trial),
    };
    let absent = || Problem::new(Code::NotFound, "导入报告").because("还没有试导入或导入");
    let problems = found.ok_or_else(absent)?.problems;
    let workbook = ImportResult { problems, ..ImportResult::default() }.workbook().map_err(Error::internal)?;
    Ok(download(workbook, XLSX, "导入报告.xlsx")?)
}

/// Forgets a file.
#[utoipa::path(delete, path = "/api/v1/imports/{id}", tag = "imports", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn forget(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    office.uploads.forget(&actor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A body that is a file, and its name.
pub(super) async fn received(request: Request, most: u64) -> Result<(String, Spool), Failure> {
    let (parts, body) = request.into_parts();
    let name = file_name(&parts.headers)?;
    Ok((name, Spool::take(body, most).await?))
}

fn file_name(headers: &HeaderMap) -> Result<String, Problem> {
    let given = headers.get(NAME).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = percent_decode_str(given).decode_utf8_lossy().trim().to_owned();
    let nameless = || Problem::new(Code::BadRequest, "上传的文件").because("没有写明文件名");
    if name.is_empty() { Err(nameless()) } else { Ok(name) }
}

fn shown(office: &Office, entry: Entry) -> ImportShown {
    let progress = office.uploads.progress(&entry.id);
    ImportShown::of(entry, progress)
}

fn order(office: &Office, asked: ImportAsked) -> Result<Asked, Error> {
    let ImportAsked { mapping, mapping_name, fonds, format } = asked;
    let mapping = match (mapping, mapping_name) {
        (Some(mapping), _) => mapping,
        (None, Some(name)) => office.mappings.read(&name)?,
        (None, None) => WrittenMapping::default(),
    };
    let format = match format {
        Some(word) => format_named(&word)?,
        None => Format::Auto,
    };
    Ok(Asked { mapping, fonds: fonds.filter(|code| !code.trim().is_empty()), format })
}

fn format_named(word: &str) -> Result<Format, Problem> {
    let unknown = || {
        let known = FORMATS.map(|(name, ..)| name).join("、");
        Problem::new(Code::BadRequest, format!("格式 {word}")).because(format!("没有这一种；可以是 {known}"))
    };
    FORMATS.into_iter().find(|(name, ..)| *name == word).map(|(.., format)| format).ok_or_else(unknown)
}

/// The formats, with the words staff see.
pub(super) const FORMATS: [(&str, &str, Format); 6] = [
    ("auto", "自动识别", Format::Auto),
    ("xlsx", "Excel 工作簿（.xlsx）", Format::Xlsx),
    ("csv", "CSV 文本", Format::Csv),
    ("atom-csv", "AtoM 的 CSV", Format::AtomCsv),
    ("ead", "EAD 检索工具", Format::Ead),
    ("xml-catalogue", "移交目录 XML", Format::XmlCatalogue),
];

/// Beside the elements that every description must have, those most catalogues write.
const COMMON: [Element; 12] = [
    Element::DocumentNumber,
    Element::Classification,
    Element::Fonds,
    Element::FondsTitle,
    Element::VolumeCode,
    Element::Subjects,
    Element::Persons,
    Element::Note,
    Element::Pages,
    Element::Volume,
    Element::Item,
    Element::Disclosure,
];
