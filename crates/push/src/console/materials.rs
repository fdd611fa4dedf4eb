//! `/api/v1/push/materials`: the library of materials.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse as _, Response};
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use kernel::{Code, Id, Permission, Problem};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Failure;
use web::api::{Input, Inputs, Listed, Size, Sort, SortColumn, Staff, needs};

use super::Office;
use crate::article::{Article, Block, render};
use crate::desk::library::{Described, Received};
use crate::import::from_markdown;
use crate::material::{Crop, Material, MaterialKind, MediaType, Shape, UNKNOWN, Use, refused};

pub(super) fn routes() -> OpenApiRouter<Office> {
    let writers = |routes| needs(Permission::WriteArticles, routes);
    OpenApiRouter::new()
        .routes(writers(routes!(list)))
        .routes(writers(routes!(words)))
        .routes(writers(routes!(one, describe, remove)))
        .routes(writers(routes!(file)))
        .routes(writers(routes!(small)))
        .routes(writers(routes!(add_text)))
        .routes(writers(routes!(crop)))
        .routes(writers(routes!(archive)))
        .routes(writers(routes!(restore)))
}

pub(super) fn long_routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(needs(Permission::WriteArticles, routes!(receive)))
}

/// A material in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct MaterialShown {
    id: String,
    kind: MaterialKind,
    kind_label: &'static str,
    /// Its address in articles.
    address: String,
    title: String,
    alternative: String,
    /// 馆名·全宗·档号·题名; empty for what comes from no record.
    citation: String,
    tags: Vec<String>,
    /// The format; none for texts.
    #[schema(required)]
    format_label: Option<&'static str>,
    /// The media type; none for texts.
    #[schema(required)]
    media_type: Option<&'static str>,
    #[schema(required)]
    bytes: Option<u64>,
    #[schema(required)]
    width: Option<u32>,
    #[schema(required)]
    height: Option<u32>,
    #[schema(required)]
    milliseconds: Option<u64>,
    /// Whether it has a small picture.
    has_small: bool,
    /// The beginning of a text; empty for files.
    text: String,
    /// How many drafts show it.
    uses: i64,
    archived: bool,
    made_by: String,
    made_at: String,
}

/// A material by itself.
#[derive(Serialize, ToSchema)]
pub(super) struct MaterialInFull {
    material: MaterialShown,
    /// A text block as Markdown.
    text: String,
    /// A text block as blocks of an article.
    blocks: Vec<Block>,
    /// The drafts that show it.
    uses: Vec<MaterialUse>,
    /// What it was cut out of.
    #[schema(required)]
    parent: Option<String>,
    /// The public id of the record it was made from.
    #[schema(required)]
    record: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct MaterialUse {
    draft: String,
    title: String,
}

impl From<Use> for MaterialUse {
    fn from(one: Use) -> Self {
        Self { draft: one.draft, title: one.title }
    }
}

impl MaterialShown {
    fn of(material: &Material, uses: i64) -> Self {
        let file = material.file.as_ref();
        let size = file.and_then(|file| file.size);
        Self {
            id: material.id.uuid().to_string(),
            kind: material.kind,
            kind_label: material.kind.label(),
            address: material.address(),
            title: material.title.clone(),
            alternative: material.alternative.clone(),
            citation: material.citation.clone(),
            tags: material.tags.clone(),
            format_label: file.map(|file| file.media_type.label()),
            media_type: file.map(|file| file.media_type.name()),
            bytes: file.map(|file| file.bytes),
            width: size.map(|(width, _)| width),
            height: size.map(|(_, height)| height),
            milliseconds: file.and_then(|file| file.milliseconds),
            has_small: file.is_some_and(|file| file.thumbnail.is_some()),
            text: beginning(&material.text),
            uses,
            archived: material.archived,
            made_by: material.made_by.clone(),
            made_at: material.made_at.utc_text(),
        }
    }
}

/// The first words of a text, without their signs.
fn beginning(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let article = Article { blocks: from_markdown(text).blocks, ..Article::default() };
    wechat::article::words(&render(&article)).chars().take(80).collect()
}

/// Which materials are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct MaterialsWanted {
    /// `image`, `voice`, `video`, `thumb`, `text`; all if nothing is said.
    kind: Option<String>,
    tag: Option<String>,
    /// Part of a title, an alternative text, a citation or a text.
    q: Option<String>,
    /// `kept` (if nothing is said), `archived`, or `missing` for what `account` has not.
    state: Option<String>,
    /// An account, for `missing`.
    account: Option<String>,
    /// `made_at`, `title`, `bytes`, `uses`, with `-` before it for descending; `-made_at` if nothing is said.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    page: Option<usize>,
    #[param(value_type = Option<i64>)]
    size: Option<Size>,
}

