//! The CSV of AtoM for archival descriptions (ISAD): its columns in the house's words, and codes that are whole.
//!
//! An identifier is relative to its parent's; the parent is named by `parentId` (the `legacyId` of another row) or by
//! `qubitParentSlug`. So the file is read once for its hierarchy before it is read for its rows.

use std::collections::HashMap;
use std::fs::File;

use super::delimited::{self, Form};
use super::ead::{belongs, level, normal_date, worded_date};
use super::reader::{Event, HEADER_LINES, ReadProblem, Sink};
use super::table::Cells;
use crate::plain::kept;
use crate::{Element, Level};

/// What stands between several values of one element.
const BETWEEN: &str = "；";
/// The most ancestors that are followed.
const MAX_DEPTH: usize = 60;

/// A file of AtoM: its columns, and what holds what.
pub(super) struct Atom {
    columns: Columns,
    nodes: Vec<Node>,
    /// Rows by their line.
    lines: HashMap<u32, usize>,
}

/// The columns of the file.
struct Columns {
    /// The line of the header.
    line: u32,
    names: Vec<String>,
}

/// What a row says of its place.
#[derive(Default)]
struct Node {
    identifier: String,
    legacy: String,
    /// The row that holds it.
    parent: Option<usize>,
    /// The slug of what holds it, if that is no row.
    slug: String,
    level: String,
    has_children: bool,
    position: u32,
    code: String,
}

/// The elements of the columns that are taken as they are.
const PLAIN: [(&str, Element); 30] = [
    ("title", Element::Title),
    ("extentAndMedium", Element::Carrier),
    ("repository", Element::Institution),
    ("archivalHistory", Element::CustodialHistory),
    ("acquisition", Element::Acquisition),
    ("scopeAndContent", Element::Scope),
    ("appraisal", Element::Appraisal),
    ("accruals", Element::Accruals),
    ("arrangement", Element::Arrangement),
    ("accessConditions", Element::AccessConditions),
    ("reproductionConditions", Element::ReproductionConditions),
    ("language", Element::Language),
    ("script", Element::Language),
    ("languageNote", Element::Language),
    ("physicalCharacteristics", Element::PhysicalCharacteristics),
    ("findingAids", Element::FindingAids),
    ("locationOfOriginals", Element::OriginalsLocation),
    ("locationOfCopies", Element::CopiesLocation),
    ("digitalObjectURI", Element::CopiesLocation),
    ("relatedUnitsOfDescription", Element::RelatedUnits),
    ("publicationNote", Element::PublicationNote),
    ("generalNote", Element::Note),
    ("subjectAccessPoints", Element::Subjects),
    ("placeAccessPoints", Element::Places),
    ("nameAccessPoints", Element::Persons),
    ("genreAccessPoints", Element::DocumentType),
    ("rules", Element::Rules),
    ("revisionHistory", Element::DescribedOn),
    ("archivistNote", Element::DescribedBy),
    ("physicalObjectName", Element::Location),
];

/// Further columns that are taken as they are.
const FURTHER: [(&str, Element); 6] = [
    ("physicalObjectLocation", Element::Location),
    ("accessionNumber", Element::AlternativeCodes),
    ("descriptionIdentifier", Element::AlternativeCodes),
    ("alternativeIdentifiers", Element::AlternativeCodes),
    ("institutionIdentifier", Element::InstitutionCode),
    ("eventActorHistories", Element::AdministrativeHistory),
];

/// The elements of columns that are worked out together.
const MADE: [Element; 9] = [
    Element::ReferenceCode,
    Element::Parent,
    Element::Fonds,
    Element::Level,
    Element::LevelWord,
    Element::Date,
    Element::OtherDates,
    Element::Creator,
    Element::Disclosure,
];

/// Columns that have been worked into others.
const USED: [&str; 18] = [
    "legacyId",
    "parentId",
    "qubitParentSlug",
    "identifier",
    "levelOfDescription",
    "publicationStatus",
    "culture",
    "eventDates",
    "eventTypes",
    "eventStartDates",
    "eventEndDates",
    "eventActors",
    "creators",
    "creatorHistories",
    "creationDates",
    "creationDatesStart",
    "creationDatesEnd",
    "creationDatesType",
];

impl Atom {
    /// Looks through a file; none if it is not AtoM's.
    pub(super) fn open(file: &mut File, form: Form) -> Result<Option<Self>, ReadProblem> {
        let mut columns: Option<Columns> = None;
        let mut nodes: Vec<Node> = Vec::new();
        let mut parents: Vec<String> = Vec::new();
        let mut lines = HashMap::new();
        let outcome = delimited::read(file, form, &mut |event| {
            let Event::Row(line, cells) = event else { return Ok(()) };
            let Some(known) = &columns else {
                columns = Columns::read(line, cells);
                return if columns.is_none() && line > HEADER_LINES { Err(ReadProblem::Enough) } else { Ok(()) };
            };
            let get = |name: &str| known.value(cells, name);
            lines.insert(line, nodes.len());
            parents.push(get("parentId"));
            nodes.push(Node {
                identifier: get("identifier"),
                legacy: get("legacyId"),
                slug: get("qubitParentSlug"),
                level: get("levelOfDescription"),
                ..Node::default()
            });
            Ok(())
        });
        match (outcome, columns) {
            (Ok(()) | Err(ReadProblem::Enough), None) => Ok(None),
            (Err(problem), _) => Err(problem),
            (Ok(()), Some(columns)) => {
                link(&mut nodes, &parents);
                Ok(Some(Self { columns, nodes, lines }))
            }
        }
    }

