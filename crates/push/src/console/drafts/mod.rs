//! `/api/v1/push/drafts`: drafts are written, reviewed and approved.

mod acts;
mod comments;
mod help;
mod versions;

use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, State};
use kernel::{Code, Id, Permission, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Failure;
use web::api::{Input, Inputs, Listed, Size, Sort, SortColumn, Staff, needs};

use super::{MOST_BYTES, Office};
use crate::draft::{Body, Draft, DraftState, Hand, Kind};
use crate::{Drafting, Save, Wanted, Whole};

/// What the list can be ordered by.
const COLUMNS: [SortColumn<Draft>; 3] = [
    ("title", |one, other| one.title.cmp(&other.title)),
    ("created_at", |one, other| one.created.at.cmp(&other.created.at)),
    ("changed_at", |one, other| one.changed.at.cmp(&other.changed.at)),
];

/// The routes of drafts; to be put behind the door of staff.
pub(super) fn routes() -> OpenApiRouter<Office> {
    let writers = |routes| needs(Permission::WriteArticles, routes);
    let approvers = |routes| needs(Permission::ApprovePushes, routes);
    OpenApiRouter::new()
        .routes(writers(routes!(list, create)))
        .routes(writers(routes!(one)))
        .routes(writers(routes!(acts::problems)))
        .routes(writers(routes!(acts::submit)))
        .routes(writers(routes!(acts::withdraw)))
        .routes(approvers(routes!(acts::give_back)))
        .routes(approvers(routes!(acts::approve)))
        .routes(writers(routes!(acts::reopen)))
        .routes(writers(routes!(acts::discard)))
        .routes(writers(routes!(acts::restore)))
        .routes(writers(routes!(acts::copy)))
        .routes(writers(routes!(versions::list)))
        .routes(writers(routes!(versions::one)))
        .routes(writers(routes!(versions::compare)))
        .routes(writers(routes!(comments::list, comments::add)))
        .routes(writers(routes!(comments::resolve)))
        .routes(writers(routes!(help::records)))
}

/// The routes that take in whole articles, which are longer than what is sent otherwise.
pub(super) fn long_routes() -> OpenApiRouter<Office> {
    let writers = |routes| needs(Permission::WriteArticles, routes);
    OpenApiRouter::new()
        .routes(writers(routes!(save)))
        .routes(writers(routes!(help::preview)))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

impl Office {
    pub(super) fn drafting(&self) -> Drafting {
        Drafting::new(self.ground.clone(), self.accounts.clone(), self.catalogue.clone())
    }
}

/// Whose act something was, and when.
#[derive(Serialize, ToSchema)]
struct DraftHand {
    by: String,
    at: String,
}

impl From<Hand> for DraftHand {
    fn from(hand: Hand) -> Self {
        Self { by: hand.by, at: hand.at.utc_text() }
    }
}

/// A draft in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct DraftLine {
    id: String,
    account: String,
    kind: Kind,
    /// May be empty.
    title: String,
    state: DraftState,
    /// The number of the newest version.
    version: i64,
    created: DraftHand,
    changed: DraftHand,
    /// Who brought it into its state, and when.
    moved: DraftHand,
    /// Why it was returned.
    #[schema(required)]
    reason: Option<String>,
}

/// A draft with its newest version.
#[derive(Serialize, ToSchema)]
pub(super) struct DraftWhole {
    draft: DraftLine,
    body: Body,
    /// How often it was saved: to be sent back with the next save.
    saves: i64,
    /// The digest of what it says: to be sent back with an approval.
    digest: String,
    /// Everybody who wrote a version; none of them may approve.
    authors: Vec<String>,
}

impl From<Draft> for DraftLine {
    fn from(draft: Draft) -> Self {
        Self {
            id: draft.id.uuid().to_string(),
            account: draft.account,
            kind: draft.kind,
            title: draft.title,
            state: draft.state,
            version: draft.version,
            created: draft.created.into(),
            changed: draft.changed.into(),
            moved: draft.moved.into(),
            reason: draft.reason,
        }
    }
}

impl From<Whole> for DraftWhole {
    fn from(Whole { draft, version, authors }: Whole) -> Self {
        Self { saves: draft.saves, draft: draft.into(), body: version.body, digest: version.digest, authors }
    }
}

/// A new draft.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDraft {
    account: String,
    kind: Kind,
}

