//! Old and new names of places.

use std::collections::HashMap;

use kernel::Db;

use super::name_key;
use crate::store::authority;

/// Which names belong to the same place.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PlaceNames {
    /// Groups of names by the key of each of them.
    groups: HashMap<String, Vec<usize>>,
    names: Vec<Vec<String>>,
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

    /// Whether no place has two names.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
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
