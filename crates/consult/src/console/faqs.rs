//! `/api/v1/faqs`: frequent questions.

use std::fmt;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{Code, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Inputs, Size, Sort, SortColumn, Staff};

use super::rules::{Enabled, moment};
use super::{NewId, Room, id, is_in_state, page};
use crate::faq::Outcome;
use crate::schedule::ScheduleDay;
use crate::{Answering, FaqLink, Kept, Offering, Schedule, Thresholds};

const FAQ: &str = "这个问题";
/// What the list can be ordered by.
const COLUMNS: [SortColumn<Kept<crate::Faq>>; 2] = [
    ("hits", |one, other| one.hits.cmp(&other.hits)),
    ("changed_at", |one, other| one.changed_at.cmp(&other.changed_at)),
];

/// A question as it is kept.
#[derive(Serialize, ToSchema)]
pub(super) struct Faq {
    id: String,
    category: String,
    question: String,
    variants: Vec<String>,
    answer: String,
    enabled: bool,
    #[schema(required, value_type = Option<String>, format = Date)]
    from: Option<ScheduleDay>,
    #[schema(required, value_type = Option<String>, format = Date)]
    until: Option<ScheduleDay>,
    links: Vec<FaqLink>,
    hits: i64,
    changed_at: String,
    changed_by: String,
}

/// A question as it is written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FaqDraft {
    category: String,
    question: String,
    variants: Vec<String>,
    answer: String,
    #[serde(default = "super::yes")]
    enabled: bool,
    #[schema(required, value_type = Option<String>, format = Date)]
    from: Option<ScheduleDay>,
    #[schema(required, value_type = Option<String>, format = Date)]
    until: Option<ScheduleDay>,
    #[serde(default)]
    links: Vec<FaqLink>,
    #[serde(default)]
    #[schema(nullable = false)]
    changed_at: Option<String>,
}

/// Which questions are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedFaqs {
    /// Part of a wording or an answer.
    q: Option<String>,
    category: Option<String>,
    /// `on` or `off`.
    state: Option<String>,
    /// `hits`, `changed_at`, with `-` before it for descending; by category if nothing is said.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    page: Option<i64>,
    #[param(value_type = Option<i64>)]
    size: Option<Size>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct FaqPage {
    items: Vec<Faq>,
    total: i64,
    categories: Vec<String>,
}

/// How one of the house's own wordings would be answered if it was not known.
#[derive(Serialize, ToSchema)]
struct FaqMeasured {
    question: String,
    expected: String,
    outcome: Measured,
    #[schema(required)]
    found: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Measured {
    Answer,
    Offer,
    PassOn,
    Wrong,
}

/// Finding by meaning, and what it changes.
#[derive(Serialize, ToSchema)]
struct FaqMeaning {
    model: String,
    /// Wordings that can be found by their meaning, of so many.
    ready: usize,
    wordings: usize,
    /// The figures without and with.
    told: String,
}

/// How well the questions are told apart: each wording is asked against all others.
#[derive(Serialize, ToSchema)]
pub(super) struct FaqMeasure {
    questions: usize,
    answered: usize,
    offered: usize,
    passed_on: usize,
    wrong: usize,
    told: String,
    items: Vec<FaqMeasured>,
    /// Whether the meaning was asked as well.
    by_meaning: bool,
    /// How finding by meaning stands; none: it is off.
    #[schema(required)]
    meaning: Option<FaqMeaning>,
    /// With which it was measured.
    measured: Thresholds,
    /// Those in force.
    in_force: Thresholds,
}

/// With which thresholds is measured; those in force unless said.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MeasuredWith {
    answering: Option<Answering>,
    offering: Option<Offering>,
    /// Whether the meaning is asked as well; if nothing is said, as readers are answered.
    by_meaning: Option<bool>,
}

impl From<Kept<crate::Faq>> for Faq {
    fn from(kept: Kept<crate::Faq>) -> Self {
        let Kept { id, item, enabled, hits, changed_at, changed_by, .. } = kept;
        Self {
            id: id.uuid().to_string(),
            category: item.category,
            question: item.question,
            variants: item.variants,
            answer: item.answer,
            enabled,
            from: item.schedule.from,
            until: item.schedule.until,
            links: item.links,
            hits,
            changed_at: changed_at.exact_text(),
            changed_by,
        }
    }
}

