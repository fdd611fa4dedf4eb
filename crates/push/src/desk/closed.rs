//! Records that were closed: plans that show them are withheld at once, so that their approvers see it before the hour,
//! and past articles that do are taken off the readers' site.

use std::collections::HashSet;

use kernel::events::{Heard, Listener, RecordsClosed};
use kernel::{Ground, Result, Tx};

use super::{Ledger, PastArticles, withdraw};
use crate::store::plan;
use crate::{Content, PlanState};

impl Listener for Ledger {
    const NAME: &'static str = "push.plans";

    fn ground(&self) -> &Ground {
        &self.ground
    }

    async fn take_in(&self, tx: &mut Tx, heard: Vec<Heard>) -> Result<()> {
        let closed: Vec<RecordsClosed> = heard.iter().filter_map(Heard::read).collect();
        let closed: HashSet<String> = closed.into_iter().flat_map(|event| event.records).collect();
        if closed.is_empty() {
            return Ok(());
        }
        PastArticles::take_off(tx, &closed, self.ground.clock.now()).await?;
        for row in plan::open(tx).await? {
            let Content::Articles { records, .. } = &row.content else { continue };
            let shows = records.iter().any(|record| closed.contains(&record.id));
            // It may be open again.
            let Some(why) = (if shows { self.guard.withholds(tx, &row.content).await? } else { None }) else {
                continue;
            };
            plan::tell(tx, row.id, &why).await?;
            withdraw(tx, &row, PlanState::Withheld).await?;
        }
        Ok(())
    }
}
