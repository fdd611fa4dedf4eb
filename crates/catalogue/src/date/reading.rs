//! What a written date means: western dates are read here, eras and longer times by [`chinese`].

use chinese::{EraYear, NoSuchYear, PeriodKind};

use super::{DateProblem, PartialDate};
use crate::plain::dense;

/// Day numbers of spreadsheets (days since 1899-12-30) that are taken for dates: 1927-05-18 to 2100-12-31.
const SERIALS: std::ops::RangeInclusive<i32> = 10_000..=73_415;

/// Words and signs of a researched or uncertain date; a longer word before a shorter one.
const MARKS: [&str; 8] = ["大约", "约", "考证", "推定", "前后", "左右", "疑", "?"];

/// Parts of a year that leave it the year it is.
const PARTS: [&str; 18] = [
    "上半年",
    "下半年",
    "春季",
    "夏季",
    "秋季",
    "冬季",
    "春",
    "夏",
    "秋",
    "冬",
    "初",
    "底",
    "末",
    "上旬",
    "中旬",
    "下旬",
    "份",
    "度",
];
/// Those that may be the last months.
const LATE: [&str; 5] = ["下半年", "冬季", "冬", "底", "末"];

/// An interval of known parts.
pub(super) type Interval = (PartialDate, PartialDate);

/// What one end of a date, or all of it, means.
#[derive(Clone, Copy)]
struct Span {
    begin: PartialDate,
    end: PartialDate,
    /// Whether its days are those of the lunar calendar.
    lunar: bool,
    /// The era its year is one of.
    era: Option<EraYear>,
}

impl Span {
    const fn on(date: PartialDate) -> Self {
        Self { begin: date, end: date, lunar: false, era: None }
    }

    /// Up to the next year if it is lunar: that year may be the one another writing names.
    fn reaching(self) -> Self {
        let next = PartialDate::new(self.end.year + 1, 0, 0).filter(|_| self.lunar);
        Self { end: next.unwrap_or(self.end), ..self }
    }

    /// What two writings of the same date have in common.
    fn meet(self, other: Self) -> Option<Self> {
        let alike = self.lunar == other.lunar;
        let (a, b) = if alike { (self, other) } else { (self.reaching(), other.reaching()) };
        let begin = if a.begin.first() >= b.begin.first() { a.begin } else { b.begin };
        let end = if a.end.last() <= b.end.last() { a.end } else { b.end };
        (begin.first() <= end.last()).then_some(Self { begin, end, lunar: self.lunar && other.lunar, era: None })
    }
}

/// What a date means, if it names a time that is known, and whether it bears the mark of a researched one.
pub(super) fn read(written: &str) -> Result<(Option<Interval>, bool), DateProblem> {
    let text = dense(written);
    // Most catalogues write eight digits and nothing else.
    if let Some(date) = single(&text) {
        return Ok((Some((date, date)), false));
    }
    let text: String = text.chars().map(chinese::fold::han).collect();
    let (text, uncertain) = without_marks(&text);
    let (span, bracketed) = bracketed(&text)?;
    Ok((span.map(|span| (span.begin, span.end)), uncertain || bracketed))
}

fn without_marks(text: &str) -> (String, bool) {
    let body = MARKS.iter().fold(text.to_owned(), |body, mark| body.replace(mark, ""));
    let marked = body.len() != text.len();
    (body, marked)
}

/// Reads a date with brackets: `[1958]` was found by research, `民国三十五年（1946年）` says the same twice. Whether
/// brackets of the first kind were seen.
fn bracketed(text: &str) -> Result<(Option<Span>, bool), DateProblem> {
    let bare = |text: &str| text.replace(is_bracket, "");
    let body = bare(text);
    let marked = body.len() != text.len();
    let behind = text.strip_suffix([']', '〕', '】', ')']).and_then(|text| text.rsplit_once(['[', '〔', '【', '(']));
    let Some((outer, inner)) = behind.filter(|(outer, _)| !bare(outer).is_empty()) else {
        return Ok((known(&body)?, marked));
    };
    let researched = outer.contains(is_bracket);
    match (interval(&bare(outer))?, interval(&bare(inner))?) {
        (Some(one), Some(other)) => {
            one.meet(other).map(|both| (Some(both), researched)).ok_or(DateProblem::Contradictory)
        }
        // 戊戌年（1898年）
        (None, Some(other)) => Ok((Some(other), researched)),
        // 1958年（3月）; but what stands behind a bare number is no part of it: 1958（3）.
        (Some(one), None) if text.contains('(') && !inner.contains('月') => Ok((Some(one), researched)),
        _ => Ok((known(&body)?, marked)),
    }
}

