//! What works on files in the background, and how far it has come.

use std::time::Duration;

use futures::stream::{self, Stream};
use kernel::{Code, Error, Result};
use tokio::sync::watch;

use super::desk::{Asked, Uploads};
use super::entry::{Entry, Openings, OrderGiven, Report, State, Told};
use crate::import::{Approval, Ended, Refusal, Step};
use crate::store::batch;

/// The pause between two things that are told of one work.
const BREATH: Duration = Duration::from_millis(300);

/// How far a work has come.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Progress {
    pub(crate) done: u64,
    /// None before anything is known of the size.
    pub(crate) of: Option<u64>,
    pub(crate) seconds_left: Option<u64>,
}

impl From<Step> for Progress {
    fn from(step: Step) -> Self {
        Self { done: step.done, of: Some(step.of), seconds_left: Some(step.left().as_secs()) }
    }
}

impl Uploads {
    /// How far the work on a file has come, if anything works on it.
    pub(crate) fn progress(&self, id: &str) -> Option<Progress> {
        self.live().get(id).map(|live| *live.borrow())
    }

    /// What is known of a file and how far the work on it has come, at once and then while that changes, until nothing
    /// works on it or the house stops.
    pub(crate) fn follow(&self, id: &str) -> impl Stream<Item = (Entry, Progress)> + Send + use<> {
        let mut live = self.live().get(id).map(watch::Sender::subscribe);
        live.iter_mut().for_each(watch::Receiver::mark_changed);
        let tasks = self.0.ground.tasks.clone();
        let stopping = Box::pin(async move { tasks.stopping().await });
        stream::unfold(Some((self.clone(), live, id.to_owned(), stopping)), |state| async move {
            let (here, live, id, mut stopping) = state?;
            let Some(mut live) = live else { return Some(((here.known(&id).ok()?, Progress::default()), None)) };
            let is_live = tokio::select! {
                changed = live.changed() => changed.is_ok(),
                () = &mut stopping => return None,
            };
            let entry = here.known(&id).ok()?;
            let progress = *live.borrow_and_update();
            if is_live {
                tokio::time::sleep(BREATH).await;
            }
            Some(((entry, progress), is_live.then_some((here, Some(live), id, stopping))))
        })
    }

    /// Begins the work that the state of a file says.
    pub(super) fn start(&self, entry: &Entry) {
        let (told, here, entry) = (watch::Sender::new(Progress::default()), self.clone(), entry.clone());
        self.live().insert(entry.id.clone(), told.clone());
        let stopping = self.0.ground.tasks.stopping();
        self.0.ground.tasks.start(async move {
            let ended = tokio::select! {
                ended = here.work(&entry, &told) => Some(ended),
                () = stopping => None,
            };
            if let Err(error) = here.settle(&entry, ended).await {
                tracing::error!(%error, "what became of an import could not be written down");
            }
            here.live().remove(&entry.id);
        });
    }

    async fn work(&self, entry: &Entry, told: &watch::Sender<Progress>) -> Result<Ended> {
        let _turn = self.0.turns.acquire().await.map_err(Error::internal)?;
        let file = self.0.shelf.file(&entry.id).await?;
        let Some(OrderGiven { mapping, fonds, format, by, approved_by, .. }) = entry.order.clone() else {
            return Err(Error::internal("a file without an order"));
        };
        let approval = approved_by.map(|second| Approval::of(&by.actor(), &second.actor())).transpose()?;
        let mut import = self.import(by.name(), &entry.file_name, (&Asked { mapping, fonds, format }, approval))?;
        import.dry_run = entry.state == State::Trying;
        let mut tell = |step: Step| {
            told.send_replace(step.into());
        };
        import.run(&self.0.ground, file, &mut tell).await
    }

    /// Writes down what came of a work; none if the house stops.
    async fn settle(&self, begun: &Entry, ended: Option<Result<Ended>>) -> Result<()> {
        let _gate = self.0.gate.lock().await;
        let Some(mut entry) = self.0.shelf.known::<Entry>(&begun.id)? else { return Ok(()) };
        let is_trial = begun.state == State::Trying;
        match ended {
            None => entry.state = if is_trial { State::Uploaded } else { State::Interrupted },
            Some(Ok(Ended::Done(result))) if is_trial => {
                entry.trial = Some(Report::of(result, None));
                entry.state = State::Tried;
            }
            Some(Ok(Ended::Done(result))) => {
                let batch = self.batch(result.batch.as_deref()).await?;
                entry.result = Some(Report::of(result, batch));
                (entry.state, entry.opens) = (State::Done, None);
                self.0.shelf.empty(&entry.id)?;
            }
            Some(Ok(Ended::Refused(refusal))) => self.refuse(&mut entry, refusal, is_trial)?,
            Some(Err(error)) => {
                let is_told = matches!(error, Error::Problem(_));
                if !is_told {
                    tracing::error!(%error, "an import failed");
                }
                (entry.state, entry.problem) = (State::Failed, Some(Told::from(&error)));
            }
        }
        self.change(&mut entry)
    }

    fn refuse(&self, entry: &mut Entry, Refusal { problem, result }: Refusal, is_trial: bool) -> Result<()> {
        if problem.code() == Code::SecondPersonNeeded {
            let lines = result.problems.iter().map(|one| (one.sheet.clone(), one.line)).collect();
            entry.opens = Some(Openings { count: result.opened, lines });
            entry.state = State::WaitingApproval;
            return Ok(());
        }
        // A column that only the mapping names may bear the marks of state secrets: then nothing of the file stays.
        if result.problems.iter().any(|one| one.code == "classified") {
            self.0.shelf.empty(&entry.id)?;
            entry.sheets.clear();
        }
        (entry.state, entry.problem) = (State::Refused, Some(Told::from(&problem)));
        let report = Some(Report::of(result, None));
        if is_trial {
            entry.trial = report;
        } else {
            entry.result = report;
        }
        Ok(())
    }

    /// The number of a batch by its id.
    async fn batch(&self, id: Option<&str>) -> Result<Option<i64>> {
        let Some(id) = id.and_then(kernel::Id::parse) else { return Ok(None) };
        let found = batch::of_id(&mut self.0.ground.db.read().await?, id).await?;
        Ok(found.map(|batch| batch.number))
    }
}