/// The id of a new draft.
#[derive(Serialize, ToSchema)]
pub(super) struct DraftId {
    id: String,
}

/// What is saved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftSave {
    account: String,
    body: Body,
    /// How often the draft had been saved when the writer began from it.
    began_from: i64,
}

/// A draft as it stands after a save.
#[derive(Serialize, ToSchema)]
pub(super) struct DraftSaved {
    draft: DraftLine,
    saves: i64,
}

/// Which drafts are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedDrafts {
    /// Part of a title or of a name.
    q: Option<String>,
    /// `writing`, `in_review`, `returned`, `approved` or `discarded`; all but the last if nothing is said.
    state: Option<DraftState>,
    account: Option<String>,
    /// The public id of a record that is quoted.
    record: Option<String>,
    /// `title`, `created_at` or `changed_at`, with `-` before it for descending; `-changed_at` if nothing is said.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    page: Option<i64>,
    #[param(value_type = Option<i64>)]
    size: Option<Size>,
}

/// The id in an address; one that is none is nobody's.
fn id<T>(text: &str, what: &str) -> Result<Id<T>, Problem> {
    Id::parse(text).ok_or_else(|| Problem::new(Code::NotFound, what))
}

fn draft_id(text: &str) -> Result<Id<Draft>, Problem> {
    id(text, "这篇推文")
}

/// Drafts.
#[utoipa::path(get, path = "/api/v1/push/drafts", tag = "push", params(WantedDrafts),
    responses((status = 200, body = Listed<DraftLine>)))]
async fn list(
    State(office): State<Office>,
    Staff(actor): Staff,
    Inputs(asked): Inputs<WantedDrafts>,
) -> Result<Json<Listed<DraftLine>>, Failure> {
    let WantedDrafts { q, state, account, record, sort, page, size } = asked;
    let wanted = Wanted { state, account, words: q.unwrap_or_default(), record };
    let mut drafts = office.drafting().list(&actor, &wanted).await?;
    if let Some(sort) = &sort {
        sort.order(&mut drafts, &COLUMNS)?;
    }
    let total = i64::try_from(drafts.len()).unwrap_or(i64::MAX);
    let size = size.unwrap_or_default().get();
    let skipped = (page.unwrap_or(1).max(1) - 1).saturating_mul(size);
    let of = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    let items = drafts.into_iter().skip(of(skipped)).take(of(size)).map(DraftLine::from).collect();
    Ok(Json(Listed { items, total }))
}

/// Begins a draft.
#[utoipa::path(post, path = "/api/v1/push/drafts", tag = "push", request_body = NewDraft,
    responses((status = 200, body = DraftId)))]
async fn create(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(new): Input<NewDraft>,
) -> Result<Json<DraftId>, Failure> {
    let id = office.drafting().create(&actor, &new.account, new.kind).await?;
    Ok(Json(DraftId { id: id.uuid().to_string() }))
}

/// A draft with its newest version.
#[utoipa::path(get, path = "/api/v1/push/drafts/{id}", tag = "push", params(("id" = String, Path)),
    responses((status = 200, body = DraftWhole)))]
async fn one(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<Json<DraftWhole>, Failure> {
    Ok(Json(office.drafting().one(&actor, draft_id(&text)?).await?.into()))
}

/// Saves a draft.
#[utoipa::path(put, path = "/api/v1/push/drafts/{id}", tag = "push", params(("id" = String, Path)),
    request_body = DraftSave, responses((status = 200, body = DraftSaved)))]
async fn save(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Input(DraftSave { account, body, began_from }): Input<DraftSave>,
) -> Result<Json<DraftSaved>, Failure> {
    let draft = office.drafting().save(&actor, draft_id(&text)?, Save { account, body, began_from }).await?;
    Ok(Json(DraftSaved { saves: draft.saves, draft: draft.into() }))
}
