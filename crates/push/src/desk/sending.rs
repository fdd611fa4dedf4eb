//! What the ledger does by itself: it sends what is due, hears how sends ended, and asks where nobody told.

use std::time::Duration;

use account::{Deed, Dialogue, Heard, Spoken};
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::events::Listener as _;
use kernel::{Result, Timestamp, database_now};
use wechat::client::MassStatus;
use wechat::message::{Event, MassResult, PublishResult};
use wechat::reply::Reply;

use super::after::{finish, take_end};
use super::published::take_publication_end;
use super::{Ended, Ledger, Sent};
use crate::store::{self, call};
use crate::{Call, Counts, PublishEnd};

/// How often one looks for what is due.
const LOOK: Duration = Duration::from_secs(2);
/// How often one looks for sends whose end nobody told, and for rolls nobody uses.
const LOOK_BACK: Duration = Duration::from_mins(1);
/// The most calls of one look: it is over before the house has waited long for it to stop.
const AT_ONCE: usize = 20;
/// After how long without an end WeChat is asked, in seconds.
const ASKED_AFTER: i64 = 3600;
/// How long it is left alone then.
const ASKED_APART: i64 = 600;
/// After how long without an end a person is told.
const LATE: i64 = 24 * 3600;
/// The most sends that are asked about at once.
const ASKED_AT_ONCE: i64 = 20;

impl Ledger {
    /// Sends what is due, and asks about what has no end, until the house stops. Every node does it; a lease decides which
    /// one sends.
    pub fn keep_sending(&self) {
        self.keep_listening();
        let holder = self.ground.random.hex16();
        let (sender, asker) = (self.clone(), self.clone());
        self.ground.tasks.every(LOOK, move || {
            let (ledger, holder) = (sender.clone(), holder.clone());
            async move {
                if let Err(error) = ledger.send_due(&holder).await {
                    tracing::error!(%error, "pushes that are due could not be looked at");
                }
                if let Err(error) = ledger.publish_due(&holder).await {
                    tracing::error!(%error, "publications that are due could not be looked at");
                }
            }
        });
        self.ground.tasks.every(LOOK_BACK, move || {
            let ledger = asker.clone();
            async move {
                if let Err(error) = ledger.look_back().await {
                    tracing::warn!(%error, "the ends of pushes could not be asked for");
                }
            }
        });
    }

    /// Sends what is due now, as the node `holder`: call after call, until nothing is due or the house stops.
    ///
    /// # Errors
    /// As [`Ledger::send_next`].
    pub async fn send_due(&self, holder: &str) -> Result<()> {
        for _ in 0..AT_ONCE {
            // Most looks find nothing: they write nothing.
            if self.ground.tasks.is_stopping() || !self.is_due().await? {
                return Ok(());
            }
            match self.send_next(holder).await? {
                Sent::Nothing => return Ok(()),
                Sent::Frozen(why) => {
                    tracing::debug!(%why, "a push is due and pushing stands still");
                    return Ok(());
                }
                Sent::Call(answer) => tracing::info!(?answer, "a push was submitted"),
                Sent::Kept(state) => tracing::warn!(?state, "a push was not sent"),
                Sent::Unknown => tracing::warn!("whether a push was sent is not known"),
            }
        }
        Ok(())
    }

    async fn is_due(&self) -> Result<bool> {
        let mut tx = self.ground.db.read().await?;
        let now = database_now(&mut tx, &self.ground.clock).await?;
        Ok(call::next(&mut tx, now).await?.is_some())
    }

    async fn look_back(&self) -> Result<()> {
        self.tidy().await?;
        self.ask_ends().await?;
        self.ask_publications().await
    }

    /// Asks how sends ended that were taken an hour ago and of which nothing was heard.
    ///
    /// # Errors
    /// The database's.
    pub async fn ask_ends(&self) -> Result<()> {
        let now = self.ground.clock.now();
        let (taken_by, asked_by) = (now.plus_seconds(-ASKED_AFTER), now.plus_seconds(-ASKED_APART));
        let mut tx = self.ground.db.begin().await?;
        let mut asked = Vec::new();
        for row in call::without_end(&mut tx, taken_by, asked_by, ASKED_AT_ONCE).await? {
            call::asked(&mut tx, &row, now).await?;
            let plan = store::plan::find(&mut tx, row.plan).await?;
            if let (Call::Accepted { msg_id: Some(msg_id), at }, Some(plan)) = (row.call, plan) {
                asked.push((plan.account, msg_id, at));
            }
        }
        tx.commit().await?;
        for (account, msg_id, at) in asked {
            self.ask_end(&account, &msg_id, now.seconds_since(at) > LATE).await?;
        }
        Ok(())
    }

    async fn ask_end(&self, account: &str, msg_id: &str, is_late: bool) -> Result<()> {
        let status = match self.post.ended(account, msg_id).await {
            Ok(MassStatus::Done) => "send success",
            Ok(MassStatus::Failed) => "send fail",
            Ok(MassStatus::Deleted) => "deleted",
            Ok(MassStatus::Sending | MassStatus::Other(_)) | Err(_) => {
                if is_late {
                    tracing::error!(account, "the end of a push was not told for a day");
                }
                return Ok(());
            }
        };
        let mut tx = self.ground.db.begin().await?;
        finish(&mut tx, (account, msg_id), (status.to_owned(), Counts::default())).await?;
        Ok(tx.commit().await?)
    }
}

/// Hears how sends ended: in the unit in which the delivery is stored, so that none is lost and none counts twice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ends;

impl Dialogue for Ends {
    fn name(&self) -> &'static str {
        "push"
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, Result<Option<Spoken>>> {
        let spoken = match heard.event() {
            Some(Event::MassSent(result)) if !heard.is_rehearsed() => {
                Some(Spoken::from(Reply::Nothing).with(noted(heard.account.name(), ended(result), heard.at)))
            }
            Some(Event::Published(result)) if !heard.is_rehearsed() => {
                Some(Spoken::from(Reply::Nothing).with(published(heard.account.name(), result, heard.at)))
            }
            _ => None,
        };
        std::future::ready(Ok(spoken)).boxed()
    }
}

fn noted(account: &str, ended: Ended, at: Timestamp) -> Deed {
    let account = account.to_owned();
    Deed::new(move |tx| {
        let (account, ended) = (account.clone(), ended.clone());
        async move { take_end(tx, &account, ended, at).await }.boxed()
    })
}

fn published(account: &str, result: &PublishResult, at: Timestamp) -> Deed {
    let account = account.to_owned();
    let end = PublishEnd {
        publish_id: result.publish_id.clone(),
        status: i64::from(result.status),
        article_id: result.article_id.clone(),
        addresses: result.urls.iter().map(|(_, address)| address.clone()).collect(),
    };
    Deed::new(move |tx| {
        let (account, end) = (account.clone(), end.clone());
        async move { take_publication_end(tx, &account, end, at).await }.boxed()
    })
}

fn ended(result: &MassResult) -> Ended {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let counts = Counts {
        total: number(result.total),
        filtered: number(result.filtered),
        sent: number(result.sent),
        failed: number(result.failed),
    };
    let addresses = result.urls.iter().map(|(_, address)| address.clone()).collect();
    Ended { msg_id: result.msg_id.clone(), status: result.status.clone(), counts, addresses }
}
