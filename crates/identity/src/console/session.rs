//! The acts at the door.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Code, Permission, Problem, Random};
use serde::Deserialize;
use serde_json::{Value, json};
use web::{Failure, SessionToken, is_own_origin};

use super::{Door, body};
use crate::{Next, Present, RecoveryCode, Stage};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    name: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    code: String,
}

/// `GET`: who is in, what they may do, and the form token of the session.
pub(super) async fn show(State(door): State<Door>, request: Request) -> Result<Response, Failure> {
    let (parts, _) = request.into_parts();
    let present = door.present(&parts).await?;
    Ok(Json(told(&present, &door.entrance.random())).into_response())
}

/// `POST`: name and password.
pub(super) async fn begin(State(door): State<Door>, request: Request) -> Result<Response, Failure> {
    let (parts, SignIn { name, password }) = body::read(request).await?;
    if !is_own_origin(&parts.headers) {
        return Err(Problem::new(Code::FormExpired, "登录").into());
    }
    let (token, next) = door.entrance.sign_in(&name, &password, door.address(&parts)).await?;
    let next = match next {
        Next::Nothing => "nothing",
        Next::Code => "code",
        Next::SetUp => "set-up",
    };
    with_token(&door, &token, json!({ "next": next }))
}

/// `DELETE`: leaving.
pub(super) async fn end(State(door): State<Door>, request: Request) -> Result<Response, Failure> {
    let (parts, _) = request.into_parts();
    let present = door.acting(&parts).await?;
    door.entrance.end(&present.token).await?;
    Ok((StatusCode::NO_CONTENT, door.set_cookie(None)?).into_response())
}

/// `POST code`: a code of the second factor, or a recovery code.
pub(super) async fn give_code(State(door): State<Door>, request: Request) -> Result<Response, Failure> {
    let (parts, Given { code }) = body::read(request).await?;
    let present = door.acting(&parts).await?;
    let token = door.entrance.give_code(&present, &code, door.address(&parts)).await?;
    with_token(&door, &token, json!({ "next": "nothing" }))
}

/// `POST second-factor`: a secret to be set up.
pub(super) async fn set_up(State(door): State<Door>, request: Request) -> Result<Response, Failure> {
    let (parts, _) = request.into_parts();
    let present = door.acting(&parts).await?;
    let enrolment = door.entrance.set_up(&present).await?;
    Ok(Json(json!({ "secret": enrolment.secret, "address": enrolment.address })).into_response())
}

/// `PUT second-factor`: its first code; the recovery codes, once.
pub(super) async fn confirm(State(door): State<Door>, request: Request) -> Result<Response, Failure> {
    let (parts, Given { code }) = body::read(request).await?;
    let present = door.acting(&parts).await?;
    let (token, codes) = door.entrance.confirm(&present, &code, door.address(&parts)).await?;
    let codes: Vec<String> = codes.iter().map(RecoveryCode::reveal).collect();
    with_token(&door, &token, json!({ "next": "nothing", "recovery_codes": codes }))
}

fn with_token(door: &Door, token: &SessionToken, answer: Value) -> Result<Response, Failure> {
    Ok((door.set_cookie(Some(token))?, Json(answer)).into_response())
}

fn told(present: &Present, random: &Random) -> Value {
    let actor = &present.actor;
    let roles: Vec<Value> =
        actor.roles().iter().map(|role| json!({ "name": role.name(), "label": role.label() })).collect();
    let whole = present.stage == Stage::Whole;
    let permissions = Permission::ALL.into_iter().filter(|permission| whole && actor.may(*permission));
    json!({
        "name": actor.name(),
        "roles": roles,
        "permissions": permissions.map(Permission::name).collect::<Vec<_>>(),
        "stage": if whole { "whole" } else { "password" },
        "form_token": present.token.form_token(random),
    })
}
