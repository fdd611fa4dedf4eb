//! P6: a workbook through the cage into the database and both indexes, beside openpyxl that only reads it, in interleaved
//! rounds. `LANTAI_BENCH_SHEET_ROWS` sets the rows, 100,000 by default.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use measures::house::{self, COLUMNS};
use measures::statistics::Spread;
use measures::{Outcome, processor, settings};
use rust_xlsxwriter::Workbook;
use serde_json::Value;
use tempfile::TempDir;

/// Reads every cell of the file and prints the rows.
const OPENPYXL: &str = "import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1], read_only=True)
print(sum(1 for sheet in book for row in sheet.iter_rows(values_only=True) if row) - 1)";
/// How often the child's memory is looked at; the system itself keeps its peak.
const LOOK: Duration = Duration::from_millis(5);

pub(crate) fn run() -> Outcome<()> {
    let rows = settings::asked("LANTAI_BENCH_SHEET_ROWS", 100_000);
    let rounds = settings::asked("LANTAI_BENCH_ROUNDS", 3);
    let folder = TempDir::new()?;
    let file = folder.path().join("catalogue.xlsx");
    write(&file, rows)?;
    let (mut ours, mut theirs, mut peak) = (Vec::new(), Vec::new(), 0);
    for round in 0..rounds {
        let before = processor::of_ended_children()?;
        let (rate, child) = import(&file, &folder.path().join(format!("house{round}")), rows)?;
        let between = processor::of_ended_children()?;
        ours.push((rate, between.saturating_sub(before)));
        peak = peak.max(child);
        let rate = read(&file, rows)?;
        theirs.push((rate, processor::of_ended_children()?.saturating_sub(between)));
    }
    let ratio = Spread::new(ours.iter().zip(&theirs).map(|((ours, _), (theirs, _))| ours / theirs)).median();
    println!("\n{:<40}{:>12}{:>16}{:>24}", "P6", "rows/s", "CPU µs/row", "peak of the child, MB");
    let child = peak.to_string();
    for (name, runs, peak) in
        [("lantai import, two indexes", &ours, child.as_str()), ("openpyxl, reading alone", &theirs, "")]
    {
        let rate = Spread::new(runs.iter().map(|(rate, _)| *rate)).median();
        let cpu = Spread::new(runs.iter().map(|(_, spent)| spent.as_secs_f64() * 1e6 / f64::from(rows))).median();
        println!("{name:<40}{rate:>12.0}{cpu:>16.1}{peak:>24}");
    }
    println!(
        "\nP6 rows/s against openpyxl reading {rows} rows: {ratio:.1}x (goal >= 4x); child {peak} MB (goal < 256)"
    );
    Ok(())
}

/// A workbook with everything an import needs and four columns more, as the workbooks of archives have.
fn write(file: &Path, rows: u32) -> Outcome<()> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory()?;
    let more = ["页数", "备注", "密级", "立档单位名称"];
    for (at, header) in (0_u16..).zip(COLUMNS.into_iter().chain(more)) {
        sheet.write_string(0, at, header)?;
    }
    for (number, row) in (0..rows).zip(house::rows(rows)) {
        let filler = [String::new(), format!("第{}柜", number % 90), String::new(), row.0.body.clone()];
        for (at, cell) in (0_u16..).zip(house::cells(number, rows, &row).iter().chain(&filler)) {
            if !cell.is_empty() {
                sheet.write_string(number + 1, at, cell)?;
            }
        }
        sheet.write_number(number + 1, 6, f64::from(number % 40 + 1))?;
    }
    book.save(file)?;
    Ok(())
}

/// Imports into a new house; rows a second, and the peak of the child that reads the file in megabytes.
fn import(file: &Path, data: &Path, rows: u32) -> Outcome<(f64, u64)> {
    let begun = Instant::now();
    let mut command = Command::new(acceptance::lantai());
    command.arg("import").arg(file).arg("--json").arg("--data").arg(data);
    let mut program = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut peak = 0;
    while program.try_wait()?.is_none() {
        for child in processor::children(program.id()) {
            peak = peak.max(processor::peak_megabytes(child).unwrap_or(0));
        }
        std::thread::park_timeout(LOOK);
    }
    let took = begun.elapsed().as_secs_f64();
    let output = program.wait_with_output()?;
    let result: Value = serde_json::from_slice(&output.stdout)?;
    let landed = result.get("landed").and_then(Value::as_u64);
    if landed != Some(u64::from(rows)) {
        return Err(format!("of {rows} rows landed {landed:?}").into());
    }
    if peak == 0 {
        return Err("no child was seen reading the file".into());
    }
    Ok((f64::from(rows) / took, peak))
}

/// Reads the file; rows a second.
fn read(file: &Path, rows: u32) -> Outcome<f64> {
    let begun = Instant::now();
    let output = Command::new(settings::python()).args(["-c", OPENPYXL]).arg(file).stderr(Stdio::inherit()).output()?;
    let took = begun.elapsed().as_secs_f64();
    let read = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if read == rows.to_string() {
        Ok(f64::from(rows) / took)
    } else {
        Err(format!("openpyxl read {read:?} rows").into())
    }
}
