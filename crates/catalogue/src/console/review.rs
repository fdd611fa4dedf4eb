//! `/api/v1/review`: what is due, the batches and their records.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Code, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::api::{Input, Inputs, Listed, Sort, SortColumn, Staff};
use web::{CSV, Failure, XLSX, download};

use super::Office;
use super::records::RecordEvent;
use super::review_acts::carrying_out;
use super::shown::{CatalogueWord, MINE, Paged, RowsWanted, count, many, unknown};
use super::works::{CopyShown, WorkShown};
use crate::desk::{BatchHead, BatchLine, Chosen, Draft, OpinionShown, RecordShown, write_opened, write_sheet};
use crate::export::Format;
use crate::review::{Due, DueFonds, Kind, LeftOut, Reason, Stage, Step, Verdict};

/// The words of the review.
#[derive(Serialize, ToSchema)]
pub(super) struct ReviewWords {
    verdicts: Vec<CatalogueWord>,
    reasons: Vec<CatalogueWord>,
    steps: Vec<CatalogueWord>,
    stages: Vec<CatalogueWord>,
    kinds: Vec<CatalogueWord>,
}

/// What waits for a review.
#[derive(Serialize, ToSchema)]
pub(super) struct ReviewDue {
    items: Vec<ReviewDueFonds>,
}

#[derive(Serialize, ToSchema)]
struct ReviewDueFonds {
    fonds: String,
    title: Option<String>,
    /// Their 25 years are over.
    by_age: i64,
    /// The day of their next review has come.
    by_date: i64,
    undated: i64,
    /// Of the first two, those in a batch already.
    under_review: i64,
}

/// A batch in the list.
#[derive(Serialize, ToSchema)]
pub(super) struct ReviewLine {
    number: i64,
    kind: &'static str,
    kind_label: &'static str,
    stage: &'static str,
    stage_label: &'static str,
    title: String,
    waiting: i64,
    done: i64,
    refused: i64,
}

/// What the list can be ordered by.
const COLUMNS: [SortColumn<BatchLine>; 4] = [
    ("number", |one, other| one.batch.cmp(&other.batch)),
    ("waiting", |one, other| one.waiting.cmp(&other.waiting)),
    ("done", |one, other| one.done.cmp(&other.done)),
    ("refused", |one, other| one.refused.cmp(&other.refused)),
];

/// Which batches are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct ReviewsWanted {
    /// A stage, or `mine` for those whose next step whoever asks may take.
    stage: Option<String>,
    /// Part of the name.
    q: Option<String>,
    /// `number`, `waiting`, `done`, `refused`, with `-` before it for descending; `-number` if nothing is said.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    page: Option<u32>,
    size: Option<u32>,
}

/// A batch to be drafted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewDraft {
    title: String,
    /// The legal ground of an early opening (提前开放).
    early: Option<String>,
    chosen: ReviewChosen,
}

#[derive(Deserialize, ToSchema)]
#[serde(tag = "of", rename_all = "kebab-case", deny_unknown_fields)]
enum ReviewChosen {
    /// Those on the due list, of one fonds or of all.
    Due { fonds: Option<String> },
    /// Those of a fonds.
    Fonds { fonds: String },
    /// These.
    Codes { codes: Vec<String> },
}

/// A batch that was drafted.
#[derive(Serialize, ToSchema)]
pub(super) struct ReviewDrafted {
    number: i64,
    records: i64,
    left_out: ReviewLeftOut,
}

#[derive(Serialize, ToSchema)]
struct ReviewLeftOut {
    open: i64,
    under_review: i64,
    not_due: i64,
    too_many: i64,
    unknown: Vec<String>,
}

/// A batch without its records.
#[derive(Serialize, ToSchema)]
pub(super) struct ReviewBatch {
    #[serde(flatten)]
    line: ReviewLine,
    ground: Option<String>,
    document_number: Option<String>,
    authority: Option<ReviewAuthority>,
    notice: Option<String>,
    acts: Vec<RecordEvent>,
    copies: Vec<CopyShown>,
    records: i64,
    opinions: ReviewHeard,
    /// How many of its records it opened and everybody may see now.
    opened: i64,
    /// What can be done now, whoever may do it.
    next: Vec<&'static str>,
    /// Its public id: the notice of what it opened stands under it on the readers' site.
    id: String,
    /// The work that carries it out, while that runs.
    work: Option<WorkShown>,
}

