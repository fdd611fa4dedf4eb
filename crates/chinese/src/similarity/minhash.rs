//! `MinHash`: of each of 128 orders of all shingles, the first one that a text has.

use std::array::from_fn;

use super::{Comparable, hash, mix, upper};

/// Letters of a shingle: words of two letters change less than half of the five around them.
const SHINGLE: usize = 5;
/// Bands of a signature; texts that agree in one whole band are candidates.
pub const BANDS: usize = 32;
/// Numbers of a band. With 32 bands of 4, texts of likeness 0.42 are candidates as often as not, of 0.7 nearly always.
pub const ROWS: usize = 4;
/// Numbers of a signature.
const SIZE: usize = BANDS * ROWS;

/// The signature of a text: 128 numbers, 512 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature([u32; SIZE]);

impl Signature {
    /// Of a text; a text shorter than a shingle is one.
    pub(super) fn of(text: &Comparable) -> Self {
        let orders: [(u64, u64); SIZE] = from_fn(|order| {
            let order = u64::try_from(order).unwrap_or(0);
            (mix(2 * order + 1) | 1, mix(2 * order + 2))
        });
        let mut least = [u32::MAX; SIZE];
        for (_, run) in text.runs().filter(|(_, run)| !run.is_empty()) {
            for shingle in run.windows(SHINGLE.min(run.len())) {
                let shingle = hash(shingle);
                for (least, (factor, term)) in least.iter_mut().zip(&orders) {
                    *least = (*least).min(upper(shingle.wrapping_mul(*factor).wrapping_add(*term)));
                }
            }
        }
        Self(least)
    }

    /// The likeness of two texts, 0–1: the share of shingles of either that both have (Jaccard), estimated with a standard
    /// error of at most 0.045.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f64 {
        let equal = self.0.iter().zip(&other.0).filter(|(a, b)| a == b && **a != u32::MAX).count();
        u32::try_from(equal).map_or(1.0, f64::from) / u32::try_from(SIZE).map_or(1.0, f64::from)
    }

    /// Each band's number and contents as a key; none for a text without letters.
    pub(super) fn bands(&self) -> impl Iterator<Item = (usize, [u32; ROWS])> {
        let bands = self.0.as_chunks::<ROWS>().0.iter().copied().enumerate();
        bands.filter(|(_, band)| *band != [u32::MAX; ROWS])
    }
}
