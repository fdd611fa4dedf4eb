//! Who is on duty, and giving conversations out in turn.

use identity::StaffAccounts;
use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Id, Ids, Permission, Result, Timestamp, Tx, db, house};
use serde_json::json;

use super::ConversationsDesk;
use crate::conversation::{Conversation, Message, Speaker, State};
use crate::store::{conversation as store, duty, handling, message};
use crate::turn::{self, OnDuty};

/// How somebody stands who came on duty or went off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Left {
    /// Until when they are on duty; none: off duty.
    pub until: Option<Timestamp>,
    /// How many conversations they hold: going off duty takes none away.
    pub held: i64,
}

impl ConversationsDesk {
    /// Who may answer readers, by name.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn answerers(&self) -> Result<Vec<String>> {
        Ok(StaffAccounts::able(&mut self.ground.db.read().await?, Permission::AnswerReaders).await?)
    }

    /// Who is on duty.
    ///
    /// # Errors
    /// The database's.
    pub async fn on_duty(&self) -> Result<Vec<OnDuty>> {
        Ok(on_duty(&mut self.ground.db.read().await?, self.ground.clock.now()).await?)
    }

    /// Comes on duty, until the house closes for the day, or goes off. What somebody holds they keep.
    ///
    /// # Errors
    /// [`kernel::Code::Forbidden`]; the database's.
    pub async fn come_or_go(&self, actor: &Actor, comes: bool) -> Result<Left> {
        actor.must(Permission::AnswerReaders)?;
        let now = self.ground.clock.now();
        let until = comes.then(|| turn::ends(now, &self.wording.house().hours));
        let mut tx = self.ground.db.begin().await?;
        let line = Line {
            actor: actor.name(),
            action: "consult.duty",
            object: "consult/duty",
            outcome: Outcome::Done,
            detail: json!({ "on": comes }),
        };
        audit::privileged(&mut tx, now, &line).await?;
        duty::put(&mut tx, actor.name(), until.map(|until| (now, until))).await?;
        let held = store::held(&mut tx).await?.into_iter().find(|(name, _)| name == actor.name());
        tx.commit().await?;
        Ok(Left { until, held: held.map_or(0, |(_, held)| held) })
    }
}

/// Who is on duty at a moment, and may still answer.
async fn on_duty(tx: &mut Tx, now: Timestamp) -> db::Result<Vec<OnDuty>> {
    let able = StaffAccounts::able(tx, Permission::AnswerReaders).await?;
    Ok(duty::all(tx, now).await?.into_iter().filter(|one| able.contains(&one.name)).collect())
}

/// Gives a conversation that waits to whose turn it is, if conversations are given out in turn and somebody is on duty. Units
/// that do so come one after the other, so that each sees what the one before gave.
///
/// # Errors
/// The database's.
pub(crate) async fn give_in_turn(tx: &mut Tx, ids: &Ids, id: Id<Conversation>, now: Timestamp) -> db::Result<()> {
    if !handling::get(tx).await?.in_turn {
        return Ok(());
    }
    house::hold(tx, "consult.turn").await?;
    let Some(mut of) = store::one(tx, id).await?.filter(|of| of.state == State::Waiting) else { return Ok(()) };
    let on_duty = on_duty(tx, now).await?;
    let Some(OnDuty { name, .. }) = turn::next(&on_duty) else { return Ok(()) };
    of.give(name);
    of.in_turn = true;
    store::update(tx, &of, now).await?;
    message::insert(tx, &Message::new(ids, id, Speaker::System, &format!("分派给 {name}"), now)).await?;
    duty::given(tx, name, now).await
}
