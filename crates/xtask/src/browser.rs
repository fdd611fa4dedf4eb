//! The browser tests (`e2e/tests`): a folder is a group with a demo of its own, so that no group meets what another did.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Instant;

use crate::Outcome;
use crate::demo::Demo;
use crate::run::{command, root, took};
use crate::test::Suite;

/// The groups that run one after the other, in rows side by side: a browser waits half of its time. In `clock` time is
/// moved on by a day.
const ROWS: [&[&str]; 2] = [&["staff"], &["readers", "push", "clock"]];

/// Runs all groups with the binary of `target/debug`.
pub(crate) fn tests() -> (Suite, Outcome) {
    let mut suite = Suite::named("browser");
    let mut outcome = Ok(());
    let rows = thread::scope(|scope| {
        let rows = ROWS.map(|groups| scope.spawn(|| groups.iter().map(|group| run(group)).collect::<Vec<_>>()));
        rows.map(|row| row.join().unwrap_or_else(|_| vec![Err("a row of browser tests broke off".to_owned())]))
    });
    for ran in rows.into_iter().flatten() {
        match ran {
            Ok((counts, ended)) => {
                suite.add(&counts);
                outcome = outcome.and(ended);
            }
            Err(fault) => outcome = outcome.and(Err(fault)),
        }
    }
    (suite, outcome)
}

/// Runs a group and prints what it told, in one piece.
fn run(group: &str) -> Result<(Suite, Outcome), String> {
    let demo = Demo::start("debug")?;
    let mut node = command("node");
    node.args(["--test", "--test-reporter=tap", "--test-concurrency=1"]).args(files(group)?);
    let began = Instant::now();
    let told = demo.tell(&mut node).current_dir(root().join("e2e")).stderr(Stdio::inherit()).output();
    let told = told.map_err(|error| format!("node: {error}"))?;
    let text = String::from_utf8_lossy(&told.stdout);
    println!("\n── browser tests: {group}\n{text}");
    took(began);
    let mut suite = Suite::named("browser");
    for line in text.lines() {
        let count = |label: &str| line.strip_prefix(label).and_then(|rest| rest.trim().parse::<usize>().ok());
        suite.passed += count("# pass ").unwrap_or(0);
        suite.failed += count("# fail ").unwrap_or(0);
        suite.skipped += count("# skipped ").unwrap_or(0);
    }
    let outcome = if told.status.success() && suite.passed > 0 {
        Ok(())
    } else {
        Err(format!("the browser tests of {group} ended with {}", told.status))
    };
    Ok((suite, outcome))
}

/// The files of a group in their order, as node is given them.
fn files(group: &str) -> Result<Vec<String>, String> {
    let folder = root().join("e2e/tests").join(group);
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let names = entries.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut files: Vec<String> =
        names.filter(|name| name.ends_with(".test.mjs")).map(|name| format!("tests/{group}/{name}")).collect();
    files.sort_unstable();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_folder_of_browser_tests_is_in_a_row() {
        let folder = root().join("e2e/tests");
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let rows: BTreeSet<String> = ROWS.concat().into_iter().map(str::to_owned).collect();
        assert_eq!(entries.collect::<BTreeSet<String>>(), rows);
        assert!(ROWS.concat().into_iter().all(|group| !files(group).unwrap().is_empty()));
    }
}
