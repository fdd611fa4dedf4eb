//! Cells that hold several values: two creators, five subjects. The one place that splits them.

use crate::Element;

/// What parts values in a cell. 、 does not: it stands inside of names (县委、县政府联合工作组).
const SEPARATORS: [char; 5] = ['；', ';', '|', '｜', '\n'];

/// Whether a cell of the element may hold several values.
const fn may_repeat(element: Element) -> bool {
    matches!(
        element,
        Element::Creator
            | Element::Subjects
            | Element::Persons
            | Element::Places
            | Element::SubjectHeadings
            | Element::OtherDates
            | Element::AlternativeCodes
    )
}

/// The values of a cell in their order; the whole cell for an element that has one.
///
/// Subjects are also written with blanks, commas and 、 between them (GB/T 9704); then those part them, unless the cell
/// parts them by a stronger sign or has words in Latin letters.
pub(crate) fn values(element: Element, cell: &str) -> Vec<&str> {
    if !may_repeat(element) {
        return vec![cell];
    }
    let weak =
        element == Element::Subjects && !cell.contains(SEPARATORS) && !cell.contains(|c: char| c.is_ascii_alphabetic());
    let part = |c: char| SEPARATORS.contains(&c) || (weak && (c.is_whitespace() || matches!(c, '、' | '，' | ',')));
    cell.split(part).map(str::trim).filter(|value| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn creators_are_parted_by_three_signs_and_not_by_the_enumeration_comma() {
        let creators = |cell| values(Element::Creator, cell);
        assert_eq!(creators("县水利局；县财政局;县政府|县委"), ["县水利局", "县财政局", "县政府", "县委"]);
        assert_eq!(creators("县委、县政府联合工作组"), ["县委、县政府联合工作组"]);
        assert_eq!(creators("；县委； "), ["县委"]);
        assert_eq!(creators("；"), [""; 0]);
    }

    #[test]
    fn subjects_may_be_written_with_weaker_signs() {
        let subjects = |cell| values(Element::Subjects, cell);
        assert_eq!(subjects("水利 堤防、灌溉"), ["水利", "堤防", "灌溉"]);
        assert_eq!(subjects("水利；堤防 灌溉"), ["水利", "堤防 灌溉"]);
        assert_eq!(subjects("World War, 1939-1945"), ["World War, 1939-1945"]);
    }

    #[test]
    fn a_title_is_one_value() {
        assert_eq!(values(Element::Title, "关于甲；乙的通知"), ["关于甲；乙的通知"]);
    }
}
