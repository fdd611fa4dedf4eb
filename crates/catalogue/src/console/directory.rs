//! `/api/v1/authorities` and `/api/v1/subjects`: what staff keep beside the catalogue.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use kernel::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Inputs, Listed as Page, Sort, Staff};

use super::Office;
use super::imports::received;
use super::records::public_id;
use super::shown::{Paged, RecordLine, RowsWanted, many, unknown};
use crate::{Authority, AuthorityColumn, AuthorityKind, Kept, Listed, OtherName, Told};

/// The most bytes of a list.
const MOST: u64 = 64 << 20;

/// Which authority records are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct AuthoritiesWanted {
    /// `body`, `person`, `place`.
    kind: Option<String>,
    /// `kind`, `name`, `dates`, with `-` before it for descending; `kind` if nothing is said.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    page: Option<u32>,
    size: Option<u32>,
}

/// What the list can be ordered by.
const COLUMNS: [(&str, AuthorityColumn); 3] =
    [("kind", AuthorityColumn::Kind), ("name", AuthorityColumn::Name), ("dates", AuthorityColumn::Dates)];

/// An authority record in the list.
#[derive(Serialize, ToSchema)]
pub(super) struct AuthorityLine {
    kind: &'static str,
    kind_label: &'static str,
    name: String,
    dates: String,
}

/// Whose record is wanted. In a body: a name stands in no history and no log.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NameWanted {
    name: String,
}

/// Of what kind rows are that say none.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct KindWanted {
    /// `body`, `person`, `place`.
    kind: Option<String>,
}

/// The authority records that have a name or know it as another's.
#[derive(Serialize, ToSchema)]
pub(super) struct AuthoritiesNamed {
    items: Vec<AuthorityWhole>,
}

#[derive(Serialize, ToSchema)]
struct AuthorityWhole {
    kind: &'static str,
    kind_label: &'static str,
    name: String,
    dates: String,
    history: String,
    names: Vec<AuthorityName>,
}

#[derive(Serialize, ToSchema)]
struct AuthorityName {
    relation: &'static str,
    relation_label: &'static str,
    name: String,
    period: String,
}

/// What became of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct ListKept {
    added: i64,
    changed: i64,
    unchanged: i64,
}

/// The subject directory.
#[derive(Serialize, ToSchema)]
pub(super) struct SubjectList {
    items: Vec<SubjectLine>,
    /// What records write and no heading is.
    loose: Vec<SubjectLoose>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct SubjectLine {
    /// Its public id: readers find it under that.
    id: String,
    code: String,
    /// The names from the top down.
    path: String,
    /// Records right under it.
    records: i64,
}

#[derive(Serialize, ToSchema)]
struct SubjectLoose {
    written: String,
    records: i64,
}

/// What became of a list of records with their headings.
#[derive(Serialize, ToSchema)]
pub(super) struct SubjectsAssigned {
    done: i64,
    /// Of each row that was not: which, and why.
    refused: Vec<String>,
}

/// What is to be known of a record that was taken out.
#[derive(Serialize, ToSchema)]
pub(super) struct SubjectTakenOut {
    /// Whether its own row writes the heading: the next import that changes the record puts it there again.
    written: bool,
}

/// Another name for a heading.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubjectName {
    name: String,
}

/// Where a heading is to stand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubjectParent {
    /// The code of the heading above; nothing for the top.
    under: Option<String>,
}

/// A page of the authority records.
#[utoipa::path(get, path = "/api/v1/authorities", tag = "authorities", params(AuthoritiesWanted),
    responses((status = 200, body = Page<AuthorityLine>)))]
pub(super) async fn authorities(
    State(office): State<Office>,
    Inputs(wanted): Inputs<AuthoritiesWanted>,
) -> Result<Json<Page<AuthorityLine>>, Failure> {
    let (page, size) = Paged::new(wanted.page, wanted.size).get();
    let order = wanted.sort.map(|sort| sort.by(&COLUMNS)).transpose()?.unwrap_or((AuthorityColumn::Kind, false));
    let kind = kind_named(wanted.kind.as_deref())?;
    let (all, total) = office.authorities().list(kind, order, ((page - 1).saturating_mul(size), size)).await?;
    let line = |Listed { kind, name, dates }: Listed| AuthorityLine {
        kind: kind.name(),
        kind_label: kind.label(),
        name,
        dates,
    };
    Ok(Json(Page { items: all.into_iter().map(line).collect(), total }))
}

