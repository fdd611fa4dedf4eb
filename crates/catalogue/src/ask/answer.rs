//! From what was found to what is told.

use search::{Highlighter, Hits, Part, Relaxed};

use super::names::Register;
use super::understand::{Reading, UnderstoodKind};
use super::{Asked, Facet, FacetValue, Item};
use crate::index::{BY, CATEGORY, DECADE, DIGITISED, FACETS, FONDS, LIVELIHOOD, NUMBER, OPENNESS, TITLE};
use crate::store::listed::Listed;
use crate::{Livelihood, Openness, category};

/// What results are marked with.
pub(super) struct Marks<'p> {
    title: Highlighter<'p>,
    number: Highlighter<'p>,
    creator: Highlighter<'p>,
}

impl<'p> Marks<'p> {
    /// Of these parts, those of a single field in that field alone.
    pub(super) fn new(parts: &'p [Part]) -> Self {
        let of =
            |field: usize| Highlighter::new(parts.iter().filter(move |part| part.field.is_none_or(|one| one == field)));
        Self { title: of(TITLE), number: of(NUMBER), creator: of(BY) }
    }
}

/// A record as a result, with the places that hold the parts.
pub(super) fn item(listed: Listed, marks: &Marks<'_>, register: &Register) -> Item {
    let fonds = register.get(&listed.fonds_key);
    let marked = |text: Option<&str>, with: &Highlighter<'_>| text.map(|text| with.mark(text)).unwrap_or_default();
    Item {
        title_hits: marks.title.mark(&listed.title),
        number_hits: marked(listed.document_number.as_deref(), &marks.number),
        creator_hits: marked(listed.creator.as_deref(), &marks.creator),
        fonds: fonds.map_or_else(|| listed.fonds_key.clone(), |fonds| fonds.code.clone()),
        fonds_title: fonds.map_or_else(String::new, |fonds| fonds.label().to_owned()),
        url: format!("/records/{}", listed.public_id),
        date: listed.date.begin().map(|date| date.to_string()),
        dates: listed.date.label(),
        id: listed.public_id,
        reference_code: listed.code,
        title: listed.title,
        level: listed.level,
        document_number: listed.document_number,
        creator: listed.creator,
    }
}

/// The facets as they are told, the fonds by its name.
pub(super) fn facets(hits: &Hits, register: &Register) -> Vec<Facet> {
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
                CATEGORY => labelled(value, category::label(value), *count),
                DIGITISED => labelled(value, "可看原件", *count),
                OPENNESS => {
                    let label = Openness::named(value).map_or("", |openness| openness.label());
                    labelled(value, label, *count)
                }
                LIVELIHOOD => {
                    let label = Livelihood::named(value).map_or("", |livelihood| livelihood.label());
                    labelled(value, label, *count)
                }
                DECADE => FacetValue { value: value.clone(), label: format!("{value}年代"), count: *count },
                _ => FacetValue { value: value.clone(), label: value.clone(), count: *count },
            });
            Some(Facet { name: (*name).to_owned(), values: values.collect() })
        })
        .collect()
}

fn labelled(value: &str, label: &str, count: u64) -> FacetValue {
    FacetValue { value: value.to_owned(), label: label.to_owned(), count }
}

/// What was given up, as a sentence.
pub(super) fn relaxation(asked: &Asked, reading: &Reading, hits: &Hits, literal: bool) -> Option<String> {
    if literal || hits.total == 0 {
        return None;
    }
    let written = |kind| reading.understood.iter().find(|one| one.kind == kind).map(|one| one.text.as_str());
    if let Some(number) = written(UnderstoodKind::DocumentNumber).filter(|_| !asked.is_narrowed()) {
        return Some(format!("没有文号是“{number}”的档案，下面的内容或文号与它相近"));
    }
    let years = written(UnderstoodKind::Years).unwrap_or_default();
    match &hits.relaxed {
        None if hits.parts.iter().all(|part| part.or_years.is_some()) => {
            let years = reading.years.map(|(from, to)| period_text(from, to)).unwrap_or_default();
            Some(format!("已按年代检索，下面是{years}形成的档案"))
        }
        None => Some("没有完全相同的内容，已把其中各部分分开检索".to_owned()),
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

/// A period as readers say it: `1958年`, `1958–1960年`, `1958年以前`.
pub(crate) fn period_text(from: i16, to: i16) -> String {
    match (from, to) {
        (from, to) if from == to => format!("{from}年"),
        (chinese::FIRST_YEAR, to) => format!("{to}年以前"),
        (from, chinese::LAST_YEAR) => format!("{from}年以后"),
        (from, to) => format!("{from}–{to}年"),
    }
}

/// Whether the results lack words that were asked for, or pieces of them.
pub(super) fn lacks_words(hits: &Hits) -> bool {
    is_partial(hits) && !matches!(hits.relaxed, Some(Relaxed::OneCharacter))
}

/// Whether the results hold only part of what was asked for.
pub(super) fn is_partial(hits: &Hits) -> bool {
    match &hits.relaxed {
        None | Some(Relaxed::Signs) => false,
        Some(Relaxed::Words(given_up)) => given_up.partly || !given_up.words.is_empty(),
        Some(Relaxed::OneCharacter | Relaxed::Similar) => true,
    }
}
