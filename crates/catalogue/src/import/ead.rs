//! The vocabulary of Encoded Archival Description, EAD 2002 and EAD3: which of its elements says what.

use crate::{ArchivalDate, Element, Level};

/// Whether an element is a component: `c`, `c01` to `c12`.
pub(super) fn is_component(name: &str) -> bool {
    name == "c" || (name.len() == 3 && name.starts_with('c') && name.bytes().skip(1).all(|byte| byte.is_ascii_digit()))
}

/// What an element of a description says; none if it is only a frame around others, or something else.
pub(super) fn element(name: &str) -> Option<Element> {
    Some(match name {
        "unittitle" => Element::Title,
        "physdesc" | "physdescstructured" | "physdescset" => Element::Carrier,
        "origination" => Element::Creator,
        "langmaterial" => Element::Language,
        "repository" => Element::Institution,
        "container" | "physloc" => Element::Location,
        "bioghist" => Element::AdministrativeHistory,
        "custodhist" => Element::CustodialHistory,
        "acqinfo" => Element::Acquisition,
        "scopecontent" | "abstract" => Element::Scope,
        "appraisal" => Element::Appraisal,
        "accruals" => Element::Accruals,
        "arrangement" | "fileplan" => Element::Arrangement,
        "accessrestrict" | "legalstatus" => Element::AccessConditions,
        "userestrict" => Element::ReproductionConditions,
        "phystech" | "materialspec" => Element::PhysicalCharacteristics,
        "otherfindaid" => Element::FindingAids,
        "originalsloc" => Element::OriginalsLocation,
        "altformavail" | "dao" | "daoset" | "daogrp" => Element::CopiesLocation,
        "relatedmaterial" | "separatedmaterial" => Element::RelatedUnits,
        "bibliography" => Element::PublicationNote,
        "note" | "odd" | "didnote" | "prefercite" | "index" | "processinfo" => Element::Note,
        "subject" | "function" | "occupation" | "corpname" | "title" => Element::Subjects,
        "persname" | "famname" | "name" => Element::Persons,
        "geogname" => Element::Places,
        "genreform" => Element::DocumentType,
        _ => return None,
    })
}

/// Whether an element stands inside a run of text and does not part it.
pub(super) fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "emph"
            | "title"
            | "ref"
            | "extref"
            | "ptr"
            | "extptr"
            | "num"
            | "abbr"
            | "expan"
            | "date"
            | "language"
            | "persname"
            | "corpname"
            | "geogname"
            | "famname"
            | "name"
            | "subject"
            | "genreform"
            | "quote"
            | "foreign"
    )
}

/// The level a word of EAD or AtoM means, and the word if it is not the house's own.
pub(super) fn level(word: &str, is_top: bool, has_children: bool) -> (Level, Option<&str>) {
    let level = match Level::written(word) {
        Some(Level::Fonds | Level::Institution) if !is_top => Level::Series,
        // An item that holds others is a volume.
        Some(Level::Item) if has_children && !is_top => Level::Volume,
        Some(level) => level,
        None if is_top => Level::Fonds,
        None if has_children => Level::Series,
        None => Level::Item,
    };
    (level, Some(word).filter(|word| !word.is_empty() && *word != level.label()))
}

/// A date of the attribute `normal`, `standarddate` or of AtoM's start and end: 1949/1969, 2015-01-01/2016-12-31. None if
/// it says nothing that can be.
pub(super) fn normal_date(normal: &str) -> Option<String> {
    let ends: Vec<String> = normal.split('/').map(end).collect();
    let text = match ends.as_slice() {
        [one] => one.clone(),
        [one, other] if one == other || other.is_empty() => one.clone(),
        [one, other] if one.is_empty() => other.clone(),
        [one, other] => format!("{one}-{other}"),
        _ => return None,
    };
    is_dated(&text).then_some(text)
}

