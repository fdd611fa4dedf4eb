//! Sending: what is due goes out, one call at a time, under the key it has had since it was approved.
//!
//! The intent is committed before a socket is opened, and the number of attempts written beside the database. Whoever is
//! killed at any moment after that leaves a call that is repeated with the same key; WeChat says whether it has it.

use kernel::leases::{self, Lease};
use kernel::{Code, Problem, Result, Timestamp, Tx, database_now};

use super::reach::month;
use super::switched_off::leave_out;
use super::{Ledger, Outgoing, settle, withdraw};
use crate::store::{self, call::Row, end, epoch, quota, received, sent_article};
use crate::{Answer, Call, ContentHash, Due, Frozen, GRACE, Period, PlanState};

/// The lease under which calls go out.
pub(super) const LEASE: &str = "push.send";
/// How long one sender keeps it, in seconds: longer than a call may take.
pub(super) const LEASE_SECONDS: i64 = 180;

/// What one turn of sending did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sent {
    /// Nothing is due, or another node sends.
    Nothing,
    /// A call went out, and this came back.
    Call(Answer),
    /// A plan was not sent: its time has passed, its content is not what was approved, or it may no longer be shown.
    Kept(PlanState),
    /// Repeating a call is no longer safe: a person decides.
    Unknown,
    /// Pushing stands still until a person says it may go on.
    Frozen(Frozen),
}

/// A call whose intent is committed and that is about to go out.
pub(super) struct Attempt {
    pub(super) row: Row,
    pub(super) outgoing: Outgoing,
    pub(super) lease: Lease,
    /// The node, and the number of its attempts with this one.
    pub(super) node: String,
    pub(super) number: i64,
}

/// What a turn is about to do once its unit is committed.
pub(super) enum Turn {
    Done(Sent),
    Call(Box<Attempt>),
}

impl Ledger {
    /// Does the next thing that is due, as the node `holder`.
    ///
    /// # Errors
    /// The database's; [`Code::Internal`] if the file beside it cannot be read or written. What had been committed is
    /// repeated later.
    pub async fn send_next(&self, holder: &str) -> Result<Sent> {
        let attempt = match self.begin_attempt(holder).await? {
            Turn::Done(sent) => return Ok(sent),
            Turn::Call(attempt) => attempt,
        };
        self.ground.steps.at("push intent");
        self.epoch.write(&attempt.node, attempt.number).map_err(kernel::Error::internal)?;
        self.ground.steps.at("push call");
        let submitted = self.post.submit(&attempt.outgoing).await;
        let msg_data_id = submitted.as_ref().ok().and_then(|taken| taken.msg_data_id);
        let answer = Answer::of(submitted);
        self.ground.steps.at("push answer");
        self.note(&attempt, answer.clone(), msg_data_id).await?;
        self.ground.steps.at("push done");
        Ok(Sent::Call(answer))
    }

    pub(super) async fn begin_attempt(&self, holder: &str) -> Result<Turn> {
        let mut tx = self.ground.db.begin().await?;
        let Some(lease) = leases::take(&mut tx, &self.ground.clock, LEASE, holder, LEASE_SECONDS).await? else {
            return Ok(Turn::Done(Sent::Nothing));
        };
        let now = database_now(&mut tx, &self.ground.clock).await?;
        let Some(mut row) = store::call::next(&mut tx, now).await? else { return Ok(Turn::Done(Sent::Nothing)) };
        let (node, number) = match self.standing(&mut tx, row.call == Call::Planned).await? {
            Ok((node, number)) => (node, number + 1),
            Err(frozen) => return Ok(Turn::Done(Sent::Frozen(frozen))),
        };
        let plan = store::plan::find(&mut tx, row.plan).await?;
        let plan = plan.ok_or_else(|| Problem::new(Code::NotFound, "这次群发"))?;
        let held_back = self.holds_back(&mut tx, &plan, &row, now).await?;
        if let (Call::Planned, Some((state, why))) = (&row.call, &held_back) {
            let state = *state;
            store::plan::tell(&mut tx, plan.id, why).await?;
            withdraw(&mut tx, &plan, state).await?;
            tx.commit().await?;
            return Ok(Turn::Done(Sent::Kept(state)));
        }
        // What may have gone out and must not go out now is not repeated.
        if row.call.due(now) == Due::TooLate || held_back.is_some() {
            if let Some((_, why)) = &held_back {
                store::plan::tell(&mut tx, plan.id, why).await?;
            }
            row.call = row.call.given_up();
            received::count(&mut tx, (row.plan, row.batch), &month(now)).await?;
            store::call::put(&mut tx, &row).await?;
            settle(&mut tx, &plan, plan.state).await?;
            tx.commit().await?;
            return Ok(Turn::Done(Sent::Unknown));
        }
        let Some(tried) = row.call.clone().attempt(now) else { return Ok(Turn::Done(Sent::Nothing)) };
        #[cfg(feature = "planted-faults")]
        let planted = super::planted::written(&self.ground, &row, &tried, now);
        row.call = tried;
        store::call::put(&mut tx, &row).await?;
        #[cfg(feature = "planted-faults")]
        store::call::put(&mut tx, &planted).await?;
        epoch::set(&mut tx, &node, number).await?;
        let audience = store::call::audience(&mut tx, row.plan, row.batch).await?;
        tx.commit().await?;
        let client_id = row.client_id.clone();
        #[cfg(feature = "planted-faults")]
        let client_id = super::planted::key(&self.ground, client_id);
        let outgoing = Outgoing { account: plan.account, client_id, content: plan.content, audience };
        Ok(Turn::Call(Box::new(Attempt { row, outgoing, lease, node, number })))
    }

