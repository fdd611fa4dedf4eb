//! Canned replies: sentences that staff have agreed on.

use kernel::{Actor, Code, Id, Permission, Problem, Result};

use super::ConversationsDesk;
use crate::store::{Change, canned};

/// A canned reply. Its text may hold the places of [`crate::Wording`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Canned {
    /// Its id.
    pub id: Id<Self>,
    /// What staff call it.
    pub title: String,
    /// What it says.
    pub text: String,
}

/// The longest title, in characters, and the longest text, in bytes.
const LONGEST: (usize, usize) = (60, 1800);

impl ConversationsDesk {
    /// All canned replies, by title.
    ///
    /// # Errors
    /// The database's.
    pub async fn canned(&self) -> Result<Vec<Canned>> {
        Ok(canned::all(&mut self.ground.db.read().await?).await?)
    }

    /// Writes a canned reply, new or anew; its id.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for what does not fit; [`Code::Conflict`] if another has its title.
    pub async fn put_canned(
        &self,
        actor: &Actor,
        id: Option<Id<Canned>>,
        title: &str,
        text: &str,
    ) -> Result<Id<Canned>> {
        actor.must(Permission::KeepAnswers)?;
        let (title, text) = (title.trim(), text.trim());
        let fits =
            !title.is_empty() && title.chars().count() <= LONGEST.0 && !text.is_empty() && text.len() <= LONGEST.1;
        if !fits {
            let why = format!("标题应为 1 至 {} 字，内容不能空，最长约 {} 个汉字", LONGEST.0, LONGEST.1 / 3);
            return Err(Problem::new(Code::BadRequest, "快捷答复").because(why).into());
        }
        let mut tx = self.ground.db.begin().await?;
        if canned::all(&mut tx).await?.iter().any(|held| held.title == title && Some(held.id) != id) {
            return Err(Problem::new(Code::Conflict, format!("快捷答复“{title}”")).because("已有同名的").into());
        }
        let written =
            Canned { id: id.unwrap_or_else(|| self.ground.ids.make()), title: title.into(), text: text.into() };
        let change = Change { by: actor.name(), at: self.ground.clock.now() };
        canned::put(&mut tx, &written, &change).await?;
        tx.commit().await?;
        Ok(written.id)
    }

    /// Removes a canned reply.
    ///
    /// # Errors
    /// [`Code::NotFound`] if it is gone.
    pub async fn remove_canned(&self, actor: &Actor, id: Id<Canned>) -> Result<()> {
        actor.must(Permission::KeepAnswers)?;
        let mut tx = self.ground.db.begin().await?;
        if !canned::remove(&mut tx, id).await? {
            return Err(Problem::new(Code::NotFound, "这条快捷答复").into());
        }
        Ok(tx.commit().await?)
    }
}
