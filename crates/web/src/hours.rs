//! When the reading room is open.

use kernel::{Day, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::Calendar;
use crate::calendar::DayKind;
use crate::dates::{day_text, weekday_text};

/// How many days are looked through for the next on which the house opens.
const AHEAD: i64 = 30;
/// The most periods of one day.
const MOST_PERIODS: usize = 4;
/// The most days of its own that differ from the week.
const MOST_DAYS: usize = 400;

/// The opening hours of a week, and the days that differ from it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Hours {
    /// Periods on Mondays; none: closed.
    #[schema(required)]
    pub monday: Vec<Period>,
    /// Periods on Tuesdays.
    #[schema(required)]
    pub tuesday: Vec<Period>,
    /// Periods on Wednesdays.
    #[schema(required)]
    pub wednesday: Vec<Period>,
    /// Periods on Thursdays.
    #[schema(required)]
    pub thursday: Vec<Period>,
    /// Periods on Fridays.
    #[schema(required)]
    pub friday: Vec<Period>,
    /// Periods on Saturdays.
    #[schema(required)]
    pub saturday: Vec<Period>,
    /// Periods on Sundays.
    #[schema(required)]
    pub sunday: Vec<Period>,
    /// Days on which the house is closed although the week or the calendar says otherwise.
    #[schema(required)]
    pub closed: Vec<Closure>,
    /// Days on which it is open although the week or the calendar says otherwise, or at other hours.
    #[schema(required)]
    pub open: Vec<Opening>,
    /// What else a visitor should know ("法定节假日闭馆").
    #[schema(required)]
    pub note: Option<String>,
    /// The public holidays and working days of the years; kept as a part of its own.
    #[serde(skip)]
    pub calendar: Calendar,
}

/// From one time of day to another, written `08:30-12:00`; in minutes since midnight, Asia/Shanghai.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    /// Its first minute, counted from midnight.
    pub from: u16,
    /// The minute at which it ends.
    pub until: u16,
}

/// A day on which the house is closed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Closure {
    /// The day, `2026-10-01`.
    #[schema(value_type = String, format = Date)]
    pub day: Day,
    /// Why ("国庆节").
    pub reason: String,
}

/// A day on which the house is open at hours of its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The day, `2026-06-09`.
    #[schema(value_type = String, format = Date)]
    pub day: Day,
    /// The hours; at least one period.
    pub periods: Vec<Period>,
    /// Why ("国际档案日").
    pub reason: String,
}

/// A day that differs from the week.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exception<'h> {
    /// Who says so.
    pub kind: ExceptionKind,
    /// Why.
    pub reason: &'h str,
    /// The periods; none: closed.
    pub periods: &'h [Period],
}

/// Who says that a day differs from the week, in the order in which they are heard: a closure of the house first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ExceptionKind {
    /// The house closes.
    Closed,
    /// The house opens.
    Open,
    /// The calendar: a public holiday.
    Holiday,
    /// The calendar: a working day on what would be a weekend (调休上班).
    Working,
}

impl Period {
    /// Reads `08:30-12:00`; the end is later than the beginning and at most `24:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let time = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
            (hour <= 24 && minute < 60).then(|| hour * 60 + minute).filter(|minute| *minute <= 1440)
        };
        let (from, until) = text.split_once(['-', '–', '—'])?;
        let (from, until) = (time(from)?, time(until)?);
        (from < until).then_some(Self { from, until })
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}-{}", clock_text(self.from), clock_text(self.until)))
    }
}

impl PartialSchema for Period {
    fn schema() -> RefOr<Schema> {
        String::schema()
    }
}

impl ToSchema for Period {}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("“{text}”不是时段；请写成 08:30-12:00")))
    }
}

