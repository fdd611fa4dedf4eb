//! Drawing lots, always the same way.

use kernel::Random;

/// A seeded source of choices: the same seed makes the same holdings.
pub(super) struct Chance(Random);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(Random::seeded(seed))
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)) + 1;
        low + u32::try_from(self.0.below(span)).unwrap_or(0)
    }

    /// True in `percent` of a hundred cases.
    pub(super) fn percent(&self, percent: u32) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of the items; `None` if there are none.
    pub(super) fn pick<'a, T>(&self, items: &'a [T]) -> Option<&'a T> {
        let bound = u64::try_from(items.len()).unwrap_or(0);
        items.get(usize::try_from(self.0.below(bound)).unwrap_or(0))
    }

    /// One of the words; empty if there are none.
    pub(super) fn word(&self, words: &[&'static str]) -> &'static str {
        self.pick(words).copied().unwrap_or_default()
    }

    /// The items in another order (Fisher and Yates).
    pub(super) fn shuffled<'a, T>(&self, items: &'a [T]) -> Vec<&'a T> {
        let mut rest: Vec<&T> = items.iter().collect();
        let mut order = Vec::with_capacity(rest.len());
        while !rest.is_empty() {
            let bound = u64::try_from(rest.len()).unwrap_or(1);
            order.push(rest.swap_remove(usize::try_from(self.0.below(bound)).unwrap_or(0)));
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reaches_both_ends() {
        let chance = Chance::new(1);
        let drawn: Vec<u32> = (0..200).map(|_| chance.between(3, 5)).collect();
        assert!([3, 4, 5].iter().all(|n| drawn.contains(n)));
        assert!(drawn.iter().all(|n| (3..=5).contains(n)));
    }

    #[test]
    fn shuffling_keeps_every_item() {
        let items = [1, 2, 3, 4, 5];
        let mut order: Vec<i32> = Chance::new(2).shuffled(&items).into_iter().copied().collect();
        order.sort_unstable();
        assert_eq!(order, items);
        assert_eq!(Chance::new(2).pick::<u8>(&[]), None);
    }
}
