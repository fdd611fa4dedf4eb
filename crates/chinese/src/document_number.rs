//! Document numbers (发文字号, GB/T 9704-2012 §7.2.5): issuer's mark, year, serial number; and orders (令) without a year.

use std::fmt;
use std::ops::Range;

use crate::fold::is_han;
use crate::{figures, normalise};

/// A document number as understood; equal for all spellings of the same number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentNumber {
    /// The issuer's mark, normalised: `粤府`, `国办发`, `省政府令`.
    pub issuer: String,
    /// The year, four digits (a two-digit one is of the years 1949–2048); none for orders and announcements.
    pub year: Option<u16>,
    /// The serial number.
    pub number: u32,
}

impl fmt::Display for DocumentNumber {
    /// The canonical key: `粤府(2023)68`, `省政府令169`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{}({year}){}", self.issuer, self.number),
            None => write!(f, "{}{}", self.issuer, self.number),
        }
    }
}

/// The canonical key of `text` if the whole of it is a document number in any spelling: `粤府 [2023] 68 号`,
/// `粤府〔2023〕068号`, `粤府2023年第68号`, `粤府(2023)68`, `粤府2023 68`, `粵府［２０２３］６８號文` all give `粤府(2023)68`.
#[must_use]
pub fn key(text: &str) -> Option<String> {
    parse(text).map(|number| number.to_string())
}

/// Understands `text` if the whole of it is one document number.
#[must_use]
pub fn parse(text: &str) -> Option<DocumentNumber> {
    let characters: Vec<char> = normalise(text).chars().collect();
    let mut cursor = Cursor { text: &characters, at: 0 };
    let number = cursor.number()?;
    cursor.space();
    (cursor.at == characters.len()).then_some(number)
}

/// The document numbers with a bracketed year that stand inside a normalised text, with the bytes they take.
#[must_use]
pub fn find(normalised: &str) -> Vec<(Range<usize>, DocumentNumber)> {
    let (offsets, characters): (Vec<usize>, Vec<char>) = normalised.char_indices().unzip();
    let mut found = Vec::new();
    let mut from = 0;
    for open in characters.iter().enumerate().filter(|(_, c)| **c == '(').map(|(i, _)| i) {
        let issuer = characters.get(from..open).unwrap_or_default();
        let length = issuer.iter().rev().take(MAX_ISSUER).take_while(|c| is_issuer(**c)).count();
        let mut cursor = Cursor { text: &characters, at: open - length };
        let start = cursor.at;
        if let Some(number) = cursor.number().filter(|number| length > 0 && number.year.is_some()) {
            let end = offsets.get(cursor.at).copied().unwrap_or(normalised.len());
            found.push((offsets.get(start).copied().unwrap_or(0)..end, number));
            from = cursor.at;
        }
    }
    found
}

/// A document number that lacks its year: `粤府68号`, `临政字第三十二号`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Yearless {
    /// The issuer's mark, normalised.
    pub issuer: String,
    /// The serial number.
    pub number: u32,
}

/// Understands `text` if the whole of it is a document number but for its year, with 号 at its end.
#[must_use]
pub fn yearless(text: &str) -> Option<Yearless> {
    let normalised = normalise(text);
    let body = normalised.strip_suffix('号')?;
    let issuer: String = body.chars().take_while(|c| is_issuer(*c) && !is_numeral(*c)).collect();
    let serial: String = figures(body.strip_prefix(&issuer)?.trim_start_matches('第'));
    let number = serial.parse().ok().filter(|number| (1..1_000_000).contains(number))?;
    (2..=MAX_ISSUER).contains(&issuer.chars().count()).then_some(Yearless { issuer, number })
}

/// Whether a character is a Chinese numeral.
fn is_numeral(c: char) -> bool {
    "〇零一二三四五六七八九十".contains(c)
}

/// The longest issuer's mark taken for one; real ones have 2 to 8 characters.
const MAX_ISSUER: usize = 16;