const fn is_bracket(c: char) -> bool {
    matches!(c, '[' | ']' | '〔' | '〕' | '【' | '】' | '(' | ')')
}

/// The interval of a text, nothing if it is prose that names a time in its own way, or says that no date is known.
fn known(text: &str) -> Result<Option<Span>, DateProblem> {
    if let Some(span) = interval(text)? {
        return Ok(Some(span));
    }
    let rest = chinese::era_year(text, None)?.map_or(text, |(_, rest)| rest);
    let figures = chinese::figures(text);
    let says_nothing = figures.chars().all(|c| c == '0') || !figures.contains(|c: char| c.is_ascii_digit());
    if says_nothing || chinese::figures(rest).contains(is_prose) { Ok(None) } else { Err(DateProblem::Impossible) }
}

impl From<NoSuchYear> for DateProblem {
    fn from(_: NoSuchYear) -> Self {
        Self::NoSuchYear
    }
}

/// Whether a character cannot stand in a date written with digits: then the text is prose, and not a slip.
fn is_prose(c: char) -> bool {
    c.is_alphabetic()
        && !matches!(c, '年' | '月' | '日' | '号' | '至' | '到' | '起' | '止' | '自' | '从' | '闰' | 'T' | 'Z')
}

/// One date or two; nothing if they cannot be read.
fn interval(text: &str) -> Result<Option<Span>, DateProblem> {
    let body = text.trim_start_matches(['自', '从']).trim_end_matches(['止', '起', '-', '—', '~', '至']);
    if let Some(span) = point(body, None)? {
        return Ok(Some(span));
    }
    let mut reversed = false;
    for (at, mark) in body.char_indices().filter(|(_, c)| is_range_mark(*c)) {
        let (left, right) = (body.get(..at), body.get(at + mark.len_utf8()..));
        let (Some(left), Some(right)) = (left, right) else { continue };
        let right = right.trim_start_matches(is_range_mark);
        let Some(first) = point(left.trim_end_matches(['起', '自', '从']), None)? else { continue };
        let last = point(right, first.era)?.or_else(|| of_same_year(&first, right));
        let Some(last) = last else { continue };
        if first.begin.first() <= last.end.last() {
            return Ok(Some(Span { end: last.end, lunar: first.lunar || last.lunar, ..first }));
        }
        reversed = true;
    }
    if reversed { Err(DateProblem::Reversed) } else { Ok(None) }
}

const fn is_range_mark(c: char) -> bool {
    matches!(c, '-' | '—' | '–' | '―' | '−' | '~' | '～' | '至' | '到' | '/' | '起')
}

/// One date, or one period. At the second end of a range a number may be a year of the era of the first.
fn point(text: &str, heir: Option<EraYear>) -> Result<Option<Span>, DateProblem> {
    let part = PARTS.iter().find_map(|part| Some((text.strip_suffix(part)?, *part)));
    let part = part.filter(|(rest, _)| rest.ends_with(['年', '月']));
    let (text, part) = part.unwrap_or((text, ""));
    if let Some((year, rest)) = chinese::era_year(text, None)? {
        return Ok(of_era(year, rest, part));
    }
    if let Some(date) = western(text) {
        return Ok(Some(Span::on(date)));
    }
    if let Some((year, rest)) = chinese::era_year(text, heir)? {
        return Ok(of_era(year, rest, part));
    }
    Ok(period(text))
}

fn western(text: &str) -> Option<PartialDate> {
    single(&chinese::figures(text.strip_prefix("公元").unwrap_or(text)))
}

