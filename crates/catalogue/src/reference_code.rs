//! 档号: reference codes, their equality, their order and what they tell about the place of a description.
//!
//! DA/T 13-2022 joins the levels of a code with "-" and the parts of one level with "·"; catalogues write both in
//! many ways. Older codes follow DA/T 13-1994 (全宗号-案卷目录号-案卷号-件号). So a code is read by patterns, of which
//! a fonds may have its own, and never by one expression.

use std::fmt::Write;

use crate::Level;
use crate::plain::{dense, plain};

/// The longest code that is taken, in characters.
const LONGEST: usize = 120;

/// A reference code: as written, the key that decides equality, and the key that decides order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReferenceCode {
    written: String,
    key: String,
}

/// Why a text is not a reference code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CodeProblem {
    /// Nothing is written.
    #[error("档号为空")]
    Empty,
    /// More than 120 characters.
    #[error("档号超过 120 个字符")]
    TooLong,
}

impl ReferenceCode {
    /// Reads a code. Codes are equal when they differ only in width, blanks, letter case, or the form of dash and
    /// dot; a leading zero makes a different code.
    pub fn parse(text: &str) -> Result<Self, CodeProblem> {
        let written = crate::plain::kept(text);
        let key = key(&written);
        match key.chars().count() {
            0 => Err(CodeProblem::Empty),
            1..=LONGEST => Ok(Self { written, key }),
            _ => Err(CodeProblem::TooLong),
        }
    }

    /// As the catalogue wrote it.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The key that decides equality: one dash, one dot, capitals, no blanks.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The key that decides archival order when compared byte by byte: a level before its parts, numbers by value
    /// (件号 2 before 10, zero-padded or not), numbers before letters.
    pub fn sort_key(&self) -> String {
        sort_key(&self.key)
    }

    /// The levels of the code from left to right, as in the key.
    pub fn levels(&self) -> impl Iterator<Item = &str> {
        self.key.split('-')
    }

    /// The fonds number the code begins with.
    pub fn fonds(&self) -> &str {
        self.key.split('-').next().unwrap_or(&self.key)
    }

    /// The code of the level above, if the code has more than one level.
    pub fn above(&self) -> Option<&str> {
        self.key.rsplit_once('-').map(|(above, _)| above)
    }
}

/// The key of a code: see [`ReferenceCode::parse`].
pub fn key(text: &str) -> String {
    let mut key: String = dense(text).chars().map(unified).map(|c| c.to_ascii_uppercase()).collect();
    if !key.is_ascii() {
        // A blank that is gone may have kept a letter from its accent.
        key = plain(&key);
    }
    while key.contains("--") {
        key = key.replace("--", "-");
    }
    key.trim_matches('-').to_owned()
}

/// One dash and one dot for the many that are written.
const fn unified(c: char) -> char {
    match c {
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '－' | '﹣' | '─' | '~' => '-',
        '.' | '•' | '・' | '‧' | '∙' | '⋅' | '●' | '･' => '·',
        other => other,
    }
}

/// See [`ReferenceCode::sort_key`]. A number is written as its length in two digits and its digits without leading
/// zeros, so that texts compare as numbers do.
fn sort_key(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 8);
    let mut rest = key;
    while let Some(c) = rest.chars().next() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if digits == 0 {
            out.push(match c {
                '-' => '!',
                '·' => '"',
                other => other,
            });
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        } else {
            let (number, after) = rest.split_at(digits);
            let number = number.trim_start_matches('0');
            // Writing to a text cannot fail.
            let _ = write!(out, "{:02}{number}", number.len().min(99));
            rest = after;
        }
    }
    out
}

/// What one level of a code is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// 全宗号
    Fonds,
    /// 门类、类别号、年度、保管期限、机构（问题）, joined by dots
    Class,
    /// 案卷目录号 (DA/T 13-1994)
    Inventory,
    /// 项目号
    Project,
    /// 案卷号, 组号, 册号
    Volume,
    /// 件号
    Item,
    /// 页号
    Page,
}

/// The pattern of the codes of a fonds: what each level is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodePattern(Vec<Part>);

impl CodePattern {
    /// Reads a pattern such as `全宗-目录-案卷-件`, or `fonds-inventory-volume-item`.
    pub fn parse(text: &str) -> Option<Self> {
        let part = |word: &str| {
            Some(match word.trim().trim_end_matches('号') {
                "全宗" | "fonds" => Part::Fonds,
                "类别" | "门类" | "class" => Part::Class,
                "目录" | "案卷目录" | "inventory" => Part::Inventory,
                "项目" | "project" => Part::Project,
                "案卷" | "组" | "册" | "volume" => Part::Volume,
                "件" | "item" => Part::Item,
                "页" | "page" => Part::Page,
                _ => return None,
            })
        };
        text.split('-').map(part).collect::<Option<Vec<_>>>().filter(|parts| !parts.is_empty()).map(Self)
    }

    /// The level that a code of this pattern describes, if the code has that many levels or fewer.
    fn level(&self, levels: usize) -> Option<Level> {
        self.0.get(..levels)?.last().map(|part| match part {
            Part::Fonds => Level::Fonds,
            Part::Class | Part::Inventory | Part::Project => Level::Series,
            Part::Volume => Level::Volume,
            Part::Item | Part::Page => Level::Item,
        })
    }
}

