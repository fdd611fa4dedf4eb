//! `/api/v1/push/quality` and `/api/v1/push/words`: what helps the editor of an article, and the lists it goes by.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use chinese::readability::Weights;
use kernel::{Permission, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Failure;
use web::api::{Input, Inputs, Staff, needs};

use super::{MOST_BYTES, Office, headlines, suggestions, word_file};
use crate::article::{Article, Colours};
use crate::headline::Source;
use crate::quality::{LinkShown, ListName, ListPart, ListedWord, NUMBERS, Report, Term, WEIGHED, weights};
use crate::{ImportedList, ListVersion};

/// Lines of a change that are told.
const LINES: usize = 100;

/// The routes of quality, lists and suggestions.
pub(super) fn routes() -> OpenApiRouter<Office> {
    let editors = |routes| needs(Permission::WriteArticles, routes);
    OpenApiRouter::new()
        .routes(editors(routes!(lists)))
        .routes(editors(routes!(versions)))
        .routes(editors(routes!(take_back)))
        .routes(editors(routes!(word_file::import)))
        .routes(editors(routes!(suggestions::this_day)))
        .routes(editors(routes!(suggestions::topics)))
        .routes(editors(routes!(headlines::gathered)))
        .routes(editors(routes!(headlines::fetch)))
        .routes(editors(routes!(headlines::look)))
}

/// The routes that take in a whole article or a whole list.
pub(super) fn long_routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(needs(Permission::WriteArticles, routes!(keep)))
        .routes(needs(Permission::WriteArticles, routes!(check)))
        .routes(needs(Permission::WriteArticles, routes!(open_links)))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

/// An article to be looked through.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct QualityAsked {
    /// As drafts keep it.
    article: Article,
    /// The id of the draft it is the text of: it is not compared with itself.
    #[serde(default)]
    draft: Option<String>,
    /// A text to compare it with besides.
    #[serde(default)]
    pasted: String,
}

/// The addresses of elsewhere that an article names, as they were just opened.
#[derive(Serialize, ToSchema)]
struct LinksOpened {
    items: Vec<LinkShown>,
}

/// The lists that editors keep, as they are in force.
#[derive(Serialize, ToSchema)]
struct EditorsLists {
    /// Which version of each list is in force.
    versions: Vec<EditorsListVersion>,
    /// All terms: the program's and the house's.
    terms: Vec<Term>,
    listed: Vec<ListedWord>,
    allowed: Vec<String>,
    weights: Vec<WeightGroup>,
    topics: Vec<String>,
    sources: Vec<Source>,
    #[schema(required)]
    colours: Option<Colours>,
}

/// The version of a list.
#[derive(Serialize, ToSchema)]
struct EditorsListVersion {
    list: ListName,
    /// 0: what the program comes with.
    version: i64,
    #[schema(required)]
    changed_at: Option<String>,
    #[schema(required)]
    changed_by: Option<String>,
}

/// Numbers of the light that belong together.
#[derive(Serialize, ToSchema)]
struct WeightGroup {
    label: &'static str,
    numbers: Vec<WeightShown>,
}

/// A number of the light.
#[derive(Serialize, ToSchema)]
struct WeightShown {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    least: u32,
    most: u32,
    value: u32,
    built_in: u32,
}

/// A list as it is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EditorsListDraft {
    /// The whole list.
    part: ListPart,
    /// The number of the version that was read.
    version: i64,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedList {
    /// Which list.
    #[param(inline)]
    pub(super) list: ListName,
}

/// A version of a list, by what it changed.
#[derive(Serialize, ToSchema)]
struct EditorsListChange {
    version: i64,
    #[schema(required)]
    changed_at: Option<String>,
    #[schema(required)]
    changed_by: Option<String>,
    #[schema(required)]
    taken_from: Option<i64>,
    /// What it has that the one before had not; at most a hundred lines.
    more: Vec<String>,
    /// What the one before had; at most a hundred lines.
    less: Vec<String>,
    more_count: usize,
    less_count: usize,
}

#[derive(Serialize, ToSchema)]
struct EditorsListChanges {
    items: Vec<EditorsListChange>,
}

/// Which version is to be in force again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EditorsListTakenBack {
    list: ListName,
    /// The version to bring back; 0: what the program comes with.
    number: i64,
    /// The number of the version that was read as the one in force.
    version: i64,
}

/// What became of a list that was brought in.
#[derive(Serialize, ToSchema)]
pub(super) struct EditorsListImported {
    added: usize,
    changed: usize,
    refused: Vec<String>,
}

impl From<ImportedList> for EditorsListImported {
    fn from(imported: ImportedList) -> Self {
        let ImportedList { added, changed, mut refused } = imported;
        let left = refused.len().saturating_sub(LINES);
        refused.truncate(LINES);
        refused.extend((left > 0).then(|| format!("还有 {left} 行没有导入，没有列出")));
        Self { added, changed, refused }
    }
}

/// Looks an article through. Nothing is kept.
#[utoipa::path(post, path = "/api/v1/push/quality", tag = "push", request_body = QualityAsked,
    responses((status = 200, body = Report)))]
