//! Asking the catalogue: what was asked, what was understood, what was found.

mod desk;
mod finding_aid;
mod harvest;
mod names;
mod naming;
mod opened;
mod place;
mod understand;

#[cfg(test)]
mod tests;

pub use desk::{Catalogue, StaffCatalogue};
pub use finding_aid::Entry;
pub(crate) use finding_aid::FINDING_AID_PAGE;
pub use harvest::{Harvest, Harvested, Said};
pub use opened::Opening;
pub use place::{Child, Place, Shown};
pub(crate) use place::{child, elements};
pub use understand::{Understood, UnderstoodKind};

use std::ops::Range;

use crate::{Level, PublicId};

/// The most results of a page.
pub const MAX_SIZE: u32 = 100;

/// A question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// What was typed; every sign in it is literal. Empty lists everything in archival order.
    pub text: String,
    /// Which page, from 1.
    pub page: u32,
    /// Results of a page, 1 to [`MAX_SIZE`].
    pub size: u32,
    /// What the results are narrowed to.
    pub filters: Filters,
}

impl Asked {
    /// A question typed into the box, first page, no filter.
    pub fn typed(text: &str, size: u32) -> Self {
        Self { text: text.to_owned(), page: 1, size, filters: Filters::default() }
    }
}

/// What results are narrowed to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filters {
    /// 全宗号
    pub fonds: Option<String>,
    /// First year, included.
    pub year_from: Option<i16>,
    /// Last year, included.
    pub year_to: Option<i16>,
    /// 责任者, as the facet writes it.
    pub creator: Option<String>,
    /// 文种, as the facet writes it.
    pub doctype: Option<String>,
}

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Answer {
    /// How many records match, exactly.
    pub total: u64,
    /// The results of the page.
    pub items: Vec<Item>,
    /// What was understood in what was typed.
    pub understood: Vec<Understood>,
    /// How the results are distributed.
    pub facets: Vec<Facet>,
    /// What was given up to find anything, as a Chinese sentence.
    pub relaxed: Option<String>,
    /// Whether the results hold only part of what was asked for.
    pub partial: bool,
    /// The years that were understood, as a filter to take or leave.
    pub of_years: Option<OfYears>,
}

/// The same question narrowed to the records of the years that were understood in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfYears {
    /// First year, included.
    pub from: i16,
    /// Last year, included.
    pub to: i16,
    /// The question without the years; empty if they are all of it.
    pub text: String,
    /// How many records it finds, at least one.
    pub count: u64,
}

/// A result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Its id in addresses.
    pub id: PublicId,
    /// 档号
    pub reference_code: String,
    /// 题名
    pub title: String,
    /// How high it stands.
    pub level: Level,
    /// The bytes of the title that hold what was asked for.
    pub title_hits: Vec<Range<usize>>,
    /// 文号
    pub document_number: Option<String>,
    /// `YYYY[-MM[-DD]]`, the first day of a range.
    pub date: Option<String>,
    /// The whole date as readers see it: `1958-03`, `1958—1959`, `[1958]`.
    pub dates: Option<String>,
    /// 责任者
    pub creator: Option<String>,
    /// 全宗号
    pub fonds: String,
    /// 全宗名称, or its number.
    pub fonds_title: String,
    /// The path of its page.
    pub url: String,
}

/// A facet: one property and how the results are distributed over its values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facet {
    /// `fonds`, `decade`, `creator`, `doctype`.
    pub name: String,
    /// Its values, most frequent first.
    pub values: Vec<FacetValue>,
}

/// A value of a facet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FacetValue {
    /// As filters take it.
    pub value: String,
    /// As readers see it.
    pub label: String,
    /// How many results have it.
    pub count: u64,
}

/// Something to propose while a reader types.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suggestion {
    /// What would be searched for.
    pub text: String,
    /// `title`, `document-number` or `reference-code`.
    pub kind: &'static str,
}
