//! What runs in the background for staff, and `/api/v1/works`: how far it has come and what came of it.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream::{self, Stream};
use kernel::{Actor, Code, Error, Ground, Problem, Timestamp};
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;
use web::Failure;
use web::api::Staff;

use super::Office;
use super::export::Exported;
use super::shown::many;
use crate::desk::{Carried, Closed, OutsideCopy, Refused};
use crate::import::RolledBack;
use crate::uploads::Told;

/// How long an answer waits for the end of a work.
const PATIENCE: Duration = Duration::from_secs(10);
/// Seconds that a work is remembered after its end.
const REMEMBERED: i64 = 3600;
/// The pause between two things that are told of one work.
const BREATH: Duration = Duration::from_millis(300);

/// Something that runs in the background.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct WorkShown {
    id: String,
    /// What it is, in words.
    about: String,
    /// Who began it.
    by: String,
    state: WorkState,
    done: i64,
    of: Option<i64>,
    started_at: String,
    ended_at: Option<String>,
    problem: Option<ProblemShown>,
    result: Option<WorkResult>,
    #[serde(skip)]
    ended: Option<Timestamp>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum WorkState {
    Running,
    Done,
    /// Nothing was changed, or no more than was told.
    Refused,
    /// A fault of the machine.
    Failed,
    /// The server was stopped; the same act goes on.
    Interrupted,
}

/// Why something did not come about.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct ProblemShown {
    pub(super) code: String,
    pub(super) title: String,
    pub(super) detail: String,
}

impl From<Told> for ProblemShown {
    fn from(Told { code, title, detail }: Told) -> Self {
        Self { code, title, detail }
    }
}

/// What came of a work.
#[derive(Clone, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum WorkResult {
    RolledBack {
        removed: i64,
        restored: i64,
        /// 档号 of records that were changed meanwhile and stay as they are.
        kept: Vec<String>,
    },
    Carried {
        batch: i64,
        done: i64,
        refused: Vec<NotCarried>,
        /// Copies outside the system, to be dealt with one by one.
        copies: Vec<CopyShown>,
    },
    /// A file that waits to be fetched.
    Exported { file: String, records: i64, bytes: i64 },
}

/// A record that is not as was decided.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct NotCarried {
    reference_code: String,
    why: String,
}

/// A copy of a record outside the system.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct CopyShown {
    reference_code: String,
    kind: &'static str,
    place: String,
    /// In Asia/Shanghai.
    since: String,
}

impl From<OutsideCopy> for CopyShown {
    fn from(OutsideCopy { reference_code, kind, place, since }: OutsideCopy) -> Self {
        Self { reference_code, kind, place, since }
    }
}

impl From<RolledBack> for WorkResult {
    fn from(RolledBack { removed, restored, kept, .. }: RolledBack) -> Self {
        Self::RolledBack { removed: many(removed), restored: many(restored), kept }
    }
}

impl From<Exported> for WorkResult {
    fn from(Exported { name, records, bytes, .. }: Exported) -> Self {
        Self::Exported { file: name, records: many(records), bytes: many(bytes) }
    }
}

impl From<Closed> for WorkResult {
    fn from(Closed { carried: Carried { batch, done, refused }, copies }: Closed) -> Self {
        let not = |Refused { reference_code, why }: Refused| NotCarried { reference_code, why };
        Self::Carried {
            batch,
            done: many(done),
            refused: refused.into_iter().map(not).collect(),
            copies: copies.into_iter().map(CopyShown::from).collect(),
        }
    }
}

impl From<Carried> for WorkResult {
    fn from(carried: Carried) -> Self {
        Self::from(Closed { carried, copies: Vec::new() })
    }
}

/// All works of this server that run or ended within the hour; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Works(Arc<Mutex<BTreeMap<String, watch::Receiver<WorkShown>>>>);

impl std::fmt::Debug for Works {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Works").finish_non_exhaustive()
    }
}

/// Tells how far a work has come.
#[derive(Clone)]
pub(super) struct Teller(watch::Sender<WorkShown>);

impl Teller {
    pub(super) fn done(&self, done: u64) {
        self.0.send_modify(|work| work.done = many(done));
    }

    /// How much is done, and of how much.
    pub(super) fn come(&self, done: u64, of: u64) {
        self.0.send_modify(|work| (work.done, work.of) = (many(done), Some(many(of))));
    }
}

impl Works {
    /// Begins a work and waits a little for its end. It goes on when whoever began it has gone.
    pub(super) async fn begin<F, R>(
        &self,
        ground: &Ground,
        actor: &Actor,
        (about, of): (String, Option<u64>),
        work: impl FnOnce(Teller) -> F,
    ) -> WorkShown
    where
        F: Future<Output = kernel::Result<R>> + Send + 'static,
        R: Into<WorkResult> + Send,
    {
        let id = ground.ids.make::<WorkShown>().uuid().to_string();
        let mut seen = self.start(ground, actor, (id, about, of), work);
        // That it still runs after a while is no fault.
        drop(tokio::time::timeout(PATIENCE, seen.wait_for(|work| work.state != WorkState::Running)).await);
        let work = seen.borrow();
        work.clone()
    }

