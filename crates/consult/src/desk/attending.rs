//! Looking after conversations that nobody answers: what was given in turn goes back to all, what waits for too long is
//! escalated, and what somebody held who may no longer answer waits again.

use std::time::Duration;

use identity::StaffAccounts;
use kernel::{Permission, Result, leases};

use super::ConversationsDesk;
use crate::conversation::{Conversation, Message, Speaker, State};
use crate::due::{Lapse, lapse};
use crate::handling::Handling;
use crate::store::{conversation as store, handling, message};

/// How often one looks, and for how long one server looks for all, in seconds.
const LOOK: Duration = Duration::from_secs(10);
const LEASE_SECONDS: i64 = 30;
/// Under which name.
const LEASE: &str = "consult.attend";

impl ConversationsDesk {
    /// Looks every few seconds until the house stops, on one server at a time.
    pub fn keep_attending(&self) {
        let (desk, stopping) = (self.clone(), self.ground.tasks.stopping());
        let holder = self.ground.random.hex16();
        self.ground.tasks.start(async move {
            tokio::pin!(stopping);
            loop {
                if let Err(error) = desk.attend_alone(&holder).await {
                    tracing::warn!(%error, "conversations that wait cannot be looked after");
                }
                tokio::select! {
                    () = &mut stopping => return,
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
        });
    }

    async fn attend_alone(&self, holder: &str) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        let lease = leases::take(&mut tx, &self.ground.clock, LEASE, holder, LEASE_SECONDS).await?;
        tx.commit().await?;
        if lease.is_some() { self.attend().await } else { Ok(()) }
    }

    /// Looks once. What is found is looked at again in the unit that changes it, so that doing it twice changes nothing.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn attend(&self) -> Result<()> {
        let (now, house) = (self.ground.clock.now(), self.wording.house());
        let mut tx = self.ground.db.read().await?;
        let handling = handling::get(&mut tx).await?;
        let able = StaffAccounts::able(&mut tx, Permission::AnswerReaders).await?;
        let all = store::attended(&mut tx).await?;
        drop(tx);
        let due = |of: &Conversation| fate(of, &able, lapse(of, &handling, &house.hours, now));
        for id in all.into_iter().filter(|of| due(of).is_some()).map(|of| of.id) {
            let mut tx = self.ground.db.begin().await?;
            store::hold(&mut tx, id).await?;
            let Some(mut of) = store::one(&mut tx, id).await? else { continue };
            let Some(fate) = due(&of) else { continue };
            let told = fate.told(&of, &handling);
            of.let_go();
            of.waiting_since.get_or_insert(now);
            if fate == Fate::Lapse(Lapse::Escalated) {
                of.escalated_at = Some(now);
            }
            message::insert(&mut tx, &Message::new(&self.ground.ids, id, Speaker::System, &told, now)).await?;
            store::update(&mut tx, &of, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// How many conversations are escalated, and still without an answer.
    ///
    /// # Errors
    /// The database's.
    pub async fn escalated(&self) -> Result<i64> {
        Ok(store::escalated(&mut self.ground.db.read().await?).await?)
    }
}

/// Why all may take a conversation again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    /// Whoever has it may no longer answer.
    Orphaned,
    /// Nobody answered in time.
    Lapse(Lapse),
}

fn fate(of: &Conversation, able: &[String], lapse: Option<Lapse>) -> Option<Fate> {
    let is_orphaned = of.state == State::Taken && of.assigned_to.as_ref().is_none_or(|name| !able.contains(name));
    if is_orphaned { Some(Fate::Orphaned) } else { lapse.map(Fate::Lapse) }
}

impl Fate {
    /// The line in the conversation.
    fn told(self, of: &Conversation, handling: &Handling) -> String {
        let holder = of.assigned_to.as_deref().filter(|_| of.state == State::Taken);
        let Handling { answer_minutes, escalate_minutes, .. } = handling;
        match (self, holder) {
            (Self::Orphaned, holder) => format!("{} 不能再答复咨询，退回等人答复", holder.unwrap_or("办理人")),
            (Self::Lapse(Lapse::Returned), holder) => {
                format!("{} 在 {answer_minutes} 分钟内没有答复，退回等人答复", holder.unwrap_or("办理人"))
            }
            (Self::Lapse(Lapse::Escalated), Some(holder)) => {
                format!("{escalate_minutes} 分钟没有答复，已升级；从 {holder} 退回等人答复")
            }
            (Self::Lapse(Lapse::Escalated), None) => format!("{escalate_minutes} 分钟没有人答复，已升级"),
        }
    }
}

#[cfg(test)]
#[path = "attending_tests.rs"]
mod tests;