    /// The node and its attempts so far, if this installation may push. The first one of a house gets a node of its own.
    pub(super) async fn standing(
        &self,
        tx: &mut Tx,
        is_first_try: bool,
    ) -> Result<std::result::Result<(String, i64), Frozen>> {
        let mark = self.epoch.read().map_err(kernel::Error::internal)?;
        let Some(mark) = mark else {
            let may_begin = is_first_try && epoch::is_new(tx).await?;
            if !may_begin {
                return Ok(Err(Frozen::NoFile));
            }
            let node = self.ground.random.hex16();
            self.epoch.write(&node, 0).map_err(kernel::Error::internal)?;
            return Ok(Ok((node, 0)));
        };
        let number = epoch::number(tx, &mark.node).await?;
        if let Err(frozen) = self.epoch.judge(&mark, number) {
            return Ok(Err(frozen));
        }
        let number = number.unwrap_or_default();
        if number > mark.number {
            // Killed before the file was written: it catches up, so that a second such kill is not taken for a backup.
            self.epoch.write(&mark.node, number).map_err(kernel::Error::internal)?;
        }
        Ok(Ok((mark.node, number)))
    }

    /// Why a call does not go out now, if so: the time of what was never tried has passed, the content is not what was
    /// approved, it may no longer be shown, nobody of its list wants it, or its month is over and the next one has no share
    /// left for it.
    async fn holds_back(
        &self,
        tx: &mut Tx,
        plan: &store::plan::Row,
        row: &Row,
        now: Timestamp,
    ) -> Result<Option<(PlanState, String)>> {
        let call = &row.call;
        let calls = store::call::of_plan(tx, plan.id).await?;
        let last = calls.iter().filter_map(|row| last_attempt(&row.call)).max();
        if *call == Call::Planned && now.seconds_since(last.unwrap_or(plan.scheduled_at)) > GRACE {
            return Ok(Some((PlanState::Expired, "过了发送时间半小时还没有发出".to_owned())));
        }
        if ContentHash::of(&plan.content) != plan.content_hash {
            tracing::error!(plan = %plan.id.uuid(), "a plan is not what was approved");
            return Ok(Some((PlanState::Withheld, "内容与批准时的不一样".to_owned())));
        }
        if let Some(why) = self.guard.withholds(tx, &plan.content).await? {
            return Ok(Some((PlanState::Withheld, why)));
        }
        if *call == Call::Planned
            && let Some(why) = leave_out(tx, &plan.account, row).await?
        {
            return Ok(Some((PlanState::Withheld, why)));
        }
        // What takes no share of a period is bound to none.
        if plan.period.is_empty() {
            return Ok(None);
        }
        let period = Period::as_long_as(&plan.period, now);
        // WeChat counts a send where it takes it. What was tried in the month before keeps its share of that too: it may have
        // gone out then.
        if period.key() != plan.period && call.due(now) == Due::Now {
            if !quota::take(tx, &plan.account, period).await? {
                let why =
                    format!("发送时已过了原定的日子，{}的群发次数（{} 次）已经用完", period.label(), period.limit());
                return Ok(Some((PlanState::Withheld, why)));
            }
            if *call == Call::Planned {
                quota::give_back(tx, &plan.account, &plan.period).await?;
            }
            store::plan::set_period(tx, plan.id, &period.key()).await?;
        }
        Ok(None)
    }

    /// Notes what an attempt came to, if the turn still is this sender's: whoever has it now asks WeChat again and hears
    /// the same.
    pub(super) async fn note(&self, attempt: &Attempt, answer: Answer, msg_data_id: Option<i64>) -> Result<()> {
        let Attempt { row, outgoing, lease, .. } = attempt;
        let mut tx = self.ground.db.begin().await?;
        if !leases::holds(&mut tx, &self.ground.clock, lease).await? {
            tracing::warn!("another node sends now; what WeChat answered is asked for again");
            return Ok(());
        }
        let now = database_now(&mut tx, &self.ground.clock).await?;
        let Some(mut row) = store::call::find(&mut tx, row.plan, row.batch).await? else { return Ok(()) };
        if matches!(answer, Answer::Taken(_)) {
            sent_article::sent(&mut tx, (row.plan, &outgoing.account), msg_data_id, now).await?;
        }
        #[cfg(feature = "planted-faults")]
        super::planted::remember(&self.ground, &mut row, attempt);
        row.call = row.call.answered(answer, now);
        if row.call.uses_quota() && !matches!(row.call, Call::Submitting(_)) {
            received::count(&mut tx, (row.plan, row.batch), &month(now)).await?;
        }
        if let Call::Accepted { msg_id: Some(msg_id), .. } = row.call.clone()
            && let Some((told, counts)) = end::find(&mut tx, &outgoing.account, &msg_id).await?
        {
            row.call = row.call.finished(&msg_id, told, counts);
        }
        store::call::put(&mut tx, &row).await?;
        if row.call.reached_nobody() {
            sent_article::reached_nobody(&mut tx, row.plan).await?;
        }
        if let Some(plan) = store::plan::find(&mut tx, row.plan).await? {
            settle(&mut tx, &plan, plan.state).await?;
        }
        Ok(tx.commit().await?)
    }
}

fn last_attempt(call: &Call) -> Option<Timestamp> {
    match call {
        Call::Submitting(attempts) | Call::Unknown(attempts) => Some(attempts.last_at),
        Call::Accepted { at, .. } => Some(*at),
        _ => None,
    }
}
