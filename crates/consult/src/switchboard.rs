//! Who talks with people at the moment, held ready so that every other message is spared a look into the database, and
//! what changed, for those who watch.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use kernel::{Db, Ground, Id, Timestamp};
use tokio::sync::broadcast;

use crate::conversation::Conversation;
use crate::store::conversation as store;

/// How often one looks what other servers changed.
const LOOK: Duration = Duration::from_secs(1);
/// Changes a slow watcher may fall behind.
const BEHIND: usize = 256;

/// The switchboard; cheap to clone.
#[derive(Clone, Debug)]
pub struct Switchboard {
    db: Db,
    /// The followers of each account.
    talking: Arc<RwLock<HashMap<String, HashSet<String>>>>,
    changes: broadcast::Sender<Change>,
}

/// A conversation that changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Change {
    pub(crate) id: Id<Conversation>,
    /// Whether it was escalated by that.
    pub(crate) escalated: bool,
}

impl Switchboard {
    /// The switchboard as it is now.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(db: Db) -> kernel::Result<Self> {
        let (changes, _) = broadcast::channel(BEHIND);
        let switchboard = Self { db, talking: Arc::default(), changes };
        switchboard.refresh().await?;
        Ok(switchboard)
    }

    /// Whether a follower talks with people, or a reply waits for them.
    pub(crate) fn is_talking(&self, account: &str, openid: &str) -> bool {
        let talking = self.talking.read().unwrap_or_else(PoisonError::into_inner);
        talking.get(account).is_some_and(|followers| followers.contains(openid))
    }

    /// From now on a follower talks with people: before the database is looked at again.
    pub(crate) fn connect(&self, account: &str, openid: &str) {
        let mut talking = self.talking.write().unwrap_or_else(PoisonError::into_inner);
        talking.entry(account.to_owned()).or_default().insert(openid.to_owned());
    }

    /// What changes from now on.
    pub(crate) fn watch(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Looks who talks.
    pub(crate) async fn refresh(&self) -> kernel::Result<()> {
        let mut talking: HashMap<String, HashSet<String>> = HashMap::new();
        for (account, openid) in store::talking(&mut self.db.read().await?).await? {
            talking.entry(account).or_default().insert(openid);
        }
        *self.talking.write().unwrap_or_else(PoisonError::into_inner) = talking;
        Ok(())
    }

    /// Looks every second what changed, on whichever server, until the house stops.
    pub fn keep_fresh(&self, ground: &Ground) {
        let (switchboard, tasks) = (self.clone(), ground.tasks.clone());
        let stopping = ground.tasks.stopping();
        tasks.start(async move {
            tokio::pin!(stopping);
            let mut since = None;
            loop {
                tokio::select! {
                    () = &mut stopping => return,
                    () = tokio::time::sleep(LOOK) => {}
                }
                if let Err(error) = switchboard.look(&mut since).await {
                    tracing::warn!(%error, "conversations cannot be looked at");
                }
            }
        });
    }

    async fn look(&self, since: &mut Option<Timestamp>) -> kernel::Result<()> {
        let mut tx = self.db.read().await?;
        let Some(known) = *since else {
            *since = Some(store::last_change(&mut tx).await?.unwrap_or_default());
            return Ok(());
        };
        let changed = store::changed_since(&mut tx, known).await?;
        drop(tx);
        let Some((_, last, _)) = changed.last() else { return Ok(()) };
        *since = Some(*last);
        self.refresh().await?;
        for (id, _, escalated_at) in changed {
            let escalated = escalated_at.is_some_and(|at| at > known);
            // Nobody watches: nobody is told.
            drop(self.changes.send(Change { id, escalated }));
        }
        Ok(())
    }
}
