//! Cutting texts to what a reply may hold.

use std::borrow::Cow;

use crate::xml::clean;

/// The longest text of a reply or customer-service message, in bytes of UTF-8. Measured, not in WeChat's pages; a longer
/// one is not shortened but fails whole.
pub const TEXT_BYTES: usize = 2048;

/// Stands where a text was cut.
const ELLIPSIS: &str = "……";

/// The longest address a "more" link may have, in bytes, so that text remains before it.
const URL_BYTES: usize = 1024;

/// `content` without control characters, shortened at the end of a sentence to at most [`TEXT_BYTES`], links and
/// characters kept whole. A shortened text ends with `……` and, if `more` is given, a link to it.
pub fn cut_text(content: &str, more: Option<&str>) -> String {
    let content = clean(Cow::Borrowed(content)).into_owned();
    if content.len() <= TEXT_BYTES {
        return content;
    }
    let tail = match more.filter(|url| url.len() <= URL_BYTES) {
        Some(url) => format!("{ELLIPSIS}\n<a href=\"{}\">查看全文</a>", url.replace('"', "%22")),
        None => ELLIPSIS.to_owned(),
    };
    let room = TEXT_BYTES.saturating_sub(tail.len());
    let end = outside_link(&content, sentence_end(&content, content.floor_char_boundary(room)));
    let mut text = content.get(..end).unwrap_or_default().trim_end().to_owned();
    text.push_str(&tail);
    text
}

/// The last end of a sentence in the second half before `limit`, or `limit` if there is none.
fn sentence_end(content: &str, limit: usize) -> usize {
    let head = content.get(..limit).unwrap_or_default();
    let end = head.char_indices().rev().find_map(|(at, character)| {
        let ends = matches!(character, '。' | '！' | '？' | '；' | '…' | '\n' | '!' | '?' | ';');
        ends.then(|| at + character.len_utf8())
    });
    end.filter(|end| *end >= limit / 2).unwrap_or(limit)
}

/// `end`, or the beginning of the link or tag it would cut through.
fn outside_link(content: &str, end: usize) -> usize {
    let head = content.get(..end).unwrap_or_default();
    let tag = head.rfind('<').filter(|at| !head.get(*at..).unwrap_or_default().contains('>'));
    let link = head.rfind("<a ").filter(|at| !head.get(*at..).unwrap_or_default().contains("</a>"));
    match (tag, link) {
        (Some(tag), Some(link)) => tag.min(link),
        (Some(at), None) | (None, Some(at)) => at,
        (None, None) => end,
    }
}
