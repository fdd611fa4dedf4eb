//! The plain form of a cell: what is left when width, invisible characters and outer spaces no longer matter.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// NFKC, without control and invisible characters, trimmed. Inner spaces are kept as single blanks.
pub(crate) fn plain(text: &str) -> String {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_control()) {
        return text.trim().to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let add = |c: char| {
        if !is_invisible(c) {
            out.push(if c.is_whitespace() || c.is_control() { ' ' } else { c });
        }
    };
    // Most texts are in that form already, and seeing that costs far less than working it out.
    match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => text.chars().for_each(add),
        IsNormalized::No | IsNormalized::Maybe => text.nfkc().for_each(add),
    }
    out.trim().to_owned()
}

/// The plain form without any blank.
pub(crate) fn dense(text: &str) -> String {
    let mut out = plain(text);
    out.retain(|c| c != ' ');
    out
}

/// A text as it is kept: outer spaces gone, line breaks and control characters turned into single blanks, nothing
/// else touched.
pub(crate) fn kept(text: &str) -> String {
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c));
    if !trimmed.chars().any(char::is_control) {
        return trimmed.to_owned();
    }
    trimmed.split(char::is_control).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a character may stand in an XML document (XML 1.0, production 2).
pub(crate) const fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

/// Zero-width and direction characters, soft hyphen, byte order mark, variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_and_invisible_characters_do_not_matter() {
        assert_eq!(plain("\u{feff}　１９５８－０３ \u{200b}"), "1958-03");
        assert_eq!(dense(" 绝 \u{200d}　密 "), "绝密");
    }

    #[test]
    fn kept_text_keeps_its_form() {
        assert_eq!(kept("  粤府〔２０２３〕68号\r\n"), "粤府〔２０２３〕68号");
        assert_eq!(kept("关于\r\n 通知"), "关于 通知");
    }
}
