//! Measure P1: mixed substring questions on a million invented records, the best twenty and the exact count, against the
//! plain use of the library beneath; everything in one run, rounds interleaved, answers checked against a scan.
//!
//! `cargo run --release -p search --example p1 -- [ROWS] [ROUNDS] [SEED] [--json]`

mod corpus;
mod engines;
mod questions;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use corpus::{Dice, Lexicon, Row};
use engines::{Engine, Ours, Plain, Result};
use questions::Question;

/// What one engine did.
#[derive(Default)]
struct Tally {
    exact: usize,
    under: usize,
    over: usize,
    /// Processor seconds of each round.
    rounds: Vec<f64>,
    /// Milliseconds of each question, best of the rounds.
    times: Vec<f64>,
    build: f64,
    build_cpu: f64,
    megabytes: f64,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let json = arguments.iter().any(|argument| argument == "--json");
    let number = |place: usize, otherwise: usize| {
        arguments.iter().filter_map(|argument| argument.parse().ok()).nth(place).unwrap_or(otherwise)
    };
    let (count, rounds, seed) = (number(0, 1_000_000), number(1, 3), number(2, 20_261_122));
    let lexicon = Lexicon::new();
    let mut dice = Dice::new(u64::try_from(seed)?);
    let rows: Vec<Row> = (0..count).map(|_| lexicon.row(&mut dice)).collect();
    let questions = questions::ask(&rows, &lexicon, dice.next());
    describe(&rows, &questions);

    let dir = tempfile::tempdir()?;
    let (mut ours, mut plain) = (Tally::default(), Tally::default());
    let engines: [Box<dyn Engine>; 2] = [
        Box::new(built(dir.path(), count, &mut ours, |dir| Ours::build(dir, &rows))?),
        Box::new(built(dir.path(), count, &mut plain, |dir| Plain::build(dir, &rows))?),
    ];
    drop(rows);
    let mut tallies = [ours, plain];
    for (engine, tally) in engines.iter().zip(&mut tallies) {
        check(engine.as_ref(), &questions, tally)?;
    }
    for _ in 0..rounds.max(1) {
        for (engine, tally) in engines.iter().zip(&mut tallies) {
            round(engine.as_ref(), &questions, tally)?;
        }
    }
    report(&engines, &tallies, &questions, json);
    Ok(())
}

/// Builds an engine and notes what that took.
fn built<E>(dir: &Path, rows: usize, tally: &mut Tally, build: impl FnOnce(&Path) -> Result<E>) -> Result<E> {
    let dir = dir.join(if dir.join("first").try_exists()? { "second" } else { "first" });
    fs::create_dir_all(&dir)?;
    let (start, cpu) = (Instant::now(), processor_of_all()?);
    let engine = build(&dir)?;
    tally.build = start.elapsed().as_secs_f64();
    tally.build_cpu = (processor_of_all()? - cpu) * 1e6 / f64::from(u32::try_from(rows)?);
    let mut bytes = 0;
    for entry in fs::read_dir(&dir)? {
        bytes += entry?.metadata()?.len();
    }
    tally.megabytes = f64::from(u32::try_from(bytes >> 10)?) / 1024.0;
    Ok(engine)
}

/// Compares the answers with the scan's. What this first pass takes is not measured: it brings the files into memory.
fn check(engine: &dyn Engine, questions: &[Question], tally: &mut Tally) -> Result<()> {
    for question in questions {
        let found = engine.ask(question)?;
        tally.exact += usize::from(found == question.answers);
        tally.under += usize::from(found < question.answers);
        tally.over += usize::from(found > question.answers);
        tally.times.push(f64::MAX);
    }
    Ok(())
}

