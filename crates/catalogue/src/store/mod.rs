//! The catalogue's SQL and rows.

pub(crate) mod authority;
pub(crate) mod batch;
pub(crate) mod change;
pub(crate) mod code;
pub(crate) mod copy;
pub(crate) mod counter;
pub(crate) mod dated;
pub(crate) mod decision;
pub(crate) mod due;
pub(crate) mod fonds;
pub(crate) mod gap;
pub(crate) mod gone;
pub(crate) mod harvest;
pub(crate) mod history;
pub(crate) mod holding;
pub(crate) mod listed;
pub(crate) mod opened;
pub(crate) mod original;
pub(crate) mod person;
pub(crate) mod place;
pub(crate) mod record;
pub(crate) mod review;
pub(crate) mod statuses;
pub(crate) mod subject;

/// Splits a list for statements with one placeholder each: SQLite takes 32,766 of them, PostgreSQL 65,535, and the
/// fewer sizes there are, the more statements stay prepared.
pub(crate) fn groups<T>(items: &[T], most: usize) -> impl Iterator<Item = &[T]> {
    let small = most / 10;
    let whole = items.len() / most * most;
    let (large, rest) = items.split_at(whole);
    let tens = rest.len().checked_div(small).unwrap_or(0) * small;
    let (middle, single) = rest.split_at(tens);
    large.chunks(most).chain(middle.chunks(small.max(1))).chain(single.chunks(1))
}

/// The items of a list in one of a few sizes, 20, 100 or its own, so that one statement serves them all: what is missing
/// repeats the first. None for none.
pub(crate) fn padded<T>(items: &[T]) -> Vec<&T> {
    let size = if items.len() <= 20 { 20 } else { items.len().max(100) };
    items.first().map_or_else(Vec::new, |first| items.iter().chain(std::iter::repeat(first)).take(size).collect())
}

/// `$2, $3, $4`: placeholders for a list that begins after `before` others.
pub(crate) fn list(before: usize, count: usize) -> String {
    let mut text = String::with_capacity(count * 6);
    for n in 1..=count {
        if n > 1 {
            text.push_str(", ");
        }
        text.push('$');
        text.push_str(&(before + n).to_string());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_cover_everything_in_order_with_few_sizes() {
        let items: Vec<usize> = (0..347).collect();
        let sizes: Vec<usize> = groups(&items, 100).map(<[usize]>::len).collect();
        assert_eq!(sizes, [100, 100, 100, 10, 10, 10, 10, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(groups(&items, 100).flatten().copied().collect::<Vec<_>>(), items);
        assert_eq!(list(1, 3), "$2, $3, $4");
        assert_eq!(padded::<u8>(&[]), Vec::<&u8>::new());
        assert_eq!(padded(&[7, 8])[..4], [&7, &8, &7, &7]);
        let sizes = [1, 20, 21, 100, 101].map(|length| padded(&vec![0; length]).len());
        assert_eq!(sizes, [20, 20, 100, 100, 101]);
    }
}
