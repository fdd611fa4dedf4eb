//! Tests of likeness and passages.

use std::slice::from_ref;

use proptest::prelude::*;

use super::{Comparable, LEAST, Passage, Shelf, passages};

fn of(text: &str) -> Comparable {
    Comparable::new(text, &[])
}

fn likeness(a: &str, b: &str) -> f64 {
    of(a).print().signature.likeness(&of(b).print().signature)
}

const STORY: &str =
    "那年冬天，江面结了冰，船都停在岸边。船工们没有活干，就聚在茶馆里听书。茶馆的账本，现在在我们馆里。";

#[test]
fn what_is_shared_is_shown_on_both_sides() {
    let left = format!("编者按：下面是一段旧事。{STORY}欢迎来看。");
    let right = "昨天的文章。那年冬天江面结了冰、船都停在岸边；船工們沒有活幹，就聚在茶館裏聽書。后来呢？";
    let found = passages(&of(&left), &of(right), LEAST);
    let [Passage { left: a, right: b, letters }] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(&left[a.clone()], "那年冬天，江面结了冰，船都停在岸边。船工们没有活干，就聚在茶馆里听书");
    assert_eq!(&right[b.clone()], "那年冬天江面结了冰、船都停在岸边；船工們沒有活幹，就聚在茶館裏聽書");
    assert_eq!(*letters, LEAST);
    assert_eq!(passages(&of(&left), &of(right), LEAST + 1), []);
    let own = of(&left).own_share(from_ref(a));
    assert!((0.3..0.6).contains(&own), "{own}");
}

#[test]
fn a_quoted_record_may_stand_elsewhere_as_well() {
    let text = format!("有一段记载：{STORY}后面是我们自己写的话，和别人的不一样，说的是今天的茶馆和今天的江面。");
    let quoted = text.find(STORY).unwrap();
    let quoted = quoted..quoted + STORY.len();
    let excluding = Comparable::new(&text, from_ref(&quoted));
    assert_eq!(passages(&excluding, &of(STORY), 12), []);
    assert!(
        excluding.print().fingerprints.iter().all(|mark| !of(STORY)
            .print()
            .fingerprints
            .iter()
            .any(|other| other.hash == mark.hash))
    );
    assert!((excluding.own_share(&[]) - 1.0).abs() < f64::EPSILON);
    assert_eq!(excluding.letters(), of(&text).letters() - of(STORY).letters());
    let half = quoted.start..quoted.start + STORY.len() / 2 / 3 * 3;
    assert_eq!(passages(&Comparable::new(&text, &[half.clone(), half]), &of(STORY), 12).len(), 1);
}

#[test]
fn a_signature_is_the_same_in_every_version() {
    let print = of(STORY).print();
    assert_eq!(print.signature.bands().next().unwrap(), (0, GOLDEN_BAND));
    assert_eq!(print.fingerprints.first().map(|mark| (mark.hash, mark.at)), Some(GOLDEN_MARK));
}

const GOLDEN_BAND: [u32; 4] = [45_499_295, 292_194_032, 29_155_782, 10_563_006];
const GOLDEN_MARK: (u32, u32) = (68_306_916, 10);

#[test]
fn the_shelf_finds_what_is_like_and_what_shares() {
    let mut shelf = Shelf::default();
    let other = "图书馆的新书到了，一共三百册，欢迎读者前来借阅。儿童读物放在一楼，地方文献放在二楼，请大家爱护图书。";
    shelf.put(&1, &of(other).print());
    shelf.put(&2, &of(&STORY.replace("冬天", "秋天")).print());
    shelf.put(&3, &of(&format!("{}{STORY}", other.repeat(4))).print());
    let found = shelf.candidates(&of(STORY).print());
    assert_eq!(found.iter().map(|found| found.id).collect::<Vec<_>>(), [2, 3]);
    assert!(found[0].likeness > 0.6 && found[1].likeness < 0.5, "{found:?}");
    shelf.put(&2, &of(other).print());
    shelf.remove(&3);
    assert!(shelf.candidates(&of(STORY).print()).is_empty());
    assert_eq!((shelf.len(), shelf.is_empty()), (2, false));
    assert!(shelf.candidates(&of("").print()).is_empty());
}

#[test]
fn a_text_that_repeats_itself_is_survived() {
    let text = "哈".repeat(20_000);
    let found = passages(&of(&text), &of(&text), LEAST);
    assert_eq!(found.first().map(|found| found.left.clone()), Some(0..text.len()));
}

/// Different letters in each: no five of one stand in the other.
fn text_of(from: u32) -> impl Strategy<Value = String> {
    proptest::collection::vec(0..400_u32, 60..300)
        .prop_map(move |letters| letters.into_iter().filter_map(|letter| char::from_u32(from + letter)).collect())
}

proptest! {
    #[test]
    fn a_text_is_like_itself_and_unlike_others(a in text_of(0x4E00), b in text_of(0x6000)) {
        prop_assert!((likeness(&a, &a) - 1.0).abs() < f64::EPSILON);
        prop_assert!(likeness(&a, &b) < 0.05);
        prop_assert!(passages(&of(&a), &of(&b), LEAST).is_empty());
    }

    #[test]
    fn a_shared_passage_is_always_shown(
        a in text_of(0x4E00),
        b in text_of(0x6000),
        shared in "[一-龥]{30,60}",
        places in (0..60_usize, 0..60_usize),
    ) {
        // What the simplified form leaves as it is.
        let shared: String = crate::normalise(&shared);
        prop_assume!(shared.chars().count() >= LEAST && shared.chars().all(char::is_alphanumeric));
        let insert = |text: &str, place: usize| {
            let at = text.char_indices().nth(place).unwrap().0;
            (format!("{}{shared}{}", &text[..at], &text[at..]), at..at + shared.len())
        };
        let ((left, in_left), (right, in_right)) = (insert(&a, places.0), insert(&b, places.1));
        let found = passages(&of(&left), &of(&right), LEAST);
        let covers = |outer: &std::ops::Range<usize>, inner: &std::ops::Range<usize>| outer.start <= inner.start && outer.end >= inner.end;
        prop_assert!(found.iter().any(|found| covers(&found.left, &in_left) && covers(&found.right, &in_right)));
        let mut shelf = Shelf::default();
        shelf.put(&1, &of(&right).print());
        prop_assert_eq!(shelf.candidates(&of(&left).print()).len(), 1);
    }

    #[test]
    fn spans_lie_on_characters(a in "\\PC{0,80}|[一二三，。 ab]{0,90}", b in "[一二三，。 ab]{0,90}", quoted in (0..40_usize, 0..40_usize)) {
        let left = Comparable::new(&a, from_ref(&(quoted.0..quoted.0 + quoted.1)));
        for found in passages(&left, &of(&b), 12) {
            prop_assert!(a.get(found.left.clone()).is_some() && b.get(found.right).is_some());
            prop_assert!(found.left.end <= quoted.0 || found.left.start >= quoted.0 + quoted.1 || quoted.1 == 0);
        }
    }
}
