//! `/api/v1/batches`: what was imported, and taking it back.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Actor, Code, Error, Permission};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::api::{Inputs, Listed, Sort, SortColumn, Staff};
use web::{Failure, XLSX, download};

use super::Office;
use super::import_shown::ImportProblem;
use super::shown::{MINE, Paged, count, many};
use super::works::WorkShown;
use crate::import::{self, Approval, BatchEntry, ImportResult, RollBack};
use crate::uploads::RollBackAsked;

/// An import batch.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportBatch {
    number: i64,
    id: String,
    file: String,
    actor: String,
    /// `running` (also when it was stopped), `done`, `rolling-back`, `rolled-back`.
    state: &'static str,
    state_label: &'static str,
    read: i64,
    landed: i64,
    updated: i64,
    unchanged: i64,
    refused: i64,
    /// In Asia/Shanghai.
    started: String,
    finished: Option<String>,
    roll_back: Option<RollBackShown>,
}

/// A rollback under way.
#[derive(Serialize, ToSchema)]
struct RollBackShown {
    /// `waiting-approval`, `running`, `interrupted`.
    state: &'static str,
    /// Who asked for it.
    by: Option<String>,
    at: Option<String>,
    /// Why it waits.
    why: Option<String>,
    work: Option<WorkShown>,
}

/// Which problems of a batch are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct ProblemsWanted {
    /// `error` or `warning`.
    severity: Option<String>,
    /// `severity`, `place`, `column`, `message`, with `-` before it for descending; the order of the file if nothing is
    /// said.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    page: Option<u32>,
    size: Option<u32>,
}

/// Which batches are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct BatchesWanted {
    /// Part of the name of a file, or of who imported it.
    q: Option<String>,
    /// `running`, `done`, `rolling-back`, `rolled-back`, or `mine` for those whose rollback waits for the approval of whoever
    /// asks.
    state: Option<String>,
    /// `number`, `file`, `read`, `landed`, `updated`, `refused`, with `-` before it for descending; `-number` if nothing
    /// is said.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    page: Option<u32>,
    size: Option<u32>,
}

/// What the list can be ordered by.
const COLUMNS: [SortColumn<BatchEntry>; 6] = [
    ("number", |one, other| one.number.cmp(&other.number)),
    ("file", |one, other| one.file.cmp(&other.file)),
    ("read", |one, other| one.read.cmp(&other.read)),
    ("landed", |one, other| one.landed.cmp(&other.landed)),
    ("updated", |one, other| one.updated.cmp(&other.updated)),
    ("refused", |one, other| one.refused.cmp(&other.refused)),
];

/// What the problems of a batch can be ordered by.
const PROBLEM_COLUMNS: [SortColumn<import::Problem>; 4] = [
    ("severity", |one, other| one.severity.name().cmp(other.severity.name())),
    ("place", |one, other| (&one.sheet, one.line).cmp(&(&other.sheet, other.line))),
    ("column", |one, other| one.column.cmp(&other.column)),
    ("message", |one, other| one.message.cmp(&other.message)),
];

/// Those of the last thousand batches that are wanted, the newest first.
#[utoipa::path(get, path = "/api/v1/batches", tag = "batches", params(BatchesWanted),
    responses((status = 200, body = Listed<ImportBatch>)))]
pub(super) async fn list(
    State(office): State<Office>,
    Staff(actor): Staff,
    Inputs(BatchesWanted { q, state, sort, page, size }): Inputs<BatchesWanted>,
) -> Result<Json<Listed<ImportBatch>>, Failure> {
    let mut all = import::batches(&office.ground().db).await?;
    match state.as_deref() {
        None => {}
        Some(MINE) => {
            let mine = office.uploads.roll_backs_for(&actor)?;
            all.retain(|batch| mine.contains(&batch.number));
        }
        Some(state) => all.retain(|batch| batch.state == state),
    }
    let q = chinese::normalise(q.as_deref().unwrap_or_default());
    all.retain(|batch| {
        q.is_empty() || [&batch.file, &batch.actor].iter().any(|text| chinese::normalise(text).contains(&q))
    });
    if let Some(sort) = sort {
        sort.order(&mut all, &COLUMNS)?;
    }
    let total = count(all.len());
    let items =
        Paged::new(page, size).of(all).into_iter().map(|batch| shown(&office, batch)).collect::<kernel::Result<_>>()?;
    Ok(Json(Listed { items, total }))
}

/// A batch by its number or its id.
#[utoipa::path(get, path = "/api/v1/batches/{number}", tag = "batches", params(("number" = String, Path)),
    responses((status = 200, body = ImportBatch)))]
pub(super) async fn one(
    State(office): State<Office>,
    Path(number): Path<String>,
) -> Result<Json<ImportBatch>, Failure> {
    let (batch, _) = import::batch(&office.ground().db, &number).await?;
    Ok(Json(shown(&office, batch)?))
}

/// A page of what the import of a batch had to say.
#[utoipa::path(get, path = "/api/v1/batches/{number}/problems", tag = "batches",
    params(("number" = String, Path), ProblemsWanted), responses((status = 200, body = Listed<ImportProblem>)))]
