//! `/api/v1/push/materials/…`: where materials come from beside files, and where they are sent: records and accounts.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{Code, Permission, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Failure;
use web::api::{Input, Inputs, Listed, Staff, needs};

use super::Office;
use super::materials::{MaterialReceived, known};
use crate::material::MaterialKind;

pub(super) fn routes() -> OpenApiRouter<Office> {
    let writers = |routes| needs(Permission::WriteArticles, routes);
    OpenApiRouter::new()
        .routes(writers(routes!(records)))
        .routes(writers(routes!(pages)))
        .routes(writers(routes!(of_page)))
        .routes(writers(routes!(at_account)))
        .routes(writers(routes!(fetch)))
        .routes(writers(routes!(upload)))
}

/// Which records are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct RecordsWanted {
    /// As into the search box of the readers' site.
    q: String,
}

/// A record whose images everybody may see.
#[derive(Serialize, ToSchema)]
pub(super) struct ImagedRecord {
    id: String,
    reference_code: String,
    title: String,
    fonds: String,
    date: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct ImagedRecords {
    items: Vec<ImagedRecord>,
}

/// Records whose images are published, for words that were typed.
#[utoipa::path(get, path = "/api/v1/push/materials/records", tag = "materials", params(RecordsWanted),
    responses((status = 200, body = ImagedRecords)))]
pub(super) async fn records(
    State(office): State<Office>,
    Inputs(wanted): Inputs<RecordsWanted>,
) -> Result<Json<ImagedRecords>, Failure> {
    let found = office.materials.records(&wanted.q).await?;
    let items = found.into_iter().map(|item| ImagedRecord {
        id: item.id.to_string(),
        reference_code: item.reference_code,
        title: item.title,
        fonds: item.fonds_title,
        date: item.dates.unwrap_or_default(),
    });
    Ok(Json(ImagedRecords { items: items.collect() }))
}

/// A page image.
#[derive(Serialize, ToSchema)]
struct RecordPage {
    id: String,
    label: String,
    width: u32,
    height: u32,
    /// Where a small picture of it is.
    small: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct RecordPages {
    title: String,
    items: Vec<RecordPage>,
}

/// The published page images of a record.
#[utoipa::path(get, path = "/api/v1/push/materials/records/{id}/pages", tag = "materials",
    params(("id" = String, Path)), responses((status = 200, body = RecordPages)))]
pub(super) async fn pages(State(office): State<Office>, Path(id): Path<String>) -> Result<Json<RecordPages>, Failure> {
    let (shown, pages) = office.materials.pages(&id).await?;
    let page = |(number, leaf): (usize, catalogue::originals::Leaf)| RecordPage {
        label: leaf.label.unwrap_or_else(|| format!("第 {number} 页")),
        small: format!("/iiif/image/{}/full/!320,320/0/default.jpg", leaf.id),
        id: leaf.id.to_string(),
        width: leaf.size.0,
        height: leaf.size.1,
    };
    Ok(Json(RecordPages { title: shown.place.title, items: (1..).zip(pages).map(page).collect() }))
}

/// A page that becomes a material.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PageChosen {
    record: String,
    page: String,
}

/// Makes a material of a page of a record, with its citation and mark.
#[utoipa::path(post, path = "/api/v1/push/materials/from-record", tag = "materials", request_body = PageChosen,
    responses((status = 200, body = MaterialReceived)))]
pub(super) async fn of_page(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(PageChosen { record, page }): Input<PageChosen>,
) -> Result<Json<MaterialReceived>, Failure> {
    Ok(Json(office.materials.of_page(&actor, &record, &page).await?.into()))
}

/// What of an account is wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AccountWanted {
    account: String,
    /// `image`, `voice`, `video`.
    kind: String,
    page: Option<i64>,
}

/// Something an account has.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountMaterial {
    media_id: String,
    name: String,
    changed_at: String,
    /// The same in the library.
    #[schema(required)]
    material: Option<String>,
}

/// What an account has of a kind, the newest first, 20 a page.
#[utoipa::path(get, path = "/api/v1/push/materials/at-account", tag = "materials", params(AccountWanted),
    responses((status = 200, body = Listed<AccountMaterial>)))]
pub(super) async fn at_account(
    State(office): State<Office>,
    Inputs(wanted): Inputs<AccountWanted>,
) -> Result<Json<Listed<AccountMaterial>>, Failure> {
    let unknown = || Problem::new(Code::BadRequest, format!("素材种类 {}", wanted.kind));
    let kind = MaterialKind::named(&wanted.kind).ok_or_else(unknown)?;
    let (items, total) = office.materials.at_account(&wanted.account, kind, wanted.page.unwrap_or(1)).await?;
    let items = items.into_iter().map(|one| AccountMaterial {
        media_id: one.media_id,
        name: one.name,
        changed_at: Timestamp::from_seconds(one.changed).utc_text(),
        material: one.material.map(|id| id.uuid().to_string()),
    });
    Ok(Json(Listed { items: items.collect(), total }))
}

/// What is fetched from an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountMaterialChosen {
    account: String,
    media_id: String,
    #[serde(default)]
    name: String,
}

/// Takes what an account has into the library.
#[utoipa::path(post, path = "/api/v1/push/materials/fetch", tag = "materials", request_body = AccountMaterialChosen,
    responses((status = 200, body = MaterialReceived)))]
pub(super) async fn fetch(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(chosen): Input<AccountMaterialChosen>,
) -> Result<Json<MaterialReceived>, Failure> {
    let AccountMaterialChosen { account, media_id, name } = chosen;
    Ok(Json(office.materials.fetch(&actor, &account, (&media_id, &name)).await?.into()))
}

/// Which account a material is sent to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountChosen {
    account: String,
}

/// Sends a material to an account, where it stays.
#[utoipa::path(post, path = "/api/v1/push/materials/{id}/upload", tag = "materials", params(("id" = String, Path)),
    request_body = AccountChosen, responses((status = 204)))]
pub(super) async fn upload(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
    Input(AccountChosen { account }): Input<AccountChosen>,
) -> Result<StatusCode, Failure> {
    office.materials.upload(&actor, &account, known(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
