//! Web pages inside WeChat: scene QR codes, JS-SDK, OAuth2.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::store::Slot;
use super::transport::Call;
use super::{API_BASE, Client, Error};
use crate::environment::random_text;
use crate::signature::sha1_hex;
use crate::wire::scene::{QrAction, QrAnswer, QrRequest, QrScene};
use crate::wire::token::OauthAnswer;

/// What `encodeURIComponent` leaves as it is, without the marks.
pub(super) const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The longest life of a temporary scene code, in seconds (30 days).
const SCENE_SECONDS: i64 = 2_592_000;

/// What a page passes to `wx.config`, beside its list of functions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JsConfig {
    /// `appId`
    pub app_id: String,
    /// `timestamp` in Unix seconds
    pub timestamp: i64,
    /// `nonceStr`
    pub nonce_str: String,
    /// `signature`
    pub signature: String,
}

/// The signature of the JS-SDK for the page at `url`; a fragment is left out.
pub fn js_signature(ticket: &str, nonce: &str, timestamp: i64, url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    sha1_hex(&format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}"))
}

impl Client {
    /// Makes a temporary scene QR code for a text of 1 to 64 characters (`qrcode/create`, `QR_STR_SCENE`).
    pub async fn create_scene(&self, scene: &str, life_seconds: i64) -> Result<QrAnswer, Error> {
        if !(1..=SCENE_SECONDS).contains(&life_seconds) {
            return Err(Error::Argument("a temporary scene lives 1 to 2592000 seconds"));
        }
        self.scene("QR_STR_SCENE", scene, Some(life_seconds)).await
    }

    /// Makes a permanent scene QR code for a text of 1 to 64 characters; an account has 100,000 of them.
    pub async fn create_permanent_scene(&self, scene: &str) -> Result<QrAnswer, Error> {
        self.scene("QR_LIMIT_STR_SCENE", scene, None).await
    }

    async fn scene(&self, action: &str, scene: &str, expire_seconds: Option<i64>) -> Result<QrAnswer, Error> {
        if !(1..=64).contains(&scene.chars().count()) {
            return Err(Error::Argument("a scene has 1 to 64 characters"));
        }
        let scene = QrScene { scene_id: None, scene_str: Some(scene.to_owned()) };
        let action_info = QrAction { scene };
        let request = QrRequest { expire_seconds, action_name: action.to_owned(), action_info };
        self.call(&Call::send("/cgi-bin/qrcode/create", &request)?).await?.parsed()
    }

    /// The address of the picture of a scene code.
    pub fn scene_picture(&self, ticket: &str) -> String {
        let host = self.page_base("https://mp.weixin.qq.com");
        format!("{host}/cgi-bin/showqrcode?ticket={}", utf8_percent_encode(ticket, COMPONENT))
    }

    /// What the page at `url` passes to `wx.config`; its host must be a JS-safe domain of the account.
    pub async fn js_config(&self, url: &str) -> Result<JsConfig, Error> {
        let ticket = self.held(Slot::JsapiTicket, None).await?;
        let timestamp = self.environment.now();
        let nonce_str = random_text(&*self.environment, 16);
        let signature = js_signature(&ticket, &nonce_str, timestamp, url);
        Ok(JsConfig { app_id: self.settings.app_id.clone(), timestamp, nonce_str, signature })
    }

    /// The address that signs a reader in silently (`snsapi_base`) and returns to `redirect_uri` with `code` and `state`
    /// (1 to 128 letters and digits). Service accounts only.
    pub fn authorize_url(&self, redirect_uri: &str, state: &str) -> Result<String, Error> {
        if !(1..=128).contains(&state.len()) || !state.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Error::Argument("a state has 1 to 128 letters and digits"));
        }
        let host = self.page_base("https://open.weixin.qq.com");
        let app_id = &self.settings.app_id;
        let redirect_uri = utf8_percent_encode(redirect_uri, COMPONENT);
        // WeChat wants the parameters in this order and the fragment at the end.
        Ok(format!(
            "{host}/connect/oauth2/authorize?appid={app_id}&redirect_uri={redirect_uri}&response_type=code\
             &scope=snsapi_base&state={state}#wechat_redirect"
        ))
    }

    /// Who came back with `code` (`sns/oauth2/access_token`). A code works once and for five minutes: 40029 or 40163
    /// afterwards. A snapshot's virtual reader is refused.
    pub async fn signed_in(&self, code: &str) -> Result<OauthAnswer, Error> {
        let secret = self.secret();
        let query = [
            ("appid", self.settings.app_id.as_str()),
            ("secret", secret.as_str()),
            ("code", code),
            ("grant_type", "authorization_code"),
        ];
        let call = Call::get("/sns/oauth2/access_token", &query).changing();
        let answer: OauthAnswer = self.exchange(&call, None).await?.parsed()?;
        if answer.is_snapshotuser == Some(1) { Err(Error::Snapshot) } else { Ok(answer) }
    }

    /// Pages have hosts of their own at WeChat; an emulator has all under one.
    pub(super) fn page_base<'a>(&'a self, official: &'a str) -> &'a str {
        let base = self.settings.api_base.trim_end_matches('/');
        if base == API_BASE || base.ends_with(".weixin.qq.com") { official } else { base }
    }
}