fn round(engine: &dyn Engine, questions: &[Question], tally: &mut Tally) -> Result<()> {
    let cpu = processor_of_thread()?;
    for (question, best) in questions.iter().zip(&mut tally.times) {
        let start = Instant::now();
        engine.ask(question)?;
        *best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    tally.rounds.push(processor_of_thread()? - cpu);
    Ok(())
}

/// Seconds this thread has run, of `/proc/thread-self/schedstat` (nanoseconds on the processor first).
fn processor_of_thread() -> Result<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: u64 = text.split(' ').next().unwrap_or_default().parse()?;
    Ok(std::time::Duration::from_nanos(nanoseconds).as_secs_f64())
}

/// Seconds all threads have run, ended ones too, of `/proc/self/stat` (ticks of 10 ms, fields 14 and 15).
fn processor_of_all() -> Result<f64> {
    let text = fs::read_to_string("/proc/self/stat")?;
    let after = text.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Ok(std::time::Duration::from_millis(ticks * 10).as_secs_f64())
}

fn median(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut left = f64::from(u32::try_from(sorted.len().saturating_sub(1)).unwrap_or(u32::MAX)) * share;
    let mut values = sorted.into_iter();
    let mut value = values.next().unwrap_or_default();
    while left >= 0.5 {
        value = values.next().unwrap_or(value);
        left -= 1.0;
    }
    value
}

fn describe(rows: &[Row], questions: &[Question]) {
    let characters: usize = rows.iter().map(|row| row.title.chars().count() + row.creator.chars().count()).sum();
    let mut answers: Vec<f64> =
        questions.iter().map(|question| f64::from(u32::try_from(question.answers).unwrap_or(u32::MAX))).collect();
    answers.sort_unstable_by(f64::total_cmp);
    let with_years = questions.iter().filter(|question| question.years.is_some()).count();
    eprintln!(
        "{} records, {characters} characters; {} questions, {with_years} with years; matches p50 {} p90 {} p99 {} max {}",
        rows.len(),
        questions.len(),
        median(&answers, 0.5),
        median(&answers, 0.9),
        median(&answers, 0.99),
        answers.last().copied().unwrap_or_default()
    );
}

fn report(engines: &[Box<dyn Engine>; 2], tallies: &[Tally; 2], questions: &[Question], json: bool) {
    let count = f64::from(u32::try_from(questions.len()).unwrap_or(u32::MAX));
    let rates: Vec<f64> = tallies.iter().map(|tally| count / median(&tally.rounds, 0.5)).collect();
    let ratio = rates.first().copied().unwrap_or_default() / rates.last().copied().unwrap_or(1.0);
    if json {
        let exact: Vec<String> = tallies.iter().map(|tally| tally.exact.to_string()).collect();
        println!("{{\"ratio\": {ratio:.3}, \"exact\": [{}], \"questions\": {count}}}", exact.join(", "));
        return;
    }
    println!(
        "| engine | exact / under / over | q per CPU-s | p50 ms | p95 | p99 | max | index MB | segments | build s | build CPU µs/row |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for ((engine, tally), rate) in engines.iter().zip(tallies).zip(&rates) {
        println!(
            "| {} | {} / {} / {} | {rate:.0} | {:.3} | {:.2} | {:.2} | {:.1} | {:.0} | {} | {:.1} | {:.1} |",
            engine.name(),
            tally.exact,
            tally.under,
            tally.over,
            median(&tally.times, 0.5),
            median(&tally.times, 0.95),
            median(&tally.times, 0.99),
            median(&tally.times, 1.0),
            tally.megabytes,
            engine.segments(),
            tally.build,
            tally.build_cpu
        );
    }
    println!("ratio of questions per CPU-second: {ratio:.2}");
    let mut kinds: BTreeMap<&str, [Vec<f64>; 2]> = BTreeMap::new();
    for (place, question) in questions.iter().enumerate() {
        let times = kinds.entry(question.kind).or_default();
        for (times, tally) in times.iter_mut().zip(tallies) {
            times.extend(tally.times.get(place));
        }
    }
    for (kind, [ours, plain]) in kinds {
        println!("{kind}: mean ms {:.3} against {:.3}", mean(&ours), mean(&plain));
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / f64::from(u32::try_from(values.len()).unwrap_or(1).max(1))
}
