//! P5: a large catalogue in CSV into the database and both indexes — beside one pass of plain SQLite inserts and a plain
//! 2-gram index of the same rows. `LANTAI_BENCH_ROWS` sets the number of rows, a million by default.

mod baseline;
#[expect(dead_code, reason = "the search benchmark asks more of the same rows")]
#[path = "../../../search/examples/p1/corpus.rs"]
mod corpus;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use tempfile::TempDir;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, file, folder] = arguments.as_slice()
        && word == "baseline"
    {
        return baseline::load(Path::new(file), Path::new(folder));
    }
    let own = std::env::current_exe()?;
    let rows = rows();
    let folder = TempDir::new()?;
    let file = folder.path().join("catalogue.csv");
    write_catalogue(&file, rows)?;
    let plain =
        timed(rows, || Command::new(&own).arg("baseline").arg(&file).arg(folder.path().join("plain")).status())?;
    let data = folder.path().join("data");
    let ours = timed(rows, || {
        let mut import = Command::new(acceptance::lantai());
        import.arg("import").arg(&file).arg("--json").arg("--data").arg(&data).stdout(std::process::Stdio::null());
        import.status()
    })?;
    println!("\n{:<34}{:>12}{:>14}", "P5", "rows/s", "peak MB");
    println!("{:<34}{:>12.0}{:>14}", "SQLite + 2-gram index, one pass", plain.0, plain.1);
    println!("{:<34}{:>12.0}{:>14}", "lantai import, two indexes", ours.0, ours.1);
    println!("\nP5 rows/s against the plain pass: {:.2}x (goal >= 0.8x now, 1.0x next)", ours.0 / plain.0);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the size of the run is asked for by the environment")]
fn rows() -> u32 {
    std::env::var("LANTAI_BENCH_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(1_000_000)
}

/// A catalogue of the same kind of rows as the search benchmark's, with everything an import needs.
fn write_catalogue(file: &Path, rows: u32) -> Outcome<()> {
    let lexicon = corpus::Lexicon::new();
    let mut dice = corpus::Dice::new(5);
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "档号,题名,责任者,日期,保管期限,开放标识")?;
    for number in 0..rows {
        let row = lexicon.row(&mut dice);
        let (fonds, item) = (number / 10_000 + 1, number % 10_000 + 1);
        let openness = if number % 3 == 0 { "控制" } else { "开放" };
        writeln!(
            out,
            "P{fonds:03}-WS·{}·Y-{item:05},{},{},{},永久,{openness}",
            row.year, row.title, row.creator, row.year
        )?;
    }
    out.flush()?;
    Ok(())
}

/// Rows per second of a program, and the largest memory of any program so far in megabytes.
fn timed(rows: u32, run: impl FnOnce() -> std::io::Result<std::process::ExitStatus>) -> Outcome<(f64, i64)> {
    let begun = Instant::now();
    let status = run()?;
    let took = begun.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("it ended with {status}").into());
    }
    Ok((f64::from(rows) / took, getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() / 1024))
}