/// Who agrees that records stay closed beyond 25 years.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewAuthority {
    pub(super) body: String,
    pub(super) number: String,
}

#[derive(Serialize, ToSchema)]
struct ReviewHeard {
    initial: i64,
    second: i64,
    joint: i64,
    r#final: i64,
}

/// A record of a batch.
#[derive(Serialize, ToSchema)]
pub(super) struct ReviewRecord {
    /// Its public id.
    id: String,
    reference_code: String,
    title: String,
    date: Option<String>,
    creator: Option<String>,
    openness_label: &'static str,
    is_public: bool,
    /// What would outrank its opening.
    bar: Option<&'static str>,
    opinions: Vec<ReviewOpinion>,
}

#[derive(Serialize, ToSchema)]
struct ReviewOpinion {
    step: &'static str,
    step_label: &'static str,
    verdict: &'static str,
    verdict_label: &'static str,
    reason: Option<&'static str>,
    reason_label: Option<&'static str>,
    text: Option<String>,
    review_on: Option<String>,
    by: String,
    /// In Asia/Shanghai.
    at: String,
}

/// What a batch opened and everybody may see now.
#[derive(Serialize, ToSchema)]
pub(super) struct ReviewOpened {
    notice: Option<String>,
    items: Vec<ReviewOpenedRecord>,
    total: i64,
}

#[derive(Serialize, ToSchema)]
struct ReviewOpenedRecord {
    id: String,
    reference_code: String,
    title: String,
    date: Option<String>,
    creator: Option<String>,
}

/// Which records of a batch are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct ReviewRowsWanted {
    /// Only those without an opinion of this step: `initial`, `second`, `joint`, `final`.
    without: Option<String>,
    /// `open`, `controlled`, `deferred`, `unreviewed`.
    openness: Option<String>,
    /// `code`, `title`, `date`, `openness`, with `-` before it for descending; `code` if nothing is said.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    page: Option<u32>,
    size: Option<u32>,
}

/// In which form a sheet is wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct SheetWanted {
    /// `xlsx` or `csv`.
    format: Option<String>,
}

/// The words of the review.
#[utoipa::path(get, path = "/api/v1/review/words", tag = "review", responses((status = 200, body = ReviewWords)))]
pub(super) async fn words() -> Json<ReviewWords> {
    let verdict = |one: Verdict| CatalogueWord { name: one.name(), label: one.openness().label() };
    Json(ReviewWords {
        verdicts: Verdict::ALL.map(verdict).to_vec(),
        reasons: Reason::ALL.map(|one| CatalogueWord { name: one.name(), label: one.label() }).to_vec(),
        steps: Step::ALL.map(|one| CatalogueWord { name: one.name(), label: one.label() }).to_vec(),
        stages: Stage::ALL.map(|one| CatalogueWord { name: one.name(), label: one.label() }).to_vec(),
        kinds: Kind::ALL.map(|one| CatalogueWord { name: one.name(), label: one.label() }).to_vec(),
    })
}

/// What waits for a review, fonds by fonds.
#[utoipa::path(get, path = "/api/v1/review/due", tag = "review", responses((status = 200, body = ReviewDue)))]
pub(super) async fn due(State(office): State<Office>, Staff(actor): Staff) -> Result<Json<ReviewDue>, Failure> {
    let one = |DueFonds { fonds, title, due }: DueFonds| {
        let Due { by_age, by_date, undated, under_review } = due;
        let [by_age, by_date, undated, under_review] = [by_age, by_date, undated, under_review].map(many);
        ReviewDueFonds { fonds, title, by_age, by_date, undated, under_review }
    };
    let items = office.reviews().due(&actor).await?.into_iter().map(one).collect();
    Ok(Json(ReviewDue { items }))
}

/// All batches, the newest first.
#[utoipa::path(get, path = "/api/v1/review/batches", tag = "review", params(ReviewsWanted),
    responses((status = 200, body = Listed<ReviewLine>)))]
