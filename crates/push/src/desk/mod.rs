//! The ledger: plans are approved, sent once, and heard of again.

mod after;
mod approve;
mod closed;
mod comments;
#[cfg(test)]
mod comments_tests;
mod drafting;
#[cfg(test)]
mod drafting_tests;
mod freeze;
mod guard;
mod headlines;
pub(crate) mod library;
mod listed;
mod noticing;
#[cfg(test)]
mod outside_tests;
mod overview;
mod past_articles;
#[cfg(feature = "planted-faults")]
mod planted;
mod prepare;
mod publish;
#[cfg(test)]
mod publish_tests;
mod published;
mod quality;
mod quiet;
#[cfg(test)]
mod quota_tests;
mod reach;
mod remove;
mod results;
mod reviewing;
#[cfg(test)]
mod roll_tests;
mod send;
mod sending;
#[cfg(test)]
mod storm_tests;
mod switched_off;
mod tagging;
#[cfg(test)]
mod tests;
mod visits;

use std::sync::Arc;

use futures::future::BoxFuture;
use kernel::{Ground, Id, Result, Tx, db};
use wechat::client::{ClientMessageId, Error, MassStatus, Submitted};
use wechat::wire::draft::ArticlePage;
use wechat::wire::publish::{PublishState, PublishTicket};

pub use after::{Ended, Stopped};
pub use approve::{Draft, Sender, Whom};
pub use comments::{Comments, REPLY, Remark, RemarkId, RemarkPage};
pub use drafting::{Drafting, Save, Wanted, Whole, Written};
pub use freeze::Roster;
pub(crate) use freeze::shown;
pub use guard::OpenRecords;
pub use headlines::{Gathered, Headlines};
pub use listed::LeftOut;
pub(crate) use listed::column;
pub(crate) use noticing::samples;
pub use noticing::{Consenting, CountedTemplate, NoticeBoard, Noticing, Offer};
pub use overview::{Overview, Stage};
pub use past_articles::PastArticles;
pub use prepare::{Pictures, Preparing};
pub(crate) use prepare::{refused, why_not};
pub use publish::{Issue, Turned};
pub use quality::{ImportedList, ListVersion, Quality};
pub use quiet::Quiet;
pub use reach::Reach;
pub(crate) use results::FetchCounts;
pub use results::{ArticleResult, Counted, Fetched, Growth, Hours, Results};
pub use send::Sent;
pub use sending::Ends;
pub use tagging::MOST_TAGGED;
pub use visits::Visits;

use crate::store::{self, quota};
use crate::{Audience, Call, Content, Epoch, Frozen, Kept, Plan, PlanState};

/// A call as it goes out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// The account it goes out from.
    pub account: String,
    /// Its key.
    pub client_id: ClientMessageId,
    /// What is sent.
    pub content: Content,
    /// Whom to.
    pub audience: Audience,
}

/// WeChat, as far as sending to many goes. What sends and nothing else refuses the other calls before they are made.
pub trait Post: Send + Sync {
    /// Sends under the key of the call.
    fn submit<'a>(&'a self, call: &'a Outgoing) -> BoxFuture<'a, Posted<Submitted>>;

    /// How far a send of an account is, by WeChat's number of it.
    fn ended<'a>(&'a self, account: &'a str, msg_id: &'a str) -> BoxFuture<'a, Posted<MassStatus>>;

    /// Has the draft of a number published (`freepublish/submit`). There is no key: twice it is published twice.
    fn publish<'a>(&'a self, _account: &'a str, _media_id: &'a str) -> BoxFuture<'a, Posted<PublishTicket>> {
        only_sends()
    }

    /// How far a publication is, by WeChat's number of it (`freepublish/get`).
    fn publication<'a>(&'a self, _account: &'a str, _publish_id: &'a str) -> BoxFuture<'a, Posted<PublishState>> {
        only_sends()
    }

    /// Twenty of an account's publications behind the newest so many, newest first (`freepublish/batchget`).
    fn publications<'a>(&'a self, _account: &'a str, _behind: i64) -> BoxFuture<'a, Posted<ArticlePage>> {
        only_sends()
    }

    /// Makes a tag; its number.
    fn new_tag<'a>(&'a self, _account: &'a str, _name: &'a str) -> BoxFuture<'a, Posted<i64>> {
        only_sends()
    }

    /// Gives it to fifty followers at most.
    fn give_tag<'a>(&'a self, _account: &'a str, _tag: i64, _openids: &'a [String]) -> BoxFuture<'a, Posted<()>> {
        only_sends()
    }

    /// Deletes it, whoever has it.
    fn drop_tag<'a>(&'a self, _account: &'a str, _tag: i64) -> BoxFuture<'a, Posted<()>> {
        only_sends()
    }
}

