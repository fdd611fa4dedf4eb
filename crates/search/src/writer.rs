//! Writing an index: one writer per folder, a watermark in every commit.

use std::fs;
use std::ops::{Deref, DerefMut};
use std::path::Path;

use serde::{Deserialize, Serialize};
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, MergePolicy, NoMergePolicy, PreparedCommit};
use tantivy::{Index, IndexWriter, TantivyDocument, Term};

use crate::columns::Row;
use crate::document::Document;
use crate::error::{Error, Result};
use crate::grams::FIELD_END;
use crate::layout::{Fields, Layout};

/// What a commit says about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payload {
    /// The caller's change log is applied up to and including this.
    pub(crate) watermark: u64,
    /// No key above this was ever in the index, so a record with such a key replaces nothing.
    highest: Option<u64>,
}

impl Payload {
    pub(crate) fn of(index: &Index) -> Result<Self> {
        let payload = index.load_metas()?.payload;
        Ok(payload.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }
}

/// How much a writer may use.
#[derive(Clone, Copy, Debug)]
pub struct WriterOptions {
    /// Bytes of memory for what is not yet on disk, at least 15 MB per thread. More means fewer, larger segments.
    pub memory: usize,
    /// Threads that cut and sort records, 1–8, beside one that merges.
    pub threads: usize,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self { memory: 128 << 20, threads: 1 }
    }
}

/// A record cut up for one layout: what writers of several indexes with that layout can all take without doing it anew.
#[derive(Clone, Debug)]
pub struct Prepared {
    key: u64,
    document: TantivyDocument,
}

/// The one writer of an index. Dropping it waits for a merge under way: until that has ended the folder is not its next
/// writer's.
pub struct Writer {
    fields: Fields,
    layout: Layout,
    inner: Engine,
    options: WriterOptions,
    committed: Payload,
    highest: Option<u64>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer")
            .field("layout", &self.layout)
            .field("committed", &self.committed)
            .finish_non_exhaustive()
    }
}

/// A commit of which everything but the last word is written.
pub struct Pending<'w> {
    commit: PreparedCommit<'w>,
    payload: Payload,
    committed: &'w mut Payload,
}

impl std::fmt::Debug for Pending<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").field("payload", &self.payload).finish_non_exhaustive()
    }
}

impl Pending<'_> {
    /// The last word: from here on the changes are durable and visible. Dropped without it, they are made with the next
    /// commit.
    pub fn finish(self) -> Result<()> {
        self.commit.commit()?;
        *self.committed = self.payload;
        Ok(())
    }
}

impl Writer {
    /// Opens the index in `dir` for writing, and makes folder and index if there is none.
    ///
    /// Errors: [`Error::Locked`] while another writer is open on the folder, in whatever process (the lock dies with its
    /// process); [`Error::Layout`] if the index was built with another layout.
    pub fn open(dir: &Path, layout: &Layout, options: WriterOptions) -> Result<Self> {
        fs::create_dir_all(dir)?;
        let fields = Fields::new(layout);
        let index = fields.open_or_create(dir)?;
        let inner = Engine::start(&index, &fields, options)?;
        // The files of commits that were cut short: the same commit made again gives them the same names.
        inner.garbage_collect_files().wait()?;
        let committed = Payload::of(&index)?;
        Ok(Self { fields, layout: layout.clone(), inner, options, committed, highest: committed.highest })
    }

    /// Puts a record in, in the place of the one with the same key. It is found after the next [`Self::commit`].
    pub fn put(&mut self, document: &Document<'_>) -> Result<()> {
        let prepared = self.prepare(document)?;
        self.put_prepared(prepared)
    }

    /// As [`Self::put`], for a record that this writer or another with the same layout has prepared.
    pub fn put_prepared(&mut self, Prepared { key, document }: Prepared) -> Result<()> {
        if self.highest.is_some_and(|highest| key <= highest) {
            self.inner.delete_term(Term::from_field_u64(self.fields.key, key));
        } else {
            self.highest = Some(key);
        }
        self.inner.add_document(document)?;
        Ok(())
    }

    /// Takes the record with this key out; nothing happens if there is none.
    pub fn remove(&mut self, key: u64) {
        if self.highest.is_none_or(|highest| key > highest) {
            return;
        }
        self.inner.delete_term(Term::from_field_u64(self.fields.key, key));
    }

    /// Takes all records out.
    pub fn clear(&mut self) -> Result<()> {
        self.inner.delete_all_documents()?;
        Ok(())
    }

    /// Makes all changes since the last commit durable and visible at once, together with `watermark`: the place in the
    /// caller's change log up to which they follow it. Whatever is killed when, an index shows the changes of one commit
    /// and that commit's watermark; what came later is applied again from there.
    pub fn commit(&mut self, watermark: u64) -> Result<()> {
        self.write_out(watermark)?.finish()
    }

