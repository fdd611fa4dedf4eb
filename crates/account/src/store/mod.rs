//! The SQL of this crate.

pub(crate) mod follower;
pub(crate) mod inbox;
pub(crate) mod late;
pub(crate) mod menu;
pub(crate) mod scene;
pub(crate) mod token;

/// Rows of one multi-row statement. Batches are cut into powers of two so that only seven texts per statement exist and
/// each is prepared once.
const MOST_ROWS: usize = 64;

/// Cuts a batch into slices of 64, 32, 16 … 1.
pub(crate) fn slices<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let most = rows.len().min(MOST_ROWS);
        let size = if most == 0 { return None } else { 1 << most.ilog2() };
        let (head, tail) = rows.split_at(size);
        rows = tail;
        Some(head)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_cut_into_powers_of_two() {
        let rows = [0; 203];
        let sizes: Vec<_> = slices(&rows).map(<[_]>::len).collect();
        assert_eq!(sizes, [64, 64, 64, 8, 2, 1]);
        assert_eq!(slices::<u8>(&[]).count(), 0);
    }
}
