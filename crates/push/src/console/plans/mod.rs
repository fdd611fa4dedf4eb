//! `/api/v1/push/plans`, `/calendar` and `/quota`: what is planned, what was sent and how it ended.

mod acts;
mod calendar;
mod making;
mod preview;

use axum::Json;
use axum::extract::{Path, State};
use kernel::{Code, Id, Permission, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Failure;
use web::api::{Inputs, Listed, Size, Sort, SortColumn, Staff, needs};

use super::Office;
use crate::{Call, Content, Counts, Frozen, Kept, Overview, Plan, Stage};

/// What the list can be ordered by.
const COLUMNS: [SortColumn<Overview>; 3] = [
    ("scheduled_at", |one, other| one.scheduled_at.cmp(&other.scheduled_at)),
    ("title", |one, other| one.title.cmp(&other.title)),
    ("sent", |one, other| one.counts.sent.cmp(&other.counts.sent)),
];

/// The routes of plans; to be put behind the door of staff.
pub(super) fn routes() -> OpenApiRouter<Office> {
    let writers = |routes| needs(Permission::WriteArticles, routes);
    let approvers = |routes| needs(Permission::ApprovePushes, routes);
    OpenApiRouter::new()
        .routes(writers(routes!(list)))
        .routes(approvers(routes!(making::approve)))
        .routes(approvers(routes!(making::prospect)))
        .routes(approvers(routes!(making::roll)))
        .routes(approvers(routes!(making::list)))
        .routes(writers(routes!(preview::readers)))
        .routes(writers(routes!(preview::show)))
        .routes(approvers(routes!(acts::thaw)))
        .routes(writers(routes!(one)))
        .routes(approvers(routes!(acts::stop)))
        .routes(approvers(routes!(acts::decide)))
        .routes(approvers(routes!(acts::remove)))
        .routes(writers(routes!(calendar::month)))
        .routes(writers(routes!(calendar::quota)))
        .routes(approvers(routes!(calendar::set_goal)))
}

/// The routes that take in whole lists; to be put behind the door of staff.
pub(super) fn long_routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(needs(Permission::ApprovePushes, routes!(making::list_file)))
}

/// A plan in a list.
#[derive(Clone, Serialize, ToSchema)]
struct PlanLine {
    id: String,
    account: String,
    title: String,
    kind_label: &'static str,
    author: String,
    approver: String,
    scheduled_at: String,
    /// `planned`, `sending`, `unknown`, `sent`, `failed`, `stopped`, `expired` or `withheld`
    stage: &'static str,
    stage_label: &'static str,
    /// Whom it is for in words.
    whom: String,
    /// How many they were when it was approved; none: WeChat counts them.
    #[schema(required)]
    people: Option<i64>,
    /// How many received it; none while WeChat has told nothing.
    #[schema(required)]
    sent: Option<i64>,
}

impl From<Overview> for PlanLine {
    fn from(plan: Overview) -> Self {
        Self {
            id: plan.id.uuid().to_string(),
            account: plan.account,
            title: plan.title,
            kind_label: plan.kind,
            author: plan.author,
            approver: plan.approver,
            scheduled_at: plan.scheduled_at.utc_text(),
            stage: plan.stage.name(),
            stage_label: plan.stage.label(),
            whom: plan.whom,
            people: plan.people,
            sent: (plan.counts.total > 0).then_some(plan.counts.sent),
        }
    }
}

/// Why pushing stands still on this machine, and since it matters, what to do.
#[derive(Serialize, ToSchema)]
struct PlanFrozen {
    told: String,
}

impl From<Frozen> for PlanFrozen {
    fn from(why: Frozen) -> Self {
        Self { told: why.to_string() }
    }
}

/// Which plans are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WantedPlans {
    /// A stage.
    state: Option<String>,
    account: Option<String>,
    /// Part of the title.
    q: Option<String>,
    /// `scheduled_at`, `title`, `sent`, with `-` before it for descending; `-scheduled_at` if nothing is said.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    page: Option<i64>,
    #[param(value_type = Option<i64>)]
    size: Option<Size>,
}

