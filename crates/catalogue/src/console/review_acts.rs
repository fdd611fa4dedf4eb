//! `/api/v1/review`: opinions, decisions, carrying out, and what takes effect at once.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use kernel::{Actor, Code, Day, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Inputs, Staff};

use super::Office;
use super::imports::received;
use super::review::ReviewAuthority;
use super::shown::count;
use super::works::WorkShown;
use crate::desk::{Consulted, Given, Resolved, day, read_sheet};
use crate::import::read_table;
use crate::review::{Reason, Said, Step, Verdict};

/// The most bytes of a sheet.
const MOST: u64 = 64 << 20;

/// What is said about a record.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewSaid {
    /// `open`, `control`, `defer`.
    verdict: String,
    /// `secrecy`, `interests`, `rights`, `law`; needed unless it is to be opened.
    reason: Option<String>,
    text: Option<String>,
    /// YYYY-MM-DD
    review_on: Option<String>,
}

#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewSaidOf {
    reference_code: String,
    said: ReviewSaid,
}

/// Opinions: the same about all records that have none of the step yet; one for each of these; or the same about all
/// records, in the place of what was said at the step before.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewOpinions {
    /// `initial`, `second`, `joint`.
    step: String,
    rest: Option<ReviewSaid>,
    all: Option<ReviewSaid>,
    each: Option<Vec<ReviewSaidOf>>,
}

/// How many opinions were written down.
#[derive(Serialize, ToSchema)]
pub(super) struct ReviewGiven {
    given: i64,
}

/// Which opinions a sheet holds.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct StepWanted {
    /// `initial`, `second`, `joint`.
    step: String,
}

/// Who is asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewSent {
    to: ReviewConsulted,
}

#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum ReviewConsulted {
    /// The body that made or transferred the records.
    Body { body: String },
    /// Its successor.
    Successor { body: String, of: String },
    /// Nobody: the body is no more and has no successor.
    Alone { why: String },
}

/// Some words about a batch.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewText {
    text: String,
}

/// The final decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewDecision {
    /// 批准文号
    document_number: String,
    /// When records that stay closed are reviewed again, where nothing else was said.
    review_on: Option<String>,
    authority: Option<ReviewAuthority>,
    notice: Option<String>,
    /// Records about which it differs from the opinions, or says what they leave open.
    #[serde(default)]
    differing: Vec<ReviewSaidOf>,
}

/// Records to be closed, or shown no longer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewClosing {
    /// 档号
    codes: Vec<String>,
    reason: String,
}

/// Records whose originals are to be shown (公布).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewPublication {
    /// 档号
    codes: Vec<String>,
    /// 批准文号
    document_number: String,
}

/// Gives opinions.
#[utoipa::path(post, path = "/api/v1/review/batches/{number}/opinions", tag = "review", params(("number" = i64, Path)),
    request_body = ReviewOpinions, responses((status = 200, body = ReviewGiven)))]
pub(super) async fn opine(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
    Input(ReviewOpinions { step, rest, all, each }): Input<ReviewOpinions>,
) -> Result<Json<ReviewGiven>, Failure> {
    let given = match (rest, all, each) {
        (Some(said), None, None) => Given::Rest(said.read()?),
        (None, Some(said), None) => Given::All(said.read()?),
        (None, None, Some(each)) => Given::Each(each.into_iter().map(ReviewSaidOf::read).collect::<Result<_, _>>()?),
        _ => return Err(unusable("审核意见", "须写明其余的意见、全部的意见或逐条的意见").into()),
    };
    let given = office.reviews().opine(&actor, number, step_named(&step)?, &given).await?;
    Ok(Json(ReviewGiven { given: count(given) }))
}

/// Gives the opinions that a filled-in sheet holds. Where one cannot be read, none counts.
#[utoipa::path(post, path = "/api/v1/review/batches/{number}/opinions/sheet", tag = "review",
    params(("number" = i64, Path), StepWanted, ("x-file-name" = String, Header, description = "percent-encoded")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = ReviewGiven)))]
pub(super) async fn opine_by_sheet(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
    Inputs(wanted): Inputs<StepWanted>,
    request: Request,
) -> Result<Json<ReviewGiven>, Failure> {
    let step = step_named(&wanted.step)?;
    let (name, spool) = received(request, MOST).await?;
    let rows = read_table(&office.premises.reader, &name, spool.file).await?;
    let given = Given::Each(read_sheet(&rows, step)?);
    let given = office.reviews().opine(&actor, number, step, &given).await?;
    Ok(Json(ReviewGiven { given: count(given) }))
}

