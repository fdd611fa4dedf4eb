//! The columns of an export, in the words the import reads.

use crate::{Element, Fonds, Record};

/// The columns every export has, whatever the records say.
pub(super) const STANDARD: [Element; 10] = [
    Element::ReferenceCode,
    Element::Title,
    Element::DocumentNumber,
    Element::Date,
    Element::Creator,
    Element::Retention,
    Element::Openness,
    Element::Classification,
    Element::Level,
    Element::Fonds,
];

/// The elements of a record that say something.
pub(super) fn in_use(record: &Record, fonds: Option<&Fonds>) -> Vec<Element> {
    Element::ALL.into_iter().filter(|element| !value(record, fonds, *element).is_empty()).collect()
}

/// What a record says about an element; empty if nothing.
pub(crate) fn value<'r>(record: &'r Record, fonds: Option<&'r Fonds>, element: Element) -> &'r str {
    let said = &record.description;
    let statuses = &said.statuses;
    let value = match element {
        Element::ReferenceCode => Some(said.code.written()),
        Element::Title => Some(said.title.as_str()),
        Element::DocumentNumber => said.document_number.as_deref(),
        Element::Date => Some(said.date.written()),
        Element::Creator => said.creator.as_deref(),
        Element::Retention => said.retention.as_deref(),
        Element::Openness => Some(statuses.openness.label()),
        Element::Classification => Some(statuses.classification.label()),
        Element::Disclosure => Some(statuses.disclosure.label()),
        Element::Published => statuses.published.then_some("是"),
        Element::Restriction => Some(statuses.restriction.label()),
        Element::Livelihood => statuses.livelihood.map(crate::Livelihood::label),
        Element::Level => Some(said.level.label()),
        Element::Fonds => Some(fonds.map_or(said.fonds_key.as_str(), |fonds| fonds.code.as_str())),
        Element::FondsTitle => fonds.and_then(|fonds| fonds.title.as_deref()),
        Element::DocumentType => said.document_type.as_deref(),
        other => said.element(other),
    };
    value.unwrap_or_default()
}
