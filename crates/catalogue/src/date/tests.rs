//! Dates as catalogues write them.

use proptest::prelude::*;

use super::*;

fn numbers(text: &str) -> Option<(i32, i32)> {
    let date = ArchivalDate::parse(text).unwrap();
    Some((date.begin()?.number(), date.end()?.number()))
}

#[test]
fn every_spelling_of_one_date() {
    for text in [
        "19580305",
        "1958-03-05",
        "1958.3.5",
        "1958/3/5",
        "1958年3月5日",
        "１９５８．３．５",
        "21249",
        "一九五八年三月五日",
        "1958-03-05 00:00:00",
        "1958-03-05T08:30:00",
        "1958·03·05",
    ] {
        assert_eq!(numbers(text), Some((19_580_305, 19_580_305)), "{text}");
    }
    for text in ["195803", "1958年3月", "1958-03", "19580300", "1958.3", "一九五八年三月"] {
        assert_eq!(numbers(text), Some((19_580_300, 19_580_300)), "{text}");
    }
    for text in ["1958", "1958年", "19580000", "1958年前后", "[1958]"] {
        assert_eq!(numbers(text), Some((19_580_000, 19_580_000)), "{text}");
    }
    assert_eq!(numbers("二〇一九年十二月三十一日"), Some((20_191_231, 20_191_231)));
    assert_eq!(numbers("二〇一九年十月二十日"), Some((20_191_020, 20_191_020)));
    assert_eq!(numbers("民国三十五年八月"), Some((19_460_800, 19_460_800)));
}

#[test]
fn ranges() {
    let march_to_december = Some((19_580_301, 19_591_231));
    for text in [
        "19580301-19591231",
        "1958-03-01—1959-12-31",
        "1958.3.1~1959.12.31",
        "1958年3月1日至1959年12月31日",
        "1958-03-01/1959-12-31",
        "1958-03-01-1959-12-31",
        "1958年3月1日起1959年12月31日止",
    ] {
        assert_eq!(numbers(text), march_to_december, "{text}");
    }
    assert_eq!(numbers("1958-1962"), Some((19_580_000, 19_620_000)));
    assert_eq!(numbers("1958-62"), Some((19_580_000, 19_620_000)));
    assert_eq!(numbers("1958.3-1959.2"), Some((19_580_300, 19_590_200)));
    assert_eq!(numbers("195803-195902"), Some((19_580_300, 19_590_200)));
}

#[test]
fn what_cannot_be_is_refused() {
    for text in ["19581301", "1958-02-30", "580120", "0958-01-01", "1958-13", "3000", "195830", "2023年13月45日"] {
        assert_eq!(ArchivalDate::parse(text), Err(DateProblem::Impossible), "{text}");
    }
    assert_eq!(ArchivalDate::parse("19591231-19580301"), Err(DateProblem::Reversed));
}

#[test]
fn undated_keeps_what_was_written() {
    for text in ["", "不详", "00000000", "解放初", "建国初期", "无", "民国", "光绪二十四年刻本"] {
        let date = ArchivalDate::parse(text).unwrap();
        assert!(date.is_undated());
        assert_eq!(date.written(), text);
    }
}

#[test]
fn a_researched_date_is_marked() {
    let date = ArchivalDate::parse("[19580300]").unwrap();
    assert!(date.is_conjectured());
    assert_eq!(date.label().as_deref(), Some("[1958-03]"));
    assert!(!ArchivalDate::parse("19580300").unwrap().is_conjectured());
}

#[test]
fn years_of_eras_are_western_years() {
    for (text, from, to) in [
        ("民国三十五年", 19_460_000, 19_460_000),
        ("民国35年", 19_460_000, 19_460_000),
        ("民三十五年", 19_460_000, 19_460_000),
        ("中華民國卅五年八月十五日", 19_460_815, 19_460_815),
        ("民国35.8.15", 19_460_815, 19_460_815),
        ("民国元年元月", 19_120_100, 19_120_100),
        ("民国三十五年冬", 19_460_000, 19_460_000),
        ("民国三十五年八月下旬", 19_460_800, 19_460_800),
        ("民国三十五年至三十七年", 19_460_000, 19_480_000),
        ("民国35-37年", 19_460_000, 19_480_000),
        ("民国8-12年", 19_190_000, 19_230_000),
        ("民国8-12", 19_190_000, 19_230_000),
        ("民国三十五年八月至三十六年一月", 19_460_800, 19_470_100),
        ("民国三十五年八月至十月", 19_460_800, 19_461_000),
        ("民国三十七年至1950年5月", 19_480_000, 19_500_500),
        ("康德三年五月", 19_360_500, 19_360_500),
        ("光绪二十四年", 18_980_000, 18_980_000),
        ("光緒廿四年", 18_980_000, 18_980_000),
        ("清·光绪24年", 18_980_000, 18_980_000),
        ("光绪二十四年至民国元年", 18_980_000, 19_120_000),
        ("光绪二十四年至二十六年", 18_980_000, 19_000_000),
        ("公元一九五八年", 19_580_000, 19_580_000),
    ] {
        assert_eq!(numbers(text), Some((from, to)), "{text}");
    }
}