/// One end in the form of DA/T 18: eight digits where the day is known, else the year, or year and month with 00.
fn end(text: &str) -> String {
    let mut parts = text.trim().split(['T', ' ']).next().unwrap_or_default().split('-').map(str::trim);
    let (year, month, day) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    match (month, day) {
        (None | Some("00"), _) => year.to_owned(),
        (Some(month), day) => format!("{year}{month:0>2}{:0>2}", day.unwrap_or("00")),
    }
}

/// A date in words: as the house reads it, else by the years it names ("circa 1940-1960", "Nov. 29, 1949", "1920s").
pub(super) fn worded_date(text: &str) -> Option<String> {
    let mut years: Vec<(u32, bool)> = Vec::new();
    for run in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let decade = run.strip_suffix('s');
        let year = decade.unwrap_or(run).parse::<u32>().ok().filter(|year| (1000..=2100).contains(year));
        years.extend(year.map(|year| (year, decade.is_some())));
    }
    if is_dated(text) && !years.iter().any(|(_, decade)| *decade) {
        return Some(text.to_owned());
    }
    let from = years.iter().map(|(year, _)| *year).min()?;
    let to = years.iter().map(|(year, decade)| year + if *decade { 9 } else { 0 }).max()?;
    let lower = text.to_lowercase();
    let about = ["ca.", "circa", "c.", "approx", "?", "about"].iter().any(|word| lower.contains(word));
    let years = if from == to { from.to_string() } else { format!("{from}-{to}") };
    let text = if about { format!("约{years}") } else { years };
    is_dated(&text).then_some(text)
}

fn is_dated(text: &str) -> bool {
    ArchivalDate::parse(text).is_ok_and(|date| !date.is_undated())
}

/// Whether an identifier already begins with the code of what holds it.
pub(super) fn belongs(identifier: &str, holder: &str) -> bool {
    let (identifier, holder) = (crate::reference_code::key(identifier), crate::reference_code::key(holder));
    let rest = identifier.strip_prefix(&holder).filter(|_| !holder.is_empty());
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_attributes_take_the_form_of_the_standard() {
        let cases = [
            ("1949/1969", Some("1949-1969")),
            ("1999/1999", Some("1999")),
            ("2015-01-01/2016-12-31", Some("20150101-20161231")),
            ("1958-03", Some("19580300")),
            ("2016-00-00/2016-00-00", Some("2016")),
            ("1949-11-29T00:00:00", Some("19491129")),
            ("1969/1949", None),
            ("unknown", None),
            ("", None),
        ];
        for (normal, want) in cases {
            assert_eq!(normal_date(normal).as_deref(), want, "{normal}");
        }
    }

    #[test]
    fn dates_in_words_are_known_by_their_years() {
        let cases = [
            ("1949- 1969", Some("1949- 1969")),
            ("circa 1940-circa 1990", Some("约1940-1990")),
            ("Nov. 29, 1949 -April 8, 1950", Some("1949-1950")),
            ("1920s", Some("1920-1929")),
            ("January 1, 2015", Some("2015")),
            ("民国三十五年", Some("民国三十五年")),
            ("undated", None),
        ];
        for (text, want) in cases {
            assert_eq!(worded_date(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn an_identifier_continues_a_code_only_at_a_joint() {
        assert!(belongs("MS C 271.I", "MS C 271"));
        assert!(belongs("X001-1-2", "x001－1"));
        assert!(!belongs("F10", "F1"));
        assert!(!belongs("F1", "F1"));
        assert!(!belongs("IT-1", ""));
    }

    #[test]
    fn levels_are_the_houses_own_and_the_word_is_kept() {
        assert_eq!(level("recordgrp", true, true), (Level::Fonds, Some("recordgrp")));
        assert_eq!(level("collection", false, true), (Level::Series, Some("collection")));
        assert_eq!(level("item", false, true), (Level::Volume, Some("item")));
        assert_eq!(level("系列", false, false), (Level::Series, Some("系列")));
        assert_eq!(level("", false, true), (Level::Series, None));
        assert_eq!(level("Box", false, false), (Level::Item, Some("Box")));
    }
}
