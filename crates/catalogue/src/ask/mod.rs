//! Asking the catalogue: what was asked, what was understood, what was found.

mod about;
mod answer;
mod desk;
mod fields;
mod find;
mod finding_aid;
mod harvest;
mod holdings;
mod names;
mod naming;
mod opened;
mod place;
mod query;
mod quoted;
mod saved;
mod sitemap;
mod this_day;
pub(crate) mod trial;
mod understand;
mod volumes;

#[cfg(test)]
mod tests;

pub use about::{Context, Related, Topic};
pub(crate) use answer::period_text;
pub use desk::Catalogue;
pub use fields::Fields;
pub use find::{Found, FoundRecord, Likeness, Likes, StaffCatalogue};
pub use finding_aid::Entry;
pub(crate) use finding_aid::FINDING_AID_PAGE;
pub use harvest::{Harvest, Harvested, Said};
pub(crate) use holdings::{FondsHeld, Found as FoundHeld, Held};
pub use opened::Opening;
pub use place::{Child, Place, Shown};
pub(crate) use place::{child, elements};
pub use quoted::{names_hidden, shown_to_everyone};
pub use saved::SavedRecord;
pub use this_day::Remembered;
pub use understand::{Understood, UnderstoodKind};

use std::ops::Range;

use crate::store::record::Page;
use crate::{Level, Livelihood, Openness, PublicId, ShownHeading};

/// The most results of a page.
pub const MAX_SIZE: u32 = 100;
/// The most results that are folded by volume.
pub(crate) const MAX_FOLDED: usize = search::MAX_LIMIT;

/// A page of a list, from 1.
pub(crate) fn part(page: u32, size: u32) -> Page {
    let take = i64::from(size);
    Page { skip: i64::from(page.max(1) - 1).saturating_mul(take), take }
}

/// A question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// What was typed; every sign in it is literal, but for quotation marks around a phrase. Empty lists everything in
    /// archival order.
    pub text: String,
    /// What is asked of single fields.
    pub fields: Fields,
    /// Which page, from 1.
    pub page: u32,
    /// Results of a page, 1 to [`MAX_SIZE`].
    pub size: u32,
    /// What the results are narrowed to.
    pub filters: Filters,
    /// In which order the results come.
    pub order: Order,
    /// Whether the results of one volume are folded into the first of them.
    pub by_volume: bool,
}

impl Asked {
    /// Whether something beside what was typed keeps records out.
    pub(crate) fn is_narrowed(&self) -> bool {
        self.filters != Filters::default() || !self.fields.is_empty()
    }

    /// A question typed into the box, first page, no filter.
    pub fn typed(text: &str, size: u32) -> Self {
        Self { text: text.to_owned(), page: 1, size, ..Self::default() }
    }
}

impl Default for Asked {
    /// Everything, a page of twenty.
    fn default() -> Self {
        Self {
            text: String::new(),
            fields: Fields::default(),
            page: 1,
            size: 20,
            filters: Filters::default(),
            order: Order::default(),
            by_volume: false,
        }
    }
}

/// In which order results come. Where two are equal, the archival order decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// Best first; the archival order if nothing is asked for.
    #[default]
    Relevance,
    /// Earliest first, undated last.
    Oldest,
    /// Latest first, undated last.
    Newest,
    /// By 档号.
    ReferenceCode,
}

impl Order {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Relevance, Self::Oldest, Self::Newest, Self::ReferenceCode];

    /// The word addresses use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Oldest => "oldest",
            Self::Newest => "newest",
            Self::ReferenceCode => "code",
        }
    }

    /// The words readers see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Relevance => "相关程度",
            Self::Oldest => "年代从早到晚",
            Self::Newest => "年代从晚到早",
            Self::ReferenceCode => "档号顺序",
        }
    }

    /// The order of a word in an address.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
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
    /// 档案门类代码, such as `WS`.
    pub category: Option<String>,
    /// Only what can be looked at.
    pub digitised: bool,
    /// Only what stands at any depth below a fonds, a series or a volume.
    pub within: Option<PublicId>,
    /// Only what stands under a heading of the subject directory, or below it.
    pub subject: Option<PublicId>,
    /// 保管期限, as the facet writes it; for staff.
    pub retention: Option<String>,
    /// 开放标识; for staff, as everybody sees only what is open.
    pub openness: Option<Openness>,
    /// The category of livelihood records; for staff, as none of them is open.
    pub livelihood: Option<Livelihood>,
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
    /// Whether that part lacks words, or pieces of words.
    pub lacks_words: bool,
    /// The years that were understood, as a filter to take or leave.
    pub of_years: Option<OfYears>,
    /// What the results are narrowed to by [`Filters::within`]; nothing if it is not there, and then nothing is found.
    pub within: Option<Place>,
    /// The heading the results are narrowed to by [`Filters::subject`]; nothing if it is not there, and then nothing is
    /// found.
    pub subject: Option<ShownHeading>,
    /// How the results were folded, if that was asked for.
    pub volumes: Option<Volumes>,
}

/// Results of one volume folded into the first of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Volumes {
    /// How many entries there are, each with the results of one volume or a result that is in none.
    pub entries: u64,
    /// Whether there are more results than are folded: only the first [`MAX_FOLDED`] are.
    pub is_cut: bool,
    /// For each item of the page its volume with how many results are in it, itself included.
    pub of_items: Vec<Option<(Place, u64)>>,
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
    /// The bytes of the 文号 that hold what was asked for.
    pub number_hits: Vec<Range<usize>>,
    /// `YYYY[-MM[-DD]]`, the first day of a range.
    pub date: Option<String>,
    /// The whole date as readers see it: `1958-03`, `1958—1959`, `[1958]`.
    pub dates: Option<String>,
    /// 责任者
    pub creator: Option<String>,
    /// The bytes of the 责任者 that hold what was asked for.
    pub creator_hits: Vec<Range<usize>>,
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
    /// `fonds`, `decade`, `creator`, `doctype`, `category`, `digitised`, `subject`; for staff `retention` and `openness` as well.
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
