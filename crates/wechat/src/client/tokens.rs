//! Keeping the access token and the JS-SDK ticket fresh, with one fetch at a time.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use tokio::sync::Mutex;

use super::store::{Pending, Slot, Stored};
use super::transport::{Call, Raw};
use super::{Client, DAY_SECONDS, Error};
use crate::errcode::Errcode;
use crate::wire::token::{TicketAnswer, TokenAnswer};

/// A token is replaced this long before its end; WeChat gives the next one in the last five minutes, and both work.
const MARGIN_SECONDS: i64 = 60;

/// The longest life of a token; one that seems to live longer was kept before the clock went back.
const LIFE_SECONDS: i64 = 7200;

/// One just fetched is used whatever its end says, so that a wrong clock causes no storm.
const FRESH_SECONDS: i64 = 10;

/// WeChat allows 20 forced refreshes a day, 30 seconds apart; we are several processes and leave the rest for people.
const FORCED_A_DAY: usize = 5;
const FORCED_PAUSE_SECONDS: i64 = 30;

/// What is known of one token.
#[derive(Default)]
pub(super) struct Cache {
    known: Mutex<Known>,
    /// Fetches that ended, well or not.
    ended: AtomicU64,
}

impl Cache {
    /// Drops the token, once nobody fetches one any more.
    pub(super) async fn forget(&self) {
        let mut known = self.known.lock().await;
        (known.held, known.fetched_at, known.failure) = (None, None, None);
    }
}

#[derive(Default)]
struct Known {
    held: Option<Stored>,
    fetched_at: Option<i64>,
    failure: Option<Error>,
    /// When refreshes were forced in the last day.
    forced: Vec<i64>,
}

impl Known {
    fn usable(&self, stale: Option<&str>, now: i64) -> Option<String> {
        let held = self.held.as_ref().filter(|held| Some(held.value.as_str()) != stale)?;
        let fresh = self.fetched_at.is_some_and(|fetched_at| (0..FRESH_SECONDS).contains(&(now - fetched_at)));
        (fresh || is_living(held, now)).then(|| held.value.clone())
    }

    fn may_force(&mut self, now: i64) -> bool {
        self.forced.retain(|at| (0..DAY_SECONDS).contains(&(now - at)));
        let rested = self.forced.last().is_none_or(|last| now - last >= FORCED_PAUSE_SECONDS);
        rested && self.forced.len() < FORCED_A_DAY
    }
}

fn is_living(stored: &Stored, now: i64) -> bool {
    (MARGIN_SECONDS + 1..=LIFE_SECONDS).contains(&(stored.expires_at - now))
}

impl Client {
    /// Asks for the account's token once, whatever is held, and gives the seconds it will live: whether WeChat knows the
    /// app id and the secret, and lets this server in. The token itself is dropped; WeChat gives the same again.
    pub async fn check_secret(&self) -> Result<i64, Error> {
        let answer: TokenAnswer = self.stable_token(false).await?.parsed()?;
        Ok(answer.expires_in)
    }

    /// Asks for the account's token with another secret than the one in force, and gives the seconds it will live. It is
    /// asked once, raises no alarm, and changes nothing that is held.
    pub async fn check_other_secret(&self, secret: &str) -> Result<i64, Error> {
        let body = json!({ "grant_type": "client_credential", "appid": self.settings.app_id, "secret": secret });
        let raw =
            self.exchange(&Call::ask("/cgi-bin/stable_token", &body)?, None).await.map_err(|error| match error {
                Error::Refused { code, message } => Error::Refused { code, message: message.replace(secret, "…") },
                other => other,
            })?;
        let answer: TokenAnswer = raw.parsed()?;
        Ok(answer.expires_in)
    }

    /// The token of `slot`, fetched if there is none or WeChat refused `stale`. Of many who ask at once one fetches, and
    /// all share what came of it.
    pub(super) async fn held(&self, slot: Slot, stale: Option<&str>) -> Result<String, Error> {
        let cache = match slot {
            Slot::AccessToken => &self.access_token,
            Slot::JsapiTicket => &self.ticket,
        };
        let ended = cache.ended.load(Ordering::Acquire);
        let mut known = cache.known.lock().await;
        let now = self.environment.now();
        if let Some(token) = known.usable(stale, now) {
            return Ok(token);
        }
        if cache.ended.load(Ordering::Acquire) != ended
            && let Some(failure) = &known.failure
        {
            return Err(failure.clone());
        }
        let app_id = &self.settings.app_id;
        if let Some(stored) = self.store.get(app_id, slot).await
            && is_living(&stored, now)
            && Some(stored.value.as_str()) != stale
        {
            known.held = Some(stored.clone());
            return Ok(stored.value);
        }
        let outcome = self.renew(slot, stale, &mut known).await;
        cache.ended.fetch_add(1, Ordering::AcqRel);
        match outcome {
            Ok(stored) => {
                self.store.put(app_id, slot, &stored).await;
                known.held = Some(stored.clone());
                known.fetched_at = Some(self.environment.now());
                known.failure = None;
                Ok(stored.value)
            }
            Err(error) => {
                known.failure = Some(error.clone());
                Err(error)
            }
        }
    }

    /// Fetches; if WeChat hands out the very token it refuses, makes it give a new one, within the allowance.
    async fn renew(&self, slot: Slot, stale: Option<&str>, known: &mut Known) -> Result<Stored, Error> {
        let stored = self.fetch(slot, false).await?;
        if Some(stored.value.as_str()) != stale {
            return Ok(stored);
        }
        let now = self.environment.now();
        if slot == Slot::AccessToken && known.may_force(now) {
            known.forced.push(now);
            return self.fetch(slot, true).await;
        }
        let message = "WeChat hands out a token it refuses, and no more forced refreshes are allowed now".to_owned();
        Err(Error::Refused { code: Errcode(40001), message })
    }

    /// Boxed because fetching a ticket needs an access token, which may have to be fetched.
    fn fetch(&self, slot: Slot, force: bool) -> Pending<'_, Result<Stored, Error>> {
        Box::pin(async move {
            let (value, expires_in) = match slot {
                Slot::AccessToken => {
                    let answer: TokenAnswer = self.stable_token(force).await?.parsed()?;
                    (answer.access_token, answer.expires_in)
                }
                Slot::JsapiTicket => {
                    let call = Call::get("/cgi-bin/ticket/getticket", &[("type", "jsapi")]);
                    let answer: TicketAnswer = self.call(&call).await?.parsed()?;
                    (answer.ticket, answer.expires_in)
                }
            };
            if value.is_empty() {
                return Err(Error::Answer("an empty token".to_owned()));
            }
            let expires_at = self.environment.now() + expires_in.clamp(0, LIFE_SECONDS);
            Ok(Stored { value, expires_at })
        })
    }

    async fn stable_token(&self, force: bool) -> Result<Raw, Error> {
        let mut body = json!({
            "grant_type": "client_credential",
            "appid": self.settings.app_id,
            "secret": self.secret(),
        });
        if force && let Some(members) = body.as_object_mut() {
            members.insert("force_refresh".to_owned(), json!(true));
        }
        self.attempt(&Call::ask("/cgi-bin/stable_token", &body)?, None).await
    }
}
