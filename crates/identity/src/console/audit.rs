//! `/api/v1/audit`: the audit log, for the auditor.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use kernel::audit::{self, Filter, Line, Outcome, Written};
use kernel::formula::marked;
use kernel::{Actor, Code, Day, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Inputs, Size, Sort, Staff};

use super::Office;

/// The most lines that are exported at once.
const EXPORTED: i64 = 100_000;

/// Which lines are wanted.
#[derive(Clone, Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    actor: Option<String>,
    action: Option<String>,
    /// The beginning of the object's name.
    object: Option<String>,
    /// The first day, YYYY-MM-DD (Asia/Shanghai).
    from: Option<String>,
    /// The last day, YYYY-MM-DD (Asia/Shanghai).
    to: Option<String>,
    /// `number`, the oldest first, or `-number`, as if nothing is said.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    /// Only lines that come after the one of this number.
    before: Option<i64>,
    #[param(value_type = Option<i64>)]
    size: Option<Size>,
}

/// A line of the log.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditLine)]
struct LineShown {
    sequence: i64,
    at: String,
    actor: String,
    action: String,
    /// The act in words.
    label: String,
    object: String,
    outcome: OutcomeName,
    #[schema(required, value_type = Option<Object>)]
    detail: Value,
}

/// A page of lines.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditPage)]
pub(super) struct Lines {
    items: Vec<LineShown>,
    /// What goes into `before` for the lines after these.
    #[schema(required)]
    next: Option<i64>,
    actions: Vec<ActShown>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Named)]
struct ActShown {
    name: &'static str,
    label: &'static str,
}

/// What a verification found.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditVerdict)]
pub(super) struct Verified {
    whole: bool,
    /// Lines that were followed or still wait for their seal.
    lines: i64,
    sealed: i64,
    /// The last digest of the chain, to be noted outside the house.
    #[schema(required)]
    head: Option<String>,
    /// What is wrong, in words.
    #[schema(required)]
    fault: Option<String>,
}

/// How an act came out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum OutcomeName {
    Done,
    Refused,
    Failed,
}

/// Lines of the log.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(Wanted), responses((status = 200, body = Lines)))]
pub(super) async fn list(State(office): State<Office>, Inputs(wanted): Inputs<Wanted>) -> Result<Json<Lines>, Failure> {
    let size = wanted.size.unwrap_or_default().get();
    let filter = filter(wanted)?;
    let mut found = audit::read(&mut office.ground.db.read().await?, &filter, size + 1).await?;
    let more = found.len() > usize::try_from(size).unwrap_or(usize::MAX);
    if more {
        found.pop();
    }
    let next = found.last().filter(|_| more).map(|line| line.sequence);
    let actions = audit::labels().map(|(name, label)| ActShown { name, label }).collect();
    Ok(Json(Lines { items: found.into_iter().map(shown).collect(), next, actions }))
}

/// Follows the chain from its first link.
#[utoipa::path(post, path = "/api/v1/audit/verify", tag = "audit", responses((status = 200, body = Verified)))]
pub(super) async fn verify(State(office): State<Office>, Staff(actor): Staff) -> Result<Json<Verified>, Failure> {
    let report = audit::verify(&office.ground.db, &office.ground.secrets).await?;
    let outcome = if report.is_whole() { Outcome::Done } else { Outcome::Failed };
    note(&office, &actor, ("audit.verify", outcome, Value::Null)).await?;
    let fault = (!report.is_whole()).then(|| report.to_string());
    let lines = report.sealed.saturating_add(report.pending);
    Ok(Json(Verified { whole: fault.is_none(), lines, sealed: report.sealed, head: report.head, fault }))
}

/// Lines as a table of comma-separated values, at most 100,000.
#[utoipa::path(get, path = "/api/v1/audit/export", tag = "audit", params(Wanted),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub(super) async fn export(
    State(office): State<Office>,
    Staff(actor): Staff,
    Inputs(wanted): Inputs<Wanted>,
) -> Result<Response, Failure> {
    let filter = filter(wanted)?;
    note(&office, &actor, ("audit.export", Outcome::Done, json!({ "object": filter.object }))).await?;
    let lines = audit::read(&mut office.ground.db.read().await?, &filter, EXPORTED).await?;
    let mut table = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let head = ["序号", "时间", "经办", "操作", "对象", "结果", "详情"];
    table.write_record(head).map_err(kernel::Error::internal)?;
    for line in lines {
        let row = [
            line.sequence.to_string(),
            line.at.local_text(),
            marked(&line.actor).into_owned(),
            audit::label(&line.action).to_owned(),
            marked(&line.object).into_owned(),
            line.outcome.name().to_owned(),
            if line.detail.is_null() { String::new() } else { line.detail.to_string() },
        ];
        table.write_record(row).map_err(kernel::Error::internal)?;
    }
    let bytes = table.into_inner().map_err(|error| kernel::Error::internal(error.into_error()))?;
    Ok(web::download(bytes, web::CSV, "audit.csv")?)
}

fn shown(line: Written) -> LineShown {
    LineShown {
        sequence: line.sequence,
        at: line.at.utc_text(),
        label: audit::label(&line.action).to_owned(),
        actor: line.actor,
        action: line.action,
        object: line.object,
        outcome: match line.outcome {
            Outcome::Done => OutcomeName::Done,
            Outcome::Refused => OutcomeName::Refused,
            Outcome::Failed => OutcomeName::Failed,
        },
        detail: line.detail,
    }
}

fn filter(wanted: Wanted) -> Result<Filter, Problem> {
    let some = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let day = |text: Option<String>| match some(text) {
        Some(text) => Day::parse(&text)
            .map(Some)
            .ok_or_else(|| Problem::new(Code::BadRequest, "日期").because(format!("“{text}”应写成 2026-11-29 这样"))),
        None => Ok(None),
    };
    Ok(Filter {
        from: day(wanted.from)?.map(Day::begins),
        until: day(wanted.to)?.map(|last| last.plus(1).begins()),
        actor: some(wanted.actor),
        action: some(wanted.action),
        object: some(wanted.object),
        oldest_first: wanted.sort.map(|sort| sort.by(&[("number", ())])).transpose()?.is_some_and(|((), back)| !back),
        beyond: wanted.before,
    })
}

async fn note(office: &Office, actor: &Actor, (action, outcome, detail): (&str, Outcome, Value)) -> kernel::Result<()> {
    actor.must(Permission::ReadAudit)?;
    audit::alone(&office.ground, &Line { actor: actor.name(), action, object: "audit", outcome, detail }).await
}
