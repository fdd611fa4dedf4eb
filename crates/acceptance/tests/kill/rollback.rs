//! Rollbacks that are killed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use acceptance::{hire, lantai_in};
use kernel::Random;
use tempfile::TempDir;

use crate::import::{ROWS, catalogue_file, violations};
use crate::report::{Violation, kills_of_a_kind, report};
use crate::victim::Victim;

/// Rows that only the second file has.
const MORE: usize = 2000;

/// The same rows in another version, and more.
fn second_file(folder: &Path, version: &str) -> PathBuf {
    let path = catalogue_file(folder, version);
    let mut text = std::fs::read_to_string(&path).unwrap();
    for row in 1..=MORE {
        writeln!(text, "L008-WS·1990·Y-{row:04},关于第{row}号桥梁{version}的通知,县交通局,1990,永久,开放").unwrap();
    }
    std::fs::write(&path, text).unwrap();
    path
}

fn import(data: &Path, file: &Path) -> String {
    let ended = lantai_in(data, &["import", &file.to_string_lossy(), "--json"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    ended.json()["batch"].as_str().unwrap().to_owned()
}

/// What is left of a batch in the catalogue: nothing may be.
fn left(data: &Path, version: &str) -> Option<Violation> {
    let text = std::fs::read_to_string(data.with_extension("csv")).unwrap();
    let count = text.lines().filter(|line| line.contains(version) || line.contains("L008")).count();
    (count > 0).then_some(Violation::NotTakenBack(count))
}

#[test]
fn a_killed_rollback_ends_whole_and_leaves_nothing() {
    let (folder, random) = (TempDir::new().unwrap(), Random::seeded(11));
    let data = folder.path().join("data");
    hire(&data, "小张", "archivist");
    let first = catalogue_file(folder.path(), "初版");
    import(&data, &first);
    let mut longest = Duration::from_millis(2500);
    let (mut hits, mut round) = (Vec::new(), 0);
    while hits.len() < kills_of_a_kind() {
        round += 1;
        let version = format!("修订{round}");
        let batch = import(&data, &second_file(folder.path(), &version));
        let arguments = ["batch", "roll-back", &batch, "--as", "小张", "--json"];
        match (Victim { data: &data, arguments: &arguments, awaited: "write" }).killed(&random, longest) {
            Some(step) => hits.push(step),
            None => longest = longest.mul_f64(0.8),
        }
        let ended = lantai_in(&data, &arguments);
        // A kill between its last commit and its last word: then there is nothing left to do.
        let is_done = ended.code == Some(0) || ended.stderr.contains("已经撤回");
        assert!(is_done, "{}", ended.stderr);
        if ended.code == Some(0) {
            let result = ended.json();
            let count = |name: &str| result[name].as_u64().and_then(|count| usize::try_from(count).ok());
            assert_eq!((count("removed"), count("restored")), (Some(MORE), Some(ROWS)), "{result}");
        }
        assert_eq!(violations(&data, "初版"), []);
        assert_eq!(left(&data, &version), None);
    }
    report(
        "rollback",
        &hits,
        &["rollback: write", "rollback: commit", "rollback: committed", "index apply", "index commit"],
    );
}