fn is_issuer(c: char) -> bool {
    (is_han(c) && c != '第' && c != '号') || c.is_ascii_lowercase()
}

/// The year that two or four digits mean.
fn of_digits(value: u16, length: usize) -> Option<u16> {
    match length {
        4 if (1900..=2099).contains(&value) => Some(value),
        2 => Some(if value >= 49 { 1900 + value } else { 2000 + value }),
        _ => None,
    }
}

struct Cursor<'t> {
    text: &'t [char],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn eat(&mut self, c: char) -> bool {
        let ate = self.peek() == Some(c);
        self.at += usize::from(ate);
        ate
    }

    fn space(&mut self) {
        while self.eat(' ') {}
    }

    fn digits(&mut self) -> Option<(u32, usize)> {
        let start = self.at;
        let mut value: u32 = 0;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            value = value.checked_mul(10)?.checked_add(digit)?;
            self.at += 1;
        }
        (self.at > start).then_some((value, self.at - start))
    }

    fn number(&mut self) -> Option<DocumentNumber> {
        self.space();
        // Before 1966 and in some offices since, the year leads: (86)国发12号.
        let leading_year = if self.peek() == Some('(') { Some(self.year()?) } else { None };
        let bare_leading = if leading_year.is_none() { self.short_year() } else { None };
        let issuer = self.issuer()?;
        if bare_leading.is_some() && !issuer.ends_with('字') {
            return None;
        }
        let leading_year = leading_year.or(bare_leading);
        if let Some(year) = leading_year {
            return self.serial().map(|number| DocumentNumber { issuer, year: Some(year), number });
        }
        if self.peek() == Some('(') {
            let year = self.year()?;
            return self.serial().map(|number| DocumentNumber { issuer, year: Some(year), number });
        }
        let start = self.at;
        if let Some(year) = self.bare_year()
            && let Some(number) = self.serial()
        {
            return Some(DocumentNumber { issuer, year: Some(year), number });
        }
        self.at = start;
        if !["令", "公告", "通告", "议案", "建议", "提案"].iter().any(|kind| issuer.ends_with(kind)) {
            return None;
        }
        self.serial().map(|number| DocumentNumber { issuer, year: None, number })
    }

    fn issuer(&mut self) -> Option<String> {
        let mut issuer = String::new();
        loop {
            self.space();
            let Some(c) = self.peek().filter(|c| is_issuer(*c)) else { break };
            issuer.push(c);
            self.at += 1;
        }
        (!issuer.is_empty() && issuer.chars().count() <= MAX_ISSUER).then_some(issuer)
    }

    /// `( 2023 )` or `(86)`.
    fn year(&mut self) -> Option<u16> {
        if !self.eat('(') {
            return None;
        }
        self.space();
        let (value, length) = self.digits()?;
        self.eat('年');
        self.space();
        let closed = self.eat(')');
        self.space();
        of_digits(u16::try_from(value).ok()?, length).filter(|_| closed)
    }

    /// `53`, `1953`: digits in front, as in 53临政字32号.
    fn short_year(&mut self) -> Option<u16> {
        let start = self.at;
        let year = self.digits().and_then(|(value, length)| of_digits(u16::try_from(value).ok()?, length));
        if year.is_none() {
            self.at = start;
        } else {
            self.eat('年');
        }
        year
    }

    /// `2023`, `2023年`: four digits without brackets, the serial number after a space, `第`, or directly (`202368`).
    fn bare_year(&mut self) -> Option<u16> {
        let digits: String = self.text.get(self.at..self.at + 4)?.iter().collect();
        let year = digits.parse().ok().filter(|year| (1900..=2099).contains(year))?;
        self.at += 4;
        self.eat('年');
        Some(year)
    }

    /// `第 68 号文`: the words around the number may be missing.
    fn serial(&mut self) -> Option<u32> {
        self.space();
        self.eat('第');
        self.space();
        let (number, length) = self.digits()?;
        let end = self.at;
        self.space();
        if self.eat('号') {
            for word in ["文件", "文"] {
                if word.chars().all(|c| self.eat(c)) {
                    break;
                }
            }
        } else {
            self.at = end;
        }
        (length <= 6 && number > 0).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Yearless, find, key, parse, yearless};

    #[test]
    fn spellings_of_one_number_share_its_key() {
        for spelling in [
            "粤府〔2023〕68号",
            "粤府 [2023] 68 号",
            "粤府(2023)68",
            "粤府（2023）68号",
            "粤府2023 68号",
            "粤府2023年68号",
            "粤府〔2023〕第068号",
            "粵府［２０２３］６８號",
            "粤府【2023】68号文",
            " 粤 府 〔 2023 〕 68 ",
            "粤府202368号",
            "(2023)粤府68号",
        ] {
            assert_eq!(key(spelling).as_deref(), Some("粤府(2023)68"), "{spelling}");
        }
        assert_eq!(key("国发〔86〕12号").as_deref(), Some("国发(1986)12"));
        assert_eq!(key("据国家卫生健康委2019年第7号").as_deref(), Some("据国家卫生健康委(2019)7"));
    }

    #[test]
    fn the_year_may_lead_or_be_forgotten() {
        assert_eq!(key("53临政字32号").as_deref(), Some("临政字(1953)32"));
        assert_eq!(key("（53）临政字第32号").as_deref(), Some("临政字(1953)32"));
        assert_eq!(key("1953年临政字第32号").as_deref(), Some("临政字(1953)32"));
        let of = |issuer: &str, number| Some(Yearless { issuer: issuer.to_owned(), number });
        assert_eq!(yearless("粤府68号"), of("粤府", 68));
        assert_eq!(yearless("临政字第三十二号"), of("临政字", 32));
        for text in ["68号", "水库", "第三号", "粤府号", "粤府(2023)68号"] {
            assert_eq!(yearless(text), None, "{text}");
        }
    }

    #[test]
    fn orders_have_no_year() {
        assert_eq!(key("省政府令 第169号").as_deref(), Some("省政府令169"));
        assert_eq!(key("国令第387号").as_deref(), Some("国令387"));
        assert_eq!(key("国务院令387").as_deref(), Some("国务院令387"));
    }

    #[test]
    fn what_is_not_a_number_is_left_alone() {
        for text in [
            "",
            "通知",
            "2023",
            "粤府",
            "粤府〔2023〕",
            "〔2023〕68号",
            "第68号",
            "民政局 1986",
            "结婚1986",
            "粤府〔2023〕68号的通知",
            "十三五2020",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_found_in_running_text() {
        let text = crate::normalise("关于转发（国办发〔2010〕1号）和粤府 〔2011〕 2 号文的通知");
        let found = find(&text);
        let shown: Vec<(&str, String)> = found.iter().map(|(range, n)| (&text[range.clone()], n.to_string())).collect();
        assert_eq!(shown[0], ("国办发(2010)1号", "国办发(2010)1".to_owned()));
        assert!(shown[1].0.ends_with("粤府(2011)2号文"), "{shown:?}");
        assert_eq!(find("建设(2016-2020年)行动"), vec![]);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC{0,40}|[粤府办(〔 2023)〕第号]{0,24}") {
            let _ = key(&text);
            for (range, _) in find(&crate::normalise(&text)) {
                prop_assert!(range.start < range.end);
            }
        }

        #[test]
        fn a_key_is_its_own_key(issuer in "[粤府办发函]{1,6}", year in 1949_u16..2049, number in 1_u32..99_999) {
            let written = format!("{issuer}〔{year}〕{number}号");
            let first = key(&written).expect("a plain number");
            prop_assert_eq!(key(&first), Some(first.clone()));
        }
    }
}
