//! How records and what is said about them stand in answers.

use kernel::{Code, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::api::Sort;

use crate::access::{Access, Asking, Statuses, decide, in_public_index};
use crate::ask::part;
use crate::store::holding::{Column, Wanted};
use crate::{Classification, Livelihood, Openness, Place, Record};

/// Which page of a list.
#[derive(Clone, Copy, Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Paged {
    /// From 1.
    page: Option<u32>,
    /// 1 to 200; 50 if nothing is said.
    size: Option<u32>,
}

/// What lists of records can be ordered by.
const COLUMNS: [(&str, Column); 4] =
    [("code", Column::Code), ("title", Column::Title), ("date", Column::Date), ("openness", Column::Openness)];

/// Which part of a list of records is wanted, and in which order.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct RowsWanted {
    /// `open`, `controlled`, `deferred`, `unreviewed`.
    pub(super) openness: Option<String>,
    /// `code`, `title`, `date`, `openness`, with `-` before it for descending; `code` if nothing is said.
    #[param(value_type = Option<String>)]
    pub(super) sort: Option<Sort>,
    /// From 1.
    pub(super) page: Option<u32>,
    /// 1 to 200; 50 if nothing is said.
    pub(super) size: Option<u32>,
}

impl RowsWanted {
    /// As the store is asked.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for words that are not known.
    pub(super) fn wanted(self) -> Result<Wanted, Problem> {
        let column = self.sort.map(|sort| sort.by(&COLUMNS)).transpose()?;
        let (column, is_descending) = column.unwrap_or((Column::Code, false));
        let openness = self.openness.filter(|word| !word.is_empty());
        let openness = openness.map(|word| openness_named(&word)).transpose()?;
        let (page, size) = Paged::new(self.page, self.size).get();
        Ok(Wanted { openness, column, is_descending, page: part(page, size) })
    }
}

/// An openness by its word.
///
/// # Errors
/// [`Code::BadRequest`] for a word that is not known.
pub(super) fn openness_named(word: &str) -> Result<Openness, Problem> {
    Openness::named(word).ok_or_else(|| unknown("开放标识", word, &Openness::ALL.map(Openness::name)))
}

/// The problem of a word that is none of those known.
pub(super) fn unknown(what: &str, word: &str, known: &[&str]) -> Problem {
    Problem::new(Code::BadRequest, format!("{what} {word}")).because(format!("没有这一种；可以是 {}", known.join("、")))
}

impl Paged {
    pub(super) const fn new(page: Option<u32>, size: Option<u32>) -> Self {
        Self { page, size }
    }

    /// The page, and how many are on one.
    pub(super) fn get(self) -> (u32, u32) {
        (self.page.unwrap_or(1).max(1), self.size.unwrap_or(50).clamp(1, 200))
    }

    /// The part of a list.
    pub(super) fn of<T>(self, all: Vec<T>) -> Vec<T> {
        let (page, size) = self.get();
        let skip = usize::try_from((page - 1).saturating_mul(size)).unwrap_or(usize::MAX);
        all.into_iter().skip(skip).take(usize::try_from(size).unwrap_or(0)).collect()
    }
}

/// The word in the place of a state that asks for what waits for whoever asks.
pub(super) const MINE: &str = "mine";

/// How many of something, as answers count.
pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// How many of something, as answers count.
pub(super) fn many(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A value with the words for it.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct CatalogueWord {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
}

/// A record in a list.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct RecordLine {
    /// Its public id.
    pub(super) id: String,
    /// 档号
    pub(super) reference_code: String,
    pub(super) title: String,
    pub(super) level: &'static str,
    pub(super) level_label: &'static str,
    /// 文号
    pub(super) document_number: Option<String>,
    pub(super) creator: Option<String>,
    /// As readers see it.
    pub(super) date: Option<String>,
    pub(super) openness: &'static str,
    pub(super) openness_label: &'static str,
    /// Whether everybody may see its description.
    pub(super) is_public: bool,
    /// 公布
    pub(super) published: bool,
    pub(super) retention: Option<String>,
    /// 内部, or nothing.
    pub(super) classification_label: Option<&'static str>,
    /// The category of livelihood records.
    pub(super) livelihood_label: Option<&'static str>,
    /// The names of the persons it is about.
    pub(super) persons: Vec<String>,
}

impl RecordLine {
    pub(super) fn of(record: &Record, persons: Vec<String>) -> Self {
        let said = &record.description;
        let statuses = &said.statuses;
        Self {
            id: record.public_id.to_string(),
            reference_code: said.code.written().to_owned(),
            title: said.title.clone(),
            level: said.level.name(),
            level_label: said.level.label(),
            document_number: said.document_number.clone(),
            creator: said.creator.clone(),
            date: said.date.label(),
            openness: statuses.openness.name(),
            openness_label: statuses.openness.label(),
            is_public: in_public_index(statuses),
            published: statuses.published,
            retention: said.retention.clone(),
            classification_label: (statuses.classification != Classification::None)
                .then(|| statuses.classification.label()),
            livelihood_label: statuses.livelihood.map(Livelihood::label),
            persons,
        }
    }
}

/// Something with a page of its own.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct RecordPlace {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) reference_code: String,
    pub(super) level: &'static str,
    pub(super) level_label: &'static str,
}

impl From<Place> for RecordPlace {
    fn from(place: Place) -> Self {
        Self {
            id: place.id.to_string(),
            title: place.title,
            reference_code: place.code,
            level: place.level.name(),
            level_label: place.level.label(),
        }
    }
}

/// What everybody may see.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct RecordAccess {
    /// `nothing`, `description` or `full`.
    everybody: &'static str,
    /// The same in words.
    text: &'static str,
}

impl RecordAccess {
    /// Of a record, with or without originals.
    pub(super) fn of(statuses: Statuses, has_originals: bool, now: kernel::Timestamp) -> Self {
        let nobody = Asking { viewer: &kernel::Viewer::Public, subjects: &[], grant: None, now };
        let (everybody, text) = match (decide(&statuses, &nobody), has_originals) {
            (Access::Hidden, _) => ("nothing", "公众看不到这条目录"),
            (Access::Description, true) => ("description", "公众可以看到目录，看不到原件"),
            (Access::Description, false) => ("description", "公众可以看到目录；还没有挂接原件"),
            (Access::Full, true) => ("full", "公众可以看到目录和原件"),
            (Access::Full, false) => ("full", "公众可以看到目录；还没有挂接原件，挂接后原件也能看到"),
        };
        Self { everybody, text }
    }
}
