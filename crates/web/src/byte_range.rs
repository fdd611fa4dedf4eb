//! Parts of files: what a player asks for when it begins somewhere (RFC 9110 §14).

use std::ops::Range;

use axum::http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};

/// What is given for a `Range` header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ByteRange {
    /// All of it: nothing was asked for, or nothing that is understood.
    Whole,
    /// One part.
    Of(Range<u64>),
    /// Nothing that is there.
    Beyond,
}

impl ByteRange {
    /// The part of a file of this length that a header asks for. Several parts at once are not given: the whole is.
    pub fn of(header: Option<&str>, length: u64) -> Self {
        let Some(asked) = header.and_then(|header| header.strip_prefix("bytes=")) else { return Self::Whole };
        let Some((first, last)) = asked.trim().split_once('-') else { return Self::Whole };
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            // More digits than a number holds are a number beyond any file.
            digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
        };
        match (number(first), number(last)) {
            (Some(first), _) if last.is_empty() && first < length => Self::Of(first..length),
            (Some(first), Some(last)) if first <= last && first < length => {
                Self::Of(first..last.saturating_add(1).min(length))
            }
            (Some(first), Some(last)) if first > last => Self::Whole,
            (Some(_), Some(_)) => Self::Beyond,
            (Some(_), None) if last.is_empty() => Self::Beyond,
            (None, Some(0)) if first.is_empty() => Self::Beyond,
            (None, Some(_)) if first.is_empty() && length == 0 => Self::Beyond,
            (None, Some(last)) if first.is_empty() => Self::Of(length.saturating_sub(last)..length),
            _ => Self::Whole,
        }
    }

    /// The status, the bytes and the headers with which a file of this length is given out.
    pub fn given(self, length: u64) -> (StatusCode, Range<u64>, HeaderMap) {
        let (status, part) = match self {
            Self::Whole => (StatusCode::OK, 0..length),
            Self::Of(part) => (StatusCode::PARTIAL_CONTENT, part),
            Self::Beyond => (StatusCode::RANGE_NOT_SATISFIABLE, 0..0),
        };
        let said = match status {
            StatusCode::PARTIAL_CONTENT => {
                Some(format!("bytes {}-{}/{length}", part.start, part.end.saturating_sub(1)))
            }
            StatusCode::RANGE_NOT_SATISFIABLE => Some(format!("bytes */{length}")),
            _ => None,
        };
        let said = said.and_then(|said| HeaderValue::try_from(said).ok()).map(|said| (CONTENT_RANGE, said));
        let size = HeaderValue::from(part.end.saturating_sub(part.start));
        let headers = [(ACCEPT_RANGES, HeaderValue::from_static("bytes")), (CONTENT_LENGTH, size)];
        (status, part, headers.into_iter().chain(said).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_as_the_standard_has_them() {
        for (header, part) in [
            ("bytes=0-499", ByteRange::Of(0..500)),
            ("bytes=500-999", ByteRange::Of(500..1000)),
            ("bytes=500-2000", ByteRange::Of(500..1000)),
            ("bytes=-300", ByteRange::Of(700..1000)),
            ("bytes=-3000", ByteRange::Of(0..1000)),
            ("bytes=990-", ByteRange::Of(990..1000)),
            ("bytes=0-99999999999999999999999", ByteRange::Of(0..1000)),
            ("bytes=1000-", ByteRange::Beyond),
            ("bytes=1000-1001", ByteRange::Beyond),
            ("bytes=-0", ByteRange::Beyond),
            ("bytes=5-2", ByteRange::Whole),
            ("bytes=0-0,-1", ByteRange::Whole),
            ("bytes=a-b", ByteRange::Whole),
            ("bytes=", ByteRange::Whole),
            ("bytes=-", ByteRange::Whole),
            ("lines=1-2", ByteRange::Whole),
        ] {
            assert_eq!(ByteRange::of(Some(header), 1000), part, "{header}");
        }
        assert_eq!(ByteRange::of(None, 1000), ByteRange::Whole);
    }

    #[test]
    fn a_part_is_given_with_its_place_and_what_is_not_there_is_refused() {
        let told = |range: ByteRange| {
            let (status, part, headers) = range.given(1000);
            let header =
                |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).map(str::to_owned);
            (status.as_u16(), part, header(CONTENT_LENGTH), header(CONTENT_RANGE))
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(told(ByteRange::Whole), (200, 0..1000, text("1000"), None));
        assert_eq!(told(ByteRange::Of(500..600)), (206, 500..600, text("100"), text("bytes 500-599/1000")));
        assert_eq!(told(ByteRange::Beyond), (416, 0..0, text("0"), text("bytes */1000")));
    }

    proptest::proptest! {
        #[test]
        fn no_part_leaves_the_file(header in "bytes=[0-9-]{0,24}|\\PC{0,20}", length in 0_u64..5_000) {
            if let ByteRange::Of(range) = ByteRange::of(Some(&header), length) {
                proptest::prop_assert!(range.start < range.end && range.end <= length);
            }
        }
    }
}
