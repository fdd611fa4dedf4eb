//! Times longer than a year: decades, centuries, dynasties, times known by what happened.

use super::{LAST_YEAR, PeriodKind, Place, Reading, starts, starts_any};
use crate::fold::is_han;
use crate::numerals::{digit, exactly, small};

/// Times known by what happened, with their first and last year; a longer name before a shorter one.
const EVENTS: [(&str, u16, u16); 11] = [
    ("新中国成立前", 1840, 1949),
    ("新中国成立初期", 1949, 1956),
    ("解放初期", 1949, 1956),
    ("建国初期", 1949, 1956),
    ("解放初", 1949, 1956),
    ("建国初", 1949, 1956),
    ("解放前", 1840, 1949),
    ("建国前", 1840, 1949),
    ("解放后", 1949, LAST_YEAR.unsigned_abs()),
    ("建国后", 1949, LAST_YEAR.unsigned_abs()),
    ("建国以来", 1949, LAST_YEAR.unsigned_abs()),
];

/// Dynasties; the late Qing counts from the Opium War, as modern history does. A longer name before a shorter one.
const DYNASTIES: [(&str, u16, u16); 10] = [
    ("清末民初", 1840, 1949),
    ("清末民国", 1840, 1949),
    ("晚清", 1840, 1911),
    ("清末", 1840, 1911),
    ("清代", 1644, 1911),
    ("清朝", 1644, 1911),
    ("明清", 1368, 1911),
    ("明末清初", 1368, 1911),
    ("明代", 1368, 1644),
    ("明朝", 1368, 1644),
];

/// Words for a part of a longer time.
const PARTS: [&str; 14] = [
    "初期",
    "初叶",
    "初年",
    "早期",
    "前期",
    "中期",
    "中叶",
    "上半叶",
    "下半叶",
    "后期",
    "晚期",
    "末期",
    "末叶",
    "末年",
];

/// How many characters name a part of a longer time. 初, 中 and 末 alone must not be the beginning of another word:
/// 八十年代初中毕业.
pub(super) fn part(text: &[char]) -> usize {
    let alone = || {
        let ends = text.get(1).is_none_or(|c| !is_han(*c) || matches!(c, '至' | '到' | '的'));
        usize::from(ends && matches!(text.first(), Some('初' | '中' | '末')))
    };
    starts_any(text, &PARTS).unwrap_or_else(alone)
}

pub(super) fn event(text: &[char]) -> Option<Reading> {
    EVENTS.iter().find_map(|(name, from, to)| {
        starts(text, name).map(|length| Reading::new((*from, *to), length, PeriodKind::Event))
    })
}

/// A dynasty by its name, which must not be the end of another word (澄清代码).
pub(super) fn dynasty(text: &[char], place: Place) -> Option<Reading> {
    let (length, years) = DYNASTIES.iter().filter(|_| place.apart).find_map(|(name, from, to)| {
        let length = starts(text, name)?;
        Some((length, (*from, *to)))
    })?;
    // 清代光绪二十四年 is that year.
    let rest = text.get(length..).unwrap_or_default();
    let named = super::era::named(text).is_some();
    (!named).then(|| Reading::new(years, length + part(rest), PeriodKind::Age))
}

/// `19世纪`, `二十世纪八十年代`, `上世纪80年代`, `十九世纪末`.
pub(super) fn century(text: &[char]) -> Option<Reading> {
    let (number, length) = if let Some(length) = starts(text, "上世纪") {
        (20, length)
    } else {
        let (number, digits) = small(text)?;
        (number, digits + starts(text.get(digits..)?, "世纪")?)
    };
    if !(16..=21).contains(&number) {
        return None;
    }
    let first = (number - 1) * 100;
    let rest = text.get(length..).unwrap_or_default();
    if let Some((ten, last, tail)) = tens(rest) {
        return Some(Reading::new((first + ten, first + last + 9), length + tail, PeriodKind::Decade));
    }
    Some(Reading::new((first + 1, first + 100), length + part(rest), PeriodKind::Century))
}

/// `80年代`, `八十年代初`, `五六十年代`, `五十至六十年代`: the first ten, the last one and how many characters.
fn tens(text: &[char]) -> Option<(u16, u16, usize)> {
    let one = |text: &[char]| {
        let (ten, digits) = small(text)?;
        let tail = starts(text.get(digits..)?, "年代")?;
        let tail = digits + tail;
        (ten % 10 == 0).then(|| (ten, tail + part(text.get(tail..).unwrap_or_default())))
    };
    if let Some((ten, length)) = one(text) {
        return Some((ten, ten, length));
    }
    let (first, before) = match text.first().copied().filter(|c| *c != '元').and_then(digit) {
        // 五六十年代, 五、六十年代
        Some(first) if !matches!(text.get(1), Some('十')) && is_numeral(text.first()) => {
            (first * 10, 1 + usize::from(text.get(1) == Some(&'、')))
        }
        // 50-60年代, 五十至六十年代
        _ => {
            let (first, digits) = small(text)?;
            text.get(digits).filter(|c| matches!(c, '-' | '–' | '—' | '~' | '～' | '至' | '到' | '、'))?;
            (first, digits + 1)
        }
    };
    let (last, length) = one(text.get(before..)?)?;
    (first % 10 == 0 && first < last).then_some((first, last, before + length))
}

/// Whether a character is a Chinese numeral, not a figure.
fn is_numeral(c: Option<&char>) -> bool {
    c.is_some_and(|c| !c.is_numeric())
}

/// `1980年代`, `80年代`, `五十年代`: without a century, the tens from 20 are those of the twentieth, since archives are
/// about what was.
pub(super) fn decade(text: &[char]) -> Option<Reading> {
    if let Some(first) = exactly(text, 4).filter(|year| year % 10 == 0 && (1500..=2099).contains(year))
        && let Some(tail) = text.get(4..).and_then(|rest| starts(rest, "年代").or_else(|| starts(rest, "s")))
    {
        let length = 4 + tail;
        let length = length + part(text.get(length..).unwrap_or_default());
        return Some(Reading::new((first, first + 9), length, PeriodKind::Decade));
    }
    let (ten, last, length) = tens(text)?;
    let century = if ten >= 20 { 1900 } else { 2000 };
    Some(Reading::new((century + ten, century + last + 9), length, PeriodKind::Decade))
}
