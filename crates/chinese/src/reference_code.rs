//! Reference codes (档号, DA/T 13-2022 and the older DA/T 13-1994 patterns) as lookup keys.

use crate::fold::is_han;
use crate::normalise;

/// The key under which a reference code is found however its signs were typed: normalised, without spaces, and without
/// the dots between parts of one level, which catalogues write as `·`, `.`, `•` or not at all. Zeros stay: they are
/// part of the code. A leading piece of a code gives a leading piece of its key, down to a whole level.
#[must_use]
pub fn key(code: &str) -> String {
    let key: String = normalise(code).chars().filter(|c| !matches!(c, ' ' | '.')).collect();
    // A blank or a dot that is gone may have kept a letter from its accent.
    if key.is_ascii() { key } else { normalise(&key) }
}

/// The key of what was typed, if it may be a reference code or the beginning of one: no words, at least one digit, and
/// either parts joined by signs or a fonds number such as `X013`.
#[must_use]
pub fn understood(typed: &str) -> Option<String> {
    let text = normalise(typed);
    let signs = text.chars().filter(|c| matches!(c, '-' | '.')).count();
    let letters = text.chars().filter(char::is_ascii_lowercase).count();
    let han = text.chars().filter(|c| is_han(*c)).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let length = text.chars().count();
    let only_code = signs + letters + han + digits == length && length <= 64;
    let fonds = signs == 0 && han == 0 && (1..=2).contains(&letters) && (3..=4).contains(&digits);
    let first = text.split(['-', '.']).next().unwrap_or_default();
    let begins = first.starts_with(|c: char| c.is_ascii_alphanumeric())
        && (signs >= 2 || first.contains(|c: char| c.is_ascii_digit()));
    let joined = signs > 0 && letters + digits > han && begins;
    // 1983-1990 is a period and 2.6 a number: an all-digit code has three levels (098-001-0005).
    let levels = letters > 0 || signs >= 2;
    (only_code && digits > 0 && (fonds || (joined && levels))).then(|| key(typed))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{key, understood};

    proptest! {
        #[test]
        fn the_key_of_a_key_is_itself(code in "[A-Za-z0-9·. \u{b4}\u{a8}\u{301}\u{304}\u{ff9e}か〔（2-]{0,12}|\\PC{0,12}") {
            let once = key(&code);
            prop_assert!(!once.contains([' ', '.']), "{}", once);
            prop_assert_eq!(key(&once), once);
        }
    }

    #[test]
    fn an_accent_that_stood_apart_joins_its_letter() {
        assert_eq!(key("X001-K\u{b4}"), key("X001-\u{1e30}"));
    }

    #[test]
    fn signs_do_not_matter() {
        let expected = "z109-ws2011y办公室-0001";
        for code in [
            "Z109-WS·2011·Y·办公室-0001",
            "z109-ws.2011.y.办公室-0001",
            "Ｚ109－WS•2011•Y•办公室—0001",
            "Z109-WS2011Y办公室-0001",
        ] {
            assert_eq!(key(code), expected, "{code}");
        }
        assert!(key("Z109-WS·2011·Y·办公室-0001").starts_with(&key("Z109-WS·2011")));
    }

    #[test]
    fn codes_and_words_are_told_apart() {
        for code in ["Z109-WS·2011·Y·办公室-0001", "X013", "098-001-0005", "A439-WS·2015", "038-2-15-3"] {
            assert!(understood(code).is_some(), "{code}");
        }
        for text in ["民政局", "1986", "1983-1990", "2.6", "covid-19疫情防控工作", "", "-", "粤府(2023)68号", "2020年"]
        {
            assert_eq!(understood(text), None, "{text}");
        }
    }
}
