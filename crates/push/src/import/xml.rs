//! The XML of a document or a feed as a small tree: no document type, no entities beyond the five, bounded depth and size.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The deepest nesting: tables within tables reach some sixty.
const DEEPEST: usize = 200;
/// The most elements of a part.
const MOST_ELEMENTS: usize = 1_000_000;

/// An element, its names without prefixes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Child>,
}

/// What stands in an element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Child {
    Element(Element),
    Text(String),
}

impl Element {
    /// Reads a part. The outermost element holds the root.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        const BROKEN: &str = "内部的结构已损坏";
        let mut reader = Reader::from_str(text);
        let mut open = vec![Self::default()];
        let mut count = 0;
        loop {
            match reader.read_event().map_err(|_| BROKEN)? {
                Event::Start(start) => {
                    open.push(Self::of(&start).ok_or(BROKEN)?);
                    count += 1;
                }
                Event::Empty(start) => {
                    let element = Self::of(&start).ok_or(BROKEN)?;
                    open.last_mut().ok_or(BROKEN)?.children.push(Child::Element(element));
                    count += 1;
                }
                Event::End(_) => {
                    let done = open.pop().ok_or(BROKEN)?;
                    open.last_mut().ok_or(BROKEN)?.children.push(Child::Element(done));
                }
                Event::Text(text) => say(&mut open, &text),
                Event::CData(text) => say(&mut open, &text),
                Event::GeneralRef(name) => {
                    let text = quick_xml::escape::unescape(&format!("&{};", &*name)).map_err(|_| BROKEN)?.into_owned();
                    say(&mut open, &text);
                }
                Event::DocType(_) => return Err("里面有不该有的声明"),
                Event::Eof => break,
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            }
            if open.len() > DEEPEST || count > MOST_ELEMENTS {
                return Err("内部的层次太深或内容太多");
            }
        }
        let outermost = open.pop().filter(|_| open.is_empty());
        outermost.ok_or(BROKEN)
    }

    fn of(start: &BytesStart<'_>) -> Option<Self> {
        let mut attributes = Vec::new();
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.ok()?;
            let value = quick_xml::escape::unescape(&attribute.value).ok()?.into_owned();
            attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
        }
        Some(Self { name: start.local_name().as_ref().to_owned(), attributes, children: Vec::new() })
    }

    /// The value of an attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The elements in it.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Child::Element(element) => Some(element),
            Child::Text(_) => None,
        })
    }

    /// The first element of a name in it.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.name == name)
    }

    /// The attribute `val` of the first element of a name in it.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.child(name)?.get("val")
    }

    /// The first element of a name, however deep.
    pub(crate) fn find(&self, name: &str) -> Option<&Self> {
        self.elements().find_map(|element| if element.name == name { Some(element) } else { element.find(name) })
    }

    /// Its text.
    pub(crate) fn text(&self) -> String {
        let texts = self.children.iter().map(|child| match child {
            Child::Text(text) => text.clone(),
            Child::Element(element) => element.text(),
        });
        texts.collect()
    }
}

fn say(open: &mut [Element], text: &str) {
    let Some(element) = open.last_mut() else { return };
    match element.children.last_mut() {
        Some(Child::Text(known)) => known.push_str(text),
        _ => element.children.push(Child::Text(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_read_and_entities_resolved() {
        let root = Element::parse("<w:a x:b=\"1&amp;2\"><c val=\"v\"/>甲&lt;&#x4e59;<![CDATA[<丙>]]></w:a>").unwrap();
        let a = root.child("a").unwrap();
        assert_eq!((a.get("b"), a.value("c"), a.text().as_str()), (Some("1&2"), Some("v"), "甲<乙<丙>"));
        assert!(root.find("c").is_some());
    }

    #[test]
    fn what_is_hostile_is_refused() {
        let deep = "<a>".repeat(100_000);
        let bomb = "<!DOCTYPE a [<!ENTITY b \"cccc\"><!ENTITY d \"&b;&b;\">]><a>&d;</a>";
        for text in [deep.as_str(), bomb, "<a>&unknown;</a>", "<a><b></a>", "<a>", "</a>"] {
            assert!(Element::parse(text).is_err(), "{}", text.get(..20).unwrap_or(text));
        }
    }
}
