//! When the house is open.

use super::*;
use crate::CalendarYear;
use crate::calendar::CalendarDay;

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

fn civil(month: i8, day: i8) -> Day {
    Day::from_civil(2026, month, day).unwrap()
}

/// October 2026: the holiday, and the Saturday after it on which one works as on Fridays.
fn october() -> Hours {
    let holiday =
        |day| CalendarDay { day: civil(10, day), kind: DayKind::Holiday, name: "国庆节".into(), stands_for: 1 };
    let working =
        CalendarDay { day: civil(10, 10), kind: DayKind::Working, name: "国庆节调休上班".into(), stands_for: 5 };
    let days = vec![holiday(1), holiday(2), holiday(3), working];
    let calendar = Calendar { years: vec![CalendarYear { year: 2026, days, ..CalendarYear::default() }] };
    Hours { calendar, ..hours() }
}

#[test]
fn a_holiday_closes_and_a_working_day_has_the_hours_of_its_weekday() {
    let hours = october();
    assert_eq!((civil(10, 1).weekday(), civil(10, 10).weekday()), (4, 6), "a Thursday and a Saturday");
    assert!(hours.on(civil(10, 1)).is_empty() && hours.on(civil(10, 2)).is_empty());
    assert_eq!(hours.on(civil(10, 10)), hours.friday);
    assert_eq!(hours.on(civil(10, 8)), hours.thursday, "the week goes on");
    let at = |day: i8, hour: i64| civil(10, day).begins().plus_seconds(hour * 3600);
    assert_eq!(hours.today_text(at(1, 9)), "闭馆（国庆节）");
    assert_eq!(hours.today_text(at(10, 9)), "08:30–12:00（国庆节调休上班）");
    assert_eq!(hours.standing_text(at(1, 9)), "现在未开放，10月5日 星期一 08:30 开门");
    assert!(hours.is_open(at(10, 9)) && !hours.is_open(at(1, 9)));
}

#[test]
fn a_closure_of_the_house_is_heard_first_then_an_opening_then_the_calendar() {
    let mut hours = october();
    let period = Period::parse("09:00-11:00").unwrap();
    hours.open =
        [1, 10].map(|day| Opening { day: civil(10, day), periods: vec![period], reason: "开放日".into() }).into();
    assert_eq!(hours.on(civil(10, 1)), [period], "an opening goes before a holiday");
    assert_eq!(hours.on(civil(10, 10)), [period], "and before a working day");
    hours.closed = [1, 10].map(|day| Closure { day: civil(10, day), reason: "停电".into() }).into();
    assert!(hours.on(civil(10, 1)).is_empty() && hours.on(civil(10, 10)).is_empty());
    assert_eq!(hours.exception(civil(10, 10)).unwrap().kind, ExceptionKind::Closed);
}

#[test]
fn the_days_to_come_that_differ_are_told_in_runs() {
    let hours = october();
    let text = "10月1日 星期四至10月3日 星期六 闭馆（国庆节）\n10月10日 星期六 08:30–12:00（国庆节调休上班）";
    assert_eq!(hours.coming_text(civil(9, 28), 14), text);
    assert_eq!(hours.coming_text(civil(10, 2), 2), "10月2日 星期五至10月3日 星期六 闭馆（国庆节）");
    assert_eq!(hours.coming_text(civil(9, 1), 14), "");
}

#[test]
fn hours_that_do_not_fit_are_refused_in_words() {
    assert_eq!(october().problem(), None);
    let told = |change: &dyn Fn(&mut Hours)| {
        let mut hours = hours();
        change(&mut hours);
        hours.problem().unwrap_or_default()
    };
    let closure = |reason: &str| Closure { day: civil(12, 1), reason: reason.to_owned() };
    let opening = |periods: Vec<Period>| Opening { day: civil(12, 1), periods, reason: "开放日".into() };
    assert!(told(&|hours| hours.friday.insert(0, Period::parse("11:00-12:00").unwrap())).contains("星期五"));
    assert!(told(&|hours| hours.closed.push(closure(" "))).contains("没有写原因"));
    assert!(told(&|hours| hours.open.push(opening(Vec::new()))).contains("没有写开放的时段"));
    let twice = told(&|hours| {
        hours.closed.push(closure("停电"));
        hours.open.push(opening(hours.monday.clone()));
    });
    assert!(twice.contains("写了两次"), "{twice}");
}

#[test]
fn hours_are_read_as_they_are_written() {
    let hours = Hours { calendar: Calendar::default(), ..october() };
    let text = serde_json::to_string(&hours).unwrap();
    assert!(text.contains("\"08:30-12:00\""), "{text}");
    assert_eq!(serde_json::from_str::<Hours>(&text).unwrap(), hours);
}