#[test]
fn a_lunar_month_is_its_year_and_what_it_may_reach_into() {
    for text in
        ["光绪二十四年三月初五", "光绪二十四年闰三月", "光绪二十四年十月", "光绪二十四年春", "光绪24年三月至五月"]
    {
        assert_eq!(numbers(text), Some((18_980_000, 18_980_000)), "{text}");
    }
    for text in ["光绪二十四年十一月", "光绪二十四年腊月廿三", "光绪二十四年冬", "光绪二十四年三月至十二月"]
    {
        assert_eq!(numbers(text), Some((18_980_000, 18_990_000)), "{text}");
    }
    assert_eq!(numbers("1958年正月初五"), Some((19_580_000, 19_580_000)));
    assert_eq!(numbers("民国三十五年农历十二月"), Some((19_460_000, 19_470_000)));
}

#[test]
fn longer_times_are_their_years() {
    for (text, from, to) in [
        ("五十年代", 1950, 1959),
        ("20世纪50年代", 1950, 1959),
        ("八十年代初", 1980, 1989),
        ("五六十年代", 1950, 1969),
        ("五十年代至六十年代", 1950, 1969),
        ("民国二十年代", 1931, 1940),
        ("十九世纪", 1801, 1900),
        ("清末", 1840, 1911),
        ("民国时期", 1912, 1949),
        ("清末至1958年", 1840, 1958),
        ("一九五八—一九六〇年", 1958, 1960),
        ("一九五八—六〇年", 1958, 1960),
        ("1958年上半年", 1958, 1958),
        ("1958年度", 1958, 1958),
    ] {
        assert_eq!(numbers(text), Some((from * 10_000, to * 10_000)), "{text}");
    }
}

#[test]
fn the_second_end_shares_what_it_leaves_out() {
    for (text, from, to) in [
        ("1958年3月至5月", 19_580_300, 19_580_500),
        ("1958年3-5月", 19_580_300, 19_580_500),
        ("1958年3月5日至8日", 19_580_305, 19_580_308),
        ("自1958年3月5日至4月1日止", 19_580_305, 19_580_401),
    ] {
        assert_eq!(numbers(text), Some((from, to)), "{text}");
    }
}

#[test]
fn a_date_said_twice_is_one() {
    for (text, from, to) in [
        ("民国三十五年（1946年）", 19_460_000, 19_460_000),
        ("民国三十五年八月（1946）", 19_460_800, 19_460_800),
        ("1946年[民国三十五年]", 19_460_000, 19_460_000),
        ("光绪二十四年（1898年3月5日）", 18_980_305, 18_980_305),
        ("光绪二十四年十二月（1899年）", 18_990_000, 18_990_000),
        ("戊戌年（1898年）", 18_980_000, 18_980_000),
        ("1958（3）", 19_580_000, 19_580_000),
    ] {
        assert_eq!(numbers(text), Some((from, to)), "{text}");
        assert!(!ArchivalDate::parse(text).unwrap().is_conjectured(), "{text}");
    }
    assert_eq!(ArchivalDate::parse("民国三十五年（1945年）"), Err(DateProblem::Contradictory));
}

#[test]
fn a_year_its_era_does_not_have_is_refused() {
    for text in ["光绪六十年", "民国三十九年", "宣统四年一月", "光绪六十年至民国元年", "民国三十五年至四十五年"]
    {
        assert_eq!(ArchivalDate::parse(text), Err(DateProblem::NoSuchYear), "{text}");
    }
    for text in ["民国三十五年十三月", "民国三十五年二月三十日", "光绪二十四年十三月"] {
        assert_eq!(ArchivalDate::parse(text), Err(DateProblem::Impossible), "{text}");
    }
    assert_eq!(ArchivalDate::parse("民国三十七年至三十五年"), Err(DateProblem::Reversed));
}

