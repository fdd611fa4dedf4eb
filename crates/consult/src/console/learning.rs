//! `/api/v1/consultation/unanswered` and `/figures`: what is learned from what readers ask.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Inputs, Staff};

use super::Desk;
use crate::Satisfaction;
use crate::faq::Found;
use crate::learning::DayFigures;

#[derive(Serialize, ToSchema)]
struct NearFaq {
    faq: String,
    question: String,
}

#[derive(Serialize, ToSchema)]
struct UnansweredQuestion {
    text: String,
    count: i64,
    examples: Vec<String>,
    last_at: String,
    /// A frequent question that may be meant.
    #[schema(required)]
    near: Option<NearFaq>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct UnansweredQuestions {
    items: Vec<UnansweredQuestion>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Dismissed {
    text: String,
}

#[derive(Serialize, ToSchema)]
struct ConsultationDay {
    day: String,
    asked: i64,
    rule: i64,
    faq: i64,
    search: i64,
    guidance: i64,
    default: i64,
    human: i64,
    /// How many readers said how content they were with what people answered.
    satisfied: i64,
    neutral: i64,
    dissatisfied: i64,
    /// Half of those who were first answered by a person waited so long at most.
    #[schema(required)]
    first_response_minutes: Option<f64>,
    /// Conversations with people that ended.
    resolved: i64,
}

#[derive(Serialize, ToSchema)]
pub(super) struct ConsultationFigures {
    days: Vec<ConsultationDay>,
    /// The part of the questions that the account answered by itself, 0 to 1.
    #[schema(required)]
    hit_rate: Option<f64>,
    #[schema(required)]
    first_response_minutes: Option<f64>,
    resolved: i64,
    /// How many conversations were escalated.
    escalated: i64,
    #[schema(required)]
    /// How content readers were on average, 1 to 5.
    satisfaction: Option<f64>,
    /// How many said it.
    rated: i64,
}

impl From<&DayFigures> for ConsultationDay {
    fn from(figures: &DayFigures) -> Self {
        let of = |name: &str| figures.ways.get(name).copied().unwrap_or(0);
        let (rule, faq, search, guidance, default) =
            (of("rule"), of("faq"), of("records"), of("guidance"), of("default"));
        let [satisfied, neutral, dissatisfied] = Satisfaction::ALL.map(|one| of(one.name()));
        Self {
            day: figures.day.to_string(),
            asked: rule + faq + search + guidance + default,
            rule,
            faq,
            search,
            guidance,
            default,
            human: of("human"),
            satisfied,
            neutral,
            dissatisfied,
            first_response_minutes: figures.first_response_seconds.and_then(minutes),
            resolved: figures.resolved,
        }
    }
}

fn minutes(seconds: i64) -> Option<f64> {
    part(seconds, 60)
}

/// One number as a part of another; none of nothing.
fn part(part: i64, whole: i64) -> Option<f64> {
    let small = |number: i64| f64::from(i32::try_from(number).unwrap_or(i32::MAX));
    (whole > 0).then(|| small(part) / small(whole))
}

#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AskedDays {
    /// How many days, today the last of them.
    days: Option<i64>,
}

/// Questions nobody could answer, alike ones together.
#[utoipa::path(get, path = "/api/v1/consultation/unanswered", tag = "learning",
    responses((status = 200, body = UnansweredQuestions)))]
pub(super) async fn unanswered(
    State(desk): State<Desk>,
    Staff(actor): Staff,
) -> Result<Json<UnansweredQuestions>, Failure> {
    let found = desk.learning.unanswered(&actor).await?;
    let faqs = desk.answers.faqs().await?;
    let items = faqs.iter().map(|kept| kept.item.clone()).collect();
    let ready = crate::Faqs::new(items, desk.answers.thresholds().await?);
    let near = |text: &str| {
        let question = match ready.find(text, |_| true) {
            Found::Answer(faq) => Some(faq.question.clone()),
            Found::Offer(offered) => offered.first().map(|faq| faq.question.clone()),
            Found::Nothing => None,
        }?;
        let kept = faqs.iter().find(|kept| kept.item.question == question)?;
        Some(NearFaq { faq: kept.id.uuid().to_string(), question })
    };
    let items = found.into_iter().map(|one| UnansweredQuestion {
        near: near(&one.text),
        text: one.text,
        count: one.count,
        examples: one.examples,
        last_at: one.last_at.utc_text(),
    });
    Ok(Json(UnansweredQuestions { items: items.collect() }))
}

/// Lays a question and those like it aside.
#[utoipa::path(post, path = "/api/v1/consultation/unanswered/dismiss", tag = "learning", request_body = Dismissed,
    responses((status = 204)))]
pub(super) async fn dismiss(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Input(Dismissed { text }): Input<Dismissed>,
) -> Result<StatusCode, Failure> {
    desk.learning.dismiss(&actor, &text).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How questions were answered, day by day.
#[utoipa::path(get, path = "/api/v1/consultation/figures", tag = "learning", params(AskedDays),
    responses((status = 200, body = ConsultationFigures)))]
pub(super) async fn figures(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Inputs(AskedDays { days }): Inputs<AskedDays>,
) -> Result<Json<ConsultationFigures>, Failure> {
    let figures = desk.learning.figures(&actor, days.unwrap_or(30)).await?;
    let days: Vec<ConsultationDay> = figures.days.iter().map(ConsultationDay::from).collect();
    let asked: i64 = days.iter().map(|day| day.asked).sum();
    let default: i64 = days.iter().map(|day| day.default).sum();
    let rated = days.iter().map(|day| day.satisfied + day.neutral + day.dissatisfied).sum();
    let [best, middle, worst] = Satisfaction::ALL.map(Satisfaction::points);
    let points =
        days.iter().map(|day| day.satisfied * best + day.neutral * middle + day.dissatisfied * worst).sum::<i64>();
    Ok(Json(ConsultationFigures {
        days,
        hit_rate: part(asked - default, asked),
        first_response_minutes: figures.first_response_seconds.and_then(minutes),
        resolved: figures.resolved,
        escalated: figures.escalated,
        satisfaction: part(points, rated),
        rated,
    }))
}
