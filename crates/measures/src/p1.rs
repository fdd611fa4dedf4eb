//! Measure P1: mixed substring questions on a million invented records, the best twenty and the exact count, against the
//! plain use of the library beneath; everything in one run, rounds interleaved, answers checked against a scan.
//!
//! `measures p1 [ROWS] [ROUNDS] [SEED] [--json]`

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use measures::corpus::{Dice, Lexicon, Row};
use measures::engines::{Engine, Ours, Plain};
use measures::questions::{self, Question};
use measures::statistics::{Spread, count};
use measures::{Outcome, processor, settings};

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

pub(crate) fn run() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let json = arguments.iter().any(|argument| argument == "--json");
    let number = |place: usize, otherwise: u32| {
        arguments.iter().filter_map(|argument| argument.parse().ok()).nth(place).unwrap_or(otherwise)
    };
    let (size, rounds, seed) = (number(0, settings::rows()), number(1, 3), number(2, 20_261_122));
    let lexicon = Lexicon::default();
    let mut dice = Dice::new(u64::from(seed));
    let rows: Vec<Row> = (0..size).map(|_| lexicon.row(&mut dice)).collect();
    let questions = questions::ask(&rows, &lexicon, dice.draw());
    describe(&rows, &questions);

    let dir = tempfile::tempdir()?;
    let (mut ours, mut plain) = (Tally::default(), Tally::default());
    let engines: [Box<dyn Engine>; 2] = [
        Box::new(built(dir.path(), size, &mut ours, |dir| Ours::build(dir, rows.iter()))?),
        Box::new(built(dir.path(), size, &mut plain, |dir| Plain::build(dir, &rows))?),
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
fn built<E>(dir: &Path, rows: u32, tally: &mut Tally, build: impl FnOnce(&Path) -> Outcome<E>) -> Outcome<E> {
    let dir = dir.join(if dir.join("first").try_exists()? { "second" } else { "first" });
    fs::create_dir_all(&dir)?;
    let (start, cpu) = (Instant::now(), processor::of_family(std::process::id()));
    let engine = build(&dir)?;
    tally.build = start.elapsed().as_secs_f64();
    let spent = processor::of_family(std::process::id()).saturating_sub(cpu);
    tally.build_cpu = spent.as_secs_f64() * 1e6 / f64::from(rows);
    let mut bytes = 0;
    for entry in fs::read_dir(&dir)? {
        bytes += entry?.metadata()?.len();
    }
    tally.megabytes = f64::from(u32::try_from(bytes >> 10)?) / 1024.0;
    Ok(engine)
}

/// Compares the answers with the scan's. What this first pass takes is not measured: it brings the files into memory.
fn check(engine: &dyn Engine, questions: &[Question], tally: &mut Tally) -> Outcome<()> {
    for question in questions {
        let found = engine.ask(question)?;
        tally.exact += usize::from(found == question.answers);
        tally.under += usize::from(found < question.answers);
        tally.over += usize::from(found > question.answers);
        tally.times.push(f64::MAX);
    }
    Ok(())
}

fn round(engine: &dyn Engine, questions: &[Question], tally: &mut Tally) -> Outcome<()> {
    let cpu = processor::of_thread()?;
    for (question, best) in questions.iter().zip(&mut tally.times) {
        let start = Instant::now();
        engine.ask(question)?;
        *best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    tally.rounds.push(processor::of_thread()?.saturating_sub(cpu).as_secs_f64());
    Ok(())
}

fn describe(rows: &[Row], questions: &[Question]) {
    let characters: usize = rows.iter().map(|row| row.title.chars().count() + row.creator.chars().count()).sum();
    let answers = questions.iter().map(|question| f64::from(u32::try_from(question.answers).unwrap_or(u32::MAX)));
    let answers = Spread::new(answers);
    let with_years = questions.iter().filter(|question| question.years.is_some()).count();
    eprintln!(
        "{} records, {characters} characters; {} questions, {with_years} with years; matches p50 {} p90 {} p99 {} max {}",
        rows.len(),
        questions.len(),
        answers.at(500),
        answers.at(900),
        answers.at(990),
        answers.at(1000)
    );
}

fn report(engines: &[Box<dyn Engine>; 2], tallies: &[Tally; 2], questions: &[Question], json: bool) {
    let asked = count(questions.len());
    let rate = |tally: &Tally| asked / Spread::new(tally.rounds.iter().copied()).median();
    let rates: Vec<f64> = tallies.iter().map(rate).collect();
    let ratio = rates.first().copied().unwrap_or_default() / rates.last().copied().unwrap_or(1.0);
    if json {
        let exact: Vec<String> = tallies.iter().map(|tally| tally.exact.to_string()).collect();
        println!("{{\"ratio\": {ratio:.3}, \"exact\": [{}], \"questions\": {asked}}}", exact.join(", "));
        return;
    }
    println!(
        "| engine | exact / under / over | q per CPU-s | p50 ms | p95 | p99 | max | index MB | segments | build s | build CPU µs/row |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for ((engine, tally), rate) in engines.iter().zip(tallies).zip(&rates) {
        let times = Spread::new(tally.times.iter().copied());
        println!(
            "| {} | {} / {} / {} | {rate:.0} | {:.3} | {:.2} | {:.2} | {:.1} | {:.0} | {} | {:.1} | {:.1} |",
            engine.name(),
            tally.exact,
            tally.under,
            tally.over,
            times.at(500),
            times.at(950),
            times.at(990),
            times.at(1000),
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
        println!("{kind}: mean ms {:.3} against {:.3}", Spread::new(ours).mean(), Spread::new(plain).mean());
    }
}
