//! What becomes of a draft: review, approval, and putting it aside.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Staff};

use super::{DraftId, draft_id};
use crate::console::Office;

/// What keeps a draft from being reviewed.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct DraftProblems {
    /// In the words of whoever has to mend it; nothing if it may be submitted.
    problems: Vec<String>,
}

/// A draft is submitted as it was saved for this time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct DraftSubmitted {
    began_from: i64,
}

/// Why a draft is returned.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct DraftReturned {
    reason: String,
}

/// What an approver saw.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct DraftApproved {
    version: i64,
    digest: String,
}

/// What keeps a draft from being reviewed.
#[utoipa::path(get, path = "/api/v1/push/drafts/{id}/problems", tag = "push", params(("id" = String, Path)),
    responses((status = 200, body = DraftProblems)))]
pub(super) async fn problems(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<Json<DraftProblems>, Failure> {
    let drafting = office.drafting();
    let whole = drafting.one(&actor, draft_id(&text)?).await?;
    Ok(Json(DraftProblems { problems: drafting.problems(&whole.version.body).await? }))
}

/// Submits a draft for review.
#[utoipa::path(post, path = "/api/v1/push/drafts/{id}/submit", tag = "push", params(("id" = String, Path)),
    request_body = DraftSubmitted, responses((status = 204)))]
pub(super) async fn submit(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Input(DraftSubmitted { began_from }): Input<DraftSubmitted>,
) -> Result<StatusCode, Failure> {
    office.drafting().submit(&actor, draft_id(&text)?, began_from).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a draft back from review.
#[utoipa::path(post, path = "/api/v1/push/drafts/{id}/withdraw", tag = "push", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn withdraw(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<StatusCode, Failure> {
    office.drafting().withdraw(&actor, draft_id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns a draft to its authors.
#[utoipa::path(post, path = "/api/v1/push/drafts/{id}/return", tag = "push", params(("id" = String, Path)),
    request_body = DraftReturned, responses((status = 204)))]
pub(super) async fn give_back(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Input(DraftReturned { reason }): Input<DraftReturned>,
) -> Result<StatusCode, Failure> {
    office.drafting().give_back(&actor, draft_id(&text)?, &reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Approves what the approver saw.
#[utoipa::path(post, path = "/api/v1/push/drafts/{id}/approve", tag = "push", params(("id" = String, Path)),
    request_body = DraftApproved, responses((status = 204)))]
pub(super) async fn approve(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Input(DraftApproved { version, digest }): Input<DraftApproved>,
) -> Result<StatusCode, Failure> {
    office.drafting().approve(&actor, draft_id(&text)?, (version, &digest)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Opens an approved draft again.
#[utoipa::path(post, path = "/api/v1/push/drafts/{id}/reopen", tag = "push", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn reopen(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<StatusCode, Failure> {
    office.drafting().reopen(&actor, draft_id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a draft aside.
#[utoipa::path(post, path = "/api/v1/push/drafts/{id}/discard", tag = "push", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn discard(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<StatusCode, Failure> {
    office.drafting().discard(&actor, draft_id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes back a draft that was put aside.
#[utoipa::path(post, path = "/api/v1/push/drafts/{id}/restore", tag = "push", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn restore(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<StatusCode, Failure> {
    office.drafting().restore(&actor, draft_id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins a draft that says what another one says now.
#[utoipa::path(post, path = "/api/v1/push/drafts/{id}/copy", tag = "push", params(("id" = String, Path)),
    responses((status = 200, body = DraftId)))]
pub(super) async fn copy(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<Json<DraftId>, Failure> {
    let id = office.drafting().copy(&actor, draft_id(&text)?).await?;
    Ok(Json(DraftId { id: id.uuid().to_string() }))
}
