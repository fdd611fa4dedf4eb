//! The calendar: what is planned and was sent in a month, on which days, and what of the quota is left.

use std::collections::HashMap;

use account::AccountKind;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use catalogue::Remembered;
use jiff::civil::Date;
use kernel::{Code, Day, Id, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::ExceptionKind;
use web::Failure;
use web::api::{Input, Inputs, Staff};

use super::{PlanFrozen, PlanLine};
use crate::console::Office;
use crate::{Overview, Period, Sender, Stage};

/// Anniversaries of a day that are told.
const REMEMBERED: usize = 2;
/// How many days are suggested for the next push, and how long one looks for them.
const SUGGESTED: usize = 3;
const LOOKED: i64 = 14;

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
    /// Open records whose day was a round number of years before it.
    anniversaries: Vec<PlanAnniversary>,
}

/// An open record whose day returns.
#[derive(Serialize, ToSchema)]
struct PlanAnniversary {
    title: String,
    years: i16,
    /// The address of its page.
    address: String,
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
    /// Those of them that were made by hand in WeChat's own console, as far as WeChat told.
    by_hand: i64,
    /// Days since the last push that was sent; none: none is known.
    #[schema(required)]
    quiet_days: Option<i64>,
    /// After how many days it is to be heard of again.
    goal_days: i64,
    /// Whether that has passed.
    is_late: bool,
    /// Working days that suit the next push.
    suggested: Vec<String>,
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
    let house = office.house.now();
    let is_working = |day: Day| match house.hours.exception(day).map(|exception| exception.kind) {
        Some(ExceptionKind::Holiday | ExceptionKind::Closed) => false,
        Some(ExceptionKind::Working | ExceptionKind::Open) => true,
        None => day.weekday() < 6,
    };
    let quiet = office.ledger.quiet(office.accounts.iter().map(|account| &**account)).await?;
    let mut accounts = Vec::new();
    for (account, quiet) in office.accounts.iter().zip(quiet) {
        let sender = Sender::from(&**account);
        let at = if first_of(now.day()) == first { now } else { first.begins() };
        let (used, limit) = office.ledger.used(&sender, at).await?;
        let of_account = |plan: &&Overview| plan.account == sender.account && plan.stage == Stage::Planned;
        let planned: Vec<Day> = plans.iter().filter(of_account).map(|plan| plan.scheduled_at.day()).collect();
        // Working days from a week before it is due; from today where it is due already.
        let from = now.day().max(quiet.due.plus(-LOOKED / 2));
        let days = (0..LOOKED).map(|days| from.plus(days));
        let suggested = days.filter(|day| is_working(*day) && !planned.contains(day)).take(SUGGESTED);
        let by_hand = office.ledger.by_hand(&sender, at).await?;
        accounts.push(PlanAccount {
            account: sender.account,
            kind_label: match sender.kind {
                AccountKind::Subscription => "订阅号",
                AccountKind::Service => "服务号",
            },
            period_label: Period::of(sender.kind, at).label(),
            used,
            limit,
            by_hand,
            quiet_days: quiet.days,
            goal_days: quiet.goal,
            is_late: quiet.is_late,
            suggested: suggested.map(|day| day.to_string()).collect(),
        });
    }
    let mut of_day: HashMap<Day, Vec<PlanLine>> = HashMap::new();
    for plan in plans.into_iter().rev() {
        of_day.entry(plan.scheduled_at.day()).or_default().push(plan.into());
    }
    let days: Vec<Day> = (0..31).map(|days| first.plus(days)).take_while(|day| first_of(*day) == first).collect();
    let mut anniversaries = office.anniversaries(&days).await?;
    let days = days.into_iter().map(|day| {
        let name = house.hours.exception(day).map(|exception| exception.reason.to_owned()).unwrap_or_default();
        PlanDay {
            day: day.to_string(),
            is_working: is_working(day),
            name,
            plans: of_day.remove(&day).unwrap_or_default(),
            anniversaries: anniversaries.remove(&day.civil()).unwrap_or_default(),
        }
    });
    Ok(Json(PlanMonth {
        days: days.collect(),
        month: first.to_string().chars().take(7).collect(),
        today: now.day().to_string(),
        accounts,
        unknown: office.ledger.unknown().await?,
        frozen: office.ledger.frozen().await?.map(PlanFrozen::from),
    }))
}

impl Office {
    /// The open records whose day returns on some days.
    async fn anniversaries(&self, days: &[Day]) -> Result<HashMap<Date, Vec<PlanAnniversary>>, Failure> {
        let days: Vec<Date> = days.iter().map(|day| day.civil()).collect();
        let of = |Remembered { item, anniversary }: Remembered| PlanAnniversary {
            title: item.title,
            years: anniversary.years,
            address: format!("{}{}", self.site, item.url),
        };
        let found = self.catalogue.round_days(&days, REMEMBERED).await?;
        Ok(found.into_iter().map(|(day, found)| (day, found.into_iter().map(of).collect())).collect())
    }
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
    /// The roll it is for.
    roll: Option<String>,
}

/// What of an account's quota is used at a moment, as far as this house knows.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanQuota {
    used: i64,
    limit: i64,
    /// 当月 or 当天
    period_label: &'static str,
    /// Those of them that were made by hand in WeChat's own console, as far as WeChat told.
    by_hand: i64,
    /// How many of the roll had received all that the month allows, at most; none: not known, or no roll.
    #[schema(required)]
    at_limit: Option<i64>,
    /// Pushes to a tag in that month, of which nobody here knows whom they reached.
    by_tag: i64,
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
    let reach = match wanted.roll.as_deref().and_then(Id::parse) {
        Some(roll) => office.ledger.reach(&sender, roll, at).await?,
        None => None,
    };
    Ok(Json(PlanQuota {
        used,
        limit,
        period_label: Period::of(sender.kind, at).label(),
        by_hand: office.ledger.by_hand(&sender, at).await?,
        at_limit: reach.map(|reach| reach.at_limit),
        by_tag: reach.map_or(0, |reach| reach.by_tag),
    }))
}

/// How often an account is to be heard of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanGoal {
    account: String,
    /// After how many days at most, 1 to 365.
    days: i64,
}

/// Lays down after how many days an account is to be heard of again.
#[utoipa::path(put, path = "/api/v1/push/goal", tag = "push", request_body = PlanGoal, responses((status = 204)))]
pub(super) async fn set_goal(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(PlanGoal { account, days }): Input<PlanGoal>,
) -> Result<StatusCode, Failure> {
    office.sender(&account)?;
    office.ledger.set_goal(&actor, &account, days).await?;
    Ok(StatusCode::NO_CONTENT)
}
