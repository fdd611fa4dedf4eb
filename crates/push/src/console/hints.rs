//! `/api/v1/push/results/hints`: what the account's own past says about titles and times.

use axum::Json;
use axum::extract::State;
use kernel::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Failure;
use web::api::{Inputs, needs};

use super::Office;
use super::results::{ArticleGroup, AskedResults};
use crate::ArticleResult;
use crate::hint::{self, Hint, LEAST_ARTICLES};

/// How far is looked back, in days: what readers did longer ago says little.
const DAYS: i64 = 730;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AskedHints {
    /// The account; the first one if nothing is said.
    account: Option<String>,
}

/// What the past says about one thing that can be chosen.
#[derive(Serialize, ToSchema)]
struct ArticleHint {
    /// From how many articles.
    articles: usize,
    /// The median rate of all of them, of a thousand.
    rate: i64,
    groups: Vec<ArticleGroup>,
    /// The group that was read the most, if one stands out.
    #[schema(required)]
    best: Option<ArticleGroup>,
}

/// What the past says, where there is enough of it.
#[derive(Serialize, ToSchema)]
struct ArticleHints {
    /// Articles of the last two years that can be compared.
    articles: usize,
    /// The fewest from which anything is said.
    least: usize,
    #[schema(required)]
    titles: Option<ArticleHint>,
    #[schema(required)]
    hours: Option<ArticleHint>,
    #[schema(required)]
    weekdays: Option<ArticleHint>,
}

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(needs(Permission::WriteArticles, routes!(hints)))
}

/// How titles of different lengths, and different hours and days of the week, did with this account's readers.
#[utoipa::path(get, path = "/api/v1/push/results/hints", tag = "push", params(AskedHints),
    responses((status = 200, body = ArticleHints)))]
async fn hints(
    State(office): State<Office>,
    Inputs(AskedHints { account }): Inputs<AskedHints>,
) -> Result<Json<ArticleHints>, Failure> {
    let (account, since) = office.asked(AskedResults { account, days: Some(DAYS) })?;
    let results = office.results.since(&account, since.begins()).await?;
    let settled = hint::settled(results.iter().filter_map(ArticleResult::past), office.ground.clock.now());
    Ok(Json(ArticleHints {
        articles: settled.len(),
        least: LEAST_ARTICLES,
        titles: hint::of_titles(&settled).map(ArticleHint::from),
        hours: hint::of_hours(&settled).map(ArticleHint::from),
        weekdays: hint::of_weekdays(&settled).map(ArticleHint::from),
    }))
}

impl From<Hint> for ArticleHint {
    fn from(Hint { articles, rate, groups, best }: Hint) -> Self {
        let groups = groups.into_iter().map(ArticleGroup::from).collect();
        Self { articles, rate, groups, best: best.map(ArticleGroup::from) }
    }
}
