//! The search in process on ten million rows of varied text: totals against a scan, and what the questions take.
//! `LANTAI_SOAK_ROWS` sets the rows, ten million by default.

use std::time::Instant;

use measures::corpus::{Dice, Lexicon, Row};
use measures::engines::{Build, Engine as _};
use measures::statistics::{Spread, count};
use measures::{Outcome, processor, questions, settings};
use tempfile::TempDir;

/// Rows that are in memory at once.
const CHUNK: u32 = 100_000;
/// Of so many rows one may be asked for.
const ASKED_FOR: usize = 100;
/// Questions whose totals are compared with a scan of all rows.
const SCANNED: usize = 200;
const SEED: u64 = 20_261_122;
const ROUNDS: usize = 3;

pub(crate) fn run() -> Outcome<()> {
    let rows = settings::asked("LANTAI_SOAK_ROWS", 10_000_000);
    let (lexicon, folder) = (Lexicon::default(), TempDir::new()?);
    let sample: Vec<Row> = generated(&lexicon, rows).step_by(ASKED_FOR).collect();
    let mut questions = questions::unanswered(&sample, &lexicon, 10);
    drop(sample);
    let (begun, cpu) = (Instant::now(), processor::of_family(std::process::id()));
    let mut build = Build::begin(folder.path())?;
    let scanned = questions.get_mut(..SCANNED).ok_or("too few questions")?;
    let (mut all, mut left, mut scanning) = (generated(&lexicon, rows), rows, 0.0);
    while left > 0 {
        let size = left.min(CHUNK);
        let chunk: Vec<Row> = all.by_ref().take(usize::try_from(size)?).collect();
        for row in &chunk {
            build.put(row)?;
        }
        let scan = Instant::now();
        questions::answer(&chunk, scanned);
        scanning += scan.elapsed().as_secs_f64();
        left -= size;
    }
    let engine = build.end()?;
    let took = begun.elapsed().as_secs_f64() - scanning;
    let cpu = processor::of_family(std::process::id()).saturating_sub(cpu).as_secs_f64() - scanning;
    let (mut exact, mut under, mut over) = (0, 0, 0);
    for question in questions.iter().take(SCANNED) {
        let found = engine.ask(question)?;
        exact += usize::from(found == question.answers);
        under += usize::from(found < question.answers);
        over += usize::from(found > question.answers);
    }
    let mut best = vec![f64::MAX; questions.len()];
    let mut spent = Vec::new();
    for _ in 0..=ROUNDS {
        let before = processor::of_thread()?;
        for (question, best) in questions.iter().zip(&mut best) {
            let begun = Instant::now();
            engine.ask(question)?;
            *best = best.min(begun.elapsed().as_secs_f64() * 1e3);
        }
        spent.push(processor::of_thread()?.saturating_sub(before).as_secs_f64());
    }
    let (times, rate) = (Spread::new(best), count(questions.len()) / Spread::new(spent).median());
    let [p50, p95, p99, max] = [500, 950, 990, 1000].map(|at| times.at(at));
    println!(
        "\n{rows} rows in {} segments, {:.0} MB, indexed and read in {took:.0} s ({:.1} µs of CPU a row)",
        engine.segments(),
        megabytes(folder.path())?,
        cpu * 1e6 / f64::from(rows)
    );
    println!("totals against a scan, exact / under / over of {SCANNED} questions: {exact} / {under} / {over}");
    println!(
        "{} questions: {rate:.0} a CPU second, p50 {p50:.2} ms, p95 {p95:.2}, p99 {p99:.2} (goal <= 40), max {max:.2}; peak {} MB",
        times.count(),
        processor::peak_megabytes(std::process::id()).unwrap_or(0)
    );
    if exact == SCANNED { Ok(()) } else { Err("the totals are not those of a scan".into()) }
}

/// The rows, always the same.
fn generated(lexicon: &Lexicon, rows: u32) -> impl Iterator<Item = Row> {
    let mut dice = Dice::new(SEED);
    (0..rows).map(move |_| lexicon.row(&mut dice))
}

fn megabytes(folder: &std::path::Path) -> Outcome<f64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(f64::from(u32::try_from(bytes >> 10)?) / 1024.0)
}
