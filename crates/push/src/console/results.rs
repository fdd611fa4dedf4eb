//! `/api/v1/push/results`: what readers did with each article, and the articles on the readers' site.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{Code, Permission, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Failure;
use web::api::{Input, Inputs, Staff, needs};

use super::Office;
use crate::ArticleResult;

/// The most days that are looked back, and how many if nothing is said.
const LONGEST_DAYS: i64 = 1100;
const USUAL_DAYS: i64 = 90;

#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AskedResults {
    /// The account; the first one if nothing is said.
    account: Option<String>,
    /// How many days, today the last of them.
    days: Option<i64>,
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
}

#[derive(Serialize, ToSchema)]
pub(super) struct ArticleResults {
    account: String,
    accounts: Vec<String>,
    items: Vec<ArticleLine>,
    /// Half of the articles were read by so many persons at most; nothing without a counted one.
    #[schema(required)]
    median_readers: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct GrowthDay {
    day: String,
    readers: i64,
    shares: i64,
}

/// How an article was read, up to the end of each day.
#[derive(Serialize, ToSchema)]
pub(super) struct ArticleGrowth {
    days: Vec<GrowthDay>,
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
    let account = asked.account.or_else(|| accounts.first().cloned()).unwrap_or_default();
    if !accounts.contains(&account) {
        return Err(Problem::new(Code::NotFound, format!("公众号 {account}")).into());
    }
    let days = asked.days.unwrap_or(USUAL_DAYS).clamp(1, LONGEST_DAYS);
    let since = office.ground.clock.now().day().plus(1 - days).begins();
    let results = office.results.since(&account, since).await?;
    let median_readers = median(results.iter().filter_map(|one| one.counts.as_ref()).map(|counts| counts.readers));
    let items = results.into_iter().map(ArticleLine::from).collect();
    Ok(Json(ArticleResults { account, accounts, items, median_readers }))
}

/// How one article was read, day by day.
#[utoipa::path(get, path = "/api/v1/push/results/{id}", tag = "push", params(("id" = String, Path)),
    responses((status = 200, body = ArticleGrowth)))]
async fn growth(State(office): State<Office>, Path(id): Path<String>) -> Result<Json<ArticleGrowth>, Failure> {
    let days = office.results.growth(&id).await?;
    let days = days.into_iter().map(|(day, readers, shares)| GrowthDay { day, readers, shares }).collect();
    Ok(Json(ArticleGrowth { days }))
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
        let ArticleResult { id, title, position, sent_at, is_hidden, counts, left } = result;
        let counts = counts.map(|counts| ArticleCounts {
            until: counts.until,
            targets: counts.targets,
            readers: counts.readers,
            readings: counts.readings,
            sharers: counts.sharers,
            shares: counts.shares,
            keepers: counts.keepers,
        });
        Self { id, title, position, sent_at: sent_at.utc_text(), is_hidden, counts, left }
    }
}

/// The lower one of the two in the middle.
fn median(numbers: impl Iterator<Item = i64>) -> Option<i64> {
    let mut numbers: Vec<i64> = numbers.collect();
    numbers.sort_unstable();
    numbers.get(numbers.len().saturating_sub(1) / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_one_of_the_numbers() {
        assert_eq!(median([].into_iter()), None);
        assert_eq!(median([5, 1, 3].into_iter()), Some(3));
        assert_eq!(median([4, 1, 3, 2].into_iter()), Some(2));
    }
}