pub(super) async fn problems(
    State(office): State<Office>,
    Path(number): Path<String>,
    Inputs(wanted): Inputs<ProblemsWanted>,
) -> Result<Json<Listed<ImportProblem>>, Failure> {
    let (_, mut all) = import::batch(&office.ground().db, &number).await?;
    all.retain(|one| wanted.severity.as_ref().is_none_or(|severity| severity == one.severity.name()));
    if let Some(sort) = &wanted.sort {
        sort.order(&mut all, &PROBLEM_COLUMNS)?;
    }
    let total = count(all.len());
    let items = Paged::new(wanted.page, wanted.size).of(all).into_iter().map(ImportProblem::from).collect();
    Ok(Json(Listed { items, total }))
}

/// The report of a batch as a workbook.
#[utoipa::path(get, path = "/api/v1/batches/{number}/report", tag = "batches", params(("number" = String, Path)),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub(super) async fn report(State(office): State<Office>, Path(number): Path<String>) -> Result<Response, Failure> {
    let (batch, problems) = import::batch(&office.ground().db, &number).await?;
    let result = ImportResult { problems, ..ImportResult::default() };
    let workbook = result.workbook().map_err(Error::internal)?;
    Ok(download(workbook, XLSX, &format!("导入报告-批次{}.xlsx", batch.number))?)
}

/// Rolls a batch back in the background. Where that would open records it waits for somebody else's approval.
#[utoipa::path(post, path = "/api/v1/batches/{number}/roll-back", tag = "batches", params(("number" = i64, Path)),
    responses((status = 200, body = WorkShown)))]
pub(super) async fn roll_back(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
) -> Result<Json<WorkShown>, Failure> {
    actor.must(Permission::KeepCatalogue)?;
    Ok(Json(begin(&office, &actor, (number, actor.clone(), None)).await?))
}

/// Approves a rollback that opens records, which then runs. Only somebody else than who asked for it may.
#[utoipa::path(post, path = "/api/v1/batches/{number}/roll-back/approve", tag = "batches",
    params(("number" = i64, Path)), responses((status = 200, body = WorkShown)))]
pub(super) async fn approve(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
) -> Result<Json<WorkShown>, Failure> {
    let (first, approval) = office.uploads.approve_roll_back(&actor, number)?;
    Ok(Json(begin(&office, &actor, (number, first, Some(approval))).await?))
}

/// Takes back the request to roll a batch back.
#[utoipa::path(delete, path = "/api/v1/batches/{number}/roll-back", tag = "batches", params(("number" = i64, Path)),
    responses((status = 204)))]
pub(super) async fn withdraw(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
) -> Result<StatusCode, Failure> {
    actor.must(Permission::KeepCatalogue)?;
    office.uploads.end_roll_back_asked(number)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn begin(
    office: &Office,
    actor: &Actor,
    (number, first, approval): (i64, Actor, Option<Approval>),
) -> kernel::Result<WorkShown> {
    let about = about(number);
    if let Some(running) = office.works.about(&about) {
        return Ok(running);
    }
    let (batch, _) = import::batch(&office.ground().db, &number.to_string()).await?;
    let institution = office.premises.institution.clone();
    let work = RollBack { institution, batch: number, actor: first, approval };
    let (ground, uploads, here) = (office.ground().clone(), office.uploads.clone(), office.clone());
    let run = move |teller: super::works::Teller| async move {
        let rolled = work.run(&ground, &mut |done| teller.done(done)).await;
        match &rolled {
            Err(Error::Problem(problem)) if problem.code() == Code::SecondPersonNeeded => {
                uploads.ask_roll_back(&work.actor, number, format!("{}：{}", problem.about(), problem.sentence()))?;
            }
            Err(_) => {}
            Ok(_) => {
                uploads.end_roll_back_asked(number)?;
                here.followed().await?;
            }
        }
        rolled
    };
    Ok(office.works.begin(office.ground(), actor, (about, Some(batch.landed + batch.updated)), run).await)
}

fn about(number: i64) -> String {
    format!("撤回批次 {number}")
}

fn shown(office: &Office, batch: BatchEntry) -> kernel::Result<ImportBatch> {
    let work = office.works.about(&about(batch.number));
    let asked = office.uploads.roll_back_asked(batch.number)?;
    let state = match (&work, batch.state, &asked) {
        (Some(_), ..) => Some("running"),
        (None, "rolling-back", _) => Some("interrupted"),
        (None, "rolled-back", _) | (None, _, None) => None,
        (None, _, Some(_)) => Some("waiting-approval"),
    };
    let roll_back = state.map(|state| RollBackShown {
        state,
        by: asked.as_ref().map(|asked| asked.by.name().to_owned()),
        at: asked.as_ref().map(|asked| RollBackAsked::at(asked).utc_text()),
        why: asked.map(|asked| asked.why),
        work,
    });
    Ok(ImportBatch {
        number: batch.number,
        id: batch.id,
        file: batch.file,
        actor: batch.actor,
        state: batch.state,
        state_label: batch.state_label,
        read: many(batch.read),
        landed: many(batch.landed),
        updated: many(batch.updated),
        unchanged: many(batch.unchanged),
        refused: many(batch.refused),
        started: batch.started,
        finished: batch.finished,
        roll_back,
    })
}
