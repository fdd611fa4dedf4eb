//! A rollback that would open records and waits for somebody else.

use kernel::{Actor, Code, Permission, Problem, Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::Person;
use super::desk::Uploads;
use crate::import::Approval;

/// What the names of such requests begin with on the shelf.
pub(super) const PREFIX: &str = "roll-back-";

/// A rollback that waits for an approval.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct RollBackAsked {
    pub(crate) by: Person,
    at: i64,
    /// Why it waits, in a sentence.
    pub(crate) why: String,
}

impl RollBackAsked {
    pub(crate) const fn at(&self) -> Timestamp {
        Timestamp::from_micros(self.at)
    }
}

impl Uploads {
    /// Writes down that somebody wants a batch rolled back and needs another for it.
    ///
    /// # Errors
    /// Faults of the machine.
    pub(crate) fn ask_roll_back(&self, actor: &Actor, batch: i64, why: String) -> Result<()> {
        self.0.shelf.know(&name(batch), &RollBackAsked { by: actor.into(), at: self.now().micros(), why })
    }

    /// The request for a batch that waits.
    ///
    /// # Errors
    /// Faults of the machine.
    pub(crate) fn roll_back_asked(&self, batch: i64) -> Result<Option<RollBackAsked>> {
        self.0.shelf.known(&name(batch))
    }

    /// The numbers of the batches whose rollback waits for somebody's approval: whoever asked for it is not the one.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; faults of the machine.
    pub(crate) fn roll_backs_for(&self, actor: &Actor) -> Result<Vec<i64>> {
        actor.must(Permission::ApproveImport)?;
        let mut numbers = Vec::new();
        for name in self.0.shelf.names(PREFIX)? {
            let asked: Option<RollBackAsked> = self.0.shelf.known(&name)?;
            let waits = asked.is_some_and(|asked| asked.by.name() != actor.name());
            numbers.extend(name.strip_prefix(PREFIX).and_then(|number| number.parse::<i64>().ok()).filter(|_| waits));
        }
        Ok(numbers)
    }

    /// Whoever asked, and the approval by somebody else.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::SecondPersonNeeded`] for whoever asked; [`Code::NotFound`] if nothing waits.
    pub(crate) fn approve_roll_back(&self, actor: &Actor, batch: i64) -> Result<(Actor, Approval)> {
        actor.must(Permission::ApproveImport)?;
        let absent = || Problem::new(Code::NotFound, format!("批次 {batch}")).because("没有等待复核的撤回");
        let first = self.roll_back_asked(batch)?.ok_or_else(absent)?.by.actor();
        let approval = Approval::of(&first, actor)?;
        Ok((first, approval))
    }

    /// Forgets the request.
    ///
    /// # Errors
    /// Faults of the machine.
    pub(crate) fn end_roll_back_asked(&self, batch: i64) -> Result<()> {
        self.0.shelf.forget(&name(batch))
    }
}

fn name(batch: i64) -> String {
    format!("{PREFIX}{batch}")
}
