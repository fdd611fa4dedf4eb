//! The plain way: rows into one table with two secondary indexes, and a 2-gram index with positions, in one pass.

use std::fs::create_dir_all;
use std::path::Path;

use rusqlite::Connection;
use tantivy::schema::{IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{NgramTokenizer, TextAnalyzer};
use tantivy::{Index, IndexWriter, TantivyDocument};

use measures::Outcome;

/// Rows of one transaction.
const BATCH: usize = 10_000;

/// Loads a catalogue into a folder.
pub(crate) fn load(file: &Path, folder: &Path) -> Outcome<()> {
    create_dir_all(folder)?;
    let mut db = Connection::open(folder.join("plain.db"))?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
         CREATE TABLE record (id INTEGER PRIMARY KEY, code TEXT, title TEXT, creator TEXT, year TEXT, open TEXT);
         CREATE INDEX record_code ON record (code); CREATE INDEX record_year ON record (year);",
    )?;
    let mut schema = Schema::builder();
    let indexing =
        TextFieldIndexing::default().set_tokenizer("pairs").set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexing) | STORED;
    let (title, creator) = (schema.add_text_field("title", text.clone()), schema.add_text_field("creator", text));
    let index = Index::create_in_dir(folder, schema.build())?;
    index.tokenizers().register("pairs", TextAnalyzer::from(NgramTokenizer::new(2, 2, false)?));
    let mut writer: IndexWriter = index.writer_with_num_threads(2, 512 << 20)?;
    let rows: Vec<csv::StringRecord> = csv::Reader::from_path(file)?.into_records().collect::<Result<_, _>>()?;
    for batch in rows.chunks(BATCH) {
        let unit = db.transaction()?;
        {
            let mut insert =
                unit.prepare_cached("INSERT INTO record (code, title, creator, year, open) VALUES (?, ?, ?, ?, ?)")?;
            for row in batch {
                let cell = |at: usize| row.get(at).unwrap_or_default();
                insert.execute([cell(0), cell(1), cell(2), cell(3), cell(5)])?;
                let mut document = TantivyDocument::new();
                document.add_text(title, cell(1));
                document.add_text(creator, cell(2));
                writer.add_document(document)?;
            }
        }
        unit.commit()?;
    }
    writer.commit()?;
    Ok(())
}
