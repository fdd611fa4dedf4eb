//! Looking through the gap list, and noting what was done.

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Ground, Permission, Problem, Result, Timestamp};
use serde_json::json;

use super::Gap;
use crate::store::gap;

/// The gap list of an institution, as staff keep it.
#[derive(Clone, Debug)]
pub struct Gaps {
    ground: Ground,
    institution: String,
}

impl Gaps {
    /// That of an institution (档案馆代码).
    pub fn new(ground: Ground, institution: impl Into<String>) -> Self {
        Self { ground, institution: institution.into() }
    }

    /// What was asked in vain, most often first: what nobody has dealt with, or all; at most so many.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(&self, all: bool, take: u32) -> Result<Vec<Gap>> {
        Ok(gap::list(&mut self.ground.db.read().await?, &self.institution, all, i64::from(take)).await?)
    }

    /// What nobody has dealt with and was asked for the first time within the last seven days, most often first; at most
    /// so many.
    ///
    /// # Errors
    /// The database's.
    pub async fn new_ones(&self, take: u32) -> Result<Vec<Gap>> {
        let mut tx = self.ground.db.read().await?;
        Ok(gap::since(&mut tx, &self.institution, self.week(), i64::from(take)).await?)
    }

    /// How many [`Gaps::new_ones`] there are.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_new(&self) -> Result<u64> {
        Ok(gap::count_since(&mut self.ground.db.read().await?, &self.institution, self.week()).await?)
    }

    /// When the last seven days began.
    fn week(&self) -> Timestamp {
        self.ground.clock.now().plus_seconds(-7 * 86_400)
    }

    /// Notes what was done about one. It opens again when somebody asks for it again.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for who may not keep the catalogue, [`Code::NotFound`] if none of that number is open; the
    /// database's.
    pub async fn close(&self, actor: &Actor, number: i64, note: &str) -> Result<()> {
        actor.must(Permission::KeepCatalogue)?;
        let about = || format!("未查到清单第 {number} 号");
        let note = note.trim();
        if note.is_empty() {
            return Err(Problem::new(Code::BadRequest, about()).because("要写明怎样处理了").into());
        }
        let mut tx = self.ground.db.begin().await?;
        if !gap::close(&mut tx, &self.institution, number, (note, actor.name())).await? {
            return Err(Problem::new(Code::NotFound, about()).because("没有这一号，或已经处理").into());
        }
        let (action, object) = ("catalogue.close-gap", format!("gap/{number}"));
        let line = Line {
            actor: actor.name(),
            action,
            object: &object,
            outcome: Outcome::Done,
            detail: json!({"note": note}),
        };
        audit::privileged(&mut tx, self.ground.clock.now(), &line).await?;
        Ok(tx.commit().await?)
    }
}
