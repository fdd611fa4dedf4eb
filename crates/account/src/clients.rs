//! The API clients of the accounts; their tokens are shared through the database.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::FutureExt;
use kernel::{Clock, Code, Db, Ground, Problem, Timestamp};
use wechat::client::{Client, Pending, Slot, Stored, TokenStore};

use crate::Accounts;
use crate::accounts::HouseEnvironment;
use crate::alarms;
use crate::store::token;

/// One API client for each account; cheap to clone.
#[derive(Clone, Debug)]
pub struct Clients(Arc<BTreeMap<String, Arc<Client>>>);

impl Clients {
    /// Clients for these accounts. Nothing is called before somebody uses them.
    pub fn new(ground: &Ground, accounts: &Accounts) -> Result<Self, Problem> {
        let environment: Arc<HouseEnvironment> =
            Arc::new(HouseEnvironment { clock: ground.clock.clone(), random: ground.random.clone() });
        let tokens: Arc<Tokens> = Arc::new(Tokens { db: ground.db.clone(), clock: ground.clock.clone() });
        let mut clients = BTreeMap::new();
        for account in accounts.iter() {
            let settings = account.settings.client();
            let client = Client::new(settings, environment.clone(), tokens.clone()).map_err(|error| {
                tracing::error!(%error, account = account.name(), "no API client");
                Problem::new(Code::BadSetting, format!("设置 accounts.{}.api_base", account.name()))
                    .because("不能用作接口地址")
            })?;
            let client = client.watched(alarms::watch(ground, account.name()));
            clients.insert(account.name().to_owned(), Arc::new(client));
        }
        Ok(Self(Arc::new(clients)))
    }

    /// The client of an account.
    pub fn get(&self, account: &str) -> Option<&Arc<Client>> {
        self.0.get(account)
    }
}

/// Tokens as rows that all servers share. Two servers may both fetch at an expiry: `stable_token` gives both the same
/// token, so no lease is needed for correctness, and one server fetches once for all its callers.
struct Tokens {
    db: Db,
    clock: Clock,
}

impl TokenStore for Tokens {
    fn get<'a>(&'a self, app_id: &'a str, slot: Slot) -> Pending<'a, Option<Stored>> {
        async move {
            let found = async {
                let mut tx = self.db.read().await?;
                token::get(&mut tx, app_id, slot.name()).await
            };
            match found.await {
                Ok(row) => row.map(|(value, expires_at)| Stored { value, expires_at: expires_at.seconds() }),
                Err(error) => {
                    tracing::warn!(%error, "tokens cannot be read");
                    None
                }
            }
        }
        .boxed()
    }

    fn put<'a>(&'a self, app_id: &'a str, slot: Slot, stored: &'a Stored) -> Pending<'a, ()> {
        async move {
            let kept = async {
                let expires_at = Timestamp::from_seconds(stored.expires_at);
                let mut tx = self.db.begin().await?;
                token::put(&mut tx, [app_id, slot.name(), &stored.value], expires_at, self.clock.now()).await?;
                tx.commit().await
            };
            if let Err(error) = kept.await {
                tracing::warn!(%error, "tokens cannot be kept");
            }
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use kernel::testing::{both, ground};

    use super::*;

    #[tokio::test]
    async fn t06_a_long_token_is_kept_whole_and_shared() {
        both(|db| async move {
            let (ground, _) = ground(db.clone());
            let ours = Tokens { db: db.clone(), clock: ground.clock.clone() };
            let theirs = Tokens { db, clock: ground.clock };
            assert_eq!(ours.get("wx1", Slot::AccessToken).await, None);
            for (value, expires_at) in [("a&b+c".repeat(200), 1_800_000_000), ("next".into(), 1_800_007_200)] {
                let stored = Stored { value, expires_at };
                ours.put("wx1", Slot::AccessToken, &stored).await;
                assert_eq!(theirs.get("wx1", Slot::AccessToken).await, Some(stored));
            }
            assert_eq!(theirs.get("wx1", Slot::JsapiTicket).await, None);
            assert_eq!(theirs.get("wx2", Slot::AccessToken).await, None);
        })
        .await;
    }
}