    /// Reads the whole file as one sheet without a name, the lines being those of the file.
    pub(super) fn read(&self, file: &mut File, form: Form, sink: &mut Sink<'_>) -> Result<(), ReadProblem> {
        let taken = self.taken();
        let strangers = self.strangers();
        let mut out = Cells::default();
        delimited::read(file, form, &mut |event| {
            let (line, cells) = match event {
                Event::Row(line, cells) => (line, cells),
                other => return sink(other),
            };
            let mut cell = |text: &str| {
                out.write(text);
                out.end_cell();
            };
            if line < self.columns.line {
                return sink(Event::Row(line, cells));
            }
            if line == self.columns.line {
                for element in MADE {
                    cell(element.label());
                }
                for (element, _) in &taken {
                    cell(element.label());
                }
                for column in &strangers {
                    cell(self.columns.name(*column));
                }
            } else {
                let Some(node) = self.lines.get(&line).and_then(|at| self.nodes.get(*at)) else { return Ok(()) };
                self.made(node, cells).iter().for_each(|text| cell(text));
                for (_, columns) in &taken {
                    cell(&together(cells, columns));
                }
                for column in &strangers {
                    cell(cells.get(*column));
                }
            }
            sink(Event::Row(line, &out))?;
            out.clear();
            Ok(())
        })
    }

    /// The elements that columns of the file give, and those columns.
    fn taken(&self) -> Vec<(Element, Vec<usize>)> {
        let mut taken: Vec<(Element, Vec<usize>)> = Vec::new();
        for (name, element) in PLAIN.iter().chain(&FURTHER) {
            let Some(column) = self.columns.find(name) else { continue };
            match taken.iter_mut().find(|(one, _)| one == element) {
                Some((_, columns)) => columns.push(column),
                None => taken.push((*element, vec![column])),
            }
        }
        taken
    }

    /// The columns that have no place here.
    fn strangers(&self) -> Vec<usize> {
        let known = |name: &str| {
            USED.iter()
                .chain(PLAIN.iter().chain(&FURTHER).map(|(name, _)| name))
                .any(|one| one.eq_ignore_ascii_case(name))
        };
        let names = self.columns.names.iter().enumerate();
        names.filter(|(_, name)| !name.is_empty() && !known(name)).map(|(column, _)| column).collect()
    }

    /// The values of [`MADE`].
    fn made(&self, node: &Node, cells: &Cells) -> [String; 9] {
        let parent = node.parent.and_then(|at| self.nodes.get(at));
        let above = parent.map_or_else(|| node.slug.clone(), |parent| parent.code.clone());
        let is_top = above.is_empty();
        let (level, word) = level(&node.level, is_top, node.has_children);
        let dates = Events::read(&self.columns, cells);
        let (date, others) = dates.dates();
        // What AtoM has not published is not for the public, whatever the mapping says of openness.
        let draft = self.columns.value(cells, "publicationStatus").eq_ignore_ascii_case("draft");
        [
            node.code.clone(),
            above,
            self.fonds(node),
            level.label().to_owned(),
            word.unwrap_or_default().to_owned(),
            date,
            others,
            dates.actors,
            if draft { "不公开" } else { "" }.to_owned(),
        ]
    }

    /// The code of what a row belongs to at last; nothing if it stands alone, for its own code tells its fonds then.
    fn fonds(&self, node: &Node) -> String {
        let mut top = node;
        for _ in 0..MAX_DEPTH {
            match top.parent.and_then(|at| self.nodes.get(at)) {
                Some(parent) => top = parent,
                None => break,
            }
        }
        let is_fonds = top.has_children || Level::written(&top.level) == Some(Level::Fonds);
        if top.slug.is_empty() && is_fonds { top.code.clone() } else { String::new() }
    }
}

impl Columns {
    /// Reads a row as the header of AtoM's file.
    fn read(line: u32, cells: &Cells) -> Option<Self> {
        let columns = Self { line, names: cells.iter().map(kept).collect() };
        let has = |name: &str| columns.find(name).is_some();
        let placed = has("legacyId") || has("parentId") || has("qubitParentSlug");
        (has("title") && placed && (has("levelOfDescription") || has("identifier"))).then_some(columns)
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|one| one.eq_ignore_ascii_case(name))
    }

    fn name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    fn value(&self, cells: &Cells, name: &str) -> String {
        self.find(name).map(|column| kept(cells.get(column))).filter(|text| text != "NULL").unwrap_or_default()
    }
}

