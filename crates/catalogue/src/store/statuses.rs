//! The statuses of a record as the columns of a table have them.

use kernel::db;

use crate::access::Statuses;
use crate::{Classification, Disclosure, Livelihood, Openness, Restriction};

/// The words of a row's statuses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'a> {
    /// The table, for whoever has to look after a word that is none.
    pub(crate) table: &'static str,
    pub(crate) classification: &'a str,
    pub(crate) openness: &'a str,
    pub(crate) disclosure: &'a str,
    pub(crate) published: bool,
    pub(crate) restriction: &'a str,
    pub(crate) livelihood: Option<&'a str>,
}

impl Words<'_> {
    /// What they mean.
    pub(crate) fn read(&self) -> db::Result<Statuses> {
        let bad = |column: &str, word: &str| db::Error::bad_cell(self.table, column, &word);
        let livelihood = |word: &str| Livelihood::named(word).ok_or_else(|| bad("livelihood", word));
        Ok(Statuses {
            classification: Classification::named(self.classification)
                .ok_or_else(|| bad("classification", self.classification))?,
            openness: Openness::named(self.openness).ok_or_else(|| bad("openness", self.openness))?,
            disclosure: Disclosure::named(self.disclosure).ok_or_else(|| bad("disclosure", self.disclosure))?,
            published: self.published,
            restriction: Restriction::named(self.restriction).ok_or_else(|| bad("restriction", self.restriction))?,
            livelihood: self.livelihood.map(livelihood).transpose()?,
        })
    }
}
