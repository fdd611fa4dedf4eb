//! One description of a finding aid while it is read: its fields, its dates, and at last its row.

use std::collections::BTreeMap;

use super::ead::{belongs, element, is_inline, level, normal_date, worded_date};
use super::finding_aid::Head;
use super::xml::Attributes;
use crate::Element;

/// The longest code that can land.
const LONGEST_CODE: usize = 120;
/// What stands between several values of one element.
const BETWEEN: &str = "；";

/// A description whose end has not come yet.
pub(super) struct Component {
    /// How deep its element stands.
    pub(super) depth: usize,
    /// Its place in the file, from 1.
    pub(super) place: u32,
    /// How many components it holds so far.
    pub(super) children: u32,
    /// Whether its row was told.
    pub(super) told: bool,
    /// Bytes of its values.
    pub(super) bytes: usize,
    above: Above,
    level: String,
    is_internal: bool,
    values: BTreeMap<Element, Vec<String>>,
    identifiers: Vec<String>,
    dates: Vec<Written>,
}

/// Where a component stands: what it needs to know of those above it.
#[derive(Clone, Default)]
pub(super) struct Above {
    parent: String,
    fonds: String,
    position: u32,
    is_internal: bool,
}

/// A date as the finding aid gives it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
struct Written {
    normal: Vec<String>,
    text: String,
    is_bulk: bool,
}

impl Component {
    /// The description of the whole.
    pub(super) fn top(depth: usize, place: u32, attributes: &Attributes) -> Self {
        Above::default().begin(depth, place, attributes)
    }

    /// Makes room for one more component below this one.
    pub(super) fn within(above: &mut Self, top: Option<&Self>, head: &Head<'_>) -> Above {
        above.children = above.children.saturating_add(1);
        let parent = above.code(head);
        let fonds = top.map_or_else(|| parent.clone(), |top| top.code(head));
        Above { parent, fonds, position: above.children, is_internal: above.is_internal }
    }

    /// Its code: its own identifier, below that of its parent unless it begins with it; without one its place.
    fn code(&self, head: &Head<'_>) -> String {
        let own = self.identifiers.first().map(String::as_str).unwrap_or_default();
        let Above { parent, fonds, position, .. } = &self.above;
        if parent.is_empty() {
            let or_else = [own, head.id.as_str(), head.fonds.unwrap_or_default()];
            return or_else.into_iter().find(|code| !code.is_empty()).unwrap_or_default().to_owned();
        }
        if own.is_empty() {
            return format!("{parent}-{position:03}");
        }
        if belongs(own, parent) || belongs(own, fonds) {
            return own.to_owned();
        }
        let joined = format!("{parent}-{own}");
        if joined.chars().count() > LONGEST_CODE { format!("{fonds}-{own}") } else { joined }
    }

    /// Takes what was read.
    pub(super) fn take(&mut self, field: Field) {
        self.bytes += field.text.len();
        self.dates.extend(field.inner.filter(Written::says_something));
        let Some(element) = field.element else { return };
        if element == Element::Date {
            let date = Written { text: field.text, normal: field.normal, is_bulk: field.is_bulk };
            self.dates.push(Written { text: collapsed(&date.text), ..date });
            return;
        }
        let text = collapsed(&field.text);
        let text = if text.is_empty() { field.codes.join(BETWEEN) } else { text };
        let text = match field.kind {
            Some(kind) if !text.is_empty() => format!("{kind} {text}"),
            _ => text,
        };
        if text.is_empty() {
            return;
        }
        if element == Element::ReferenceCode {
            self.identifiers.push(text);
        } else {
            self.values.entry(element).or_default().push(text);
        }
    }

    /// Its row.
    pub(super) fn values(&self, head: &Head<'_>, is_top: bool, has_children: bool) -> BTreeMap<Element, String> {
        let mut row: BTreeMap<Element, String> =
            self.values.iter().map(|(element, texts)| (*element, joined(texts))).collect();
        let mut put = |element: Element, text: String| {
            if !text.is_empty() {
                row.entry(element).or_insert(text);
            }
        };
        let code = self.code(head);
        let fonds = if is_top { code.clone() } else { self.above.fonds.clone() };
        put(Element::Parent, self.above.parent.clone());
        put(Element::Fonds, fonds);
        put(Element::ReferenceCode, code);
        put(Element::AlternativeCodes, joined(self.identifiers.get(1..).unwrap_or_default()));
        let (level, word) = level(&self.level, is_top, has_children);
        put(Element::Level, level.label().to_owned());
        put(Element::LevelWord, word.unwrap_or_default().to_owned());
        if self.is_internal {
            put(Element::Disclosure, "不公开".to_owned());
        }
        let (date, others) = dates(&self.dates);
        put(Element::OtherDates, joined(&others));
        let worded = self.dates.iter().map(|date| date.text.clone()).find(|text| !text.is_empty());
        let container = self.values.get(&Element::Location).map(|texts| joined(texts));
        let title = worded.or(Some(date.clone()).filter(|date| !date.is_empty())).or(container);
        put(Element::Date, date);
        if is_top {
            put(Element::Title, head.title.clone());
            put(Element::DescribedBy, head.author.clone());
            put(Element::Rules, head.rules.clone());
        }
        put(Element::Title, title.unwrap_or_default());
        row
    }
}

impl Above {
    /// A component begins there.
    pub(super) fn begin(self, depth: usize, place: u32, attributes: &Attributes) -> Component {
        let level = attributes.get("level").filter(|level| *level != "otherlevel").or(attributes.get("otherlevel"));
        Component {
            depth,
            place,
            children: 0,
            told: false,
            bytes: 0,
            is_internal: self.is_internal || attributes.get("audience") == Some("internal"),
            above: self,
            level: level.unwrap_or_default().to_owned(),
            values: BTreeMap::new(),
            identifiers: Vec::new(),
            dates: Vec::new(),
        }
    }
}

