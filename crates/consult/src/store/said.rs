//! What was said, found again: by the pairs of characters that it holds.

use kernel::db::{self, Dialect};
use kernel::{Id, Tx};

use crate::conversation::Message;

/// How many messages are looked at, the newest of those that hold what is sought.
pub(crate) const LOOKED_AT: i64 = 2000;
/// The most words of a search that count.
const MOST_WORDS: usize = 32;
/// Letters of one character: 26⁴ is more than the characters in use, and where two share their letters one more is found.
const LETTERS: u32 = 4;

/// Notes what a message says, so that it can be found.
pub(crate) async fn put(tx: &mut Tx, message: Id<Message>, text: &str) -> db::Result<()> {
    let grams = words(text).join(" ");
    if grams.is_empty() {
        return Ok(());
    }
    let query = tx.sql("INSERT INTO conversation_text (message, grams) VALUES ($1, $2)");
    query.bind(message).bind(grams).run().await.map(drop)
}

/// What is to be bound to [`holding`] for a search; none if there is nothing in it to look for.
pub(crate) fn sought(dialect: Dialect, q: &str) -> Option<String> {
    let words: Vec<String> = q.split_whitespace().flat_map(wanted).take(MOST_WORDS).collect();
    let (both, any_end) = match dialect {
        Dialect::Sqlite => (" AND ", "*"),
        Dialect::Postgres => (" & ", ":*"),
    };
    // One character alone begins a pair, or stands at an end.
    let one = usize::try_from(LETTERS).unwrap_or_default();
    let written = words.into_iter().map(|word| if word.len() == one { word + any_end } else { word });
    let written: Vec<String> = written.collect();
    (!written.is_empty()).then(|| written.join(both))
}

/// The conversations in which the newest messages hold what is bound to `?`.
pub(crate) fn holding(dialect: Dialect) -> String {
    let found = match dialect {
        Dialect::Sqlite => {
            "SELECT rowid AS number FROM conversation_text_index WHERE conversation_text_index MATCH ? \
             ORDER BY rowid DESC"
        }
        Dialect::Postgres => {
            "SELECT number FROM conversation_text WHERE to_tsvector('simple', grams) @@ to_tsquery('simple', ?) \
             ORDER BY number DESC"
        }
    };
    format!(
        "SELECT said.conversation FROM ({found} LIMIT {LOOKED_AT}) AS found \
         JOIN conversation_text AS text ON text.number = found.number JOIN conversation_message AS said ON said.id = text.message"
    )
}

/// The words of a text: one for each pair of neighbouring characters, and one for the last character.
fn words(text: &str) -> Vec<String> {
    let characters: Vec<char> = chinese::normalise(text).chars().filter(|c| c.is_alphanumeric()).collect();
    let pair = |pair: &[char]| pair.iter().map(|c| letters(*c)).collect::<String>();
    let last = characters.last().map(|c| letters(*c));
    characters.windows(2).map(pair).chain(last).collect()
}

/// The words that a text must have to hold another: its pairs, or its only character.
fn wanted(q: &str) -> Vec<String> {
    let mut words = words(q);
    if words.len() > 1 {
        words.pop();
    }
    words
}

fn letters(c: char) -> String {
    let digit = |place: u32| char::from(b'a' + u8::try_from(u32::from(c) / 26_u32.pow(place) % 26).unwrap_or(0));
    (0..LETTERS).rev().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_of_a_text_wants_what_the_text_has() {
        let text = words("请问，婚姻登记档案怎么查？ABC123𠮷");
        for slice in ["婚姻登记", "怎么查", "档案", "abc123", "23𠮷", "ＡＢＣ"] {
            assert!(wanted(slice).iter().all(|word| text.contains(word)), "{slice}");
        }
        assert!(wanted("查").iter().all(|word| text.iter().any(|held| held.starts_with(word))));
        assert!(wanted("𠮷").iter().all(|word| text.iter().any(|held| held.starts_with(word))), "the last character");
        assert!(!wanted("婚登").iter().all(|word| text.contains(word)));
        assert_eq!(sought(Dialect::Sqlite, "  ？！ "), None);
        assert_eq!(sought(Dialect::Postgres, "查"), Some(letters('查') + ":*"));
    }

    #[test]
    fn letters_are_four_and_tell_characters_apart() {
        for c in ['a', '一', '龥', '𠮷', '\u{10FFFF}'] {
            let written = letters(c);
            assert!(written.len() == 4 && written.bytes().all(|byte| byte.is_ascii_lowercase()), "{written}");
        }
        assert_ne!(letters('一'), letters('二'));
    }
}
