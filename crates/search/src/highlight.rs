//! Where a text holds what was asked for.

use std::ops::Range;

use chinese::Normalised;

use crate::query::Part;
use crate::segment::Needle;

/// What was asked for, made ready to be marked in texts.
pub struct Highlighter<'p>(Vec<Needle<'p>>);

impl std::fmt::Debug for Highlighter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Highlighter").field(&self.0.len()).finish()
    }
}

impl<'p> Highlighter<'p> {
    /// Marks these parts and what may stand for them, whatever their field.
    pub fn new(parts: impl IntoIterator<Item = &'p Part>) -> Self {
        let ways = |part: &'p Part| std::iter::once(&part.text).chain(&part.also).map(move |text| (text, part.near));
        let ways = parts.into_iter().flat_map(ways).filter(|(text, _)| !text.is_empty());
        Self(ways.map(|(text, near)| Needle::new(text, near)).collect())
    }

    /// The bytes of `text`, as written, that hold one of them; in order, overlapping and touching ranges joined.
    #[must_use]
    pub fn mark(&self, text: &str) -> Vec<Range<usize>> {
        let normalised = Normalised::new(text);
        let places = self.0.iter().flat_map(|needle| places(normalised.text(), needle));
        let mut ranges: Vec<Range<usize>> = places.filter_map(|place| normalised.original(&place)).collect();
        ranges.sort_unstable_by_key(|range| (range.start, range.end));
        let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match joined.last_mut().filter(|last| range.start <= last.end) {
                Some(last) => last.end = last.end.max(range.end),
                None => joined.push(range),
            }
        }
        joined
    }
}

/// Where a normalised text holds a needle, one place after the other.
fn places(text: &str, needle: &Needle<'_>) -> impl Iterator<Item = Range<usize>> {
    let next = |before: &Range<usize>| {
        let place = needle.find(text.as_bytes().get(before.end..)?)?;
        Some(before.end + place.start..before.end + place.end)
    };
    std::iter::successors(next(&(0..0)), next)
}

#[cfg(test)]
mod tests {
    use super::Highlighter;
    use crate::query::Part;

    #[test]
    fn hits_are_marked_as_they_were_written() {
        let text = "粵府 〔2023〕 68 號《民政局》";
        let marked = |parts: &[&str]| -> Vec<&str> {
            let parts: Vec<Part> = parts.iter().map(|part| Part::literal(*part)).collect();
            Highlighter::new(&parts).mark(text).into_iter().map(|range| &text[range]).collect()
        };
        assert_eq!(marked(&["(2023)68"]), ["〔2023〕 68"]);
        assert_eq!(marked(&["民政", "政局", "粤"]), ["粵", "民政局"]);
        assert_eq!(marked(&["教育", ""]), Vec::<&str>::new());
        let near = Part { near: true, ..Part::literal("关于修健水库的请示") };
        let text = "关于修建水庫的請示和关于修水庫的請示";
        let marked: Vec<&str> = Highlighter::new([&near]).mark(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(marked, ["关于修建水庫的請示", "关于修水庫的請示"]);
    }
}
