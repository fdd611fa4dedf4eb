//! The working-day calendar: public holidays and 调休 working days by year, as the State Council's office gives notice of
//! them (《全国年节及纪念日放假办法》; 国务院办公厅关于某年部分节假日安排的通知).

use kernel::Day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dates::{day_text, day_written, weekday_named, weekday_text};
use crate::house::{short, too_long};

/// From this month on the table of the next year is missed: the notice comes in autumn.
const MISSED_FROM: i8 = 11;
/// The most days of one year.
const MOST_DAYS: usize = 100;
/// The first day of the week: what a working day stands for if nothing else is said.
const MONDAY: i64 = 1;

/// The tables of the years.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// One table for each year.
    pub years: Vec<CalendarYear>,
}

/// The days of one year that differ from the weekday they fall on.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The year.
    pub year: i16,
    /// The notice it is taken from, as staff name it.
    pub notice: String,
    /// The notice's document number.
    pub number: String,
    /// The day of the notice.
    #[schema(required, value_type = Option<String>, format = Date)]
    pub dated: Option<Day>,
    /// Its days. Those at the end of the year before belong here if the notice names them.
    pub days: Vec<CalendarDay>,
}

/// A day of the calendar.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarDay {
    /// The day, `2026-10-01`.
    #[schema(value_type = String, format = Date)]
    pub day: Day,
    /// Whether one rests or works.
    pub kind: DayKind,
    /// What for ("国庆节").
    pub name: String,
    /// The weekday whose hours a working day has, 1 (Monday) to 7.
    pub stands_for: i64,
}

/// Whether one rests or works on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DayKind {
    /// 放假
    Holiday,
    /// 调休上班
    Working,
}

/// A line of a list that is not a day of the calendar.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct RefusedLine {
    /// Which line, counted from 1.
    pub line: usize,
    /// What it says.
    pub text: String,
    /// Why it is refused.
    pub told: String,
}

impl Calendar {
    /// The day of the calendar, if it names this one; of two years that both do the later notice counts.
    pub(crate) fn day(&self, day: Day) -> Option<&CalendarDay> {
        let year = day.civil().year();
        let mut years: Vec<_> = self.years.iter().filter(|table| (year..=year + 1).contains(&table.year)).collect();
        years.sort_by_key(|table| -table.year);
        years.into_iter().find_map(|table| table.days.iter().find(|one| one.day == day))
    }

    /// The years whose table is missing today: this one, and from November on the next.
    pub fn missing(&self, today: Day) -> Vec<i16> {
        let date = today.civil();
        let last = if date.month() >= MISSED_FROM { date.year() + 1 } else { date.year() };
        let is_held = |year: i16| self.years.iter().any(|table| table.year == year && !table.days.is_empty());
        (date.year()..=last).filter(|year| !is_held(*year)).collect()
    }

    /// What does not fit, in words; none if all does.
    pub(crate) fn problem(&self) -> Option<String> {
        let mut years: Vec<i16> = self.years.iter().map(|table| table.year).collect();
        years.sort_unstable();
        if let Some((year, _)) = years.iter().zip(years.iter().skip(1)).find(|(one, next)| one == next) {
            return Some(format!("{year} 年有两张表，只能留一张"));
        }
        self.years.iter().find_map(CalendarYear::problem)
    }
}

impl CalendarYear {
    fn problem(&self) -> Option<String> {
        let year = self.year;
        if !(2000..=2100).contains(&year) {
            return Some(format!("{year} 年不在 2000 至 2100 年之间"));
        }
        if self.days.len() > MOST_DAYS {
            return Some(format!("{year} 年的日期超过 {MOST_DAYS} 个"));
        }
        if let Some(told) = too_long(&[("通知名称", &self.notice), ("文号", &self.number)]) {
            return Some(format!("{year} 年的{told}"));
        }
        let mut days: Vec<Day> = self.days.iter().map(|one| one.day).collect();
        days.sort_unstable();
        if let Some((day, _)) = days.iter().zip(days.iter().skip(1)).find(|(one, next)| one == next) {
            return Some(format!("{day} 写了两次，只能留一次"));
        }
        self.days.iter().find_map(|one| one.problem(year))
    }

    /// Reads a list, a day on each line: `2026-10-01,休,国庆节`, `2026-10-10,班,国庆节`, and for a working day, if wanted,
    /// the weekday whose hours it has: `2026-10-10,班,国庆节,星期五`. Commas may be wide, or tabs; empty lines and a line of
    /// headings do not count.
    pub fn read(year: i16, text: &str) -> (Vec<CalendarDay>, Vec<RefusedLine>) {
        let (mut days, mut refused) = (Vec::<CalendarDay>::new(), Vec::new());
        for (line, written) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            let written = written.trim();
            if written.is_empty() || written.starts_with("日期") {
                continue;
            }
            let is_held = |day: &CalendarDay| days.iter().any(|one| one.day == day.day);
            let read = match CalendarDay::read(year, written) {
                Ok(day) if is_held(&day) => Err("这一天前面已经写过了".to_owned()),
                read => read,
            };
            match read {
                Ok(day) => days.push(day),
                Err(told) => refused.push(RefusedLine { line, text: short(written), told }),
            }
        }
        days.sort_by_key(|one| one.day);
        (days, refused)
    }
}