#[test]
fn uncertain_dates_of_eras_are_marked() {
    for text in ["［民国三十五年］", "约民国三十五年", "民国三十五年前后", "民国三十五年[考证]", "民国三十五年？"]
    {
        let date = ArchivalDate::parse(text).unwrap();
        assert_eq!(date.label().as_deref(), Some("[1946]"), "{text}");
        assert_eq!(date.written(), text);
    }
    let both = ArchivalDate::parse("[民国三十五年]（1946年）").unwrap();
    assert_eq!(both.label().as_deref(), Some("[1946]"));
}

#[test]
fn western_dates_are_told_in_eras() {
    let told = |text| ArchivalDate::parse(text).unwrap().in_eras();
    for (text, era) in [
        ("1946", "民国三十五年"),
        ("19460815", "民国三十五年"),
        ("1898", "光绪二十四年"),
        ("189803", "光绪二十四年"),
        ("1936-1937", "民国二十五年至二十六年"),
        ("1898-1912", "光绪二十四年至民国元年"),
        ("1949年9月", "民国三十八年"),
        ("1912年1月1日", "民国元年"),
    ] {
        assert_eq!(told(text).as_deref(), Some(era), "{text}");
    }
    for text in ["", "1958", "1643", "1946-1958", "1949年10月", "18980110", "1898年2月"] {
        assert_eq!(told(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,30}") {
        drop(ArchivalDate::parse(&text));
    }

    #[test]
    fn any_day_is_read_back(year in 1000..=2100_i32, month in 0..=12_i32, day in 0..=31_i32) {
        let date = PartialDate::new(year, month, day);
        prop_assume!(date.is_some());
        let date = date.unwrap();
        for text in [format!("{:08}", date.number()), date.to_string()] {
            let parsed = ArchivalDate::parse(&text).unwrap();
            prop_assert_eq!(parsed.begin(), Some(date));
            prop_assert_eq!(parsed.end(), Some(date));
        }
        prop_assert!(date.first() <= date.last());
        prop_assert_eq!(date.last() / 10_000, year);
    }

    #[test]
    fn ranges_keep_their_ends(a in 1000..=2100_i32, b in 1000..=2100_i32, month in 1..=12_i32) {
        let (begin, end) = (format!("{:04}{month:02}01", a.min(b)), format!("{:04}1231", a.max(b)));
        for mark in ["-", "—", "至", "~"] {
            let date = ArchivalDate::parse(&format!("{begin}{mark}{end}")).unwrap();
            prop_assert_eq!(date.begin().unwrap().number().to_string(), begin.clone());
            prop_assert_eq!(date.end().unwrap().number().to_string(), end.clone());
        }
    }

    #[test]
    fn a_date_told_in_its_era_is_the_same_date(a in 1644..=1949_i32, years in 0..40_i32, lunar in any::<bool>()) {
        let b = (a + years).min(1949);
        let western = ArchivalDate::parse(&format!("{a}-{b}")).unwrap();
        let told = western.in_eras().unwrap();
        for text in [told.clone(), format!("{told}（{a}—{b}年）"), format!("{a}—{b}年（{told}）")] {
            let again = ArchivalDate::parse(&text).unwrap();
            prop_assert_eq!((again.begin(), again.end()), (western.begin(), western.end()), "{}", text);
        }
        // A lunar day holds the year it is of.
        let day = if lunar { format!("{told}正月初五") } else { format!("{told}冬") };
        let day = ArchivalDate::parse(&day).unwrap();
        prop_assert!(day.begin().unwrap().year() <= a && b <= day.end().unwrap().year() && day.end().unwrap().year() <= b + 1);
    }

    #[test]
    fn dates_of_eras_never_panic(text in "[0-9一二三十廿八元年月日民国光绪清世纪代初末至约、（）\\[\\]?-]{0,20}") {
        if let Ok(date) = ArchivalDate::parse(&text) {
            let ordered = date.begin().zip(date.end()).is_none_or(|(begin, end)| begin.first() <= end.last());
            prop_assert!(ordered, "{text}");
            drop(date.in_eras());
        }
    }
}
