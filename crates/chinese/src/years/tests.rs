use proptest::prelude::*;

use super::{EraYear, FIRST_YEAR, LAST_YEAR, NoSuchYear, PeriodKind, era_year, period, years};

/// Each text is one expression that means these years.
fn mean(cases: &[(&str, i16, i16, PeriodKind)]) {
    for (text, from, to, kind) in cases {
        let found = period(text).unwrap_or_else(|| panic!("{text}: {:?}", years(text)));
        assert_eq!((found.from, found.to, found.kind, found.span), (*from, *to, *kind, 0..text.len()), "{text}");
    }
}

#[test]
fn western_years_decades_and_centuries() {
    use PeriodKind::{Century, Decade, Range, Year};
    mean(&[
        ("1986", 1986, 1986, Year),
        ("1986年", 1986, 1986, Year),
        ("１９８６年度", 1986, 1986, Year),
        ("公元1986年", 1986, 1986, Year),
        ("86年", 1986, 1986, Year),
        ("八六年", 1986, 1986, Year),
        ("一九八六年", 1986, 1986, Year),
        ("一九五八年三月", 1958, 1958, Year),
        ("二〇〇三年", 2003, 2003, Year),
        ("03年", 2003, 2003, Year),
        ("1746年", 1746, 1746, Year),
        ("1980年代", 1980, 1989, Decade),
        ("80年代", 1980, 1989, Decade),
        ("五十年代", 1950, 1959, Decade),
        ("二十年代", 1920, 1929, Decade),
        ("五六十年代", 1950, 1969, Decade),
        ("七、八十年代", 1970, 1989, Decade),
        ("五十至六十年代", 1950, 1969, Decade),
        ("50-60年代", 1950, 1969, Decade),
        ("八十年代初", 1980, 1989, Decade),
        ("八十年代中期", 1980, 1989, Decade),
        ("八十年代末", 1980, 1989, Decade),
        ("20世纪80年代", 1980, 1989, Decade),
        ("二十世纪五六十年代", 1950, 1969, Decade),
        ("上世纪六十年代", 1960, 1969, Decade),
        ("19世纪", 1801, 1900, Century),
        ("十九世纪末", 1801, 1900, Century),
        ("1983-1990", 1983, 1990, Range),
        ("1983年至1990年", 1983, 1990, Range),
        ("1983——1990年", 1983, 1990, Range),
        ("一九五八—一九六〇年", 1958, 1960, Range),
        ("五十年代至六十年代", 1950, 1969, Range),
        ("1975年10月", 1975, 1975, Year),
        ("1975年10月1日", 1975, 1975, Year),
        ("一九七五年十月份", 1975, 1975, Year),
        ("1975年正月初五", 1975, 1975, Year),
        ("1975年农历十二月三十", 1975, 1976, Year),
        ("1975-10-01", 1975, 1975, Year),
        ("1975.10", 1975, 1975, Year),
        ("1975/1/31", 1975, 1975, Year),
        ("1975年3月至1976年5月", 1975, 1976, Range),
    ]);
}

