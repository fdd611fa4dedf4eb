//! Calling WeChat's API for one account.
//!
//! The client keeps the access token fresh (one fetch at a time, shared through a [`TokenStore`]), repeats a call once
//! when the token was stale, and tells apart what was refused, what never left and what may have been carried out. It
//! follows no redirects, and no error text contains the token or the secret.

mod account;
mod alarm;
mod comments;
mod custom;
mod drafts;
mod error;
mod mass;
mod materials;
mod media;
mod menus;
mod notices;
mod statistics;
mod store;
mod tokens;
mod transport;
mod users;
mod web;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

pub use alarm::Alarm;
pub use comments::{ArticleKey, CommentAct, CommentKind};
pub use error::Error;
pub use mass::{Audience, ClientMessageId, MassSend, MassStatus, PreviewReader, Submitted};
pub use materials::Material;
pub use media::{Download, MediaKind};
pub use store::{MemoryStore, Pending, Slot, Stored, TokenStore};
pub use web::{JsConfig, js_signature};

use crate::environment::Environment;
use crate::errcode::{Class, Errcode};
use alarm::Watch;
use tokens::Cache;
use transport::{Call, Effect, Raw};

/// Where WeChat's API is.
pub const API_BASE: &str = "https://api.weixin.qq.com";

/// Hours are counted in Asia/Shanghai, eight hours ahead of UTC all year.
const SHANGHAI_SECONDS: i64 = 8 * 3600;

const DAY_SECONDS: i64 = 24 * 3600;

/// What a client must know of its account.
#[derive(Clone)]
pub struct ClientSettings {
    /// The appid.
    pub app_id: String,
    /// The app secret.
    pub app_secret: String,
    /// Scheme, host and port of the API, [`API_BASE`] or an emulator.
    pub api_base: String,
    /// How long making a connection may take.
    pub connect_timeout: Duration,
    /// How long a whole call may take.
    pub timeout: Duration,
    /// The pause before a read is repeated that WeChat was too busy for; doubled for the second and last repeat.
    pub busy_pause: Duration,
}

impl ClientSettings {
    /// The settings of an account at WeChat's own address: 3 s to connect, 10 s in all, 300 ms of pause.
    pub fn new(app_id: &str, app_secret: &str) -> Self {
        Self {
            app_id: app_id.to_owned(),
            app_secret: app_secret.to_owned(),
            api_base: API_BASE.to_owned(),
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(10),
            busy_pause: Duration::from_millis(300),
        }
    }
}

impl std::fmt::Debug for ClientSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = formatter.debug_struct("ClientSettings");
        parts.field("app_id", &self.app_id).field("api_base", &self.api_base).finish_non_exhaustive()
    }
}

/// The API of one account.
pub struct Client {
    http: reqwest::Client,
    settings: ClientSettings,
    /// The secret in force; that of the settings at first.
    secret: RwLock<String>,
    environment: Arc<dyn Environment>,
    store: Arc<dyn TokenStore>,
    access_token: Cache,
    ticket: Cache,
    /// Calls whose daily quota is used up, and until when (Unix seconds).
    paused: Mutex<HashMap<String, i64>>,
    watch: Watch,
}

impl Client {
    /// How often a busy answer to a read is asked again.
    const BUSY_REPEATS: u32 = 2;

    /// A client with these settings; fails if the address is none or TLS cannot be set up.
    pub fn new(
        settings: ClientSettings,
        environment: Arc<dyn Environment>,
        store: Arc<dyn TokenStore>,
    ) -> Result<Self, Error> {
        Ok(Self {
            http: transport::http(&settings)?,
            secret: RwLock::new(settings.app_secret.clone()),
            settings,
            environment,
            store,
            access_token: Cache::default(),
            ticket: Cache::default(),
            paused: Mutex::default(),
            watch: Watch::default(),
        })
    }

    /// The same client, which tells `tell` what a person must look at. It is called in the midst of a call and must not
    /// block.
    #[must_use]
    pub fn watched(self, tell: impl Fn(&Alarm) + Send + Sync + 'static) -> Self {
        Self { watch: Watch::telling(tell), ..self }
    }

    /// Calls with another secret from now on. The tokens held are dropped: WeChat gives none of them for the new one.
    pub async fn change_secret(&self, secret: &str) {
        secret.clone_into(&mut self.secret.write().unwrap_or_else(PoisonError::into_inner));
        self.access_token.forget().await;
        self.ticket.forget().await;
    }

    /// The secret in force.
    fn secret(&self) -> String {
        self.secret.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes a call with the access token, and once more with a fresh one if it was stale.
    async fn call(&self, call: &Call<'_>) -> Result<Raw, Error> {
        let token = self.held(Slot::AccessToken, None).await?;
        match self.attempt(call, Some(&token)).await {
            Err(error) if error.class() == Class::Refresh => self.watch.stale_token(self.environment.now()),
            outcome => return outcome,
        }
        let token = self.held(Slot::AccessToken, Some(&token)).await?;
        let outcome = self.attempt(call, Some(&token)).await;
        if outcome.as_ref().is_err_and(|error| error.class() == Class::Refresh) {
            self.watch.stale_token(self.environment.now());
        }
        outcome
    }

    /// Makes a call unless its quota is used up; repeats a read that WeChat was too busy for, after pauses.
    async fn attempt(&self, call: &Call<'_>, token: Option<&str>) -> Result<Raw, Error> {
        self.check_paused(call.path)?;
        let mut repeats = 0;
        loop {
            let outcome = self.exchange(call, token).await;
            match outcome.as_ref().err().and_then(Error::code) {
                Some(Errcode::BUSY) if call.effect == Effect::Read && repeats < Self::BUSY_REPEATS => {
                    tokio::time::sleep(self.settings.busy_pause * 2_u32.pow(repeats)).await;
                    repeats += 1;
                }
                Some(Errcode::DAILY_LIMIT) => {
                    self.pause_until_midnight(call.path);
                    return outcome;
                }
                Some(code) if code.needs_operator() => {
                    self.watch.refused(call.path, code);
                    return outcome;
                }
                _ => return outcome,
            }
        }
    }

    fn check_paused(&self, path: &str) -> Result<(), Error> {
        let paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        match paused.get(path) {
            Some(until) if self.environment.now() < *until => {
                Err(Error::Paused { path: path.to_owned(), until: *until })
            }
            _ => Ok(()),
        }
    }

    /// Quotas are counted by days of Asia/Shanghai; up to ten minutes are added so that not everybody returns at once.
    fn pause_until_midnight(&self, path: &str) {
        let local = self.environment.now() + SHANGHAI_SECONDS;
        let midnight = local - local.rem_euclid(DAY_SECONDS) + DAY_SECONDS - SHANGHAI_SECONDS;
        let mut random = [0; 2];
        self.environment.fill(&mut random);
        let until = midnight + i64::from(u16::from_le_bytes(random)) % 600;
        self.paused.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), until);
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Client").field("settings", &self.settings).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
