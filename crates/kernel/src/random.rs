//! Where chance comes from. Randomness is an argument; only this file asks the operating system.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of random bytes; cheap to clone.
#[derive(Clone, Debug)]
pub struct Random(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Seeded(Arc<AtomicU64>),
}

impl Random {
    /// The operating system's generator, fit for keys.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A reproducible sequence (`SplitMix64`) for tests and sample data. Never for keys.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(AtomicU64::new(seed))))
    }

    /// Fills the slice.
    ///
    /// # Panics
    /// If the operating system has no randomness to give: nothing safe can be done without it.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system")]
    #[expect(clippy::expect_used, reason = "a house without randomness must not go on")]
    pub fn fill(&self, bytes: &mut [u8]) {
        match &self.0 {
            Source::System => getrandom::fill(bytes).expect("the operating system gives random bytes"),
            Source::Seeded(state) => {
                for chunk in bytes.chunks_mut(8) {
                    let word = split_mix(state).to_le_bytes();
                    for (byte, random) in chunk.iter_mut().zip(word) {
                        *byte = random;
                    }
                }
            }
        }
    }

    /// Sixteen random bytes in lower-case hexadecimal.
    pub fn hex16(&self) -> String {
        crate::hex(&self.bytes::<16>())
    }

    /// An array of random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A number below `bound`; 0 if the bound is 0. The bias is below 2⁻³² for bounds that fit 32 bits.
    pub fn below(&self, bound: u64) -> u64 {
        u64::from_le_bytes(self.bytes::<8>()).checked_rem(bound).unwrap_or(0)
    }
}

fn split_mix(state: &AtomicU64) -> u64 {
    const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut word = state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        assert_eq!(Random::seeded(7).bytes::<20>(), Random::seeded(7).bytes::<20>());
        assert_ne!(Random::seeded(7).bytes::<20>(), Random::seeded(8).bytes::<20>());
    }

    #[test]
    fn a_number_stays_below_its_bound() {
        let random = Random::seeded(1);
        assert!((0..1000).all(|_| random.below(10) < 10));
        assert_eq!(random.below(0), 0);
    }
}
