//! The directory as everybody sees it: headings with something open under or below them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kernel::{Code, Id, Problem, Result, Timestamp};

use super::Tree;
use crate::access::in_public_index;
use crate::ask::{Child, child};
use crate::store::record::{self, Page};
use crate::store::subject::{self, Row};
use crate::{Catalogue, PublicId};

/// A heading that everybody may see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// Its id in addresses.
    pub id: PublicId,
    /// Its name.
    pub name: String,
    /// How many open records stand under it or below it, each once.
    pub records: u64,
}

/// The page of a heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeadingPage {
    /// Itself.
    pub heading: Heading,
    /// From the top down to what is above it.
    pub path: Vec<Heading>,
    /// Those right below it.
    pub below: Vec<Heading>,
    /// Some of the records right under it, in archival order.
    pub records: Vec<Child>,
    /// How many stand right under it.
    pub total: u64,
}

/// What the directory depends on: the state of the open index, and that of the headings.
type State = (u64, i64, Option<Timestamp>);

/// The directory as of one state of the index.
#[derive(Debug, Default)]
struct Directory {
    tree: Tree,
    records: HashMap<Id<Row>, u64>,
}

/// The directory, read again when the index or a heading has moved on.
#[derive(Debug, Default)]
pub(crate) struct Directories(Mutex<Option<(State, Arc<Directory>)>>);

impl Directory {
    fn shown(&self, heading: &super::Heading) -> Option<Heading> {
        let records = self.records.get(&heading.id).copied()?;
        Some(Heading { id: heading.public_id.clone(), name: heading.name.clone(), records })
    }

    fn below(&self, parent: Option<Id<Row>>) -> Vec<Heading> {
        self.tree.below(parent).filter_map(|one| self.shown(one)).collect()
    }
}

impl Catalogue {
    /// The topmost headings.
    ///
    /// # Errors
    /// The database's.
    pub async fn subjects(&self) -> Result<Vec<Heading>> {
        Ok(self.directory().await?.below(None))
    }

    /// All headings.
    ///
    /// # Errors
    /// The database's.
    pub async fn all_subjects(&self) -> Result<Vec<Heading>> {
        let directory = self.directory().await?;
        Ok(directory.tree.headings().iter().filter_map(|one| directory.shown(one)).collect())
    }

    /// The page of a heading.
    ///
    /// # Errors
    /// [`Code::NotFound`] for what is not there and for what holds nothing open; the database's.
    pub async fn subject(&self, id: &PublicId, page: u32, size: u32) -> Result<HeadingPage> {
        let directory = self.directory().await?;
        let found = directory.tree.headings().iter().find(|one| one.public_id == *id);
        let found = found.and_then(|one| Some((one, directory.shown(one)?)));
        let (inner, heading) = found.ok_or_else(|| Problem::new(Code::NotFound, "这个页面"))?;
        let take = i64::from(size);
        let page = Page { skip: i64::from(page.max(1) - 1).saturating_mul(take), take };
        let mut tx = self.db.read().await?;
        let (numbers, total) = subject::open_under(&mut tx, inner.id, page).await?;
        let records = record::of_numbers(&mut tx, &numbers).await?;
        let open = records.iter().filter(|record| in_public_index(&record.description.statuses));
        let mut path: Vec<Heading> =
            directory.tree.up(inner).into_iter().skip(1).filter_map(|one| directory.shown(one)).collect();
        path.reverse();
        Ok(HeadingPage {
            heading,
            path,
            below: directory.below(Some(inner.id)),
            records: open.map(|record| child(record, 0)).collect(),
            total: u64::try_from(total).unwrap_or(0),
        })
    }

    /// The heading of an exact name or path, if everybody may see it.
    ///
    /// # Errors
    /// The database's.
    pub async fn subject_named(&self, written: &str) -> Result<Option<Heading>> {
        let key = super::key(written);
        let name = key.rsplit('/').next().unwrap_or_default();
        // Whoever writes to the house is not to wait for the directory unless one of its words was written.
        if name.is_empty() || !subject::is_called(&mut self.db.glance().await?, &self.institution, name).await? {
            return Ok(None);
        }
        let directory = self.directory().await?;
        Ok(directory.tree.called(&key).and_then(|one| directory.shown(one)))
    }

    /// A heading that everybody may see, and the ids of what stands below it, its own first.
    pub(crate) async fn heading(&self, id: &PublicId) -> Result<Option<(Heading, Vec<PublicId>)>> {
        let directory = self.directory().await?;
        let tree = &directory.tree;
        let Some(inner) = tree.headings().iter().find(|one| one.public_id == *id) else { return Ok(None) };
        let is_below = |one: &&super::Heading| tree.up(one).iter().any(|above| above.id == inner.id);
        let below = tree.headings().iter().filter(is_below).map(|one| one.public_id.clone()).collect();
        Ok(directory.shown(inner).map(|heading| (heading, below)))
    }

    /// The names of the headings that everybody may see, by their public ids.
    pub(crate) async fn headings(&self) -> Result<HashMap<String, String>> {
        let directory = self.directory().await?;
        let shown = directory.tree.headings().iter().filter_map(|one| directory.shown(one));
        Ok(shown.map(|heading| (heading.id.as_str().to_owned(), heading.name)).collect())
    }

    async fn directory(&self) -> Result<Arc<Directory>> {
        let watermark = self.watermark();
        let mut tx = self.db.read().await?;
        let (count, changed) = subject::state(&mut tx, &self.institution).await?;
        let state = (watermark, count, changed);
        {
            let kept = self.directories.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, directory)) = kept.as_ref().filter(|(of, _)| *of == state) {
                return Ok(Arc::clone(directory));
            }
        }
        let tree = subject::tree(&mut tx, &self.institution).await?;
        let mut records: HashMap<Id<Row>, u64> = HashMap::new();
        for headings in subject::open_pairs(&mut tx, &self.institution).await?.into_values() {
            let mut all: Vec<Id<Row>> = headings
                .into_iter()
                .filter_map(|id| tree.get(id))
                .flat_map(|heading| tree.up(heading))
                .map(|one| one.id)
                .collect();
            all.sort_unstable();
            all.dedup();
            for id in all {
                *records.entry(id).or_default() += 1;
            }
        }
        let directory = Arc::new(Directory { tree, records });
        *self.directories.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((state, Arc::clone(&directory)));
        Ok(directory)
    }
}
