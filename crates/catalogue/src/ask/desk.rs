//! The desk that answers questions: one for everybody, which holds the open index only, and one for staff.

use std::collections::HashMap;
use std::sync::Arc;

use kernel::{Db, Error};
use search::{Class, Code, Filter, Hits, Part, Query, Reader, Relax, Relaxed, Sort};

use super::finding_aid::Orders;
use super::names::{Names, Register};
use super::understand::{self, Reading};
use super::{Answer, Asked, Facet, FacetValue, Item, MAX_SIZE, OfYears, Suggestion};
use crate::access::in_public_index;
use crate::index::{CREATOR, DECADE, DOCTYPE, FACETS, FONDS, OpenIndex, StaffIndex};
use crate::store::record;
use crate::subject::Directories;
use crate::{Record, reference_code};

/// The catalogue as everybody may ask it; cheap to clone. It has no way to what is not open.
#[derive(Clone, Debug)]
pub struct Catalogue {
    pub(crate) db: Db,
    pub(crate) institution: String,
    index: OpenIndex,
    names: Arc<Names>,
    pub(crate) directories: Arc<Directories>,
    pub(super) orders: Arc<Orders>,
}

/// The catalogue as staff ask it.
#[derive(Clone, Debug)]
pub struct StaffCatalogue {
    db: Db,
    index: StaffIndex,
}

impl Catalogue {
    /// The catalogue of an institution (档案馆代码) over its open index.
    pub fn new(db: Db, institution: impl Into<String>, index: OpenIndex) -> Self {
        Self {
            db,
            institution: institution.into(),
            index,
            names: Arc::default(),
            directories: Arc::default(),
            orders: Arc::default(),
        }
    }

    /// How many records everybody may see.
    pub fn size(&self) -> u64 {
        self.index.reader().records()
    }

    /// How far what everybody may see follows the change log.
    pub(crate) fn watermark(&self) -> u64 {
        self.reader().watermark()
    }

    pub(super) fn reader(&self) -> Arc<Reader> {
        self.index.reader()
    }

    pub(super) async fn register(&self, reader: &Reader) -> kernel::Result<Arc<Register>> {
        self.names.register(&self.db, &self.institution, reader).await
    }

    /// Answers a question.
    ///
    /// # Errors
    /// If the database or the index fails.
    pub async fn ask(&self, asked: &Asked) -> kernel::Result<Answer> {
        let reading = understand::read(&asked.text);
        if reading.is_personal {
            return Ok(Answer { understood: reading.understood, ..Answer::default() });
        }
        let reader = self.index.reader();
        let (hits, literal) = search(&reader, &reading, asked)?;
        let register = self.register(&reader).await?;
        let records = load(&self.db, &hits).await?;
        // The index follows the database within a moment; in that moment the record itself decides.
        let items = records.iter().filter(|record| in_public_index(&record.description.statuses));
        Ok(Answer {
            total: hits.total,
            items: items.map(|record| item(record, &hits.parts, &register)).collect(),
            relaxed: relaxation(&reading, &hits, literal),
            partial: match &hits.relaxed {
                None | Some(Relaxed::Signs) => false,
                Some(Relaxed::Words(given_up)) => given_up.partly || !given_up.words.is_empty(),
                Some(Relaxed::OneCharacter | Relaxed::Similar) => true,
            },
            of_years: of_years(&reader, (&reading, asked), (&hits, literal))?,
            facets: facets(&hits, &register),
            understood: reading.understood,
        })
    }

    /// What to propose for the beginning of a question, at most ten.
    ///
    /// # Errors
    /// If the database or the index fails.
    pub async fn suggest(&self, typed: &str) -> kernel::Result<Vec<Suggestion>> {
        let reading = understand::read(typed);
        if reading.is_personal {
            return Ok(Vec::new());
        }
        let codes: Vec<Code> = reading.codes.into_iter().map(|code| Code { prefix: true, ..code }).collect();
        let by_code = !codes.is_empty();
        let hits = self.index.reader().suggest(typed, codes, 10).map_err(Error::internal)?;
        let classes: HashMap<u64, Class> = hits.iter().map(|hit| (hit.key, hit.class)).collect();
        let hits = Hits { items: hits, ..Hits::default() };
        let mut proposed: Vec<Suggestion> = Vec::new();
        for record in load(&self.db, &hits).await?.iter().filter(|one| in_public_index(&one.description.statuses)) {
            let key = u64::try_from(record.number).unwrap_or_default();
            let of_code = by_code && classes.get(&key).is_some_and(|class| *class <= Class::CodePrefix);
            let suggestion = proposal(
                record,
                of_code && reading.understood.iter().any(|one| one.kind == understand::UnderstoodKind::DocumentNumber),
                of_code,
            );
            if !proposed.iter().any(|known| known.text == suggestion.text) {
                proposed.push(suggestion);
            }
        }
        Ok(proposed)
    }
}

