//! The two engines side by side: ours, and the plain use of the library beneath it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use search::{Document, Layout, Part, Query, Ranking, Reader, TextField, Writer, WriterOptions};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, Occur, PhraseQuery, Query as TantivyQuery, RangeQuery, TermQuery};
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{Index, IndexWriter, Searcher, TantivyDocument, Term};

use crate::Outcome;
use crate::corpus::Row;
use crate::questions::Question;

/// Memory and threads for both.
const MEMORY: usize = 512 << 20;
const THREADS: usize = 2;

/// What a measured engine does: the exact count, the best twenty looked up.
pub trait Engine {
    /// Its name in tables.
    fn name(&self) -> &'static str;
    /// The exact count of a question's answers.
    fn ask(&self, question: &Question) -> Outcome<u64>;
    /// How many segments its index is in.
    fn segments(&self) -> usize;
}

/// The engine of this house.
#[derive(Debug)]
pub struct Ours {
    reader: Reader,
    segments: usize,
}

impl Ours {
    /// Indexes rows into a folder, keyed by their place.
    pub fn build<'r>(dir: &Path, rows: impl Iterator<Item = &'r Row>) -> Outcome<Self> {
        let mut build = Build::begin(dir)?;
        for row in rows {
            build.put(row)?;
        }
        build.end()
    }
}

/// The engine while its rows come in.
pub struct Build {
    dir: PathBuf,
    layout: Layout,
    writer: Writer,
    next: u64,
}

impl Build {
    /// Begins an index in a folder.
    pub fn begin(dir: &Path) -> Outcome<Self> {
        let field = |name: &str, weight| TextField { name: name.to_owned(), weight };
        let layout =
            Layout { texts: vec![field("title", 100), field("creator", 40)], codes: Vec::new(), facets: Vec::new() };
        let writer = Writer::open(dir, &layout, WriterOptions { memory: MEMORY, threads: THREADS })?;
        Ok(Self { dir: dir.to_owned(), layout, writer, next: 0 })
    }

    /// Takes a row.
    pub fn put(&mut self, row: &Row) -> Outcome<()> {
        self.writer.put(&Document {
            key: self.next,
            texts: vec![(0, Cow::from(row.title.as_str())), (1, Cow::from(row.creator.as_str()))],
            years: Some((row.year, row.year)),
            prior: 20,
            order: Cow::from(self.next.to_be_bytes().to_vec()),
            ..Document::default()
        })?;
        self.next += 1;
        Ok(())
    }

    /// Makes what came in searchable.
    pub fn end(mut self) -> Outcome<Ours> {
        self.writer.commit(1)?;
        self.writer.close()?;
        let reader = Reader::open(&self.dir, &self.layout, Ranking::default(), Arc::default())?;
        let segments = Index::open_in_dir(&self.dir)?.searchable_segment_ids()?.len();
        Ok(Ours { reader, segments })
    }
}

impl Engine for Ours {
    fn name(&self) -> &'static str {
        "search"
    }

    fn ask(&self, question: &Question) -> Outcome<u64> {
        let parts = question.parts.iter().map(|part| Part::literal(chinese::normalise(part))).collect();
        let hits = self.reader.search(&Query { parts, years: question.years, limit: 20, ..Query::default() })?;
        Ok(hits.total)
    }

    fn segments(&self) -> usize {
        self.segments
    }
}

/// Plain tantivy: its own two-character tokens with positions, phrase queries, BM25.
pub struct Plain {
    searcher: Searcher,
    text: Field,
    year: Field,
}

impl Plain {
    /// Indexes rows into a folder.
    pub fn build(dir: &Path, rows: &[Row]) -> Outcome<Self> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("pairs")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing).set_stored());
        let year = schema.add_i64_field("year", INDEXED | FAST | STORED);
        let index = Index::create_in_dir(dir, schema.build())?;
        index.tokenizers().register("pairs", Pairs);
        let mut writer: IndexWriter = index.writer_with_num_threads(THREADS, MEMORY)?;
        for row in rows {
            let mut document = TantivyDocument::new();
            document.add_text(text, &row.title);
            document.add_text(text, &row.creator);
            document.add_i64(year, i64::from(row.year));
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        Ok(Self { searcher: index.reader()?.searcher(), text, year })
    }
}

impl Engine for Plain {
    fn name(&self) -> &'static str {
        "tantivy 2-gram + phrase"
    }

    fn ask(&self, question: &Question) -> Outcome<u64> {
        let mut clauses: Vec<(Occur, Box<dyn TantivyQuery>)> = Vec::new();
        for part in &question.parts {
            let terms: Vec<Term> = pairs(part).map(|pair| Term::from_field_text(self.text, pair)).collect();
            let query: Box<dyn TantivyQuery> = match terms.as_slice() {
                [term] => Box::new(TermQuery::new(term.clone(), IndexRecordOption::WithFreqs)),
                _ => Box::new(PhraseQuery::new(terms)),
            };
            clauses.push((Occur::Must, query));
        }
        if let Some((from, to)) = question.years {
            let bound = |year: i16| std::ops::Bound::Included(Term::from_field_i64(self.year, i64::from(year)));
            clauses.push((Occur::Must, Box::new(RangeQuery::new(bound(from), bound(to)))));
        }
        let (total, best) =
            self.searcher.search(&BooleanQuery::new(clauses), &(Count, TopDocs::with_limit(20).order_by_score()))?;
        std::hint::black_box(best);
        Ok(u64::try_from(total)?)
    }

    fn segments(&self) -> usize {
        self.searcher.segment_readers().len()
    }
}

fn pairs(text: &str) -> impl Iterator<Item = &str> {
    let second = text.char_indices().skip(1);
    let ends = text.char_indices().skip(2).map(|(at, _)| at).chain([text.len()]);
    text.char_indices().zip(second.zip(ends)).filter_map(|((from, _), (_, to))| text.get(from..to))
}

#[derive(Clone)]
struct Pairs;

struct PairStream {
    tokens: Vec<String>,
    token: Token,
}

impl Tokenizer for Pairs {
    type TokenStream<'t> = PairStream;

    fn token_stream<'t>(&'t mut self, text: &'t str) -> PairStream {
        let mut tokens: Vec<String> = pairs(text).map(ToOwned::to_owned).collect();
        tokens.reverse();
        PairStream { tokens, token: Token::default() }
    }
}

impl TokenStream for PairStream {
    fn advance(&mut self) -> bool {
        let Some(text) = self.tokens.pop() else { return false };
        self.token.position = self.token.position.wrapping_add(1);
        self.token.text = text;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