    /// Begins a work of an id, and waits for nothing.
    pub(super) fn start<F, R>(
        &self,
        ground: &Ground,
        actor: &Actor,
        (id, about, of): (String, String, Option<u64>),
        work: impl FnOnce(Teller) -> F,
    ) -> watch::Receiver<WorkShown>
    where
        F: Future<Output = kernel::Result<R>> + Send + 'static,
        R: Into<WorkResult> + Send,
    {
        let now = ground.clock.now();
        let told = watch::Sender::new(WorkShown {
            id: id.clone(),
            about,
            by: actor.name().to_owned(),
            state: WorkState::Running,
            done: 0,
            of: of.map(many),
            started_at: now.utc_text(),
            ended_at: None,
            problem: None,
            result: None,
            ended: None,
        });
        let seen = told.subscribe();
        self.keep(id, told.subscribe(), now);
        let (running, stopping, clock) = (work(Teller(told.clone())), ground.tasks.stopping(), ground.clock.clone());
        ground.tasks.start(async move {
            let ended = tokio::select! {
                ended = running => Some(ended.map(Into::into)),
                () = stopping => None,
            };
            told.send_modify(|work| work.end(ended, clock.now()));
        });
        seen
    }

    fn keep(&self, id: String, seen: watch::Receiver<WorkShown>, now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, work| work.borrow().ended.is_none_or(|ended| now.seconds_since(ended) < REMEMBERED));
        all.insert(id, seen);
    }

    pub(super) fn get(&self, id: &str) -> Result<watch::Receiver<WorkShown>, Problem> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let absent = || Problem::new(Code::NotFound, "这项办理").because("已经结束一段时间，或服务重新启动过");
        all.get(id).cloned().ok_or_else(absent)
    }

    /// What runs about something.
    pub(super) fn about(&self, about: &str) -> Option<WorkShown> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut of = all.values().map(|work| work.borrow().clone());
        of.find(|work| work.about == about && work.state == WorkState::Running)
    }
}

impl WorkShown {
    fn end(&mut self, ended: Option<kernel::Result<WorkResult>>, now: Timestamp) {
        (self.ended, self.ended_at) = (Some(now), Some(now.utc_text()));
        match ended {
            None => self.state = WorkState::Interrupted,
            Some(Ok(result)) => {
                self.state = WorkState::Done;
                self.of = Some(self.done);
                self.result = Some(result);
            }
            Some(Err(error)) => {
                let is_told = matches!(error, Error::Problem(_));
                if !is_told {
                    tracing::error!(%error, "a work of staff failed");
                }
                self.state = if is_told { WorkState::Refused } else { WorkState::Failed };
                self.problem = Some(Told::from(&error).into());
            }
        }
    }
}

/// A work.
#[utoipa::path(get, path = "/api/v1/works/{id}", tag = "works", params(("id" = String, Path)),
    responses((status = 200, body = WorkShown)))]
pub(super) async fn one(
    State(office): State<Office>,
    Staff(_): Staff,
    Path(id): Path<String>,
) -> Result<Json<WorkShown>, Failure> {
    let work = office.works.get(&id)?.borrow().clone();
    Ok(Json(work))
}

/// A work each time it has come further, until its end.
#[utoipa::path(get, path = "/api/v1/works/{id}/progress", tag = "works", params(("id" = String, Path)),
    responses((status = 200, description = "server-sent events `progress`", content_type = "text/event-stream",
        body = WorkShown)))]
pub(super) async fn progress(
    State(office): State<Office>,
    Staff(_): Staff,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, axum::Error>>>, Failure> {
    let mut seen = office.works.get(&id)?;
    seen.mark_changed();
    let tasks = office.ground().tasks.clone();
    let stopping = Box::pin(async move { tasks.stopping().await });
    let steps = stream::unfold(Some((seen, stopping)), |state| async move {
        let (mut seen, mut stopping) = state?;
        let is_live = tokio::select! {
            changed = seen.changed() => changed.is_ok(),
            () = &mut stopping => false,
        };
        let work = seen.borrow_and_update().clone();
        let goes_on = is_live && work.state == WorkState::Running;
        if goes_on {
            tokio::time::sleep(BREATH).await;
        }
        Some((Event::default().event("progress").json_data(&work), goes_on.then_some((seen, stopping))))
    });
    Ok(Sse::new(steps).keep_alive(KeepAlive::default()))
}
