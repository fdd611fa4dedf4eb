//! Dates and numbers as readers write them.

use kernel::Day;

const WEEKDAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];

/// `星期一` … `星期日`; `weekday` counts from 1 = Monday.
pub(crate) fn weekday_text(weekday: i64) -> String {
    let name = usize::try_from(weekday - 1).ok().and_then(|at| WEEKDAYS.get(at)).copied().unwrap_or("");
    format!("星期{name}")
}

/// The weekday of `星期一`, `周一` or `一`, counted from 1 = Monday.
pub(crate) fn weekday_named(text: &str) -> Option<i64> {
    let name = text.strip_prefix("星期").or_else(|| text.strip_prefix('周')).unwrap_or(text);
    (1..).zip(WEEKDAYS).find(|(_, one)| *one == name || (name == "天" && *one == "日")).map(|(weekday, _)| weekday)
}

/// The day of a text as people write it: `2026-01-01`, `2026/1/1`, `2026.1.1`, `2026年1月1日`, `20260101`.
pub(crate) fn day_written(text: &str) -> Option<Day> {
    let text = text.trim().trim_end_matches(['日', '号']);
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月']).map(str::trim).collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] => (*year, *month, *day),
        [all] if all.len() == 8 => (all.get(..4)?, all.get(4..6)?, all.get(6..)?),
        _ => return None,
    };
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let fits = year.len() == 4 && [year, month, day].iter().all(is_number);
    fits.then_some(Day::from_civil(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)).flatten()
}

/// `11月22日 星期日`: a day near today.
pub fn day_text(day: Day) -> String {
    let date = day.civil();
    format!("{}月{}日 {}", date.month(), date.day(), weekday_text(day.weekday()))
}

/// `2023年9月13日`, `2023年9月`, `2023年` from `2023-09-13`, `2023-09`, `2023`; so too the ends of `1950—2018` and what
/// stands in the brackets of a conjectured date. A text of another form is given back as it is: a date kept as it was
/// written is better than a wrong one.
pub fn date_text(date: &str) -> String {
    if let Some(inner) = date.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return format!("[{}]", date_text(inner));
    }
    let is_year = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    match date.split_once('—') {
        Some((begin, end)) if is_year(begin) && is_year(end) => format!("{begin}—{end}年"),
        Some((begin, end)) => {
            let (from, to) = (point_text(begin), point_text(end));
            // 1976年1月14日—11月15日: the year is said once.
            let year = from.find('年').and_then(|at| from.get(..at + '年'.len_utf8())).filter(|year| *year != from);
            let rest = year.and_then(|year| to.strip_prefix(year)).filter(|rest| !rest.is_empty());
            format!("{from}—{}", rest.unwrap_or(&to))
        }
        None => point_text(date),
    }
}

fn point_text(date: &str) -> String {
    let mut parts = date.split('-').map(|part| part.parse::<u16>().ok());
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Some(year)), None, None, None) => format!("{year}年"),
        (Some(Some(year)), Some(Some(month)), None, None) => format!("{year}年{month}月"),
        (Some(Some(year)), Some(Some(month)), Some(Some(day)), None) => format!("{year}年{month}月{day}日"),
        _ => date.to_owned(),
    }
}

/// `12,086`: a number of things.
pub fn number_text(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_far_as_they_are_known() {
        assert_eq!(date_text("2023-09-13"), "2023年9月13日");
        assert_eq!(date_text("1986-07"), "1986年7月");
        assert_eq!(date_text("1986"), "1986年");
        assert_eq!(date_text("1950—2018"), "1950—2018年");
        assert_eq!(date_text("1949-01-10—1949-11"), "1949年1月10日—11月");
        assert_eq!(date_text("1949-12—1950-01"), "1949年12月—1950年1月");
        assert_eq!(date_text("1949—1949-11"), "1949年—1949年11月");
        assert_eq!(date_text("[1958-03]"), "[1958年3月]");
        assert_eq!(date_text("[民国三十五年]"), "[民国三十五年]");
        assert_eq!(date_text("解放前—解放初"), "解放前—解放初");
        assert_eq!(day_text(Day::from_civil(2026, 11, 22).unwrap()), "11月22日 星期日");
    }

    #[test]
    fn a_day_is_read_in_the_forms_people_write() {
        let day = Day::from_civil(2026, 1, 2);
        for written in
            ["2026-01-02", "2026-1-2", "2026/1/2", "2026.01.02", "2026年1月2日", " 2026 年 1 月 2 日 ", "20260102"]
        {
            assert_eq!(day_written(written), day, "{written}");
        }
        for written in ["", "1月2日", "2026-13-01", "2026-02-30", "26-1-2", "2026-1", "2026-+1-2", "202601020", "明天"]
        {
            assert_eq!(day_written(written), None, "{written}");
        }
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(number_text(0), "0");
        assert_eq!(number_text(999), "999");
        assert_eq!(number_text(1_234_567), "1,234,567");
    }
}
