//! Counting the values of facets among all matches.

use std::cmp::Reverse;

use tantivy::columnar::{Cardinality, StrColumn};

use crate::columns::index;
use crate::error::Result;
use crate::query::{FacetCounts, MAX_FACET_VALUES};
use crate::segment::{Matches, Segment};

/// Records looked up together.
const BATCH: usize = 64;

/// The values of one facet in all segments. A segment numbers its values by itself; here each has one number in all of
/// them, so that counting never looks at a name.
pub(crate) struct Values {
    /// By number, which is the order of the names.
    names: Vec<String>,
    /// For each segment, from its own numbers to these.
    numbers: Vec<Vec<u32>>,
}

impl Values {
    /// Reads the values of a facet.
    pub(crate) fn read(facet: usize, segments: &[Segment]) -> Result<Self> {
        let of_segments: Vec<Vec<String>> = segments
            .iter()
            .map(|segment| column(segment, facet).map_or(Ok(Vec::new()), names))
            .collect::<Result<_>>()?;
        let mut all: Vec<&str> = of_segments.iter().flatten().map(String::as_str).collect();
        all.sort_unstable();
        all.dedup();
        let number = |name: &String| all.binary_search(&name.as_str()).ok().and_then(|at| u32::try_from(at).ok());
        let numbers = of_segments.iter().map(|names| names.iter().filter_map(number).collect()).collect();
        Ok(Self { names: all.into_iter().map(str::to_owned).collect(), numbers })
    }

    /// Counts the facet over the matches, segment by segment.
    pub(crate) fn count(&self, facet: usize, found: &[(&Segment, Matches)]) -> FacetCounts {
        let matches: usize = found.iter().map(|(_, matches)| matches.docs.len()).sum();
        let mut counted =
            if matches < self.names.len() { self.of_few(facet, found) } else { self.of_many(facet, found) };
        if counted.len() > MAX_FACET_VALUES {
            counted.select_nth_unstable_by_key(MAX_FACET_VALUES, |counted| order(*counted));
            counted.truncate(MAX_FACET_VALUES);
        }
        counted.sort_unstable_by_key(|counted| order(*counted));
        let named = counted.into_iter().filter_map(|(number, count)| {
            let name = self.names.get(index(number))?;
            Some((name.clone(), u64::from(count)))
        });
        FacetCounts { facet, values: named.collect() }
    }

    /// One counter for each value there is.
    fn of_many(&self, facet: usize, found: &[(&Segment, Matches)]) -> Vec<(u32, u32)> {
        let mut counts = vec![0_u32; self.names.len()];
        self.each(facet, found, |number| {
            if let Some(count) = counts.get_mut(index(number)) {
                *count += 1;
            }
        });
        (0_u32..).zip(counts).filter(|(_, count)| *count > 0).collect()
    }

    /// The values of the matches, put in order and counted: where there are more values than matches.
    fn of_few(&self, facet: usize, found: &[(&Segment, Matches)]) -> Vec<(u32, u32)> {
        let mut numbers = Vec::new();
        self.each(facet, found, |number| numbers.push(number));
        numbers.sort_unstable();
        let alike = numbers.chunk_by(|one, next| one == next);
        alike.filter_map(|alike| Some((*alike.first()?, u32::try_from(alike.len()).ok()?))).collect()
    }

    /// Every value of every match.
    fn each(&self, facet: usize, found: &[(&Segment, Matches)], mut take: impl FnMut(u32)) {
        for ((segment, matches), numbers) in found.iter().zip(&self.numbers) {
            let Some(column) = column(segment, facet) else { continue };
            let mut own = |ordinal: u64| {
                if let Some(number) = usize::try_from(ordinal).ok().and_then(|ordinal| numbers.get(ordinal)) {
                    take(*number);
                }
            };
            if matches!(column.ords().get_cardinality(), Cardinality::Multivalued) {
                matches.docs.iter().flat_map(|doc| column.term_ords(*doc)).for_each(own);
                continue;
            }
            let mut ordinals = [None; BATCH];
            for batch in matches.docs.chunks(BATCH) {
                let Some(ordinals) = ordinals.get_mut(..batch.len()) else { continue };
                ordinals.fill(None);
                column.ords().first_vals(batch, ordinals);
                ordinals.iter().flatten().copied().for_each(&mut own);
            }
        }
    }
}

/// Most frequent first, those of one count by name.
fn order((number, count): (u32, u32)) -> (Reverse<u32>, u32) {
    (Reverse(count), number)
}

fn column(segment: &Segment, facet: usize) -> Option<&StrColumn> {
    segment.values.get(facet)?.as_ref()
}

/// The names of a segment's values, by its own numbers.
fn names(column: &StrColumn) -> Result<Vec<String>> {
    let mut names = Vec::with_capacity(column.num_terms());
    let mut terms = column.dictionary().stream()?;
    while terms.advance() {
        names.push(String::from_utf8_lossy(terms.key()).into_owned());
    }
    Ok(names)
}