fn only_sends<'a, T: Send + 'a>() -> BoxFuture<'a, Posted<T>> {
    Box::pin(std::future::ready(Err(Error::Argument("this post only sends"))))
}

/// What WeChat answered.
pub type Posted<T> = std::result::Result<T, Error>;

/// Who knows what may be shown at the moment of sending.
pub trait Guard: Send + Sync {
    /// Why a plan may not go out, in the unit that lets it go out; none if it may.
    fn withholds<'t>(&'t self, tx: &'t mut Tx, content: &'t Content) -> BoxFuture<'t, Result<Option<String>>>;
}

/// The ledger of a house; cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    ground: Ground,
    epoch: Epoch,
    post: Arc<dyn Post>,
    guard: Arc<dyn Guard>,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

impl Ledger {
    /// The ledger of a house, whose sends go out by `post`.
    pub fn new(ground: Ground, epoch: Epoch, post: Arc<dyn Post>, guard: Arc<dyn Guard>) -> Self {
        Self { ground, epoch, post, guard }
    }

    /// Why pushing stands still on this node, if it does.
    ///
    /// # Errors
    /// The database's; [`kernel::Code::Internal`] if the file beside it cannot be read.
    pub async fn frozen(&self) -> Result<Option<Frozen>> {
        let mark = self.epoch.read().map_err(kernel::Error::internal)?;
        let mut tx = self.ground.db.read().await?;
        let Some(mark) = mark else {
            return Ok((!store::epoch::is_new(&mut tx).await?).then_some(Frozen::NoFile));
        };
        let number = store::epoch::number(&mut tx, &mark.node).await?;
        Ok(self.epoch.judge(&mark, number).err())
    }

    /// A plan with its calls, if there is one.
    ///
    /// # Errors
    /// The database's.
    pub async fn plan(&self, id: Id<Plan>) -> Result<Option<Kept>> {
        let mut tx = self.ground.db.read().await?;
        let Some(plan) = store::plan::find(&mut tx, id).await? else { return Ok(None) };
        let calls = store::call::of_plan(&mut tx, id).await?;
        let at_limit = store::plan::at_limit(&mut tx, id).await?;
        let mut addresses = Vec::new();
        for row in &calls {
            if let (Call::Finished { msg_id, .. }, true) = (&row.call, addresses.is_empty()) {
                addresses = store::end::addresses(&mut tx, &plan.account, msg_id).await?;
            }
        }
        let last_removed = calls.iter().filter_map(|row| row.removed_at).max();
        let removed = calls.iter().all(|row| row.removed_at.is_some() || !matches!(row.call, Call::Finished { .. }));
        Ok(Some(Kept {
            id,
            account: plan.account,
            content: plan.content,
            content_hash: plan.content_hash,
            author: plan.author,
            approver: plan.approver,
            approved_at: plan.approved_at,
            scheduled_at: plan.scheduled_at,
            state: plan.state,
            whom: plan.whom,
            people: plan.people,
            at_limit,
            told: plan.told,
            calls: calls.into_iter().map(|row| (row.client_id, row.call)).collect(),
            removed: removed.then_some(last_removed).flatten(),
            addresses,
        }))
    }
}

/// Takes back the calls of a plan that were never tried; how many. The plan moves to `state`, or is finished if nothing
/// of it is left to wait for.
async fn withdraw(tx: &mut Tx, plan: &store::plan::Row, state: PlanState) -> db::Result<usize> {
    let mut withdrawn = 0;
    for mut row in store::call::of_plan(tx, plan.id).await? {
        if row.call == Call::Planned {
            row.call = row.call.withdrawn();
            store::call::put(tx, &row).await?;
            withdrawn += 1;
        }
    }
    settle(tx, plan, state).await?;
    Ok(withdrawn)
}

/// Moves a plan to `state` if that is not [`PlanState::Open`], and an open one of which every call has ended to its end.
/// Nothing of it went out: its share of the quota comes back.
async fn settle(tx: &mut Tx, plan: &store::plan::Row, state: PlanState) -> db::Result<()> {
    let calls = store::call::of_plan(tx, plan.id).await?;
    let has_ended = calls.iter().all(|row| row.call.has_ended());
    let next = if state == PlanState::Open && has_ended { PlanState::Finished } else { state };
    if next != plan.state {
        store::plan::set_state(tx, plan.id, next).await?;
    }
    if has_ended && !calls.iter().any(|row| row.call.uses_quota()) && store::plan::release(tx, plan.id).await? {
        quota::give_back(tx, &plan.account, &plan.period).await?;
    }
    Ok(())
}
