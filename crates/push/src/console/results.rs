//! `/api/v1/push/results`: what readers did with each article, and the articles on the readers' site.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{Code, Day, Permission, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Failure;
use web::api::{Input, Inputs, Staff, needs};

use super::Office;
use crate::ArticleResult;
use crate::hint::{self, Group, Past, median};

/// The most days that are looked back, and how many if nothing is said.
const LONGEST_DAYS: i64 = 1100;
const USUAL_DAYS: i64 = 90;

#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AskedResults {
    /// The account; the first one if nothing is said.
    pub(super) account: Option<String>,
    /// How many days, today the last of them.
    pub(super) days: Option<i64>,
}

/// What WeChat counted of an article so far.
#[derive(Serialize, ToSchema)]
struct ArticleCounts {
    /// Up to the end of this day.
    until: String,
    targets: i64,
    readers: i64,
    readings: i64,
    sharers: i64,
    shares: i64,
    keepers: i64,
}

#[derive(Serialize, ToSchema)]
struct ArticleLine {
    id: String,
    title: String,
    /// From 1, in its issue.
    position: i64,
    sent_at: String,
    is_hidden: bool,
    /// Nothing until WeChat has counted.
    #[schema(required)]
    counts: Option<ArticleCounts>,
    /// Who left the account on its day; nothing until WeChat has told.
    #[schema(required)]
    left: Option<i64>,
    /// Whom it was for.
    whom: String,
    /// How often its links led to our own site; nothing of what went out before that was counted.
    #[schema(required)]
    visits: Option<i64>,
    /// How many comments it had when WeChat was last asked; nothing before.
    #[schema(required)]
    comments: Option<i64>,
}

/// When WeChat was last asked for its counts.
#[derive(Serialize, ToSchema)]
struct CountsFetched {
    at: String,
    /// Why it did not give them; nothing if it did.
    #[schema(required)]
    told: Option<String>,
}

/// Articles that went to the same audience, or have something else in common.
#[derive(Serialize, ToSchema)]
pub(super) struct ArticleGroup {
    label: String,
    articles: usize,
    /// Half of them were read by so many persons at most.
    readers: i64,
    /// Half of them were read by so many of a thousand they were sent to, at most.
    rate: i64,
}

#[derive(Serialize, ToSchema)]
pub(super) struct ArticleResults {
    account: String,
    accounts: Vec<String>,
    items: Vec<ArticleLine>,
    /// Half of the articles were read by so many persons at most; nothing without a counted one.
    #[schema(required)]
    median_readers: Option<i64>,
    /// Those with counts by whom they were for.
    audiences: Vec<ArticleGroup>,
    /// Nothing before the first time.
    #[schema(required)]
    fetched: Option<CountsFetched>,
}

/// Readings in an hour of the day.
#[derive(Serialize, ToSchema)]
struct ReadHour {
    /// 0 to 23.
    hour: i64,
    readings: i64,
}

/// When all articles of an account were read: WeChat tells hours for the account as a whole.
#[derive(Serialize, ToSchema)]
pub(super) struct ReadHours {
    /// Days that WeChat told of; none: it gives no hours.
    days: i64,
    /// All 24; empty if WeChat gives none.
    hours: Vec<ReadHour>,
}

#[derive(Serialize, ToSchema)]
struct GrowthDay {
    day: String,
    readers: i64,
    shares: i64,
}

#[derive(Serialize, ToSchema)]
struct VisitDay {
    day: String,
    visits: i64,
}

/// How an article was read, up to the end of each day, and how often its links led to our own site on each.
#[derive(Serialize, ToSchema)]
pub(super) struct ArticleGrowth {
    days: Vec<GrowthDay>,
    visits: Vec<VisitDay>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Shown {
    is_shown: bool,
}

pub(super) fn routes() -> OpenApiRouter<Office> {
    let writers = |routes| needs(Permission::WriteArticles, routes);
    OpenApiRouter::new()
        .routes(writers(routes!(list)))
        .routes(writers(routes!(hours)))
        .routes(writers(routes!(growth)))
        .routes(needs(Permission::ApprovePushes, routes!(show)))
}

/// What an account sent and what readers did with it, the newest first.
#[utoipa::path(get, path = "/api/v1/push/results", tag = "push", params(AskedResults),
    responses((status = 200, body = ArticleResults)))]
