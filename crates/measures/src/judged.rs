//! The judged set: how well the public search answers questions made from the real titles and the sample holdings.
//!
//! `measures judged [SEED …]`: one table of each seed, then one of all; five seeds by default. `--missed` lists the questions
//! without a true answer in the first three places.

use acceptance::judged::{self, Report};
use acceptance::{Shelf, official_titles};
use measures::Outcome;

/// Questions of one seed.
const QUESTIONS: usize = 500;
/// The seeds that are reported.
const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

pub(crate) async fn run() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let (words, numbers): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|word| word.starts_with("--"));
    let tells_missed = match words.as_slice() {
        [] => false,
        [word] if *word == "--missed" => true,
        _ => return Err("usage: judged [--missed] [SEED …]".into()),
    };
    let mut seeds = numbers.iter().map(|number| number.parse()).collect::<Result<Vec<u64>, _>>()?;
    if seeds.is_empty() {
        seeds = SEEDS.to_vec();
    }
    if official_titles().is_none() {
        println!("The real titles are not to be had; the sample holdings alone are measured.");
    }
    let shelf = Shelf::open().await;
    let mut all = Report::default();
    for seed in &seeds {
        let report = judged::measure(&shelf, &judged::questions(&shelf, *seed, QUESTIONS)).await;
        println!("\nseed {seed}, {} records\n{report}", shelf.holdings.len());
        all.extend(report);
    }
    println!("\nall {} seeds\n{all}", seeds.len());
    if tells_missed {
        for question in all.missed() {
            println!(
                "{} “{}”: {} true, {}",
                question.kind.name(),
                question.typed,
                question.truth.len(),
                question.source
            );
        }
    }
    let missed: Vec<&str> =
        all.goals().iter().filter(|(_, reached, wanted)| reached < wanted).map(|(goal, ..)| *goal).collect();
    if missed.is_empty() { Ok(()) } else { Err(format!("missed: {}", missed.join("; ")).into()) }
}
