//! P4: an encrypted text in, a search of a large catalogue out, at a thousand requests a second whether they are answered
//! or not, beside the constant answer of P3 under the same load, in interleaved rounds.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use measures::callback::Account;
use measures::corpus::{Lexicon, Row};
use measures::house::{self, House};
use measures::http::Answer;
use measures::load::{Target, is_sealed};
use measures::peer::Peer;
use measures::questions::{self, Question};
use measures::statistics::{Spread, count};
use measures::{Outcome, constant, processor, settings};

const PER_SECOND: u32 = 1000;
const CONNECTIONS: usize = 64;
/// Of so many answers one is read.
const READ: usize = 50;

/// A server and what its rounds measured: milliseconds to an answer, and microseconds of processor time a request.
struct Side {
    name: &'static str,
    address: String,
    process: u32,
    rounds: Vec<(Spread, f64)>,
}

pub(crate) fn run() -> Outcome<()> {
    let (rows, rounds) = (settings::rows(), settings::asked("LANTAI_BENCH_ROUNDS", 3));
    let seconds = usize::try_from(settings::asked("LANTAI_BENCH_SECONDS", 10))?;
    let open: Vec<Row> = house::rows(rows).filter(|(_, is_open)| *is_open).map(|(row, _)| row).collect();
    let texts = texts(&questions::ask(&open, &Lexicon::default(), 4));
    drop(open);
    let house = tokio::runtime::Runtime::new()?.block_on(House::open(rows))?;
    let account = Account::of(&house.account)?;
    let constant = Peer::start(constant::command)?;
    let side = |name, address: &str, process| Side { name, address: address.to_owned(), process, rounds: Vec::new() };
    let mut sides = [
        side("lantai, search of the catalogue", house.address(), house.serving.server.id()),
        side("constant", &constant.address, constant.id()),
    ];
    let of_a_round = seconds * usize::try_from(PER_SECOND)?;
    let answers = Mutex::new(Vec::new());
    let next_number = AtomicUsize::new(0);
    // The first round brings the files into memory and is not counted.
    for round in 0..=rounds {
        for side in &mut sides {
            let first = next_number.fetch_add(of_a_round, Ordering::Relaxed);
            let asked = texts.iter().map(String::as_str).cycle().skip(first).take(of_a_round);
            let requests = account.requests((&side.address, &House::callback()), first, asked)?;
            let ours = side.process == house.serving.server.id();
            let look = |number: usize, answer: Answer<'_>| {
                if ours
                    && number.is_multiple_of(READ)
                    && let Ok(mut answers) = answers.lock()
                {
                    answers.push((first + number, answer.body.to_vec()));
                }
                is_sealed(number, answer)
            };
            let before = processor::of_family(side.process);
            let target = Target { address: &side.address, connections: CONNECTIONS };
            let times = target.open(PER_SECOND, &|number| requests.get(number), &look)?;
            let spent = processor::of_family(side.process).saturating_sub(before).as_secs_f64() * 1e6;
            let cpu = spent / count(times.count());
            if round > 0 {
                side.rounds.push((times, cpu));
            }
        }
    }
    report(&sides, rows);
    let answers = answers.into_inner().map_err(|_| "a load thread panicked")?;
    let mut found = 0;
    for (_, body) in &answers {
        found += usize::from(account.read(body)?.contains("/records/"));
    }
    println!(
        "P4 answers that lead to records: {found} of {} looked at, each asked for what some record holds",
        answers.len()
    );
    if found * 10 < answers.len() * 9 { Err("P4: most answers must come from the catalogue".into()) } else { Ok(()) }
}

/// What is typed: the parts of the questions that some open record answers.
fn texts(questions: &[Question]) -> Vec<String> {
    let answered = questions.iter().filter(|question| question.answers > 0 && question.years.is_none());
    answered.map(|question| question.parts.join(" ")).collect()
}

fn report(sides: &[Side], rows: u32) {
    println!("\n{:<34}{:>10}{:>10}{:>10}{:>10}{:>16}", "P4", "p50 ms", "p95 ms", "p99 ms", "max ms", "CPU us/request");
    for side in sides {
        let median = |of: &dyn Fn(&(Spread, f64)) -> f64| Spread::new(side.rounds.iter().map(of)).median();
        println!(
            "{:<34}{:>10.2}{:>10.2}{:>10.2}{:>10.2}{:>16.1}",
            side.name,
            median(&|(times, _)| times.at(500)),
            median(&|(times, _)| times.at(950)),
            median(&|(times, _)| times.at(990)),
            median(&|(times, _)| times.at(1000)),
            median(&|(_, cpu)| *cpu)
        );
    }
    let p99 =
        sides.first().map_or(f64::NAN, |side| Spread::new(side.rounds.iter().map(|(times, _)| times.at(990))).median());
    println!("\nP4 p99 at {PER_SECOND} requests/s on {rows} records: {p99:.2} ms (goal <= 20)");
}
