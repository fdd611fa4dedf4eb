//! The acts at the door.

use axum::Json;
use axum::extract::{FromRequest as _, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use kernel::{Code, Permission, Problem};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::api::Input;
use web::{Failure, SessionToken, is_own_origin};

use super::Door;
use super::people::NamedRole;
use crate::{Next, Password, Present, RecoveryCode, Stage};

type Answer<T> = Result<(HeaderMap, Json<T>), Failure>;

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    name: String,
    password: String,
}

/// A code of the second factor, or a recovery code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenCode {
    code: String,
}

/// The password, once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenPassword {
    password: String,
}

/// The password that is, and the one that shall be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangedPassword {
    old: String,
    new: String,
}

/// Who is in.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(super) struct PresentStaff {
    name: String,
    /// The house.
    institution: String,
    roles: Vec<NamedRole>,
    /// The names of what they may do.
    permissions: Vec<&'static str>,
    stage: StageName,
    /// To be sent back in `x-form-token` with whatever changes something.
    form_token: String,
}

/// How far somebody has come in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum StageName {
    Password,
    Whole,
}

/// What comes next on the way in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum NextName {
    Nothing,
    Code,
    SetUp,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Next)]
pub(super) struct Step {
    next: NextName,
}

/// A second factor that is being set up.
#[derive(Serialize, ToSchema)]
#[schema(as = Enrolment)]
pub(super) struct SecondFactorShown {
    /// To be typed, in groups of four.
    secret: String,
    /// `otpauth://totp/…`
    address: String,
    /// The address as a QR code, an SVG document.
    picture: String,
}

/// The recovery codes, shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = Enrolled)]
pub(super) struct Confirmed {
    next: NextName,
    recovery_codes: Vec<String>,
}

impl From<Next> for NextName {
    fn from(next: Next) -> Self {
        match next {
            Next::Nothing => Self::Nothing,
            Next::Code => Self::Code,
            Next::SetUp => Self::SetUp,
        }
    }
}

/// Who is in, what they may do, and the form token of the session.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", responses((status = 200, body = PresentStaff)))]
pub(super) async fn show(State(door): State<Door>, request: Request) -> Result<Json<PresentStaff>, Failure> {
    let (parts, _) = request.into_parts();
    let Present { actor, stage, token, .. } = door.present(&parts).await?;
    let whole = stage == Stage::Whole;
    let permissions = Permission::ALL.into_iter().filter(|permission| whole && actor.may(*permission));
    Ok(Json(PresentStaff {
        name: actor.name().to_owned(),
        institution: door.entrance.institution(),
        roles: actor.roles().iter().map(|role| NamedRole::from(*role)).collect(),
        permissions: permissions.map(Permission::name).collect(),
        stage: if whole { StageName::Whole } else { StageName::Password },
        form_token: token.form_token(&door.entrance.random()),
    }))
}

/// Comes in with name and password.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = SignIn,
    responses((status = 200, body = Step)))]
pub(super) async fn begin(State(door): State<Door>, request: Request) -> Answer<Step> {
    let (parts, SignIn { name, password }) = read(request).await?;
    if !is_own_origin(&parts.headers) {
        return Err(Problem::new(Code::FormExpired, "登录").into());
    }
    let (token, next) = door.entrance.sign_in(&name, &password, door.address(&parts)).await?;
    with_token(&door, &token, Step { next: next.into() })
}

/// Leaves.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", responses((status = 204)))]
pub(super) async fn end(State(door): State<Door>, request: Request) -> Result<(StatusCode, HeaderMap), Failure> {
    let (parts, _) = request.into_parts();
    let present = door.acting(&parts).await?;
    door.entrance.end(&present.token).await?;
    Ok((StatusCode::NO_CONTENT, door.set_cookie(None)?))
}

/// Gives a code of the second factor, or a recovery code.
#[utoipa::path(post, path = "/api/v1/session/code", tag = "session", request_body = GivenCode,
    responses((status = 200, body = Step)))]
pub(super) async fn give_code(State(door): State<Door>, request: Request) -> Answer<Step> {
    let (parts, GivenCode { code }) = read(request).await?;
    let present = door.acting(&parts).await?;
    let token = door.entrance.give_code(&present, &code, door.address(&parts)).await?;
    with_token(&door, &token, Step { next: NextName::Nothing })
}

/// Asks for a second factor to be set up.
#[utoipa::path(post, path = "/api/v1/session/second-factor", tag = "session",
    responses((status = 200, body = SecondFactorShown)))]
pub(super) async fn set_up(State(door): State<Door>, request: Request) -> Result<Json<SecondFactorShown>, Failure> {
    let (parts, _) = request.into_parts();
    let present = door.acting(&parts).await?;
    let enrolment = door.entrance.set_up(&present).await?;
    let picture = enrolment.picture()?;
    Ok(Json(SecondFactorShown { secret: enrolment.secret, address: enrolment.address, picture }))
}

/// Gives the first code of a second factor; the recovery codes come once.
#[utoipa::path(put, path = "/api/v1/session/second-factor", tag = "session", request_body = GivenCode,
    responses((status = 200, body = Confirmed)))]
pub(super) async fn confirm(State(door): State<Door>, request: Request) -> Answer<Confirmed> {
    let (parts, GivenCode { code }) = read(request).await?;
    let present = door.acting(&parts).await?;
    let (token, codes) = door.entrance.confirm(&present, &code, door.address(&parts)).await?;
    let recovery_codes = codes.iter().map(RecoveryCode::reveal).collect();
    with_token(&door, &token, Confirmed { next: NextName::Nothing, recovery_codes })
}

/// Takes another password; all sessions of the account end.
#[utoipa::path(put, path = "/api/v1/session/password", tag = "session", request_body = ChangedPassword,
    responses((status = 204)))]
pub(super) async fn change_password(
    State(door): State<Door>,
    request: Request,
) -> Result<(StatusCode, HeaderMap), Failure> {
    let (parts, ChangedPassword { old, new }) = read(request).await?;
    let present = door.acting(&parts).await?;
    let new = Password::parse(&new, present.actor.name())
        .map_err(|why| Problem::new(Code::BadRequest, "新口令").because(why.to_string()))?;
    door.entrance.change_password(&present, &old, &new, door.address(&parts)).await?;
    Ok((StatusCode::NO_CONTENT, door.set_cookie(None)?))
}

/// Proves anew who is in, before a grave act.
#[utoipa::path(put, path = "/api/v1/session/proof", tag = "session", request_body = GivenPassword,
    responses((status = 200, body = Step)))]
pub(super) async fn prove(State(door): State<Door>, request: Request) -> Answer<Step> {
    let (parts, GivenPassword { password }) = read(request).await?;
    let present = door.acting(&parts).await?;
    let token = door.entrance.prove(&present, &password, door.address(&parts)).await?;
    with_token(&door, &token, Step { next: NextName::Nothing })
}

/// The head of a request and its body.
async fn read<T: DeserializeOwned>(request: Request) -> Result<(Parts, T), Failure> {
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let Input(value) = Input::from_request(whole, &()).await?;
    Ok((parts, value))
}

fn with_token<T>(door: &Door, token: &SessionToken, answer: T) -> Answer<T> {
    Ok((door.set_cookie(Some(token))?, Json(answer)))
}
