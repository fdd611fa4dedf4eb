//! Results of one volume folded into the first of them.

use std::collections::HashMap;

use search::{Hit, Hits};

use super::desk::numbers;
use super::place::place_of;
use super::{Asked, Catalogue, Place, Volumes, query};
use crate::access::in_public_index;
use crate::store::{place, record};

/// An entry: its first result, the code of the volume, and how many results are in it.
struct Entry {
    first: Hit,
    volume: Option<String>,
    count: u64,
}

impl Catalogue {
    /// Folds the hits and leaves the first ones of the entries of the page.
    pub(super) async fn fold(&self, hits: &mut Hits, asked: &Asked) -> kernel::Result<Volumes> {
        let mut tx = self.db.read().await?;
        let volumes = place::volumes(&mut tx, &numbers(hits)).await?;
        let is_cut = hits.total > u64::try_from(hits.items.len()).unwrap_or(u64::MAX);
        let all = entries(&hits.items, &volumes);
        let (page, size) = query::page(asked);
        let entries = u64::try_from(all.len()).unwrap_or(u64::MAX);
        let shown: Vec<Entry> = all.into_iter().skip(page.saturating_mul(size)).take(size).collect();
        let mut of_items = Vec::with_capacity(shown.len());
        for entry in &shown {
            let volume: Option<Place> = match &entry.volume {
                Some(key) => record::of_code(&mut tx, &self.institution, key)
                    .await?
                    .filter(|volume| in_public_index(&volume.description.statuses))
                    .map(|volume| place_of(&volume)),
                None => None,
            };
            of_items.push(volume.map(|volume| (volume, entry.count)));
        }
        hits.items = shown.iter().map(|entry| entry.first).collect();
        Ok(Volumes { entries, is_cut, of_items })
    }
}

fn entries(hits: &[Hit], volumes: &HashMap<i64, String>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for hit in hits {
        let volume = i64::try_from(hit.key).ok().and_then(|number| volumes.get(&number));
        if let Some(entry) = volume.and_then(|key| places.get(key.as_str())).and_then(|at| entries.get_mut(*at)) {
            entry.count += 1;
            continue;
        }
        if let Some(key) = volume {
            places.insert(key, entries.len());
        }
        entries.push(Entry { first: *hit, volume: volume.cloned(), count: 1 });
    }
    entries
}