pub(super) async fn list(
    State(office): State<Office>,
    Staff(actor): Staff,
    Inputs(wanted): Inputs<ReviewsWanted>,
) -> Result<Json<Listed<ReviewLine>>, Failure> {
    let (reviews, stage) = (office.reviews(), wanted.stage.as_deref());
    let mut all = if stage == Some(MINE) { reviews.mine(&actor).await? } else { reviews.list(&actor).await? };
    let q = chinese::normalise(wanted.q.as_deref().unwrap_or_default());
    all.retain(|line| {
        let is_stage = stage.is_none_or(|stage| stage == MINE || stage == line.stands.name());
        is_stage && (q.is_empty() || chinese::normalise(&line.title).contains(&q))
    });
    if let Some(sort) = &wanted.sort {
        sort.order(&mut all, &COLUMNS)?;
    }
    let total = count(all.len());
    let items = Paged::new(wanted.page, wanted.size).of(all).into_iter().map(ReviewLine::from).collect();
    Ok(Json(Listed { items, total }))
}

/// Drafts a batch.
#[utoipa::path(post, path = "/api/v1/review/batches", tag = "review", request_body = ReviewDraft,
    responses((status = 200, body = ReviewDrafted)))]
pub(super) async fn draft(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(ReviewDraft { title, early, chosen }): Input<ReviewDraft>,
) -> Result<Json<ReviewDrafted>, Failure> {
    if title.trim().is_empty() {
        return Err(Problem::new(Code::BadRequest, "审核批次").because("须写明名称").into());
    }
    let chosen = match chosen {
        ReviewChosen::Due { fonds } => Chosen::Due(fonds.filter(|code| !code.trim().is_empty())),
        ReviewChosen::Fonds { fonds } => Chosen::Fonds(fonds),
        ReviewChosen::Codes { codes } => Chosen::Codes(codes),
    };
    let drafted = office.reviews().draft(&actor, &Draft { title, early, chosen }).await?;
    let LeftOut { open, under_review, not_due, too_many, unknown } = drafted.left_out;
    let [open, under_review, not_due, too_many] = [open, under_review, not_due, too_many].map(many);
    Ok(Json(ReviewDrafted {
        number: drafted.batch,
        records: count(drafted.records),
        left_out: ReviewLeftOut { open, under_review, not_due, too_many, unknown },
    }))
}

/// A batch without its records.
#[utoipa::path(get, path = "/api/v1/review/batches/{number}", tag = "review", params(("number" = i64, Path)),
    responses((status = 200, body = ReviewBatch)))]
pub(super) async fn one(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
) -> Result<Json<ReviewBatch>, Failure> {
    let batch = ReviewBatch::from(office.reviews().head(&actor, number).await?);
    Ok(Json(ReviewBatch { work: office.works.about(&carrying_out(number)), ..batch }))
}

/// A page of the records of a batch, with what was said about them.
#[utoipa::path(get, path = "/api/v1/review/batches/{number}/records", tag = "review",
    params(("number" = i64, Path), ReviewRowsWanted), responses((status = 200, body = Listed<ReviewRecord>)))]
pub(super) async fn records(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
    Inputs(ReviewRowsWanted { without, openness, sort, page, size }): Inputs<ReviewRowsWanted>,
) -> Result<Json<Listed<ReviewRecord>>, Failure> {
    let none = |word: &str| unknown("步骤", word, &Step::ALL.map(Step::name));
    let without = without.filter(|word| !word.is_empty());
    let without = without.map(|word| Step::named(&word).ok_or_else(|| none(&word))).transpose()?;
    let wanted = RowsWanted { openness, sort, page, size }.wanted()?;
    let (records, total) = office.reviews().records(&actor, number, (without, wanted)).await?;
    Ok(Json(Listed { items: records.into_iter().map(ReviewRecord::from).collect(), total: many(total) }))
}

/// The sheet of a batch, to be filled in.
#[utoipa::path(get, path = "/api/v1/review/batches/{number}/sheet", tag = "review",
    params(("number" = i64, Path), SheetWanted), responses((status = 200)))]
pub(super) async fn sheet(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
    Inputs(wanted): Inputs<SheetWanted>,
) -> Result<Response, Failure> {
    let (format, kind, ending) = wanted.format()?;
    let batch = office.reviews().show(&actor, number).await?;
    let mut out = Vec::new();
    write_sheet(&batch, format, &mut out)?;
    Ok(download(out, kind, &format!("审核表-批次{number}.{ending}"))?)
}

