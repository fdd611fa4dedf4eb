//! One wrong character: where a text holds what was typed but for one character that is another, missing or too many.
//!
//! Numbers are never wrong: 68 is no misspelt 69, and no 6 with a character too many.

use std::ops::Range;

use crate::grams::FIELD_END;

/// The fewest letters of a part that may hold a wrong one. In fewer, as in names, another character is another thing.
const SHORTEST: usize = 6;

/// A part that may hold one wrong character.
pub(crate) struct Near<'q> {
    typed: &'q str,
    thirds: [&'q str; 3],
}

impl<'q> Near<'q> {
    /// Nothing if the part is too short for a mistake.
    pub(crate) fn new(typed: &'q str) -> Option<Self> {
        if typed.chars().filter(|c| c.is_alphabetic()).count() < SHORTEST {
            return None;
        }
        let length = typed.chars().count();
        let end = |of: usize| typed.char_indices().nth(length * of / 3).map_or(typed.len(), |(at, _)| at);
        let (first, second) = (end(1), end(2));
        Some(Self { typed, thirds: [typed.get(..first)?, typed.get(first..second)?, typed.get(second..)?] })
    }

    /// A mistake spoils one third at most: every text that holds the part holds one of these pairs whole.
    pub(crate) const fn pairs(&self) -> [[&'q str; 2]; 3] {
        let [a, b, c] = self.thirds;
        [[a, b], [a, c], [b, c]]
    }

    /// The first place, in bytes, where a normalised text holds the part.
    pub(crate) fn find(&self, text: &[u8]) -> Option<Range<usize>> {
        let text = std::str::from_utf8(text).ok()?;
        text.char_indices().find_map(|(at, _)| Some(at..at + self.length_at_start(text.get(at..)?)?))
    }

    /// How much of the beginning of a text is the part.
    fn length_at_start(&self, text: &str) -> Option<usize> {
        let alike = self.typed.bytes().zip(text.bytes()).take_while(|(typed, written)| typed == written).count();
        let at = self.typed.floor_char_boundary(alike);
        let (alike, rest) = self.typed.split_at_checked(at)?;
        let written = text.get(at..)?;
        let mut after = rest.chars();
        let Some(wrong) = after.next() else { return Some(at) };
        let after = after.as_str();
        // What follows in the text: where the part has not ended, that is what follows in the part as well.
        let around = |behind: &str| (alike.chars().next_back(), behind.chars().next());
        if let Some(right) = written.chars().next().filter(|c| *c != FIELD_END) {
            let behind = written.get(right.len_utf8()..)?;
            if behind.starts_with(after) && may_be_other(around(behind), wrong, right) {
                return Some(at + right.len_utf8() + after.len());
            }
            if at > 0 && behind.starts_with(rest) && may_come_and_go(around(behind), right) {
                return Some(at + right.len_utf8() + rest.len());
            }
        }
        (written.starts_with(after) && may_come_and_go(around(written), wrong)).then_some(at + after.len())
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Whether one character between two others may be meant by another: no digit is meant by another, and no other by one
/// that would make a number longer.
fn may_be_other((before, after): (Option<char>, Option<char>), typed: char, written: char) -> bool {
    let is_beside_digit = before.is_some_and(is_digit) || after.is_some_and(is_digit);
    !(is_digit(typed) || (is_digit(written) && is_beside_digit))
}

/// Whether a character between two others may be missing or too many: one that is no digit and keeps no digits apart.
fn may_come_and_go((before, after): (Option<char>, Option<char>), which: char) -> bool {
    let keeps_digits_apart = before.is_some_and(is_digit) && after.is_some_and(is_digit);
    !(is_digit(which) || keeps_digits_apart)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::{FIELD_END, Near, SHORTEST};

    /// The runs of digits in a text.
    fn numbers(text: &str) -> Vec<&str> {
        text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect()
    }

    /// Insertions, removals and replacements from one text to the other, the slow way.
    fn distance(one: &[char], other: &[char]) -> usize {
        match (one, other) {
            ([], rest) | (rest, []) => rest.len(),
            ([a, one @ ..], [b, other @ ..]) if a == b => distance(one, other),
            ([_, fewer @ ..], [_, less @ ..]) => {
                1 + distance(fewer, less).min(distance(fewer, other)).min(distance(one, less))
            }
        }
    }

    /// Whether some slice of a field is the part but for one character, by trying them all.
    pub(crate) fn holds(text: &str, part: &str) -> bool {
        let part: Vec<char> = part.chars().collect();
        text.split(FIELD_END).any(|field| {
            let field: Vec<char> = field.chars().collect();
            (0..=field.len()).any(|from| {
                let lengths = part.len().saturating_sub(1)..=part.len() + 1;
                lengths
                    .into_iter()
                    .any(|length| field.get(from..from + length).is_some_and(|slice| within_one(&part, slice)))
            })
        })
    }

    fn within_one(part: &[char], slice: &[char]) -> bool {
        let same = |a: &[char], b: &[char]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
        let front = same(part, slice);
        let (part, slice) = (&part[front..], &slice[front..]);
        let reversed = |text: &[char]| text.iter().rev().copied().collect::<Vec<char>>();
        let back = same(&reversed(part), &reversed(slice));
        part.len().max(slice.len()) <= back + 1
    }

    #[test]
    fn a_character_may_be_another_missing_or_too_many() {
        let typed = "关于修建水库的请示";
        let near = Near::new(typed).expect("long enough");
        for (text, found) in [
            ("转发关于修建水库的请示", Some("关于修建水库的请示")),
            ("关于修健水库的请示。", Some("关于修健水库的请示")),
            ("县关于修建大水库的请示", Some("关于修建大水库的请示")),
            ("关于修建水库请示", Some("关于修建水库请示")),
            ("关于修健大水库的请示", None),
            ("关于修建水库的\u{1}请示", None),
            ("关于修建", None),
        ] {
            assert_eq!(near.find(text.as_bytes()).map(|range| &text[range]), found, "{text}");
        }
    }

    #[test]
    fn numbers_are_never_wrong() {
        for (typed, text) in [
            ("人民政府办公室9号", "人民政府办公室8号"),
            ("人民政府办公室6号", "人民政府办公室68号"),
            ("人民政府办公室68号", "人民政府办公室6号"),
            ("人民政府办公室68号", "人民政府办公室6号文"),
            ("人民政府办公室12号", "人民政府办公室1年2号"),
            ("人民政府办公室1年2号", "人民政府办公室12号"),
            ("人民政府办公室某0号", "人民政府办公室10号"),
        ] {
            let near = Near::new(typed).expect("long enough");
            assert_eq!(near.find(text.as_bytes()), None, "{typed} {text}");
        }
        let near = Near::new("人民代表大会第某届").expect("long enough");
        assert!(near.find("人民代表大会第5届".as_bytes()).is_some(), "a number typed as a word");
    }

    #[test]
    fn names_and_numbers_are_too_short_for_a_mistake() {
        for typed in ["李小明", "县人民政府", "粤府(2023)68号", "2023-2024"] {
            assert!(Near::new(typed).is_none(), "{typed}");
        }
        assert_eq!("县教育局总结".chars().count(), SHORTEST);
        assert_eq!(Near::new("县教育局总结").expect("six").pairs()[1], ["县教", "总结"]);
    }

    proptest! {
        #[test]
        fn what_is_found_is_one_character_away_and_all_of_it_is_found(
            typed in "[民政局]{6,9}",
            text in "[民政局\u{1}]{0,14}",
        ) {
            let near = Near::new(&typed).expect("long enough");
            prop_assert_eq!(near.find(text.as_bytes()).is_some(), holds(&text, &typed));
            if let Some(range) = near.find(text.as_bytes()) {
                let letters = |text: &str| text.chars().collect::<Vec<char>>();
                prop_assert!(distance(&letters(&typed), &letters(&text[range])) <= 1);
            }
        }

        #[test]
        fn whatever_is_found_has_the_numbers_that_were_typed(
            typed in "[民政1]{6,12}",
            text in "[民政12 ]{0,16}",
        ) {
            let Some(near) = Near::new(&typed) else { return Ok(()) };
            if let Some(range) = near.find(text.as_bytes()) {
                let found = &text[range];
                prop_assert!(holds(&text, &typed));
                let (typed, found) = (numbers(&typed), numbers(found));
                // One character more may be a number: the one that was typed as something else.
                prop_assert!(typed == found || found.len() == typed.len() + 1, "{typed:?} {found:?}");
            }
        }
    }
}
