//! Texts cut into grams: single characters and pairs of neighbouring characters.
//!
//! A part of one or two characters is one list of postings, exact without another look. A longer part is the records that
//! hold all its pairs, each then checked against the text itself. Triples as grams of their own were measured: they make
//! an index take twice the time to write and a third more room, for one twelfth less time to search it.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Between two fields of a record's text; normalised text holds no control characters.
pub(crate) const FIELD_END: char = '\u{1}';
/// The same as it stands in the bytes of a text.
pub(crate) const FIELD_BYTE: u8 = 1;
const _: () = assert!(FIELD_END == '\u{1}', "one byte of that value");

/// The longest gram in characters.
pub(crate) const LONGEST: usize = 2;

/// The grams to look up for a part: the part itself if it is short enough, else every run of [`LONGEST`] characters.
/// Grams with a space are left out, as they are in the index.
pub(crate) fn of_part(part: &str) -> Vec<&str> {
    let ends: Vec<usize> = part.char_indices().map(|(at, _)| at).chain([part.len()]).collect();
    let length = LONGEST.min(ends.len().saturating_sub(1)).max(1);
    let mut grams: Vec<&str> = ends
        .windows(length + 1)
        .filter_map(|window| part.get(*window.first()?..*window.last()?))
        .filter(|gram| !gram.contains([' ', FIELD_END]))
        .collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// The tokenizer that feeds the index.
#[derive(Clone, Default)]
pub(crate) struct Grams {
    ends: Vec<usize>,
}

/// All grams of one text.
pub(crate) struct GramStream<'t> {
    text: &'t str,
    ends: &'t [usize],
    start: usize,
    length: usize,
    token: Token,
}

impl Tokenizer for Grams {
    type TokenStream<'t> = GramStream<'t>;

    fn token_stream<'t>(&'t mut self, text: &'t str) -> GramStream<'t> {
        self.ends.clear();
        self.ends.extend(text.char_indices().map(|(at, _)| at));
        self.ends.push(text.len());
        GramStream { text, ends: &self.ends, start: 0, length: 0, token: Token { position: 0, ..Token::default() } }
    }
}

impl GramStream<'_> {
    fn gram(&self) -> Option<&str> {
        self.text.get(*self.ends.get(self.start)?..*self.ends.get(self.start + self.length)?)
    }
}

impl TokenStream for GramStream<'_> {
    fn advance(&mut self) -> bool {
        loop {
            self.length += 1;
            if self.length > LONGEST {
                self.start += 1;
                self.length = 1;
            }
            if self.start + 1 >= self.ends.len() {
                return false;
            }
            let Some(gram) = self.gram() else {
                // The text ends before a gram of this length does.
                self.length = LONGEST;
                continue;
            };
            let last = gram.as_bytes().last().copied();
            if last == Some(b' ') || last == Some(b'\x01') {
                self.length = LONGEST;
                continue;
            }
            let (from, to) = (self.start, self.start + self.length);
            if let (Some(from), Some(to)) = (self.ends.get(from), self.ends.get(to)) {
                self.token.text.clear();
                self.token.text.push_str(self.text.get(*from..*to).unwrap_or_default());
            }
            return true;
        }
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use tantivy::tokenizer::{TokenStream as _, Tokenizer as _};

    use super::{Grams, of_part};

    fn indexed(text: &str) -> Vec<String> {
        let mut grams = Grams::default();
        let mut stream = grams.token_stream(text);
        let mut all = Vec::new();
        while stream.advance() {
            all.push(stream.token().text.clone());
        }
        all
    }

    #[test]
    fn one_and_two_characters_within_a_field() {
        assert_eq!(indexed("𠮷野家\u{1}民 a"), ["𠮷", "𠮷野", "野", "野家", "家", "民", "a"]);
        assert_eq!(indexed(""), Vec::<String>::new());
    }

    #[test]
    fn a_part_is_looked_up_by_its_longest_grams() {
        assert_eq!(of_part("民"), ["民"]);
        assert_eq!(of_part("民政"), ["民政"]);
        assert_eq!(of_part("民政局"), ["政局", "民政"]);
        assert_eq!(of_part("a b"), Vec::<&str>::new());
        assert_eq!(of_part(""), Vec::<&str>::new());
    }
}
