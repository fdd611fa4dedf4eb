//! Words of a dictionary in running text, for weight and for help with a query that found nothing; never for recall.

use jieba_rs::Jieba;

use crate::fold::is_han;

/// The loaded dictionary. Loading takes some hundred milliseconds and tens of megabytes: make one and share it.
#[derive(Debug)]
pub struct Words {
    jieba: Jieba,
}

/// The most characters of a text that are cut into words; what follows is left out.
pub const MAX_CHARACTERS: usize = 10_000;

impl Words {
    /// Loads the built-in dictionary.
    #[must_use]
    pub fn load() -> Self {
        Self { jieba: Jieba::new() }
    }

    /// The words of `text` in order, those that carry meaning only: two or more characters, or a run of letters or
    /// digits.
    #[must_use]
    pub fn of<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let end = text.char_indices().nth(MAX_CHARACTERS).map_or(text.len(), |(at, _)| at);
        let text = text.get(..end).unwrap_or(text);
        self.jieba
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

impl Default for Words {
    fn default() -> Self {
        Self::load()
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_CHARACTERS, Words};

    #[test]
    fn words_carry_meaning_and_stay_in_order() {
        let words = Words::load();
        assert_eq!(words.of("关于农村土地承包的通知（2019）"), ["关于", "农村土地", "承包", "通知", "2019"]);
        assert!(words.of("，。《》").is_empty());
    }

    #[test]
    fn l21_a_very_long_text_is_cut() {
        let words = Words::load();
        let text = "档案".repeat(500_000);
        assert!(words.of(&text).iter().map(|word| word.chars().count()).sum::<usize>() <= MAX_CHARACTERS);
    }
}
