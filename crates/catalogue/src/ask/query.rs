//! From a question that was understood to what is asked of an index.

use kernel::Error;
use search::{Code, Filter, Hits, MAX_PARTS, Part, Query, Reader, Relax, Sort};

use super::understand::Reading;
use super::{Asked, MAX_SIZE, OfYears, Order};
use crate::index::{CATEGORY, CREATOR, DIGITISED, DOCTYPE, FONDS, IS_DIGITISED, LIVELIHOOD, OPENNESS, RETENTION};
use crate::reference_code;

/// What takes records away, beside what was typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Narrowing {
    pub(super) filters: Vec<Filter>,
    pub(super) parts: Vec<Part>,
    pub(super) under: Vec<Code>,
    pub(super) without: Vec<Part>,
}

impl Narrowing {
    /// What a question asks for; where it is asked only below a place or a heading, `within` says what is held there.
    pub(super) fn new(asked: &Asked, within: impl IntoIterator<Item = Filter>) -> Self {
        let filters = &asked.filters;
        let filter = |facet: usize, value: Option<String>| value.map(|value| Filter { facet, values: vec![value] });
        let narrowed = [
            filter(FONDS, filters.fonds.as_deref().map(reference_code::key)),
            filter(CREATOR, filters.creator.clone()),
            filter(DOCTYPE, filters.doctype.clone()),
            filter(CATEGORY, filters.category.as_deref().map(str::to_uppercase)),
            filter(RETENTION, filters.retention.clone()),
            filter(OPENNESS, filters.openness.map(|openness| openness.name().to_owned())),
            filter(LIVELIHOOD, filters.livelihood.map(|livelihood| livelihood.name().to_owned())),
            filter(DIGITISED, filters.digitised.then(|| IS_DIGITISED.to_owned())),
        ];
        let mut narrowing = Self { filters: narrowed.into_iter().flatten().chain(within).collect(), ..Self::default() };
        asked.fields.narrow(&mut narrowing);
        narrowing
    }

    fn asks_for_words(&self) -> bool {
        !(self.parts.is_empty() && self.under.is_empty())
    }
}

/// A question being searched for.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) reader: &'a Reader,
    pub(super) reading: &'a Reading,
    pub(super) asked: &'a Asked,
    pub(super) narrowing: &'a Narrowing,
    /// The facets to count.
    pub(super) facets: &'a [usize],
}