/// The authority records that have a name or know it as another's.
#[utoipa::path(post, path = "/api/v1/authorities/named", tag = "authorities", request_body = NameWanted,
    responses((status = 200, body = AuthoritiesNamed)))]
pub(super) async fn authorities_named(
    State(office): State<Office>,
    Input(NameWanted { name }): Input<NameWanted>,
) -> Result<Json<AuthoritiesNamed>, Failure> {
    let items = office.authorities().show(&name).await?.into_iter().map(whole).collect();
    Ok(Json(AuthoritiesNamed { items }))
}

/// Takes in a list of authority records. One that is known by its name says afterwards what the list says.
#[utoipa::path(post, path = "/api/v1/authorities/import", tag = "authorities",
    params(KindWanted, ("x-file-name" = String, Header, description = "percent-encoded")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = ListKept)))]
pub(super) async fn import_authorities(
    State(office): State<Office>,
    Staff(actor): Staff,
    Inputs(wanted): Inputs<KindWanted>,
    request: Request,
) -> Result<Json<ListKept>, Failure> {
    let kind = kind_named(wanted.kind.as_deref())?;
    let (name, spool) = received(request, MOST).await?;
    let list = (&office.premises.reader, spool.file, name.as_str());
    Ok(Json(office.authorities().import(&actor, list, kind).await?.into()))
}

/// All headings in their order, and what was written for headings nobody knows.
#[utoipa::path(get, path = "/api/v1/subjects", tag = "subjects", responses((status = 200, body = SubjectList)))]
pub(super) async fn subjects(State(office): State<Office>) -> Result<Json<SubjectList>, Failure> {
    let (headings, loose) = office.subjects().list().await?;
    Ok(Json(SubjectList {
        items: headings.into_iter().map(SubjectLine::from).collect(),
        loose: loose.into_iter().map(|(written, records)| SubjectLoose { written, records }).collect(),
    }))
}

/// Takes in a list of headings: an indented text, or a table. Headings that it does not name stay.
#[utoipa::path(post, path = "/api/v1/subjects/import", tag = "subjects",
    params(("x-file-name" = String, Header, description = "percent-encoded")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = ListKept)))]
pub(super) async fn import_subjects(
    State(office): State<Office>,
    Staff(actor): Staff,
    request: Request,
) -> Result<Json<ListKept>, Failure> {
    let (name, spool) = received(request, MOST).await?;
    let list = (&office.premises.reader, spool.file, name.as_str());
    Ok(Json(office.subjects().import(&actor, list).await?.into()))
}

/// Puts records under headings as a list says.
#[utoipa::path(post, path = "/api/v1/subjects/assign", tag = "subjects",
    params(("x-file-name" = String, Header, description = "percent-encoded")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = SubjectsAssigned)))]
pub(super) async fn assign_subjects(
    State(office): State<Office>,
    Staff(actor): Staff,
    request: Request,
) -> Result<Json<SubjectsAssigned>, Failure> {
    let (name, spool) = received(request, MOST).await?;
    let list = (&office.premises.reader, spool.file, name.as_str());
    let assigned = office.subjects().assign(&actor, list).await?;
    Ok(Json(SubjectsAssigned { done: many(assigned.done), refused: assigned.refused }))
}

/// A heading.
#[utoipa::path(get, path = "/api/v1/subjects/{code}", tag = "subjects", params(("code" = String, Path)),
    responses((status = 200, body = SubjectLine)))]
pub(super) async fn subject(
    State(office): State<Office>,
    Path(code): Path<String>,
) -> Result<Json<SubjectLine>, Failure> {
    Ok(Json(office.subjects().one(&code).await?.into()))
}

