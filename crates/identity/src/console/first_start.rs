//! `/api/v1/session/first-start`: the first account of a house.

use axum::Json;
use axum::extract::{FromRequest as _, Request, State};
use axum::http::StatusCode;
use kernel::{Code, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::api::Input;
use web::{Failure, is_own_origin};

use super::Door;
use crate::{Password, StaffName};

#[derive(Serialize, ToSchema)]
pub(super) struct FirstStartState {
    /// Whether the first account is still to be made.
    open: bool,
}

/// The token that was printed, and the account that shall be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FirstAccount {
    token: String,
    name: String,
    password: String,
}

/// Whether the first account is still to be made.
#[utoipa::path(get, path = "/api/v1/session/first-start", tag = "session", responses((status = 200, body = FirstStartState)))]
pub(super) async fn show(State(door): State<Door>) -> Result<Json<FirstStartState>, Failure> {
    Ok(Json(FirstStartState { open: door.first_start.is_open().await? }))
}

/// Makes the first account.
#[utoipa::path(post, path = "/api/v1/session/first-start", tag = "session", request_body = FirstAccount,
    responses((status = 204)))]
pub(super) async fn take(State(door): State<Door>, request: Request) -> Result<StatusCode, Failure> {
    if !is_own_origin(request.headers()) {
        return Err(Problem::new(Code::FormExpired, "首次设置").into());
    }
    // What is absent says so before it says what is wrong with a password.
    if !door.first_start.is_open().await? {
        return Err(Problem::new(Code::NotFound, "首次设置").into());
    }
    let Input(FirstAccount { token, name, password }) = Input::<FirstAccount>::from_request(request, &()).await?;
    let refused = |why: String| Problem::new(Code::BadRequest, "首次设置").because(why);
    let name = StaffName::parse(&name).map_err(|why| refused(why.to_string()))?;
    let password = Password::parse(&password, name.written()).map_err(|why| refused(why.to_string()))?;
    door.first_start.take(&token, &name, &password).await?;
    Ok(StatusCode::NO_CONTENT)
}