    /// The long half of [`Self::commit`]: writes everything out, so that what is left is one small file. Several indexes
    /// can do this at the same time and still be committed one after the other.
    pub fn write_out(&mut self, watermark: u64) -> Result<Pending<'_>> {
        let payload = Payload { watermark, highest: self.highest };
        let text = serde_json::to_string(&payload).map_err(std::io::Error::from)?;
        let mut commit = self.inner.prepare_commit()?;
        commit.set_payload(&text);
        Ok(Pending { commit, payload, committed: &mut self.committed })
    }

    /// The watermark of the last commit; 0 for a new index.
    #[must_use]
    pub const fn watermark(&self) -> u64 {
        self.committed.watermark
    }

    /// Merges everything committed into one segment: searching costs least then, and nothing of a removed record is left.
    /// For after a large import and for the night; it reads and writes the whole index. What is not committed is lost.
    pub fn optimise(self) -> Result<Self> {
        let Self { fields, layout, inner, options, .. } = self;
        let index = inner.index().clone();
        // Merges that the policy began must end first: their segments could not be merged again meanwhile.
        drop(inner);
        let mut inner = Engine::start(&index, &fields, options)?;
        inner.set_merge_policy(Box::new(NoMergePolicy));
        let segments = index.searchable_segment_metas()?;
        if segments.len() > 1 || segments.iter().any(|meta| meta.num_deleted_docs() > 0) {
            let ids: Vec<_> = segments.iter().map(tantivy::SegmentMeta::id).collect();
            inner.merge(&ids).wait()?;
        }
        inner.garbage_collect_files().wait()?;
        inner.set_merge_policy(policy());
        let committed = Payload::of(&index)?;
        Ok(Self { fields, layout, inner, options, committed, highest: committed.highest })
    }

    /// Waits for all merges that the segments call for, and closes.
    pub fn close(mut self) -> Result<()> {
        self.inner.end(None)
    }

    /// Normalises a record and lays it out: most of what this thread has to do to put it in.
    pub fn prepare(&self, document: &Document<'_>) -> Result<Prepared> {
        let mut texts = vec![String::new(); self.layout.texts.len()];
        for (field, text) in &document.texts {
            let slot = texts.get_mut(*field).ok_or(Error::Field(*field))?;
            if !slot.is_empty() {
                slot.push(' ');
            }
            slot.push_str(&chinese::normalise(text));
        }
        let text = texts.join(FIELD_END.encode_utf8(&mut [0; 4]));
        let row = Row {
            key: document.key,
            prior: document.prior,
            years: document.years,
            text: &text,
            order: &document.order,
        };
        let mut prepared = TantivyDocument::new();
        prepared.add_custom(self.fields.columns, &row.encode());
        prepared.add_text(self.fields.grams, &text);
        prepared.add_u64(self.fields.key, document.key);
        for (field, code) in &document.codes {
            prepared.add_text(*self.fields.codes.get(*field).ok_or(Error::Field(*field))?, code);
        }
        for (field, value) in &document.facets {
            prepared.add_text(*self.fields.facets.get(*field).ok_or(Error::Field(*field))?, value);
        }
        Ok(Prepared { key: document.key, document: prepared })
    }
}

/// The writer of the engine below. It holds the lock of the folder until its threads have ended: tantivy 0.27 gives the lock
/// back at once, and a merge that ends then writes its word over the next writer's and removes files that this one uses.
struct Engine(Option<IndexWriter>);

impl Engine {
    fn start(index: &Index, fields: &Fields, options: WriterOptions) -> Result<Self> {
        let threads = options.threads.clamp(1, 8);
        let inner = index.writer_with_options(
            IndexWriterOptions::builder()
                .num_worker_threads(threads)
                .memory_budget_per_thread((options.memory / threads).max(15_000_000))
                .num_merge_threads(1)
                .build(),
        )?;
        inner.set_merge_policy(policy());
        fence(&inner, fields);
        Ok(Self(Some(inner)))
    }

    /// Ends with the merges under way, and with those that the policy calls for after them.
    fn end(&mut self, policy: Option<Box<dyn MergePolicy>>) -> Result<()> {
        let Some(inner) = self.0.take() else { return Ok(()) };
        if let Some(policy) = policy {
            inner.set_merge_policy(policy);
        }
        Ok(inner.wait_merging_threads()?)
    }
}

impl Deref for Engine {
    type Target = IndexWriter;

    #[expect(clippy::expect_used, reason = "it is taken out only as the engine ends")]
    fn deref(&self) -> &IndexWriter {
        self.0.as_ref().expect("the engine runs")
    }
}

impl DerefMut for Engine {
    #[expect(clippy::expect_used, reason = "it is taken out only as the engine ends")]
    fn deref_mut(&mut self) -> &mut IndexWriter {
        self.0.as_mut().expect("the engine runs")
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // What failed concerns what is thrown away; the next writer goes on from the last commit.
        drop(self.end(Some(Box::new(NoMergePolicy))));
    }
}

/// Takes up the first operation number after opening, which tantivy 0.27 gives out a second time after the last commit had
/// it: a removal that got it would be carried out by the next merge without waiting for its commit.
fn fence(inner: &IndexWriter, fields: &Fields) {
    inner.delete_term(Term::from_field_text(fields.grams, FIELD_END.encode_utf8(&mut [0; 4])));
}

fn policy() -> Box<dyn MergePolicy> {
    let mut merging = LogMergePolicy::default();
    // A record taken out must not linger in the files until chance merges them.
    merging.set_del_docs_ratio_before_merge(0.2);
    Box::new(merging)
}
