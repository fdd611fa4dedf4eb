//! The names of the fonds, kept until the open index changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kernel::Db;
use search::{Filter, Query, Reader, Sort};

use crate::Fonds;
use crate::index::FONDS;
use crate::store::fonds;

/// What is known about the fonds as of one state of the index.
#[derive(Debug, Default)]
pub(super) struct Register {
    /// In archival order, those without a record that can be seen left out, each with the number of those.
    pub(super) seen: Vec<(Fonds, u64)>,
    by_key: HashMap<String, usize>,
}

impl Register {
    /// The fonds of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Fonds> {
        self.by_key.get(key).and_then(|place| self.seen.get(*place)).map(|(fonds, _)| fonds)
    }
}

/// The register, read again when the index has moved on.
#[derive(Debug, Default)]
pub(super) struct Names(Mutex<(u64, Arc<Register>)>);

impl Names {
    /// The register as of what the reader shows.
    pub(super) async fn register(&self, db: &Db, institution: &str, reader: &Reader) -> kernel::Result<Arc<Register>> {
        // 0 is the watermark of an empty index, whose register is empty too.
        let watermark = reader.watermark();
        {
            let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.0 == watermark {
                return Ok(Arc::clone(&kept.1));
            }
        }
        let all = fonds::all(&mut db.read().await?, institution).await?;
        let mut register = Register::default();
        for fonds in all {
            let filters = vec![Filter { facet: FONDS, values: vec![fonds.key.clone()] }];
            let query = Query { filters, sort: Sort::Order, ..Query::default() };
            let records = reader.search(&query).map_err(kernel::Error::internal)?.total;
            if records > 0 {
                register.by_key.insert(fonds.key.clone(), register.seen.len());
                register.seen.push((fonds, records));
            }
        }
        let register = Arc::new(register);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (watermark, Arc::clone(&register));
        Ok(register)
    }
}
