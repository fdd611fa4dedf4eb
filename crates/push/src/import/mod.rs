//! Texts that come from outside: Word documents, Markdown, and what was copied from a page. They become blocks; what a block
//! cannot hold is left out and named.

mod docx;
mod html;
mod left_out;
mod markdown;
mod normal;
pub(crate) mod xml;

#[cfg(test)]
pub(crate) use docx::tests as samples;
pub use docx::{PICTURE, document};
pub use html::pasted;
pub use left_out::LeftOut;
pub use markdown::{from_markdown, to_markdown};
pub(crate) use normal::line;
pub use normal::normal;

use serde::{Deserialize, Serialize};

use crate::article::Block;

/// The longest text that is read, in bytes: some fifty articles.
pub const LONGEST: usize = 4 << 20;
/// The largest document, in bytes.
pub const LARGEST_DOCUMENT: usize = 20 << 20;

/// What a text from outside became.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Imported {
    /// Its blocks in the normal form ([`normal`]).
    pub blocks: Vec<Block>,
    /// What of it they do not hold.
    pub left_out: LeftOut,
}

/// The kind of a text from outside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A Word document (.docx).
    Document,
    /// HTML.
    Page,
    /// Markdown, or plain text.
    Markdown,
}

impl Kind {
    /// By its content: what a compressed package begins with, an element, or anything else.
    pub fn of_content(content: &[u8]) -> Self {
        let text = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content).trim_ascii_start();
        match text {
            [b'P', b'K', 3, 4, ..] => Self::Document,
            [b'<', next, ..] if next.is_ascii_alphabetic() || matches!(next, b'!' | b'?') => Self::Page,
            _ => Self::Markdown,
        }
    }
}

/// The text of bytes: UTF-8, or what Windows writes in Chinese (GB 18030). None if it is neither.
pub fn text_of(content: &[u8]) -> Option<String> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    if let Ok(text) = std::str::from_utf8(content) {
        return Some(text.to_owned());
    }
    let text = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(content)?;
    Some(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_tells_the_kind() {
        assert_eq!(Kind::of_content(b"PK\x03\x04..."), Kind::Document);
        assert_eq!(Kind::of_content(b"\xef\xbb\xbf\n <html>"), Kind::Page);
        assert_eq!(Kind::of_content(b"<!--StartFragment-->"), Kind::Page);
        assert_eq!(Kind::of_content("<1949 年以前>".as_bytes()), Kind::Markdown);
        assert_eq!(Kind::of_content("# 题".as_bytes()), Kind::Markdown);
    }

    #[test]
    fn a_text_of_windows_is_read() {
        assert_eq!(text_of(b"\xef\xbb\xbfabc").as_deref(), Some("abc"));
        assert_eq!(text_of(&[0xb5, 0xb5, 0xb0, 0xb8]).as_deref(), Some("档案"));
        assert_eq!(text_of(&[0xff, 0xff, 0xff]), None);
    }
}
