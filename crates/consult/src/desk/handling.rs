//! Choosing how consultation is handled.

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Permission, Problem, Result};
use serde_json::json;

use super::ConversationsDesk;
use crate::handling::Handling;
use crate::store::handling as store;

impl ConversationsDesk {
    /// How consultation is handled.
    ///
    /// # Errors
    /// The database's.
    pub async fn handling(&self) -> Result<Handling> {
        Ok(store::get(&mut self.ground.db.read().await?).await?)
    }

    /// Chooses how it is handled; the line in the log holds what was before.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for what does not fit; [`Code::Forbidden`]; the database's.
    pub async fn choose_handling(&self, actor: &Actor, chosen: Handling) -> Result<()> {
        actor.must(Permission::KeepAnswers)?;
        if let Some(why) = chosen.problem() {
            return Err(Problem::new(Code::BadRequest, "办理规则").because(why).into());
        }
        let mut tx = self.ground.db.begin().await?;
        let before = store::get(&mut tx).await?;
        let line = Line {
            actor: actor.name(),
            action: "consult.keep-handling",
            object: "consult/handling",
            outcome: Outcome::Done,
            detail: json!({ "before": before, "now": chosen }),
        };
        audit::privileged(&mut tx, self.ground.clock.now(), &line).await?;
        store::put(&mut tx, chosen).await?;
        Ok(tx.commit().await?)
    }
}
