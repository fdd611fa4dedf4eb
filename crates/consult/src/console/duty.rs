//! `/api/v1/consultation/duty` and `/handling`: who is on duty, and how consultation is handled.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Staff};

use super::Desk;
use crate::Handling;

/// Whether whoever sends it comes on duty or goes off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DutyChange {
    on: bool,
}

/// How whoever came or went stands.
#[derive(Serialize, ToSchema)]
pub(super) struct Duty {
    /// Until when on duty; none: off duty.
    #[schema(required)]
    until: Option<String>,
    /// How many conversations they hold.
    held: i64,
}

/// Comes on duty, until the house closes for the day, or goes off.
#[utoipa::path(put, path = "/api/v1/consultation/duty", tag = "conversations", request_body = DutyChange,
    responses((status = 200, body = Duty)))]
pub(super) async fn come_or_go(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Input(DutyChange { on }): Input<DutyChange>,
) -> Result<Json<Duty>, Failure> {
    let left = desk.conversations.come_or_go(&actor, on).await?;
    Ok(Json(Duty { until: left.until.map(Timestamp::utc_text), held: left.held }))
}

/// How consultation is handled.
#[utoipa::path(get, path = "/api/v1/consultation/handling", tag = "conversations",
    responses((status = 200, body = Handling)))]
pub(super) async fn handling(State(desk): State<Desk>) -> Result<Json<Handling>, Failure> {
    Ok(Json(desk.conversations.handling().await?))
}

/// Chooses how consultation is handled.
#[utoipa::path(put, path = "/api/v1/consultation/handling", tag = "conversations", request_body = Handling,
    responses((status = 204)))]
pub(super) async fn choose(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Input(chosen): Input<Handling>,
) -> Result<StatusCode, Failure> {
    desk.conversations.choose_handling(&actor, chosen).await?;
    Ok(StatusCode::NO_CONTENT)
}