impl From<FaqDraft> for crate::Faq {
    fn from(draft: FaqDraft) -> Self {
        let category = Some(draft.category.trim().to_owned()).filter(|text| !text.is_empty());
        Self {
            category: category.unwrap_or_else(|| "其他".to_owned()),
            question: draft.question.trim().to_owned(),
            variants: draft
                .variants
                .iter()
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
                .collect(),
            answer: draft.answer.trim().to_owned(),
            links: draft.links,
            schedule: Schedule { from: draft.from, until: draft.until, ..Schedule::default() },
        }
    }
}

/// The questions.
#[utoipa::path(get, path = "/api/v1/faqs", tag = "faqs", params(WantedFaqs), responses((status = 200, body = FaqPage)))]
pub(super) async fn list(
    State(room): State<Room>,
    Inputs(wanted): Inputs<WantedFaqs>,
) -> Result<Json<FaqPage>, Failure> {
    let mut faqs = room.answers.faqs().await?;
    let mut categories: Vec<String> = faqs.iter().map(|kept| kept.item.category.clone()).collect();
    categories.dedup();
    let q = chinese::normalise(wanted.q.as_deref().unwrap_or_default());
    faqs.retain(|kept| {
        let is_state = is_in_state(wanted.state.as_deref(), kept.enabled);
        let category = wanted.category.as_deref().filter(|category| !category.is_empty());
        let is_category = category.is_none_or(|category| category == kept.item.category);
        let mut texts = kept.item.variants.iter().chain([&kept.item.question, &kept.item.answer]);
        is_state && is_category && (q.is_empty() || texts.any(|text| chinese::normalise(text).contains(&q)))
    });
    if let Some(sort) = &wanted.sort {
        sort.order(&mut faqs, &COLUMNS)?;
    }
    let (items, total) = page(faqs, wanted.page, wanted.size.unwrap_or_default());
    Ok(Json(FaqPage { items: items.into_iter().map(Faq::from).collect(), total, categories }))
}

/// One question.
#[utoipa::path(get, path = "/api/v1/faqs/{id}", tag = "faqs", params(("id" = String, Path)),
    responses((status = 200, body = Faq)))]
pub(super) async fn one(State(room): State<Room>, Path(text): Path<String>) -> Result<Json<Faq>, Failure> {
    let wanted = id(&text, FAQ)?;
    let found = room.answers.faqs().await?.into_iter().find(|kept| kept.id == wanted);
    Ok(Json(found.ok_or_else(|| Problem::new(Code::NotFound, FAQ))?.into()))
}

/// Adds a question.
#[utoipa::path(post, path = "/api/v1/faqs", tag = "faqs", request_body = FaqDraft,
    responses((status = 200, body = NewId)))]
pub(super) async fn add(
    State(room): State<Room>,
    Staff(actor): Staff,
    Input(draft): Input<FaqDraft>,
) -> Result<Json<NewId>, Failure> {
    let enabled = draft.enabled;
    let id = room.answers.add_faq(&actor, &draft.into(), enabled).await?;
    Ok(Json(NewId { id: id.uuid().to_string() }))
}

/// Writes a question anew.
#[utoipa::path(put, path = "/api/v1/faqs/{id}", tag = "faqs", params(("id" = String, Path)), request_body = FaqDraft,
    responses((status = 204)))]
pub(super) async fn replace(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Input(draft): Input<FaqDraft>,
) -> Result<StatusCode, Failure> {
    let (id, read_at, enabled) = (id(&text, FAQ)?, moment(draft.changed_at.as_deref())?, draft.enabled);
    room.answers.replace_faq(&actor, id, (&draft.into(), enabled), read_at).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a question.
#[utoipa::path(delete, path = "/api/v1/faqs/{id}", tag = "faqs", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn remove(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<StatusCode, Failure> {
    room.answers.remove_faq(&actor, id(&text, FAQ)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Switches a question on or off.
#[utoipa::path(put, path = "/api/v1/faqs/{id}/enabled", tag = "faqs", params(("id" = String, Path)),
    request_body = Enabled, responses((status = 204)))]
