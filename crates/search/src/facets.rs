//! Counting the values of facets among all matches.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use tantivy::columnar::Cardinality;

use crate::error::Result;
use crate::query::{FacetCounts, MAX_FACET_VALUES};
use crate::segment::{Matches, Segment};

/// Values of a segment that are looked at for the list of the most frequent ones.
const LEADERS: usize = 4 * MAX_FACET_VALUES;

/// Counts one facet over the matches of all segments.
pub(crate) fn count(facet: usize, found: &[(&Segment, Matches)]) -> Result<FacetCounts> {
    let counts: Vec<Vec<u32>> = found.iter().map(|(segment, matches)| count_one(facet, segment, matches)).collect();
    // A segment numbers its values by itself: what leads in any of them is counted by name in all.
    let mut names = BTreeSet::new();
    for ((segment, _), counts) in found.iter().zip(&counts) {
        let Some(Some(column)) = segment.values.get(facet) else { continue };
        let mut leaders: Vec<usize> =
            (0..counts.len()).filter(|ordinal| counts.get(*ordinal).is_some_and(|n| *n > 0)).collect();
        if leaders.len() > LEADERS {
            leaders.select_nth_unstable_by_key(LEADERS, |ordinal| Reverse(counts.get(*ordinal)));
            leaders.truncate(LEADERS);
        }
        for ordinal in leaders {
            let mut name = String::new();
            if column.ord_to_str(u64::try_from(ordinal).unwrap_or(u64::MAX), &mut name)? {
                names.insert(name);
            }
        }
    }
    let mut values = Vec::with_capacity(names.len());
    for name in names {
        let mut total = 0;
        for ((segment, _), counts) in found.iter().zip(&counts) {
            let Some(Some(column)) = segment.values.get(facet) else { continue };
            let ordinal = column.dictionary().term_ord(name.as_bytes())?;
            let count =
                ordinal.and_then(|ordinal| usize::try_from(ordinal).ok()).and_then(|ordinal| counts.get(ordinal));
            total += count.copied().map_or(0, u64::from);
        }
        values.push((name, total));
    }
    values.sort_by_key(|(_, count)| Reverse(*count));
    values.truncate(MAX_FACET_VALUES);
    Ok(FacetCounts { facet, values })
}

fn count_one(facet: usize, segment: &Segment, matches: &Matches) -> Vec<u32> {
    let Some(Some(column)) = segment.values.get(facet) else { return Vec::new() };
    let mut counts = vec![0_u32; column.num_terms()];
    let mut count = |ordinal: u64| {
        if let Some(count) = usize::try_from(ordinal).ok().and_then(|ordinal| counts.get_mut(ordinal)) {
            *count += 1;
        }
    };
    if matches!(column.ords().get_cardinality(), Cardinality::Multivalued) {
        matches.docs.iter().flat_map(|doc| column.term_ords(*doc)).for_each(count);
        return counts;
    }
    let mut ordinals = [None; BATCH];
    for batch in matches.docs.chunks(BATCH) {
        let Some(ordinals) = ordinals.get_mut(..batch.len()) else { continue };
        ordinals.fill(None);
        column.ords().first_vals(batch, ordinals);
        ordinals.iter().flatten().copied().for_each(&mut count);
    }
    counts
}

/// Records looked up together.
const BATCH: usize = 64;
