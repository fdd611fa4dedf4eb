//! The searchable form of a text, and the way back to where each piece of it came from.

use std::ops::Range;

use unicode_normalization::char::canonical_combining_class;

use crate::fold::{self, is_han, is_invisible};

/// Where one character of the normalised text starts there, and the bytes of the original it stands for.
#[derive(Clone, Copy, Debug)]
struct Piece {
    c: char,
    start: usize,
    end: usize,
}

/// A text in its searchable form, with the map back to the original for highlighting.
#[derive(Clone, Debug, Default)]
pub struct Normalised {
    text: String,
    pieces: Vec<(usize, Range<usize>)>,
}

/// The searchable form of `text`.
///
/// NFKC (UAX #15) and lower case; one form each of brackets, dots and dashes; traditional and variant characters
/// simplified one to one; control and format characters dropped; white space collapsed to one space, and removed where
/// it is only typography: inside a document number (`粤府 〔2023〕 68 号`) and between two lone characters (`王　伟`).
///
/// Idempotent. It never makes two digits, words or Chinese characters equal that are not the same character in another
/// spelling: what is found is what was typed.
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut pieces = fold_all(text);
    squeeze(&mut pieces, true);
    pieces.iter().map(|piece| piece.c).collect()
}

/// What was typed into a search box as the parts that must each be contained: normalised, split at white space, each
/// once, in the order typed. Spaces inside a document number do not split it. What stands by itself in quotation marks
/// (`“水库 移民”`) is a phrase: one part, spaces and all, without the marks. Nothing else is an operator: single quotes,
/// stars, `AND` and colons are characters like others.
#[must_use]
pub fn parts(typed: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut add = |part: &str| {
        if !part.is_empty() && !parts.iter().any(|known| known == part) {
            parts.push(part.to_owned());
        }
    };
    let mut rest = typed;
    while let Some((before, phrase, after)) = phrase(rest) {
        words(before).split(' ').for_each(&mut add);
        add(&normalise(phrase));
        rest = after;
    }
    words(rest).split(' ').for_each(add);
    parts
}

fn words(typed: &str) -> String {
    let mut pieces = fold_all(typed);
    squeeze(&mut pieces, false);
    pieces.iter().map(|piece| piece.c).collect()
}

const QUOTATION_MARKS: [char; 4] = ['“', '”', '"', '＂'];

/// What stands before the first phrase of a text, the phrase without its marks, and what stands after it.
fn phrase(text: &str) -> Option<(&str, &str, &str)> {
    let is_apart = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let opens = |at: &usize| is_apart(text.get(..*at).and_then(|before| before.chars().next_back()));
    let mut from = 0;
    for (open, mark) in text.match_indices(QUOTATION_MARKS).filter(|(at, _)| opens(at)) {
        if open < from {
            continue;
        }
        let start = open + mark.len();
        let inside = text.get(start..)?;
        let closing = inside
            .match_indices(QUOTATION_MARKS)
            .find(|(at, mark)| is_apart(inside.get(at + mark.len()..).and_then(|after| after.chars().next())));
        // Without a closing mark further on there is none for a later opening one either.
        let (end, mark) = closing?;
        let phrase = inside.get(..end)?;
        if !phrase.trim().is_empty() {
            return Some((text.get(..open)?, phrase, inside.get(end + mark.len()..)?));
        }
        // Two marks with nothing between them are a pair all the same.
        from = start + end + mark.len();
    }
    None
}

impl Normalised {
    /// Normalises `text` and keeps the map.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut pieces = fold_all(text);
        squeeze(&mut pieces, true);
        let mut normalised = Self { text: String::with_capacity(text.len()), pieces: Vec::with_capacity(pieces.len()) };
        for piece in pieces {
            normalised.pieces.push((normalised.text.len(), piece.start..piece.end));
            normalised.text.push(piece.c);
        }
        normalised
    }

    /// The searchable form.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its characters, each with the bytes of the original it came from.
    pub(crate) fn characters(&self) -> impl Iterator<Item = (char, Range<usize>)> {
        self.text.chars().zip(self.pieces.iter().map(|piece| piece.1.clone()))
    }

    /// The bytes of the original that a range of bytes of [`Self::text`] came from; `None` if the range is empty or
    /// outside.
    #[must_use]
    pub fn original(&self, range: &Range<usize>) -> Option<Range<usize>> {
        if range.is_empty() || range.end > self.text.len() {
            return None;
        }
        let first = self.pieces.partition_point(|piece| piece.0 <= range.start).checked_sub(1)?;
        let last = self.pieces.partition_point(|piece| piece.0 < range.end).checked_sub(1)?;
        Some(self.pieces.get(first)?.1.start..self.pieces.get(last)?.1.end)
    }
}