/// Plans, the latest first.
#[utoipa::path(get, path = "/api/v1/push/plans", tag = "push", params(WantedPlans),
    responses((status = 200, body = Listed<PlanLine>)))]
async fn list(
    State(office): State<Office>,
    Inputs(wanted): Inputs<WantedPlans>,
) -> Result<Json<Listed<PlanLine>>, Failure> {
    let mut plans = office.ledger.overview().await?;
    let is = |asked: &Option<String>, value: &str| asked.as_deref().is_none_or(|asked| asked == value);
    plans.retain(|plan| {
        is(&wanted.state, plan.stage.name())
            && is(&wanted.account, &plan.account)
            && wanted.q.as_deref().is_none_or(|part| plan.title.contains(part.trim()))
    });
    if let Some(sort) = &wanted.sort {
        sort.order(&mut plans, &COLUMNS)?;
    }
    let size = wanted.size.unwrap_or_default();
    let usize_of = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    let skipped = (wanted.page.unwrap_or(1).max(1) - 1).saturating_mul(size.get());
    let total = i64::try_from(plans.len()).unwrap_or(i64::MAX);
    let items = plans.into_iter().skip(usize_of(skipped)).take(usize_of(size.get())).map(PlanLine::from).collect();
    Ok(Json(Listed { items, total }))
}

/// A call of a plan.
#[derive(Serialize, ToSchema)]
struct PlanCall {
    /// Its number from 1.
    number: i64,
    /// In words.
    label: &'static str,
    /// What WeChat told about it, in words; empty if nothing.
    told: String,
    /// Whether a person has to say whether it was sent.
    is_unknown: bool,
    /// When it is tried again at the earliest, if it is.
    #[schema(required)]
    again_at: Option<String>,
    /// Whom it reached, as WeChat counts them; none while it has not told.
    #[schema(required)]
    counts: Option<PlanCounts>,
}

/// How many followers a push was for, and how many it reached.
#[derive(Serialize, ToSchema)]
struct PlanCounts {
    total: i64,
    /// Left after WeChat's own filter.
    filtered: i64,
    sent: i64,
    failed: i64,
}

/// A plan with its calls.
#[derive(Serialize, ToSchema)]
struct PlanWhole {
    plan: PlanLine,
    approved_at: String,
    /// How many of them had received all that a month allows when it was approved; none: not known.
    #[schema(required)]
    at_limit: Option<i64>,
    /// The titles of its articles, or its text.
    contents: Vec<String>,
    /// How many records it quotes, of which each is open when it goes out.
    records: usize,
    /// Why it was withheld or expired, or who stopped it.
    #[schema(required)]
    told: Option<String>,
    calls: Vec<PlanCall>,
    /// Where its articles are, as WeChat told.
    addresses: Vec<String>,
    /// Calls that a stop would still stop.
    stoppable: usize,
    /// Whether readers have articles or a film that can be taken away from them.
    removable: bool,
    /// When it was taken away from its readers.
    #[schema(required)]
    removed_at: Option<String>,
    /// Whether something may still change by itself: then the page looks again.
    moves: bool,
    #[schema(required)]
    frozen: Option<PlanFrozen>,
}

/// A plan.
#[utoipa::path(get, path = "/api/v1/push/plans/{id}", tag = "push", params(("id" = String, Path)),
    responses((status = 200, body = PlanWhole)))]
async fn one(
    State(office): State<Office>,
    Staff(_): Staff,
    Path(text): Path<String>,
) -> Result<Json<PlanWhole>, Failure> {
    let id = plan_id(&text)?;
    let kept = office.ledger.plan(id).await?.ok_or_else(absent)?;
    let overview = office.ledger.overview().await?.into_iter().find(|plan| plan.id == id).ok_or_else(absent)?;
    let frozen = office.ledger.frozen().await?.map(PlanFrozen::from);
    Ok(Json(whole(kept, overview, frozen)))
}

