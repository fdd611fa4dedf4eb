//! `/api/v1/gaps`: what readers asked for in vain.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Inputs, Staff};

use super::Office;
use super::shown::many;
use crate::Gap;

/// The most that are listed.
const MOST: u32 = 1000;

/// Which are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct GapsWanted {
    /// Also what was dealt with.
    all: bool,
    /// Only what nobody has dealt with and was asked for the first time within the last seven days.
    new: bool,
    /// 1 to 1000; 200 if nothing is said.
    size: Option<u32>,
}

/// What was asked in vain, most often first.
#[derive(Serialize, ToSchema)]
pub(super) struct GapList {
    items: Vec<GapShown>,
}

#[derive(Serialize, ToSchema)]
struct GapShown {
    number: i64,
    text: String,
    times: i64,
    first_at: String,
    last_at: String,
    is_open: bool,
    note: Option<String>,
    closed_by: Option<String>,
}

/// What was done about one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GapClosed {
    note: String,
}

/// What was asked in vain.
#[utoipa::path(get, path = "/api/v1/gaps", tag = "gaps", params(GapsWanted), responses((status = 200, body = GapList)))]
pub(super) async fn list(
    State(office): State<Office>,
    Inputs(wanted): Inputs<GapsWanted>,
) -> Result<Json<GapList>, Failure> {
    let (gaps, most) = (office.gaps(), wanted.size.unwrap_or(200).clamp(1, MOST));
    let all = if wanted.new { gaps.new_ones(most).await? } else { gaps.list(wanted.all, most).await? };
    let shown = |gap: Gap| GapShown {
        number: gap.number,
        text: gap.text,
        times: many(gap.times),
        first_at: gap.first_at.utc_text(),
        last_at: gap.last_at.utc_text(),
        is_open: gap.is_open,
        note: gap.note,
        closed_by: gap.closed_by,
    };
    Ok(Json(GapList { items: all.into_iter().map(shown).collect() }))
}

/// Notes what was done about one. It opens again when somebody asks for it again.
#[utoipa::path(post, path = "/api/v1/gaps/{number}/close", tag = "gaps", params(("number" = i64, Path)),
    request_body = GapClosed, responses((status = 204)))]
pub(super) async fn close(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
    Input(GapClosed { note }): Input<GapClosed>,
) -> Result<StatusCode, Failure> {
    office.gaps().close(&actor, number, &note).await?;
    Ok(StatusCode::NO_CONTENT)
}