const COLUMNS: [SortColumn<(Material, i64)>; 4] = [
    ("made_at", |one, other| one.0.made_at.cmp(&other.0.made_at)),
    ("title", |one, other| one.0.title.cmp(&other.0.title)),
    ("bytes", |one, other| bytes_of(&one.0).cmp(&bytes_of(&other.0))),
    ("uses", |one, other| one.1.cmp(&other.1)),
];

fn bytes_of(material: &Material) -> u64 {
    material.file.as_ref().map_or(0, |file| file.bytes)
}

/// The materials, the newest first.
#[utoipa::path(get, path = "/api/v1/push/materials", tag = "materials", params(MaterialsWanted),
    responses((status = 200, body = Listed<MaterialShown>)))]
pub(super) async fn list(
    State(office): State<Office>,
    Inputs(wanted): Inputs<MaterialsWanted>,
) -> Result<Json<Listed<MaterialShown>>, Failure> {
    let mut all = office.materials.all().await?;
    if wanted.state.as_deref() == Some("missing") {
        let account = wanted.account.as_deref().unwrap_or_default();
        let held = office.materials.held_by(account).await?;
        all.retain(|(one, _)| one.file.as_ref().is_some_and(|file| !held.contains(&file.digest)));
    }
    let archived = wanted.state.as_deref() == Some("archived");
    let typed = chinese::normalise(wanted.q.as_deref().unwrap_or_default());
    let has = |text: &str| chinese::normalise(text).contains(&typed);
    all.retain(|(one, _)| {
        let is_kind = wanted.kind.as_deref().is_none_or(|kind| kind == one.kind.name());
        let is_tag = wanted.tag.as_deref().is_none_or(|tag| one.tags.iter().any(|known| known == tag));
        let is_found = typed.is_empty()
            || [&one.title, &one.alternative, &one.citation, &one.text].into_iter().any(|text| has(text))
            || one.tags.iter().any(|tag| has(tag));
        one.archived == archived && is_kind && is_tag && is_found
    });
    if let Some(sort) = &wanted.sort {
        sort.order(&mut all, &COLUMNS)?;
    }
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let size = usize::try_from(wanted.size.unwrap_or_default().get()).unwrap_or(usize::MAX);
    let skipped = (wanted.page.unwrap_or(1).max(1) - 1).saturating_mul(size);
    let items = all.iter().skip(skipped).take(size).map(|(one, uses)| MaterialShown::of(one, *uses)).collect();
    Ok(Json(Listed { items, total }))
}

/// What the library can be filtered by, and what is taken.
#[derive(Serialize, ToSchema)]
pub(super) struct MaterialWords {
    kinds: Vec<MaterialKindWord>,
    /// The tags of all materials, each once.
    tags: Vec<String>,
    shapes: Vec<MaterialShape>,
    accounts: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct MaterialKindWord {
    name: MaterialKind,
    label: &'static str,
    /// What is taken, in words; empty for texts.
    limits: String,
    /// The most bytes.
    bytes: u64,
}

#[derive(Serialize, ToSchema)]
struct MaterialShape {
    name: Shape,
    label: &'static str,
    width: u32,
    height: u32,
}

/// The kinds with their limits, the tags, and the shapes a picture can be cut to.
#[utoipa::path(get, path = "/api/v1/push/materials/words", tag = "materials",
    responses((status = 200, body = MaterialWords)))]
