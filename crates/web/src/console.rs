//! `/api/v1/house`: the house as staff keep it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{Clock, Code, Day, Permission, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Input, Inputs, Staff, needs};
use crate::desk::{HouseDesk, HouseVersion};
use crate::hours::{ExceptionKind, periods_text};
use crate::part::{HousePart, PartName};
use crate::{Calendar, CalendarDay, CalendarYear, Failure, Hours, House, Notice, Profile, RefusedLine, SiteText};

/// How far ahead the special days of `{holiday}` are told, in days.
pub const HOLIDAY_DAYS: i64 = 14;

#[derive(Clone, Debug)]
struct Room {
    desk: HouseDesk,
    clock: Clock,
}

/// The house as it is in force.
#[derive(Serialize, ToSchema)]
struct HouseShown {
    /// The archives code: the settings' alone.
    code: String,
    /// Which version of each part is in force.
    versions: Vec<PartVersion>,
    profile: Profile,
    hours: Hours,
    calendar: Calendar,
    notices: Vec<Notice>,
    texts: Vec<TextShown>,
    /// Years without a table of holidays: this one, and from November on the next.
    missing_years: Vec<i16>,
}

/// The version of a part.
#[derive(Serialize, ToSchema)]
struct PartVersion {
    part: PartName,
    /// 0: what the settings say.
    version: i64,
    #[schema(required)]
    changed_at: Option<String>,
    #[schema(required)]
    changed_by: Option<String>,
}

/// A text of the readers' site.
#[derive(Serialize, ToSchema)]
struct TextShown {
    name: &'static str,
    label: &'static str,
    /// The page it stands on.
    page: &'static str,
    /// Whether it is one line without lists.
    line: bool,
    text: String,
    /// The text that comes with the program.
    shipped: &'static str,
}

/// A part as it is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HouseDraft {
    part: HousePart,
    /// The number of the version that was read.
    version: i64,
}

/// A version of a part.
#[derive(Serialize, ToSchema)]
struct VersionShown {
    version: i64,
    #[schema(required)]
    changed_at: Option<String>,
    #[schema(required)]
    changed_by: Option<String>,
    /// The version it brought back.
    #[schema(required)]
    taken_from: Option<i64>,
    /// What it says, line by line.
    lines: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct HouseVersions {
    items: Vec<VersionShown>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WantedPart {
    #[param(inline)]
    part: PartName,
}

/// Which version is to be in force again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TakenBack {
    part: PartName,
    /// The version to bring back; 0: what the settings say.
    number: i64,
    /// The number of the version that was read as the one in force.
    version: i64,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WantedMonth {
    /// `2026-10`
    month: String,
}

/// A day as it is.
#[derive(Serialize, ToSchema)]
struct HouseDay {
    #[schema(value_type = String, format = Date)]
    day: Day,
    /// 1 (Monday) to 7.
    weekday: i64,
    open: bool,
    /// `08:30–12:00、14:00–17:30`, `闭馆`.
    hours: String,
    /// Who says that it differs from the week.
    #[schema(required)]
    kind: Option<ExceptionKind>,
    #[schema(required)]
    reason: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct HouseDays {
    items: Vec<HouseDay>,
    /// What `{holiday}` says today.
    holiday: String,
}

/// A list of days of a year's calendar.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CalendarList {
    year: i16,
    text: String,
}

#[derive(Serialize, ToSchema)]
struct CalendarRead {
    days: Vec<CalendarDay>,
    refused: Vec<RefusedLine>,
}

/// A wording of a text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TextDraft {
    name: String,
    text: String,
}

#[derive(Serialize, ToSchema)]
struct TextPreview {
    /// What stands in the page, safe to be shown.
    html: String,
}

/// The routes of the house; to be put behind the door of staff.
pub fn routes(desk: HouseDesk, clock: Clock) -> OpenApiRouter {
    let keepers = |routes| needs(Permission::KeepHouse, routes);
    OpenApiRouter::new()
        .routes(keepers(routes!(show, keep)))
        .routes(keepers(routes!(versions)))
        .routes(keepers(routes!(take_back)))
        .routes(keepers(routes!(days)))
        .routes(keepers(routes!(read_calendar)))
        .routes(keepers(routes!(preview)))
        .with_state(Room { desk, clock })
}

/// The house as it is.
#[utoipa::path(get, path = "/api/v1/house", tag = "house", responses((status = 200, body = HouseShown)))]
async fn show(State(room): State<Room>, Staff(actor): Staff) -> Result<Json<HouseShown>, Failure> {
    let versions = room.desk.in_force(&actor).await?;
    // Content and numbers from one reading: the book may be a change behind, or ahead.
    let mut house = House::clone(&room.desk.book().now());
    for version in &versions {
        house.put(version.content.clone());
    }
    let text = |text: SiteText| TextShown {
        name: text.name(),
        label: text.label(),
        page: text.page(),
        line: text.is_line(),
        text: house.texts.get(text.name()).cloned().unwrap_or_else(|| text.shipped().to_owned()),
        shipped: text.shipped(),
    };
    Ok(Json(HouseShown {
        code: house.code.clone(),
        versions: versions.iter().map(PartVersion::from).collect(),
        profile: house.profile(),
        hours: house.hours.clone(),
        calendar: house.hours.calendar.clone(),
        notices: house.notices.clone(),
        texts: SiteText::ALL.into_iter().map(text).collect(),
        missing_years: house.hours.calendar.missing(room.clock.now().day()),
    }))
}

impl From<&HouseVersion> for PartVersion {
    fn from(version: &HouseVersion) -> Self {
        let (changed_at, changed_by) = told(version);
        Self { part: version.content.name(), version: version.number, changed_at, changed_by }
    }
}

/// When and by whom a version was kept.
fn told(version: &HouseVersion) -> (Option<String>, Option<String>) {
    let kept = version.kept.as_ref();
    (kept.map(|(at, _)| at.utc_text()), kept.map(|(_, by)| by.clone()))
}

/// Keeps a part anew.
#[utoipa::path(put, path = "/api/v1/house", tag = "house", request_body = HouseDraft, responses((status = 204)))]
async fn keep(
    State(room): State<Room>,
    Staff(actor): Staff,
    Input(HouseDraft { part, version }): Input<HouseDraft>,
) -> Result<StatusCode, Failure> {
    room.desk.keep(&actor, part, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The versions of a part, newest first.
#[utoipa::path(get, path = "/api/v1/house/versions", tag = "house", params(WantedPart),
    responses((status = 200, body = HouseVersions)))]
async fn versions(
    State(room): State<Room>,
    Staff(actor): Staff,
    Inputs(WantedPart { part }): Inputs<WantedPart>,
) -> Result<Json<HouseVersions>, Failure> {
    let found = room.desk.versions(&actor, part).await?;
    let items = found.iter().map(|version| {
        let (changed_at, changed_by) = told(version);
        let lines = version.content.lines();
        VersionShown { version: version.number, changed_at, changed_by, taken_from: version.taken_from, lines }
    });
    Ok(Json(HouseVersions { items: items.collect() }))
}

/// Brings an earlier version of a part back.
#[utoipa::path(post, path = "/api/v1/house/take-back", tag = "house", request_body = TakenBack,
    responses((status = 204)))]
