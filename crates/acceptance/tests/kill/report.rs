//! What the kills hit, and what was found broken after them.

use std::collections::BTreeMap;

/// A promise that was not kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Violation {
    /// Rows of the file are not in the catalogue.
    RowsLost,
    /// Rows of the file are in the catalogue more than once.
    RowsDoubled,
    /// So many rows of a batch that was rolled back are still there.
    NotTakenBack(usize),
    /// The database and the indexes do not hold the same; what `lantai doctor` said.
    NotWhole(String),
    /// So many messages got another answer when they were repeated.
    AnsweredDifferently(usize),
    /// Messages that were sent are not stored.
    MessagesLost,
    /// Messages are stored more than once.
    MessagesDoubled,
    /// What follows from a message did not happen.
    EffectsLost,
    /// What follows from a message happened more than once.
    EffectsDoubled,
}

/// The violation in having another number than there should be, if there is one.
pub(crate) fn miscount<N: Ord + Copy>(found: N, expected: N, lost: Violation, doubled: Violation) -> Option<Violation> {
    match found.cmp(&expected) {
        std::cmp::Ordering::Less => Some(lost),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(doubled),
    }
}

#[expect(clippy::disallowed_methods, reason = "the long run is asked for by the environment")]
pub(crate) fn kills_of_a_kind() -> usize {
    std::env::var("LANTAI_KILLS").ok().and_then(|number| number.parse::<usize>().ok()).unwrap_or(20) / 4
}

/// Which steps the kills hit; enough of them must be dangerous ones.
pub(crate) fn report(kind: &str, hits: &[String], dangerous: &[&str]) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for hit in hits {
        *counts.entry(hit).or_default() += 1;
    }
    println!("{kind}: {} kills: {counts:?}", hits.len());
    let inside = hits.iter().filter(|hit| dangerous.contains(&hit.as_str())).count();
    assert!(inside * 10 >= hits.len() * 6, "{kind}: only {inside} of {} kills hit {dangerous:?}", hits.len());
}
