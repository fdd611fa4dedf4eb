//! What the editor's panel costs: an article of 20,000 characters beside 2,000 past articles, and finding the like of it by
//! bands and fingerprints beside comparing with all. The goal for the panel is 100 ms.

use std::collections::HashSet;
use std::hint::black_box;
use std::ops::Range;

use chinese::personal;
use chinese::readability::{Lists, Weights, judge};
use chinese::sensitive::{List, Listed};
use chinese::similarity::{Comparable, LEAST, Passage, Print, Shelf, passages};
use chinese::words::Words;
use criterion::{Criterion, criterion_group, criterion_main};

const ARTICLES: usize = 2_000;
/// Characters of a past article, and of the one being written.
const PAST: usize = 2_000;
const PRESENT: usize = 20_000;
/// Candidates whose passages are shown.
const SHOWN: usize = 5;
/// Listed words.
const LISTED: usize = 5_000;

/// A repeatable row of numbers (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB) % limit
    }

    /// A piece of a text.
    fn piece<'t>(&mut self, pieces: &[&'t str]) -> &'t str {
        let limit = u64::try_from(pieces.len()).unwrap_or(1).max(1);
        usize::try_from(self.below(limit)).ok().and_then(|at| pieces.get(at)).copied().unwrap_or_default()
    }
}

/// Paragraphs as articles have them, half of them with a fault.
fn paragraphs() -> Vec<&'static str> {
    include_str!("../src/readability/judged.tsv").lines().filter_map(|line| Some(line.split_once('\t')?.1)).collect()
}

fn article(dice: &mut Dice, pieces: &[&str], length: usize) -> String {
    let mut text = String::new();
    let mut characters = 0;
    while characters < length {
        let piece = dice.piece(pieces);
        characters += piece.chars().count() + 1;
        text.push_str(piece);
        text.push(if dice.below(9) == 0 { '\n' } else { '，' });
    }
    text
}

struct Desk {
    words: Words,
    lists: Lists,
    list: List,
    present: String,
    past: Vec<String>,
    prints: Vec<Print>,
    shelf: Shelf<usize>,
}

impl Desk {
    fn new() -> Option<Self> {
        let mut dice = Dice(20_261_129);
        let paragraphs = paragraphs();
        // Clauses of three to eight characters taken together by chance: the vocabulary of the paragraphs, new texts.
        let clauses: Vec<&str> =
            paragraphs.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).collect();
        let halves: Vec<&str> = clauses
            .iter()
            .filter_map(|clause| clause.get(..clause.char_indices().nth(clause.chars().count() / 2)?.0))
            .filter(|half| (2..9).contains(&half.chars().count()))
            .collect();
        let mut past: Vec<String> = (0..ARTICLES).map(|_| article(&mut dice, &halves, PAST)).collect();
        let present: String = paragraphs.join("\n").repeat(3).chars().take(PRESENT).collect();
        // Ten past articles hold a paragraph of the present one.
        for (past, text) in past.iter_mut().step_by(200).zip(paragraphs.iter().step_by(12)) {
            past.push_str(text);
        }
        let prints: Vec<Print> = past.iter().map(|text| Comparable::new(text, &[]).print()).collect();
        let mut shelf = Shelf::default();
        for (id, print) in prints.iter().enumerate() {
            shelf.put(&id, print);
        }
        let listed = (0..LISTED)
            .map(|_| Listed {
                word: [dice.piece(&halves), dice.piece(&halves)].concat(), category: "广告".to_owned()
            });
        let list = List::new(listed.collect(), &[]).ok()?;
        let words = Words::default();
        words.load();
        Some(Self { words, lists: Lists::built_in().ok()?, list, present, past, prints, shelf })
    }

    fn passages(&self) -> Vec<(usize, Vec<Passage>)> {
        let present = Comparable::new(&self.present, &[]);
        let candidates = self.shelf.candidates(&present.print());
        let shown = candidates.into_iter().take(SHOWN).filter_map(|candidate| {
            let past = Comparable::new(self.past.get(candidate.id)?, &[]);
            Some((candidate.id, passages(&present, &past, LEAST)))
        });
        shown.collect()
    }

    /// All that the panel shows, as counts.
    fn panel(&self) -> [usize; 4] {
        let readable = judge(&self.present, &self.words, &self.lists, &Weights::default());
        let personal: Vec<Range<usize>> = personal::phones(&self.present);
        let listed = self.list.find(&self.present, &self.words);
        let shared: usize = self.passages().iter().map(|(_, passages)| passages.len()).sum();
        [readable.found.len(), personal.len() + personal::id_numbers(&self.present).len(), listed.len(), shared]
    }
}

/// Shingles as texts, for an exact comparison.
fn shingles(text: &str) -> HashSet<[char; 5]> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.windows(5).filter_map(|five| five.try_into().ok()).collect()
}

fn quality(criterion: &mut Criterion) {
    let Some(desk) = Desk::new() else { return };
    println!("panel: findings, personal data, listed words, passages: {:?}", desk.panel());
    let found: Vec<usize> =
        desk.passages().into_iter().filter(|(_, shared)| !shared.is_empty()).map(|(id, _)| id).collect();
    println!("past articles whose passages are shown: {found:?}");
    criterion.bench_function("panel, all", |bencher| bencher.iter(|| black_box(desk.panel())));
    criterion.bench_function("panel, readability", |bencher| {
        bencher.iter(|| black_box(judge(&desk.present, &desk.words, &desk.lists, &Weights::default())));
    });
    criterion.bench_function("panel, listed words", |bencher| {
        bencher.iter(|| black_box(desk.list.find(&desk.present, &desk.words)));
    });
    criterion.bench_function("panel, originality", |bencher| bencher.iter(|| black_box(desk.passages())));
    let present = Comparable::new(&desk.present, &[]).print();
    criterion.bench_function("2,000 articles, bands and fingerprints", |bencher| {
        bencher.iter(|| black_box(desk.shelf.candidates(&present)));
    });
    criterion.bench_function("2,000 articles, all signatures", |bencher| {
        bencher.iter(|| {
            let all = desk.prints.iter().map(|print| print.signature.likeness(&present.signature));
            black_box(all.fold(0.0, f64::max))
        });
    });
    let own = shingles(&desk.present);
    let all: Vec<HashSet<[char; 5]>> = desk.past.iter().map(|text| shingles(text)).collect();
    criterion.bench_function("2,000 articles, all shingles", |bencher| {
        bencher.iter(|| black_box(all.iter().map(|other| own.intersection(other).count()).max()));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).without_plots();
    targets = quality
}
criterion_main!(benches);
