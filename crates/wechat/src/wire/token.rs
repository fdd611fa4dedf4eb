//! Access tokens, JS-SDK tickets and web OAuth2.

use serde::{Deserialize, Serialize};

use super::loose;

/// Body of `POST /cgi-bin/stable_token`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StableTokenRequest {
    /// `client_credential`
    pub grant_type: String,
    /// The appid.
    pub appid: String,
    /// The app secret.
    pub secret: String,
    /// Makes a new token and kills the present one: 20 a day, 30 s apart.
    #[serde(default)]
    pub force_refresh: bool,
}

impl std::fmt::Debug for StableTokenRequest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("StableTokenRequest").field("appid", &self.appid).finish_non_exhaustive()
    }
}

/// Answer of `stable_token` and `token`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenAnswer {
    /// The token, up to 512 characters and more.
    pub access_token: String,
    /// Remaining life in seconds, at most 7200.
    #[serde(deserialize_with = "loose::integer")]
    pub expires_in: i64,
}

impl std::fmt::Debug for TokenAnswer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TokenAnswer").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

/// Answer of `GET /cgi-bin/ticket/getticket?type=jsapi`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketAnswer {
    /// 0
    #[serde(default, deserialize_with = "loose::integer")]
    pub errcode: i64,
    /// `ok`
    #[serde(default)]
    pub errmsg: String,
    /// The ticket.
    pub ticket: String,
    /// Life in seconds, 7200.
    #[serde(deserialize_with = "loose::integer")]
    pub expires_in: i64,
}

/// Answer of `GET /sns/oauth2/access_token`. Its token is not the one of the API.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OauthAnswer {
    /// A token for `/sns` calls only.
    pub access_token: String,
    /// Life in seconds, 7200.
    #[serde(deserialize_with = "loose::integer")]
    pub expires_in: i64,
    /// Renews the token for 30 days.
    #[serde(default)]
    pub refresh_token: String,
    /// Who opened the page; virtual if `is_snapshotuser` is 1.
    pub openid: String,
    /// `snsapi_base` or `snsapi_userinfo`.
    #[serde(default)]
    pub scope: String,
    /// 1: the page was shown as a snapshot, the openid is nobody's.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub is_snapshotuser: Option<i64>,
    /// The person across accounts of one open platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unionid: Option<String>,
}

impl std::fmt::Debug for OauthAnswer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OauthAnswer").field("scope", &self.scope).finish_non_exhaustive()
    }
}
