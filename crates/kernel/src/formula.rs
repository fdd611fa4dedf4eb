//! Texts that a spreadsheet would take for a formula: how an export marks them and an import unmarks them.
//!
//! A text that begins with `=`, `+`, `-`, `@`, a tab or a line end, of whatever width, is marked with a leading `'`, the
//! mark spreadsheets themselves use for text (OWASP, CSV injection). A text that already begins with such marks before
//! such a sign gets one more, so that taking one away always gives the text that was exported.

use std::borrow::Cow;

/// Whether a spreadsheet might calculate what begins with this character.
const fn is_sign(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

fn begins_with_sign(text: &str) -> bool {
    text.starts_with(is_sign)
}

/// The text as an export writes it; NUL, which no table can hold, is left out.
pub fn marked(text: &str) -> Cow<'_, str> {
    let text = if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) };
    if begins_with_sign(text.trim_start_matches('\'')) { Cow::Owned(format!("'{text}")) } else { text }
}

/// The text as it was before [`marked`]; every other text as it is.
pub fn unmarked(text: &str) -> &str {
    let inner = text.strip_prefix('\'').filter(|inner| begins_with_sign(inner.trim_start_matches('\'')));
    inner.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn u13_what_may_be_a_formula_is_marked() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "\0=1", "'=1"]
        {
            let safe = marked(text);
            assert!(safe.starts_with('\'') && !safe.contains('\0'), "{text:?} gives {safe:?}");
        }
        for text in ["", "关于=的通知", "'甲'", "1-2", "“引”"] {
            assert_eq!(marked(text), text);
            assert_eq!(unmarked(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_was_marked_comes_back(text in "['=+@＝甲1-]{0,6}") {
            let safe = marked(&text);
            prop_assert!(!begins_with_sign(&safe));
            prop_assert_eq!(unmarked(&safe), text.as_str());
        }
    }
}
