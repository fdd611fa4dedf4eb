//! Where the elements of DA/T 18-2022 stand in a description of EAD.

use std::borrow::Cow;
use std::io;

use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

use super::{Edition, Text, clean};
use crate::values::values;
use crate::{ArchivalDate, Element, Fonds};

/// What a description says, in the order in which it is written.
#[derive(Default)]
pub(in crate::export) struct Values<'a> {
    texts: Vec<(Element, Cow<'a, str>)>,
    date: Option<&'a ArchivalDate>,
    /// The stored words of statuses, which say them without doubt.
    words: Vec<(Element, &'static str)>,
}

impl<'a> Values<'a> {
    pub(in crate::export) fn text(&mut self, element: Element, value: Cow<'a, str>) {
        self.texts.push((element, value));
    }

    pub(in crate::export) fn date(&mut self, date: &'a ArchivalDate) {
        self.date = Some(date);
    }

    pub(in crate::export) fn word(&mut self, element: Element, word: &'static str) {
        self.words.push((element, word));
    }
}

/// What is said of a fonds without a description of its own.
pub(super) fn of_fonds(fonds: &Fonds) -> Values<'static> {
    let mut values = Values::default();
    values.text(Element::ReferenceCode, Cow::Owned(fonds.code.clone()));
    values.text(Element::FondsTitle, Cow::Owned(fonds.label().to_owned()));
    values
}