impl StaffCatalogue {
    /// The catalogue over the staff's index.
    pub fn new(db: Db, index: StaffIndex) -> Self {
        Self { db, index }
    }

    /// How many records there are.
    pub fn size(&self) -> u64 {
        self.index.reader().records()
    }

    /// The records that answer a question, best first, and how many there are in all.
    ///
    /// # Errors
    /// If the database or the index fails.
    pub async fn ask(&self, asked: &Asked) -> kernel::Result<(u64, Vec<Record>)> {
        let reading = understand::read(&asked.text);
        let (hits, _) = search(&self.index.reader(), &reading, asked)?;
        Ok((hits.total, load(&self.db, &hits).await?))
    }
}

fn proposal(record: &Record, by_document_number: bool, by_code: bool) -> Suggestion {
    let said = &record.description;
    match (&said.document_number, by_document_number, by_code) {
        (Some(number), true, _) => Suggestion { text: number.clone(), kind: "document-number" },
        (_, false, true) => Suggestion { text: said.code.written().to_owned(), kind: "reference-code" },
        _ => Suggestion { text: said.title.clone(), kind: "title" },
    }
}

/// Searches literally; then with the years cut out of the words they are glued to; then for what comes nearest, first
/// with a wrong character in the words as they were typed. Whether it was found literally.
fn search(reader: &Reader, reading: &Reading, asked: &Asked) -> kernel::Result<(Hits, bool)> {
    let run = |parts: &[Part], relax: Relax| -> kernel::Result<Hits> {
        reader.search(&query(reading, asked, parts, relax)).map_err(Error::internal)
    };
    let literal = run(&reading.parts, Relax::No)?;
    if literal.total > 0 || reading.parts.is_empty() {
        return Ok((literal, true));
    }
    if reading.apart != reading.parts {
        for (parts, relax) in [(&reading.apart, Relax::No), (&reading.parts, Relax::OneCharacter)] {
            let hits = run(parts, relax)?;
            if hits.total > 0 {
                return Ok((hits, false));
            }
        }
    }
    Ok((run(&reading.apart, Relax::Fully)?, false))
}

/// The years that were understood as a filter, where it would show something else than what was found: records that do
/// not write the year, or only those that are of it. Where nothing was found, whatever is of those years.
fn of_years(
    reader: &Reader,
    (reading, asked): (&Reading, &Asked),
    (hits, literal): (&Hits, bool),
) -> kernel::Result<Option<OfYears>> {
    let Some((from, to)) = reading.years else { return Ok(None) };
    if asked.filters.year_from.is_some() || asked.filters.year_to.is_some() {
        return Ok(None);
    }
    let parts = match (hits.total, literal) {
        (0, _) => &[][..],
        (_, true) => &reading.apart,
        (_, false) => &hits.parts,
    };
    let parts: Vec<Part> = parts.iter().filter(|part| part.or_years.is_none()).cloned().collect();
    let narrowed =
        Query { years: Some((from, to)), limit: 0, codes: Vec::new(), ..query(reading, asked, &parts, Relax::No) };
    let count = reader.search(&Query { facets: Vec::new(), ..narrowed }).map_err(Error::internal)?.total;
    let text = parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ");
    Ok((count > 0 && count != hits.total).then_some(OfYears { from, to, text, count }))
}

fn query(reading: &Reading, asked: &Asked, parts: &[Part], relax: Relax) -> Query {
    let filters = &asked.filters;
    let filter = |facet: usize, value: Option<String>| value.map(|value| Filter { facet, values: vec![value] });
    let fonds = filters.fonds.as_deref().map(reference_code::key);
    let narrowed =
        [filter(FONDS, fonds), filter(CREATOR, filters.creator.clone()), filter(DOCTYPE, filters.doctype.clone())];
    let years = (filters.year_from.is_some() || filters.year_to.is_some())
        .then(|| (filters.year_from.unwrap_or(i16::MIN), filters.year_to.unwrap_or(i16::MAX)));
    let size = usize::try_from(asked.size.clamp(1, MAX_SIZE)).unwrap_or(1);
    let page = usize::try_from(asked.page.max(1) - 1).unwrap_or(usize::MAX);
    let lists_all = parts.is_empty() && reading.codes.is_empty();
    Query {
        parts: parts.to_vec(),
        codes: reading.codes.clone(),
        years,
        prefer: reading.years,
        filters: narrowed.into_iter().flatten().collect(),
        sort: if lists_all { Sort::Order } else { Sort::Relevance },
        offset: page.saturating_mul(size),
        limit: size,
        facets: vec![FONDS, DECADE, CREATOR, DOCTYPE],
        relax,
    }
}

