//! Parts of files: what a player asks for when it begins somewhere (RFC 9110 §14).

use std::ops::Range;

/// What is given for a `Range` header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// All of it: nothing was asked for, or nothing that is understood.
    Whole,
    /// One part.
    Of(Range<u64>),
    /// Nothing that is there.
    Beyond,
}

impl Part {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_as_the_standard_has_them() {
        for (header, part) in [
            ("bytes=0-499", Part::Of(0..500)),
            ("bytes=500-999", Part::Of(500..1000)),
            ("bytes=500-2000", Part::Of(500..1000)),
            ("bytes=-300", Part::Of(700..1000)),
            ("bytes=-3000", Part::Of(0..1000)),
            ("bytes=990-", Part::Of(990..1000)),
            ("bytes=0-99999999999999999999999", Part::Of(0..1000)),
            ("bytes=1000-", Part::Beyond),
            ("bytes=1000-1001", Part::Beyond),
            ("bytes=-0", Part::Beyond),
            ("bytes=5-2", Part::Whole),
            ("bytes=0-0,-1", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=", Part::Whole),
            ("bytes=-", Part::Whole),
            ("lines=1-2", Part::Whole),
        ] {
            assert_eq!(Part::of(Some(header), 1000), part, "{header}");
        }
        assert_eq!(Part::of(None, 1000), Part::Whole);
    }

    proptest::proptest! {
        #[test]
        fn no_part_leaves_the_file(header in "bytes=[0-9-]{0,24}|\\PC{0,20}", length in 0_u64..5_000) {
            if let Part::Of(range) = Part::of(Some(&header), length) {
                proptest::prop_assert!(range.start < range.end && range.end <= length);
            }
        }
    }
}