impl Search<'_> {
    /// Searches literally; then with the years cut out of the words they are glued to; then for what comes nearest, first
    /// with a wrong character in the words as they were typed. Whether it was found literally. What is asked of single
    /// fields is meant as it is.
    pub(super) fn run(&self) -> kernel::Result<(Hits, bool)> {
        let reading = self.reading;
        if let Some(hits) = self.by_code()? {
            return Ok((hits, true));
        }
        let literal = self.one(&reading.parts, Relax::No)?;
        if literal.total > 0 || reading.parts.is_empty() {
            return Ok((literal, true));
        }
        if reading.apart != reading.parts {
            let hits = self.one(&reading.apart, Relax::No)?;
            if hits.total > 0 {
                return Ok((hits, false));
            }
        }
        if !self.narrowing.parts.is_empty() {
            return Ok((literal, true));
        }
        if reading.apart != reading.parts {
            let hits = self.one(&reading.parts, Relax::OneCharacter)?;
            if hits.total > 0 {
                return Ok((hits, false));
            }
        }
        Ok((self.one(&reading.apart, Relax::Fully)?, false))
    }

    /// What has the code that was typed and answers what is asked of single fields besides.
    fn by_code(&self) -> kernel::Result<Option<Hits>> {
        if self.narrowing.parts.is_empty() || self.reading.codes.is_empty() {
            return Ok(None);
        }
        let mut query = self.query(&[], Relax::No);
        query.under.extend(self.reading.codes.iter().cloned());
        let hits = self.found(&query)?;
        Ok((hits.total > 0).then_some(hits))
    }

    fn one(&self, parts: &[Part], relax: Relax) -> kernel::Result<Hits> {
        self.found(&self.query(parts, relax))
    }

    /// What is found, with the parts of what was typed alone.
    fn found(&self, query: &Query) -> kernel::Result<Hits> {
        let mut hits = self.reader.search(query).map_err(Error::internal)?;
        hits.parts.retain(|part| !self.narrowing.parts.contains(part));
        Ok(hits)
    }

    /// The years that were understood as a filter, where it would show something else than what was found: records that
    /// do not write the year, or only those that are of it. Where nothing was found, whatever is of those years.
    pub(super) fn of_years(&self, hits: &Hits, literal: bool) -> kernel::Result<Option<OfYears>> {
        let Some((from, to)) = self.reading.years else { return Ok(None) };
        if self.asked.filters.year_from.is_some() || self.asked.filters.year_to.is_some() {
            return Ok(None);
        }
        let parts = match (hits.total, literal) {
            (0, _) => &[][..],
            (_, true) => &self.reading.apart,
            (_, false) => &hits.parts,
        };
        let parts: Vec<Part> = parts.iter().filter(|part| part.or_years.is_none()).cloned().collect();
        // The serial number of a 文号 without its year stands between signs that nobody typed.
        if parts.iter().any(|part| part.text.starts_with(')')) {
            return Ok(None);
        }
        let query = Query {
            years: Some((from, to)),
            limit: 0,
            codes: Vec::new(),
            facets: Vec::new(),
            ..self.query(&parts, Relax::No)
        };
        let count = self.reader.search(&query).map_err(Error::internal)?.total;
        let text = parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ");
        Ok((count > 0 && count != hits.total).then_some(OfYears { from, to, text, count }))
    }

    /// What is asked of the index for these parts as they are.
    pub(super) fn literal(&self, parts: &[Part]) -> Query {
        self.query(parts, Relax::No)
    }

    fn query(&self, parts: &[Part], relax: Relax) -> Query {
        let Self { reading, asked, narrowing, .. } = self;
        let filters = &asked.filters;
        let years = (filters.year_from.is_some() || filters.year_to.is_some())
            .then(|| (filters.year_from.unwrap_or(i16::MIN), filters.year_to.unwrap_or(i16::MAX)));
        let (offset, limit) = window(asked);
        let lists_all = parts.is_empty() && reading.codes.is_empty() && !narrowing.asks_for_words();
        let sort = match asked.order {
            Order::Relevance if lists_all => Sort::Order,
            Order::Relevance => Sort::Relevance,
            Order::Oldest => Sort::YearUp,
            Order::Newest => Sort::YearDown,
            Order::ReferenceCode => Sort::Order,
        };
        // Of too many words those that were typed into the box are left out first.
        let of_fields = narrowing.parts.iter().take(MAX_PARTS / 2);
        let typed = parts.iter().take(MAX_PARTS - of_fields.len());
        // Codes are found whatever the parts say, which is not what was meant where fields were asked for as well.
        let codes = if narrowing.parts.is_empty() { reading.codes.clone() } else { Vec::new() };
        Query {
            parts: typed.chain(of_fields).cloned().collect(),
            codes,
            under: narrowing.under.clone(),
            without: narrowing.without.clone(),
            years,
            prefer: reading.years,
            raise: reading.raise.clone(),
            filters: narrowing.filters.clone(),
            sort,
            offset,
            limit,
            facets: self.facets.to_vec(),
            relax,
        }
    }
}

/// Which results are taken from the index: those of the page, or all that are folded by volume.
fn window(asked: &Asked) -> (usize, usize) {
    if asked.by_volume {
        return (0, super::MAX_FOLDED);
    }
    let (page, size) = page(asked);
    (page.saturating_mul(size), size)
}

/// The page from 0 and its size.
pub(super) fn page(asked: &Asked) -> (usize, usize) {
    let size = usize::try_from(asked.size.clamp(1, MAX_SIZE)).unwrap_or(1);
    (usize::try_from(asked.page.max(1) - 1).unwrap_or(usize::MAX), size)
}
