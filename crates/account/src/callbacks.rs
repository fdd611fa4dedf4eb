//! The callback of an account as it is now, and the one before while WeChat may still use it: WeChat goes over to a new
//! token and key at its own moment.

use std::sync::Arc;

use wechat::Query;
use wechat::callback::{Callback, Opened, Refusal};

/// How long deliveries signed with the token and key before are accepted at most, in seconds.
pub(crate) const OVERLAP_SECONDS: i64 = 86_400;

/// What an account answers WeChat with.
#[derive(Clone, Debug)]
pub(crate) struct Callbacks {
    now: Arc<Callback>,
    /// The one before, and until when it is accepted, in Unix seconds.
    before: Option<(Arc<Callback>, i64)>,
}

/// A delivery that was found genuine.
pub(crate) struct Received {
    pub(crate) opened: Opened,
    /// What it is to be answered with.
    pub(crate) callback: Arc<Callback>,
    /// Whether it is from another time: a replay.
    pub(crate) is_stale: bool,
    /// Whether WeChat has gone over to the present token and key by this.
    pub(crate) settles: bool,
}

impl Callbacks {
    /// A callback with nothing before it.
    pub(crate) fn of(now: Callback) -> Self {
        Self { now: Arc::new(now), before: None }
    }

    /// The same with one before it, accepted until a moment.
    pub(crate) fn after(self, before: Callback, until: i64) -> Self {
        Self { before: Some((Arc::new(before), until)), ..self }
    }

    /// The same with nothing before it.
    pub(crate) fn settled(&self) -> Self {
        Self { now: Arc::clone(&self.now), before: None }
    }

    fn before(&self, now: i64) -> Option<&Arc<Callback>> {
        self.before.as_ref().filter(|(_, until)| now < *until).map(|(before, _)| before)
    }

    /// Opens a push that came at `now`: with the present callback, else with the one before.
    pub(crate) fn open(&self, query: &Query<'_>, body: &[u8], now: i64) -> Result<Received, Refusal> {
        let received = |callback: &Arc<Callback>, opened, is_stale, settles| {
            Ok(Received { opened, callback: Arc::clone(callback), is_stale, settles })
        };
        let refusal = match self.now.open(query, body, now) {
            Ok(opened) => return received(&self.now, opened, false, self.before.is_some()),
            Err(Refusal::Stale(opened)) => return received(&self.now, *opened, true, false),
            Err(refusal) => refusal,
        };
        let is_of_keys = matches!(refusal, Refusal::Signature | Refusal::Cipher(_));
        let Some(before) = self.before(now).filter(|_| is_of_keys) else { return Err(refusal) };
        match before.open(query, body, now) {
            Ok(opened) => received(before, opened, false, false),
            Err(Refusal::Stale(opened)) => received(before, *opened, true, false),
            Err(_) => Err(refusal),
        }
    }

    /// Answers WeChat's check of the address, with the present token or the one before.
    pub(crate) fn verify_url(&self, query: &Query<'_>, now: i64) -> Result<String, Refusal> {
        let told = self.now.verify_url(query);
        match (&told, self.before(now)) {
            (Err(Refusal::Signature), Some(before)) => before.verify_url(query),
            _ => told,
        }
    }
}
