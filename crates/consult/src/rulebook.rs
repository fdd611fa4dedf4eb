//! The rules and questions in force, held ready in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use kernel::{Db, Ground, Timestamp};
use web::{House, HouseBook};

use crate::endpoint::{Endpoint, Trouble};
use crate::faq::{Faq, Faqs, Found};
use crate::matcher::{Matcher, keyword};
use crate::meaning::{Meanings, Vector, together};
use crate::replies::LOOKUP;
use crate::rule::{Rule, TriggerKind};
use crate::store;
use crate::thresholds::Thresholds;

/// How often one looks whether rules were changed, on whichever server.
const LOOK: Duration = Duration::from_secs(5);

/// What tells that something was changed: of rules, of questions and of vectors how many there are and the last change, and
/// the thresholds.
type Version = ([(i64, Option<Timestamp>); 3], Thresholds);

/// The rules and questions of one moment.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) rules: Matcher,
    pub(crate) faqs: Faqs,
    pub(crate) meanings: Meanings,
    house: HouseBook,
    version: Option<Version>,
}

/// The rules and questions in force; cheap to clone, and read without waiting.
#[derive(Clone, Debug)]
pub struct Rulebook {
    db: Db,
    house: HouseBook,
    endpoint: Option<Endpoint>,
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

    /// What a message asks at a moment, by pairs of characters and by meaning together.
    pub(crate) fn question_and(&self, text: &str, meant: &Vector, at: Timestamp) -> Found<'_> {
        let house = self.house.now();
        let numbers = self.meanings.meant(meant, None);
        let found = numbers.into_iter().filter_map(|number| self.faqs.questions().get(number));
        let by_meaning: Vec<&Faq> = found.filter(|faq| faq.schedule.applies(at, &house.hours)).collect();
        together(self.question(text, at), &by_meaning)
    }
}

impl Rulebook {
    /// The rulebook of a house, as it is now.
    pub async fn open(db: Db, house: impl Into<HouseBook>) -> kernel::Result<Self> {
        Self::with(db, house, None).await
    }

    /// The same with the endpoint by which questions are also found by their meaning, if the house has one.
    ///
    /// # Errors
    /// The database's.
    pub async fn with(db: Db, house: impl Into<HouseBook>, endpoint: Option<Endpoint>) -> kernel::Result<Self> {
        let house = house.into();
        let blank = Page {
            rules: Matcher::default(),
            faqs: Faqs::default(),
            meanings: Meanings::default(),
            house: house.clone(),
            version: None,
        };
        let (page, hits) = (Arc::new(RwLock::new(Arc::new(blank))), Arc::default());
        let rulebook = Self { db, house, endpoint, page, hits };
        rulebook.refresh().await?;
        Ok(rulebook)
    }

    /// The endpoint by which questions are also found by their meaning.
    pub(crate) const fn endpoint(&self) -> Option<&Endpoint> {
        self.endpoint.as_ref()
    }

    /// Whether questions can be found by their meaning now: there is an endpoint, and it has placed some of them.
    pub(crate) fn knows_meanings(&self) -> bool {
        self.endpoint.is_some() && self.page().meanings.ready().0 > 0
    }

    /// Where a text stands among meanings; none without an endpoint.
    pub(crate) async fn placed(&self, text: &str) -> Result<Option<Vector>, Trouble> {
        let Some(endpoint) = &self.endpoint else { return Ok(None) };
        Ok(endpoint.embed(&[text.to_owned()]).await?.pop())
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
        let model = self.endpoint.as_ref().map(Endpoint::model);
        let [rules, faqs] = store::rule::version(&mut tx).await?;
        let vectors = match model {
            Some(model) => store::vector::version(&mut tx, model).await?,
            None => (0, None),
        };
        let version = Some(([rules, faqs, vectors], thresholds));
        if self.page().version == version {
            return Ok(false);
        }
        let rules = store::rule::enabled(&mut tx).await?;
        let faqs = store::faq::enabled(&mut tx).await?;
        let vectors = match model {
            Some(model) => store::vector::all(&mut tx, model).await?,
            None => HashMap::new(),
        };
        drop(tx);
        let rules = Matcher::new(rules).map_err(kernel::Error::internal)?;
        let (meanings, faqs) = (Meanings::new(&faqs, &vectors), Faqs::new(faqs, thresholds));
        let page = Arc::new(Page { rules, faqs, meanings, house: self.house.clone(), version });
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