/// A date of an era: the Republic has the months and days of the western calendar, a reign has its own.
fn of_era(year: EraYear, rest: &str, part: &str) -> Option<Span> {
    // 民国8-12 are five years, not December of the first.
    let later = rest.strip_prefix(is_range_mark).and_then(|later| chinese::era_year(later, Some(year)).ok()?);
    if later.is_some_and(|(later, rest)| later.western() > year.western() && matches!(rest, "" | "年")) {
        return None;
    }
    if !year.is_lunar()
        && let Some(date) = single(&format!("{}{}", year.western(), chinese::figures(rest)))
    {
        return Some(Span { era: Some(year), ..Span::on(date) });
    }
    let span = period(&format!("{year}{}", rest.strip_prefix('年').unwrap_or(rest)))?;
    let late = span.lunar && rest.ends_with('年') && LATE.contains(&part);
    Some(Span { era: Some(year), ..if late { span.reaching() } else { span } })
}

/// Years that are no western date: of the lunar calendar, decades, centuries, dynasties. A time that is known only by
/// what happened has no ends to sort by.
fn period(text: &str) -> Option<Span> {
    let period = chinese::period(text)?;
    let long = matches!(period.kind, PeriodKind::Decade | PeriodKind::Century | PeriodKind::Age);
    let year = |year: i16| PartialDate::new(i32::from(year), 0, 0);
    let span = Span { begin: year(period.from)?, end: year(period.to)?, lunar: period.lunar, era: None };
    (long || period.lunar).then_some(span)
}

/// The second end of a range that leaves out what it shares with the first: 1958-62, 1958年3月至5月, 光绪二十四年三月至五月.
fn of_same_year(first: &Span, right: &str) -> Option<Span> {
    if let Some(era) = first.era.filter(|_| first.lunar) {
        return period(&format!("{era}{right}"));
    }
    let PartialDate { year, month, .. } = first.begin;
    let figures = chinese::figures(right);
    let date = if figures.contains('月') {
        single(&format!("{year}年{figures}"))
    } else if figures.ends_with(['日', '号']) {
        single(&format!("{year}年{month}月{figures}")).filter(|_| month > 0)
    } else {
        let short: i32 = figures.strip_suffix('年').unwrap_or(&figures).parse().ok().filter(|_| figures.len() >= 2)?;
        let end = (month == 0 && short < 100).then(|| PartialDate::new(year / 100 * 100 + short, 0, 0));
        end.flatten().filter(|end| end.year >= year)
    };
    date.map(Span::on)
}

/// One western date: digits alone, or parts with marks between them, with or without a time of day.
fn single(text: &str) -> Option<PartialDate> {
    let text = without_time(text);
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return match text.len() {
            4 => PartialDate::new(text.parse().ok()?, 0, 0),
            5 => text.parse().ok().filter(|serial| SERIALS.contains(serial)).and_then(PartialDate::from_serial),
            6 => text.parse::<i32>().ok().and_then(|number| PartialDate::from_number(number * 100)),
            8 => text.parse().ok().and_then(PartialDate::from_number),
            _ => None,
        };
    }
    let mark = |c: char| matches!(c, '-' | '/' | '.' | '·' | '年' | '月' | '日' | '号' | '—' | '–' | '−' | '、');
    let parts: Vec<&str> = text.trim_end_matches(mark).split(mark).collect();
    // 1958年3-5月 is no day of March, 1919-12年 no December.
    let most = if text.ends_with('年') {
        1
    } else if text.ends_with('月') {
        2
    } else {
        3
    };
    if parts.len() > most {
        return None;
    }
    let mut numbers = [0_i32; 3];
    for (at, part) in parts.iter().enumerate() {
        let widths = if at == 0 { 4..=4 } else { 1..=2 };
        if !widths.contains(&part.len()) || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *numbers.get_mut(at)? = part.parse().ok()?;
    }
    let [year, month, day] = numbers;
    PartialDate::new(year, month, day)
}

/// `2023-09-13T00:00:00` and `2023-09-1300:00:00` (blanks are gone already) without the time.
fn without_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else { return text };
    let head = text.get(..colon).unwrap_or(text);
    match head.find('T') {
        Some(at) => head.get(..at).unwrap_or(head),
        None => head.get(..head.len().saturating_sub(2)).unwrap_or(head),
    }
}
