//! What rows say of their parents, judged over the whole file: no description stands below itself, and a parent that is
//! neither in the file nor landed is told about.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::draft::{Draft, DraftCode};
use super::report::{Problem, Severity};
use crate::reference_code::wider;
use crate::{Description, Element, Level};

/// The most levels that are followed upwards.
const MAX_DEPTH: usize = 100;
/// The most rows below missing parents that are told one by one.
pub(super) const MOST_TOLD: usize = 2000;

/// Rows whose parent has not come: by the key of its code, where they stand.
pub(super) type Missing = BTreeMap<String, Vec<(String, u32)>>;

/// What an import knows of the hierarchy so far.
#[derive(Default)]
pub(super) struct Hierarchy {
    /// The parents that rows above items name.
    told: HashMap<String, String>,
    missing: Missing,
    /// Digests of the codes that have come.
    came: HashSet<u64>,
    hasher: std::hash::RandomState,
}

/// What is wrong with a row's place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Cycle;

impl Hierarchy {
    /// Takes a row in.
    pub(super) fn look(&mut self, draft: &Draft, sheet: &str) -> Result<(), Cycle> {
        let DraftCode::Written(code) = &draft.code else { return Ok(()) };
        let level = draft.told_level().unwrap_or(Level::Item);
        let parent = draft.told_parent(level);
        if let Some(parent) = &parent {
            let below =
                |key: &str| key.strip_prefix(code.key()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
            if below(parent) || (level != Level::Item && self.leads_to(parent, code.key())) {
                return Err(Cycle);
            }
        }
        self.came.insert(self.digest(code.key()));
        self.missing.remove(code.key());
        let Some(parent) = parent else { return Ok(()) };
        if !self.came.contains(&self.digest(&parent)) && parent != draft.fonds.key() {
            self.missing.entry(parent.clone()).or_default().push((sheet.to_owned(), draft.line));
        }
        if level != Level::Item {
            self.told.insert(code.key().to_owned(), parent);
        }
        Ok(())
    }

    /// Whether the way up from one code comes to another.
    fn leads_to(&self, from: &str, to: &str) -> bool {
        let mut here = from;
        for _ in 0..MAX_DEPTH {
            if here == to {
                return true;
            }
            let above = self.told.get(here).map(String::as_str).or_else(|| wider(here));
            let Some(above) = above else { return false };
            here = above;
        }
        true
    }

    fn digest(&self, key: &str) -> u64 {
        use std::hash::BuildHasher as _;
        self.hasher.hash_one(key)
    }

    /// The rows whose parent is not in the file.
    pub(super) fn missing(&mut self) -> Missing {
        std::mem::take(&mut self.missing)
    }
}

/// Whether a description names what it stands below, and may hold others itself.
pub(super) fn names_parent(row: &Description) -> bool {
    row.level != Level::Item && row.element(Element::Parent).is_some()
}

/// Whether the way up from a description's parent comes back to it, by what has landed.
pub(super) fn is_circular(row: &Description, above: &HashMap<String, String>) -> bool {
    let mut here = row.parent_key.as_str();
    for _ in 0..MAX_DEPTH {
        if !names_parent(row) || here == row.fonds_key {
            return false;
        }
        if here == row.code.key() {
            return true;
        }
        let Some(next) = above.get(here) else { return false };
        here = next;
    }
    true
}

/// A row that would stand below itself.
pub(super) fn cycle(sheet: &str, line: u32, column: String) -> Problem {
    Problem {
        severity: Severity::Error,
        sheet: sheet.to_owned(),
        line,
        column: Some(column),
        code: "hierarchy-cycle".into(),
        message: "上级档号绕回到本条自身，层级成了圈；请改正上级档号".to_owned(),
    }
}

/// What is told about rows whose parent is nowhere, in the order of the file, the first ones only.
pub(super) fn problems(missing: &Missing) -> Vec<Problem> {
    let mut rows: Vec<(&str, u32, &str)> = Vec::new();
    for (parent, places) in missing {
        rows.extend(places.iter().map(|(sheet, line)| (sheet.as_str(), *line, parent.as_str())));
    }
    rows.sort_unstable();
    let all = rows.len();
    let problem = |sheet: &str, line: u32, message: String| Problem {
        severity: Severity::Warning,
        sheet: sheet.to_owned(),
        line,
        column: Some(Element::Parent.label().to_owned()),
        code: "parent-missing".into(),
        message,
    };
    let told = rows.iter().take(MOST_TOLD).map(|(sheet, line, parent)| {
        problem(sheet, *line, format!("上级 {parent} 不在文件里，也没有导入过，暂列在全宗之下；导入上级后自动归位"))
    });
    let mut told: Vec<Problem> = told.collect();
    if let Some((sheet, line, _)) = rows.get(MOST_TOLD) {
        told.push(problem(sheet, *line, format!("从这里起另有 {} 行的上级也没有导入过", all - MOST_TOLD)));
    }
    told
}
