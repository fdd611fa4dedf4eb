//! The rules and questions in force, held ready in memory.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use kernel::{Db, Ground, Timestamp};

use crate::faq::Faqs;
use crate::matcher::Matcher;
use crate::store;

/// How often one looks whether rules were changed, on whichever server.
const LOOK: Duration = Duration::from_secs(5);

/// The rules and questions of one moment.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) rules: Matcher,
    pub(crate) faqs: Faqs,
    version: Option<[(i64, Option<Timestamp>); 2]>,
}

/// The rules and questions in force; cheap to clone, and read without waiting.
#[derive(Clone, Debug)]
pub struct Rulebook {
    db: Db,
    page: Arc<RwLock<Arc<Page>>>,
}

impl Rulebook {
    /// The rulebook of a house, as it is now.
    pub async fn open(db: Db) -> kernel::Result<Self> {
        let rulebook = Self { db, page: Arc::default() };
        rulebook.refresh().await?;
        Ok(rulebook)
    }

    /// Looks whether anything was changed, and if so takes it over; says whether it did.
    pub async fn refresh(&self) -> kernel::Result<bool> {
        let mut tx = self.db.read().await?;
        let version = Some(store::rule::version(&mut tx).await?);
        if self.page().version == version {
            return Ok(false);
        }
        let rules = store::rule::enabled(&mut tx).await?;
        let faqs = store::faq::enabled(&mut tx).await?;
        drop(tx);
        let rules = Matcher::new(rules).map_err(kernel::Error::internal)?;
        let page = Arc::new(Page { rules, faqs: Faqs::new(faqs), version });
        *self.page.write().unwrap_or_else(PoisonError::into_inner) = page;
        Ok(true)
    }

    /// Looks for changes every few seconds until the house stops.
    pub fn keep_fresh(&self, ground: &Ground) {
        let (rulebook, tasks) = (self.clone(), ground.tasks.clone());
        let stopping = ground.tasks.stopping();
        tasks.start(async move {
            tokio::pin!(stopping);
            loop {
                tokio::select! {
                    () = &mut stopping => return,
                    () = tokio::time::sleep(LOOK) => {}
                }
                if let Err(error) = rulebook.refresh().await {
                    tracing::warn!(%error, "rules cannot be read; those held stay in force");
                }
            }
        });
    }

    pub(crate) fn page(&self) -> Arc<Page> {
        Arc::clone(&self.page.read().unwrap_or_else(PoisonError::into_inner))
    }
}