#[test]
fn eras_and_what_is_known_by_a_name() {
    use PeriodKind::{Age, Decade, Era, Event, Range};
    mean(&[
        ("民国三十五年", 1946, 1946, Era),
        ("民国三十五年度", 1946, 1946, Era),
        ("民国三十五年八月十五日", 1946, 1946, Era),
        ("中华民国三十五年", 1946, 1946, Era),
        ("中華民國卅五年", 1946, 1946, Era),
        ("民三十五年", 1946, 1946, Era),
        ("民国元年", 1912, 1912, Era),
        ("民国35年", 1946, 1946, Era),
        ("民国35", 1946, 1946, Era),
        ("民国二十年代", 1931, 1940, Decade),
        ("民国三十年代", 1941, 1949, Decade),
        ("民国三十五年至三十七年", 1946, 1948, Range),
        ("民国35年—37年", 1946, 1948, Range),
        ("民国三十五至三十七年", 1946, 1948, Range),
        ("民国三十七年至1950年", 1948, 1950, Range),
        ("光绪二十四年至民国元年", 1898, 1912, Range),
        ("民国时期", 1912, 1949, Age),
        ("民国初年", 1912, 1949, Age),
        ("光绪年间", 1875, 1908, Age),
        ("光绪末年", 1875, 1908, Age),
        ("晚清", 1840, 1911, Age),
        ("清末民初", 1840, 1949, Age),
        ("清末至民国初年", 1840, 1949, Range),
        ("光绪二十四年", 1898, 1898, Era),
        ("光緒廿四年", 1898, 1898, Era),
        ("清光绪24年", 1898, 1898, Era),
        ("清·光绪二十四年", 1898, 1898, Era),
        ("光绪二十四年闰三月初五", 1898, 1898, Era),
        ("光绪二十四年八月十五", 1898, 1898, Era),
        ("光绪二十四年十二月", 1898, 1899, Era),
        ("光绪二十四年腊月廿三日", 1898, 1899, Era),
        ("宣统三年", 1911, 1911, Era),
        ("乾隆六十年", 1795, 1795, Era),
        ("干隆六十年", 1795, 1795, Era),
        ("萬曆四十八年", 1620, 1620, Era),
        ("康德三年", 1936, 1936, Era),
        ("解放前", 1840, 1949, Event),
        ("建国初期", 1949, 1956, Event),
        ("1958年以前", FIRST_YEAR, 1958, Range),
        ("一九六〇年之后", 1960, LAST_YEAR, Range),
        ("五十年代以后", 1950, LAST_YEAR, Range),
        ("1958年前", FIRST_YEAR, 1958, Range),
        ("解放后", 1949, LAST_YEAR, Event),
    ]);
}

#[test]
fn the_span_is_the_words_read() {
    let text = "南明区 结婚 八六年 档案";
    let found = years(text);
    assert_eq!(&text[found[0].span.clone()], "八六年");
    assert_eq!(years("1953年到1955年和文革").len(), 1);
    for (text, words) in [
        ("查光緒二十四年的地契", "光緒二十四年"),
        ("八十年代初中毕业", "八十年代"),
        ("八十年代末的工业", "八十年代末"),
        ("民国初级小学 民国三年", "民国三年"),
        ("清代光绪二十四年地契", "清代光绪二十四年"),
        ("民国三十五年至今", "民国三十五年"),
        ("民国1946年", "1946年"),
        ("大同86年工业", "86年"),
        ("1958年前进大队", "1958年"),
        ("1958年前后的工业", "1958年"),
        ("30年前的照片", "30年"),
    ] {
        let found = years(text);
        assert_eq!(found.iter().map(|one| &text[one.span.clone()]).collect::<Vec<_>>(), [words], "{text}");
    }
}

#[test]
fn what_is_no_day_stays_outside() {
    for (text, end) in [("1975-80", 4), ("1975.13", 4), ("1975年13月", 7), ("1975年第3期", 7), ("1975-10-32", 7)] {
        assert_eq!(years(text)[0].span, 0..end, "{text}");
    }
}

#[test]
fn numbers_that_are_no_years() {
    for text in [
        "13800138000",
        "第12号",
        "大同煤矿",
        "大同1号井",
        "一二三四",
        "一九八六",
        "35",
        "民国",
        "民国三大案",
        "民国一百年",
        "光绪四十年",
        "光绪四十年代",
        "民国50年",
        "康熙八六年",
        "光绪〇年",
        "农民三十五年",
        "澄清代码",
        "3500",
        "1644",
        "99",
        "十年树木",
        "110101198601011234",
    ] {
        assert_eq!(years(text), vec![], "{text}");
    }
}

