//! How a description is cited: the one rule of the house.
//!
//! Creator, title, document number and date, then the keeper, the fonds and the reference code: what GB/T 7714-2015 asks of
//! archives (document type A: who made it, its title, its date, who keeps it and under which number), written in the
//! running form of citations from archives. A conjectured date keeps its brackets.

use std::fmt;

use web::date_text;

use crate::ask::Place;
use crate::values::values;
use crate::{Element, Level};

/// A citation. Its reference code stands apart so that a page can keep it on one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Citation {
    /// Everything before the reference code.
    pub(super) before: String,
    pub(super) code: String,
}

impl Citation {
    /// The citation of a place with its elements, as the house of this name keeps it.
    pub(super) fn of(place: &Place, elements: &[(Element, String)], house: &str) -> Self {
        let value =
            |element: Element| elements.iter().find(|(one, _)| *one == element).map(|(_, value)| value.as_str());
        let title = place.title.replace('《', "〈").replace('》', "〉");
        let creator = value(Element::Creator).map(|cell| values(Element::Creator, cell).join("、"));
        let creator = creator.map(|creator| format!("{creator}：")).unwrap_or_default();
        let number = value(Element::DocumentNumber).map(|number| format!("（{number}）")).unwrap_or_default();
        let date = value(Element::Date).map(|date| format!("，{}", date_text(date))).unwrap_or_default();
        let fonds = fonds(place, value(Element::FondsTitle))
            .map(|fonds| format!("“{}”全宗，", fonds.trim_end_matches("全宗")))
            .unwrap_or_default();
        let kind = if place.level == Level::Fonds { "全宗号" } else { "档号" };
        let before = format!("{creator}《{title}》{number}{date}，{house}藏，{fonds}{kind} ");
        Self { before, code: place.code.clone() }
    }
}

/// The name of the fonds a place stands in. One without a name is called by its number, which the reference code begins
/// with.
pub(super) fn fonds<'f>(place: &Place, title: Option<&'f str>) -> Option<&'f str> {
    title.filter(|title| place.level != Level::Fonds && !place.code.starts_with(*title))
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}。", self.before, self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PublicId;

    fn cited(level: Level, title: &str, code: &str, elements: &[(Element, &str)]) -> String {
        let id = PublicId::parse("aaaaaaaaaaaaaaaa").unwrap();
        let place = Place { id, level, title: title.to_owned(), code: code.to_owned() };
        let elements: Vec<_> = elements.iter().map(|(element, value)| (*element, (*value).to_owned())).collect();
        Citation::of(&place, &elements, "清源县档案馆").to_string()
    }

    #[test]
    fn a_citation_names_what_leads_back_to_the_record() {
        let whole = [
            (Element::Creator, "县水利局；县财政局"),
            (Element::DocumentNumber, "清水〔1986〕3号"),
            (Element::Date, "1986-03-04"),
            (Element::FondsTitle, "清源县水利局"),
        ];
        assert_eq!(
            cited(Level::Item, "关于印发《水库办法》的通知", "X001-1-1", &whole),
            "县水利局、县财政局：《关于印发〈水库办法〉的通知》（清水〔1986〕3号），1986年3月4日，清源县档案馆藏，\
             “清源县水利局”全宗，档号 X001-1-1。"
        );
        assert_eq!(
            cited(Level::Volume, "地契", "X001-1", &[(Element::FondsTitle, "X001"), (Element::Date, "[1898]")]),
            "《地契》，[1898年]，清源县档案馆藏，档号 X001-1。"
        );
        assert_eq!(
            cited(Level::Fonds, "清源县水利局", "X001", &[(Element::FondsTitle, "清源县水利局")]),
            "《清源县水利局》，清源县档案馆藏，全宗号 X001。"
        );
    }
}
