//! Winnowing: of the hashes of all runs of [`GRAM`] letters, the least of each [`WINDOW`]; what two texts share is then
//! marked in both at the same letter.

use std::collections::HashMap;
use std::ops::Range;

use super::{Comparable, GAP, hash, upper};

/// Letters of a hashed run; what is shorter is never found.
pub const GRAM: usize = 12;
/// Hashes of a window.
pub const WINDOW: usize = 19;
/// The letters of a shared passage that is always found, punctuation not counted: 30.
pub const LEAST: usize = GRAM + WINDOW - 1;

/// The most places of one hash that are looked at: a text that repeats one line a thousand times.
const MOST_PLACES: usize = 64;

/// A mark of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// The hash of the letters.
    pub hash: u32,
    /// At which letter the run begins.
    pub at: u32,
}

/// What two texts share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Bytes of the first text.
    pub left: Range<usize>,
    /// Bytes of the second.
    pub right: Range<usize>,
    /// Letters, without punctuation.
    pub letters: usize,
}

pub(super) fn fingerprints(text: &Comparable) -> Vec<Fingerprint> {
    let mut found: Vec<Fingerprint> = Vec::new();
    for (first, run) in text.runs() {
        let hashes: Vec<(usize, u32)> =
            run.windows(GRAM).enumerate().map(|(at, gram)| (first + at, upper(hash(gram)))).collect();
        for window in hashes.windows(WINDOW.min(hashes.len()).max(1)) {
            // The last of equal ones, in every text the same.
            let least = window.iter().min_by_key(|(at, hash)| (*hash, usize::MAX - at));
            let least = least.and_then(|(at, hash)| Some(Fingerprint { hash: *hash, at: u32::try_from(*at).ok()? }));
            found.extend(least.filter(|least| found.last() != Some(least)));
        }
    }
    found
}

/// The passages of at least `least` letters that two texts share word for word, in the order of the first; of those that lie
/// in one another on its side, the longest. With `least` ≥ [`LEAST`] none is missed, unless a run of letters stands in the
/// second text more than 64 times.
#[must_use]
pub fn passages(left: &Comparable, right: &Comparable, least: usize) -> Vec<Passage> {
    let mut places: HashMap<u32, Vec<usize>> = HashMap::new();
    for Fingerprint { hash, at } in fingerprints(right) {
        let places = places.entry(hash).or_default();
        places.extend(usize::try_from(at).ok().filter(|_| places.len() < MOST_PLACES));
    }
    // By how far the sides lie apart: up to which letter of the left they have been followed.
    let mut followed: HashMap<(usize, usize), usize> = HashMap::new();
    let mut shared: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for Fingerprint { hash, at } in fingerprints(left) {
        let Ok(at) = usize::try_from(at) else { continue };
        for &beside in places.get(&hash).into_iter().flatten() {
            let apart = (at.saturating_sub(beside), beside.saturating_sub(at));
            if followed.get(&apart).is_some_and(|end| at < *end) {
                continue;
            }
            let (before, after) = (before(left, right, at, beside), after(left, right, at, beside));
            followed.insert(apart, at + after);
            if before + after >= least.max(1) {
                shared.push((at - before..at + after, beside - before..beside + after));
            }
        }
    }
    shared.sort_by_key(|(left, right)| (left.start, usize::MAX - left.end, right.start));
    let mut end = 0;
    shared.retain(|(left, _)| {
        let reaches_on = left.end > end;
        end = end.max(left.end);
        reaches_on
    });
    shared.into_iter().filter_map(|(a, b)| passage(left, right, &a, &b)).collect()
}

fn passage(left: &Comparable, right: &Comparable, a: &Range<usize>, b: &Range<usize>) -> Option<Passage> {
    let span = |text: &Comparable, letters: &Range<usize>| {
        let places = text.places.get(letters.clone())?;
        Some(places.first()?.start..places.last()?.end)
    };
    Some(Passage { left: span(left, a)?, right: span(right, b)?, letters: a.len() })
}

/// How many letters agree before the places.
fn before(left: &Comparable, right: &Comparable, at: usize, beside: usize) -> usize {
    let (left, right) = (left.letters.get(..at), right.letters.get(..beside));
    agree(left.unwrap_or_default().iter().rev(), right.unwrap_or_default().iter().rev())
}

/// How many letters agree from the places on.
fn after(left: &Comparable, right: &Comparable, at: usize, beside: usize) -> usize {
    let (left, right) = (left.letters.get(at..), right.letters.get(beside..));
    agree(left.unwrap_or_default().iter(), right.unwrap_or_default().iter())
}

fn agree<'t>(left: impl Iterator<Item = &'t char>, right: impl Iterator<Item = &'t char>) -> usize {
    left.zip(right).take_while(|(a, b)| a == b && **a != GAP).count()
}