pub(super) async fn enable(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Input(Enabled { enabled }): Input<Enabled>,
) -> Result<StatusCode, Failure> {
    room.answers.enable_faq(&actor, id(&text, FAQ)?, enabled).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks each of the house's own wordings as if it was not known, and tells what would have been answered.
#[utoipa::path(get, path = "/api/v1/faqs/measure", tag = "faqs", params(MeasuredWith),
    responses((status = 200, body = FaqMeasure)))]
pub(super) async fn measure(
    State(room): State<Room>,
    Inputs(with): Inputs<MeasuredWith>,
) -> Result<Json<FaqMeasure>, Failure> {
    let in_force = room.answers.thresholds().await?;
    let thresholds = Thresholds {
        answering: with.answering.unwrap_or(in_force.answering),
        offering: with.offering.unwrap_or(in_force.offering),
    };
    let by_meaning = with.by_meaning.unwrap_or(room.answers.meaning().is_some());
    let items = told(room.answers.measured(thresholds, by_meaning));
    let asked = format!("本馆自己的 {} 种问法，逐条拿掉后再问：", items.len());
    let counts = Counts::of(&items);
    let meaning = room.answers.meaning().map(|meaning| {
        let with = if by_meaning { counts } else { Counts::of(&told(room.answers.measured(thresholds, true))) };
        let without = if by_meaning { Counts::of(&told(room.answers.measured(thresholds, false))) } else { counts };
        FaqMeaning {
            told: format!("{asked}只按字面，{without}；加上按意思找，{with}。"),
            model: meaning.model,
            ready: meaning.ready,
            wordings: meaning.wordings,
        }
    });
    let Counts { answered, offered, passed_on, wrong } = counts;
    let told = format!("{asked}{counts}。");
    let questions = items.len();
    let measured = thresholds;
    Ok(Json(FaqMeasure {
        questions,
        answered,
        offered,
        passed_on,
        wrong,
        told,
        items,
        by_meaning,
        meaning,
        measured,
        in_force,
    }))
}

/// Each wording with how it came out.
fn told(measured: Vec<(String, String, Outcome)>) -> Vec<FaqMeasured> {
    let one = |(question, expected, found): (String, String, Outcome)| {
        let outcome = match &found {
            Outcome::Answer(question) if *question == expected => Measured::Answer,
            Outcome::Answer(_) => Measured::Wrong,
            Outcome::Offer(offered) if offered.contains(&expected) => Measured::Offer,
            Outcome::Offer(_) | Outcome::Nothing => Measured::PassOn,
        };
        let found = match found {
            Outcome::Answer(question) => Some(question),
            Outcome::Offer(offered) => Some(offered.join("、")),
            Outcome::Nothing => None,
        };
        FaqMeasured { question, expected, outcome, found }
    };
    measured.into_iter().map(one).collect()
}

/// How many wordings came out how.
#[derive(Clone, Copy)]
struct Counts {
    answered: usize,
    offered: usize,
    passed_on: usize,
    wrong: usize,
}

impl Counts {
    fn of(items: &[FaqMeasured]) -> Self {
        let count = |outcome: Measured| items.iter().filter(|item| item.outcome == outcome).count();
        Self {
            answered: count(Measured::Answer),
            offered: count(Measured::Offer),
            passed_on: count(Measured::PassOn),
            wrong: count(Measured::Wrong),
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { answered, offered, passed_on, wrong } = self;
        write!(f, "答上了 {answered}，给出相近问题 {offered}，没有答 {passed_on}，答错了 {wrong}")
    }
}

/// Chooses how sure the account is to be before it answers, and how readily it offers questions.
#[utoipa::path(put, path = "/api/v1/faqs/thresholds", tag = "faqs", request_body = Thresholds,
    responses((status = 204)))]
pub(super) async fn choose(
    State(room): State<Room>,
    Staff(actor): Staff,
    Input(thresholds): Input<Thresholds>,
) -> Result<StatusCode, Failure> {
    room.answers.choose_thresholds(&actor, thresholds).await?;
    Ok(StatusCode::NO_CONTENT)
}
