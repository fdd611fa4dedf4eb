//! The faults of the inbox that the fault tests must catch.

use kernel::planted::Fault;
use kernel::{Ground, Tx, db};

use super::group::Delivery;
use crate::dialogue::{Deed, act};
use crate::store::inbox::{self, NewRow};

/// No unique key: whatever is stored under a key makes room for what comes under it again.
pub(super) async fn make_room(ground: &Ground, tx: &mut Tx, rows: &[&NewRow]) -> db::Result<()> {
    if ground.steps.planted(Fault::NoUniqueInboxKey) {
        for row in rows {
            inbox::rename(tx, &row.key, &ground.random.hex16()).await?;
        }
    }
    Ok(())
}

/// Outbox after commit: nothing but the deliveries themselves is written with them …
pub(super) fn with_commit<'d>(
    ground: &Ground,
    deeds: impl Iterator<Item = &'d Deed>,
) -> impl Iterator<Item = &'d Deed> {
    let held_back = ground.steps.planted(Fault::OutboxAfterCommit);
    deeds.filter(move |_| !held_back)
}

/// … the rest comes in a transaction of its own.
pub(super) async fn after_commit<'d>(ground: &Ground, new: impl Iterator<Item = &'d Delivery>) -> db::Result<()> {
    if ground.steps.planted(Fault::OutboxAfterCommit) {
        let mut tx = ground.db.begin().await?;
        act(&mut tx, new.flat_map(|delivery| &delivery.deeds)).await?;
        tx.commit().await?;
    }
    Ok(())
}
