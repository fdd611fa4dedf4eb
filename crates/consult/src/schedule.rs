//! When an answer is in force: validity, days of the week, hours, and whether the house is open that day.

use std::fmt;

use kernel::{Day, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;
use web::Hours;

/// When an answer is in force; what is not said does not matter.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// The first day (Asia/Shanghai).
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<ScheduleDay>,
    /// The last day.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<ScheduleDay>,
    /// Days of the week, 1 (Monday) to 7; none: all.
    pub weekdays: Vec<i64>,
    /// From this minute on, `HH:MM`.
    #[schema(value_type = Option<String>)]
    pub starts: Option<TimeOfDay>,
    /// Before this minute. Earlier than the start: over midnight.
    #[schema(value_type = Option<String>)]
    pub ends: Option<TimeOfDay>,
    /// Days on which the house is open, or not.
    pub days: Days,
}

/// Which days count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Days {
    /// All.
    #[default]
    Any,
    /// Days on which the house is open (开馆日).
    Working,
    /// Days on which it is closed (闭馆日).
    Closed,
}

/// A day, written `2026-11-29`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ScheduleDay(pub Day);

/// A minute of a day, written `08:30`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TimeOfDay(i64);

impl Schedule {
    /// Whether an answer is in force at a moment, in a house with these hours.
    pub fn applies(&self, at: Timestamp, hours: &Hours) -> bool {
        let day = at.day();
        let is_valid = self.from.is_none_or(|from| from.0 <= day) && self.until.is_none_or(|until| day <= until.0);
        let is_weekday = self.weekdays.is_empty() || self.weekdays.contains(&day.weekday());
        let is_day = match self.days {
            Days::Any => true,
            Days::Working => !hours.on(day).is_empty(),
            Days::Closed => hours.on(day).is_empty(),
        };
        is_valid && is_weekday && is_day && self.holds(at.minute_of_day())
    }

    /// Whether it says nothing at all: always in force.
    pub fn is_always(&self) -> bool {
        *self == Self::default()
    }

    fn holds(&self, minute: i64) -> bool {
        let starts = self.starts.map_or(0, |time| time.0);
        let ends = self.ends.map_or(24 * 60, |time| time.0);
        if starts < ends { (starts..ends).contains(&minute) } else { minute >= starts || minute < ends }
    }

    /// What does not fit, in words; none if all does.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        if self.weekdays.iter().any(|day| !(1..=7).contains(day)) {
            return Some("星期应为 1（星期一）至 7（星期日）");
        }
        match (self.from, self.until) {
            (Some(from), Some(until)) if until < from => Some("截止日期早于开始日期"),
            _ => None,
        }
    }
}

impl TimeOfDay {
    fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        let is_two = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let (hour, minute) = (is_two(hour).then(|| hour.parse::<i64>().ok())??, minute);
        let minute = is_two(minute).then(|| minute.parse::<i64>().ok())??;
        (hour < 24 && minute < 60).then_some(Self(hour * 60 + minute))
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a time is written 08:30"))
    }
}

impl Serialize for ScheduleDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ScheduleDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Day::parse(&text).map(Self).ok_or_else(|| serde::de::Error::custom("a day is written 2026-11-29"))
    }
}

#[cfg(test)]
mod tests {
    use kernel::testing::MONDAY_MORNING;
    use proptest::prelude::*;

    use super::*;

    fn hours() -> Hours {
        toml::from_str("monday = [\"08:30-12:00\"]").unwrap()
    }

    fn schedule(text: &str) -> Schedule {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn each_limit_is_kept() {
        let monday = MONDAY_MORNING.day();
        let at = |days: i64, minute: i64| monday.plus(days).begins().plus_seconds(minute * 60);
        let applies = |text: &str, days, minute| schedule(text).applies(at(days, minute), &hours());
        assert!(applies("{}", 3, 0));
        let day = monday.to_string();
        assert!(applies(&format!("{{\"from\":\"{day}\",\"until\":\"{day}\"}}"), 0, 1439));
        assert!(!applies(&format!("{{\"from\":\"{day}\",\"until\":\"{day}\"}}"), 1, 0));
        assert!(!applies(&format!("{{\"from\":\"{day}\"}}"), -1, 1439));
        assert!(applies("{\"weekdays\":[1,7]}", 6, 5) && !applies("{\"weekdays\":[1,7]}", 1, 5));
        assert!(applies("{\"days\":\"working\"}", 0, 0) && !applies("{\"days\":\"working\"}", 1, 0));
        assert!(applies("{\"days\":\"closed\"}", 1, 0) && !applies("{\"days\":\"closed\"}", 0, 0));
        assert!(applies("{\"starts\":\"08:30\",\"ends\":\"12:00\"}", 0, 510));
        assert!(!applies("{\"starts\":\"08:30\",\"ends\":\"12:00\"}", 0, 720));
        let night = "{\"starts\":\"18:00\",\"ends\":\"08:00\"}";
        assert!(applies(night, 0, 1100) && applies(night, 0, 60) && !applies(night, 0, 600));
    }

    #[test]
    fn open_and_closed_days_follow_the_calendar() {
        let monday = MONDAY_MORNING.day();
        let calendar = |kind, day| {
            let named = web::CalendarDay { day, kind, name: "国庆节".to_owned(), stands_for: 1 };
            let year =
                web::CalendarYear { year: day.civil().year(), days: vec![named], ..web::CalendarYear::default() };
            Hours { calendar: web::Calendar { years: vec![year] }, ..hours() }
        };
        let applies = |text: &str, day: Day, hours: &Hours| schedule(text).applies(day.begins(), hours);
        let (open, closed) = ("{\"days\":\"working\"}", "{\"days\":\"closed\"}");
        let holiday = calendar(web::DayKind::Holiday, monday);
        assert!(applies(closed, monday, &holiday) && !applies(open, monday, &holiday));
        let saturday = monday.plus(5);
        let working = calendar(web::DayKind::Working, saturday);
        assert!(applies(open, saturday, &working) && !applies(closed, saturday, &working));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for text in ["{\"starts\":\"8:30\"}", "{\"ends\":\"24:00\"}", "{\"from\":\"2026-02-30\"}", "{\"x\":1}"] {
            assert!(serde_json::from_str::<Schedule>(text).is_err(), "{text}");
        }
        assert!(schedule("{\"weekdays\":[8]}").problem().is_some());
        assert!(schedule("{\"from\":\"2026-11-29\",\"until\":\"2026-11-28\"}").problem().is_some());
    }

    proptest! {
        #[test]
        fn a_time_is_read_as_it_is_written(minute in 0_i64..1440) {
            let time = TimeOfDay(minute);
            prop_assert_eq!(TimeOfDay::parse(&time.to_string()), Some(time));
        }
    }
}
