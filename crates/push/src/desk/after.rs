//! After sending: how it ended, stopping what has not gone out, and what a person decides.

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Id, Permission, Problem, Result, Timestamp, Tx, database_now, db};
use serde_json::json;

use super::{Ledger, settle, withdraw};
use crate::store::{self, end, epoch};
use crate::{Call, Counts, Plan, PlanState};

/// How WeChat says a send ended (`MASSSENDJOBFINISH`, `message/mass/get`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ended {
    /// WeChat's number of the send.
    pub msg_id: String,
    /// Its word for how.
    pub status: String,
    /// Whom it reached.
    pub counts: Counts,
    /// Where its articles are.
    pub addresses: Vec<String>,
}

/// What a stop could still stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stopped {
    /// Calls that were never tried and no longer will be.
    pub withdrawn: usize,
    /// Calls that had gone out, or may have.
    pub gone: usize,
}

impl Ledger {
    /// Hears how a send of an account ended. It may be told before its number is known here, twice, or of a send this
    /// house did not make: it is kept, and counts once.
    ///
    /// # Errors
    /// The database's.
    pub async fn ended(&self, account: &str, ended: Ended) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        take_end(&mut tx, account, ended, self.ground.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Stops a plan: what was never tried no longer will be. What has gone out stays out; what may have is still asked
    /// for.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::ApprovePushes`]; [`Code::NotFound`]; the database's.
    pub async fn stop(&self, actor: &Actor, id: Id<Plan>) -> Result<Stopped> {
        actor.must(Permission::ApprovePushes)?;
        let actor = actor.name();
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let object = format!("plan/{}", id.uuid());
        let line = Line { actor, action: "push.stop", object: &object, outcome: Outcome::Done, detail: json!({}) };
        audit::privileged(&mut tx, now, &line).await?;
        let plan = store::plan::find(&mut tx, id).await?.ok_or_else(absent)?;
        let calls = store::call::of_plan(&mut tx, id).await?;
        let gone = calls.iter().filter(|row| row.call != Call::Planned && row.call.uses_quota()).count();
        let state = if plan.state == PlanState::Open { PlanState::Stopped } else { plan.state };
        let withdrawn = withdraw(&mut tx, &plan, state).await?;
        if plan.state == PlanState::Open {
            store::plan::tell(&mut tx, id, &format!("{actor} 停止")).await?;
        }
        tx.commit().await?;
        Ok(Stopped { withdrawn, gone })
    }

    /// A person who knows what was sent since lets this installation push again. A call that WeChat has had keeps its key,
    /// and what is past its time needs a new approval, so neither goes out twice.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::ApprovePushes`]; the database's; [`Code::Internal`] if the file beside it
    /// cannot be written: then nothing has changed.
    pub async fn thaw(&self, actor: &Actor) -> Result<()> {
        actor.must(Permission::ApprovePushes)?;
        let actor = actor.name();
        let node = self.ground.random.hex16();
        let mut tx = self.ground.db.begin().await?;
        let line = Line { actor, action: "push.thaw", object: "push", outcome: Outcome::Done, detail: json!({}) };
        audit::privileged(&mut tx, self.ground.clock.now(), &line).await?;
        epoch::set(&mut tx, &node, 0).await?;
        self.epoch.write(&node, 0).map_err(kernel::Error::internal)?;
        Ok(tx.commit().await?)
    }

    /// A person who looked at WeChat's own console says whether an unknown call was sent.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::ApprovePushes`]; [`Code::NotFound`]; [`Code::Conflict`] if it is not
    /// unknown; the database's.
    pub async fn decide(&self, actor: &Actor, id: Id<Plan>, batch: i64, was_sent: bool) -> Result<()> {
        actor.must(Permission::ApprovePushes)?;
        let actor = actor.name();
        let mut tx = self.ground.db.begin().await?;
        let now = database_now(&mut tx, &self.ground.clock).await?;
        let object = format!("plan/{}", id.uuid());
        let detail = json!({ "batch": batch, "was_sent": was_sent });
        let line = Line { actor, action: "push.decide", object: &object, outcome: Outcome::Done, detail };
        audit::privileged(&mut tx, now, &line).await?;
        let plan = store::plan::find(&mut tx, id).await?.ok_or_else(absent)?;
        let mut row = store::call::find(&mut tx, id, batch).await?.ok_or_else(absent)?;
        if !matches!(row.call, Call::Unknown(_)) {
            return Err(Problem::new(Code::Conflict, "这次群发").because("结果已经清楚，不需要人工核对").into());
        }
        row.call = row.call.decided(was_sent, now);
        store::call::put(&mut tx, &row).await?;
        settle(&mut tx, &plan, plan.state).await?;
        Ok(tx.commit().await?)
    }
}

/// Takes in how a send of an account ended.
pub(super) async fn take_end(tx: &mut Tx, account: &str, ended: Ended, now: Timestamp) -> db::Result<()> {
    let Ended { msg_id, status, counts, addresses } = ended;
    end::keep(tx, (account, &msg_id), (&status, counts, &addresses), now).await?;
    finish(tx, (account, &msg_id), (status, counts)).await
}

/// Ends the call that WeChat knows by a number, if this house made it.
pub(super) async fn finish(
    tx: &mut Tx,
    (account, msg_id): (&str, &str),
    (status, counts): (String, Counts),
) -> db::Result<()> {
    let Some(mut row) = store::call::of_msg_id(tx, account, msg_id).await? else { return Ok(()) };
    row.call = row.call.finished(msg_id, status, counts);
    store::call::put(tx, &row).await?;
    if row.call.reached_nobody() {
        store::sent_article::reached_nobody(tx, row.plan).await?;
    }
    let Some(plan) = store::plan::find(tx, row.plan).await? else { return Ok(()) };
    settle(tx, &plan, plan.state).await
}

pub(super) fn absent() -> Problem {
    Problem::new(Code::NotFound, "这次群发")
}
