//! Fetching the addresses that WeChat publishes, every day.

use kernel::Ground;
use kernel::jobs::{self, Job, Order, Outcome};
use serde::{Deserialize, Serialize};
use wechat::errcode::Class;

use super::DAY_SECONDS;
use crate::sources::Published;
use crate::{Accounts, Clients, Inbox};

/// When a failed call is made again: soon if it may help, later if somebody has to do something first.
const SOON_SECONDS: i64 = 600;
const LATER_SECONDS: i64 = 6 * 3600;

/// Fetches the addresses callbacks come from, and orders itself for the next day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RefreshAddresses {
    /// The account's name.
    pub account: String,
}

impl Job for RefreshAddresses {
    const KIND: &'static str = "account.refresh-addresses";
}

/// Orders the list of an account in so many seconds; an order that waits for later is brought forward.
pub(crate) async fn order(ground: &Ground, account: &str, after: i64) -> kernel::Result<()> {
    let mut tx = ground.db.begin().await?;
    let job = RefreshAddresses { account: account.to_owned() };
    let at = ground.clock.now().plus_seconds(after);
    jobs::enqueue(&mut tx, &ground.ids, Order::at(at, job).once(account)).await?;
    Ok(tx.commit().await?)
}

/// Orders the lists of all accounts.
pub(super) async fn plan(ground: &Ground, accounts: &Accounts) -> kernel::Result<()> {
    for account in accounts.iter() {
        order(ground, account.name(), 0).await?;
    }
    Ok(())
}

/// Fetches the list. What goes wrong leaves the one that is kept in force, and is tried again.
pub(super) async fn refresh(
    ground: &Ground,
    inbox: &Inbox,
    clients: &Clients,
    account: &str,
) -> kernel::Result<Outcome> {
    let Some(client) = clients.get(account) else {
        return Ok(Outcome::GiveUp(format!("there is no account {account}")));
    };
    let next = match client.callback_addresses().await {
        Ok(addresses) => {
            if let Some(published) = Published::of(addresses, ground.clock.now()) {
                let mut tx = ground.db.begin().await?;
                published.store(&mut tx, account).await?;
                tx.commit().await?;
                inbox.sources().learn(account, &published);
                DAY_SECONDS
            } else {
                LATER_SECONDS
            }
        }
        Err(error) => {
            tracing::warn!(%error, account, "WeChat's addresses cannot be fetched");
            if error.class() == Class::Retry { SOON_SECONDS } else { LATER_SECONDS }
        }
    };
    order(ground, account, next).await?;
    Ok(Outcome::Done)
}
