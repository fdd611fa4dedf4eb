//! Some descriptions in an index of their own, asked without a database. For the fuzzers.

use std::path::Path;
use std::sync::Arc;

use kernel::Error;
use search::{Hits, Query, Ranking, Reader, Relax, Writer, WriterOptions};

use super::query::{Narrowing, Search};
use super::{Asked, understand};
use crate::index::{Beside, CREATOR, DECADE, FONDS, document, layout};
use crate::{Description, PublicId, Record};

/// What an index holds, and the way to it.
#[derive(Debug)]
pub struct Holdings {
    records: Vec<Record>,
    reader: Reader,
}

/// What was found of a question.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    /// How many things were understood of it.
    pub understood: usize,
    /// Whether it holds a number that belongs to a person, which is not searched.
    pub is_personal: bool,
    /// How many records were found.
    pub total: u64,
    /// Whether they were found literally.
    pub literal: bool,
}

impl Holdings {
    /// Puts descriptions into an index in an empty folder.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn new(folder: &Path, descriptions: Vec<Description>) -> kernel::Result<Self> {
        let id = PublicId::parse("aaaaaaaaaaaaaaaa").ok_or_else(|| Error::internal("no id"))?;
        let records: Vec<Record> = (1..)
            .zip(descriptions)
            .map(|(number, description)| Record {
                number,
                public_id: id.clone(),
                institution: "435999".to_owned(),
                fonds_number: 1,
                holder_key: description.fonds_key.clone(),
                description,
            })
            .collect();
        let options = WriterOptions { memory: 15_000_000, threads: 1 };
        let mut writer = Writer::open(folder, &layout(), options).map_err(Error::internal)?;
        for record in &records {
            writer.put(&document(record, Beside::default())).map_err(Error::internal)?;
        }
        writer.commit(1).map_err(Error::internal)?;
        let reader = Reader::open(folder, &layout(), Ranking::default(), Arc::default()).map_err(Error::internal)?;
        Ok(Self { records, reader })
    }

    /// Asks as the page of results does.
    ///
    /// # Errors
    /// If the index fails.
    pub fn ask(&self, asked: &Asked) -> kernel::Result<Found> {
        let reading = understand::read_all(asked);
        let (mut total, mut literal) = (0, false);
        if !reading.is_personal {
            let narrowing = Narrowing::new(asked, None);
            let facets = [FONDS, DECADE, CREATOR];
            let search =
                Search { reader: &self.reader, reading: &reading, asked, narrowing: &narrowing, facets: &facets };
            let (hits, how) = search.run()?;
            search.of_years(&hits, how)?;
            (total, literal) = (hits.total, how);
        }
        Ok(Found { understood: reading.understood.len(), is_personal: reading.is_personal, total, literal })
    }

    /// The keys of what holds all of what was typed: by the index, and by looking through every text.
    ///
    /// # Errors
    /// If the index fails.
    pub fn literally(&self, typed: &str) -> kernel::Result<(Vec<u64>, Vec<u64>)> {
        let query = Query { relax: Relax::No, limit: search::MAX_LIMIT, ..Query::typed(typed) };
        let hits: Hits = self.reader.search(&query).map_err(Error::internal)?;
        let mut found: Vec<u64> = hits.items.iter().map(|hit| hit.key).collect();
        found.sort_unstable();
        let holds = |record: &Record| {
            let document = document(record, Beside::default());
            let texts: Vec<String> = document.texts.iter().map(|(_, text)| chinese::normalise(text)).collect();
            query.parts.iter().all(|part| texts.iter().any(|text| text.contains(&part.text)))
        };
        let held = self
            .records
            .iter()
            .filter(|record| holds(record))
            .map(|record| document(record, Beside::default()).key)
            .collect();
        Ok((found, held))
    }
}
