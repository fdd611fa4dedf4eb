//! How far a push by list reaches: a service account reaches each follower four times a month, and WeChat drops the rest.

use account::AccountKind;
use kernel::{Id, Result, Timestamp};

use super::{Ledger, Sender};
use crate::Period;
use crate::audience::Roll;
use crate::store::{received, roll};

/// What the followers of a roll received in a month, as far as this house knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reach {
    /// How many had all that a month allows, at most: who followed in this month may have received fewer of those to
    /// everybody.
    pub at_limit: i64,
    /// Pushes to a tag, of which nobody here knows whom they reached; they are not counted.
    pub by_tag: i64,
}

/// The month of a moment, as it is kept.
pub(super) fn month(at: Timestamp) -> String {
    Period::of(AccountKind::Service, at).key()
}

impl Ledger {
    /// What the followers of a roll received in the month of a moment; none for an account that has no such limit, and for a
    /// roll that is not its own.
    ///
    /// # Errors
    /// The database's.
    pub async fn reach(&self, sender: &Sender, id: Id<Roll>, at: Timestamp) -> Result<Option<Reach>> {
        let mut tx = self.ground.db.read().await?;
        let roll = roll::find(&mut tx, id).await?.filter(|roll| roll.account == sender.account);
        let (Some(roll), AccountKind::Service) = (roll, sender.kind) else { return Ok(None) };
        let period = Period::of(sender.kind, at);
        let month = period.key();
        let (everyone, by_tag) = received::to_many(&mut tx, &sender.account, &month).await?;
        let left = period.limit() - everyone;
        let at_limit = if left <= 0 {
            roll.people
        } else {
            received::at_least(&mut tx, (&sender.account, &month), id, left).await?
        };
        Ok(Some(Reach { at_limit, by_tag }))
    }
}