/// The date of a description and what else is said of its time: the span of all comes before that of most, what can be
/// read before what cannot.
fn dates(written: &[Written]) -> (String, Vec<String>) {
    let (most, all): (Vec<&Written>, Vec<&Written>) = written.iter().partition(|date| date.is_bulk);
    let read = |date: &&Written| date.normal().or_else(|| worded_date(&date.text));
    let chosen = all.iter().chain(&most).find_map(read).unwrap_or_default();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let mut others: Vec<String> = Vec::new();
    for date in written {
        let same = digits(&date.text) == digits(&chosen) && !chosen.is_empty();
        if !date.text.is_empty() && !same && !others.contains(&date.text) {
            others.push(date.text.clone());
        }
    }
    (chosen, others)
}

impl Written {
    fn says_something(&self) -> bool {
        !self.text.trim().is_empty() || !self.normal.is_empty()
    }

    fn normal(&self) -> Option<String> {
        match self.normal.as_slice() {
            [] => None,
            [one] => normal_date(one),
            [first, .., last] => normal_date(&format!("{first}/{last}")),
        }
    }
}

/// An element of a description while its text comes together.
pub(super) struct Field {
    name: String,
    element: Option<Element>,
    depth: usize,
    text: String,
    /// What parts of the text say in attributes: languages, addresses.
    codes: Vec<String>,
    normal: Vec<String>,
    is_bulk: bool,
    /// The kind of a container.
    kind: Option<String>,
    /// A date within a title, and how deep it stands.
    inner: Option<Written>,
    inner_depth: usize,
    /// How deep a heading stands that is no part of the text.
    heading: Option<usize>,
    is_internal: bool,
}

impl Field {
    /// Whether an element of a description says something of its own.
    pub(super) fn is_one(name: &str, attributes: &Attributes) -> bool {
        meaning(name, attributes).is_some()
    }

    /// Begins to read an element.
    pub(super) fn begin(depth: usize, name: &str, attributes: &Attributes) -> Self {
        let own = own_name(attributes).is_some();
        let kind = (name == "container" && !own)
            .then(|| attributes.get("localtype").or(attributes.get("type")).or(attributes.get("label")))
            .flatten();
        Self {
            element: meaning(name, attributes),
            name: name.to_owned(),
            depth,
            text: String::new(),
            codes: attributes.get("href").map(str::to_owned).into_iter().collect(),
            normal: attributes.get("normal").map(str::to_owned).into_iter().collect(),
            is_bulk: is_bulk(attributes),
            kind: kind.map(str::to_owned),
            inner: None,
            inner_depth: 0,
            heading: None,
            is_internal: attributes.get("audience") == Some("internal") && !own,
        }
    }

    /// An element begins inside.
    pub(super) fn open(&mut self, depth: usize, name: &str, attributes: &Attributes) {
        if name == "head" && self.heading.is_none() {
            self.heading = Some(depth);
        }
        if !is_inline(name) && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        self.codes.extend(["langcode", "href"].into_iter().filter_map(|name| attributes.get(name)).map(str::to_owned));
        let is_date = matches!(name, "unitdate" | "unitdatestructured");
        if is_date && self.element == Some(Element::Title) && self.inner.is_none() {
            let normal = attributes.get("normal").map(str::to_owned).into_iter().collect();
            self.inner = Some(Written { normal, text: String::new(), is_bulk: is_bulk(attributes) });
            self.inner_depth = depth;
        }
        self.normal.extend(attributes.get("standarddate").map(str::to_owned));
    }

    /// Takes text; how much there is.
    pub(super) fn text(&mut self, text: &str) -> usize {
        if self.heading.is_none() {
            self.text.push_str(text);
            if let Some(inner) = self.inner.as_mut().filter(|_| self.inner_depth > 0) {
                inner.text.push_str(text);
            }
        }
        self.text.len()
    }

    /// An element ends; whether it is this one.
    pub(super) fn close(&mut self, depth: usize) -> bool {
        self.heading = self.heading.filter(|heading| *heading != depth);
        if self.inner_depth == depth {
            self.inner_depth = 0;
            if let Some(inner) = &mut self.inner {
                inner.text = collapsed(&inner.text);
            }
        }
        self.depth == depth
    }

    /// Whether it is marked as internal.
    pub(super) const fn is_left_out(&self) -> bool {
        self.is_internal
    }

    /// Its text so far.
    pub(super) fn written(&self) -> &str {
        &self.text
    }

    /// Its name and its text.
    pub(super) fn named(self) -> (String, String) {
        let text = collapsed(&self.text);
        (self.name, text)
    }
}

fn is_bulk(attributes: &Attributes) -> bool {
    [attributes.get("type"), attributes.get("unitdatetype")].contains(&Some("bulk"))
}

/// The house's own name of an element, as its exports write it.
fn own_name(attributes: &Attributes) -> Option<Element> {
    attributes.get("encodinganalog").and_then(Element::named)
}

fn meaning(name: &str, attributes: &Attributes) -> Option<Element> {
    match name {
        "unitid" => Some(own_name(attributes).unwrap_or(Element::ReferenceCode)),
        "unitdate" | "unitdatestructured" | "unitdateset" => Some(own_name(attributes).unwrap_or(Element::Date)),
        // A list of access points is a frame around them.
        "controlaccess" => None,
        name => element(name).map(|one| own_name(attributes).unwrap_or(one)),
    }
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn joined(texts: &[String]) -> String {
    let texts: Vec<&str> = texts.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    texts.join(BETWEEN)
}
