//! P5: a large catalogue in CSV into the database and both indexes — beside one pass of plain SQLite inserts and a plain
//! 2-gram index of the same rows, in interleaved rounds of which the medians are given. `LANTAI_BENCH_ROWS` sets the
//! number of rows, a million by default, `LANTAI_BENCH_ROUNDS` that of the rounds, three by default.

mod baseline;
mod kept;

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use measures::statistics::Spread;
use measures::{Outcome, house, processor, settings};
use nix::sys::resource::{UsageWho, getrusage};
use tempfile::TempDir;

use kept::Kept;

pub(crate) fn run() -> Outcome<()> {
    let own = std::env::current_exe()?;
    let (rows, rounds) = (settings::rows(), settings::asked("LANTAI_BENCH_ROUNDS", 3));
    let folder = TempDir::new()?;
    let file = folder.path().join("catalogue.csv");
    house::write_catalogue(&file, rows)?;
    let (mut plain, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let room = TempDir::new_in(folder.path())?;
        let (beside, data) = (room.path().join("plain"), room.path().join("data"));
        // The peak is that of any child so far: the import comes first, because it needs less.
        let mut import = Command::new(acceptance::lantai());
        import.arg("import").arg(&file).arg("--json").arg("--data").arg(&data);
        let taken = timed(rows, import.stdout(std::process::Stdio::null()))?;
        ours.push((taken, kept::by_the_import(&data)?));
        let taken = timed(rows, Command::new(&own).arg(PLAIN_PASS).arg(&file).arg(&beside))?;
        plain.push((taken, kept::by_the_plain_pass(&beside)?));
    }
    let ratio = median(plain.iter().zip(&ours).map(|((plain, _), (ours, _))| ours.rate / plain.rate));
    println!(
        "\n{:<34}{:>12}{:>14}{:>10}{:>13}{:>10}{:>28}",
        "P5", "rows/s", "CPU µs/row", "peak MB", "database MB", "index MB", "held / findable, of rows"
    );
    let rounds = [("SQLite + 2-gram index, one pass", &plain), ("lantai import, two indexes", &ours)];
    for (name, runs) in rounds {
        let Some((Run { peak, .. }, Kept { database, index, held, findable })) = runs.first() else { continue };
        let (rate, cpu) = (median(runs.iter().map(|(run, _)| run.rate)), median(runs.iter().map(|(run, _)| run.cpu)));
        let exact = format!("{held} / {findable}, {rows}");
        println!("{name:<34}{rate:>12.0}{cpu:>14.1}{peak:>10}{database:>13}{index:>10}{exact:>28}");
    }
    println!("\nP5 rows/s against the plain pass: {ratio:.2}x (goal >= 0.8x now, 1.0x next)");
    Ok(())
}

/// The word by which this program is asked to be the plain pass.
pub(crate) const PLAIN_PASS: &str = "plain-pass";

/// The plain pass in a process of its own: `measures plain-pass FILE FOLDER`.
pub(crate) fn plain_pass() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let [file, folder] = arguments.as_slice() else { return Err("usage: measures plain-pass FILE FOLDER".into()) };
    baseline::load(Path::new(file), Path::new(folder))
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    Spread::new(values).median()
}

/// What a program took.
struct Run {
    /// Rows per second.
    rate: f64,
    /// Microseconds of processor time for each row, its children's included.
    cpu: f64,
    /// The largest memory of any program so far, in megabytes.
    peak: i64,
}

fn timed(rows: u32, program: &mut Command) -> Outcome<Run> {
    let (begun, before) = (Instant::now(), processor::of_ended_children()?);
    let status = program.status()?;
    let took = begun.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("it ended with {status}").into());
    }
    let spent = processor::of_ended_children()?.saturating_sub(before);
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() / 1024;
    Ok(Run { rate: f64::from(rows) / took, cpu: spent.as_secs_f64() * 1e6 / f64::from(rows), peak })
}