pub(super) async fn words(State(office): State<Office>) -> Result<Json<MaterialWords>, Failure> {
    let all = office.materials.all().await?;
    let mut tags: Vec<String> = all.into_iter().flat_map(|(one, _)| one.tags).collect();
    tags.sort_unstable();
    tags.dedup();
    let kinds = MaterialKind::ALL.map(|kind| MaterialKindWord {
        name: kind,
        label: kind.label(),
        limits: if kind == MaterialKind::Text { String::new() } else { kind.told() },
        bytes: kind.limits().bytes,
    });
    let shapes = [Shape::Cover, Shape::Square, Shape::Thumb].map(|shape| {
        let (width, height) = shape.size();
        MaterialShape { name: shape, label: shape.label(), width, height }
    });
    let accounts = office.accounts.iter().map(|account| account.name().to_owned()).collect();
    Ok(Json(MaterialWords { kinds: kinds.into(), tags, shapes: shapes.into(), accounts }))
}

/// One material.
#[utoipa::path(get, path = "/api/v1/push/materials/{id}", tag = "materials", params(("id" = String, Path)),
    responses((status = 200, body = MaterialInFull)))]
pub(super) async fn one(State(office): State<Office>, Path(id): Path<String>) -> Result<Json<MaterialInFull>, Failure> {
    let (material, uses) = office.materials.one(known(&id)?).await?;
    let count = i64::try_from(uses.len()).unwrap_or(i64::MAX);
    Ok(Json(MaterialInFull {
        blocks: from_markdown(&material.text).blocks,
        uses: uses.into_iter().map(MaterialUse::from).collect(),
        parent: material.parent.map(|id| id.uuid().to_string()),
        record: material.source.as_ref().map(|source| source.record.clone()),
        text: material.text.clone(),
        material: MaterialShown::of(&material, count),
    }))
}

/// What is said of a material.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MaterialDraft {
    title: String,
    #[serde(default)]
    alternative: String,
    /// A text block as Markdown; nothing for files.
    #[serde(default)]
    text: String,
    #[serde(default)]
    tags: Vec<String>,
}

impl From<MaterialDraft> for Described {
    fn from(draft: MaterialDraft) -> Self {
        let MaterialDraft { title, alternative, text, tags } = draft;
        Self { title, alternative, text, tags }
    }
}

/// What became of what was sent.
#[derive(Serialize, ToSchema)]
pub(super) struct MaterialReceived {
    id: String,
    /// Whether it is new; else the same was there already.
    is_new: bool,
    /// Its address in articles.
    address: String,
}

impl From<Received> for MaterialReceived {
    fn from(received: Received) -> Self {
        let Received { id, is_new } = received;
        Self { id: id.uuid().to_string(), is_new, address: crate::material::address(id) }
    }
}

/// Puts a text block in.
#[utoipa::path(post, path = "/api/v1/push/materials/texts", tag = "materials", request_body = MaterialDraft,
    responses((status = 200, body = MaterialReceived)))]
pub(super) async fn add_text(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(draft): Input<MaterialDraft>,
) -> Result<Json<MaterialReceived>, Failure> {
    let id = office.materials.add_text(&actor, &draft.into()).await?;
    Ok(Json(Received { id, is_new: true }.into()))
}

/// Writes what is said of a material anew.
#[utoipa::path(put, path = "/api/v1/push/materials/{id}", tag = "materials", params(("id" = String, Path)),
    request_body = MaterialDraft, responses((status = 204)))]
pub(super) async fn describe(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
    Input(draft): Input<MaterialDraft>,
) -> Result<StatusCode, Failure> {
    office.materials.describe(&actor, known(&id)?, &draft.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a material that no draft shows.
#[utoipa::path(delete, path = "/api/v1/push/materials/{id}", tag = "materials", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn remove(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    office.materials.remove(&actor, known(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a material away.
#[utoipa::path(post, path = "/api/v1/push/materials/{id}/archive", tag = "materials", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn archive(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    office.materials.archive(&actor, known(&id)?, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a material out again.
#[utoipa::path(post, path = "/api/v1/push/materials/{id}/restore", tag = "materials", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn restore(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    office.materials.archive(&actor, known(&id)?, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Cuts a part out of a picture, as a material of its own.
#[utoipa::path(post, path = "/api/v1/push/materials/{id}/crop", tag = "materials", params(("id" = String, Path)),
    request_body = Crop, responses((status = 200, body = MaterialReceived)))]