#[test]
fn the_year_of_an_era_and_what_follows_it() {
    let read = |text| era_year(text, None).map(|found| found.map(|(year, rest)| (year.western(), rest)));
    assert_eq!(read("民国三十五年八月"), Ok(Some((1946, "年八月"))));
    assert_eq!(read("中華民國35.8.1"), Ok(Some((1946, ".8.1"))));
    assert_eq!(read("光绪24"), Ok(Some((1898, ""))));
    for text in ["光绪六十年", "宣统四年", "民国〇年", "民国三十九年", "大同五年"] {
        assert_eq!(read(text), Err(NoSuchYear), "{text}");
    }
    for text in ["1946年", "三十七年", "大同五号井", "民国二十年代", "民国时期", ""] {
        assert_eq!(read(text), Ok(None), "{text}");
    }
    let heir = EraYear::of(1946);
    assert_eq!(era_year("三十七年", heir), Ok(EraYear::of(1948).map(|year| (year, "年"))));
    assert_eq!(era_year("四十七年", heir), Err(NoSuchYear));
    assert_eq!(era_year("1948年", heir), Ok(None));
}

#[test]
fn a_western_year_is_told_in_its_era() {
    let told = |year| EraYear::of(year).map(|year| year.to_string());
    for (year, text) in [
        (1946, "民国三十五年"),
        (1912, "民国元年"),
        (1911, "宣统三年"),
        (1898, "光绪二十四年"),
        (1740, "乾隆五年"),
        (1644, "顺治元年"),
    ] {
        assert_eq!(told(year).as_deref(), Some(text));
    }
    for year in [i32::MIN, -1, 0, 1643, 1950, 70_000, i32::MAX] {
        assert_eq!(told(year), None, "{year}");
    }
}

proptest! {
    #[test]
    fn a_year_of_any_era_is_read_back(at in 0..super::era::ERAS.len(), year in 0..70_u16, figures in any::<bool>()) {
        let era = &super::era::ERAS[at];
        let number = if figures { (year + 1).to_string() } else { crate::numerals::written(year + 1) };
        for text in [format!("{}{number}年", era.name), format!("{}{number}", era.name)] {
            let western = era.years.0 + year;
            let wanted = if western <= era.years.1 { Ok(Some(western)) } else { Err(NoSuchYear) };
            let read = era_year(&text, None).map(|found| found.map(|(year, _)| year.western()));
            prop_assert_eq!(read, wanted, "{}", &text);
        }
        let text = format!("{}{number}年", era.name);
        let understood = period(&text).map(|found| (found.from, found.to));
        let western = i16::try_from(era.years.0 + year).unwrap();
        let wanted = (era.years.0 + year <= era.years.1).then_some((western, western));
        prop_assert_eq!(understood, wanted, "{}", text);
    }

    #[test]
    fn a_western_year_told_in_its_era_is_read_back(year in 1644..=1949_i32) {
        let told = EraYear::of(year).unwrap();
        prop_assert_eq!(i32::from(told.western()), year);
        let text = told.to_string();
        prop_assert_eq!(era_year(&text, None), Ok(Some((told, "年"))));
        prop_assert_eq!(period(&text).map(|found| i32::from(found.from)), Some(year));
    }

    #[test]
    fn spans_are_in_order_and_on_characters(
        text in "\\PC{0,40}|[0-9一二三十廿八六元年月日代民国國光绪緒清末世纪上至、-]{0,24}",
    ) {
        let mut end = 0;
        for period in years(&text) {
            prop_assert!(period.span.start >= end && period.span.end > period.span.start);
            prop_assert!(text.get(period.span.clone()).is_some());
            prop_assert!(period.from <= period.to);
            end = period.span.end;
        }
        if let Ok(Some((year, rest))) = era_year(&text, EraYear::of(1898)) {
            prop_assert!(text.ends_with(rest));
            prop_assert!((1522..=1949).contains(&year.western()));
        }
    }

    #[test]
    fn a_range_holds_its_ends(a in 1644..=1948_i32, years in 1..305_i32) {
        let b = (a + years).min(1949);
        let (first, last) = (EraYear::of(a).unwrap(), EraYear::of(b).unwrap());
        let mut texts = vec![format!("{first}至{last}"), format!("{first}—{b}年"), format!("{a}年至{last}")];
        if first.shares_era(last) {
            texts.push(format!("{first}至{}", last.count()));
        }
        for text in texts {
            let read = period(&text).map(|one| (i32::from(one.from), i32::from(one.to)));
            prop_assert_eq!(read, Some((a, b)), "{}", text);
        }
    }
}
