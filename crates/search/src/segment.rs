//! One segment of an index, and which of its records match.

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem::Finder;
use tantivy::columnar::StrColumn;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{BitSet, DocId, SegmentReader};

use crate::columns::{Columns, index};
use crate::error::Result;
use crate::grams::{self, FIELD_BYTE};
use crate::layout::Fields;
use crate::near::Near;
use crate::query::{Class, Code, Filter, MAX_PARTS, Part, Query};

/// A text made ready to be found in others, as it is or with a wrong character.
pub(crate) struct Needle<'q> {
    text: &'q str,
    finder: Finder<'q>,
    near: Option<Near<'q>>,
}

impl<'q> Needle<'q> {
    pub(crate) fn new(text: &'q str, near: bool) -> Self {
        Self { text, finder: Finder::new(text.as_bytes()), near: if near { Near::new(text) } else { None } }
    }

    /// The first place, in bytes, where another text holds it.
    #[inline]
    pub(crate) fn find(&self, text: &[u8]) -> Option<Range<usize>> {
        match &self.near {
            None => self.finder.find(text).map(|at| at..at + self.text.len()),
            Some(near) => near.find(text),
        }
    }
}

/// A part made ready to be looked up and found in texts.
pub(crate) struct Sought<'q> {
    part: &'q Part,
    needle: Needle<'q>,
    grams: Vec<&'q str>,
    /// The one gram of the part is the part itself, and any field counts: having it is containing the part.
    exact: bool,
}

impl<'q> Sought<'q> {
    pub(crate) fn new(part: &'q Part) -> Self {
        let grams = grams::of_part(&part.text);
        let exact = part.field.is_none() && grams.as_slice() == [part.text.as_str()];
        Self { part, needle: Needle::new(&part.text, part.near), grams, exact }
    }

    /// The first place, in bytes, where a text holds the part.
    #[inline]
    pub(crate) fn find(&self, text: &[u8]) -> Option<Range<usize>> {
        let Some(field) = self.part.field else { return self.needle.find(text) };
        let mut ends = memchr::memchr_iter(FIELD_BYTE, text).chain([text.len()]);
        let start = field.checked_sub(1).map_or(Some(0), |before| ends.nth(before).map(|end| end + 1))?;
        let place = self.needle.find(text.get(start..ends.next()?)?)?;
        Some(start + place.start..start + place.end)
    }
}

/// One segment with everything a search needs at hand.
pub(crate) struct Segment {
    reader: SegmentReader,
    pub(crate) columns: Columns,
    grams: Arc<InvertedIndexReader>,
    codes: Vec<Arc<InvertedIndexReader>>,
    facets: Vec<Arc<InvertedIndexReader>>,
    pub(crate) values: Vec<Option<StrColumn>>,
}

/// Records of one segment, by number, with what their codes say.
#[derive(Default)]
pub(crate) struct Matches {
    /// All records that match, in rising order.
    pub(crate) docs: Vec<DocId>,
    /// Those among them that match by a code, in rising order.
    pub(crate) by_code: Vec<(DocId, Class)>,
    /// The records of the segment, matching or not, with a value that is to be raised.
    pub(crate) raised: Option<BitSet>,
}

/// What is known of a record before its text is looked at.
#[derive(Clone, Copy, Default)]
pub(crate) struct Known {
    /// What its codes say.
    pub(crate) code: Option<Class>,
    /// Whether it has a value that is to be raised.
    pub(crate) raised: bool,
}

impl Matches {
    /// What is known of a record.
    pub(crate) fn known(&self, doc: DocId) -> Known {
        Known { code: self.code(doc), raised: self.is_raised(doc) }
    }

    /// Whether a record has a value that is to be raised.
    pub(crate) fn is_raised(&self, doc: DocId) -> bool {
        self.raised.as_ref().is_some_and(|raised| raised.contains(doc))
    }

