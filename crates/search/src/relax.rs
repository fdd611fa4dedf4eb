//! What to give when nothing matches: first without signs, then without the parts that are nowhere, then what shares most
//! pairs of characters.

use tantivy::DocId;

use crate::error::Result;
use crate::grams;
use crate::query::{Part, Relaxed};
use crate::segment::{Matches, Segment};

type Found<'s> = Vec<(&'s Segment, Matches)>;
type Outcome<'s> = (Vec<Part>, Found<'s>, Option<Relaxed>);

/// The most pairs that are compared.
const MAX_PAIRS: usize = 64;

/// Relaxes `parts` step by step until something is found; the parts it was found with, what was found, and what was given
/// up. `find` searches for parts, `similar` counts the pairs in records that hold at least so many of them.
pub(crate) fn relax<'s>(
    parts: &[Part],
    find: impl Fn(&[Part]) -> Result<Found<'s>>,
    similar: impl Fn(&[&str], u8) -> Result<Vec<(&'s Segment, Vec<(u8, DocId)>)>>,
) -> Result<Outcome<'s>> {
    let hit = |found: &Found<'s>| found.iter().any(|(_, matches)| !matches.docs.is_empty());
    let bare: Vec<Part> = parts.iter().flat_map(without_signs).collect();
    if bare != parts && !bare.is_empty() {
        let found = find(&bare)?;
        if hit(&found) {
            return Ok((bare, found, Some(Relaxed::Signs)));
        }
    }
    if parts.len() > 1 {
        let mut nowhere = Vec::new();
        for (place, part) in parts.iter().enumerate() {
            if !hit(&find(std::slice::from_ref(part))?) {
                nowhere.push(place);
            }
        }
        let kept: Vec<Part> =
            parts.iter().enumerate().filter(|(i, _)| !nowhere.contains(i)).map(|(_, part)| part.clone()).collect();
        if !kept.is_empty() && !nowhere.is_empty() {
            let found = find(&kept)?;
            if hit(&found) {
                return Ok((kept, found, Some(Relaxed::Parts(nowhere))));
            }
        }
    }
    let mut pairs: Vec<&str> = bare.iter().flat_map(|part| grams::of_part(&part.text)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.truncate(MAX_PAIRS);
    let half = u8::try_from(pairs.len().div_ceil(2)).unwrap_or(u8::MAX).max(1);
    let near = similar(&pairs, half)?;
    let Some(most) = near.iter().flat_map(|(_, docs)| docs).map(|(held, _)| *held).max() else {
        return Ok((parts.to_vec(), Vec::new(), None));
    };
    let nearest = near.into_iter().map(|(segment, docs)| {
        let docs = docs.into_iter().filter(|(held, _)| *held == most).map(|(_, doc)| doc).collect();
        (segment, Matches { docs, by_code: Vec::new() })
    });
    Ok((bare, nearest.collect(), Some(Relaxed::Similar)))
}

/// A part split at its signs.
fn without_signs(part: &Part) -> Vec<Part> {
    part.text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|text| !text.is_empty())
        .map(|text| Part { text: text.to_owned(), or_years: part.or_years })
        .collect()
}
