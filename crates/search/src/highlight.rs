//! Where a text holds what was asked for.

use std::ops::Range;

use chinese::Normalised;

use crate::query::Part;
use crate::segment::Sought;

/// The bytes of `text`, as written, that hold one of the parts or what may stand for it, whatever its field; in order,
/// overlapping and touching ranges joined.
#[must_use]
pub fn highlight(text: &str, parts: &[Part]) -> Vec<Range<usize>> {
    let normalised = Normalised::new(text);
    let mut ranges: Vec<Range<usize>> = parts
        .iter()
        .flat_map(|part| std::iter::once(&part.text).chain(&part.also).map(move |text| (part, text)))
        .filter(|(_, text)| !text.is_empty())
        .flat_map(|(part, text)| places(normalised.text(), &Part { near: part.near, ..Part::literal(text.as_str()) }))
        .filter_map(|place| normalised.original(&place))
        .collect();
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

/// Where a normalised text holds a part, one place after the other.
fn places(text: &str, part: &Part) -> Vec<Range<usize>> {
    let sought = Sought::new(part);
    let next = |before: &Range<usize>| {
        let place = sought.find(text.as_bytes().get(before.end..)?)?;
        Some(before.end + place.start..before.end + place.end)
    };
    std::iter::successors(next(&(0..0)), next).collect()
}

#[cfg(test)]
mod tests {
    use super::highlight;
    use crate::query::Part;

    #[test]
    fn hits_are_marked_as_they_were_written() {
        let text = "粵府 〔2023〕 68 號《民政局》";
        let marked = |parts: &[&str]| -> Vec<&str> {
            let parts: Vec<Part> = parts.iter().map(|part| Part::literal(*part)).collect();
            highlight(text, &parts).into_iter().map(|range| &text[range]).collect()
        };
        assert_eq!(marked(&["(2023)68"]), ["〔2023〕 68"]);
        assert_eq!(marked(&["民政", "政局", "粤"]), ["粵", "民政局"]);
        assert_eq!(marked(&["教育", ""]), Vec::<&str>::new());
        let near = Part { near: true, ..Part::literal("关于修健水库的请示") };
        let text = "关于修建水庫的請示和关于修水庫的請示";
        let marked: Vec<&str> = highlight(text, &[near]).into_iter().map(|range| &text[range]).collect();
        assert_eq!(marked, ["关于修建水庫的請示", "关于修水庫的請示"]);
    }
}
