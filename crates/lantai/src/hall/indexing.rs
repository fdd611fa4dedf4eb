//! Keeping the search indexes up with the database.

use std::time::Duration;

use catalogue::{Follower, Indexes, Pace};
use kernel::{Ground, house};

use crate::settings::Configured;

/// How often a server looks whether something changed.
const LOOK: Duration = Duration::from_millis(500);

/// The indexes of an installation.
pub(crate) fn indexes(configured: &Configured) -> kernel::Result<Indexes> {
    Indexes::open(configured.folder.path(), configured.ranking)
}

/// Follows the change log in the background. Whichever process holds the indexes' lock applies it; the others show what
/// it committed.
pub(super) fn follow(ground: &Ground, indexes: &Indexes) {
    let (ground, indexes) = (ground.clone(), indexes.clone());
    ground.tasks.clone().start(async move {
        let mut follower = None;
        let stopping = ground.tasks.stopping();
        tokio::pin!(stopping);
        loop {
            if let Err(error) = step(&ground, &indexes, &mut follower).await {
                tracing::error!(%error, "the search index does not follow");
                follower = None;
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = &mut stopping => return,
            }
        }
    });
}

async fn step(ground: &Ground, indexes: &Indexes, follower: &mut Option<Follower>) -> kernel::Result<()> {
    if follower.is_none() {
        *follower = Follower::take(ground, indexes, Pace::Prompt)?;
    }
    let Some(follower) = follower else { return indexes.refresh() };
    if let Some(asked) = rebuild_asked(ground).await? {
        rebuild(ground, follower, &asked).await?;
    }
    follower.catch_up().await
}

/// The value of the house under which a command asks whoever holds the indexes to build them anew; empty when that is
/// done.
const REBUILD_ASKED: &str = "index.rebuild-asked";

/// What was asked and is not done yet.
pub(crate) async fn rebuild_asked(ground: &Ground) -> kernel::Result<Option<String>> {
    let asked = house::value(&mut ground.db.read().await?, REBUILD_ASKED).await?;
    Ok(asked.filter(|asked| !asked.is_empty()))
}

/// Asks whoever holds the indexes to build them anew.
pub(crate) async fn ask_rebuild(ground: &Ground) -> kernel::Result<()> {
    let mut tx = ground.db.begin().await?;
    house::set_value(&mut tx, REBUILD_ASKED, &ground.random.hex16()).await?;
    Ok(tx.commit().await?)
}

/// Builds the indexes anew, then notes that what was asked is done, unless it was asked again meanwhile.
pub(crate) async fn rebuild(ground: &Ground, follower: &mut Follower, asked: &str) -> kernel::Result<()> {
    follower.rebuild().await?;
    let mut tx = ground.db.begin().await?;
    if house::value(&mut tx, REBUILD_ASKED).await?.as_deref() == Some(asked) {
        house::set_value(&mut tx, REBUILD_ASKED, "").await?;
    }
    Ok(tx.commit().await?)
}

/// Applies everything at once if no other process is there to do it.
pub(crate) async fn apply_now(ground: &Ground, indexes: &Indexes) -> kernel::Result<()> {
    match Follower::take(ground, indexes, Pace::Bulk)? {
        Some(mut follower) => follower.catch_up().await,
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use catalogue::Indexes;
    use search::Ranking;

    use super::*;

    #[tokio::test]
    async fn whoever_holds_the_indexes_builds_them_anew_when_asked() {
        let (folder, db) = kernel::testing::sqlite().await;
        let (ground, _hand) = kernel::testing::ground(db);
        let indexes = Indexes::open(folder.path(), Ranking::default()).unwrap();
        let generation = || std::fs::read_to_string(folder.path().join("index/current")).ok();
        let mut follower = None;
        step(&ground, &indexes, &mut follower).await.unwrap();
        assert_eq!(generation(), None);
        ask_rebuild(&ground).await.unwrap();
        assert!(rebuild_asked(&ground).await.unwrap().is_some());
        step(&ground, &indexes, &mut follower).await.unwrap();
        assert_eq!((generation().as_deref(), rebuild_asked(&ground).await.unwrap()), (Some("2"), None));
        step(&ground, &indexes, &mut follower).await.unwrap();
        assert_eq!(generation().as_deref(), Some("2"), "once for each time it is asked");

        // Asked again while one is being built: that one does not count for it.
        ask_rebuild(&ground).await.unwrap();
        let mut holder = follower.unwrap();
        rebuild(&ground, &mut holder, "an earlier one").await.unwrap();
        assert!(rebuild_asked(&ground).await.unwrap().is_some());
    }
}
