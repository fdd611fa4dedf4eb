//! `/api/v1/official-accounts/{name}/app-secret` and `/callback-secrets`: changing secrets. They are only ever written.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Staff};

use super::Room;
use crate::secrets::CallbackSecrets;
use crate::store::secret::Kind;

/// The app secret as WeChat's console gave it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAppSecret {
    app_secret: String,
}

/// What stands in WeChat's console under 基本配置.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCallbackSecrets {
    token: String,
    /// None in plain mode alone.
    #[schema(required)]
    encoding_aes_key: Option<String>,
}

/// Changes the app secret, once WeChat has taken it.
#[utoipa::path(put, path = "/api/v1/official-accounts/{name}/app-secret", tag = "official-accounts",
    params(("name" = String, Path)), request_body = NewAppSecret, responses((status = 204)))]
pub(super) async fn change_app_secret(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(name): Path<String>,
    Input(new): Input<NewAppSecret>,
) -> Result<StatusCode, Failure> {
    room.desk.change_app_secret(&actor, &name, &new.app_secret).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Goes back to the app secret of the settings file.
#[utoipa::path(delete, path = "/api/v1/official-accounts/{name}/app-secret", tag = "official-accounts",
    params(("name" = String, Path)), responses((status = 204)))]
pub(super) async fn restore_app_secret(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(name): Path<String>,
) -> Result<StatusCode, Failure> {
    room.desk.restore_secret(&actor, &name, Kind::AppSecret).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes Token and `EncodingAESKey`.
#[utoipa::path(put, path = "/api/v1/official-accounts/{name}/callback-secrets", tag = "official-accounts",
    params(("name" = String, Path)), request_body = NewCallbackSecrets, responses((status = 204)))]
pub(super) async fn change_callback(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(name): Path<String>,
    Input(new): Input<NewCallbackSecrets>,
) -> Result<StatusCode, Failure> {
    let key = new.encoding_aes_key.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
    let new = CallbackSecrets { token: new.token.trim().to_owned(), encoding_aes_key: key };
    room.desk.change_callback(&actor, &name, new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Goes back to Token and `EncodingAESKey` of the settings file.
#[utoipa::path(delete, path = "/api/v1/official-accounts/{name}/callback-secrets", tag = "official-accounts",
    params(("name" = String, Path)), responses((status = 204)))]
pub(super) async fn restore_callback(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(name): Path<String>,
) -> Result<StatusCode, Failure> {
    room.desk.restore_secret(&actor, &name, Kind::Callback).await?;
    Ok(StatusCode::NO_CONTENT)
}
