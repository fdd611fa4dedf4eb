//! `/api/v1/push/sources` and `/api/v1/push/look`: what others tell, and what articles of the house look like.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::Failure;
use web::api::Staff;

use super::Office;
use crate::Gathered;
use crate::article::Colours;
use crate::headline::Source;
use crate::quality::ListPart;

/// A source with how it does.
#[derive(Serialize, ToSchema)]
struct SourceShown {
    #[serde(flatten)]
    source: Source,
    /// When it was fetched last; none if it never was.
    #[schema(required)]
    tried_at: Option<String>,
    /// When something came last.
    #[schema(required)]
    succeeded_at: Option<String>,
    /// Why the last try failed, in words.
    #[schema(required)]
    fault: Option<String>,
    /// Headlines that came last.
    entries: i64,
}

#[derive(Serialize, ToSchema)]
struct HeadlineShown {
    title: String,
    /// Where it leads; may be empty.
    address: String,
    /// The name of its source.
    source: String,
    #[schema(required)]
    published_at: Option<String>,
}

/// The sources and what they told last.
#[derive(Serialize, ToSchema)]
pub(super) struct HeadlinesGathered {
    sources: Vec<SourceShown>,
    headlines: Vec<HeadlineShown>,
}

/// What articles of this house look like.
#[derive(Serialize, ToSchema)]
pub(super) struct HouseLook {
    /// Its own colours, if it has any.
    #[schema(required)]
    colours: Option<Colours>,
    /// The page of the readers' site where its articles are.
    articles_page: String,
}

/// The sources, how each does, and what they told last.
#[utoipa::path(get, path = "/api/v1/push/sources", tag = "push", responses((status = 200, body = HeadlinesGathered)))]
pub(super) async fn gathered(
    State(office): State<Office>,
    Staff(actor): Staff,
) -> Result<Json<HeadlinesGathered>, Failure> {
    let Gathered { sources, headlines } = office.headlines.gathered(&actor).await?;
    let names: Vec<(String, String)> =
        sources.iter().map(|(source, _)| (source.address.clone(), source.name.clone())).collect();
    let name = |address: &str| names.iter().find(|(known, _)| known == address).map(|(_, name)| name.clone());
    let headlines = headlines.into_iter().filter_map(|(source, headline)| {
        let published_at = headline.published_at.map(Timestamp::utc_text);
        Some(HeadlineShown { source: name(&source)?, title: headline.title, address: headline.address, published_at })
    });
    let headlines = headlines.collect();
    let source = |(source, health): (Source, Option<crate::headline::Health>)| SourceShown {
        source,
        tried_at: health.as_ref().map(|health| health.tried_at.utc_text()),
        succeeded_at: health.as_ref().and_then(|health| health.succeeded_at).map(Timestamp::utc_text),
        entries: health.as_ref().map_or(0, |health| health.entries),
        fault: health.and_then(|health| health.fault),
    };
    Ok(Json(HeadlinesGathered { sources: sources.into_iter().map(source).collect(), headlines }))
}

/// Fetches from the sources that are switched on, in the background.
#[utoipa::path(post, path = "/api/v1/push/sources/fetch", tag = "push", responses((status = 204)))]
pub(super) async fn fetch(State(office): State<Office>, Staff(actor): Staff) -> Result<StatusCode, Failure> {
    office.headlines.ask(&actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What articles of this house look like.
#[utoipa::path(get, path = "/api/v1/push/look", tag = "push", responses((status = 200, body = HouseLook)))]
pub(super) async fn look(State(office): State<Office>, Staff(actor): Staff) -> Result<Json<HouseLook>, Failure> {
    let mut lists = office.quality.lists(&actor).await?.into_iter();
    let colours = lists.find_map(|list| if let ListPart::Colours(own) = list.content { own } else { None });
    Ok(Json(HouseLook { colours, articles_page: format!("{}/articles", office.site) }))
}
