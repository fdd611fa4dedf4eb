//! `/api/v1/records/{id}/originals`: the digital files of a record.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use kernel::Actor;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Staff};

use super::Office;
use super::imports::received;
use super::records::{OriginalShown, code_of};
use super::shown::count;
use crate::originals::{Change, Fate, Finding, Given, Kind, Report};

/// The most bytes of an original.
const MOST: u64 = 1 << 30;
/// The header with the label of a file that is sent, percent-encoded.
const LABEL: &str = "x-label";

/// The originals of a record, and what was found in its files.
#[derive(Serialize, ToSchema)]
pub(super) struct OriginalsShown {
    items: Vec<OriginalShown>,
    /// The latest first.
    checks: Vec<OriginalCheck>,
}

#[derive(Serialize, ToSchema)]
struct OriginalCheck {
    file: String,
    findings: Vec<OriginalFinding>,
}

/// Something that was found in a file.
#[derive(Serialize, ToSchema)]
struct OriginalFinding {
    property_label: &'static str,
    item: String,
    verdict_label: &'static str,
    found: String,
}

/// What became of a file that was sent.
#[derive(Serialize, ToSchema)]
pub(super) struct OriginalReport {
    file_name: String,
    /// `added`, `unchanged`, `refused`.
    fate: &'static str,
    /// In words.
    told: String,
    kind_label: Option<&'static str>,
    pages: i64,
    findings: Vec<OriginalFinding>,
}

/// Where an original is to stand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OriginalPlace {
    /// From 1.
    to: usize,
}

/// What readers see as the name of an original.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OriginalLabel {
    label: Option<String>,
}

/// The originals of a record.
#[utoipa::path(get, path = "/api/v1/records/{id}/originals", tag = "originals", params(("id" = String, Path)),
    responses((status = 200, body = OriginalsShown)))]
pub(super) async fn list(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
) -> Result<Json<OriginalsShown>, Failure> {
    let code = code_of(&office, &actor, &id).await?;
    let desk = office.originals();
    let items = desk.list(&code).await?.into_iter().map(OriginalShown::from).collect();
    let check = |(file, findings): (String, Vec<Finding>)| OriginalCheck {
        file,
        findings: findings.into_iter().map(finding).collect(),
    };
    let checks = desk.checks(&code).await?.into_iter().map(check).collect();
    Ok(Json(OriginalsShown { items, checks }))
}

/// Examines a file and attaches it to a record; its bytes are the body.
#[utoipa::path(post, path = "/api/v1/records/{id}/originals", tag = "originals",
    params(("id" = String, Path), ("x-file-name" = String, Header, description = "percent-encoded"),
        ("x-label" = Option<String>, Header, description = "percent-encoded")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = OriginalReport)))]
pub(super) async fn add(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<OriginalReport>, Failure> {
    let code = code_of(&office, &actor, &id).await?;
    let label = request.headers().get(LABEL).and_then(|value| value.to_str().ok());
    let label = label.map(|label| percent_decode_str(label).decode_utf8_lossy().trim().to_owned());
    let (name, spool) = received(request, MOST).await?;
    let label = label.filter(|label| !label.is_empty());
    let report = office.originals().add(&actor, Given { code, name, file: spool.file, label }).await?;
    Ok(Json(report.into()))
}

/// Moves an original to another place.
#[utoipa::path(put, path = "/api/v1/records/{id}/originals/{number}/place", tag = "originals",
    params(("id" = String, Path), ("number" = usize, Path)), request_body = OriginalPlace, responses((status = 204)))]
pub(super) async fn set_place(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(which): Path<(String, usize)>,
    Input(OriginalPlace { to }): Input<OriginalPlace>,
) -> Result<StatusCode, Failure> {
    change(&office, &actor, which, &Change::Place(to.max(1))).await
}

/// Gives an original a label, or takes it away.
#[utoipa::path(put, path = "/api/v1/records/{id}/originals/{number}/label", tag = "originals",
    params(("id" = String, Path), ("number" = usize, Path)), request_body = OriginalLabel, responses((status = 204)))]
pub(super) async fn set_label(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(which): Path<(String, usize)>,
    Input(OriginalLabel { label }): Input<OriginalLabel>,
) -> Result<StatusCode, Failure> {
    let label = label.map(|label| label.trim().to_owned()).filter(|label| !label.is_empty());
    change(&office, &actor, which, &Change::Label(label)).await
}

/// Does not show an original although its record is published.
#[utoipa::path(post, path = "/api/v1/records/{id}/originals/{number}/withhold", tag = "originals",
    params(("id" = String, Path), ("number" = usize, Path)), responses((status = 204)))]
pub(super) async fn withhold(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(which): Path<(String, usize)>,
) -> Result<StatusCode, Failure> {
    change(&office, &actor, which, &Change::Withhold).await
}

/// Shows an original as its record is shown.
#[utoipa::path(post, path = "/api/v1/records/{id}/originals/{number}/release", tag = "originals",
    params(("id" = String, Path), ("number" = usize, Path)), responses((status = 204)))]
pub(super) async fn release(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(which): Path<(String, usize)>,
) -> Result<StatusCode, Failure> {
    change(&office, &actor, which, &Change::Release).await
}

/// Takes an original away.
#[utoipa::path(delete, path = "/api/v1/records/{id}/originals/{number}", tag = "originals",
    params(("id" = String, Path), ("number" = usize, Path)), responses((status = 204)))]
pub(super) async fn remove(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(which): Path<(String, usize)>,
) -> Result<StatusCode, Failure> {
    change(&office, &actor, which, &Change::Remove).await
}

async fn change(
    office: &Office,
    actor: &Actor,
    (id, number): (String, usize),
    change: &Change,
) -> Result<StatusCode, Failure> {
    let code = code_of(office, actor, &id).await?;
    office.originals().change(actor, &code, Some(number), change).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Report> for OriginalReport {
    fn from(report: Report) -> Self {
        let told = report.to_string();
        Self {
            fate: match report.fate {
                Fate::Added => "added",
                Fate::Unchanged => "unchanged",
                Fate::Refused => "refused",
            },
            told,
            kind_label: report.kind.map(Kind::label),
            pages: count(report.pages),
            findings: report.findings.into_iter().map(finding).collect(),
            file_name: report.file_name,
        }
    }
}

fn finding(one: Finding) -> OriginalFinding {
    OriginalFinding {
        property_label: one.property.label(),
        verdict_label: one.verdict.label(),
        item: one.item,
        found: one.found,
    }
}
