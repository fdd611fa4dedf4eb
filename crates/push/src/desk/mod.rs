//! The ledger: plans are approved, sent once, and heard of again.

mod after;
mod approve;
mod quality;
mod send;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures::future::BoxFuture;
use kernel::{Ground, Id, Result, Tx};
use wechat::client::{ClientMessageId, Error, Submitted};

pub use after::{Ended, Stopped};
pub use approve::{Draft, Sender};
pub use quality::{ImportedList, ListVersion, Quality};
pub use send::Sent;

use crate::store::{self, quota};
use crate::{Audience, Call, Content, Epoch, Kept, Plan, PlanState};

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

/// WeChat, as far as sending to many goes.
pub trait Post: Send + Sync {
    /// Sends under the key of the call.
    fn submit<'a>(&'a self, call: &'a Outgoing) -> BoxFuture<'a, std::result::Result<Submitted, Error>>;
}

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

    /// A plan with its calls, if there is one.
    ///
    /// # Errors
    /// The database's.
    pub async fn plan(&self, id: Id<Plan>) -> Result<Option<Kept>> {
        let mut tx = self.ground.db.read().await?;
        let Some(plan) = store::plan::find(&mut tx, id).await? else { return Ok(None) };
        let calls = store::call::of_plan(&mut tx, id).await?;
        Ok(Some(Kept {
            id,
            account: plan.account,
            content: plan.content,
            content_hash: plan.content_hash,
            author: plan.author,
            approver: plan.approver,
            scheduled_at: plan.scheduled_at,
            state: plan.state,
            calls: calls.into_iter().map(|row| (row.client_id, row.call)).collect(),
        }))
    }
}

/// Takes back the calls of a plan that were never tried; how many. The plan moves to `state`, or is finished if nothing
/// of it is left to wait for.
async fn withdraw(tx: &mut Tx, plan: &store::plan::Row, state: PlanState) -> Result<usize> {
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
async fn settle(tx: &mut Tx, plan: &store::plan::Row, state: PlanState) -> Result<()> {
    let calls = store::call::of_plan(tx, plan.id).await?;
    let has_ended = calls.iter().all(|row| row.call.is_terminal());
    let next = if state == PlanState::Open && has_ended { PlanState::Finished } else { state };
    if next != plan.state {
        store::plan::set_state(tx, plan.id, next).await?;
    }
    if has_ended && !calls.iter().any(|row| row.call.uses_quota()) && store::plan::release(tx, plan.id).await? {
        quota::give_back(tx, &plan.account, &plan.period).await?;
    }
    Ok(())
}