async fn check(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(asked): Input<QualityAsked>,
) -> Result<Json<Report>, Failure> {
    let QualityAsked { article, draft, pasted } = asked;
    Ok(Json(office.quality.check(&actor, article, draft.as_deref(), pasted).await?))
}

/// Opens the addresses of elsewhere that an article names, once each.
#[utoipa::path(post, path = "/api/v1/push/quality/links", tag = "push", request_body = Article,
    responses((status = 200, body = LinksOpened)))]
async fn open_links(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(article): Input<Article>,
) -> Result<Json<LinksOpened>, Failure> {
    Ok(Json(LinksOpened { items: office.quality.open_links(&actor, &article, &office.outside).await? }))
}

/// The lists that editors keep.
#[utoipa::path(get, path = "/api/v1/push/words", tag = "push", responses((status = 200, body = EditorsLists)))]
async fn lists(State(office): State<Office>, Staff(actor): Staff) -> Result<Json<EditorsLists>, Failure> {
    let mut shown = EditorsLists {
        versions: Vec::new(),
        terms: Vec::new(),
        listed: Vec::new(),
        allowed: Vec::new(),
        weights: Vec::new(),
        topics: Vec::new(),
        sources: Vec::new(),
        colours: None,
    };
    for version in office.quality.lists(&actor).await? {
        let (changed_at, changed_by) = kept(version.kept);
        let list = version.content.name();
        shown.versions.push(EditorsListVersion { list, version: version.number, changed_at, changed_by });
        match version.content {
            ListPart::Glossary(own) => shown.terms = office.quality.terms(&own),
            ListPart::Words(words) => (shown.listed, shown.allowed) = (words.listed, words.allowed),
            ListPart::Weights(own) => shown.weights = groups(&weights(&own)),
            ListPart::Topics(topics) => shown.topics = topics,
            ListPart::Sources(sources) => shown.sources = sources,
            ListPart::Colours(colours) => shown.colours = colours,
        }
    }
    Ok(Json(shown))
}

fn groups(own: &Weights) -> Vec<WeightGroup> {
    let built_in = Weights::default();
    let group = |(prefix, label): (&str, &'static str)| {
        let numbers = NUMBERS.iter().filter(|number| number.name.starts_with(prefix)).map(|number| WeightShown {
            name: number.name,
            label: number.label,
            hint: number.hint,
            least: number.range.0,
            most: number.range.1,
            value: number.of(own),
            built_in: number.of(&built_in),
        });
        WeightGroup { label, numbers: numbers.collect() }
    };
    WEIGHED.into_iter().map(group).collect()
}

fn kept(kept: Option<(Timestamp, String)>) -> (Option<String>, Option<String>) {
    kept.map(|(at, by)| (at.utc_text(), by)).unzip()
}

/// Keeps a list anew, whole.
#[utoipa::path(put, path = "/api/v1/push/words", tag = "push", request_body = EditorsListDraft,
    responses((status = 204)))]
async fn keep(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(EditorsListDraft { part, version }): Input<EditorsListDraft>,
) -> Result<StatusCode, Failure> {
    office.quality.keep_list(&actor, part, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The versions of a list, newest first, each by what it changed.
#[utoipa::path(get, path = "/api/v1/push/words/versions", tag = "push", params(WantedList),
    responses((status = 200, body = EditorsListChanges)))]
async fn versions(
    State(office): State<Office>,
    Staff(actor): Staff,
    Inputs(WantedList { list }): Inputs<WantedList>,
) -> Result<Json<EditorsListChanges>, Failure> {
    let versions = office.quality.versions(&actor, list).await?;
    let before = versions.iter().skip(1).map(|version| version.content.lines()).chain([Vec::new()]);
    let items = versions.iter().zip(before).map(|(version, before)| change(version, &before));
    Ok(Json(EditorsListChanges { items: items.collect() }))
}

fn change(version: &ListVersion, before: &[String]) -> EditorsListChange {
    let now = version.content.lines();
    let without = |all: &[String], others: &[String]| {
        let others: std::collections::HashSet<&String> = others.iter().collect();
        all.iter().filter(|line| !others.contains(line)).cloned().collect::<Vec<String>>()
    };
    let (mut more, mut less) = (without(&now, before), without(before, &now));
    let (more_count, less_count) = (more.len(), less.len());
    more.truncate(LINES);
    less.truncate(LINES);
    let (changed_at, changed_by) = kept(version.kept.clone());
    let taken_from = version.taken_from;
    EditorsListChange {
        version: version.number,
        changed_at,
        changed_by,
        taken_from,
        more,
        less,
        more_count,
        less_count,
    }
}

/// Brings an earlier version of a list back.
#[utoipa::path(post, path = "/api/v1/push/words/take-back", tag = "push", request_body = EditorsListTakenBack,
    responses((status = 204)))]
async fn take_back(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(EditorsListTakenBack { list, number, version }): Input<EditorsListTakenBack>,
) -> Result<StatusCode, Failure> {
    office.quality.take_back(&actor, list, number, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A refusal of what was sent.
pub(super) fn refused(about: &str, why: impl Into<String>) -> Problem {
    Problem::new(kernel::Code::BadRequest, about).because(why.into())
}
