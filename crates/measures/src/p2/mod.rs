//! P2: the questions of P1 over HTTP, with facets, highlight and the access rule, beside Groonga, PostgreSQL with trigrams
//! and SQLite's trigram index on the same open rows, in interleaved rounds on one connection each.
//!
//! The others are asked for the total and twenty rows alone. The slow ones are asked the first of the questions only; the
//! ratios compare the same questions.

mod fts;
mod groonga;
mod hall;
mod postgres;

use std::time::Instant;

use measures::corpus::{Lexicon, Row};
use measures::engines::{Engine as _, Ours};
use measures::house::{self, House};
use measures::questions::{self, Question};
use measures::statistics::{Spread, count};
use measures::{Outcome, processor, settings};
use tempfile::TempDir;

/// What is asked.
pub(crate) trait Engine {
    /// The number of answers; the best twenty were read.
    fn ask(&mut self, question: &Question) -> Outcome<u64>;
}

/// An engine and what it did.
struct Side {
    name: &'static str,
    engine: Box<dyn Engine>,
    /// How many of the questions it is asked.
    asked: usize,
    /// Milliseconds of each question, of all rounds.
    times: Vec<Vec<f64>>,
    tally: Tally,
}

/// Totals against a scan.
#[derive(Default)]
struct Tally {
    exact: usize,
    under: usize,
    over: usize,
    /// Of those over: where nothing answers the question and what comes nearest was given.
    nearest: usize,
}

pub(crate) fn run() -> Outcome<()> {
    let (rows, rounds) = (settings::rows(), settings::asked("LANTAI_BENCH_ROUNDS", 3));
    let open: Vec<Row> = house::rows(rows).filter(|(_, is_open)| *is_open).map(|(row, _)| row).collect();
    let questions = questions::ask(&open, &Lexicon::default(), 2);
    let folder = TempDir::new()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let house = runtime.block_on(House::open(rows))?;
    eprintln!("{} open records of {rows}, {} questions", open.len(), questions.len());
    let index = folder.path().join("search");
    std::fs::create_dir(&index)?;
    let in_process = Ours::build(&index, open.iter())?;
    let process = house.serving.server.id();
    let side = |name, engine: Box<dyn Engine>, asked: u32| Side {
        name,
        engine,
        asked: questions.len().min(usize::try_from(asked).unwrap_or(usize::MAX)),
        times: vec![Vec::new(); questions.len()],
        tally: Tally::default(),
    };
    let most = settings::asked("LANTAI_BENCH_QUESTIONS", 100);
    let mut sides = vec![
        side("lantai /api/public/v1/search", Box::new(hall::Hall::interface(house.address())), 2000),
        side("lantai /search, the page", Box::new(hall::Hall::page(house.address())), 2000),
        side("Groonga TokenBigram, HTTP", Box::new(groonga::Groonga::start(folder.path(), &open)?), most * 4),
        side("PostgreSQL pg_trgm GIN, LIKE", Box::new(postgres::Postgres::start(&open)?), most),
        side("SQLite FTS5 trigram, LIKE", Box::new(fts::Trigrams::build(folder.path(), &open)?), most),
    ];
    drop(open);
    for side in &mut sides {
        side.check(&questions)?;
    }
    for _ in 0..rounds {
        for side in &mut sides {
            side.round(&questions)?;
        }
    }
    report(&sides, &questions);
    overhead(&mut sides, &in_process, process, &questions)
}

impl Side {
    /// Compares the totals with the scan's. What this first pass takes is not measured: it brings the files into memory.
    fn check(&mut self, questions: &[Question]) -> Outcome<()> {
        for question in questions.iter().take(self.asked) {
            let found = self.engine.ask(question).map_err(|error| format!("{}: {error}", self.name))?;
            self.tally.exact += usize::from(found == question.answers);
            self.tally.under += usize::from(found < question.answers);
            self.tally.over += usize::from(found > question.answers);
            self.tally.nearest += usize::from(found > question.answers && question.answers == 0);
            if found != question.answers && question.answers > 0 && settings::path("LANTAI_BENCH_TELL").is_some() {
                eprintln!("{}: {found} instead of {}: {:?}", self.name, question.answers, question);
            }
        }
        Ok(())
    }

