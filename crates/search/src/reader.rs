//! Searching an index.

use std::path::Path;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use chinese::words::Words;
use tantivy::{Index, IndexReader, ReloadPolicy};

use crate::error::{Error, Result};
use crate::facets::Values;
use crate::layout::{Fields, Layout};
use crate::query::{
    Class, Code, FacetCounts, Hit, Hits, MAX_ALTERNATIVES, MAX_PARTS, Part, Query, Ranking, Relax, Relaxed, Sort,
};
use crate::rank::Ranker;
use crate::relax::{Relaxing, join, total};
use crate::segment::{Matches, Segment, Sought};
use crate::writer::Payload;

/// How often the last commit is read: a segment that is merged away meanwhile takes its columns with it, and what came of
/// the merge is in the next commit.
const LOADS: usize = 8;

/// An index open for searching. Many threads may search one reader at once; it shows the commit that was the last when it
/// was opened or last reloaded.
pub struct Reader {
    fields: Fields,
    weights: Vec<u16>,
    ranking: Ranking,
    words: Arc<Words>,
    index: Index,
    inner: IndexReader,
    snapshot: RwLock<Arc<Snapshot>>,
}

/// The most parts of a query for which other texts may stand.
const MAX_VARIED: usize = 2;

struct Snapshot {
    segments: Vec<Segment>,
    /// The values of each facet, read when it is counted for the first time.
    values: Vec<OnceLock<Values>>,
    watermark: u64,
    records: u64,
}