/// Sends a batch to the body that made its records, or decides that the archives reviews alone.
#[utoipa::path(post, path = "/api/v1/review/batches/{number}/send", tag = "review", params(("number" = i64, Path)),
    request_body = ReviewSent, responses((status = 204)))]
pub(super) async fn send(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
    Input(ReviewSent { to }): Input<ReviewSent>,
) -> Result<StatusCode, Failure> {
    let consulted = match to {
        ReviewConsulted::Body { body } => Consulted::Body(said(body, "会审单位")?),
        ReviewConsulted::Successor { body, of } => Consulted::Successor { body: said(body, "继承单位")?, of },
        ReviewConsulted::Alone { why } => Consulted::Alone(said(why, "单独审核的理由")?),
    };
    office.reviews().send(&actor, number, &consulted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Writes down what the creating body answered.
#[utoipa::path(post, path = "/api/v1/review/batches/{number}/answer", tag = "review", params(("number" = i64, Path)),
    request_body = ReviewText, responses((status = 204)))]
pub(super) async fn answer(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
    Input(ReviewText { text }): Input<ReviewText>,
) -> Result<StatusCode, Failure> {
    office.reviews().answer(&actor, number, &said(text, "会审答复")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes the final decision.
#[utoipa::path(post, path = "/api/v1/review/batches/{number}/decision", tag = "review",
    params(("number" = i64, Path)), request_body = ReviewDecision, responses((status = 204)))]
pub(super) async fn decide(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
    Input(decision): Input<ReviewDecision>,
) -> Result<StatusCode, Failure> {
    let differing = decision.differing.into_iter().map(ReviewSaidOf::read).collect::<Result<_, _>>()?;
    let resolved = Resolved {
        differing,
        review_on: decision.review_on.as_deref().map(day_of).transpose()?,
        authority: decision.authority.map(|ReviewAuthority { body, number }| (body, number)),
        document_number: decision.document_number,
        notice: decision.notice.filter(|text| !text.trim().is_empty()),
    };
    office.reviews().decide(&actor, number, &resolved).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives the list of opened records another notice.
#[utoipa::path(put, path = "/api/v1/review/batches/{number}/notice", tag = "review", params(("number" = i64, Path)),
    request_body = ReviewText, responses((status = 204)))]
pub(super) async fn set_notice(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
    Input(ReviewText { text }): Input<ReviewText>,
) -> Result<StatusCode, Failure> {
    office.reviews().set_notice(&actor, number, &said(text, "公告")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Withdraws a batch of which nothing was carried out yet.
#[utoipa::path(post, path = "/api/v1/review/batches/{number}/withdraw", tag = "review", params(("number" = i64, Path)),
    request_body = ReviewText, responses((status = 204)))]
pub(super) async fn withdraw(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
    Input(ReviewText { text }): Input<ReviewText>,
) -> Result<StatusCode, Failure> {
    office.reviews().withdraw(&actor, number, &said(text, "撤回的理由")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Carries a decision out in the background, or goes on where that was stopped. The desk asks for the permission to
/// decide, or to publish, whichever the batch is about.
#[utoipa::path(post, path = "/api/v1/review/batches/{number}/carry-out", tag = "review",
    params(("number" = i64, Path)), responses((status = 200, body = WorkShown)))]
pub(super) async fn carry_out(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(number): Path<i64>,
) -> Result<Json<WorkShown>, Failure> {
    let about = carrying_out(number);
    if let Some(running) = office.works.about(&about) {
        return Ok(Json(running));
    }
    let head = office.reviews().head(&actor, number).await?;
    let (here, by) = (office.clone(), actor.clone());
    let run = move |teller: super::works::Teller| async move {
        let carried = here.reviews().carry_out(&by, number, &mut |done| teller.done(done)).await?;
        here.followed().await?;
        Ok(carried)
    };
    Ok(Json(office.works.begin(office.ground(), &actor, (about, Some(head.line.waiting)), run).await))
}

/// Closes records at once; when the work is done, no index shows them any longer.
#[utoipa::path(post, path = "/api/v1/review/close", tag = "review", request_body = ReviewClosing,
    responses((status = 200, body = WorkShown)))]
