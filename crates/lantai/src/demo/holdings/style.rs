//! How numbers, dates and document numbers were written in a given year.

use std::collections::BTreeMap;

use super::chance::Chance;

const DIGITS: [&str; 10] = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// The last year in which papers of the county wrote their figures in Chinese characters.
const CHARACTERS_UNTIL: u32 = 1986;

/// `一九五六年` or `1996年`.
pub(super) fn year_words(year: u32) -> String {
    if year > CHARACTERS_UNTIL {
        return format!("{year}年");
    }
    let digits: String = year.to_string().chars().filter_map(|c| c.to_digit(10)).map(digit).collect();
    format!("{digits}年")
}

/// A number below 100 as papers of that year wrote it.
pub(super) fn number_words(number: u32, year: u32) -> String {
    if year > CHARACTERS_UNTIL { number.to_string() } else { chinese_number(number) }
}

/// `三`, `十二`, `二十` …; below 100.
pub(super) fn chinese_number(number: u32) -> String {
    let (tens, ones) = (number / 10, number % 10);
    let tens_words = match tens {
        0 => String::new(),
        1 => "十".to_owned(),
        _ => format!("{}十", digit(tens)),
    };
    let ones_words = if ones == 0 && tens > 0 { "" } else { digit(ones) };
    tens_words + ones_words
}

fn digit(value: u32) -> &'static str {
    usize::try_from(value).ok().and_then(|at| DIGITS.get(at)).copied().unwrap_or_default()
}

/// A day of the year as eight digits; now and then the day, or day and month, is unknown and stands as `00`.
pub(super) fn day(chance: &Chance, year: u32) -> String {
    let month = chance.between(1, 12);
    let day = chance.between(1, days_of(month));
    match chance.between(1, 100) {
        ..=5 => format!("{year}0000"),
        6..=14 => format!("{year}{month:02}00"),
        _ => format!("{year}{month:02}{day:02}"),
    }
}

fn days_of(month: u32) -> u32 {
    match month {
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// From the earliest to the latest fully known day of the items: `19560108-19561220`; one day if they agree; the year
/// with zeros if no day is known.
pub(super) fn span(days: &[String], year: u32) -> String {
    let known = || days.iter().filter(|day| !day.ends_with("00"));
    match (known().min(), known().max()) {
        (Some(first), Some(last)) if first == last => first.clone(),
        (Some(first), Some(last)) => format!("{first}-{last}"),
        _ => format!("{year}0000"),
    }
}

/// Gives document numbers, rising through each year of each sign (`临民`, `宁政` …).
#[derive(Default)]
pub(super) struct Numbers(BTreeMap<(String, u32), u32>);

impl Numbers {
    /// The next number under a sign, in one of the ways papers of that year wrote it.
    pub(super) fn next(&mut self, chance: &Chance, sign: &str, year: u32) -> String {
        let last = self.0.entry((sign.to_owned(), year)).or_default();
        *last += chance.between(1, 7);
        let (number, short_year) = (*last, year % 100);
        match year {
            ..=1956 => format!("（{short_year}）{sign}字第{number}号"),
            1957..=1967 if number % 2 == 0 => format!("{sign}字〔{short_year}〕第{number:03}号"),
            1957..=1967 => format!("〔{year}〕{sign}字第{number}号"),
            1968..=1980 if number % 3 == 0 => format!("{sign}革（{short_year}）第{number}号"),
            1968..=1980 => format!("{sign}革发〔{year}〕{number}号"),
            1981..=1999 if number % 4 == 0 => format!("{sign}字（{year}）{number}号"),
            1981..=1999 => format!("{sign}发〔{year}〕{number}号"),
            _ if number % 5 == 0 => format!("{sign}函〔{year}〕{number}号"),
            _ => format!("{sign}发〔{year}〕{number}号"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_follow_the_year() {
        assert_eq!(year_words(1950), "一九五〇年");
        assert_eq!(year_words(1996), "1996年");
        assert_eq!([3, 10, 12, 20, 21].map(chinese_number), ["三", "十", "十二", "二十", "二十一"].map(str::to_owned));
    }

    #[test]
    fn a_span_leaves_unknown_days_out() {
        let days = ["19560000", "19560300", "19560412", "19561101"].map(str::to_owned);
        assert_eq!(span(&days, 1956), "19560412-19561101");
        assert_eq!(span(&days[..2], 1956), "19560000");
        assert_eq!(span(&days[2..3], 1956), "19560412");
    }

    #[test]
    fn numbers_rise_within_a_year_and_a_sign() {
        let (mut numbers, chance) = (Numbers::default(), Chance::new(4));
        let given: Vec<String> = (0..30).map(|_| numbers.next(&chance, "临民", 2003)).collect();
        let mut unique = given.clone();
        unique.dedup();
        assert_eq!(given, unique);
        assert!(numbers.next(&chance, "临民", 1955).starts_with("（55）临民字第"));
    }
}