/// The records of the hits, in their order.
async fn load(db: &Db, hits: &Hits) -> kernel::Result<Vec<Record>> {
    let numbers: Vec<i64> = hits.items.iter().filter_map(|hit| i64::try_from(hit.key).ok()).collect();
    Ok(record::of_numbers(&mut db.read().await?, &numbers).await?)
}

fn item(record: &Record, parts: &[Part], register: &Register) -> Item {
    let said = &record.description;
    let fonds = register.get(&said.fonds_key);
    Item {
        id: record.public_id.clone(),
        reference_code: said.code.written().to_owned(),
        title: said.title.clone(),
        level: said.level,
        title_hits: search::highlight(&said.title, parts),
        document_number: said.document_number.clone(),
        date: said.date.begin().map(|date| date.to_string()),
        dates: said.date.label(),
        creator: said.creator.clone(),
        fonds: fonds.map_or_else(|| said.fonds_key.clone(), |fonds| fonds.code.clone()),
        fonds_title: fonds.map_or_else(String::new, |fonds| fonds.label().to_owned()),
        url: format!("/records/{}", record.public_id),
    }
}

fn facets(hits: &Hits, register: &Register) -> Vec<Facet> {
    hits.facets
        .iter()
        .filter_map(|counts| {
            let name = FACETS.get(counts.facet)?;
            let values = counts.values.iter().map(|(value, count)| match counts.facet {
                FONDS => {
                    let fonds = register.get(value);
                    let code = fonds.map_or_else(|| value.clone(), |fonds| fonds.code.clone());
                    let label = fonds.map_or_else(|| value.clone(), |fonds| fonds.label().to_owned());
                    FacetValue { value: code, label, count: *count }
                }
                DECADE => FacetValue { value: value.clone(), label: format!("{value}年代"), count: *count },
                _ => FacetValue { value: value.clone(), label: value.clone(), count: *count },
            });
            Some(Facet { name: (*name).to_owned(), values: values.collect() })
        })
        .collect()
}

/// What was given up, as a sentence.
fn relaxation(reading: &Reading, hits: &Hits, literal: bool) -> Option<String> {
    if literal || hits.total == 0 {
        return None;
    }
    let written = |kind| reading.understood.iter().find(|one| one.kind == kind).map(|one| one.text.as_str());
    let years = written(understand::UnderstoodKind::Years).unwrap_or_default();
    match &hits.relaxed {
        None if hits.parts.iter().all(|part| part.or_years.is_some()) => {
            Some(format!("题名里没有“{years}”，下面是这一时期形成的档案"))
        }
        None => Some("没有完全相同的内容，已把年份和其他词分开检索".to_owned()),
        Some(Relaxed::Signs) => Some("没有完全相同的内容，已略去标点检索".to_owned()),
        Some(Relaxed::OneCharacter) => Some("没有完全相同的记录，下面相差一个字".to_owned()),
        Some(Relaxed::Words(given_up)) => {
            let mut said = vec![if given_up.words.is_empty() && !given_up.partly {
                "没有完全相同的内容".to_owned()
            } else {
                "没有同时包含全部词的档案".to_owned()
            }];
            if !given_up.words.is_empty() {
                let words: Vec<String> = given_up.words.iter().map(|word| format!("“{word}”")).collect();
                said.push(format!("已略去{}", words.join("")));
            }
            if given_up.partly {
                said.push("下面的包含其中大部分".to_owned());
            }
            if given_up.years {
                said.push(format!("“{years}”没有，下面是其他年份的"));
            }
            if said.len() == 1 {
                said.push("已按其中的词检索".to_owned());
            }
            Some(said.join("，"))
        }
        Some(Relaxed::Similar) => Some("没有完全相同的内容，下面是相近的结果".to_owned()),
    }
}