/// A page of the records right under a heading.
#[utoipa::path(get, path = "/api/v1/subjects/{code}/records", tag = "subjects",
    params(("code" = String, Path), RowsWanted), responses((status = 200, body = Page<RecordLine>)))]
pub(super) async fn subject_records(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(code): Path<String>,
    Inputs(wanted): Inputs<RowsWanted>,
) -> Result<Json<Page<RecordLine>>, Failure> {
    let (records, total) = office.staff.under_heading(&actor, &code, wanted.wanted()?).await?;
    let items = records.iter().map(|record| RecordLine::of(record, Vec::new())).collect();
    Ok(Json(Page { items, total: many(total) }))
}

/// Puts a record under a heading: what was taken out by mistake comes back.
#[utoipa::path(put, path = "/api/v1/subjects/{code}/records/{id}", tag = "subjects",
    params(("code" = String, Path), ("id" = String, Path)), responses((status = 204)))]
pub(super) async fn put_under_subject(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path((code, id)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    office.subjects().put_under(&actor, &code, &public_id(&id)?).await?;
    office.followed().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a record from under a heading.
#[utoipa::path(delete, path = "/api/v1/subjects/{code}/records/{id}", tag = "subjects",
    params(("code" = String, Path), ("id" = String, Path)), responses((status = 200, body = SubjectTakenOut)))]
pub(super) async fn take_out_of_subject(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path((code, id)): Path<(String, String)>,
) -> Result<Json<SubjectTakenOut>, Failure> {
    let written = office.subjects().take_out(&actor, &code, &public_id(&id)?).await?;
    office.followed().await?;
    Ok(Json(SubjectTakenOut { written }))
}

/// Gives a heading another name.
#[utoipa::path(put, path = "/api/v1/subjects/{code}/name", tag = "subjects", params(("code" = String, Path)),
    request_body = SubjectName, responses((status = 204)))]
pub(super) async fn rename_subject(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(code): Path<String>,
    Input(SubjectName { name }): Input<SubjectName>,
) -> Result<StatusCode, Failure> {
    office.subjects().rename(&actor, &code, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a heading below another, or at the top.
#[utoipa::path(put, path = "/api/v1/subjects/{code}/parent", tag = "subjects", params(("code" = String, Path)),
    request_body = SubjectParent, responses((status = 204)))]
pub(super) async fn move_subject(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(code): Path<String>,
    Input(SubjectParent { under }): Input<SubjectParent>,
) -> Result<StatusCode, Failure> {
    office.subjects().move_below(&actor, &code, under.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes out a heading that holds nothing.
#[utoipa::path(delete, path = "/api/v1/subjects/{code}", tag = "subjects", params(("code" = String, Path)),
    responses((status = 204)))]
pub(super) async fn remove_subject(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(code): Path<String>,
) -> Result<StatusCode, Failure> {
    office.subjects().remove(&actor, &code).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Told> for SubjectLine {
    fn from(Told { id, code, path, records }: Told) -> Self {
        Self { id: id.to_string(), code, path, records }
    }
}

impl From<Kept> for ListKept {
    fn from(Kept { added, changed, unchanged }: Kept) -> Self {
        Self { added: many(added), changed: many(changed), unchanged: many(unchanged) }
    }
}

fn whole(Authority { kind, name, dates, history, names }: Authority) -> AuthorityWhole {
    let other = |OtherName { relation, name, period }: OtherName| AuthorityName {
        relation: relation.name(),
        relation_label: relation.label(),
        name,
        period,
    };
    let names = names.into_iter().map(other).collect();
    AuthorityWhole { kind: kind.name(), kind_label: kind.label(), name, dates, history, names }
}

fn kind_named(word: Option<&str>) -> Result<Option<AuthorityKind>, Problem> {
    let none = |word: &str| unknown("类型", word, &AuthorityKind::ALL.map(AuthorityKind::name));
    let word = word.filter(|word| !word.is_empty());
    word.map(|word| AuthorityKind::named(word).ok_or_else(|| none(word))).transpose()
}