impl CalendarDay {
    fn problem(&self, year: i16) -> Option<String> {
        let day = self.day;
        if !is_of(day, year) {
            return Some(format!("{day} 不是 {year} 年的日子"));
        }
        if self.name.trim().is_empty() {
            return Some(format!("{day} 没有写是什么节日"));
        }
        if !(1..=7).contains(&self.stands_for) {
            return Some(format!("{day} 按星期几开放没有写对"));
        }
        too_long(&[("节日名称", &self.name)]).map(|told| format!("{day} 的{told}"))
    }

    fn read(year: i16, written: &str) -> Result<Self, String> {
        let mut cells = written.split([',', '，', '\t']).map(str::trim);
        let mut next = || cells.next().unwrap_or("");
        let (date, kind, name, weekday) = (next(), next(), next(), next());
        let day =
            day_written(date).ok_or_else(|| format!("“{date}”不是日期，应写成 {year}-10-01 或 {year}年10月1日"))?;
        if !is_of(day, year) {
            return Err(format!("不是 {year} 年的日子"));
        }
        let kind = match kind {
            "休" | "休息" | "放假" => DayKind::Holiday,
            "班" | "上班" | "调休" => DayKind::Working,
            other => return Err(format!("“{other}”应写成“休”或“班”")),
        };
        if name.is_empty() {
            return Err("没有写是什么节日".to_owned());
        }
        let stands_for = match weekday {
            "" => MONDAY,
            named => weekday_named(named).ok_or_else(|| format!("“{named}”应写成“星期一”这样"))?,
        };
        Ok(Self { day, kind, name: name.to_owned(), stands_for })
    }

    /// `2026-10-10 星期六 上班（国庆节，按星期一）`, as it is told to staff.
    pub(crate) fn line(&self) -> String {
        let Self { day, name, .. } = self;
        let year = day.civil().year();
        match self.kind {
            DayKind::Holiday => format!("{year}年{} 放假（{name}）", day_text(*day)),
            DayKind::Working => {
                format!("{year}年{} 上班（{name}，按{}）", day_text(*day), weekday_text(self.stands_for))
            }
        }
    }
}

/// Whether the notice of a year may name a day: one of that year, or of the last month of the year before.
fn is_of(day: Day, year: i16) -> bool {
    let date = day.civil();
    date.year() == year || (date.year() + 1 == year && date.month() == 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_line_by_line_and_each_refusal_says_why() {
        let text = "\u{feff}日期,休或班,节日\n2026/10/2，休，国庆节\n\n2026-10-01\t休\t国庆节\n2026年10月10日,班,国庆节\n\
                    20261011,班,国庆节,周五\n2026-10-01,休,国庆节\n10月3日,休,国庆节\n2025-10-01,休,国庆节\n\
                    2026-10-04,闭,国庆节\n2026-10-05,休\n2026-10-12,班,国庆节,周八\n2025-12-31,休,元旦";
        let (days, refused) = CalendarYear::read(2026, text);
        let days: Vec<_> = days.iter().map(|one| (one.day.to_string(), one.kind, one.stands_for)).collect();
        let expected = [
            ("2025-12-31".to_owned(), DayKind::Holiday, 1),
            ("2026-10-01".to_owned(), DayKind::Holiday, 1),
            ("2026-10-02".to_owned(), DayKind::Holiday, 1),
            ("2026-10-10".to_owned(), DayKind::Working, 1),
            ("2026-10-11".to_owned(), DayKind::Working, 5),
        ];
        assert_eq!(days, expected);
        let refused: Vec<_> = refused.iter().map(|one| (one.line, one.told.as_str())).collect();
        let why = [
            (7, "这一天前面已经写过了"),
            (8, "“10月3日”不是日期，应写成 2026-10-01 或 2026年10月1日"),
            (9, "不是 2026 年的日子"),
            (10, "“闭”应写成“休”或“班”"),
            (11, "没有写是什么节日"),
            (12, "“周八”应写成“星期一”这样"),
        ];
        assert_eq!(refused, why);
    }

    #[test]
    fn the_next_year_is_missed_from_november_on() {
        let day = |month, day| Day::from_civil(2026, month, day).unwrap();
        let (days, _) = CalendarYear::read(2026, "2026-01-01,休,元旦");
        let calendar = Calendar { years: vec![CalendarYear { year: 2026, days, ..CalendarYear::default() }] };
        assert!(calendar.missing(day(10, 31)).is_empty());
        assert_eq!(calendar.missing(day(11, 1)), [2027]);
        assert_eq!(Calendar::default().missing(day(12, 31)), [2026, 2027]);
        assert_eq!(Calendar::default().missing(day(1, 1)), [2026]);
    }

    #[test]
    fn a_table_that_does_not_fit_is_refused() {
        let (days, _) = CalendarYear::read(2026, "2026-01-01,休,元旦");
        let table = CalendarYear { year: 2026, days, ..CalendarYear::default() };
        assert_eq!(table.problem(), None);
        let told = |change: &dyn Fn(&mut CalendarYear)| {
            let mut table = table.clone();
            change(&mut table);
            table.problem().unwrap_or_default()
        };
        assert!(told(&|table| table.days.push(table.days[0].clone())).contains("写了两次"));
        assert!(told(&|table| table.days[0].name.clear()).contains("没有写是什么节日"));
        assert!(told(&|table| table.days[0].stands_for = 8).contains("按星期几"));
        assert!(told(&|table| table.year = 2028).contains("不是 2028 年的日子"));
        let twice = Calendar { years: vec![table.clone(), table] };
        assert!(twice.problem().unwrap().contains("两张表"));
    }
}
