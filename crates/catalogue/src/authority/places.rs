//! Old and new names of places.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aho_corasick::{AhoCorasick, MatchKind};
use kernel::{Db, Error, Timestamp};

use super::name_key;
use crate::store::authority;

/// A name shorter than this, in characters, is looked for only where a text begins: 北平 is not in 湖北平原.
const ANYWHERE: usize = 3;

/// Which names belong to the same place.
#[derive(Clone, Debug, Default)]
pub struct PlaceNames {
    /// Groups of names by the key of each of them.
    groups: HashMap<String, Vec<usize>>,
    names: Vec<Vec<String>>,
    /// Finds the keys in a text, the longest of those that begin at one place; none if there are no names.
    finder: Option<AhoCorasick>,
}

/// A place in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedPlace<'t> {
    /// The name as the text has it.
    pub name: &'t str,
    /// Its other names, old and new.
    pub others: Vec<&'t str>,
}

impl PlaceNames {
    /// From groups of names, each of one place.
    pub fn new(groups: impl IntoIterator<Item = Vec<String>>) -> Self {
        let mut all = Self::default();
        for names in groups.into_iter().filter(|names| names.len() > 1) {
            for name in &names {
                let known = all.groups.entry(name_key(name)).or_default();
                if known.last() != Some(&all.names.len()) {
                    known.push(all.names.len());
                }
            }
            all.names.push(names);
        }
        // Names too many for a finder leave it out: then a place is known by its whole name only.
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(all.groups.keys());
        all.finder = finder.ok().filter(|_| !all.names.is_empty());
        all
    }

    /// The names of an institution's (档案馆代码) authority records of places.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn load(db: &Db, institution: &str) -> kernel::Result<Self> {
        Ok(Self::new(authority::places(&mut db.read().await?, institution).await?))
    }

    /// The other names, old and new, of what is called so; none for a name nobody knows. Width and variants of
    /// characters do not matter.
    pub fn others(&self, name: &str) -> Vec<&str> {
        let key = name_key(name);
        let mut others: Vec<&str> = Vec::new();
        let groups = self.groups.get(&key).into_iter().flatten().filter_map(|at| self.names.get(*at));
        for other in groups.flatten().filter(|other| name_key(other) != key) {
            if !others.contains(&other.as_str()) {
                others.push(other);
            }
        }
        others
    }

    /// The first place that a normalised text ([`chinese::normalise`]) names.
    pub fn within<'t>(&'t self, text: &'t str) -> Option<NamedPlace<'t>> {
        let named = |name: &'t str| {
            let others = self.others(name);
            (!others.is_empty()).then_some(NamedPlace { name, others })
        };
        let Some(finder) = &self.finder else { return named(text) };
        finder.find_iter(text).find_map(|found| {
            let name = text.get(found.range())?;
            (found.start() == 0 || name.chars().count() >= ANYWHERE).then(|| named(name))?
        })
    }

    /// Whether no place has two names.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// The names of the places of an institution as they were last read: questions do not wait for the database.
#[derive(Debug, Default)]
pub(crate) struct KnownPlaces(Mutex<(Option<Timestamp>, Arc<PlaceNames>)>);

impl KnownPlaces {
    /// The names; none before they were read for the first time.
    pub(crate) fn names(&self) -> Arc<PlaceNames> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// Reads them again if an authority record of a place has changed since.
    pub(crate) async fn refresh(&self, db: &Db, institution: &str) -> kernel::Result<()> {
        let mut tx = db.read().await?;
        let changed = authority::places_changed(&mut tx, institution).await?;
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).0 == changed {
            return Ok(());
        }
        let names = authority::places(&mut tx, institution).await?;
        let names = tokio::task::spawn_blocking(move || Arc::new(PlaceNames::new(names)));
        let names = names.await.map_err(Error::internal)?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (changed, names);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_known_by_each_of_its_names() {
        let group = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
        let names = PlaceNames::new([group(&["襄阳市", "襄樊市"]), group(&["北京", "北平", "燕京"]), group(&["独名"])]);
        assert_eq!(names.others("襄樊市"), ["襄阳市"]);
        assert_eq!(names.others("襄陽市"), ["襄樊市"], "traditional characters");
        assert_eq!(names.others("北平"), ["北京", "燕京"]);
        assert_eq!(names.others("独名"), [""; 0]);
        assert_eq!(names.others("临溪县"), [""; 0]);
        assert!(!names.is_empty() && PlaceNames::default().is_empty());
    }
}
