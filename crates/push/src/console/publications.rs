//! `/api/v1/push/publications`: what is published without a push, and where each stands.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{Code, Id, Permission, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Failure;
use web::api::{Input, Inputs, Listed, Size, Staff, needs};

use super::Office;
use crate::draft::{self, Body};
use crate::store::publication::Row;
use crate::{Content, Issue, Ledger, Plan, Publication};

/// The routes; to be put behind the door of staff.
pub(super) fn routes() -> OpenApiRouter<Office> {
    let approvers = |routes| needs(Permission::ApprovePushes, routes);
    OpenApiRouter::new()
        .routes(needs(Permission::WriteArticles, routes!(list)))
        .routes(approvers(routes!(publish)))
        .routes(approvers(routes!(ask)))
        .routes(approvers(routes!(decide)))
        .routes(approvers(routes!(remove)))
}

/// An article of a publication.
#[derive(Serialize, ToSchema)]
struct PublicationArticle {
    title: String,
    /// Where it is; none while that is not known.
    #[schema(required)]
    address: Option<String>,
}

/// A publication.
#[derive(Serialize, ToSchema)]
struct PublicationLine {
    id: String,
    account: String,
    articles: Vec<PublicationArticle>,
    author: String,
    approver: String,
    approved_at: String,
    /// `planned`, `submitting`, `queued`, `unknown`, `published`, `refused` or `gone`
    state: &'static str,
    label: &'static str,
    /// Why it was refused, or how it went away.
    #[schema(required)]
    told: Option<String>,
    /// Whether it can be deleted from here.
    removable: bool,
    /// Whether it may still change by itself: then the page looks again.
    moves: bool,
}

impl From<Row> for PublicationLine {
    fn from(row: Row) -> Self {
        let titles = match row.content {
            Content::Articles { titles, .. } => titles,
            other => vec![other.title()],
        };
        let (told, addresses, removable) = match &row.publication {
            Publication::Refused(why) | Publication::Gone(why) => (Some(why.clone()), Vec::new(), false),
            Publication::Published(one) => (None, one.addresses.clone(), one.article_id.is_some()),
            _ => (None, Vec::new(), false),
        };
        let mut addresses = addresses.into_iter();
        let articles = titles.into_iter().map(|title| {
            let address = addresses.next().filter(|address| !address.is_empty());
            PublicationArticle { title, address }
        });
        let moves = matches!(
            row.publication,
            Publication::Planned | Publication::Submitting(_) | Publication::Queued(_) | Publication::Unknown(_)
        );
        Self {
            id: row.plan.uuid().to_string(),
            account: row.account,
            articles: articles.collect(),
            author: row.author,
            approver: row.approver,
            approved_at: row.approved_at.utc_text(),
            state: row.publication.name(),
            label: row.publication.label(),
            told,
            removable,
            moves,
        }
    }
}

/// Which publications are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WantedPublications {
    /// A state.
    state: Option<String>,
    account: Option<String>,
    /// Part of a title.
    q: Option<String>,
    /// Of this draft, in any version.
    draft: Option<String>,
    page: Option<i64>,
    #[param(value_type = Option<i64>)]
    size: Option<Size>,
}

/// Publications, the latest first.
#[utoipa::path(get, path = "/api/v1/push/publications", tag = "push", params(WantedPublications),
    responses((status = 200, body = Listed<PublicationLine>)))]
async fn list(
    State(office): State<Office>,
    Inputs(wanted): Inputs<WantedPublications>,
) -> Result<Json<Listed<PublicationLine>>, Failure> {
    let mut rows = office.ledger.publications().await?;
    let of = wanted.draft.as_ref().map(|draft| format!("draft/{draft}/"));
    rows.retain(|row| {
        wanted.state.as_deref().is_none_or(|state| row.publication.name() == state)
            && wanted.account.as_ref().is_none_or(|account| row.account == *account)
            && wanted.q.as_deref().is_none_or(|part| row.content.title().contains(part.trim()))
            && of.as_ref().is_none_or(|of| row.origin.starts_with(of))
    });
    let size = wanted.size.unwrap_or_default();
    let usize_of = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    let skipped = (wanted.page.unwrap_or(1).max(1) - 1).saturating_mul(size.get());
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let items = rows.into_iter().skip(usize_of(skipped)).take(usize_of(size.get())).map(PublicationLine::from);
    Ok(Json(Listed { items: items.collect(), total }))
}

/// What an approver saw.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPublication {
    draft: String,
    digest: String,
}

/// The id of a publication.
#[derive(Serialize, ToSchema)]
struct PublicationId {
    id: String,
}

/// Approves that an approved draft is published and sent to nobody: it happens by itself within seconds.
#[utoipa::path(post, path = "/api/v1/push/publications", tag = "push", request_body = NewPublication,
    responses((status = 200, body = PublicationId)))]
async fn publish(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(wanted): Input<NewPublication>,
) -> Result<Json<PublicationId>, Failure> {
    let absent = || Problem::new(Code::NotFound, "这篇推文");
    let id = Id::parse(&wanted.draft).ok_or_else(absent)?;
    let approved = office.drafting().approved(id).await?;
    if approved.digest != wanted.digest {
        let why = "内容在您查看之后又改过，请重新查看再发布";
        return Err(Problem::new(Code::Conflict, "这篇推文").because(why).into());
    }
    let account = office.accounts.get(&approved.account).ok_or_else(absent)?;
    let may = (approved.account.as_str(), account.settings.standing);
    Ledger::may_publish(&actor, may, &approved.authors)?;
    let origin = approved.origin();
    let what = (approved.digest.as_str(), &approved.body);
    let content = office.preparing().prepare(may.0, &Ledger::publication_origin(&origin), what).await?;
    let issue = Issue { origin, content, articles: articles(&approved), authors: approved.authors };
    let id = office.ledger.publish(&actor, may, issue).await?;
    Ok(Json(PublicationId { id: id.uuid().to_string() }))
}

fn articles(approved: &draft::Approved) -> Vec<crate::article::Article> {
    match &approved.body {
        Body::Articles { articles } => articles.iter().map(|part| part.article.clone()).collect(),
        _ => Vec::new(),
    }
}

/// Asks WeChat about a publication now.
#[utoipa::path(post, path = "/api/v1/push/publications/{id}/ask", tag = "push", params(("id" = String, Path)),
    responses((status = 204)))]
async fn ask(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<StatusCode, Failure> {
    office.ledger.ask_publication(&actor, known(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a person saw in WeChat's own console.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PublicationDecided {
    was_published: bool,
}

/// Says whether a publication of which nobody knows is there.
#[utoipa::path(post, path = "/api/v1/push/publications/{id}/decision", tag = "push", params(("id" = String, Path)),
    request_body = PublicationDecided, responses((status = 204)))]
async fn decide(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Input(PublicationDecided { was_published }): Input<PublicationDecided>,
) -> Result<StatusCode, Failure> {
    office.ledger.decide_publication(&actor, known(&text)?, was_published).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes what was published.
#[utoipa::path(post, path = "/api/v1/push/publications/{id}/remove", tag = "push", params(("id" = String, Path)),
    responses((status = 204)))]
async fn remove(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<StatusCode, Failure> {
    office.ledger.unpublish(&actor, known(&text)?, &office.clients).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn known(text: &str) -> Result<Id<Plan>, Problem> {
    Id::parse(text).ok_or_else(|| Problem::new(Code::NotFound, "这次发布"))
}
