//! What of the catalogue waits for whoever is signed in, for the first page of the console.

use kernel::{Actor, Permission, Result};

use super::Office;
use super::shown::{count, many};

/// Something that waits for somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// Its name in machine-readable answers.
    pub name: &'static str,
    /// What staff call it.
    pub label: &'static str,
    /// How many there are.
    pub count: i64,
    /// The page of the console that shows just these.
    pub path: &'static str,
}

impl Office {
    /// What waits for somebody, with nothing among it that they may not do.
    ///
    /// # Errors
    /// The database's; faults of the machine.
    pub async fn waiting_for(&self, actor: &Actor) -> Result<Vec<Waiting>> {
        let mut all = Vec::new();
        let mut tell = |name, label, count, path| all.push(Waiting { name, label, count, path });
        if actor.may(Permission::ReviewOpenness) {
            let reviews = self.reviews();
            tell("due", "到期该审核的档案", many(reviews.due_in_all(actor).await?), "/review");
            tell("reviews", "等我办理的审核批次", count(reviews.mine(actor).await?.len()), "/review?stage=mine");
        }
        if actor.may(Permission::ApproveImport) {
            let (imports, roll_backs) = (self.uploads.mine(actor).await?, self.uploads.roll_backs_for(actor)?);
            tell("imports", "等我复核的导入", count(imports.len()), "/imports?state=mine");
            tell("roll-backs", "等我复核的撤回", count(roll_backs.len()), "/batches?state=mine");
        }
        if actor.may(Permission::KeepCatalogue) {
            tell("gaps", "近七天读者新没找到的", many(self.gaps().count_new().await?), "/gaps?show=new");
        }
        Ok(all)
    }
}