fn clock_text(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

pub(crate) fn periods_text(periods: &[Period]) -> String {
    if periods.is_empty() {
        return "闭馆".to_owned();
    }
    let texts: Vec<_> =
        periods.iter().map(|Period { from, until }| format!("{}–{}", clock_text(*from), clock_text(*until))).collect();
    texts.join("、")
}

impl Exception<'_> {
    /// `闭馆（国庆节）`, `08:30–12:00（调休上班）`.
    pub fn text(&self) -> String {
        format!("{}（{}）", periods_text(self.periods), self.reason)
    }
}

impl Hours {
    /// The periods of a day; none: closed. This is the one place of the rule; who is heard first:
    ///
    /// 1. a day the house closes (`closed`): what cannot be opened stays shut, whatever else is written;
    /// 2. a day the house opens (`open`), at its hours;
    /// 3. the calendar: a holiday closes, a working day has the hours of the weekday it stands for;
    /// 4. the week.
    pub fn on(&self, day: Day) -> &[Period] {
        self.exception(day).map_or_else(|| self.on_weekday(day.weekday()), |exception| exception.periods)
    }

    /// What makes a day differ from the week, if anything does.
    pub fn exception(&self, day: Day) -> Option<Exception<'_>> {
        use ExceptionKind::{Closed, Holiday, Open, Working};
        if let Some(Closure { reason, .. }) = self.closed.iter().find(|closure| closure.day == day) {
            return Some(Exception { kind: Closed, reason, periods: &[] });
        }
        if let Some(Opening { reason, periods, .. }) = self.open.iter().find(|opening| opening.day == day) {
            return Some(Exception { kind: Open, reason, periods });
        }
        let found = self.calendar.day(day)?;
        Some(match found.kind {
            DayKind::Holiday => Exception { kind: Holiday, reason: &found.name, periods: &[] },
            DayKind::Working => {
                Exception { kind: Working, reason: &found.name, periods: self.on_weekday(found.stands_for) }
            }
        })
    }

    fn on_weekday(&self, weekday: i64) -> &[Period] {
        match weekday {
            1 => &self.monday,
            2 => &self.tuesday,
            3 => &self.wednesday,
            4 => &self.thursday,
            5 => &self.friday,
            6 => &self.saturday,
            _ => &self.sunday,
        }
    }

    /// Whether the reading room is open at this moment.
    pub fn is_open(&self, now: Timestamp) -> bool {
        let minute = now.minute_of_day();
        let holds = |period: &Period| (i64::from(period.from)..i64::from(period.until)).contains(&minute);
        self.on(now.day()).iter().any(holds)
    }

    /// The hours of the day of this moment: `08:30–12:00、14:00–17:30`, `闭馆`, `闭馆（国庆节）`.
    pub fn today_text(&self, now: Timestamp) -> String {
        self.day_hours_text(now.day())
    }

    fn day_hours_text(&self, day: Day) -> String {
        match self.exception(day) {
            Some(exception) => exception.text(),
            None => periods_text(self.on(day)),
        }
    }

    /// The days that differ from the week, from a day on for so many days, a line for each run of days alike:
    /// `10月1日 星期四至10月3日 星期六 闭馆（国庆节）`; empty if there are none.
    pub fn coming_text(&self, from: Day, days: i64) -> String {
        let mut runs: Vec<(Day, Day, Exception<'_>)> = Vec::new();
        for day in (0..days).map(|number| from.plus(number)) {
            let Some(exception) = self.exception(day) else { continue };
            match runs.last_mut() {
                Some((_, last, same)) if last.plus(1) == day && *same == exception => *last = day,
                _ => runs.push((day, day, exception)),
            }
        }
        let line = |(first, last, exception): (Day, Day, Exception<'_>)| {
            let days =
                if first == last { day_text(first) } else { format!("{}至{}", day_text(first), day_text(last)) };
            format!("{days} {}", exception.text())
        };
        runs.into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// What does not fit, in words; none if all does.
    pub(crate) fn problem(&self) -> Option<String> {
        let days = (1..=7).map(|weekday| (weekday_text(weekday), self.on_weekday(weekday)));
        let opened = self.open.iter().map(|opening| (opening.day.to_string(), opening.periods.as_slice()));
        for (name, periods) in days.chain(opened) {
            if periods.len() > MOST_PERIODS {
                return Some(format!("{name}的时段超过 {MOST_PERIODS} 个"));
            }
            if periods.is_sorted_by(|one, next| one.until <= next.from) {
                continue;
            }
            return Some(format!("{name}的时段要从早到晚，不能重叠"));
        }
        let mut days: Vec<(Day, &str)> = self.closed.iter().map(|one| (one.day, one.reason.as_str())).collect();
        days.extend(self.open.iter().map(|one| (one.day, one.reason.as_str())));
        days.sort_by_key(|(day, _)| *day);
        if days.len() > MOST_DAYS {
            return Some(format!("特殊日期超过 {MOST_DAYS} 个，请先删去过去的"));
        }
        if let Some((day, _)) = days.iter().find(|(_, reason)| reason.trim().is_empty()) {
            return Some(format!("{day} 没有写原因"));
        }
        if let Some(opening) = self.open.iter().find(|opening| opening.periods.is_empty()) {
            return Some(format!("{} 没有写开放的时段", opening.day));
        }
        let twice = days.iter().zip(days.iter().skip(1)).find(|((one, _), (next, _))| one == next);
        twice.map(|((day, _), _)| format!("{day} 写了两次，只能留一次"))
    }

    /// What matters to somebody who would set out now: until when it is open, or when it opens next.
    pub fn standing_text(&self, now: Timestamp) -> String {
        let minute = now.minute_of_day();
        let today = self.on(now.day());
        if let Some(period) = today.iter().find(|p| (i64::from(p.from)..i64::from(p.until)).contains(&minute)) {
            return format!("现在开放，{} 结束", clock_text(period.until));
        }
        if let Some(period) = today.iter().find(|period| i64::from(period.from) > minute) {
            return format!("现在未开放，今天 {} 开门", clock_text(period.from));
        }
        let next = (1..=AHEAD).map(|days| now.day().plus(days)).find_map(|day| self.on(day).first().map(|p| (day, p)));
        match next {
            Some((day, period)) => format!("现在未开放，{} {} 开门", day_text(day), clock_text(period.from)),
            None => "近期不开放，请来电询问".to_owned(),
        }
    }

    /// The week with equal days put together: `星期一至星期五` · `08:30–12:00、14:00–17:30`.
    pub fn week(&self) -> Vec<(String, String)> {
        let days =
            [&self.monday, &self.tuesday, &self.wednesday, &self.thursday, &self.friday, &self.saturday, &self.sunday];
        let mut groups: Vec<(i64, i64, &Vec<Period>)> = Vec::new();
        for (day, periods) in (1..).zip(days) {
            match groups.last_mut() {
                Some((_, last, same)) if *same == periods => *last = day,
                _ => groups.push((day, day, periods)),
            }
        }
        let name = |first: i64, last: i64| match last - first {
            0 => weekday_text(first),
            1 => format!("{}、{}", weekday_text(first), weekday_text(last)),
            _ => format!("{}至{}", weekday_text(first), weekday_text(last)),
        };
        groups.into_iter().map(|(first, last, periods)| (name(first, last), periods_text(periods))).collect()
    }

    /// The week and the note, one line for each, as the chat says it.
    pub fn week_lines(&self) -> String {
        let week = self.week().into_iter().map(|(days, hours)| format!("{days} {hours}"));
        week.chain(self.note.clone()).collect::<Vec<_>>().join("\n")
    }

    /// The week in one sentence, as the footer says it.
    pub fn week_text(&self) -> String {
        let parts: Vec<_> = self.week().into_iter().map(|(days, hours)| format!("{days} {hours}")).collect();
        match &self.note {
            Some(note) => format!("{}。{note}", parts.join("；")),
            None => parts.join("；"),
        }
    }
}

#[cfg(test)]
mod tests;
