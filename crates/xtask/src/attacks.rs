//! The page of attacks, `docs/attacks.md`, against the tests it names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::run::root;

/// Groups whose tests must all stand in the page: the callback and the API client.
const WHOLE_GROUPS: [char; 2] = ['W', 'T'];

/// An attack (`W39`) and a crate with a test whose name carries it.
type Proof = (String, String);

/// Checks that every attack of the page has a test in each crate it names, and that no test of the groups the page
/// gives whole is missing from it.
pub(crate) fn check() -> Outcome {
    let page = root().join("docs/attacks.md");
    let text = fs::read_to_string(&page).map_err(|error| format!("{}: {error}", page.display()))?;
    let told = told(&text);
    let mut tested = BTreeSet::new();
    let crates = fs::read_dir(root().join("crates")).map_err(|error| format!("crates: {error}"))?;
    for folder in crates.filter_map(Result::ok) {
        let name = folder.file_name().to_string_lossy().into_owned();
        collect(&folder.path(), &name, &mut tested)?;
    }
    let unproved =
        told.difference(&tested).map(|(id, at)| format!("docs/attacks.md: {at} has no test named after {id}"));
    let whole = |(id, _): &&Proof| id.starts_with(WHOLE_GROUPS);
    let untold = tested.difference(&told).filter(whole);
    let untold = untold.map(|(id, at)| format!("docs/attacks.md does not say that {at} tests {id}"));
    let faults: Vec<String> = unproved.chain(untold).collect();
    println!("attacks: {} in the page, each with its tests", told.len());
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// The attacks of the page's tables with the crates in their last column.
fn told(page: &str) -> BTreeSet<Proof> {
    let mut told = BTreeSet::new();
    for line in page.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let (Some(id), Some(crates)) = (cells.first(), cells.last()) else { continue };
        if is_id(id) {
            told.extend(crates.split('、').map(|at| ((*id).to_owned(), at.trim().to_owned())));
        }
    }
    told
}

fn collect(folder: &Path, at: &str, tested: &mut BTreeSet<Proof>) -> Outcome {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, at, tested)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let names =
                text.lines().filter_map(|line| line.trim_start().trim_start_matches("async ").strip_prefix("fn "));
            tested.extend(names.flat_map(ids).map(|id| (id, at.to_owned())));
        }
    }
    Ok(())
}

/// The ids a test's name begins with: `w06_w07_…`, and `w13_to_w18_…` for all between.
fn ids(name: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut through = false;
    for part in name.split('_') {
        let id = part.to_uppercase();
        if part == "to" && !ids.is_empty() {
            through = true;
        } else if is_id(&id) && part != id {
            if let (true, Some((group, first))) = (through, ids.last().and_then(|last| number(last))) {
                let last = number(&id).map_or(first, |(_, last)| last);
                ids.extend((first + 1..last).map(|between| format!("{group}{between:02}")));
            }
            through = false;
            ids.push(id);
        } else {
            break;
        }
    }
    ids
}

fn number(id: &str) -> Option<(char, u8)> {
    let group = id.chars().next()?;
    Some((group, id.get(1..)?.parse().ok()?))
}

/// A letter and two digits.
fn is_id(text: &str) -> bool {
    matches!(text.as_bytes(), [b'A'..=b'Z', b'0'..=b'9', b'0'..=b'9'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ids_of_a_name_are_those_it_begins_with() {
        assert_eq!(ids("w39_a_list()"), ["W39"]);
        assert_eq!(ids("w06_w07_malformed"), ["W06", "W07"]);
        assert_eq!(ids("w13_to_w16_broken"), ["W13", "W14", "W15", "W16"]);
        for name in ["hex16(", "a_list_of_w39", "W39_", "to_w39"] {
            assert!(ids(name).is_empty(), "{name}");
        }
    }

    #[test]
    fn a_row_names_its_crates() {
        let page = "# W01\n| 编号 | 测试 |\n|---|---|\n| W01 | 签名不对 | wechat、account |\n";
        let expected = [("W01", "account"), ("W01", "wechat")].map(|(id, at)| (id.to_owned(), at.to_owned()));
        assert_eq!(told(page), BTreeSet::from(expected));
    }
}
