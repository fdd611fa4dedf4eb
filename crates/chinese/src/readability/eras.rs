//! Years of an era without their western year: 光绪二十四年, which is 1898.

use std::ops::Range;

use super::{Finding, Kind, Sheet};
use crate::years::{Period, PeriodKind, era_year, may_name_era, years};

pub(super) fn find(sheet: &Sheet<'_>) -> impl Iterator<Item = Finding> {
    let text = sheet.text;
    periods(text).into_iter().filter_map(move |period| {
        let written = text.get(period.span.clone())?;
        let is_era = match period.kind {
            PeriodKind::Era => true,
            PeriodKind::Range => era_year(written, None).is_ok_and(|found| found.is_some()),
            _ => false,
        };
        if !is_era || sheet.is_named(&period.span) || has_western_year(text, &period.span) {
            return None;
        }
        let western = if period.from == period.to {
            format!("{}年", period.from)
        } else {
            format!("{}—{}年", period.from, period.to)
        };
        Some(Finding {
            span: period.span,
            kind: Kind::EraYear,
            times: 1,
            reason: format!("“{written}”是哪一年，多数读者算不出来"),
            advice: format!("在后面注上公元：{written}（{western}）"),
            replacement: Some(format!("{written}（{western}）")),
            note: None,
        })
    })
}

/// The years of the lines that may hold one of an era.
fn periods(text: &str) -> Vec<Period> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if may_name_era(line) {
            let own = years(line).into_iter();
            found.extend(
                own.map(|period| Period { span: start + period.span.start..start + period.span.end, ..period }),
            );
        }
        start += line.len();
    }
    found
}

/// Whether the western year stands in brackets behind, or before with the era in brackets, or behind a comma and 即.
fn has_western_year(text: &str, span: &Range<usize>) -> bool {
    let is_date = |c: char| crate::numerals::digit(c).is_some() || "十廿卅正冬腊闰年月日初春夏秋冬季底间".contains(c);
    let behind = text.get(span.end..).unwrap_or_default().trim_start_matches(is_date);
    let explained =
        behind.strip_prefix(['（', '(']).or_else(|| behind.strip_prefix("，即")).or_else(|| behind.strip_prefix("即"));
    let before = text.get(..span.start).unwrap_or_default();
    let opened = before.strip_suffix(['（', '(']).map(|before| before.trim_end_matches(is_date_of_today));
    explained.is_some_and(|rest| rest.chars().take(14).filter(|c| crate::numerals::digit(*c).is_some()).count() >= 4)
        || opened.is_some_and(|rest| rest.len() < before.len().saturating_sub('（'.len_utf8()))
}

fn is_date_of_today(c: char) -> bool {
    crate::numerals::digit(c).is_some() || matches!(c, '年' | '月' | '日')
}
