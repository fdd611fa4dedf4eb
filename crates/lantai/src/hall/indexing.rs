//! Keeping the search indexes up with the database.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use catalogue::{Follower, Indexes, Pace};
use kernel::{Code, Error, Ground, Problem};

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

/// Loads in the background what the first question would wait for.
pub(super) fn prepare(ground: &Ground, indexes: &Indexes) {
    let indexes = indexes.clone();
    ground.tasks.start(async move {
        if tokio::task::spawn_blocking(move || indexes.load_words()).await.is_err() {
            tracing::warn!("the dictionary was not loaded");
        }
    });
}

async fn step(ground: &Ground, indexes: &Indexes, follower: &mut Option<Follower>) -> kernel::Result<()> {
    if follower.is_none() {
        *follower = Follower::take(ground, indexes, Pace::Prompt)?;
    }
    let Some(follower) = follower else { return indexes.refresh() };
    let asked = rebuilds_asked(indexes)?;
    if !asked.is_empty() {
        rebuild(follower, &asked).await?;
    }
    follower.catch_up().await
}

/// The folder where commands ask whoever holds the indexes to build them anew: a file for each, gone when that is done.
/// It is beside the indexes and not in the database, because every node has indexes of its own.
const ASKED: &str = "rebuild-asked";

/// What was asked and is not done yet.
pub(crate) fn rebuilds_asked(indexes: &Indexes) -> kernel::Result<Vec<PathBuf>> {
    match fs::read_dir(indexes.folder().join(ASKED)) {
        Ok(entries) => entries.map(|entry| Ok(entry.map_err(Error::internal)?.path())).collect(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Error::internal(error)),
    }
}

/// Asks whoever holds the indexes to build them anew, by the file that is returned.
pub(crate) fn ask_rebuild(ground: &Ground, indexes: &Indexes) -> kernel::Result<PathBuf> {
    let folder = indexes.folder().join(ASKED);
    fs::create_dir_all(&folder).map_err(Error::internal)?;
    let file = folder.join(ground.random.hex16());
    fs::write(&file, "").map_err(Error::internal)?;
    Ok(file)
}

/// Builds the indexes anew, then notes that what had been asked until then is done.
pub(crate) async fn rebuild(follower: &mut Follower, asked: &[PathBuf]) -> kernel::Result<()> {
    follower.rebuild().await?;
    for file in asked {
        fs::remove_file(file).map_err(Error::internal)?;
    }
    Ok(())
}

/// Applies everything at once if no other process is there to do it.
pub(crate) async fn apply_now(ground: &Ground, indexes: &Indexes) -> kernel::Result<()> {
    match Follower::take(ground, indexes, Pace::Bulk)? {
        Some(mut follower) => follower.catch_up().await,
        None => Ok(()),
    }
}

/// How long a server may take to follow before it is said that it does not.
const PATIENCE: Duration = Duration::from_mins(2);

/// Completes when both indexes know the change log up to an entry: applied here, or by the server that holds them.
pub(crate) async fn caught_up(ground: &Ground, indexes: &Indexes, entry: u64) -> kernel::Result<()> {
    let began = Instant::now();
    loop {
        apply_now(ground, indexes).await?;
        indexes.refresh()?;
        if indexes.watermark() >= entry {
            return Ok(());
        }
        if began.elapsed() > PATIENCE {
            let why = "数据库已改，检索索引还没有跟上；请查看服务的日志，或执行 lantai reindex";
            return Err(Problem::new(Code::Busy, "检索索引").because(why).into());
        }
        tokio::time::sleep(LOOK / 5).await;
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
        let generation = || fs::read_to_string(folder.path().join("index/current")).ok();
        let mut follower = None;
        step(&ground, &indexes, &mut follower).await.unwrap();
        assert_eq!(generation(), None);
        ask_rebuild(&ground, &indexes).unwrap();
        step(&ground, &indexes, &mut follower).await.unwrap();
        assert_eq!((generation().as_deref(), rebuilds_asked(&indexes).unwrap().len()), (Some("2"), 0));
        step(&ground, &indexes, &mut follower).await.unwrap();
        assert_eq!(generation().as_deref(), Some("2"), "once for each time it is asked");

        // Asked again while one is being built: that one does not count for it.
        let mut holder = follower.unwrap();
        let earlier = ask_rebuild(&ground, &indexes).unwrap();
        let later = ask_rebuild(&ground, &indexes).unwrap();
        rebuild(&mut holder, &[earlier]).await.unwrap();
        assert_eq!(rebuilds_asked(&indexes).unwrap(), [later]);
    }
}
