//! Where tokens are kept between calls, processes and restarts.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// The access token of the API.
    AccessToken,
    /// The ticket JS-SDK signatures are made with.
    JsapiTicket,
}

impl Slot {
    /// A name for rows and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::JsapiTicket => "jsapi_ticket",
        }
    }
}

/// A token or ticket with its end.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// The token; leave room for 512 characters and more.
    pub value: String,
    /// When it ends, in Unix seconds.
    pub expires_at: i64,
}

impl std::fmt::Debug for Stored {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Stored").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// A future that may be sent between threads.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Shares tokens between processes, as a rule through a database. A store that fails should say so in its own log and
/// answer as if it were empty: fetching again is safe, because `stable_token` hands out the same token while it lives.
pub trait TokenStore: Send + Sync {
    /// What is kept for the account `app_id`, living or not.
    fn get<'a>(&'a self, app_id: &'a str, slot: Slot) -> Pending<'a, Option<Stored>>;

    /// Keeps `stored` in place of what was there.
    fn put<'a>(&'a self, app_id: &'a str, slot: Slot, stored: &'a Stored) -> Pending<'a, ()>;
}

/// Keeps tokens in memory, for one process.
#[derive(Debug, Default)]
pub struct MemoryStore {
    kept: Mutex<HashMap<(String, Slot), Stored>>,
}

impl TokenStore for MemoryStore {
    fn get<'a>(&'a self, app_id: &'a str, slot: Slot) -> Pending<'a, Option<Stored>> {
        Box::pin(async move {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get(&(app_id.to_owned(), slot)).cloned()
        })
    }

    fn put<'a>(&'a self, app_id: &'a str, slot: Slot, stored: &'a Stored) -> Pending<'a, ()> {
        Box::pin(async move {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.insert((app_id.to_owned(), slot), stored.clone());
        })
    }
}
