//! Imports that are killed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use acceptance::lantai_in;
use kernel::Random;
use tempfile::TempDir;

use crate::report::{Violation, kills_of_a_kind, miscount, report};
use crate::victim::Victim;

pub(crate) const ROWS: usize = 4000;

pub(crate) fn catalogue_file(folder: &Path, version: &str) -> PathBuf {
    let mut text = "档号,题名,责任者,日期,保管期限,开放标识\n".to_owned();
    for row in 1..=ROWS {
        writeln!(text, "L007-WS·1988·Y-{row:04},关于第{row}号工程{version}的通知,县水利局,1988,永久,开放").unwrap();
    }
    let path = folder.join("目录.csv");
    std::fs::write(&path, text).unwrap();
    path
}

/// What is wrong with a catalogue into which one version of the file was imported to the end: every row must be there
/// once, and the indexes must hold the same as the database.
pub(crate) fn violations(data: &Path, version: &str) -> Vec<Violation> {
    let out = data.with_extension("csv");
    let ended = lantai_in(data, &["export", "--format", "csv", "--out", &out.to_string_lossy()]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let text = std::fs::read_to_string(&out).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| line.contains(version) && line.contains("L007-WS")).collect();
    let distinct: BTreeSet<&&str> = rows.iter().collect();
    let lost = (distinct.len() < ROWS).then_some(Violation::RowsLost);
    let doubled = miscount(rows.len(), distinct.len(), Violation::RowsLost, Violation::RowsDoubled);
    let doctor = lantai_in(data, &["doctor"]);
    let apart = (doctor.code != Some(0)).then(|| Violation::NotWhole(doctor.stdout + &doctor.stderr));
    [lost, doubled, apart].into_iter().flatten().collect()
}

#[test]
fn u31_a_killed_import_loses_and_doubles_nothing() {
    let (folder, random) = (TempDir::new().unwrap(), Random::seeded(9));
    let papers = TempDir::new().unwrap();
    let mut longest = Duration::from_millis(400);
    let (mut hits, mut round) = (Vec::new(), 0);
    while hits.len() < kills_of_a_kind() {
        round += 1;
        let data = folder.path().join(format!("data{}", round % 4));
        let version = format!("修订{round}");
        let file = catalogue_file(papers.path(), &version);
        let arguments = ["import", &file.to_string_lossy(), "--json"];
        match (Victim { data: &data, arguments: &arguments, awaited: "write" }).killed(&random, longest) {
            Some(step) => hits.push(step),
            None => longest = longest.mul_f64(0.8),
        }
        let ended = lantai_in(&data, &["import", &file.to_string_lossy(), "--json"]);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let result = ended.json();
        let count = |name: &str| result[name].as_u64().unwrap();
        assert_eq!(count("refused"), 0, "{result}");
        assert_eq!(violations(&data, &version), []);
    }
    let inside = ["import: write", "import: commit", "import: committed", "index apply", "index commit"];
    report("import", &hits, &inside);
}