impl Snapshot {
    /// Counts a facet.
    fn count(&self, facet: usize, found: &Found<'_>) -> Result<FacetCounts> {
        let Some(kept) = self.values.get(facet) else { return Ok(FacetCounts { facet, values: Vec::new() }) };
        let values = if let Some(values) = kept.get() {
            values
        } else {
            let read = Values::read(facet, &self.segments)?;
            kept.get_or_init(|| read)
        };
        Ok(values.count(facet, found))
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("watermark", &self.watermark())
            .field("records", &self.records())
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// Opens the index in `dir`, which a [`crate::Writer`] with the same layout has made. Several readers may share the
    /// `words`.
    ///
    /// Errors: [`Error::Missing`] if there is none, [`Error::Layout`] if it was built with another layout.
    pub fn open(dir: &Path, layout: &Layout, ranking: Ranking, words: Arc<Words>) -> Result<Self> {
        let fields = Fields::new(layout);
        if !dir.join("meta.json").try_exists()? {
            return Err(Error::Missing);
        }
        let index = fields.open_or_create(dir)?;
        let inner = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let weights = layout.texts.iter().map(|field| field.weight).collect();
        let empty = Snapshot { segments: Vec::new(), values: Vec::new(), watermark: 0, records: 0 };
        let reader = Self { fields, weights, ranking, words, index, inner, snapshot: RwLock::new(Arc::new(empty)) };
        reader.reload()?;
        Ok(reader)
    }

    /// Goes on to the last commit. Searches under way end on the one they began with.
    pub fn reload(&self) -> Result<()> {
        for _ in 1..LOADS {
            match self.load() {
                Err(error) if error.is_missing_file() => {}
                outcome => return outcome,
            }
        }
        self.load()
    }

    fn load(&self) -> Result<()> {
        // The watermark is read first: a commit in between makes it too low, which is true as far as it goes.
        let watermark = Payload::of(&self.index)?.watermark;
        self.inner.reload()?;
        let searcher = self.inner.searcher();
        let segments = searcher
            .segment_readers()
            .iter()
            .map(|reader| Segment::open(reader, &self.fields))
            .collect::<Result<Vec<_>>>()?;
        let values = self.fields.facets.iter().map(|_| OnceLock::new()).collect();
        let snapshot = Arc::new(Snapshot { segments, values, watermark, records: searcher.num_docs() });
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
        Ok(())
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The watermark that the commit shown was made with.
    pub fn watermark(&self) -> u64 {
        self.snapshot().watermark
    }

    /// How many records the index holds.
    pub fn records(&self) -> u64 {
        self.snapshot().records
    }

    /// Answers a question.
    pub fn search(&self, query: &Query) -> Result<Hits> {
        let snapshot = self.snapshot();
        let mut parts: Vec<Part> =
            query.parts.iter().filter(|part| !part.text.is_empty()).take(MAX_PARTS).cloned().collect();
        let mut found = find(&snapshot, query, &parts)?;
        let mut relaxed = None;
        if query.relax != Relax::No && total(&found) == 0 && !parts.is_empty() {
            let relaxing = Relaxing {
                parts: &parts,
                is_code: !query.codes.is_empty(),
                find: |parts: &[Part]| find(&snapshot, query, parts),
                similar: |pairs: &[&str], least| {
                    let similar = |segment| Segment::similar(segment, query, pairs, least);
                    snapshot.segments.iter().map(|segment| Ok((segment, similar(segment)?))).collect()
                },
                records: snapshot.records,
            };
            let outcome = match query.relax {
                Relax::OneCharacter => relaxing.one_character(&parts)?,
                Relax::No | Relax::Fully => relaxing.fully()?,
            };
            if let Some(outcome) = outcome {
                (parts, found, relaxed) = outcome;
            }
        }
        for (segment, matches) in &mut found {
            matches.raised = segment.raised(query)?;
        }
        let total = total(&found);
        let class = if matches!(relaxed, None | Some(Relaxed::Signs)) { Class::Contained } else { Class::Near };
        let sought: Vec<Sought<'_>> = parts.iter().map(Sought::new).collect();
        let (ranking, weights, words) = (&self.ranking, self.weights.as_slice(), &*self.words);
        let ranker = Ranker { query, sought: &sought, ranking, weights, words, class };
        let items = ranker.page(&found);
        let facets = query.facets.iter().map(|facet| snapshot.count(*facet, &found)).collect::<Result<_>>()?;
        drop(sought);
        Ok(Hits { total, items, facets, relaxed, parts })
    }

    /// Records to propose while someone types: those whose code in one of `codes` (canonical, by field) begins like what
    /// was typed, then those whose text contains it, at most `limit`.
    pub fn suggest(&self, typed: &str, codes: Vec<Code>, limit: usize) -> Result<Vec<Hit>> {
        let query = Query { codes, limit, sort: Sort::Relevance, ..Query::typed(typed) };
        if query.parts.is_empty() && query.codes.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.search(&query)?.items)
    }
}

type Found<'s> = Vec<(&'s Segment, Matches)>;

/// The records that match the parts, or those parts with a text that may stand for one of them.
fn find<'s>(snapshot: &'s Snapshot, query: &Query, parts: &[Part]) -> Result<Found<'s>> {
    let mut found = find_all(snapshot, query, parts)?;
    for others in variants(parts) {
        join(&mut found, find_all(snapshot, query, &others)?);
    }
    Ok(found)
}

/// The parts in the other ways in which they may be contained.
fn variants(parts: &[Part]) -> Vec<Vec<Part>> {
    let mut ways = vec![parts.to_vec()];
    for (place, part) in parts.iter().enumerate().filter(|(_, part)| !part.also.is_empty()).take(MAX_VARIED) {
        for at in 0..ways.len() {
            for text in part.also.iter().filter(|text| !text.is_empty()).take(MAX_ALTERNATIVES) {
                let mut way = ways.get(at).cloned().unwrap_or_default();
                if let Some(varied) = way.get_mut(place) {
                    varied.text.clone_from(text);
                }
                ways.push(way);
            }
        }
    }
    ways.split_off(1)
}

fn find_all<'s>(snapshot: &'s Snapshot, query: &Query, parts: &[Part]) -> Result<Found<'s>> {
    let sought: Vec<Sought<'_>> = parts.iter().map(Sought::new).collect();
    snapshot.segments.iter().map(|segment| Ok((segment, segment.matches(query, &sought)?))).collect()
}
