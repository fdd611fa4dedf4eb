//! What the catalogue tells.

use super::Event;

/// Records were added, changed, opened, closed or removed; the indexes have or will have them soon.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct RecordsChanged {
    /// The import that did it, if it was one.
    pub batch: Option<String>,
    /// New records.
    pub landed: u64,
    /// Records that were there and changed.
    pub updated: u64,
    /// Records that nobody may see any longer.
    pub closed: u64,
}

impl Event for RecordsChanged {
    const KIND: &'static str = "catalogue.records-changed";
    const VERSION: i64 = 1;
}

/// Records that everybody could see were closed by a decision: whoever shows them takes them away at once. A closing of
/// many tells it in several events.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct RecordsClosed {
    /// The number of the closing among the decisions on openness.
    pub decision: i64,
    /// Their ids in addresses.
    pub records: Vec<String>,
}

impl Event for RecordsClosed {
    const KIND: &'static str = "catalogue.records-closed";
    const VERSION: i64 = 1;
}
