//! The order of a finding aid: every description below what it belongs to, in archival order.

use std::collections::HashMap;

use crate::store::place::Placed;

/// A description in its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Step {
    pub(crate) number: i64,
    /// The number of its fonds.
    pub(crate) fonds: i64,
    /// How far below the fonds: 0 is the description of the fonds itself.
    pub(crate) depth: usize,
}

/// All descriptions, fonds by fonds. What belongs to nothing that is among them stands right below its fonds, and so does
/// one of those that say they belong to each other: each comes once, whatever the rows say.
pub(super) fn preorder(rows: &[Placed]) -> Vec<Step> {
    rows.chunk_by(|one, other| one.fonds == other.fonds).flat_map(of_fonds).collect()
}

/// Who is below whom, by places in the list.
struct Tree {
    first: Vec<Option<usize>>,
    next: Vec<Option<usize>>,
    is_below: Vec<bool>,
}

impl Tree {
    fn of(rows: &[Placed]) -> Self {
        let places: HashMap<i64, usize> = rows.iter().enumerate().map(|(at, row)| (row.number, at)).collect();
        let mut tree =
            Self { first: vec![None; rows.len()], next: vec![None; rows.len()], is_below: vec![false; rows.len()] };
        // From the end, so that each list of children is in order.
        for (at, row) in rows.iter().enumerate().rev() {
            let parent = row.parent.and_then(|parent| places.get(&parent)).filter(|parent| **parent != at);
            let Some(first) = parent.and_then(|parent| tree.first.get_mut(*parent)) else { continue };
            let next = first.replace(at);
            set(&mut tree.next, at, next);
            set(&mut tree.is_below, at, true);
        }
        tree
    }
}

fn set<T>(list: &mut [T], at: usize, value: T) {
    if let Some(place) = list.get_mut(at) {
        *place = value;
    }
}

fn of_fonds(rows: &[Placed]) -> Vec<Step> {
    let tree = Tree::of(rows);
    let whole = rows.iter().position(|row| row.is_fonds);
    let root = |at: &usize| tree.is_below.get(*at) == Some(&false);
    // The fonds first; those that belong to each other in a circle are met last.
    let starts = whole.into_iter().chain((0..rows.len()).filter(root)).chain(0..rows.len());
    let mut met = vec![false; rows.len()];
    let mut steps = Vec::with_capacity(rows.len());
    for start in starts {
        let mut waiting = vec![(start, usize::from(Some(start) != whole))];
        while let Some((at, depth)) = waiting.pop() {
            // A start's own neighbours are starts as well, or come with what they are below.
            if at != start {
                waiting.extend(tree.next.get(at).copied().flatten().map(|next| (next, depth)));
            }
            if met.get(at) != Some(&false) {
                continue;
            }
            set(&mut met, at, true);
            let Some(row) = rows.get(at) else { continue };
            steps.push(Step { number: row.number, fonds: row.fonds, depth });
            waiting.extend(tree.first.get(at).copied().flatten().map(|first| (first, depth + 1)));
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn placed(number: i64, fonds: i64, parent: Option<i64>, is_fonds: bool) -> Placed {
        Placed { number, fonds, parent, is_fonds }
    }

    fn shape(rows: &[Placed]) -> Vec<(i64, usize)> {
        preorder(rows).into_iter().map(|step| (step.number, step.depth)).collect()
    }

    #[test]
    fn what_belongs_to_a_volume_stands_below_it_wherever_its_code_sorts() {
        let rows = [
            placed(1, 7, None, true),
            placed(2, 7, Some(1), false),
            placed(5, 7, Some(1), false),
            placed(4, 7, Some(2), false),
            placed(3, 7, Some(2), false),
            placed(9, 8, None, false),
            placed(8, 8, Some(9), false),
        ];
        assert_eq!(shape(&rows), [(1, 0), (2, 1), (4, 2), (3, 2), (5, 1), (9, 1), (8, 2)]);
    }

    #[test]
    fn a_circle_loses_nobody() {
        let rows = [placed(1, 7, Some(2), false), placed(2, 7, Some(1), false), placed(3, 7, Some(3), false)];
        assert_eq!(shape(&rows), [(3, 1), (1, 1), (2, 2)]);
    }

    proptest! {
        #[test]
        fn each_comes_once_and_no_step_down_is_longer_than_one(parents in proptest::collection::vec(0..40_i64, 1..40)) {
            let rows: Vec<Placed> =
                (0..).zip(&parents).map(|(at, parent)| placed(at, 1, Some(*parent), false)).collect();
            let steps = shape(&rows);
            let mut numbers: Vec<i64> = steps.iter().map(|(number, _)| *number).collect();
            numbers.sort_unstable();
            prop_assert_eq!(numbers, (0..).take(rows.len()).collect::<Vec<i64>>());
            for pair in steps.windows(2) {
                prop_assert!(pair[1].1 <= pair[0].1 + 1 && pair[1].1 >= 1, "{:?}", steps);
            }
        }
    }
}
