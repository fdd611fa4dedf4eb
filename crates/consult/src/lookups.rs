//! Who is guided through a lookup at the moment, held ready so that every other message is spared a look into the
//! database.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use account::{Deed, Heard};
use futures::FutureExt;
use kernel::{Db, Ground};

use crate::lookup::Lookup;
use crate::store::lookup as store;

/// How often one looks who was taken into a lookup on another server.
const LOOK: Duration = Duration::from_secs(1);
/// How long a question waits for its answer, in seconds.
const PATIENCE_SECONDS: i64 = 30 * 60;

/// The lookups under way; cheap to clone.
#[derive(Clone, Debug)]
pub struct Lookups {
    db: Db,
    /// The followers of each account.
    guided: Arc<RwLock<HashMap<String, HashSet<String>>>>,
}

impl Lookups {
    /// The lookups as they are now.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(db: Db) -> kernel::Result<Self> {
        let lookups = Self { db, guided: Arc::default() };
        lookups.refresh(None).await?;
        Ok(lookups)
    }

    /// Whether a follower may be in a lookup.
    pub(crate) fn is_guided(&self, heard: &Heard<'_>) -> bool {
        let guided = self.guided.read().unwrap_or_else(PoisonError::into_inner);
        guided.get(heard.account.name()).is_some_and(|followers| followers.contains(heard.openid()))
    }

    /// The lookup of who is heard, if there is one and its time is not over.
    pub(crate) async fn of(&self, heard: &Heard<'_>) -> kernel::Result<Option<Lookup>> {
        if !self.is_guided(heard) {
            return Ok(None);
        }
        let reader = (heard.account.name(), heard.openid());
        Ok(store::of(&mut self.db.glance().await?, reader, heard.at).await?)
    }

    /// What keeps where a lookup stands. From then on this server knows the follower.
    pub(crate) fn keeping(&self, lookup: &Lookup, heard: &Heard<'_>) -> Deed {
        let (lookups, lookup) = (self.clone(), lookup.clone());
        let (account, openid) = (heard.account.name().to_owned(), heard.openid().to_owned());
        let ends_at = heard.at.plus_seconds(PATIENCE_SECONDS);
        Deed::new(move |tx| {
            let (lookups, lookup) = (lookups.clone(), lookup.clone());
            let (account, openid) = (account.clone(), openid.clone());
            async move {
                store::keep(tx, (&account, &openid), &lookup, ends_at).await?;
                lookups.take_in(account, openid);
                Ok(())
            }
            .boxed()
        })
    }

    /// What ends the lookup of a follower.
    pub(crate) fn ending(account: &str, openid: &str) -> Deed {
        let (account, openid) = (account.to_owned(), openid.to_owned());
        Deed::new(move |tx| {
            let (account, openid) = (account.clone(), openid.clone());
            async move { store::forget(tx, &account, &openid).await }.boxed()
        })
    }

    /// Looks every second who is guided, on whichever server, until the house stops.
    pub fn keep_fresh(&self, ground: &Ground) {
        let lookups = self.clone();
        let stopping = ground.tasks.stopping();
        ground.tasks.start(async move {
            tokio::pin!(stopping);
            let mut known = None;
            loop {
                tokio::select! {
                    () = &mut stopping => return,
                    () = tokio::time::sleep(LOOK) => {}
                }
                match lookups.refresh(known).await {
                    Ok(version) => known = Some(version),
                    Err(error) => tracing::warn!(%error, "lookups cannot be looked at"),
                }
            }
        });
    }

    /// Looks who is guided, if anything changed since a version; gives the version now.
    pub(crate) async fn refresh(&self, known: Option<store::Version>) -> kernel::Result<store::Version> {
        let mut tx = self.db.read().await?;
        let version = store::version(&mut tx).await?;
        if known == Some(version) {
            return Ok(version);
        }
        let mut guided: HashMap<String, HashSet<String>> = HashMap::new();
        for (account, openid) in store::followers(&mut tx).await? {
            guided.entry(account).or_default().insert(openid);
        }
        *self.guided.write().unwrap_or_else(PoisonError::into_inner) = guided;
        Ok(version)
    }

    fn take_in(&self, account: String, openid: String) {
        let mut guided = self.guided.write().unwrap_or_else(PoisonError::into_inner);
        guided.entry(account).or_default().insert(openid);
    }
}
