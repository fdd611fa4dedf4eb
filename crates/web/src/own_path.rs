//! Addresses to come back to, restricted to our own pages.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What must be written as `%XX` in the query of an address.
const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'\'').add(b'\\').add(b'`');

/// The longest address that is taken, in bytes.
const LONGEST: usize = 2048;

/// A path of this site with its query, safe to put into a `Location` header or a link. What a browser could read as
/// another host (`//evil`, `/\evil`, a tab it strips) or another scheme never becomes one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnPath(String);

impl OwnPath {
    /// The home page.
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    /// Reads an address as it came in a request, after the percent signs of the form were resolved. The path may only
    /// hold letters, digits, `-`, `_`, `.`, `~` and single slashes; the query is encoded again.
    pub fn parse(text: &str) -> Option<Self> {
        let (path, query) = text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~');
        let ours = path.starts_with('/') && !path.contains("//") && !path.contains("/.") && path.bytes().all(plain);
        if !ours || text.len() > LONGEST {
            return None;
        }
        Some(Self(match query {
            Some(query) if !query.is_empty() => format!("{path}?{}", utf8_percent_encode(query, QUERY)),
            _ => path.to_owned(),
        }))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a03_addresses_of_others_are_refused() {
        let evil = [
            "//evil",
            "/\\evil",
            "https:evil",
            "https://evil",
            "javascript:alert(1)",
            "/\t/evil",
            "/%09/evil",
            "",
            "evil",
            "/a//evil",
            "/../evil",
            "/.//evil",
            "\\\\evil",
            " /evil",
            "/evil\r\nSet-Cookie: a=b",
            "/@evil:80",
        ];
        for text in evil {
            assert_eq!(OwnPath::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn own_pages_are_kept_with_their_query() {
        let kept = |text: &str| OwnPath::parse(text).map(|path| path.0);
        assert_eq!(kept("/").as_deref(), Some("/"));
        assert_eq!(kept("/records/a1_b-2").as_deref(), Some("/records/a1_b-2"));
        assert_eq!(kept("/search?q=婚姻&page=2").as_deref(), Some("/search?q=%E5%A9%9A%E5%A7%BB&page=2"));
        assert_eq!(kept("/search?q=%E5%A9%9A").as_deref(), Some("/search?q=%E5%A9%9A"));
    }

    proptest::proptest! {
        #[test]
        fn what_is_kept_is_a_header_value_on_this_host(text in "\\PC{0,40}", tail in ".{0,40}") {
            for candidate in [text.clone(), format!("/{text}"), format!("/search?q={tail}")] {
                if let Some(path) = OwnPath::parse(&candidate) {
                    proptest::prop_assert!(path.0.starts_with('/') && !path.0.starts_with("//"));
                    proptest::prop_assert!(path.0.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\'));
                }
            }
        }
    }
}
