//! One file of fixed columns per segment: key, standing, years, order, and the text itself.
//!
//! The engine below writes, merges and drops this file together with the segment it belongs to (a segment plugin), so a
//! text is there exactly as long as the postings that point to it, whatever is killed when.
//!
//! Layout, little-endian: count u32, zero u32; key u64 × n; prior u8, title length u8, zero u16 × n; first and last year
//! i16 × 2 × n; standing u32 × n; place in the order u32 × n; end of text u32 × n; end of order key u32 × n; texts; order
//! keys. `standing` is the place of the record in the segment by prior, title length, order and key, so that a segment
//! can be ranked by comparing one number.

use std::any::Any;
use std::io::{self, Write as _};
use std::ops::Range;

use tantivy::directory::OwnedBytes;
use tantivy::index::SegmentComponent;
use tantivy::indexer::doc_id_mapping::{DocIdMapping, MappingType};
use tantivy::schema::document::ErasedDocument;
use tantivy::schema::{Field, Schema, Value as _};
use tantivy::{
    DocId, PluginMergeContext, PluginWriter, PluginWriterContext, Segment, SegmentPlugin, SegmentReader,
    TantivyDocument, TantivyError,
};

use crate::grams::FIELD_END;

const EXTENSION: &str = "columns";
const HEADER: usize = 8;
/// Bytes of all fixed columns of one record.
const RECORD: usize = 8 + 4 + 4 + 4 + 4 + 4 + 4;
/// Years of a record without a date: an empty interval.
const UNDATED: (i16, i16) = (i16::MAX, i16::MIN);

/// What a record contributes, in the form that travels through the engine's document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) key: u64,
    pub(crate) prior: u8,
    pub(crate) years: Option<(i16, i16)>,
    /// Normalised texts, each ended by [`FIELD_END`] but the last.
    pub(crate) text: &'a str,
    pub(crate) order: &'a [u8],
}

impl<'a> Row<'a> {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let (from, to) = self.years.unwrap_or(UNDATED);
        let order = self.order.get(..usize::from(u16::MAX)).unwrap_or(self.order);
        let mut bytes = Vec::with_capacity(15 + order.len() + self.text.len());
        bytes.extend_from_slice(&self.key.to_le_bytes());
        bytes.push(self.prior);
        bytes.extend_from_slice(&from.to_le_bytes());
        bytes.extend_from_slice(&to.to_le_bytes());
        bytes.extend_from_slice(&u16::try_from(order.len()).unwrap_or(u16::MAX).to_le_bytes());
        bytes.extend_from_slice(order);
        bytes.extend_from_slice(self.text.as_bytes());
        bytes
    }

    fn decode(bytes: &'a [u8]) -> Option<Self> {
        let (key, rest) = bytes.split_first_chunk::<8>()?;
        let (prior, rest) = rest.split_first()?;
        let (from, rest) = rest.split_first_chunk::<2>()?;
        let (to, rest) = rest.split_first_chunk::<2>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (order, text) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
        let years = (i16::from_le_bytes(*from), i16::from_le_bytes(*to));
        Some(Self {
            key: u64::from_le_bytes(*key),
            prior: *prior,
            years: (years != UNDATED).then_some(years),
            text: std::str::from_utf8(text).ok()?,
            order,
        })
    }
}

/// The columns of one segment, mapped from its file.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    bytes: OwnedBytes,
    count: usize,
    texts: usize,
    orders: usize,
}

