//! What approvers do about plans that stand.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Staff};

use super::plan_id;
use crate::console::Office;

/// What a stop stopped.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct PlanStopped {
    /// Calls that were never tried and no longer will be.
    withdrawn: usize,
    /// Calls that had gone out, or may have.
    gone: usize,
}

/// What a person saw in WeChat's own console.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct PlanDecided {
    was_sent: bool,
}

/// Stops a plan: what was never tried no longer will be.
#[utoipa::path(post, path = "/api/v1/push/plans/{id}/stop", tag = "push", params(("id" = String, Path)),
    responses((status = 200, body = PlanStopped)))]
pub(super) async fn stop(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<Json<PlanStopped>, Failure> {
    let stopped = office.ledger.stop(&actor, plan_id(&text)?).await?;
    Ok(Json(PlanStopped { withdrawn: stopped.withdrawn, gone: stopped.gone }))
}

/// Says whether a call of which nobody knows was sent.
#[utoipa::path(post, path = "/api/v1/push/plans/{id}/calls/{number}/decision", tag = "push",
    params(("id" = String, Path), ("number" = i64, Path)), request_body = PlanDecided, responses((status = 204)))]
pub(super) async fn decide(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path((text, number)): Path<(String, i64)>,
    Input(PlanDecided { was_sent }): Input<PlanDecided>,
) -> Result<StatusCode, Failure> {
    office.ledger.decide(&actor, plan_id(&text)?, number, was_sent).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes what was sent away from its readers.
#[utoipa::path(post, path = "/api/v1/push/plans/{id}/remove", tag = "push", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn remove(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<StatusCode, Failure> {
    office.ledger.remove(&actor, plan_id(&text)?, &office.clients).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets this machine push again.
#[utoipa::path(post, path = "/api/v1/push/plans/thaw", tag = "push", responses((status = 204)))]
pub(super) async fn thaw(State(office): State<Office>, Staff(actor): Staff) -> Result<StatusCode, Failure> {
    office.ledger.thaw(&actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
