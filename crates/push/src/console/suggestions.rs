//! `/api/v1/push/suggestions`: what the open holdings offer to write about.

use axum::Json;
use axum::extract::State;
use catalogue::{Context, Item, Related, Remembered, Topic};
use chinese::anniversary::{Returns, Round};
use chinese::headline::Named;
use chinese::lunar::LunarDay;
use kernel::Day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Inputs};

use super::Office;
use super::quality::refused;

/// The most headlines that are asked about at once, and the most characters of one.
const MOST: (usize, usize) = (20, 200);

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedDay {
    /// `YYYY-MM-DD`; today if nothing is said.
    day: Option<String>,
    /// Whether each fifth year is round, and not each tenth alone.
    #[serde(default)]
    fives: bool,
}

/// What returns on a day.
#[derive(Serialize, ToSchema)]
pub(super) struct ThisDay {
    day: String,
    /// The lunar day; none outside 1900–2100.
    #[schema(required)]
    lunar: Option<String>,
    items: Vec<RememberedShown>,
}

/// An open record whose time returns.
#[derive(Serialize, ToSchema)]
struct RememberedShown {
    record: SuggestedRecord,
    /// `month-day`, `lunar-day`, `month`, `year`.
    returns: &'static str,
    years: i16,
    round: bool,
    /// 七十年前的今天.
    told: String,
}

/// An open record, with what a quotation of it needs.
#[derive(Serialize, ToSchema)]
struct SuggestedRecord {
    id: String,
    reference_code: String,
    title: String,
    fonds: String,
    /// Its date as readers see it; may be empty.
    date: String,
    /// 责任者; may be empty.
    creator: String,
    /// The address of its page.
    address: String,
}

/// Headlines to be looked for in the holdings.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Headlines {
    headlines: Vec<String>,
}

/// What the holdings have to do with headlines.
#[derive(Serialize, ToSchema)]
pub(super) struct HeadlineTopics {
    items: Vec<TopicShown>,
}

#[derive(Serialize, ToSchema)]
struct TopicShown {
    headline: String,
    /// What it names.
    named: Vec<NamedShown>,
    /// What authority records say of it.
    contexts: Vec<ContextShown>,
    /// The open records that name the same, best first.
    records: Vec<RelatedShown>,
}

#[derive(Serialize, ToSchema)]
struct NamedShown {
    text: String,
    /// 人物, 地点, 机构, 时间, 事物.
    label: &'static str,
    /// Whether the house has an authority record of it.
    known: bool,
}

#[derive(Serialize, ToSchema)]
struct ContextShown {
    name: String,
    dates: String,
    history: String,
    names: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct RelatedShown {
    record: SuggestedRecord,
    /// The headline's words that it holds.
    matched: Vec<String>,
}

fn quotable(item: Item, site: &str) -> SuggestedRecord {
    SuggestedRecord {
        address: format!("{site}{}", item.url),
        id: item.id.to_string(),
        reference_code: item.reference_code,
        title: item.title,
        fonds: item.fonds_title,
        date: item.dates.unwrap_or_default(),
        creator: item.creator.unwrap_or_default(),
    }
}

/// The open records whose day, lunar day, month or year returns.
#[utoipa::path(get, path = "/api/v1/push/suggestions", tag = "push", params(WantedDay),
    responses((status = 200, body = ThisDay)))]
pub(super) async fn this_day(
    State(office): State<Office>,
    Inputs(wanted): Inputs<WantedDay>,
) -> Result<Json<ThisDay>, Failure> {
    let day = match wanted.day.as_deref() {
        Some(text) => Day::parse(text).ok_or_else(|| refused("日期", "请写成 2026-11-30 这样的日期"))?,
        None => office.ground.clock.now().day(),
    };
    let round = if wanted.fives { Round::Fives } else { Round::Tens };
    let found = office.catalogue.this_day(day.civil(), round).await?;
    let items = found.into_iter().map(|one| remembered(one, &office.site)).collect();
    Ok(Json(ThisDay {
        day: day.civil().to_string(),
        lunar: LunarDay::of(day.civil()).map(|day| day.to_string()),
        items,
    }))
}

fn remembered(one: Remembered, site: &str) -> RememberedShown {
    let Remembered { item, anniversary } = one;
    let years = anniversary.years;
    let (returns, told) = match anniversary.returns {
        Returns::MonthDay => ("month-day", format!("{years} 年前的今天")),
        Returns::LunarDay => ("lunar-day", format!("{years} 年前农历的今天")),
        Returns::Month => ("month", format!("{years} 年前的这个月")),
        Returns::Year => ("year", format!("{years} 年前")),
    };
    RememberedShown { record: quotable(item, site), returns, years, round: anniversary.round, told }
}

/// What the open holdings have to do with headlines.
#[utoipa::path(post, path = "/api/v1/push/suggestions/topics", tag = "push", request_body = Headlines,
    responses((status = 200, body = HeadlineTopics)))]
pub(super) async fn topics(
    State(office): State<Office>,
    Input(Headlines { headlines }): Input<Headlines>,
) -> Result<Json<HeadlineTopics>, Failure> {
    let headlines: Vec<&str> = headlines.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
    if headlines.is_empty() || headlines.len() > MOST.0 {
        return Err(refused("标题", format!("请贴上 1 到 {} 个标题，一行一个", MOST.0)).into());
    }
    let mut items = Vec::new();
    for headline in headlines {
        let headline: String = headline.chars().take(MOST.1).collect();
        let topic = office.catalogue.about(&headline).await?;
        items.push(shown(headline, topic, &office.site));
    }
    Ok(Json(HeadlineTopics { items }))
}

fn shown(headline: String, topic: Topic, site: &str) -> TopicShown {
    let Topic { mentions, contexts, records } = topic;
    let named = mentions.into_iter().map(|mention| NamedShown {
        text: mention.text,
        label: match mention.named {
            Named::Person => "人物",
            Named::Place => "地点",
            Named::Body => "机构",
            Named::Time => "时间",
            Named::Subject => "事物",
        },
        known: mention.authority.is_some(),
    });
    let context = |Context { name, dates, history, names }| ContextShown { name, dates, history, names };
    let related = |Related { item, matched }| RelatedShown { record: quotable(item, site), matched };
    TopicShown {
        headline,
        named: named.collect(),
        contexts: contexts.into_iter().map(context).collect(),
        records: records.into_iter().map(related).collect(),
    }
}