pub(super) async fn crop(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
    Input(part): Input<Crop>,
) -> Result<Json<MaterialReceived>, Failure> {
    Ok(Json(office.materials.crop(&actor, known(&id)?, part).await?.into()))
}

/// The file of a material as it is kept.
#[utoipa::path(get, path = "/api/v1/push/materials/{id}/file", tag = "materials", params(("id" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream")))]
pub(super) async fn file(State(office): State<Office>, Path(id): Path<String>) -> Result<Response, Failure> {
    let (file, content) = office.materials.file(known(&id)?).await?;
    let name = format!("{id}.{}", file.media_type.extension());
    Ok(served(file.media_type, &name, content))
}

/// The small picture of a picture, JPEG.
#[utoipa::path(get, path = "/api/v1/push/materials/{id}/thumbnail", tag = "materials", params(("id" = String, Path)),
    responses((status = 200, content_type = "image/jpeg")))]
pub(super) async fn small(State(office): State<Office>, Path(id): Path<String>) -> Result<Response, Failure> {
    let content = office.materials.small(known(&id)?).await?;
    Ok(served(MediaType::Jpeg, &format!("{id}.jpg"), content))
}

/// The type is derived from the bytes, and nothing in them acts. What has an id never changes.
fn served(media_type: MediaType, name: &str, content: Bytes) -> Response {
    let headers = [
        (CONTENT_TYPE, media_type.name().to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (CONTENT_DISPOSITION, web::disposition(false, name)),
        (CACHE_CONTROL, "private, max-age=3600".to_owned()),
    ];
    (headers, content).into_response()
}

/// Takes a file in; its bytes are the body.
#[utoipa::path(post, path = "/api/v1/push/materials", tag = "materials",
    params(("x-file-name" = String, Header, description = "percent-encoded")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = MaterialReceived)))]
pub(super) async fn receive(
    State(office): State<Office>,
    Staff(actor): Staff,
    request: Request,
) -> Result<Json<MaterialReceived>, Failure> {
    let most = |name: &str, head: &[u8]| {
        let kind = MaterialKind::of(MediaType::of_content(head).ok_or_else(|| refused(name, UNKNOWN))?);
        let most = kind.limits().bytes;
        let why = kind.check(most + 1, None).err().unwrap_or_default();
        Ok((usize::try_from(most).unwrap_or(usize::MAX), why))
    };
    let (name, content) = received(request, most).await?;
    Ok(Json(office.materials.receive(&actor, &name, content).await?.into()))
}

/// So many bytes tell the format of a file.
const HEAD: usize = 16;

/// A body that is a file, and its name. `most` says from the name and the first bytes how many there may be, and what is
/// said of more.
pub(super) async fn received(
    request: Request,
    most: impl Fn(&str, &[u8]) -> kernel::Result<(usize, String)>,
) -> Result<(String, Bytes), Failure> {
    let (parts, body) = request.into_parts();
    let name = parts.headers.get("x-file-name").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = percent_decode_str(name).decode_utf8_lossy().trim().to_owned();
    let about = || Problem::new(Code::BadRequest, "上传的文件");
    if name.is_empty() {
        return Err(about().because("没有写明文件名").into());
    }
    let mut content = BytesMut::new();
    let mut limit = None;
    let mut coming = body.into_data_stream();
    while let Some(piece) = coming.next().await {
        content.extend_from_slice(&piece.map_err(|_| about().because("没有传完就断开了，请重新上传"))?);
        if limit.is_none() && content.len() >= HEAD {
            limit = Some(most(&name, &content)?);
        }
        if let Some((_, why)) = limit.as_ref().filter(|(most, _)| content.len() > *most) {
            return Err(refused(&name, why).into());
        }
    }
    if content.is_empty() {
        return Err(about().because("是空的").into());
    }
    Ok((name, content.freeze()))
}

pub(super) fn known(id: &str) -> Result<Id<Material>, Problem> {
    Id::parse(id).ok_or_else(|| Problem::new(Code::NotFound, "素材"))
}