fn fold_all(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(text.len() / 2);
    let mut characters = text.char_indices();
    let mut marked = Vec::new();
    while let Some((start, c)) = characters.next() {
        let mut end = start + c.len_utf8();
        marked.clear();
        // What is dropped does not part a character from its mark: it would join it when normalised once more.
        while !is_invisible(c) {
            let mut ahead = characters.clone();
            let Some((at, mark)) = ahead.find(|(_, c)| !is_invisible(*c)).filter(|(_, c)| is_mark(*c)) else { break };
            if marked.is_empty() {
                marked.push(c);
            }
            marked.push(mark);
            end = at + mark.len_utf8();
            characters = ahead;
        }
        let mut push = |c| pieces.push(Piece { c, start, end });
        if marked.is_empty() {
            fold::character(c, push);
        } else {
            fold::cluster(&marked, &mut push);
        }
    }
    pieces
}

/// A mark that belongs to the character before it: accents, and the half-width voicing marks of kana. The ranges hold no
/// mark and are most of what is written.
fn is_mark(c: char) -> bool {
    c >= '\u{300}'
        && !matches!(c, '\u{2000}'..='\u{20CF}' | '\u{2100}'..='\u{2CEE}' | '\u{2E00}'..='\u{3029}' | '\u{3100}'..='\u{9FFF}')
        && (canonical_combining_class(c) != 0 || matches!(c, '\u{FF9E}' | '\u{FF9F}'))
}

/// Collapses white space and takes out what is typography only; between lone characters it is that in a title, but in a
/// query (`县 志`) it may part two words.
fn squeeze(pieces: &mut Vec<Piece>, names: bool) {
    let mut previous = ' ';
    pieces.retain(|piece| {
        let keep = piece.c != ' ' || previous != ' ';
        previous = piece.c;
        keep
    });
    if pieces.last().is_some_and(|piece| piece.c == ' ') {
        pieces.pop();
    }
    if !pieces.iter().any(|piece| piece.c == ' ') {
        return;
    }
    let at = |i: usize| pieces.get(i).map_or(' ', |piece| piece.c);
    let before = |i: usize, n: usize| i.checked_sub(n).map_or(' ', at);
    let typography: Vec<bool> = (0..pieces.len())
        .map(|i| at(i) == ' ' && (in_document_number(i, &at) || (names && between_lone_characters(i, &at, &before))))
        .collect();
    let mut drop = typography.into_iter();
    pieces.retain(|_| !drop.next().unwrap_or(false));
}

/// `王 伟`: a single Chinese character on either side, as rosters are aligned.
fn between_lone_characters(i: usize, at: &impl Fn(usize) -> char, before: &impl Fn(usize, usize) -> char) -> bool {
    is_han(before(i, 1)) && !is_han(before(i, 2)) && is_han(at(i + 1)) && !is_han(at(i + 2))
}

/// True if the space at `i` lies in `办 ( 2023 ) 第 68 号`: within or beside a bracketed year that a number follows.
fn in_document_number(i: usize, at: &impl Fn(usize) -> char) -> bool {
    // The longest such tail is ` ( 2023 ) 第 123456 号`; the bracket opens at most 12 characters before the space.
    let earliest = i.saturating_sub(22);
    (earliest..=i + 1).filter(|&open| at(open) == '(').any(|open| {
        document_number_tail(open, at).is_some_and(|end| {
            let lead = open.checked_sub(2).map(at);
            i + 1 == open && lead.is_some_and(is_han) || (open < i && i < end)
        })
    })
}

