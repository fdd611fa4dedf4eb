//! Dates on a record's page: western years and those of the era, side by side.

use web::date_text;

use crate::ArchivalDate;
use crate::plain::plain;

/// A date both ways: one written without its western year with it (`民国三十五年（1946年）`, `五十年代（1950—1959年）`), a
/// western one with the year of its era (`1946年（民国三十五年）`). What cannot be read is shown as it was written.
pub(super) fn both_ways(date: &ArchivalDate) -> Option<String> {
    let written = date.written();
    let in_words = written.chars().any(chinese::fold::is_han);
    let Some((label, begin)) = date.label().zip(date.begin()) else { return in_words.then(|| written.to_owned()) };
    let western = date_text(&label);
    if in_words && !plain(written).contains(&begin.year().to_string()) {
        return Some(format!("{written}（{}）", western.trim_matches(['[', ']'])));
    }
    let names_era = |one: chinese::Period| matches!(one.kind, chinese::PeriodKind::Era | chinese::PeriodKind::Age);
    if in_words && chinese::years(written).into_iter().any(names_era) {
        return Some(written.to_owned());
    }
    Some(match date.in_eras() {
        Some(era) => format!("{western}（{era}）"),
        None => western,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_writing_is_told_in_the_other() {
        for (written, told) in [
            ("民国三十五年", "民国三十五年（1946年）"),
            ("民国三十五年八月十五日", "民国三十五年八月十五日（1946年8月15日）"),
            ("［民国三十五年］", "［民国三十五年］（1946年）"),
            ("民国三十五年至三十七年", "民国三十五年至三十七年（1946—1948年）"),
            ("光緒廿四年十二月", "光緒廿四年十二月（1898—1899年）"),
            ("五十年代", "五十年代（1950—1959年）"),
            ("一九五八年三月", "一九五八年三月（1958年3月）"),
            ("民国三十五年（1946年）", "民国三十五年（1946年）"),
            ("光绪二十四年十二月（1899年）", "光绪二十四年十二月（1899年）"),
            ("1946", "1946年（民国三十五年）"),
            ("１９４６年", "1946年（民国三十五年）"),
            ("19460815", "1946年8月15日（民国三十五年）"),
            ("[1946]", "[1946年]（民国三十五年）"),
            ("17008", "1946年7月25日（民国三十五年）"),
            ("1898", "1898年（光绪二十四年）"),
            ("1936-1937", "1936—1937年（民国二十五年至二十六年）"),
            ("18980110", "1898年1月10日"),
            ("1958", "1958年"),
            ("1946-1958", "1946—1958年"),
            ("解放初", "解放初"),
        ] {
            assert_eq!(both_ways(&ArchivalDate::parse(written).unwrap()).as_deref(), Some(told), "{written}");
        }
        for nothing in ["", "00000000", "-"] {
            assert_eq!(both_ways(&ArchivalDate::parse(nothing).unwrap()), None, "{nothing}");
        }
    }
}
