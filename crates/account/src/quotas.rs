//! What is left of today's customer-service messages, as WeChat counts them (`openapi/quota/get`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kernel::{Ground, Timestamp};
use wechat::wire::account::Quota;

use crate::{Accounts, Capability, Clients};

/// The call that is asked about.
const SENDING: &str = "/cgi-bin/message/custom/send";
/// How long what WeChat told is taken as it is, in seconds: a page that is opened often asks seldom.
const FRESH_SECONDS: i64 = 600;
/// How long a page waits for WeChat.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is left of the accounts' quotas; cheap to clone.
#[derive(Clone, Debug)]
pub struct Quotas(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    ground: Ground,
    accounts: Accounts,
    clients: Clients,
    told: Mutex<HashMap<String, (Timestamp, Option<Quota>)>>,
}

impl Quotas {
    /// The quotas of these accounts. Nobody is called before somebody asks.
    pub fn new(ground: Ground, accounts: Accounts, clients: Clients) -> Self {
        Self(Arc::new(Inner { ground, accounts, clients, told: Mutex::default() }))
    }

    /// Today's customer-service messages of an account, at most ten minutes old. None if it may send none, or WeChat did
    /// not tell.
    pub async fn service_messages(&self, account: &str) -> Option<Quota> {
        let may_send = self.0.accounts.get(account)?.allows(Capability::ServiceMessages);
        let client = self.0.clients.get(account).filter(|_| may_send)?;
        let now = self.0.ground.clock.now();
        let kept = self.0.told.lock().unwrap_or_else(PoisonError::into_inner).get(account).copied();
        if let Some((_, quota)) = kept.filter(|(at, _)| (0..FRESH_SECONDS).contains(&now.seconds_since(*at))) {
            return quota;
        }
        let told = tokio::time::timeout(PATIENCE, client.quota(SENDING)).await;
        let quota = told.ok().and_then(Result::ok).map(|answer| answer.quota);
        self.0.told.lock().unwrap_or_else(PoisonError::into_inner).insert(account.to_owned(), (now, quota));
        quota
    }
}