/// The end of `( 2023 ) 第 68 号` that opens at `open`, spaces allowed between its parts.
fn document_number_tail(open: usize, at: &impl Fn(usize) -> char) -> Option<usize> {
    let skip = |i: usize| if at(i) == ' ' { i + 1 } else { i };
    let digits = |from: usize| (from..from + 7).find(|&i| !at(i).is_ascii_digit()).unwrap_or(from + 7);
    let year = skip(open + 1);
    let after_year = digits(year);
    let close = skip(after_year);
    if !matches!(after_year - year, 2 | 4) || at(close) != ')' {
        return None;
    }
    let mut number = skip(close + 1);
    if at(number) == '第' {
        number = skip(number + 1);
    }
    let after_number = digits(number);
    if after_number == number || after_number - number > 6 {
        return None;
    }
    let mark = skip(after_number);
    Some(if at(mark) == '号' { mark } else { after_number })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization as _;
    use unicode_normalization::char::canonical_combining_class;

    use super::{Normalised, normalise, parts};

    #[test]
    fn spellings_of_one_title_meet() {
        assert_eq!(normalise("粵府 [2023] 68 號"), "粤府(2023)68号");
        assert_eq!(normalise("粤府〔２０２３〕６８号"), "粤府(2023)68号");
        assert_eq!(normalise("豫政办 〔2014〕 第 62 号文"), "豫政办(2014)第62号文");
        assert_eq!(normalise("2016—2020年 ＷＴＯ Ｄａ"), "2016-2020年 wto da");
        assert_eq!(normalise("阿不都·热合曼•买买提"), "阿不都.热合曼.买买提");
        assert_eq!(normalise("\u{200b}通知\u{feff}"), "通知");
    }

    #[test]
    fn spaces_that_part_words_stay() {
        assert_eq!(normalise("国务院　中央军委  关于"), "国务院 中央军委 关于");
        assert_eq!(normalise("“ 十三五”行动"), "“ 十三五”行动");
        assert_eq!(normalise("建设 (2016年) 行动"), "建设 (2016年) 行动");
    }

    #[test]
    fn names_set_apart_by_a_space_are_closed_up() {
        assert_eq!(normalise("关于任命: 王　伟、李小明"), "关于任命: 王伟、李小明");
    }

    #[test]
    fn a_query_falls_into_its_parts() {
        assert_eq!(parts(" 粤府 [2023] 68 号　通知 通知"), ["粤府(2023)68号", "通知"]);
        assert_eq!(parts("县 志"), ["县", "志"]);
        assert_eq!(parts(" \u{200b}\t"), Vec::<String>::new());
    }

    #[test]
    fn quotation_marks_ask_for_the_phrase() {
        for typed in ["“水库  移民” 通知", "\"水庫 移民\" 通知", "＂水库 移民＂　通知", "”水库 移民” 通知"]
        {
            assert_eq!(parts(typed), ["水库 移民", "通知"], "{typed}");
        }
        assert_eq!(parts("通知 “王　伟” \"a\" b"), ["通知", "王伟", "a", "b"]);
        for literal in ["\"a", "a\"b\"", "关于“三农”工作", "“", "\"\"", "'a'"] {
            assert_eq!(parts(literal), [normalise(literal)], "{literal}");
        }
        assert_eq!(parts("\" \" “水库”"), ["\"", "水库"]);
    }

    #[test]
    fn rare_characters_stay_whole() {
        assert_eq!(normalise("𠮷野家䢺\u{e0100}"), "𠮷野家䢺");
    }

    #[test]
    fn a_hit_is_found_again_in_the_original() {
        let original = "粵府　[2023]　68 號《通知》";
        let normalised = Normalised::new(original);
        let at = normalised.text().find("68号").expect("normalised number");
        let range = normalised.original(&(at..at + "68号".len())).expect("inside");
        assert_eq!(&original[range], "68 號");
        assert_eq!(normalised.original(&(3..3)), None);
        assert_eq!(normalised.original(&(0..10_000)), None);
    }

    #[test]
    fn what_is_dropped_parts_no_character_from_its_mark() {
        assert_eq!(normalise("Z\0\u{331}"), normalise("Z\u{331}"));
        assert_eq!(normalise("\0\u{331}\0"), "\u{331}");
        let normalised = Normalised::new("aZ\0\0\u{331}\0b");
        let place = normalised.text().find('\u{1E95}').expect("one character");
        assert_eq!(normalised.original(&(place..place + 3)), Some(1..6));
    }

    #[test]
    fn every_character_is_the_same_when_normalised_twice() {
        for c in '\0'..=char::MAX {
            let once = normalise(&String::from(c));
            assert_eq!(normalise(&once), once, "{c:?}");
        }
    }

    #[test]
    fn every_letter_with_a_mark_is_the_same_when_normalised_twice() {
        let marks: Vec<char> =
            ('\u{300}'..='\u{345}').chain(['\u{3099}', '\u{309A}', '\u{FF9E}', '\u{FF9F}']).collect();
        let changes =
            |c: &char| c.is_ascii_alphabetic() || c.to_lowercase().ne([*c]) || std::iter::once(*c).nfkd().ne([*c]);
        for c in ('\0'..='\u{2FFF}').chain('\u{A640}'..='\u{ABFF}').filter(changes) {
            for &mark in &marks {
                for text in [String::from_iter([c, mark]), String::from_iter([c, '\u{323}', '\0', mark])] {
                    let once = normalise(&text);
                    assert_eq!(normalise(&once), once, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn every_mark_that_stands_before_another_lets_it_join_the_letter() {
        for mark in ('\0'..=char::MAX).filter(|c| canonical_combining_class(*c) != 0) {
            for text in [String::from_iter(['s', mark, '\u{327}']), String::from_iter(['a', mark, '\u{301}'])] {
                let once = normalise(&text);
                assert_eq!(normalise(&once), once, "{text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn normalising_is_idempotent_and_never_fails(text in "\\PC{0,60}|[\\x00-\\u{10FFFF}]{0,40}|[粤府办王伟 　()〔〕0-9第号]{0,30}|[ZHJk か\\x00\u{200B}\u{300}\u{331}\u{FF9E}]{0,9}") {
            let once = normalise(&text);
            prop_assert_eq!(&normalise(&once), &once);
            let with_map = Normalised::new(&text);
            prop_assert_eq!(with_map.text(), once.as_str());
            if !once.is_empty() {
                let whole = with_map.original(&(0..once.len())).expect("the whole text has an origin");
                prop_assert!(text.get(whole).is_some(), "offsets fall on characters");
            }
        }

        #[test]
        fn a_slice_without_spaces_stays_a_slice(text in "[关于粵府〔［(（2023)）］〕68號第ＡａB·•—－“”《》、 　]{1,40}", from in 0_usize..40, len in 1_usize..9) {
            let slice: String = text.chars().skip(from).take(len).collect();
            prop_assume!(!slice.chars().any(char::is_whitespace));
            prop_assert!(normalise(&text).contains(&normalise(&slice)), "{:?} in {:?}", slice, text);
        }
    }
}
