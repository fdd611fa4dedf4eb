//! Words of a dictionary in running text, for weight and for help with a query that found nothing; never for recall.

use std::ops::Range;
use std::sync::OnceLock;

use jieba_rs::Jieba;

use crate::fold::is_han;

/// The built-in dictionary, loaded when it is first asked. Loading takes some hundred milliseconds and tens of megabytes:
/// make one and share it.
#[derive(Debug, Default)]
pub struct Words {
    jieba: OnceLock<Jieba>,
}

/// A word of a text and its part of speech.
#[derive(Clone, Debug)]
pub(crate) struct Token<'t> {
    /// The word as written.
    pub(crate) word: &'t str,
    /// Bytes of the text.
    pub(crate) span: Range<usize>,
    /// The part of speech in jieba's notation: `n`, `nr` persons, `ns` places, `nt` bodies, `v`, `vn`, `x` signs.
    pub(crate) tag: &'t str,
}

/// The most characters of a text that are cut into words; what follows is left out.
pub const MAX_CHARACTERS: usize = 10_000;

/// Characters to each side of a piece that decide whether it stands as a word: the longest common words have four.
const AROUND: usize = 4;

impl Words {
    /// Loads the dictionary now, so that nobody who asks has to wait for it.
    pub fn load(&self) {
        self.jieba();
    }

    fn jieba(&self) -> &Jieba {
        self.jieba.get_or_init(Jieba::new)
    }

    /// Whether words begin and end where the piece at `place` (bytes) of `text` does: `海关` in `与海关合作`, not in
    /// `上海关于`. False for a place that is none.
    #[must_use]
    pub fn stands(&self, text: &str, place: Range<usize>) -> bool {
        let (Some(before), Some(piece), Some(after)) =
            (text.get(..place.start), text.get(place.clone()), text.get(place.end..))
        else {
            return false;
        };
        let begin = before.char_indices().rev().take(AROUND).take_while(|(_, c)| is_han(*c)).last();
        let begin = begin.map_or(place.start, |(at, _)| at);
        let end = after.char_indices().take(AROUND).take_while(|(_, c)| is_han(*c)).last();
        let end = end.map_or(place.end, |(at, c)| place.end + at + c.len_utf8());
        if piece.is_empty() || (begin == place.start && end == place.end) {
            return true;
        }
        let mut at = begin;
        let (mut begins, mut ends) = (false, end == place.end);
        for token in self.jieba().cut(text.get(begin..end).unwrap_or_default(), false) {
            begins = begins || at == place.start;
            at += token.word.len();
            ends = ends || at == place.end;
        }
        begins && ends
    }

    /// Whether a text is one word of the dictionary that names no person.
    #[must_use]
    pub fn is_common(&self, text: &str) -> bool {
        let mut tokens = self.jieba().tag(text, false).into_iter();
        tokens.next().is_some_and(|token| token.word == text && !token.tag.starts_with("nr") && token.tag != "x")
    }

    /// All of `text` as words with their parts of speech, signs and spaces among them, without a limit of length.
    pub(crate) fn tagged<'t>(&'t self, text: &'t str) -> Vec<Token<'t>> {
        let mut end = 0;
        let mut token = |word: &'t str, tag: &'t str| {
            let start = end;
            end += word.len();
            Token { word, span: start..end, tag }
        };
        self.jieba().tag(text, false).into_iter().map(|found| token(found.word, found.tag)).collect()
    }

    /// How often the dictionary has met a word, in its 60 million; 1 or little more for one it does not have.
    pub(crate) fn frequency(&self, word: &str) -> usize {
        self.jieba().suggest_freq(word)
    }

    /// The words of `text` in order, those that carry meaning only: two or more characters, or a run of letters or
    /// digits.
    #[must_use]
    pub fn of<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let end = text.char_indices().nth(MAX_CHARACTERS).map_or(text.len(), |(at, _)| at);
        let text = text.get(..end).unwrap_or(text);
        self.jieba()
            .cut(text, false)
            .into_iter()
            .map(|token| token.word)
            .filter(|word| {
                let mut characters = word.chars();
                let first = characters.next();
                first.is_some_and(|c| is_han(c) && characters.next().is_some() || c.is_ascii_alphanumeric())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_CHARACTERS, Words};

    #[test]
    fn words_carry_meaning_and_stay_in_order() {
        let words = Words::default();
        assert_eq!(words.of("关于农村土地承包的通知（2019）"), ["关于", "农村土地", "承包", "通知", "2019"]);
        assert!(words.of("，。《》").is_empty());
    }

    #[test]
    fn a_common_word_names_nobody() {
        let words = Words::default();
        assert_eq!(
            ["石油", "水利局", "毛泽东", "王小明", "石油普查", ""].map(|text| words.is_common(text)),
            [true, true, false, false, false, false]
        );
    }

    #[test]
    fn a_piece_stands_where_words_begin_and_end() {
        let words = Words::default();
        let stands = |text: &str, piece: &str| {
            let at = text.find(piece).unwrap();
            words.stands(text, at..at + piece.len())
        };
        assert!(stands("本县与海关合作的通知", "海关"));
        assert!(!stands("上海关于修路的通知", "海关"));
        assert!(stands("上海关于修路的通知", "上海"));
        assert!(stands("海关", "海关") && stands("《海关》", "海关"));
        assert!(!words.stands("海关", 1..3) && !words.stands("海关", 0..99));
    }

    #[test]
    fn all_of_a_text_is_in_its_tokens() {
        let words = Words::default();
        for text in ["县档案馆 1986年\r\n\n　王小明，OK！ \t𠮷\u{200b}end", "", "\n"] {
            let tokens = words.tagged(text);
            assert_eq!(tokens.iter().map(|token| token.word).collect::<String>(), text);
            assert!(tokens.iter().all(|token| text.get(token.span.clone()) == Some(token.word)));
        }
    }

    #[test]
    fn l21_a_very_long_text_is_cut() {
        let words = Words::default();
        let text = "档案".repeat(500_000);
        assert!(words.of(&text).iter().map(|word| word.chars().count()).sum::<usize>() <= MAX_CHARACTERS);
    }
}
