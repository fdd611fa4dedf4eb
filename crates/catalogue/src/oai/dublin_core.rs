//! A description as simple Dublin Core (ISO 15836-1:2017).

use crate::values::values;
use crate::{Element, Said};

/// The elements that have a value, in the order in which they are told: the local name and the value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct DublinCore(pub(crate) Vec<(&'static str, String)>);

impl DublinCore {
    /// What a record says, with the address of its page, if it has one, and the institution that keeps it.
    pub(crate) fn of(said: &Said, address: Option<String>, keeper: &str) -> Self {
        let mut all = Vec::new();
        for (element, value) in &said.elements {
            let Some(name) = local_name(*element) else { continue };
            // What stands several times in one cell is an element each time.
            all.extend(values(*element, value).into_iter().map(|one| (name, one.to_owned())));
        }
        // ISO 8601, which harvesters sort by; an interval for a range.
        all.extend(
            said.dates.map(|(from, to)| ("date", if from == to { from.to_string() } else { format!("{from}/{to}") })),
        );
        all.extend(address.map(|address| ("identifier", address)));
        all.push(("publisher", keeper.to_owned()));
        Self(all)
    }
}

/// The Dublin Core element for an element of DA/T 18-2022; `None` for what has none, and for the date, which has a form of
/// its own.
const fn local_name(element: Element) -> Option<&'static str> {
    Some(match element {
        Element::Title | Element::ParallelTitle | Element::SubTitle => "title",
        Element::Creator => "creator",
        Element::Subjects | Element::SubjectHeadings => "subject",
        Element::Scope => "description",
        Element::DocumentType | Element::Level => "type",
        Element::Carrier | Element::Pages => "format",
        Element::ReferenceCode | Element::DocumentNumber => "identifier",
        Element::FondsTitle | Element::RelatedUnits => "relation",
        Element::Language => "language",
        Element::Openness => "rights",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PartialDate;

    #[test]
    fn what_readers_see_is_told_and_dates_have_their_form() {
        let said = Said {
            elements: vec![
                (Element::Title, "关于兴修水利的通知".into()),
                (Element::Date, "1958—1959".into()),
                (Element::Creator, "县水利局；县财政局".into()),
                (Element::Subjects, "水利 堤防 灌溉".into()),
                (Element::Arrangement, "按件整理".into()),
            ],
            dates: PartialDate::new(1958, 0, 0).zip(PartialDate::new(1959, 3, 0)),
        };
        let told = DublinCore::of(&said, Some("http://a/records/x".into()), "某馆").0;
        let told: Vec<(&str, &str)> = told.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(
            told,
            [
                ("title", "关于兴修水利的通知"),
                ("creator", "县水利局"),
                ("creator", "县财政局"),
                ("subject", "水利"),
                ("subject", "堤防"),
                ("subject", "灌溉"),
                ("date", "1958/1959-03"),
                ("identifier", "http://a/records/x"),
                ("publisher", "某馆"),
            ]
        );
    }
}
