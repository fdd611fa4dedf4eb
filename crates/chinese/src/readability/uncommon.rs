//! Words that few readers know (生僻词).
//!
//! A word is uncommon if the dictionary has seldom met it and one of its characters is not among the 3,755 of the first
//! level of GB/T 2312-1980, which are the common ones; or if it is a set phrase of four characters that is seldom met and not two words side by side.
//! Frequency alone would not do: 米酒 and 地契 are rare in print, and everybody reads them. Names are left alone.

use std::collections::HashMap;

use encoding_rs::GBK;

use super::{Finding, Kind, Paragraph, Sheet};
use crate::fold::is_han;
use crate::words::{Token, Words};

/// A word met less often in the dictionary's 60 million is seldom met.
const SELDOM: usize = 150;
/// A set phrase met less often is.
const SELDOM_PHRASE: usize = 10;

/// How many uncommon words there are, and those in paragraphs with `limit` of them or more.
pub(super) fn find(sheet: &Sheet<'_>, words: &Words, paragraphs: &[Paragraph], limit: usize) -> (usize, Vec<Finding>) {
    let mut known: HashMap<&str, bool> = HashMap::new();
    let mut is_uncommon = |token: &Token<'_>, word| *known.entry(word).or_insert_with(|| is_uncommon(token, words));
    let uncommon: Vec<&Token<'_>> = sheet
        .tokens
        .iter()
        .filter(|token| !is_name(token.tag) && is_uncommon(token, token.word) && !sheet.is_quoted(&token.span))
        .collect();
    let found = paragraphs.iter().flat_map(|paragraph| {
        let first = uncommon.partition_point(|token| token.span.start < paragraph.span.start);
        let end = uncommon.partition_point(|token| token.span.start < paragraph.span.end);
        let own = uncommon.get(first..end).unwrap_or_default();
        own.iter().filter(move |_| own.len() >= limit.max(1)).map(move |token| Finding {
            span: token.span.clone(),
            kind: Kind::UncommonWord,
            times: 1,
            reason: format!("“{}”不常见，这一段里这样的词有 {} 个", token.word, own.len()),
            advice: "换成常用的说法，或加上读音和解释".to_owned(),
            replacement: None,
            note: None,
        })
    });
    (uncommon.len(), found.collect())
}

fn is_name(tag: &str) -> bool {
    matches!(tag, "nr" | "ns" | "nt" | "nrt" | "nrfg")
}

fn is_uncommon(token: &Token<'_>, words: &Words) -> bool {
    let length = token.word.chars().count();
    let has_rare = token.word.chars().any(|c| is_han(c) && !is_first_level(c));
    if !has_rare && length < 4 || !token.word.chars().all(is_han) {
        return false;
    }
    let frequency = words.frequency(token.word);
    has_rare && frequency < SELDOM
        || token.tag == "i" && frequency < SELDOM_PHRASE && !is_of_two_words(token.word, words)
}

/// 推广应用: four characters that are two words which everybody knows.
fn is_of_two_words(phrase: &str, words: &Words) -> bool {
    let middle = phrase.char_indices().nth(2).map_or(phrase.len(), |(at, _)| at);
    phrase
        .split_at_checked(middle)
        .is_some_and(|(first, second)| [first, second].iter().all(|half| words.is_common(half)))
}

/// Whether a character is one of the first level (rows 16–55) of GB/T 2312-1980.
fn is_first_level(c: char) -> bool {
    let mut utf8 = [0; 4];
    let (bytes, _, is_unmappable) = GBK.encode(c.encode_utf8(&mut utf8));
    !is_unmappable && matches!(*bytes, [0xB0..=0xD7, 0xA1..=0xFE])
}

#[cfg(test)]
mod tests {
    use super::is_first_level;

    #[test]
    fn the_first_level_has_3755_characters() {
        assert_eq!(('\u{3400}'..'\u{A000}').filter(|c| is_first_level(*c)).count(), 3755);
        assert!("的档案座".chars().all(is_first_level));
        assert!(!"皴漶褡龘𠮷〇".chars().any(is_first_level));
    }
}