fn whole(kept: Kept, overview: Overview, frozen: Option<PlanFrozen>) -> PlanWhole {
    let (contents, records, is_kind) = match &kept.content {
        Content::Text { text } => (vec![text.clone()], 0, false),
        Content::Articles { titles, records, .. } => (titles.clone(), records.len(), true),
        other => (vec![other.label().to_owned()], 0, matches!(other, Content::Video { .. })),
    };
    let finished = kept.calls.iter().any(|(_, call)| matches!(call, Call::Finished { .. }));
    PlanWhole {
        approved_at: kept.approved_at.utc_text(),
        at_limit: kept.at_limit,
        contents,
        records,
        told: kept.told,
        stoppable: kept.calls.iter().filter(|(_, call)| *call == Call::Planned).count(),
        removable: is_kind && finished && kept.removed.is_none(),
        removed_at: kept.removed.map(Timestamp::utc_text),
        moves: matches!(overview.stage, Stage::Planned | Stage::Sending)
            || kept.calls.iter().any(|(_, call)| !call.has_ended()),
        calls: (1..).zip(&kept.calls).map(|(number, (_, call))| shown(number, call)).collect(),
        addresses: kept.addresses,
        plan: overview.into(),
        frozen,
    }
}

fn shown(number: i64, call: &Call) -> PlanCall {
    let counts = |counts: Counts| {
        let Counts { total, filtered, sent, failed } = counts;
        (total > 0).then_some(PlanCounts { total, filtered, sent, failed })
    };
    let (told, again_at, counts) = match call {
        Call::Refused(why) => (why.clone(), None, None),
        Call::Submitting(attempts) => {
            (format!("已交了 {} 次，同一个编号，不会重复", attempts.count), Some(attempts.again_at().utc_text()), None)
        }
        Call::Unknown(attempts) => (format!("最后一次交给微信是 {}", attempts.last_at.local_text()), None, None),
        Call::Finished { status, counts: reached, .. } => (ended(status), None, counts(*reached)),
        Call::Planned | Call::Accepted { .. } | Call::Withdrawn => (String::new(), None, None),
    };
    PlanCall { number, label: call.label(), told, is_unknown: matches!(call, Call::Unknown(_)), again_at, counts }
}

/// WeChat's word for how a send ended, in words (群发接口, `MASSSENDJOBFINISH`).
fn ended(status: &str) -> String {
    let why = match status {
        "send success" | "sendsuccess" => return "发送成功".to_owned(),
        "send fail" | "sendfail" => return "发送失败".to_owned(),
        "deleted" => return "已删除".to_owned(),
        "err(10001)" => "微信认为涉嫌广告",
        "err(20001)" => "微信认为涉嫌政治",
        "err(20002)" => "微信认为涉嫌色情",
        "err(20004)" => "微信认为涉嫌社会问题",
        "err(20006)" => "微信认为涉嫌违法犯罪",
        "err(20008)" => "微信认为涉嫌欺诈",
        "err(20013)" => "微信认为涉嫌版权问题",
        "err(21000)" => "微信认为涉嫌其他问题",
        "err(22000)" => "微信认为涉嫌互推",
        "err(30001)" => "原创校验出错，用户选择了被判为转载就不发",
        "err(30002)" => "原创校验被判定为不能群发",
        "err(30003)" => "原创校验被判定为转载，而设定为不发",
        "err(40001)" => "管理员没有确认",
        "err(40002)" => "管理员确认超时",
        other => return format!("微信回报：{other}"),
    };
    format!("没有发出：{why}")
}

fn absent() -> Problem {
    Problem::new(Code::NotFound, "这次群发")
}

fn plan_id(text: &str) -> Result<Id<Plan>, Problem> {
    Id::parse(text).ok_or_else(absent)
}
