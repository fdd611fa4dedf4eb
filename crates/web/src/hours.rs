//! When the reading room is open.

use kernel::{Day, Timestamp};

use crate::dates::{day_text, weekday_text};

/// The opening hours of a week, and the days that differ from it.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hours {
    /// Periods on Mondays; none: closed.
    pub monday: Vec<Period>,
    /// Periods on Tuesdays.
    pub tuesday: Vec<Period>,
    /// Periods on Wednesdays.
    pub wednesday: Vec<Period>,
    /// Periods on Thursdays.
    pub thursday: Vec<Period>,
    /// Periods on Fridays.
    pub friday: Vec<Period>,
    /// Periods on Saturdays.
    pub saturday: Vec<Period>,
    /// Periods on Sundays.
    pub sunday: Vec<Period>,
    /// Days on which the house is closed although the week says otherwise.
    pub closed: Vec<Closure>,
    /// What else a visitor should know ("法定节假日闭馆").
    pub note: Option<String>,
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
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closure {
    /// The day, `2026-10-01`.
    #[serde(deserialize_with = "day")]
    pub day: Day,
    /// Why ("国庆节").
    pub reason: String,
}

fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
    let text: String = serde::Deserialize::deserialize(deserializer)?;
    let mut parts = text.splitn(3, '-');
    let mut next = || parts.next().unwrap_or("");
    let (year, month, date) = (next().parse(), next().parse(), next().parse());
    let day = match (year, month, date) {
        (Ok(year), Ok(month), Ok(date)) => Day::from_civil(year, month, date),
        _ => None,
    };
    day.ok_or_else(|| serde::de::Error::custom(format!("“{text}”不是日期；请写成 2026-10-01")))
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

impl<'de> serde::Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("“{text}”不是时段；请写成 08:30-12:00")))
    }
}

fn clock_text(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn periods_text(periods: &[Period]) -> String {
    if periods.is_empty() {
        return "闭馆".to_owned();
    }
    let texts: Vec<_> =
        periods.iter().map(|Period { from, until }| format!("{}–{}", clock_text(*from), clock_text(*until))).collect();
    texts.join("、")
}

impl Hours {
    /// The periods of a day; none: closed.
    pub fn on(&self, day: Day) -> &[Period] {
        if self.closure(day).is_some() {
            return &[];
        }
        match day.weekday() {
            1 => &self.monday,
            2 => &self.tuesday,
            3 => &self.wednesday,
            4 => &self.thursday,
            5 => &self.friday,
            6 => &self.saturday,
            _ => &self.sunday,
        }
    }

    fn closure(&self, day: Day) -> Option<&Closure> {
        self.closed.iter().find(|closure| closure.day == day)
    }

    /// Whether the reading room is open at this moment.
    pub fn is_open(&self, now: Timestamp) -> bool {
        let minute = now.minute_of_day();
        let holds = |period: &Period| (i64::from(period.from)..i64::from(period.until)).contains(&minute);
        self.on(now.day()).iter().any(holds)
    }

    /// The hours of the day of this moment: `08:30–12:00、14:00–17:30`, `闭馆`, `闭馆（国庆节）`.
    pub fn today_text(&self, now: Timestamp) -> String {
        match self.closure(now.day()) {
            Some(closure) => format!("闭馆（{}）", closure.reason),
            None => periods_text(self.on(now.day())),
        }
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
        let next = (1..=30).map(|days| now.day().plus(days)).find_map(|day| self.on(day).first().map(|p| (day, p)));
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
mod tests {
    use super::*;

    fn hours() -> Hours {
        toml::from_str(
            r#"
            monday = ["08:30-12:00", "14:00-17:30"]
            tuesday = ["08:30-12:00", "14:00-17:30"]
            wednesday = ["08:30-12:00", "14:00-17:30"]
            thursday = ["08:30-12:00", "14:00-17:30"]
            friday = ["08:30-12:00"]
            closed = [{ day = "2026-11-24", reason = "馆内消毒" }]
            "#,
        )
        .unwrap()
    }

    fn at(day: i8, hour: i64, minute: i64) -> Timestamp {
        Day::from_civil(2026, 11, day).unwrap().begins().plus_seconds(hour * 3600 + minute * 60)
    }

    #[test]
    fn the_week_is_told_in_groups() {
        let week = hours().week();
        let text: Vec<_> = week.iter().map(|(days, hours)| format!("{days} {hours}")).collect();
        assert_eq!(text, ["星期一至星期四 08:30–12:00、14:00–17:30", "星期五 08:30–12:00", "星期六、星期日 闭馆"]);
        let noted = Hours { note: Some("法定节假日闭馆。".to_owned()), ..hours() };
        assert_eq!(noted.week_lines(), format!("{}\n法定节假日闭馆。", text.join("\n")));
    }

    #[test]
    fn a_visitor_learns_when_to_come() {
        let hours = hours();
        assert_eq!(hours.standing_text(at(23, 9, 0)), "现在开放，12:00 结束");
        assert_eq!(hours.standing_text(at(23, 12, 0)), "现在未开放，今天 14:00 开门");
        assert_eq!(hours.standing_text(at(23, 18, 0)), "现在未开放，11月25日 星期三 08:30 开门");
        assert_eq!(hours.standing_text(at(22, 9, 0)), "现在未开放，11月23日 星期一 08:30 开门");
        assert_eq!(hours.today_text(at(24, 9, 0)), "闭馆（馆内消毒）");
        assert!(!hours.is_open(at(24, 9, 0)) && hours.is_open(at(25, 9, 0)));
        assert_eq!(Hours::default().standing_text(at(22, 9, 0)), "近期不开放，请来电询问");
    }

    #[test]
    fn a_period_ends_after_it_begins() {
        assert!(Period::parse("08:30-12:00").is_some() && Period::parse("20:00–24:00").is_some());
        for wrong in ["12:00-08:30", "8-12", "08:60-12:00", "08:30-24:01", "", "65535:00-65535:01"] {
            assert_eq!(Period::parse(wrong), None, "{wrong}");
        }
    }
}
