//! Searching while both indexes are built anew: questions with known totals, asked throughout on four connections. None may
//! fail, be empty or tell another total; what they take is told beside what they take at rest.

use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use measures::corpus::{Lexicon, Row};
use measures::house::{self, House};
use measures::http::{Answer, query};
use measures::load::Target;
use measures::questions;
use measures::statistics::Spread;
use measures::{Outcome, settings};
use serde_json::Value;

const CONNECTIONS: usize = 4;
/// Questions a second, which leaves the machine room to build.
const PER_SECOND: u32 = 100;

pub(crate) fn run() -> Outcome<()> {
    let rows = settings::rows();
    let open: Vec<Row> = house::rows(rows).filter(|(_, is_open)| *is_open).map(|(row, _)| row).collect();
    let questions = questions::ask(&open, &Lexicon::default(), 6);
    drop(open);
    let house = tokio::runtime::Runtime::new()?.block_on(House::open(rows))?;
    let paths = questions.iter().filter(|question| question.answers > 0).map(|question| {
        let typed = question.parts.join(" ");
        let years = question.years.map(|(from, to)| (from.to_string(), to.to_string()));
        let mut asked = vec![("q", typed.as_str())];
        if let Some((from, to)) = &years {
            asked.extend([("year_from", from.as_str()), ("year_to", to.as_str())]);
        }
        format!("/api/public/v1/search?{}", query(&asked))
    });
    let request = |path: String| format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", house.address()).into_bytes();
    let requests: Vec<Vec<u8>> = paths.map(request).collect();
    let target = Target { address: house.address(), connections: CONNECTIONS };
    let known = known(&target, &requests)?;
    let check = |number: usize, answer: Answer<'_>| {
        let place = number % requests.len();
        let (found, wanted) = (total(answer), known.get(place).copied());
        let asked = String::from_utf8_lossy(requests.get(place).map_or(&[], Vec::as_slice));
        if found == wanted && found > Some(0) { Ok(()) } else { Err(format!("{found:?}, not {wanted:?}: {asked}")) }
    };
    let ask = |goes_on: &(dyn Fn() -> bool + Sync)| {
        let next = |number: usize| if goes_on() { requests.get(number % requests.len()) } else { None };
        target.open(PER_SECOND, &next, &check)
    };
    let begun = Instant::now();
    let rest = ask(&|| begun.elapsed().as_secs() < 20)?;
    let mut reindex = Command::new(acceptance::lantai());
    let reindex = reindex.arg("reindex").arg("--data").arg(&house.data).stdout(Stdio::null()).stderr(Stdio::null());
    let (begun, child, done) = (Instant::now(), Mutex::new(reindex.spawn()?), AtomicBool::new(false));
    let beside = ask(&|| {
        let runs = !done.load(Ordering::Relaxed) && runs(&child);
        done.store(!runs, Ordering::Relaxed);
        runs
    })?;
    let took = begun.elapsed().as_secs_f64();
    let status = child.into_inner().map_err(|_| "a load thread panicked")?.wait()?;
    if !status.success() {
        return Err(format!("lantai reindex ended with {status}").into());
    }
    println!(
        "\n{:<28}{:>12}{:>10}{:>10}{:>10}{:>10}",
        "searching", "questions", "p50 ms", "p95 ms", "p99 ms", "max ms"
    );
    for (name, times) in [("at rest", &rest), ("beside a rebuild", &beside)] {
        row(name, times);
    }
    println!("\n{rows} records were indexed anew in {took:.0} s; every question had its whole answer");
    Ok(())
}

fn row(name: &str, times: &Spread) {
    let [p50, p95, p99, max] = [500, 950, 990, 1000].map(|at| times.at(at));
    println!("{name:<28}{:>12}{p50:>10.2}{p95:>10.2}{p99:>10.2}{max:>10.2}", times.count());
}

/// What each question finds before anything is built.
fn known(target: &Target<'_>, requests: &[Vec<u8>]) -> Outcome<Vec<u64>> {
    let found = Mutex::new(vec![0; requests.len()]);
    target.closed(requests, &|number, answer| {
        let total = total(answer).ok_or_else(|| format!("no total: {}", answer.status))?;
        let mut found = found.lock().map_err(|_| "a load thread panicked".to_owned())?;
        found.get_mut(number).map_or(Ok(()), |place| {
            *place = total;
            Ok(())
        })
    })?;
    found.into_inner().map_err(|_| "a load thread panicked".into())
}

fn total(answer: Answer<'_>) -> Option<u64> {
    (answer.status == 200).then_some(())?;
    serde_json::from_slice::<Value>(answer.body).ok()?.get("total")?.as_u64()
}

fn runs(child: &Mutex<Child>) -> bool {
    child.lock().is_ok_and(|mut child| matches!(child.try_wait(), Ok(None)))
}
