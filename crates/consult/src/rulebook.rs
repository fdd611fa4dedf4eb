//! The rules and questions in force, held ready in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use kernel::{Db, Ground, Timestamp};
use web::{House, HouseBook};

use crate::faq::{Faqs, Found};
use crate::matcher::{Matcher, keyword};
use crate::replies::LOOKUP;
use crate::rule::{Rule, TriggerKind};
use crate::store;
use crate::thresholds::Thresholds;

/// How often one looks whether rules were changed, on whichever server.
const LOOK: Duration = Duration::from_secs(5);

/// What tells that something was changed: of rules and of questions how many there are and the last change, and the
/// thresholds.
type Version = ([(i64, Option<Timestamp>); 2], Thresholds);

/// The rules and questions of one moment.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) rules: Matcher,
    pub(crate) faqs: Faqs,
    house: HouseBook,
    version: Option<Version>,
}

/// The rules and questions in force; cheap to clone, and read without waiting.
#[derive(Clone, Debug)]
pub struct Rulebook {
    db: Db,
    house: HouseBook,
    page: Arc<RwLock<Arc<Page>>>,
    hits: Arc<Mutex<HashMap<Hit, (i64, Timestamp)>>>,
}

/// What answered, by the name that staff gave it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Hit {
    Rule(String),
    Faq(String),
}

impl Page {
    /// The rule a text sets off at a moment.
    pub(crate) fn rule_of_text(&self, text: &str, whole_only: bool, at: Timestamp) -> Option<&Rule> {
        let house = self.house.now();
        self.rules.of_text(text, whole_only, |rule| rule.schedule.applies(at, &house.hours))
    }

    /// The rule an event sets off at a moment.
    pub(crate) fn rule_of_event(&self, kind: TriggerKind, text: &str, at: Timestamp) -> Option<&Rule> {
        let house = self.house.now();
        self.rules.of_event(kind, text, |rule| rule.schedule.applies(at, &house.hours))
    }

    /// Whether a text is, word for word, a question that is answered at a moment.
    pub(crate) fn is_question(&self, text: &str, at: Timestamp) -> bool {
        let text_of = |wording: &String| keyword(wording) == keyword(text);
        matches!(self.question(text, at), Found::Answer(faq) if faq.wordings().any(text_of))
    }

    /// What a message asks at a moment.
    pub(crate) fn question(&self, text: &str, at: Timestamp) -> Found<'_> {
        let house = self.house.now();
        self.faqs.find(text, |faq| faq.schedule.applies(at, &house.hours))
    }
}

impl Rulebook {
    /// The rulebook of a house, as it is now.
    pub async fn open(db: Db, house: impl Into<HouseBook>) -> kernel::Result<Self> {
        let house = house.into();
        let blank = Page { rules: Matcher::default(), faqs: Faqs::default(), house: house.clone(), version: None };
        let rulebook = Self { db, house, page: Arc::new(RwLock::new(Arc::new(blank))), hits: Arc::default() };
        rulebook.refresh().await?;
        Ok(rulebook)
    }

    /// The menu keys that are answered, each with the rule's name; the guided lookup has one of its own.
    pub fn menu_keys(&self) -> Vec<(String, String)> {
        let lookup = (LOOKUP.to_owned(), "查档引导".to_owned());
        self.cues(TriggerKind::Click).into_iter().chain([lookup]).collect()
    }

    /// The scenes that rules wait for or are kept to, each with the rule's name.
    pub fn scenes(&self) -> Vec<(String, String)> {
        let page = self.page();
        let kept_to = page.rules.rules().iter().filter_map(|rule| Some((rule.scene.clone()?, rule.name.clone())));
        let mut scenes: Vec<(String, String)> = kept_to.chain(self.cues(TriggerKind::Scan)).collect();
        scenes.sort();
        scenes.dedup();
        scenes
    }

    fn cues(&self, kind: TriggerKind) -> Vec<(String, String)> {
        let page = self.page();
        let of = |rule: &Rule| {
            let triggers = rule.triggers.iter().filter(|trigger| trigger.kind == kind);
            triggers.map(|trigger| (trigger.text.clone(), rule.name.clone())).collect::<Vec<_>>()
        };
        page.rules.rules().iter().flat_map(of).collect()
    }

    /// Looks whether anything was changed, and if so takes it over; says whether it did.
    pub async fn refresh(&self) -> kernel::Result<bool> {
        let mut tx = self.db.read().await?;
        let thresholds = store::thresholds::get(&mut tx).await?;
        let version = Some((store::rule::version(&mut tx).await?, thresholds));
        if self.page().version == version {
            return Ok(false);
        }
        let rules = store::rule::enabled(&mut tx).await?;
        let faqs = store::faq::enabled(&mut tx).await?;
        drop(tx);
        let rules = Matcher::new(rules).map_err(kernel::Error::internal)?;
        let page = Arc::new(Page { rules, faqs: Faqs::new(faqs, thresholds), house: self.house.clone(), version });
        *self.page.write().unwrap_or_else(PoisonError::into_inner) = page;
        Ok(true)
    }

    /// The house as it is now.
    pub(crate) fn house(&self) -> Arc<House> {
        self.house.now()
    }

    /// Counts an answer; it is written down a little later, with the others.
    pub(crate) fn hit(&self, hit: Hit, at: Timestamp) {
        let mut hits = self.hits.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = hits.entry(hit).or_insert((0, at));
        *counted = (counted.0 + 1, at.max(counted.1));
    }

    /// Writes down what answered how often since the last time.
    ///
    /// # Errors
    /// The database's; what was not written is counted again.
    pub(crate) async fn write_hits(&self) -> kernel::Result<()> {
        let hits = std::mem::take(&mut *self.hits.lock().unwrap_or_else(PoisonError::into_inner));
        if hits.is_empty() {
            return Ok(());
        }
        let written = async {
            let mut tx = self.db.begin().await?;
            for (hit, counted) in &hits {
                match hit {
                    Hit::Rule(name) => store::rule::count(&mut tx, name, *counted).await?,
                    Hit::Faq(question) => store::faq::count(&mut tx, question, *counted).await?,
                }
            }
            tx.commit().await
        };
        if let Err(error) = written.await {
            let mut held = self.hits.lock().unwrap_or_else(PoisonError::into_inner);
            for (hit, (count, at)) in hits {
                let counted = held.entry(hit).or_insert((0, at));
                *counted = (counted.0 + count, at.max(counted.1));
            }
            return Err(error.into());
        }
        Ok(())
    }

    /// Looks for changes, and writes down what answered, every few seconds until the house stops, and once more then.
    pub fn keep_fresh(&self, ground: &Ground) {
        let (rulebook, tasks) = (self.clone(), ground.tasks.clone());
        let stopping = ground.tasks.stopping();
        tasks.start(async move {
            tokio::pin!(stopping);
            let mut is_open = true;
            while is_open {
                tokio::select! {
                    () = &mut stopping => is_open = false,
                    () = tokio::time::sleep(LOOK) => {}
                }
                if let Err(error) = rulebook.write_hits().await {
                    tracing::warn!(%error, "what answered how often cannot be written down");
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