pub(super) async fn close(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(ReviewClosing { codes, reason }): Input<ReviewClosing>,
) -> Result<Json<WorkShown>, Failure> {
    let codes = codes_of(codes)?;
    let (here, by, about) = (office.clone(), actor.clone(), format!("停止开放 {} 条", codes.len()));
    let run = move |_| async move {
        let closed = here.reviews().close(&by, &codes, &reason).await?;
        here.followed().await?;
        Ok(closed)
    };
    Ok(Json(at_once(&office, &actor, about, run).await))
}

/// Approves that originals are shown (公布).
#[utoipa::path(post, path = "/api/v1/review/publish", tag = "review", request_body = ReviewPublication,
    responses((status = 200, body = WorkShown)))]
pub(super) async fn publish(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(ReviewPublication { codes, document_number }): Input<ReviewPublication>,
) -> Result<Json<WorkShown>, Failure> {
    let codes = codes_of(codes)?;
    let (here, by, about) = (office.clone(), actor.clone(), format!("公布 {} 条", codes.len()));
    let run = move |_| async move {
        let carried = here.reviews().publish(&by, &codes, &document_number).await?;
        here.followed().await?;
        Ok(carried)
    };
    Ok(Json(at_once(&office, &actor, about, run).await))
}

/// Ends the showing of originals.
#[utoipa::path(post, path = "/api/v1/review/unpublish", tag = "review", request_body = ReviewClosing,
    responses((status = 200, body = WorkShown)))]
pub(super) async fn unpublish(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(ReviewClosing { codes, reason }): Input<ReviewClosing>,
) -> Result<Json<WorkShown>, Failure> {
    let codes = codes_of(codes)?;
    let (here, by, about) = (office.clone(), actor.clone(), format!("撤回公布 {} 条", codes.len()));
    let run = move |_| async move {
        let carried = here.reviews().unpublish(&by, &codes, &reason).await?;
        here.followed().await?;
        Ok(carried)
    };
    Ok(Json(at_once(&office, &actor, about, run).await))
}

/// What the work is called that carries a batch out.
pub(super) fn carrying_out(number: i64) -> String {
    format!("执行审核批次 {number}")
}

async fn at_once<F, R>(
    office: &Office,
    actor: &Actor,
    about: String,
    run: impl FnOnce(super::works::Teller) -> F,
) -> WorkShown
where
    F: Future<Output = kernel::Result<R>> + Send + 'static,
    R: Into<super::works::WorkResult> + Send,
{
    office.works.begin(office.ground(), actor, (about, None), run).await
}

impl ReviewSaid {
    fn read(self) -> Result<Said, Problem> {
        let Self { verdict, reason, text, review_on } = self;
        let known = || unusable(&format!("意见 {verdict}"), "只有 open、control、defer");
        let verdict = Verdict::named(&verdict).ok_or_else(known)?;
        let known = |word: &str| {
            let all = Reason::ALL.map(Reason::name).join("、");
            unusable(&format!("理由 {word}"), &format!("只有 {all}"))
        };
        let reason = reason.filter(|word| !word.is_empty());
        let reason = reason.map(|word| Reason::named(&word).ok_or_else(|| known(&word))).transpose()?;
        let review_on = review_on.filter(|day| !day.is_empty()).as_deref().map(day_of).transpose()?;
        Ok(Said { verdict, reason, text: text.filter(|text| !text.trim().is_empty()), review_on })
    }
}

impl ReviewSaidOf {
    fn read(self) -> Result<(String, Said), Problem> {
        Ok((self.reference_code, self.said.read()?))
    }
}

fn step_named(word: &str) -> Result<Step, Problem> {
    let known = || unusable(&format!("步骤 {word}"), "只有 initial、second、joint");
    Step::named(word).ok_or_else(known)
}

fn day_of(text: &str) -> Result<Day, Problem> {
    day(text).ok_or_else(|| unusable(&format!("日期 {text}"), "须写明年月日，如 2031-01-02"))
}

/// Codes as they were typed, without what was left blank.
fn codes_of(codes: Vec<String>) -> Result<Vec<String>, Problem> {
    let codes: Vec<String> =
        codes.into_iter().map(|code| code.trim().to_owned()).filter(|code| !code.is_empty()).collect();
    if codes.is_empty() { Err(unusable("档号", "须写明至少一个档号")) } else { Ok(codes) }
}

fn said(text: String, about: &str) -> Result<String, Problem> {
    if text.trim().is_empty() { Err(unusable(about, "须写明")) } else { Ok(text) }
}

fn unusable(about: &str, why: &str) -> Problem {
    Problem::new(Code::BadRequest, about).because(why)
}