    /// What the codes of a record say.
    pub(crate) fn code(&self, doc: DocId) -> Option<Class> {
        let at = self.by_code.binary_search_by_key(&doc, |(doc, _)| *doc).ok()?;
        self.by_code.get(at).map(|(_, class)| *class)
    }
}

/// A list of records to be met.
struct List<'s> {
    reader: &'s InvertedIndexReader,
    info: TermInfo,
    /// The list decides by itself; else the text is looked at as well, and the list may be left out.
    required: bool,
    /// The part it belongs to.
    part: usize,
}

impl List<'_> {
    fn open(&self) -> Result<BlockSegmentPostings> {
        Ok(self.reader.read_block_postings_from_terminfo(&self.info, IndexRecordOption::Basic)?)
    }
}

/// Up to this many records, looking at their texts costs less than meeting another list.
const FEW: usize = 48;

/// So many lists of one part are met; further ones seldom leave out more, and the text is looked at in the end.
const PER_PART: usize = 4;

/// A code's beginning shorter than this is taken for the whole code: it would name half the index.
const SHORTEST_PREFIX: usize = 2;

/// Texts fetched together: looking at them one by one would wait for memory at each.
pub(crate) const BATCH: usize = 32;

impl Segment {
    pub(crate) fn open(reader: &SegmentReader, fields: &Fields) -> Result<Self> {
        let lists = |fields: &[tantivy::schema::Field]| -> Result<Vec<Arc<InvertedIndexReader>>> {
            fields.iter().map(|field| Ok(reader.inverted_index(*field)?)).collect()
        };
        let values = (0..fields.facets.len())
            .map(|i| Ok(reader.fast_fields().str(&format!("facet{i}"))?))
            .collect::<Result<_>>()?;
        Ok(Self {
            columns: Columns::open(reader)?,
            grams: reader.inverted_index(fields.grams)?,
            codes: lists(&fields.codes)?,
            facets: lists(&fields.facets)?,
            values,
            reader: reader.clone(),
        })
    }

