//! The budget of file lengths: 300 lines at the 90th percentile, none over 500, tests apart.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::run::root;

const NONE_OVER: usize = 500;
const NINTH_DECILE: usize = 300;
const DEEPEST: usize = 2;

/// Checks the length and the depth of every source file in the workspace.
pub(crate) fn check() -> Outcome {
    let mut files = Vec::new();
    collect(&root().join("crates"), &mut files)?;
    let mut lengths = Vec::new();
    let mut faults = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let lines = production_lines(&text);
        if lines > NONE_OVER {
            faults.push(format!("{}: {lines} lines, {NONE_OVER} allowed", file.display()));
        }
        if depth(file) > DEEPEST {
            faults.push(format!("{}: more than {DEEPEST} folders below src", file.display()));
        }
        lengths.push(lines);
    }
    lengths.sort_unstable();
    let decile = lengths.get(lengths.len() * 9 / 10).copied().unwrap_or(0);
    if decile > NINTH_DECILE {
        faults.push(format!("the 90th percentile of file lengths is {decile}, {NINTH_DECILE} allowed"));
    }
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or(0);
    let longest = lengths.last().copied().unwrap_or(0);
    println!("file lengths: {} files, median {median}, p90 {decile}, longest {longest}", lengths.len());
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// Lines before the tests, which stand at the end of a file.
fn production_lines(text: &str) -> usize {
    text.lines().take_while(|line| *line != "#[cfg(test)]").count()
}

fn depth(file: &Path) -> usize {
    let below_src = file.components().skip_while(|part| part.as_os_str() != "src").count();
    below_src.saturating_sub(2)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Outcome {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if !["target", "tests", "benches", "examples", "fuzz"].iter().any(|skipped| name == *skipped) {
                collect(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests.rs" {
            files.push(path);
        }
    }
    Ok(())
}