async fn take_back(
    State(room): State<Room>,
    Staff(actor): Staff,
    Input(TakenBack { part, number, version }): Input<TakenBack>,
) -> Result<StatusCode, Failure> {
    room.desk.take_back(&actor, part, number, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The days of a month as they are.
#[utoipa::path(get, path = "/api/v1/house/days", tag = "house", params(WantedMonth),
    responses((status = 200, body = HouseDays)))]
async fn days(
    State(room): State<Room>,
    Inputs(WantedMonth { month }): Inputs<WantedMonth>,
) -> Result<Json<HouseDays>, Failure> {
    let first = Day::parse(&format!("{month}-01"))
        .ok_or_else(|| Problem::new(Code::BadRequest, "月份").because("应写成 2026-10"))?;
    let number = first.civil().days_in_month();
    let house = room.desk.book().now();
    let day = |day: Day| {
        let exception = house.hours.exception(day);
        let periods = house.hours.on(day);
        HouseDay {
            day,
            weekday: day.weekday(),
            open: !periods.is_empty(),
            hours: periods_text(periods),
            kind: exception.map(|one| one.kind),
            reason: exception.map(|one| one.reason.to_owned()),
        }
    };
    let items = (0..i64::from(number)).map(|later| day(first.plus(later))).collect();
    Ok(Json(HouseDays { items, holiday: house.hours.coming_text(room.clock.now().day(), HOLIDAY_DAYS) }))
}

/// Reads a list of a year's days without keeping it.
#[utoipa::path(post, path = "/api/v1/house/calendar/read", tag = "house", request_body = CalendarList,
    responses((status = 200, body = CalendarRead)))]
async fn read_calendar(Input(CalendarList { year, text }): Input<CalendarList>) -> Json<CalendarRead> {
    let (days, refused) = CalendarYear::read(year, &text);
    Json(CalendarRead { days, refused })
}

/// A wording of a text as readers would see it.
#[utoipa::path(post, path = "/api/v1/house/texts/preview", tag = "house", request_body = TextDraft,
    responses((status = 200, body = TextPreview)))]
async fn preview(Input(TextDraft { name, text }): Input<TextDraft>) -> Result<Json<TextPreview>, Failure> {
    let place = SiteText::named(&name).ok_or_else(|| Problem::new(Code::NotFound, "这段文字"))?;
    Ok(Json(TextPreview { html: place.markup(&text).to_string() }))
}