    fn round(&mut self, questions: &[Question]) -> Outcome<()> {
        for (question, times) in questions.iter().zip(&mut self.times).take(self.asked) {
            let begun = Instant::now();
            self.engine.ask(question)?;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        Ok(())
    }

    /// Milliseconds of those of the first questions that something answers, the median of the rounds each. Where nothing
    /// does, the program goes on to look for what comes nearest, which the others do not.
    fn times(&self, first: usize, questions: &[Question]) -> Spread {
        let answered = questions.iter().zip(&self.times).take(first).filter(|(question, _)| question.answers > 0);
        Spread::new(answered.map(|(_, rounds)| Spread::new(rounds.iter().copied()).median()))
    }

    /// The same of those that nothing answers.
    fn times_in_vain(&self, questions: &[Question]) -> Spread {
        let in_vain = questions.iter().zip(&self.times).filter(|(question, _)| question.answers == 0);
        let rounds = in_vain.filter(|(_, rounds)| !rounds.is_empty());
        Spread::new(rounds.map(|(_, rounds)| Spread::new(rounds.iter().copied()).median()))
    }
}

fn report(sides: &[Side], questions: &[Question]) {
    println!(
        "\n{:<30}{:>10}{:>24}{:>14}{:>12}{:>9}{:>9}{:>9}{:>13}",
        "P2",
        "questions",
        "exact / under / over",
        "of these near",
        "questions/s",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "in vain, ms"
    );
    for side in sides {
        let (times, Tally { exact, under, over, nearest }) = (side.times(side.asked, questions), &side.tally);
        println!(
            "{:<30}{:>10}{:>24}{nearest:>14}{:>12.1}{:>9.2}{:>9.2}{:>9.2}{:>13.2}",
            side.name,
            side.asked,
            format!("{exact} / {under} / {over}"),
            1e3 / times.mean(),
            times.at(500),
            times.at(950),
            times.at(990),
            side.times_in_vain(questions).median()
        );
    }
    println!();
    let Some((ours, others)) = sides.split_first() else { return };
    for (other, goal) in others.iter().skip(1).zip(["10x", "50x", "50x"]) {
        let ratio = other.times(other.asked, questions).mean() / ours.times(other.asked, questions).mean();
        println!("P2 questions/s against {}: {ratio:.1}x on {} questions (goal >= {goal})", other.name, other.asked);
    }
}

/// The server's processor time for each question against that of the same question in process.
fn overhead(sides: &mut [Side], in_process: &Ours, server: u32, questions: &[Question]) -> Outcome<()> {
    for side in sides.iter_mut().take(2) {
        let (mut within, mut over, mut beyond) = (Vec::new(), Vec::new(), Vec::new());
        for question in questions {
            // It is one thread that waits for nothing: the best of three is what it needs of a processor.
            let mut alone = f64::MAX;
            for _ in 0..3 {
                let begun = Instant::now();
                in_process.ask(question)?;
                alone = alone.min(begun.elapsed().as_secs_f64() * 1e3);
            }
            let begun = processor::of_process(server)?;
            side.engine.ask(question)?;
            // Its threads lie down again after the answer is on its way.
            std::thread::park_timeout(std::time::Duration::from_micros(300));
            let spent = processor::of_process(server)?.saturating_sub(begun).as_secs_f64() * 1e3;
            within.push(alone);
            over.push(spent);
            beyond.push(spent - alone);
        }
        let [within, over, beyond] = [within, over, beyond].map(Spread::new);
        println!(
            "P2 CPU ms a question at the median, {}: {:.3} served, {:.3} in process, {:.3} of overhead (goal <= 0.3); \
             mean {:.3}, {:.3}, {:.3}; {} questions",
            side.name,
            over.median(),
            within.median(),
            beyond.median(),
            over.mean(),
            within.mean(),
            beyond.mean(),
            count(questions.len()),
        );
    }
    Ok(())
}
