//! Headlines of elsewhere: fetched by a job from the sources that staff switched on, and never because somebody looks at a page.

use bytes::Bytes;
use futures::stream::{self, StreamExt as _};
use kernel::audit::{self, Line, Outcome as Done};
use kernel::jobs::{self, Job, Order, Outcome, Worker};
use kernel::{Actor, Error, Ground, Permission, Result, Timestamp, Tx, db};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Materials;
use crate::headline::{Headline, Health, Source};
use crate::material::Examiner;
use crate::outside::Outside;
use crate::quality::ListPart;
use crate::store::{headline as store, list};

/// How often the sources are fetched, in seconds.
const EVERY: i64 = 30 * 60;
/// How many are fetched at once.
const AT_ONCE: usize = 4;

/// Fetches what the sources tell that are switched on, and orders itself anew while there are any.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FetchHeadlines {}

impl Job for FetchHeadlines {
    const KIND: &'static str = "push.fetch-headlines";
}

/// Orders the headlines for a moment.
pub(super) async fn order(tx: &mut Tx, ground: &Ground, at: Timestamp) -> db::Result<()> {
    jobs::enqueue(tx, &ground.ids, Order::at(at, FetchHeadlines {}).once("")).await
}

/// The desk of the sources; cheap to clone.
#[derive(Clone, Debug)]
pub struct Headlines {
    ground: Ground,
    outside: Outside,
    examiner: Examiner,
}

/// The sources with how each does, and the headlines that came, each with the address of its source.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Gathered {
    /// As staff named them.
    pub sources: Vec<(Source, Option<Health>)>,
    /// As they came.
    pub headlines: Vec<(String, Headline)>,
}

impl Headlines {
    /// The desk of the house whose materials these are: feeds are opened in the same cage.
    pub fn new(materials: &Materials, outside: Outside) -> Self {
        Self { ground: materials.ground.clone(), outside, examiner: materials.examiner.clone() }
    }

    /// A worker that knows how to fetch them.
    pub fn worker(&self) -> Worker {
        let desk = self.clone();
        Worker::default().on(move |_: FetchHeadlines, _| {
            let desk = desk.clone();
            async move { desk.fetch().await }
        })
    }

    /// Orders what the sources tell, for now: when the house opens.
    ///
    /// # Errors
    /// The database's.
    pub async fn plan(&self) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        order(&mut tx, &self.ground, self.ground.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// The same at the word of staff.
    ///
    /// # Errors
    /// [`kernel::Code::Forbidden`]; the database's.
    pub async fn ask(&self, actor: &Actor) -> Result<()> {
        actor.must(Permission::WriteArticles)?;
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let (action, object) = ("push.fetch-headlines", "push-list/sources");
        let line = Line { actor: actor.name(), action, object, outcome: Done::Done, detail: json!({}) };
        audit::privileged(&mut tx, now, &line).await?;
        order(&mut tx, &self.ground, now).await?;
        Ok(tx.commit().await?)
    }

    /// The sources and what they told last.
    ///
    /// # Errors
    /// [`kernel::Code::Forbidden`]; the database's.
    pub async fn gathered(&self, actor: &Actor) -> Result<Gathered> {
        actor.must(Permission::WriteArticles)?;
        let mut tx = self.ground.db.read().await?;
        let mut health = store::health(&mut tx).await?;
        let sources = sources(&mut tx).await?;
        let headlines = store::all(&mut tx).await?;
        let with_health = |source: Source| {
            let known = health.remove(&source.address);
            (source, known)
        };
        Ok(Gathered { sources: sources.into_iter().map(with_health).collect(), headlines })
    }

    /// Fetches from all sources that are switched on; what others told before is let go.
    pub(crate) async fn fetch(&self) -> Result<Outcome> {
        let mut tx = self.ground.db.read().await?;
        let (known, sources) = (store::health(&mut tx).await?, sources(&mut tx).await?);
        drop(tx);
        let on: Vec<Source> = sources.into_iter().filter(|source| source.on).collect();
        let told = stream::iter(on.clone()).map(|source| async move { (self.of(&source).await, source) });
        let told: Vec<_> = told.buffered(AT_ONCE).collect().await;
        let now = self.ground.clock.now();
        for (told, source) in told {
            let mut tx = self.ground.db.begin().await?;
            match told? {
                Ok(headlines) => store::came(&mut tx, &source.address, &headlines, now).await?,
                Err(fault) => store::failed(&mut tx, &source.address, &fault, now).await?,
            }
            tx.commit().await?;
        }
        let mut tx = self.ground.db.begin().await?;
        for address in known.keys().filter(|address| on.iter().all(|source| source.address != **address)) {
            store::forget(&mut tx, address).await?;
        }
        if !on.is_empty() {
            order(&mut tx, &self.ground, now.plus_seconds(EVERY)).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    /// What one source tells, or why it tells nothing.
    async fn of(&self, source: &Source) -> Result<std::result::Result<Vec<Headline>, String>> {
        let content = match self.outside.fetch(&source.address).await {
            Ok(content) => Bytes::from(content),
            Err(fault) => return Ok(Err(fault.to_string())),
        };
        match self.examiner.headlines(&source.name, &content).await {
            Ok(headlines) => Ok(Ok(headlines)),
            Err(Error::Problem(problem)) => Ok(Err(problem.sentence().to_owned())),
            Err(error) => Err(error),
        }
    }
}

/// The sources as staff named them.
async fn sources(tx: &mut Tx) -> db::Result<Vec<Source>> {
    let lists = list::in_force(tx).await?.into_iter().map(|row| row.content);
    Ok(lists
        .filter_map(|list| if let ListPart::Sources(sources) = list { Some(sources) } else { None })
        .flatten()
        .collect())
}

#[cfg(test)]
#[path = "headlines_tests.rs"]
mod tests;