async fn list(
    State(office): State<Office>,
    Inputs(asked): Inputs<AskedResults>,
) -> Result<Json<ArticleResults>, Failure> {
    let accounts: Vec<String> = office.accounts.iter().map(|account| account.name().to_owned()).collect();
    let (account, since) = office.asked(asked)?;
    let results = office.results.since(&account, since.begins()).await?;
    let past: Vec<Past> = results.iter().filter_map(ArticleResult::past).collect();
    let median_readers = (!past.is_empty()).then(|| median(past.iter().map(|one| one.readers)));
    let audiences = hint::of_audiences(&past).into_iter().map(ArticleGroup::from).collect();
    let fetched = office.results.fetched(&account).await?;
    let fetched = fetched.map(|fetched| CountsFetched { at: fetched.at.utc_text(), told: fetched.told });
    let items = results.into_iter().map(ArticleLine::from).collect();
    Ok(Json(ArticleResults { account, accounts, items, median_readers, audiences, fetched }))
}

/// In which hours of the day the articles of an account were read.
#[utoipa::path(get, path = "/api/v1/push/results/hours", tag = "push", params(AskedResults),
    responses((status = 200, body = ReadHours)))]
async fn hours(State(office): State<Office>, Inputs(asked): Inputs<AskedResults>) -> Result<Json<ReadHours>, Failure> {
    let (account, since) = office.asked(asked)?;
    let told = office.results.hours(&account, since).await?;
    let readings = |hour| told.readings.iter().find(|(of, _)| *of == hour).map_or(0, |(_, readings)| *readings);
    let hours = (0..24).map(|hour| ReadHour { hour, readings: readings(hour) }).collect();
    let hours = if told.days > 0 { hours } else { Vec::new() };
    Ok(Json(ReadHours { days: told.days, hours }))
}

/// How one article was read, day by day.
#[utoipa::path(get, path = "/api/v1/push/results/{id}", tag = "push", params(("id" = String, Path)),
    responses((status = 200, body = ArticleGrowth)))]
async fn growth(State(office): State<Office>, Path(id): Path<String>) -> Result<Json<ArticleGrowth>, Failure> {
    let growth = office.results.growth(&id).await?;
    let days = growth.days.into_iter().map(|(day, readers, shares)| GrowthDay { day, readers, shares }).collect();
    let visits = growth.visits.into_iter().map(|(day, visits)| VisitDay { day, visits }).collect();
    Ok(Json(ArticleGrowth { days, visits }))
}

/// Takes an article off the readers' site, or puts it back.
#[utoipa::path(put, path = "/api/v1/push/articles/{id}/shown", tag = "push", params(("id" = String, Path)),
    request_body = Shown, responses((status = 204)))]
async fn show(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
    Input(shown): Input<Shown>,
) -> Result<StatusCode, Failure> {
    office.past_articles.show(&actor, &id, shown.is_shown).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<ArticleResult> for ArticleLine {
    fn from(result: ArticleResult) -> Self {
        let ArticleResult { id, title, position, sent_at, is_hidden, counts, left, whom, visits, comments, .. } =
            result;
        let counts = counts.map(|counts| ArticleCounts {
            until: counts.until,
            targets: counts.targets,
            readers: counts.readers,
            readings: counts.readings,
            sharers: counts.sharers,
            shares: counts.shares,
            keepers: counts.keepers,
        });
        let sent_at = sent_at.utc_text();
        Self { id, title, position, sent_at, is_hidden, counts, left, whom, visits, comments }
    }
}

impl From<Group> for ArticleGroup {
    fn from(Group { label, articles, readers, rate }: Group) -> Self {
        Self { label, articles, readers, rate }
    }
}

impl Office {
    /// The account that is asked about, and since which day.
    pub(super) fn asked(&self, asked: AskedResults) -> Result<(String, Day), Problem> {
        let first = || self.accounts.iter().next().map(|account| account.name().to_owned());
        let account = asked.account.or_else(first).unwrap_or_default();
        if self.accounts.get(&account).is_none() {
            return Err(Problem::new(Code::NotFound, format!("公众号 {account}")));
        }
        let days = asked.days.unwrap_or(USUAL_DAYS).clamp(1, LONGEST_DAYS);
        Ok((account, self.ground.clock.now().day().plus(1 - days)))
    }
}
