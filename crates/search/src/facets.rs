//! Counting the values of facets among all matches.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use tantivy::columnar::{Cardinality, StrColumn};

use crate::error::Result;
use crate::query::{FacetCounts, MAX_FACET_VALUES};
use crate::segment::{Matches, Segment};

/// Values of each of several segments that are looked at for the list of the most frequent ones.
const LEADERS: usize = 4 * MAX_FACET_VALUES;

/// Counts one facet over the matches of all segments.
pub(crate) fn count(facet: usize, found: &[(&Segment, Matches)]) -> Result<FacetCounts> {
    let counted = found.iter().filter_map(|(segment, matches)| {
        let column = segment.values.get(facet)?.as_ref()?;
        (!matches.docs.is_empty()).then(|| (column, count_one(column, matches)))
    });
    let counted: Vec<(&StrColumn, Vec<u32>)> = counted.collect();
    let mut values = match counted.as_slice() {
        // Where all matches are in one segment its own numbers say what leads.
        [(column, counts)] => named(column, counts, MAX_FACET_VALUES)?,
        several => of_several(several)?,
    };
    values.sort_by_key(|(_, count)| Reverse(*count));
    values.truncate(MAX_FACET_VALUES);
    Ok(FacetCounts { facet, values })
}

/// A segment numbers its values by itself: what leads in any of them is counted by name in all. In the order of names.
fn of_several(counted: &[(&StrColumn, Vec<u32>)]) -> Result<Vec<(String, u64)>> {
    let mut names = BTreeSet::new();
    for (column, counts) in counted {
        names.extend(named(column, counts, LEADERS)?.into_iter().map(|(name, _)| name));
    }
    let mut values = Vec::with_capacity(names.len());
    for name in names {
        let mut total = 0;
        for (column, counts) in counted {
            let ordinal = column.dictionary().term_ord(name.as_bytes())?;
            let count =
                ordinal.and_then(|ordinal| usize::try_from(ordinal).ok()).and_then(|ordinal| counts.get(ordinal));
            total += count.copied().map_or(0, u64::from);
        }
        values.push((name, total));
    }
    Ok(values)
}

/// The most frequent values of a segment with their counts, in the order of their names, which is that of their numbers.
fn named(column: &StrColumn, counts: &[u32], most: usize) -> Result<Vec<(String, u64)>> {
    let mut leaders: Vec<(u64, u32)> = (0_u64..).zip(counts.iter().copied()).filter(|(_, count)| *count > 0).collect();
    if leaders.len() > most {
        leaders.select_nth_unstable_by_key(most, |(ordinal, count)| (Reverse(*count), *ordinal));
        leaders.truncate(most);
        leaders.sort_unstable_by_key(|(ordinal, _)| *ordinal);
    }
    let mut values = Vec::with_capacity(leaders.len());
    for (ordinal, count) in leaders {
        let mut name = String::new();
        if column.ord_to_str(ordinal, &mut name)? {
            values.push((name, u64::from(count)));
        }
    }
    Ok(values)
}

fn count_one(column: &StrColumn, matches: &Matches) -> Vec<u32> {
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
