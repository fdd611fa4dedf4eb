//! The calendar: what is planned and was sent in a month, on which days, and what of the quota is left.

use std::collections::HashMap;

use account::AccountKind;
use axum::Json;
use axum::extract::State;
use kernel::{Code, Day, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::ExceptionKind;
use web::Failure;
use web::api::{Inputs, Staff};

use super::{PlanFrozen, PlanLine};
use crate::console::Office;
use crate::{Period, Sender, Stage};

/// After so many days without anything new an account counts as neglected (政府网站与政务新媒体检查指标: 2 周内未更新).
const GOAL_DAYS: i64 = 14;

/// Which month is wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedMonth {
    /// `2026-11`; the present one if nothing is said.
    month: Option<String>,
}

/// A day of the calendar.
#[derive(Serialize, ToSchema)]
struct PlanDay {
    /// `2026-11-30`
    day: String,
    /// Whether one works on it.
    is_working: bool,
    /// What makes it differ from the week, if anything does: 国庆节.
    name: String,
    plans: Vec<PlanLine>,
}

/// What of an account's quota is used, and how long it was quiet.
#[derive(Serialize, ToSchema)]
struct PlanAccount {
    account: String,
    kind_label: &'static str,
    /// 当月 or 当天
    period_label: &'static str,
    used: i64,
    limit: i64,
    /// Days since the last push that was sent; none: none is known.
    #[schema(required)]
    quiet_days: Option<i64>,
    /// Whether that is longer than a government's account may be quiet.
    is_late: bool,
}

/// A month.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanMonth {
    month: String,
    today: String,
    days: Vec<PlanDay>,
    accounts: Vec<PlanAccount>,
    /// Plans that wait for a person to say whether they were sent.
    unknown: i64,
    #[schema(required)]
    frozen: Option<PlanFrozen>,
    /// After how many quiet days an account counts as neglected.
    goal_days: i64,
}

/// A month of plans.
#[utoipa::path(get, path = "/api/v1/push/calendar", tag = "push", params(WantedMonth),
    responses((status = 200, body = PlanMonth)))]
pub(super) async fn month(
    State(office): State<Office>,
    Staff(_): Staff,
    Inputs(wanted): Inputs<WantedMonth>,
) -> Result<Json<PlanMonth>, Failure> {
    let now = office.ground.clock.now();
    let first = match &wanted.month {
        Some(month) => Day::parse(&format!("{month}-01")).ok_or_else(|| Problem::new(Code::BadRequest, "月份"))?,
        None => first_of(now.day()),
    };
    let plans = office.ledger.overview().await?;
    let mut accounts = Vec::new();
    for account in office.accounts.iter() {
        let sender = Sender::from(&**account);
        let at = if first_of(now.day()) == first { now } else { first.begins() };
        let (used, limit) = office.ledger.used(&sender, at).await?;
        let is_sent = |stage: Stage| matches!(stage, Stage::Sent | Stage::Sending | Stage::Unknown);
        let sent = plans.iter().filter(|plan| plan.account == sender.account && is_sent(plan.stage));
        let quiet_days = sent.map(|plan| now.seconds_since(plan.scheduled_at) / 86_400).filter(|days| *days >= 0).min();
        accounts.push(PlanAccount {
            account: sender.account,
            kind_label: match sender.kind {
                AccountKind::Subscription => "订阅号",
                AccountKind::Service => "服务号",
            },
            period_label: Period::of(sender.kind, at).label(),
            used,
            limit,
            quiet_days,
            is_late: sender.by_tag && quiet_days.is_none_or(|days| days >= GOAL_DAYS),
        });
    }
    let mut of_day: HashMap<Day, Vec<PlanLine>> = HashMap::new();
    for plan in plans.into_iter().rev() {
        of_day.entry(plan.scheduled_at.day()).or_default().push(plan.into());
    }
    let house = office.house.now();
    let days = (0..31).map(|days| first.plus(days)).take_while(|day| first_of(*day) == first);
    let days = days.map(|day| {
        let exception = house.hours.exception(day);
        let is_working = match exception.as_ref().map(|exception| exception.kind) {
            Some(ExceptionKind::Holiday | ExceptionKind::Closed) => false,
            Some(ExceptionKind::Working | ExceptionKind::Open) => true,
            None => day.weekday() < 6,
        };
        let name = exception.map(|exception| exception.reason.to_owned()).unwrap_or_default();
        PlanDay { day: day.to_string(), is_working, name, plans: of_day.remove(&day).unwrap_or_default() }
    });
    Ok(Json(PlanMonth {
        days: days.collect(),
        month: first.to_string().chars().take(7).collect(),
        today: now.day().to_string(),
        accounts,
        unknown: office.ledger.unknown().await?,
        frozen: office.ledger.frozen().await?.map(PlanFrozen::from),
        goal_days: GOAL_DAYS,
    }))
}

fn first_of(day: Day) -> Day {
    day.plus(1 - i64::from(day.civil().day()))
}

/// Which quota is wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedQuota {
    account: String,
    /// The moment of the push; the present one if nothing is said.
    at: Option<String>,
}

/// What of an account's quota is used at a moment, as far as this house knows.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanQuota {
    used: i64,
    limit: i64,
    /// 当月 or 当天
    period_label: &'static str,
}

/// What of an account's quota is used.
#[utoipa::path(get, path = "/api/v1/push/quota", tag = "push", params(WantedQuota),
    responses((status = 200, body = PlanQuota)))]
pub(super) async fn quota(
    State(office): State<Office>,
    Inputs(wanted): Inputs<WantedQuota>,
) -> Result<Json<PlanQuota>, Failure> {
    let at = match &wanted.at {
        Some(text) => Timestamp::from_utc_text(text).ok_or_else(|| Problem::new(Code::BadRequest, "发送时间"))?,
        None => office.ground.clock.now(),
    };
    let sender = office.sender(&wanted.account)?;
    let (used, limit) = office.ledger.used(&sender, at).await?;
    Ok(Json(PlanQuota { used, limit, period_label: Period::of(sender.kind, at).label() }))
}