impl Columns {
    pub(crate) fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let bytes = reader.open_read(SegmentComponent::Custom(EXTENSION.to_owned()))?.read_bytes()?;
        Self::parse(bytes).ok_or_else(|| TantivyError::InternalError("a segment's columns are cut short".to_owned()))
    }

    fn parse(bytes: OwnedBytes) -> Option<Self> {
        let count = usize::try_from(u32::from_le_bytes(*bytes.first_chunk()?)).ok()?;
        let texts = HEADER + count.checked_mul(RECORD)?;
        let mut columns = Self { bytes, count, texts, orders: texts };
        let last = DocId::try_from(count).ok()?;
        columns.orders = texts + last.checked_sub(1).map_or(0, |last| columns.number(TEXT_END, last));
        let end = columns.orders + last.checked_sub(1).map_or(0, |last| columns.number(ORDER_END, last));
        (columns.bytes.len() == end).then_some(columns)
    }

    /// Where the record's value of the column that starts `before` bytes into each record's share lies.
    fn slot<const N: usize>(&self, before: usize, doc: DocId) -> Option<&[u8; N]> {
        let start = HEADER + before * self.count + N * index(doc);
        self.bytes.get(start..start + N)?.first_chunk()
    }

    fn number(&self, before: usize, doc: DocId) -> usize {
        index(u32::from_le_bytes(self.slot(before, doc).copied().unwrap_or_default()))
    }

    pub(crate) fn key(&self, doc: DocId) -> u64 {
        u64::from_le_bytes(self.slot(KEY, doc).copied().unwrap_or_default())
    }

    /// Prior and title length, as one number that sorts by both.
    pub(crate) fn weight(&self, doc: DocId) -> (u8, u8) {
        let [prior, length, _, _] = self.slot(WEIGHT, doc).copied().unwrap_or_default();
        (prior, length)
    }

    /// First and last year; for an undated record an interval that meets no other.
    pub(crate) fn years(&self, doc: DocId) -> (i16, i16) {
        let [a, b, c, d] = self.slot(YEARS, doc).copied().unwrap_or_default();
        (i16::from_le_bytes([a, b]), i16::from_le_bytes([c, d]))
    }

    /// Whether the record's years lie among these.
    pub(crate) fn all_within(&self, doc: DocId, years: (i16, i16)) -> bool {
        let (from, to) = self.years(doc);
        from <= to && from >= years.0 && to <= years.1
    }

    /// Whether the record's years reach into these.
    pub(crate) fn within(&self, doc: DocId, years: (i16, i16)) -> bool {
        let (from, to) = self.years(doc);
        from <= years.1 && to >= years.0
    }

    pub(crate) fn standing(&self, doc: DocId) -> u32 {
        u32::from_le_bytes(self.slot(STANDING, doc).copied().unwrap_or_default())
    }

    pub(crate) fn place(&self, doc: DocId) -> u32 {
        u32::from_le_bytes(self.slot(PLACE, doc).copied().unwrap_or_default())
    }

    fn blob(&self, base: usize, ends: usize, doc: DocId) -> &[u8] {
        let start = doc.checked_sub(1).map_or(0, |before| self.number(ends, before));
        self.bytes.get(base + start..base + self.number(ends, doc)).unwrap_or_default()
    }

    /// The normalised texts of a record, fields parted by [`FIELD_END`].
    pub(crate) fn text(&self, doc: DocId) -> &[u8] {
        self.blob(self.texts, TEXT_END, doc)
    }

    /// Reads a byte at the beginning of each text and one further on, so that they are in the cache when they are looked
    /// at: the processor waits for all of them together, not for each in turn.
    pub(crate) fn fetch(&self, docs: impl Iterator<Item = DocId>) {
        let touch = |doc| {
            let text = self.text(doc);
            text.first().copied().unwrap_or(0) ^ text.get(64).copied().unwrap_or(0)
        };
        std::hint::black_box(docs.fold(0, |sum, doc| sum ^ touch(doc)));
    }

    pub(crate) fn order(&self, doc: DocId) -> &[u8] {
        self.blob(self.orders, ORDER_END, doc)
    }
}

const KEY: usize = 0;
const WEIGHT: usize = 8;
const YEARS: usize = 12;
const STANDING: usize = 16;
const PLACE: usize = 20;
const TEXT_END: usize = 24;
const ORDER_END: usize = 28;

/// A document number as an index into memory.
pub(crate) fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The plugin that carries the columns through the life of a segment.
pub(crate) struct ColumnsPlugin {
    field: Field,
}

impl ColumnsPlugin {
    pub(crate) const fn new(field: Field) -> Self {
        Self { field }
    }
}

impl SegmentPlugin for ColumnsPlugin {
    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }

    fn create_writer(&self, _: &PluginWriterContext) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(ColumnsWriter { field: self.field, table: Table::default() }))
    }

    fn merge(&self, context: PluginMergeContext) -> tantivy::Result<()> {
        if matches!(context.doc_id_mapping.mapping_type(), MappingType::Shuffled) {
            return Err(TantivyError::InternalError("segments are stacked, never shuffled".to_owned()));
        }
        let mut table = Table::default();
        for reader in context.readers {
            let columns = Columns::open(reader)?;
            for doc in reader.doc_ids_alive() {
                let years = columns.years(doc);
                table.push(&Row {
                    key: columns.key(doc),
                    prior: columns.weight(doc).0,
                    years: (years != UNDATED).then_some(years),
                    text: std::str::from_utf8(columns.text(doc)).unwrap_or_default(),
                    order: columns.order(doc),
                });
            }
        }
        table.write(context.target_segment)
    }
}

struct ColumnsWriter {
    field: Field,
    table: Table,
}