/// A page of what a batch opened and everybody may see now, with the notice above it.
#[utoipa::path(get, path = "/api/v1/review/batches/{number}/opened", tag = "review",
    params(("number" = i64, Path), RowsWanted), responses((status = 200, body = ReviewOpened)))]
pub(super) async fn opened(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
    Inputs(wanted): Inputs<RowsWanted>,
) -> Result<Json<ReviewOpened>, Failure> {
    let opened = office.reviews().opened(&actor, number, wanted.wanted()?).await?;
    let record = |record: crate::Record| {
        let said = record.description;
        ReviewOpenedRecord {
            id: record.public_id.to_string(),
            reference_code: said.code.written().to_owned(),
            date: said.date.label(),
            title: said.title,
            creator: said.creator,
        }
    };
    let items = opened.records.into_iter().map(record).collect();
    Ok(Json(ReviewOpened { notice: opened.notice, items, total: many(opened.total) }))
}

/// The list of what a batch opened, to be posted.
#[utoipa::path(get, path = "/api/v1/review/batches/{number}/opened/list", tag = "review",
    params(("number" = i64, Path), SheetWanted), responses((status = 200)))]
pub(super) async fn opened_list(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
    Inputs(wanted): Inputs<SheetWanted>,
) -> Result<Response, Failure> {
    let (format, kind, ending) = wanted.format()?;
    let batch = office.reviews().show(&actor, number).await?;
    let mut out = Vec::new();
    write_opened(&batch, format, &mut out)?;
    Ok(download(out, kind, &format!("开放目录-批次{number}.{ending}"))?)
}

impl SheetWanted {
    fn format(&self) -> Result<(Format, &'static str, &'static str), Problem> {
        match self.format.as_deref() {
            None | Some("xlsx") => Ok((Format::Xlsx, XLSX, "xlsx")),
            Some("csv") => Ok((Format::Csv, CSV, "csv")),
            Some(other) => {
                Err(Problem::new(Code::BadRequest, format!("格式 {other}")).because("没有这一种；可以是 xlsx、csv"))
            }
        }
    }
}

impl From<BatchLine> for ReviewLine {
    fn from(line: BatchLine) -> Self {
        Self {
            number: line.batch,
            kind: line.decides.name(),
            kind_label: line.kind,
            stage: line.stands.name(),
            stage_label: line.stage,
            title: line.title,
            waiting: many(line.waiting),
            done: many(line.done),
            refused: many(line.refused),
        }
    }
}

impl From<BatchHead> for ReviewBatch {
    fn from(head: BatchHead) -> Self {
        let next = head.next();
        let given = |step: Step| many(head.heard.get(&step).copied().unwrap_or_default());
        let opinions = ReviewHeard {
            initial: given(Step::Initial),
            second: given(Step::Second),
            joint: given(Step::Joint),
            r#final: given(Step::Final),
        };
        let line = ReviewLine::from(head.line);
        Self {
            records: line.waiting + line.done + line.refused,
            line,
            ground: head.ground,
            document_number: head.document_number,
            authority: head.authority.map(|(body, number)| ReviewAuthority { body, number }),
            notice: head.notice,
            acts: head.acts.into_iter().map(RecordEvent::from).collect(),
            copies: head.copies.into_iter().map(CopyShown::from).collect(),
            opinions,
            opened: many(head.opened),
            next,
            id: head.id.to_string(),
            work: None,
        }
    }
}

impl From<RecordShown> for ReviewRecord {
    fn from(record: RecordShown) -> Self {
        Self {
            id: record.id.to_string(),
            reference_code: record.reference_code,
            title: record.title,
            date: record.date,
            creator: record.creator,
            openness_label: record.openness,
            is_public: record.is_public,
            bar: record.bar,
            opinions: record.opinions.into_iter().map(ReviewOpinion::from).collect(),
        }
    }
}

impl From<OpinionShown> for ReviewOpinion {
    fn from(one: OpinionShown) -> Self {
        let (verdict, reason) = one.said;
        Self {
            step: one.given_at.name(),
            step_label: one.step,
            verdict: verdict.name(),
            verdict_label: one.verdict,
            reason: reason.map(Reason::name),
            reason_label: one.reason,
            text: one.text,
            review_on: one.review_on,
            by: one.by,
            at: one.at,
        }
    }
}
