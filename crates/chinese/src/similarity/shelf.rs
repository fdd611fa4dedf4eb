//! The prints of many texts, and which of them may be like a new one.

use std::collections::HashMap;
use std::hash::Hash;

use super::{Print, ROWS, Signature};

/// Prints by the id of their text. Of 2,000 articles of 2,000 characters it takes about ten megabytes.
#[derive(Clone, Debug)]
pub struct Shelf<Id> {
    signatures: HashMap<Id, Signature>,
    bands: HashMap<(usize, [u32; ROWS]), Vec<Id>>,
    marks: HashMap<u32, Vec<Id>>,
}

/// A text that may be like the one asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate<Id> {
    /// Whose print it is.
    pub id: Id,
    /// Likeness as a whole, 0–1, estimated.
    pub likeness: f64,
    /// How many fingerprints both have: about one for ten shared letters.
    pub shared: usize,
}

impl<Id> Default for Shelf<Id> {
    fn default() -> Self {
        Self { signatures: HashMap::new(), bands: HashMap::new(), marks: HashMap::new() }
    }
}

impl<Id: Clone + Eq + Hash + Ord> Shelf<Id> {
    /// Puts a print on the shelf, in place of an earlier one of the same text.
    pub fn put(&mut self, id: &Id, print: &Print) {
        self.remove(id);
        for band in print.signature.bands() {
            self.bands.entry(band).or_default().push(id.clone());
        }
        for mark in &print.fingerprints {
            let ids = self.marks.entry(mark.hash).or_default();
            if ids.last() != Some(id) {
                ids.push(id.clone());
            }
        }
        self.signatures.insert(id.clone(), print.signature);
    }

    /// Takes a print off the shelf.
    pub fn remove(&mut self, id: &Id) {
        if self.signatures.remove(id).is_some() {
            let without = |ids: &mut Vec<Id>| {
                ids.retain(|other| other != id);
                !ids.is_empty()
            };
            self.bands.retain(|_, ids| without(ids));
            self.marks.retain(|_, ids| without(ids));
        }
    }

    /// Whose prints there are, in no order.
    #[must_use]
    pub fn ids(&self) -> Vec<Id> {
        self.signatures.keys().cloned().collect()
    }

    /// How many prints there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.signatures.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.signatures.is_empty()
    }

    /// The texts that agree with a print in a band, or in a fingerprint: those that share a passage of
    /// [`super::LEAST`] letters are among them. What shares most comes first.
    #[must_use]
    pub fn candidates(&self, print: &Print) -> Vec<Candidate<Id>> {
        let mut shared: HashMap<&Id, usize> = HashMap::new();
        for band in print.signature.bands() {
            for id in self.bands.get(&band).into_iter().flatten() {
                shared.entry(id).or_default();
            }
        }
        for mark in &print.fingerprints {
            for id in self.marks.get(&mark.hash).into_iter().flatten() {
                *shared.entry(id).or_default() += 1;
            }
        }
        let mut found: Vec<Candidate<Id>> = shared
            .into_iter()
            .filter_map(|(id, shared)| {
                let likeness = self.signatures.get(id)?.likeness(&print.signature);
                Some(Candidate { id: id.clone(), likeness, shared })
            })
            .collect();
        found.sort_by(|a, b| {
            b.shared.cmp(&a.shared).then(b.likeness.total_cmp(&a.likeness)).then_with(|| a.id.cmp(&b.id))
        });
        found
    }
}