impl PluginWriter for ColumnsWriter {
    fn add_document(&mut self, _: DocId, document: &dyn ErasedDocument, _: &Schema) -> tantivy::Result<()> {
        let row = document
            .as_any()
            .downcast_ref::<TantivyDocument>()
            .and_then(|document| document.get_first(self.field))
            .and_then(|value| value.as_custom())
            .and_then(Row::decode)
            .ok_or_else(|| TantivyError::InternalError("a document came without its columns".to_owned()))?;
        self.table.push(&row);
        Ok(())
    }

    fn serialize(self: Box<Self>, segment: &Segment, order: Option<&DocIdMapping>) -> tantivy::Result<()> {
        if order.is_some() {
            return Err(TantivyError::InternalError("segments are not sorted".to_owned()));
        }
        self.table.write(segment)
    }

    fn mem_usage(&self) -> usize {
        self.table.keys.len() * (RECORD + 8) + self.table.texts.len() + self.table.orders.len()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The columns while they are being gathered.
#[derive(Default)]
struct Table {
    keys: Vec<u64>,
    weights: Vec<(u8, u8)>,
    years: Vec<(i16, i16)>,
    text_ends: Vec<usize>,
    order_ends: Vec<usize>,
    texts: Vec<u8>,
    orders: Vec<u8>,
}

impl Table {
    fn push(&mut self, row: &Row<'_>) {
        let title = row.text.split(FIELD_END).next().unwrap_or_default().chars().count();
        self.keys.push(row.key);
        self.weights.push((row.prior, u8::try_from(title).unwrap_or(u8::MAX)));
        self.years.push(row.years.unwrap_or(UNDATED));
        self.texts.extend_from_slice(row.text.as_bytes());
        self.text_ends.push(self.texts.len());
        self.orders.extend_from_slice(row.order);
        self.order_ends.push(self.orders.len());
    }

    fn order(&self, i: usize) -> &[u8] {
        let range: Option<Range<usize>> = self.order_ends.get(i).map(|end| {
            let start = i.checked_sub(1).and_then(|before| self.order_ends.get(before)).copied().unwrap_or(0);
            start..*end
        });
        range.and_then(|range| self.orders.get(range)).unwrap_or_default()
    }

    /// The place of each record in the order by order key and key.
    fn places(&self) -> io::Result<Vec<u32>> {
        let mut docs: Vec<usize> = (0..self.keys.len()).collect();
        docs.sort_unstable_by(|&a, &b| {
            self.order(a).cmp(self.order(b)).then_with(|| self.keys.get(a).cmp(&self.keys.get(b)))
        });
        invert(&docs)
    }

    fn standings(&self, places: &[u32]) -> io::Result<Vec<u32>> {
        let mut docs: Vec<usize> = (0..self.keys.len()).collect();
        docs.sort_unstable_by_key(|&i| (self.weights.get(i), places.get(i)));
        invert(&docs)
    }

    fn write(&self, segment: &Segment) -> tantivy::Result<()> {
        let places = self.places()?;
        let standings = self.standings(&places)?;
        let mut file = segment.open_write(SegmentComponent::Custom(EXTENSION.to_owned()))?;
        file.write_all(&small(self.keys.len())?.to_le_bytes())?;
        file.write_all(&[0; 4])?;
        for key in &self.keys {
            file.write_all(&key.to_le_bytes())?;
        }
        for (prior, length) in &self.weights {
            file.write_all(&[*prior, *length, 0, 0])?;
        }
        for (from, to) in &self.years {
            file.write_all(&from.to_le_bytes())?;
            file.write_all(&to.to_le_bytes())?;
        }
        for number in standings.iter().chain(&places) {
            file.write_all(&number.to_le_bytes())?;
        }
        for end in self.text_ends.iter().chain(&self.order_ends) {
            file.write_all(&small(*end)?.to_le_bytes())?;
        }
        file.write_all(&self.texts)?;
        file.write_all(&self.orders)?;
        tantivy::directory::TerminatingWrite::terminate(file)?;
        Ok(())
    }
}

/// From the record at each place to the place of each record.
fn invert(docs: &[usize]) -> io::Result<Vec<u32>> {
    let mut places = vec![0; docs.len()];
    for (place, doc) in docs.iter().enumerate() {
        if let Some(slot) = places.get_mut(*doc) {
            *slot = small(place)?;
        }
    }
    Ok(places)
}

fn small(number: usize) -> io::Result<u32> {
    u32::try_from(number).map_err(|_| io::Error::other("a segment's text is larger than 4 GB"))
}
