//! Rebuilds of the indexes that are killed.

use std::time::Duration;

use acceptance::lantai_in;
use kernel::Random;
use tempfile::TempDir;

use crate::import::{catalogue_file, violations};
use crate::report::{kills_of_a_kind, report};
use crate::victim::Victim;

#[test]
fn a_killed_reindex_leaves_whole_indexes() {
    let (folder, random) = (TempDir::new().unwrap(), Random::seeded(12));
    let data = folder.path().join("data");
    let file = catalogue_file(folder.path(), "初版");
    let ended = lantai_in(&data, &["import", &file.to_string_lossy(), "--json"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let mut longest = Duration::from_millis(600);
    let mut hits = Vec::new();
    while hits.len() < kills_of_a_kind() {
        match (Victim { data: &data, arguments: &["reindex"], awaited: "reindex" }).killed(&random, longest) {
            Some(step) => hits.push(step),
            None => longest = longest.mul_f64(0.8),
        }
        // Whatever was killed: what is in use is whole, with nothing done about it.
        assert_eq!(violations(&data, "初版"), []);
    }
    let ended = lantai_in(&data, &["reindex"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(violations(&data, "初版"), []);
    report("reindex", &hits, &["reindex: build", "reindex: swap", "reindex: swapped"]);
}