/// The level a code describes: by the first pattern of the fonds that fits, else by the forms of DA/T 13-2022 and
/// DA/T 13-1994.
pub fn level(code: &ReferenceCode, patterns: &[CodePattern]) -> Level {
    let levels: Vec<&str> = code.levels().collect();
    if let Some(level) = patterns.iter().find_map(|pattern| pattern.level(levels.len())) {
        return level;
    }
    match levels.as_slice() {
        [] | [_] => Level::Fonds,
        [_, _] => Level::Series,
        [_, class, last] => {
            let by_number = class.starts_with(|c: char| c.is_ascii_digit());
            let by_item = is_arranged_by_item(class) || last.len() >= 4;
            if !by_number && by_item { Level::Item } else { Level::Volume }
        }
        _ => Level::Item,
    }
}

/// Whether a class is arranged by item rather than by volume: 文书 and the electronic kinds (DA/T 13-2022), always
/// with a year and a retention period.
fn is_arranged_by_item(class: &str) -> bool {
    let kind = class.split('·').next().unwrap_or(class);
    matches!(kind, "WS" | "SJ" | "YJ" | "WY" | "MT" | "SW")
}

/// The key of the code of what holds the description as far as its code says, described or not: the volume of an item,
/// the class (类别号) of what is arranged by item, the catalogue (目录号) of a volume, the wider class of a series.
pub fn parent(code: &ReferenceCode, level: Level) -> Option<&str> {
    match level {
        Level::Institution | Level::Fonds => None,
        Level::Series => wider(code.key()),
        Level::Volume | Level::Item => code.above(),
    }
}

/// A code without its last level, or without the last part of it: of `L001-WS·1998·Y` the class `L001-WS·1998`.
pub fn wider(key: &str) -> Option<&str> {
    key.rsplit_once(['-', '·']).map(|(wider, _)| wider)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> ReferenceCode {
        ReferenceCode::parse(text).unwrap()
    }

    #[test]
    fn one_code_in_many_spellings() {
        let want = code("Z109-WS·2011·Y·办公室-0001");
        for text in ["Z109－WS•2011•Y•办公室－0001", " z109—ws.2011.y.办公室 - 0001 ", "Ｚ109-WS・2011・Y・办公室-0001"]
        {
            assert_eq!(code(text).key(), want.key(), "{text}");
        }
        assert_ne!(code("Z109-WS·2011·Y·办公室-1").key(), want.key());
        assert_eq!(code("Z109-WS·2011·Y·办公室-1").sort_key(), want.sort_key());
    }

    #[test]
    fn archival_order() {
        let mut codes = ["C038-1-10", "C038-1", "C038-1-2", "C038-1-2-10", "C038-1-2-9", "C038", "C038-1·2-1", "C100"];
        codes.sort_by_key(|text| code(text).sort_key());
        assert_eq!(
            codes,
            ["C038", "C038-1", "C038-1-2", "C038-1-2-9", "C038-1-2-10", "C038-1-10", "C038-1·2-1", "C100"]
        );
    }

    #[test]
    fn levels_of_the_standard_forms() {
        let cases = [
            ("Z109-WS·2011·Y·办公室-0001", Level::Item, Some("Z109-WS·2011·Y·办公室")),
            ("A439-WS·2015·D30·003-005", Level::Item, Some("A439-WS·2015·D30·003")),
            ("J019-ZY·JC·CC·2019·D30-001-001", Level::Item, Some("J019-ZY·JC·CC·2019·D30-001")),
            ("J019-KU·01·2017-001", Level::Volume, Some("J019-KU·01·2017")),
            ("A002-RS-001-002", Level::Item, Some("A002-RS-001")),
            ("K021-ZP·2019·D30-025-005", Level::Item, Some("K021-ZP·2019·D30-025")),
            ("C038-001-002-003", Level::Item, Some("C038-001-002")),
            ("C038-001-002", Level::Volume, Some("C038-001")),
            ("X013", Level::Fonds, None),
        ];
        for (text, want, above) in cases {
            let code = code(text);
            assert_eq!(level(&code, &[]), want, "{text}");
            assert_eq!(parent(&code, want), above, "{text}");
        }
    }

    #[test]
    fn a_class_stands_in_wider_classes() {
        let class = code("L001-WS·1998·Y");
        assert_eq!(parent(&class, Level::Series), Some("L001-WS·1998"));
        assert_eq!(wider("L001-WS·1998"), Some("L001-WS"));
        assert_eq!(wider("L001-WS"), Some("L001"));
        assert_eq!(wider("L001"), None);
    }

    #[test]
    fn a_fonds_may_have_its_own_pattern() {
        let pattern = CodePattern::parse("全宗号-目录号-件号").unwrap();
        assert_eq!(level(&code("C038-001-002"), &[pattern]), Level::Item);
        assert_eq!(CodePattern::parse("全宗-什么"), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,40}") {
            if let Ok(code) = ReferenceCode::parse(&text) {
                let at = level(&code, &[]);
                drop((code.sort_key(), parent(&code, at).map(str::to_owned)));
                prop_assert_eq!(key(code.key()), code.key());
            }
        }

        #[test]
        fn numbers_sort_by_value(a in 0..100_000_u32, b in 0..100_000_u32, pad in 1..7_usize) {
            let left = code(&format!("X1-WS·2001·Y-{a}")).sort_key();
            let right = code(&format!("X1-WS·2001·Y-{b:0pad$}")).sort_key();
            prop_assert_eq!(left.cmp(&right), a.cmp(&b));
        }
    }
}
