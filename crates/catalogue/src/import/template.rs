//! Templates of a mapping: `{fonds}-WS·{year}·Y-{row:05}`.

use crate::Element;

/// A text with places to be filled in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    Text(String),
    Place(Place, usize),
}

/// What is filled in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// The fonds of the row.
    Fonds,
    /// The year of the date, or 0000.
    Year,
    /// The number of the data row.
    Row,
    /// A mapped element.
    Element(Element),
}

impl Template {
    /// Reads a template. `{name:05}` fills up with zeros to a width of at most 20; `{{` and `}}` stand for braces.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        let mut plain = String::new();
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(rest.get(..at).unwrap_or_default());
            let tail = rest.get(at..).unwrap_or_default();
            if let Some(after) = tail.strip_prefix("{{").or_else(|| tail.strip_prefix("}}")) {
                plain.push_str(tail.get(..1).unwrap_or_default());
                rest = after;
                continue;
            }
            let inner = tail.strip_prefix('{').and_then(|tail| tail.split_once('}'));
            let Some((inner, after)) = inner else { return Err(format!("“{text}”里的花括号不成对")) };
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(place(inner)?);
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self(pieces))
    }

    /// Whether the number of the row is filled in somewhere.
    pub(crate) fn counts_rows(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Place(Place::Row, _)))
    }

    /// Fills in everything but the number of the row; `None` if a value is missing.
    pub(crate) fn fill(&self, value: &mut dyn FnMut(Place) -> Option<String>) -> Option<Self> {
        let fill = |piece: &Piece| match piece {
            Piece::Text(_) | Piece::Place(Place::Row, _) => Some(piece.clone()),
            Piece::Place(place, width) => value(*place).map(|value| Piece::Text(padded(&value, *width))),
        };
        self.0.iter().map(fill).collect::<Option<Vec<_>>>().map(Self)
    }

    /// The text for a row; places that were not filled in are left out.
    pub(crate) fn text(&self, row: i64) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Place(Place::Row, width) => padded(&row.to_string(), *width),
            Piece::Place(..) => String::new(),
        };
        self.0.iter().map(piece).collect()
    }
}

fn padded(value: &str, width: usize) -> String {
    let zeros = "0".repeat(width.saturating_sub(value.chars().count()));
    zeros + value
}

fn place(inner: &str) -> Result<Piece, String> {
    let (name, width) = inner.split_once(':').unwrap_or((inner, ""));
    let width = match width.strip_prefix('0').unwrap_or(width) {
        "" => Some(0),
        digits => digits.parse::<usize>().ok().filter(|width| *width <= 20),
    };
    let place = match name.trim() {
        "fonds" => Some(Place::Fonds),
        "year" => Some(Place::Year),
        "row" => Some(Place::Row),
        name => Element::named(name).map(Place::Element),
    };
    match (place, width) {
        (Some(place), Some(width)) => Ok(Piece::Place(place, width)),
        _ => Err(format!("模板里的“{{{inner}}}”不认识")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filled(template: &str) -> Option<String> {
        let template = Template::parse(template).unwrap().fill(&mut |place| match place {
            Place::Fonds => Some("X001".to_owned()),
            Place::Year => Some("2019".to_owned()),
            Place::Element(Element::Volume) => Some("3".to_owned()),
            Place::Row | Place::Element(_) => None,
        })?;
        Some(template.text(7))
    }

    #[test]
    fn places_are_filled_in() {
        assert_eq!(filled("{fonds}-WS·{year}·Y-{row:05}").as_deref(), Some("X001-WS·2019·Y-00007"));
        assert_eq!(filled("{fonds}-1-{volume:03}-{row}").as_deref(), Some("X001-1-003-7"));
        assert_eq!(filled("{{{row}}}").as_deref(), Some("{7}"));
        assert_eq!(filled("{fonds}-{item}"), None);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for text in ["{what}", "{row", "row}", "{row:999}", "{row:x}"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[{}a-z:0-9档]{0,20}") {
            drop(Template::parse(&text));
        }
    }
}