    /// The records that match `query`, whose parts are `sought`.
    pub(crate) fn matches(&self, query: &Query, sought: &[Sought<'_>]) -> Result<Matches> {
        let mut by_code = self.by_code(&query.codes)?;
        // A filter of one value is a list among the candidates' lists; only records found otherwise need it as a set.
        let Some(allowed) = self.allowed(query, !by_code.is_empty())? else { return Ok(Matches::default()) };
        let passes = |doc: DocId| self.passes(query, &allowed, doc);
        by_code.retain(|(doc, _)| passes(*doc));
        let mut docs = if sought.is_empty() && !query.codes.is_empty() {
            Vec::new()
        } else {
            self.near_candidates(query, sought)?
        };
        if query.years.is_some() || !allowed.is_empty() || self.reader.has_deletes() {
            docs.retain(|doc| passes(*doc));
        }
        self.verify(&mut docs, sought);
        if !by_code.is_empty() {
            docs.extend(by_code.iter().map(|(doc, _)| *doc));
            docs.sort_unstable();
            docs.dedup();
        }
        for part in query.without.iter().filter(|part| !part.text.is_empty()).take(MAX_PARTS) {
            let holding = self.holding(part)?;
            let lacks = |doc: &DocId| holding.binary_search(doc).is_err();
            docs.retain(lacks);
            by_code.retain(|(doc, _)| lacks(doc));
        }
        Ok(Matches { docs, by_code, raised: None })
    }

    /// The records with a value that is to be raised.
    pub(crate) fn raised(&self, query: &Query) -> Result<Option<BitSet>> {
        if query.raise.is_empty() {
            return Ok(None);
        }
        let mut set = BitSet::with_max_value(self.reader.max_doc());
        for filter in &query.raise {
            self.with_values(filter, &mut set)?;
        }
        Ok(Some(set))
    }

    /// Adds the records with one of the values of a facet.
    fn with_values(&self, filter: &Filter, set: &mut BitSet) -> Result<()> {
        let Some(reader) = self.facets.get(filter.facet) else { return Ok(()) };
        for value in &filter.values {
            if let Some(info) = reader.terms().get(value)? {
                let list = reader.read_block_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
                for doc in read(list, info.doc_freq) {
                    set.insert(doc);
                }
            }
        }
        Ok(())
    }

    /// All records that hold a part.
    fn holding(&self, part: &Part) -> Result<Vec<DocId>> {
        let sought = [Sought::new(part)];
        let mut docs = self.near_candidates(&Query::default(), &sought)?;
        self.verify(&mut docs, &sought);
        Ok(docs)
    }

    /// As [`Self::candidates`], where a part may hold a wrong character.
    fn near_candidates(&self, query: &Query, sought: &[Sought<'_>]) -> Result<Vec<DocId>> {
        let wrong =
            sought.iter().filter(|part| part.part.or_years.is_none()).find_map(|part| part.needle.near.as_ref());
        let Some(near) = wrong else { return self.candidates(query, sought) };
        let mut docs = Vec::new();
        for pair in near.pairs() {
            let whole = pair.map(Part::literal);
            let others = sought.iter().filter(|part| part.needle.near.is_none()).map(|part| part.part);
            let lists: Vec<Sought<'_>> = whole.iter().chain(others).map(Sought::new).collect();
            docs.extend(self.candidates(query, &lists)?);
        }
        docs.sort_unstable();
        docs.dedup();
        Ok(docs)
    }

    /// Records that may match: all that do, and where a part is longer than a gram, some that do not.
    fn candidates(&self, query: &Query, sought: &[Sought<'_>]) -> Result<Vec<DocId>> {
        let mut lists = Vec::new();
        for (place, part) in sought.iter().enumerate().filter(|(_, part)| part.part.or_years.is_none()) {
            for gram in &part.grams {
                let Some(info) = self.grams.terms().get(gram)? else { return Ok(Vec::new()) };
                lists.push(List { reader: &self.grams, info, required: part.exact, part: place });
            }
        }
        for filter in query.filters.iter().filter(|filter| filter.values.len() == 1) {
            if let (Some(reader), Some(value)) = (self.facets.get(filter.facet), filter.values.first()) {
                let Some(info) = reader.terms().get(value)? else { return Ok(Vec::new()) };
                lists.push(List { reader, info, required: true, part: sought.len() });
            }
        }
        lists.sort_unstable_by_key(|list| list.info.doc_freq);
        let Some((rarest, rest)) = lists.split_first() else { return Ok((0..self.reader.max_doc()).collect()) };
        let mut docs = read(rarest.open()?, rarest.info.doc_freq);
        let mut met = vec![0; sought.len() + 1];
        count(&mut met, rarest.part);
        for list in rest {
            if docs.is_empty() {
                break;
            }
            let worthwhile = docs.len() > FEW && met.get(list.part).is_some_and(|met| *met < PER_PART);
            if list.required || worthwhile {
                meet(&mut docs, list.open()?, list.info.doc_freq);
                count(&mut met, list.part);
            }
        }
        Ok(docs)
    }

    /// Leaves the records whose text holds every part that the lists did not decide.
    fn verify(&self, docs: &mut Vec<DocId>, sought: &[Sought<'_>]) {
        let open: Vec<&Sought<'_>> = sought.iter().filter(|part| !part.exact || part.part.or_years.is_some()).collect();
        if open.is_empty() {
            return;
        }
        let mut kept = Vec::with_capacity(docs.len());
        for batch in docs.chunks(BATCH) {
            self.columns.fetch(batch.iter().copied());
            kept.extend(batch.iter().filter(|doc| {
                let text = self.columns.text(**doc);
                open.iter().all(|part| {
                    part.find(text).is_some()
                        || part.part.or_years.is_some_and(|years| self.columns.within(**doc, years))
                })
            }));
        }
        *docs = kept;
    }

    fn passes(&self, query: &Query, allowed: &[BitSet], doc: DocId) -> bool {
        self.reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc))
            && query.years.is_none_or(|years| self.columns.within(doc, years))
            && allowed.iter().all(|set| set.contains(doc))
    }

    /// The records under each code and of each filter, of filters with a single value only if `single`; `None` if one
    /// of them lets nothing pass.
    fn allowed(&self, query: &Query, single: bool) -> Result<Option<Vec<BitSet>>> {
        let mut sets = Vec::new();
        for code in &query.under {
            let mut set = BitSet::with_max_value(self.reader.max_doc());
            for (doc, _) in self.by_code(std::slice::from_ref(code))? {
                set.insert(doc);
            }
            sets.push(set);
        }
        for filter in query.filters.iter().filter(|filter| single || filter.values.len() != 1) {
            if filter.values.is_empty() || filter.facet >= self.facets.len() {
                return Ok(None);
            }
            let mut set = BitSet::with_max_value(self.reader.max_doc());
            self.with_values(filter, &mut set)?;
            sets.push(set);
        }
        Ok(Some(sets))
    }

    fn by_code(&self, codes: &[Code]) -> Result<Vec<(DocId, Class)>> {
        let mut found = Vec::new();
        for code in codes {
            let Some(reader) = self.codes.get(code.field) else { continue };
            if code.prefix && code.value.chars().count() >= SHORTEST_PREFIX {
                let mut terms = reader.terms().range().ge(code.value.as_bytes()).into_stream()?;
                while terms.advance() && terms.key().starts_with(code.value.as_bytes()) {
                    let class = if terms.key() == code.value.as_bytes() { Class::ExactCode } else { Class::CodePrefix };
                    let info = terms.value().clone();
                    let list = reader.read_block_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
                    found.extend(read(list, info.doc_freq).into_iter().map(|doc| (doc, class)));
                }
            } else if let Some(info) = reader.terms().get(&code.value)? {
                let list = reader.read_block_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
                found.extend(read(list, info.doc_freq).into_iter().map(|doc| (doc, Class::ExactCode)));
            }
        }
        found.sort_unstable();
        found.dedup_by_key(|(doc, _)| *doc);
        Ok(found)
    }

    /// How many of `pairs` the records hold that pass the query's filters and hold at least `least`.
    pub(crate) fn similar(&self, query: &Query, pairs: &[&str], least: u8) -> Result<Vec<(u8, DocId)>> {
        let Some(allowed) = self.allowed(query, true)? else { return Ok(Vec::new()) };
        let mut held = vec![0_u8; index(self.reader.max_doc())];
        for pair in pairs {
            if let Some(info) = self.grams.terms().get(pair)? {
                let list = self.grams.read_block_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
                for doc in read(list, info.doc_freq) {
                    if let Some(count) = held.get_mut(index(doc)) {
                        *count = count.saturating_add(1);
                    }
                }
            }
        }
        let enough = (0..).zip(held).filter(|(_, count)| *count >= least).map(|(doc, count)| (count, doc));
        Ok(enough.filter(|(_, doc)| self.passes(query, &allowed, *doc)).collect())
    }
}

fn count(met: &mut [usize], part: usize) {
    if let Some(met) = met.get_mut(part) {
        *met += 1;
    }
}

/// All records of a list.
fn read(mut list: BlockSegmentPostings, count: u32) -> Vec<DocId> {
    let mut docs = Vec::with_capacity(index(count));
    while docs.len() < index(count) {
        let before = docs.len();
        docs.extend_from_slice(list.docs());
        if docs.len() == before {
            break;
        }
        list.advance();
    }
    docs
}

/// Leaves the records that are in `list` too.
fn meet(docs: &mut Vec<DocId>, mut list: BlockSegmentPostings, count: u32) {
    if index(count) / docs.len().max(1) < 8 {
        let other = read(list, count);
        let mut other = other.into_iter().peekable();
        docs.retain(|doc| {
            while other.next_if(|candidate| candidate < doc).is_some() {}
            other.peek() == Some(doc)
        });
    } else {
        docs.retain(|doc| {
            let at = list.seek(*doc);
            list.doc(at) == *doc
        });
    }
}
