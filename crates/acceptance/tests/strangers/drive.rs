//! The driver: makes inputs, puts them to a door, keeps what opened a new way.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kernel::Random;

use crate::mutate::mutated;

/// Inputs kept to be changed further.
const MOST_KEPT: usize = 512;
/// Changes that one input is made of at most.
const MOST_CHANGES: u64 = 6;

/// How many inputs each door gets.
#[expect(clippy::disallowed_methods, reason = "the long run is asked for by the environment")]
pub(crate) fn cases() -> usize {
    std::env::var("LANTAI_FUZZ_CASES").ok().and_then(|number| number.parse().ok()).unwrap_or(2000)
}

/// Puts inputs to a door that says what became of each, in a word or two.
pub(crate) fn drive(
    name: &str,
    cases: usize,
    seeds: &[Vec<u8>],
    words: &[String],
    mut door: impl FnMut(&[u8]) -> String,
) {
    let random = Random::seeded(20_261_123);
    let mut kept: Vec<Vec<u8>> = seeds.to_vec();
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let whole = kept.len();
    for case in 0..whole + cases {
        // The good inputs come first as they are.
        let input = kept.get(case).filter(|_| case < whole).cloned().unwrap_or_else(|| {
            let changes = 1 + random.below(1 + random.below(MOST_CHANGES));
            (0..changes)
                .fold(pick(&kept, &random).to_vec(), |input, _| mutated(input, pick(&kept, &random), words, &random))
        });
        let Ok(outcome) = catch_unwind(AssertUnwindSafe(|| door(&input))) else {
            panic!("{name}: input {case} broke it: {:?}\n{input:?}", String::from_utf8_lossy(&input));
        };
        let times = outcomes.entry(outcome).or_default();
        *times += 1;
        if *times <= 3 && kept.len() < MOST_KEPT && case >= whole {
            kept.push(input);
        }
    }
    println!("{name}: {} inputs, {} kept, {} outcomes: {outcomes:?}", whole + cases, kept.len(), outcomes.len());
    assert!(outcomes.len() > 1, "{name}: every input had the same outcome, so the door was not tried");
}

fn pick<'k>(kept: &'k [Vec<u8>], random: &Random) -> &'k [u8] {
    let place = random.below(u64::try_from(kept.len()).unwrap());
    &kept[usize::try_from(place).unwrap()]
}
