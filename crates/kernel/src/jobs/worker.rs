//! The worker: one step at a time, and a loop around it.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;

use super::{Claim, Job, Outcome, store};
use crate::{Ground, Result, database_now};

/// How long a claim lasts before others may take the job. A worker that is alive renews it in time.
const LEASE_SECONDS: i64 = 60;
/// How often a lease is renewed: three times while it lasts.
const RENEWAL: Duration = Duration::from_secs(20);
/// A job begun so often without coming to an end is given up: it may be what kills its workers.
const MOST_ATTEMPTS: i64 = 20;
/// How long the loop rests when there is nothing to do.
const REST: Duration = Duration::from_millis(500);

type Handler = Box<dyn Fn(Claim) -> BoxFuture<'static, Result<Outcome>> + Send + Sync>;

/// Does the jobs of the kinds it was taught. Jobs of other kinds wait for a worker that knows them: in an upgrade, nodes
/// of two versions work side by side.
#[derive(Default)]
pub struct Worker {
    handlers: BTreeMap<&'static str, Handler>,
}

/// What one step of a worker did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Happened {
    /// No job was due.
    Nothing,
    /// A job of this kind was done.
    Done(String),
    /// A job of this kind must be tried again, for this reason.
    Again(String, String),
    /// A job of this kind was given up, for this reason.
    GaveUp(String, String),
    /// A job of this kind took so long that another worker has it now; what this one wanted to note was not noted.
    Lost(String),
}

impl Worker {
    /// Teaches the worker a kind of job.
    #[must_use]
    pub fn on<J, F, T>(mut self, handle: F) -> Self
    where
        J: Job,
        F: Fn(J, Claim) -> T + Send + Sync + 'static,
        T: Future<Output = Result<Outcome>> + Send + 'static,
    {
        let handler = move |claim: Claim| match serde_json::from_value::<J>(claim.payload.clone()) {
            Ok(job) => handle(job, claim).boxed(),
            Err(error) => std::future::ready(Ok(Outcome::GiveUp(format!("its payload does not fit: {error}")))).boxed(),
        };
        self.handlers.insert(J::KIND, Box::new(handler));
        self
    }

    /// Lets the worker swallow the leftovers of a kind that no longer exists.
    #[must_use]
    pub fn retired(mut self, kind: &'static str) -> Self {
        self.handlers.insert(kind, Box::new(|_| std::future::ready(Ok(Outcome::Done)).boxed()));
        self
    }

    /// Does one job that is due, if there is one, and says what happened.
    ///
    /// # Errors
    /// If the database does not answer. What the job itself ran into is in the result.
    pub async fn run_one(&self, ground: &Ground) -> Result<Happened> {
        let Some(claim) = self.claim(ground).await? else { return Ok(Happened::Nothing) };
        let outcome = if claim.attempts > MOST_ATTEMPTS {
            Outcome::GiveUp(format!("it was begun {MOST_ATTEMPTS} times and never came to an end"))
        } else {
            match self.work(ground, &claim).await? {
                Some(outcome) => outcome,
                None => return Ok(Happened::Lost(claim.kind)),
            }
        };
        note(ground, claim, outcome).await
    }

    /// Does jobs in the background until the house stops. Calling it again adds another pair of hands.
    pub fn start(self: &Arc<Self>, ground: &Ground) {
        let (worker, ground) = (Arc::clone(self), ground.clone());
        ground.tasks.clone().start(async move {
            while !ground.tasks.is_stopping() {
                match worker.run_one(&ground).await {
                    Ok(Happened::Nothing) => rest(&ground).await,
                    Ok(happened) => tracing::info!(?happened, "job"),
                    Err(error) => {
                        tracing::error!(%error, "jobs cannot be claimed");
                        rest(&ground).await;
                    }
                }
            }
        });
    }

    async fn claim(&self, ground: &Ground) -> Result<Option<Claim>> {
        if self.handlers.is_empty() {
            return Ok(None);
        }
        let kinds: Vec<&str> = self.handlers.keys().copied().collect();
        let mut tx = ground.db.begin().await?;
        let now = database_now(&mut tx, &ground.clock).await?;
        let claim = store::claim(&mut tx, &kinds, now, now.plus_seconds(LEASE_SECONDS)).await?;
        tx.commit().await?;
        Ok(claim)
    }

    /// Runs the handler and renews the lease meanwhile; `None` if the job was lost.
    async fn work(&self, ground: &Ground, claim: &Claim) -> Result<Option<Outcome>> {
        let Some(handler) = self.handlers.get(claim.kind.as_str()) else { return Ok(None) };
        let mut work = AssertUnwindSafe(handler(claim.clone())).catch_unwind();
        loop {
            tokio::select! {
                ended = &mut work => return Ok(Some(match ended {
                    Ok(Ok(outcome)) => outcome,
                    Ok(Err(error)) => Outcome::Retry(backoff(claim.attempts), error.to_string()),
                    Err(_) => Outcome::Retry(backoff(claim.attempts), "it panicked".to_owned()),
                })),
                () = tokio::time::sleep(RENEWAL) => {
                    if !renew(ground, claim).await? {
                        return Ok(None);
                    }
                }
            }
        }
    }
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.handlers.keys()).finish()
    }
}

/// Seconds to wait after a failure: 2, 4, 8 … up to an hour.
fn backoff(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(1, 12)).unwrap_or(12);
    2_i64.pow(doublings).min(3600)
}

async fn renew(ground: &Ground, claim: &Claim) -> Result<bool> {
    let mut tx = ground.db.begin().await?;
    let now = database_now(&mut tx, &ground.clock).await?;
    let ours = store::renew(&mut tx, claim, now.plus_seconds(LEASE_SECONDS)).await?;
    tx.commit().await?;
    Ok(ours)
}

async fn note(ground: &Ground, claim: Claim, outcome: Outcome) -> Result<Happened> {
    let mut tx = ground.db.begin().await?;
    let now = database_now(&mut tx, &ground.clock).await?;
    let kind = claim.kind.clone();
    let (ours, happened) = match outcome {
        Outcome::Done => (store::finish(&mut tx, &claim, now).await?, Happened::Done(kind)),
        Outcome::Retry(after, why) => {
            (store::again(&mut tx, &claim, now.plus_seconds(after), &why).await?, Happened::Again(kind, why))
        }
        Outcome::GiveUp(why) => (store::fail(&mut tx, &claim, now, &why).await?, Happened::GaveUp(kind, why)),
    };
    tx.commit().await?;
    Ok(if ours { happened } else { Happened::Lost(claim.kind) })
}

async fn rest(ground: &Ground) {
    tokio::select! {
        () = ground.tasks.stopping() => {}
        () = tokio::time::sleep(REST) => {}
    }
}
