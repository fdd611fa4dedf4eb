//! What the styles and lists of a document mean.

use std::collections::{HashMap, HashSet};

use crate::import::xml::Element;

/// How many styles may be based on each other.
const STEPS: usize = 16;

#[derive(Default)]
pub(super) struct Styles {
    headings: HashSet<String>,
    quotations: HashSet<String>,
    strong: HashSet<String>,
    /// Whether each list is numbered.
    lists: HashMap<String, bool>,
    /// Lists of styles.
    listed: HashMap<String, String>,
}

/// What a paragraph is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    Heading,
    Quotation,
    /// An item of a list, numbered or not.
    Item(bool),
    Text,
}

impl Styles {
    pub(super) fn of(styles: &Element, numbering: &Element) -> Self {
        let mut known = Self { lists: lists(numbering), ..Self::default() };
        let all: HashMap<&str, &Element> = styles
            .elements()
            .flat_map(Element::elements)
            .filter(|one| one.name == "style")
            .filter_map(|style| Some((style.get("styleId")?, style)))
            .collect();
        for (id, style) in &all {
            let mut at = Some(*style);
            for _ in 0..STEPS {
                let Some(style) = at else { break };
                known.note(id, style);
                at = style.value("basedOn").and_then(|base| all.get(base).copied());
            }
        }
        known
    }

    fn note(&mut self, id: &str, style: &Element) {
        let name = style.value("name").unwrap_or_default().to_lowercase();
        let outline = style.child("pPr").and_then(|look| look.value("outlineLvl"));
        if is_heading(&name) || outline.is_some_and(is_level) {
            self.headings.insert(id.to_owned());
        }
        if name == "quote" || name == "intense quote" {
            self.quotations.insert(id.to_owned());
        }
        if style.child("rPr").is_some_and(is_on) {
            self.strong.insert(id.to_owned());
        }
        let number = style.child("pPr").and_then(|look| look.child("numPr")).and_then(|list| list.value("numId"));
        if let Some(number) = number {
            self.listed.entry(id.to_owned()).or_insert_with(|| number.to_owned());
        }
    }

    /// What a paragraph with these properties is.
    pub(super) fn role(&self, look: Option<&Element>) -> Role {
        let style = look.and_then(|look| look.value("pStyle")).unwrap_or_default();
        let outline = look.and_then(|look| look.value("outlineLvl"));
        if self.headings.contains(style) || outline.is_some_and(is_level) || is_heading(&style.to_lowercase()) {
            return Role::Heading;
        }
        if self.quotations.contains(style) {
            return Role::Quotation;
        }
        let own = look.and_then(|look| look.child("numPr")).and_then(|list| list.value("numId"));
        match own.or_else(|| self.listed.get(style).map(String::as_str)) {
            None | Some("0") => Role::Text,
            Some(list) => Role::Item(self.lists.get(list).copied().unwrap_or(false)),
        }
    }

    /// Whether words with these properties stand out.
    pub(super) fn is_strong(&self, look: Option<&Element>) -> bool {
        let Some(look) = look else { return false };
        match look.child("b") {
            Some(_) => is_on(look),
            None => look.value("rStyle").is_some_and(|style| self.strong.contains(style)),
        }
    }
}

/// Level 9 is the body's.
fn is_level(outline: &str) -> bool {
    outline.parse::<u8>().is_ok_and(|level| level < 9)
}

fn is_heading(name: &str) -> bool {
    let numbered = name.strip_prefix("heading").or_else(|| name.strip_prefix("标题")).map(str::trim);
    name == "title" || numbered.is_some_and(|rest| rest.is_empty() || rest.parse::<u8>().is_ok())
}

/// Whether `b` is there and not switched off.
fn is_on(look: &Element) -> bool {
    look.child("b").is_some_and(|bold| !matches!(bold.get("val"), Some("0" | "false" | "off" | "none")))
}

/// Whether each list is numbered: its number leads to a pattern, whose first level has a form.
fn lists(numbering: &Element) -> HashMap<String, bool> {
    let all = || numbering.elements().flat_map(Element::elements);
    let patterns: HashMap<&str, bool> = all()
        .filter(|one| one.name == "abstractNum")
        .filter_map(|one| {
            let form = one.child("lvl").and_then(|level| level.value("numFmt")).unwrap_or("bullet");
            Some((one.get("abstractNumId")?, !matches!(form, "bullet" | "none")))
        })
        .collect();
    all()
        .filter(|one| one.name == "num")
        .filter_map(|one| {
            let ordered = patterns.get(one.value("abstractNumId")?).copied().unwrap_or(false);
            Some((one.get("numId")?.to_owned(), ordered))
        })
        .collect()
}
