//! The desk that answers everybody's questions. It holds the open index only.

use std::collections::HashMap;
use std::sync::Arc;

use chinese::words::Words;
use kernel::{Db, Error};
use search::{Class, Code, Filter, Hits, Part, Reader};

use super::answer::Marks;
use super::finding_aid::Orders;
use super::names::{Names, Register};
use super::query::{Narrowing, Search};
use super::{Answer, Asked, Facet, Place, Suggestion, answer, understand};
use crate::authority::{KnownNames, KnownPlaces};
use crate::gap::Unanswered;
use crate::index::{CATEGORY, CREATOR, DECADE, DIGITISED, DOCTYPE, FACETS, FONDS, HOLDER, OpenIndex, SUBJECT};
use crate::store::listed::{self, Listed};
use crate::store::place;
use crate::subject::Directories;
use crate::{Level, PublicId, ShownHeading};

/// What results are counted by for everybody.
const PUBLIC_FACETS: [usize; 7] = [FONDS, DECADE, CREATOR, DOCTYPE, CATEGORY, DIGITISED, SUBJECT];

/// The name of the facet whose values are ids of headings.
const SUBJECTS: &str = FACETS[SUBJECT];

/// The catalogue as everybody may ask it; cheap to clone. It has no way to what is not open.
#[derive(Clone, Debug)]
pub struct Catalogue {
    pub(crate) db: Db,
    pub(crate) institution: String,
    index: OpenIndex,
    names: Arc<Names>,
    pub(crate) directories: Arc<Directories>,
    pub(super) orders: Arc<Orders>,
    places: Arc<KnownPlaces>,
    pub(super) known: Arc<KnownNames>,
    pub(crate) unanswered: Arc<Unanswered>,
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
            places: Arc::default(),
            known: Arc::default(),
            unanswered: Arc::default(),
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

    /// The dictionary that the results are ordered by.
    pub fn words(&self) -> Arc<Words> {
        self.index.words()
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
        self.answer(asked, &PUBLIC_FACETS).await
    }

    /// Learns the other names of places that were written into authority records since the last time.
    ///
    /// # Errors
    /// If the database fails; what was known stays known.
    pub async fn refresh_places(&self) -> kernel::Result<()> {
        self.places.refresh(&self.db, &self.institution).await
    }

    /// Answers a question without counting facets, for places that show none.
    ///
    /// # Errors
    /// As [`Catalogue::ask`].
    pub async fn find(&self, asked: &Asked) -> kernel::Result<Answer> {
        self.answer(asked, &[]).await
    }

    async fn answer(&self, asked: &Asked, facets: &[usize]) -> kernel::Result<Answer> {
        let mut reading = understand::read_all(asked);
        if reading.is_personal {
            return Ok(Answer { understood: reading.understood, ..Answer::default() });
        }
        understand::know_places(&asked.text, &mut reading, &self.places.names());
        understand::know_abbreviations(&asked.text, &mut reading);
        let (within, filter) = self.within(asked.filters.within.as_ref()).await?;
        let (subject, under) = self.under(asked.filters.subject.as_ref()).await?;
        let narrowing = Narrowing::new(asked, filter.into_iter().chain(under));
        let reader = self.index.reader();
        let search = Search { reader: &reader, reading: &reading, asked, narrowing: &narrowing, facets };
        let (mut hits, literal) = search.run()?;
        let volumes = if asked.by_volume { Some(self.fold(&mut hits, asked).await?) } else { None };
        let register = self.register(&reader).await?;
        // The index follows the database within a moment; in that moment the record itself decides.
        let listed = self.listed(&hits).await?;
        let shown: Vec<Part> = hits.parts.iter().chain(&narrowing.parts).cloned().collect();
        let marks = Marks::new(&shown);
        Ok(Answer {
            total: hits.total,
            items: listed.into_iter().map(|one| answer::item(one, &marks, &register)).collect(),
            relaxed: answer::relaxation(asked, &reading, &hits, literal),
            partial: answer::is_partial(&hits),
            lacks_words: answer::lacks_words(&hits),
            of_years: search.of_years(&hits, literal)?,
            facets: self.with_headings(answer::facets(&hits, &register)).await?,
            understood: reading.understood,
            within,
            subject,
            volumes,
        })
    }

    /// Those of the hits that everybody may see, in their order.
    async fn listed(&self, hits: &Hits) -> kernel::Result<Vec<Listed>> {
        Ok(listed::open(&mut self.db.glance().await?, &numbers(hits)).await?)
    }

    /// What stands at any depth below a place, and the place; a place that is not there or may not be seen holds
    /// nothing.
    async fn within(&self, id: Option<&PublicId>) -> kernel::Result<(Option<Place>, Option<Filter>)> {
        let Some(id) = id else { return Ok((None, None)) };
        let Some((place, key)) = self.place(id).await? else {
            return Ok((None, Some(Filter { facet: HOLDER, values: Vec::new() })));
        };
        let filter = if place.level == Level::Fonds {
            Filter { facet: FONDS, values: vec![key] }
        } else {
            let values = place::holders_below(&mut self.db.read().await?, &key).await?;
            Filter { facet: HOLDER, values }
        };
        Ok((Some(place), Some(filter)))
    }

    /// What stands under a heading or below it, and the heading; one that is not there or holds nothing open holds
    /// nothing.
    async fn under(&self, id: Option<&PublicId>) -> kernel::Result<(Option<ShownHeading>, Option<Filter>)> {
        let Some(id) = id else { return Ok((None, None)) };
        let (heading, below) = self.heading(id).await?.unzip();
        let values = below.unwrap_or_default().iter().map(|id| id.as_str().to_owned()).collect();
        Ok((heading, Some(Filter { facet: SUBJECT, values })))
    }

    /// The facets with the names of headings in place of their ids.
    async fn with_headings(&self, mut facets: Vec<Facet>) -> kernel::Result<Vec<Facet>> {
        for facet in facets.iter_mut().filter(|facet| facet.name == SUBJECTS && !facet.values.is_empty()) {
            let names = self.headings().await?;
            facet.values.retain_mut(|one| {
                let name = names.get(&one.value);
                if let Some(name) = name {
                    one.label.clone_from(name);
                }
                name.is_some()
            });
        }
        Ok(facets)
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
        for listed in self.listed(&hits).await? {
            let key = u64::try_from(listed.number).unwrap_or_default();
            let of_code = by_code && classes.get(&key).is_some_and(|class| *class <= Class::CodePrefix);
            let suggestion = proposal(
                listed,
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

fn proposal(listed: Listed, by_document_number: bool, by_code: bool) -> Suggestion {
    match (listed.document_number, by_document_number, by_code) {
        (Some(number), true, _) => Suggestion { text: number, kind: "document-number" },
        (_, false, true) => Suggestion { text: listed.code, kind: "reference-code" },
        _ => Suggestion { text: listed.title, kind: "title" },
    }
}

/// The numbers of the records that were hit, in their order.
pub(super) fn numbers(hits: &Hits) -> Vec<i64> {
    hits.items.iter().filter_map(|hit| i64::try_from(hit.key).ok()).collect()
}