/// Where an element stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// Among what identifies the description.
    Did(&'static str),
    /// A paragraph under a heading of its own.
    Paragraph(&'static str),
    /// Among the access points.
    Access(&'static str),
    /// Said by the place of the component.
    Nowhere,
}

const fn place(element: Element) -> Place {
    use Place::{Access, Did, Nowhere, Paragraph};
    match element {
        Element::ReferenceCode
        | Element::DocumentNumber
        | Element::AlternativeCodes
        | Element::OfficeVolume
        | Element::ArchivesVolume
        | Element::OfficeItem
        | Element::ArchivesItem
        | Element::InstitutionCode
        | Element::Microform => Did("unitid"),
        Element::Title | Element::ParallelTitle | Element::SubTitle | Element::FondsTitle => Did("unittitle"),
        Element::Date | Element::OtherDates => Did("unitdate"),
        Element::Creator => Did("origination"),
        Element::Pages | Element::Carrier | Element::FileSize | Element::FileFormat | Element::ItemCount => {
            Did("physdesc")
        }
        Element::Language => Did("langmaterial"),
        Element::Location => Did("physloc"),
        Element::Box => Did("container"),
        Element::Institution => Did("repository"),
        Element::Openness
        | Element::Classification
        | Element::Disclosure
        | Element::Published
        | Element::Restriction
        | Element::Livelihood
        | Element::SecrecyPeriod
        | Element::AccessConditions => Paragraph("accessrestrict"),
        Element::ReproductionConditions => Paragraph("userestrict"),
        Element::Scope => Paragraph("scopecontent"),
        Element::Arrangement => Paragraph("arrangement"),
        Element::Appraisal | Element::Retention | Element::Destruction => Paragraph("appraisal"),
        Element::Accruals => Paragraph("accruals"),
        Element::PhysicalCharacteristics => Paragraph("phystech"),
        Element::FindingAids => Paragraph("otherfindaid"),
        Element::OriginalsLocation => Paragraph("originalsloc"),
        Element::CopiesLocation => Paragraph("altformavail"),
        Element::RelatedUnits => Paragraph("relatedmaterial"),
        Element::PublicationNote => Paragraph("bibliography"),
        Element::AdministrativeHistory => Paragraph("bioghist"),
        Element::CustodialHistory => Paragraph("custodhist"),
        Element::Acquisition => Paragraph("acqinfo"),
        Element::DescribedBy | Element::DescribedOn | Element::Rules => Paragraph("processinfo"),
        Element::DocumentType => Access("genreform"),
        Element::Subjects | Element::SubjectHeadings => Access("subject"),
        Element::Persons => Access("persname"),
        Element::Places => Access("geogname"),
        Element::Level | Element::Fonds => Nowhere,
        _ => Paragraph("odd"),
    }
}

/// Whether the element never leaves the house: its part of the document says so.
const fn is_internal(element: Element) -> bool {
    matches!(element, Element::Classification | Element::Restriction | Element::Location | Element::Livelihood)
}

/// Writes what stands at the beginning of a description: identification, then paragraphs, then access points.
pub(super) fn write(text: &mut Text, edition: Edition, said: &Values<'_>) -> io::Result<()> {
    text.write_event(Event::Start(BytesStart::new("did")))?;
    for (element, value) in &said.texts {
        if let Place::Did(name) = place(*element) {
            for one in values(*element, value) {
                identify(text, edition, (*element, name), one)?;
            }
        }
    }
    if let Some(date) = said.date.filter(|date| !date.written().is_empty()) {
        unit_date(text, date)?;
    }
    text.write_event(Event::End(BytesEnd::new("did")))?;
    for (element, value) in &said.texts {
        if let Place::Paragraph(name) = place(*element) {
            let word = said.words.iter().find(|(one, _)| one == element).map(|(_, word)| *word);
            paragraph(text, (edition, word), (*element, name), value)?;
        }
    }
    access_points(text, edition, said)
}

/// An element with its name in the house's own words.
fn named(name: &'static str, element: Element) -> BytesStart<'static> {
    let start = BytesStart::new(name).with_attributes([("encodinganalog", element.name())]);
    if is_internal(element) { start.with_attributes([("audience", "internal")]) } else { start }
}

fn identify(
    text: &mut Text,
    edition: Edition,
    (element, name): (Element, &'static str),
    value: &str,
) -> io::Result<()> {
    let start = named(name, element);
    let start = match element {
        // The date of a unit has a kind of its own.
        Element::OtherDates => start.with_attributes([("datechar", "other")]),
        Element::ReferenceCode | Element::Title => start,
        _ if matches!(name, "unitid" | "unittitle" | "container" | "physloc") => {
            start.with_attributes([(edition.kind(), element.label())])
        }
        _ => start.with_attributes([("label", element.label())]),
    };
    // EAD3 parts names, and asks for the language as an element.
    let inner: &[&str] = match (edition, name) {
        (Edition::Ead3, "origination") => &["name", "part"],
        (Edition::Ead3, "repository") => &["corpname", "part"],
        (Edition::Ead3, "langmaterial") => &["language"],
        _ => &[],
    };
    wrapped(text, start, inner, value)
}

fn paragraph(
    text: &mut Text,
    (edition, word): (Edition, Option<&'static str>),
    (element, name): (Element, &'static str),
    value: &str,
) -> io::Result<()> {
    let start = named(name, element);
    let start = match word {
        Some(word) => start.with_attributes([(edition.kind(), word)]),
        None if matches!(name, "odd" | "accessrestrict") => start.with_attributes([(edition.kind(), element.label())]),
        None => start,
    };
    wrapped(text, start, &["p"], value)
}

fn access_points(text: &mut Text, edition: Edition, said: &Values<'_>) -> io::Result<()> {
    let mut begun = false;
    for (element, value) in &said.texts {
        let Place::Access(name) = place(*element) else { continue };
        for one in values(*element, value) {
            if !std::mem::replace(&mut begun, true) {
                text.write_event(Event::Start(BytesStart::new("controlaccess")))?;
            }
            let start = named(name, *element);
            wrapped(text, start, if edition == Edition::Ead3 { &["part"] } else { &[] }, one)?;
        }
    }
    if begun { text.write_event(Event::End(BytesEnd::new("controlaccess"))) } else { Ok(()) }
}

/// The date as it was written, with the interval it means.
fn unit_date(text: &mut Text, date: &ArchivalDate) -> io::Result<()> {
    let mut start = named("unitdate", Element::Date);
    if let Some((from, to)) = date.begin().zip(date.end()) {
        let normal = if from == to { from.to_string() } else { format!("{from}/{to}") };
        start.push_attribute(("normal", normal.as_str()));
    }
    if date.is_conjectured() {
        start.push_attribute(("certainty", "conjectured"));
    }
    wrapped(text, start, &[], date.written())
}

/// A text in an element, within further ones.
fn wrapped(text: &mut Text, start: BytesStart<'_>, inner: &[&str], value: &str) -> io::Result<()> {
    let end = start.to_end().into_owned();
    text.write_event(Event::Start(start))?;
    for name in inner {
        text.write_event(Event::Start(BytesStart::new(*name)))?;
    }
    text.write_event(Event::Text(BytesText::new(&clean(value))))?;
    for name in inner.iter().rev() {
        text.write_event(Event::End(BytesEnd::new(*name)))?;
    }
    text.write_event(Event::End(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_level_and_fonds_are_said_by_the_place() {
        for element in Element::ALL {
            let nowhere = matches!(element, Element::Level | Element::Fonds);
            assert_eq!(place(element) == Place::Nowhere, nowhere, "{element:?}");
        }
    }
}
