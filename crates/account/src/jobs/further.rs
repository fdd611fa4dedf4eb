//! What an answer has to say beyond the one message that a delivery may be answered with.
//!
//! WeChat takes one reply per delivery; what follows goes out as customer-service messages, one after the other, as long
//! as the window that the reader opened allows. They are extras: none is ever sent twice, and one that may have been
//! sent when the process ended is not sent again.

use kernel::jobs::{self, Claim, Job, Order, Outcome};
use serde::{Deserialize, Serialize};
use wechat::wire::custom::{CustomContent, CustomMessage};

use super::Later;
use crate::store::follower;

/// Sends a follower what an answer had no room for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SayFurther {
    /// The account's name.
    pub account: String,
    /// The follower.
    pub openid: String,
    /// What is still to be sent, in order.
    pub messages: Vec<CustomContent>,
}

impl Job for SayFurther {
    const KIND: &'static str = "account.say-further";
}

impl Later {
    pub(super) async fn say_further(&self, job: SayFurther, claim: &Claim) -> kernel::Result<Outcome> {
        let SayFurther { account, openid, mut messages } = job;
        if claim.attempts > 1 || messages.is_empty() {
            return Ok(Outcome::Done);
        }
        let content = messages.remove(0);
        let Some(client) = self.clients.get(&account) else {
            return Ok(Outcome::GiveUp(format!("there is no account {account}")));
        };
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        if follower::spend(&mut tx, &account, &openid, now).await?.is_none() {
            return Ok(Outcome::Done);
        }
        if !messages.is_empty() {
            let rest = SayFurther { account, openid: openid.clone(), messages };
            jobs::enqueue(&mut tx, &self.ground.ids, Order::at(now.plus_seconds(1), rest)).await?;
        }
        tx.commit().await?;
        let message = CustomMessage { touser: openid, content, customservice: None };
        if let Err(error) = client.send_custom(&message).await {
            tracing::warn!(%error, "a further message was not sent");
        }
        Ok(Outcome::Done)
    }
}