/// Finds what holds each row, and the codes.
fn link(nodes: &mut [Node], parents: &[String]) {
    let mut by_legacy: HashMap<String, usize> = HashMap::new();
    let mut by_slug: HashMap<String, usize> = HashMap::new();
    for (at, node) in nodes.iter().enumerate() {
        by_legacy.entry(node.legacy.clone()).or_insert(at);
        by_slug.entry(slug(&node.identifier)).or_insert(at);
    }
    let mut children: HashMap<usize, u32> = HashMap::new();
    for at in 0..nodes.len() {
        let told = parents.get(at).filter(|parent| !parent.is_empty());
        let Some(node) = nodes.get_mut(at) else { continue };
        let parent = match told {
            Some(parent) => by_legacy.get(parent),
            None if node.slug.is_empty() => None,
            None => by_slug.get(&node.slug),
        };
        let parent = parent.copied().filter(|parent| *parent != at);
        match (parent, told) {
            (Some(_), _) => node.slug.clear(),
            // A parent that is no row here may have landed under that word.
            (None, Some(told)) if node.slug.is_empty() => node.slug.clone_from(told),
            (None, _) => {}
        }
        node.parent = parent;
        if let Some(parent) = parent {
            let position = children.entry(parent).or_default();
            *position += 1;
            node.position = *position;
        }
    }
    for parent in children.into_keys() {
        if let Some(node) = nodes.get_mut(parent) {
            node.has_children = true;
        }
    }
    for at in 0..nodes.len() {
        code(nodes, at);
    }
}

/// The code of a row: its identifier, joined to its parent's code unless it begins with that.
fn code(nodes: &mut [Node], at: usize) {
    let mut way = Vec::new();
    let mut next = Some(at);
    while let Some(here) = next {
        let Some(node) = nodes.get(here) else { break };
        if !node.code.is_empty() || way.contains(&here) || way.len() >= MAX_DEPTH {
            break;
        }
        way.push(here);
        next = node.parent;
    }
    for here in way.into_iter().rev() {
        let Some(node) = nodes.get(here) else { continue };
        let above = match node.parent.and_then(|parent| nodes.get(parent)) {
            Some(parent) => parent.code.clone(),
            None => node.slug.clone(),
        };
        let own = match (node.identifier.as_str(), node.legacy.as_str()) {
            ("", "") if above.is_empty() => String::new(),
            ("", "") => format!("{:03}", node.position),
            ("", legacy) => legacy.to_owned(),
            (identifier, _) => identifier.to_owned(),
        };
        let whole = if above.is_empty() || belongs(&own, &above) { own } else { format!("{above}-{own}") };
        if let Some(node) = nodes.get_mut(here) {
            node.code = whole;
        }
    }
}

/// The form in which AtoM writes names in addresses.
fn slug(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// The events of a row: their dates, and who took part.
struct Events {
    types: Vec<String>,
    worded: Vec<String>,
    starts: Vec<String>,
    ends: Vec<String>,
    actors: String,
}

impl Events {
    fn read(columns: &Columns, cells: &Cells) -> Self {
        let list = |names: [&str; 2]| {
            let text = names.into_iter().map(|name| columns.value(cells, name)).find(|text| !text.is_empty());
            let text = text.unwrap_or_default();
            text.split('|').map(|part| part.trim().replace("NULL", "")).collect::<Vec<_>>()
        };
        Self {
            types: list(["eventTypes", "creationDatesType"]),
            worded: list(["eventDates", "creationDates"]),
            starts: list(["eventStartDates", "creationDatesStart"]),
            ends: list(["eventEndDates", "creationDatesEnd"]),
            actors: distinct(list(["eventActors", "creators"])),
        }
    }

    /// The date of creation, or else of the first event that has one; and all dates in words that say more.
    fn dates(&self) -> (String, String) {
        let count = self.worded.len().max(self.starts.len()).max(self.ends.len());
        let of = |list: &[String], at: usize| list.get(at).cloned().unwrap_or_default();
        let created = |at: &usize| matches!(of(&self.types, *at).to_lowercase().as_str(), "creation" | "形成" | "创建");
        let (mut order, others): (Vec<usize>, Vec<usize>) = (0..count).partition(created);
        order.extend(others);
        let date = order.iter().find_map(|at| {
            let span = format!("{}/{}", of(&self.starts, *at), of(&self.ends, *at));
            normal_date(&span).or_else(|| worded_date(&of(&self.worded, *at)))
        });
        let date = date.unwrap_or_default();
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let more = self.worded.iter().filter(|text| digits(text) != digits(&date)).cloned().collect();
        (date, distinct(more))
    }
}

/// The values of several columns, `|` between them, each once.
fn together(cells: &Cells, columns: &[usize]) -> String {
    if let [column] = columns
        && !cells.get(*column).contains(['|', 'N'])
    {
        return cells.get(*column).to_owned();
    }
    let values = columns.iter().flat_map(|column| cells.get(*column).split('|'));
    distinct(values.map(kept).filter(|value| value != "NULL").collect())
}

fn distinct(values: Vec<String>) -> String {
    let mut once: Vec<String> = Vec::new();
    for value in values {
        if !value.is_empty() && !once.contains(&value) {
            once.push(value);
        }
    }
    once.join(BETWEEN)
}
