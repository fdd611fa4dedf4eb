//! 专题目录: the staff's own tree of headings, beside the tree of fonds.

mod assign;
mod desk;
mod file;
mod shown;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use kernel::Id;

pub use assign::Assignments;
pub use desk::{Subjects, Told};
pub(crate) use shown::Directories;
pub use shown::{Heading as ShownHeading, HeadingPage};

use crate::PublicId;
use crate::store::subject::Row;

/// A heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Heading {
    pub(crate) id: Id<Row>,
    pub(crate) public_id: PublicId,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) parent: Option<Id<Row>>,
    /// Its place among those of one parent.
    pub(crate) position: i64,
}

/// What codes, names and paths of headings are compared by.
pub(crate) fn key(written: &str) -> String {
    let folded = chinese::normalise(written);
    folded.split('/').map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<&str>>().join("/")
}

/// All headings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// In their order among those of one parent.
    headings: Vec<Heading>,
    by_id: HashMap<Id<Row>, usize>,
    /// Places by code, by path, and by name where one heading alone is called so.
    by_code: HashMap<String, usize>,
    by_path: HashMap<String, usize>,
    by_name: HashMap<String, Option<usize>>,
}

impl Tree {
    pub(crate) fn new(headings: Vec<Heading>) -> Self {
        let mut tree = Self { headings, ..Self::default() };
        tree.by_id = tree.headings.iter().enumerate().map(|(at, heading)| (heading.id, at)).collect();
        for at in 0..tree.headings.len() {
            tree.index(at);
        }
        tree
    }

    fn index(&mut self, at: usize) {
        let Some(heading) = self.headings.get(at) else { return };
        let (code, path, name) = (key(&heading.code), key(&self.path(heading)), key(&heading.name));
        self.by_code.insert(code, at);
        self.by_path.entry(path).or_insert(at);
        self.by_name.entry(name).and_modify(|known| *known = None).or_insert(Some(at));
    }

    /// Takes in one more heading, or what a known one says now; by its code it is found at once.
    pub(crate) fn take_in(&mut self, heading: Heading) {
        if let Some(known) = self.by_id.get(&heading.id).and_then(|at| self.headings.get_mut(*at)) {
            *known = heading;
            return;
        }
        let at = self.headings.len();
        self.by_id.insert(heading.id, at);
        self.headings.push(heading);
        self.index(at);
    }

    pub(crate) fn headings(&self) -> &[Heading] {
        &self.headings
    }

    pub(crate) fn get(&self, id: Id<Row>) -> Option<&Heading> {
        self.by_id.get(&id).and_then(|at| self.headings.get(*at))
    }

    /// The heading of a code, a path of names (`经济/农业`) or a name that only one has.
    pub(crate) fn find(&self, written: &str) -> Option<&Heading> {
        let key = key(written);
        self.by_code.get(&key).and_then(|at| self.headings.get(*at)).or_else(|| self.called(&key))
    }

    /// The heading of a path of names, or of a name that only one has, by its key.
    pub(crate) fn called(&self, key: &str) -> Option<&Heading> {
        let at = self.by_path.get(key).copied().or_else(|| self.by_name.get(key).copied().flatten())?;
        self.headings.get(at)
    }

    /// Those right below a heading, or the topmost.
    pub(crate) fn below(&self, parent: Option<Id<Row>>) -> impl Iterator<Item = &Heading> {
        self.headings.iter().filter(move |heading| heading.parent == parent)
    }

    /// A heading and what is above it, itself first.
    pub(crate) fn up(&self, heading: &Heading) -> Vec<&Heading> {
        let mut all: Vec<&Heading> = Vec::new();
        let mut at = self.get(heading.id);
        while let Some(one) = at.filter(|one| !all.iter().any(|known| known.id == one.id)) {
            all.push(one);
            at = one.parent.and_then(|parent| self.get(parent));
        }
        all
    }

    /// The names from the top down: `经济/农业`.
    pub(crate) fn path(&self, heading: &Heading) -> String {
        let names: Vec<&str> = self.up(heading).iter().rev().map(|one| one.name.as_str()).collect();
        names.join("/")
    }

    /// From the top down, each before those below it.
    pub(crate) fn in_order(&self) -> Vec<&Heading> {
        let mut all = Vec::new();
        let mut waiting: Vec<&Heading> = self.below(None).collect();
        waiting.reverse();
        while let Some(heading) = waiting.pop() {
            all.push(heading);
            let at = waiting.len();
            waiting.extend(self.below(Some(heading.id)));
            waiting.get_mut(at..).unwrap_or_default().reverse();
        }
        all
    }

    /// Whether the way up from a heading comes back to it.
    pub(crate) fn is_circular(&self, heading: &Heading) -> bool {
        self.up(heading).last().is_some_and(|top| top.parent.is_some())
    }

    /// The place after all that are right below a heading.
    pub(crate) fn next_position(&self, parent: Option<Id<Row>>) -> i64 {
        self.below(parent).map(|one| one.position).max().map_or(1, |last| last + 1)
    }

    /// A code nobody has, for a list that gives none: that of the parent and two digits.
    pub(crate) fn next_code(&self, parent: Option<Id<Row>>) -> String {
        let above = parent.and_then(|parent| self.get(parent)).map_or("", |parent| parent.code.as_str());
        let mut next = 1;
        loop {
            let code = format!("{above}{next:02}");
            if !self.by_code.contains_key(&key(&code)) {
                return code;
            }
            next += 1;
        }
    }
}
