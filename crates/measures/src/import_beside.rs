//! Callbacks while a large catalogue is imported into the same house: a rule's answer at a hundred requests a second, at
//! rest and until the import is done.

use std::iter::repeat_n;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use measures::callback::Account;
use measures::house::{self, House};
use measures::load::{Target, is_sealed};
use measures::statistics::Spread;
use measures::{Outcome, settings};
use serde_json::Value;
use tempfile::TempDir;

const PER_SECOND: u32 = 100;
const CONNECTIONS: usize = 32;
/// Requests made ready: for the longest import that is waited for, an hour.
const MOST: usize = 360_000;
const AT_REST: usize = 2000;

pub(crate) fn run() -> Outcome<()> {
    let (rows, folder) = (settings::rows(), TempDir::new()?);
    let file = folder.path().join("catalogue.csv");
    house::write_catalogue(&file, rows)?;
    let house = tokio::runtime::Runtime::new()?.block_on(House::empty(folder.path()))?;
    let account = Account::of(&house.account)?;
    let target = Target { address: house.address(), connections: CONNECTIONS };
    let callback = House::callback();
    let requests = |first, count| account.requests((house.address(), &callback), first, repeat_n("开放时间", count));
    let (quiet, busy) = (requests(0, AT_REST)?, requests(AT_REST, MOST)?);
    let rest = target.open(PER_SECOND, &|number| quiet.get(number), &is_sealed)?;
    let mut import = Command::new(acceptance::lantai());
    import.arg("import").arg(&file).arg("--json").arg("--data").arg(&house.data);
    let import = import.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let (begun, import, done) = (Instant::now(), Mutex::new(import), AtomicBool::new(false));
    let next = |number: usize| {
        let runs = !done.load(Ordering::Relaxed) && runs(&import);
        done.store(!runs, Ordering::Relaxed);
        if runs { busy.get(number) } else { None }
    };
    let beside = target.open(PER_SECOND, &next, &is_sealed)?;
    let took = begun.elapsed().as_secs_f64();
    let output = import.into_inner().map_err(|_| "a load thread panicked")?.wait_with_output()?;
    let result: Value = serde_json::from_slice(&output.stdout)?;
    if result.get("landed").and_then(Value::as_u64) != Some(u64::from(rows)) {
        return Err(format!("not all of {rows} rows landed").into());
    }
    println!("\n{:<28}{:>12}{:>10}{:>10}{:>10}{:>10}", "callbacks", "requests", "p50 ms", "p95 ms", "p99 ms", "max ms");
    for (name, times) in [("at rest", &rest), ("beside an import", &beside)] {
        row(name, times);
    }
    println!("\ncallbacks' p99 while {rows} rows are imported in {took:.0} s: {:.1} ms (goal <= 200)", beside.at(990));
    Ok(())
}

fn row(name: &str, times: &Spread) {
    let [p50, p95, p99, max] = [500, 950, 990, 1000].map(|at| times.at(at));
    println!("{name:<28}{:>12}{p50:>10.2}{p95:>10.2}{p99:>10.2}{max:>10.2}", times.count());
}

fn runs(child: &Mutex<Child>) -> bool {
    child.lock().is_ok_and(|mut child| matches!(child.try_wait(), Ok(None)))
}
