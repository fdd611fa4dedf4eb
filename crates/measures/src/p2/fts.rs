//! SQLite's own index of trigrams; parts of one or two characters, which have none, are looked for with LIKE.

use std::path::Path;

use measures::Outcome;
use measures::corpus::Row;
use measures::questions::Question;
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::Engine;

/// A database with the index.
pub(crate) struct Trigrams {
    db: Connection,
}

impl Trigrams {
    /// Loads the rows.
    pub(crate) fn build(folder: &Path, rows: &[Row]) -> Outcome<Self> {
        let mut db = Connection::open(folder.join("fts.db"))?;
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;
             CREATE TABLE record (id INTEGER PRIMARY KEY, title TEXT, creator TEXT, year INTEGER);
             CREATE VIRTUAL TABLE text USING fts5 (title, creator, content = 'record', content_rowid = 'id',
                                                   tokenize = 'trigram');",
        )?;
        let unit = db.transaction()?;
        {
            let mut insert = unit.prepare("INSERT INTO record (id, title, creator, year) VALUES (?, ?, ?, ?)")?;
            for (id, row) in (1_i64..).zip(rows) {
                insert.execute(params![id, row.title, row.creator, row.year])?;
            }
        }
        unit.commit()?;
        db.execute_batch(
            "INSERT INTO text (text) VALUES ('rebuild'); INSERT INTO text (text) VALUES ('optimize');
             CREATE INDEX record_year ON record (year); ANALYZE;",
        )?;
        Ok(Self { db })
    }
}

impl Engine for Trigrams {
    fn ask(&mut self, question: &Question) -> Outcome<u64> {
        let (long, short): (Vec<&String>, Vec<&String>) =
            question.parts.iter().partition(|part| part.chars().count() >= 3);
        let (mut conditions, mut values) = (Vec::new(), Vec::<Value>::new());
        let from = if long.is_empty() {
            "record r"
        } else {
            conditions.push("text MATCH ?");
            let phrases: Vec<String> = long.iter().map(|part| format!("\"{part}\"")).collect();
            values.push(phrases.join(" AND ").into());
            "text JOIN record r ON r.id = text.rowid"
        };
        for part in short {
            conditions.push("(r.title LIKE ? OR r.creator LIKE ?)");
            values.extend([Value::from(format!("%{part}%")), Value::from(format!("%{part}%"))]);
        }
        if let Some((first, last)) = question.years {
            conditions.push("r.year BETWEEN ? AND ?");
            values.extend([Value::from(i64::from(first)), Value::from(i64::from(last))]);
        }
        let order = if long.is_empty() { "r.id" } else { "rank" };
        let text = format!(
            "SELECT count(*) OVER (), r.id, r.title, r.creator, r.year FROM {from} WHERE {} ORDER BY {order} LIMIT 20",
            conditions.join(" AND ")
        );
        let mut statement = self.db.prepare_cached(&text)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut total = 0;
        while let Some(row) = rows.next()? {
            total = row.get(0)?;
            std::hint::black_box(row.get::<_, String>(2)?);
        }
        Ok(u64::try_from(total)?)
    }
}
