//! Finding aids in EAD 2002 and EAD3: every description of the hierarchy becomes a row with the code of its parent.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

use super::component::{Component, Field};
use super::ead::is_component;
use super::reader::{Event, ReadProblem, Sink};
use super::table::Cells;
use super::xml::{Attributes, Piece, Pieces};
use crate::Element;

/// The longest text of one element, in bytes: histories of a fonds fill a few pages.
const LONGEST_NOTE: usize = 1 << 20;

/// How many elements may stand around a finding aid: an envelope of OAI-PMH has a few.
const MOST_AROUND: usize = 40;

/// Whether an XML document is a finding aid, or a list of them.
pub(super) fn is_one(file: &mut File) -> Result<bool, ReadProblem> {
    let mut pieces = Pieces::of(file)?;
    let mut around = 0;
    while around < MOST_AROUND {
        match pieces.next()? {
            Some(Piece::Open(name, _)) if matches!(name.as_str(), "ead" | "archdesc") => return Ok(true),
            Some(Piece::Open(..)) => around += 1,
            Some(_) => {}
            None => return Ok(false),
        }
    }
    Ok(false)
}

/// A finding aid, and the elements it uses.
pub(super) struct FindingAid {
    columns: Vec<Element>,
    fonds: Option<String>,
}

/// What a finding aid consists of.
enum Found<'a> {
    /// A description and its place in the file, from 1.
    Row(u32, &'a BTreeMap<Element, String>),
    /// Text that is of no description.
    Note(&'a str),
    /// Descriptions or parts of them that are marked as internal and left out.
    LeftOut,
}

type Take<'t> = dyn FnMut(Found<'_>) -> Result<(), ReadProblem> + 't;

impl FindingAid {
    /// Looks through a file for the elements it uses. The fonds the importer was told stands in where the finding aid has
    /// no identifier of its own.
    pub(super) fn open(file: &mut File, fonds: Option<&str>) -> Result<Self, ReadProblem> {
        let fonds = fonds.map(str::to_owned);
        let mut used = BTreeSet::from([Element::ReferenceCode, Element::Title]);
        let mut rows = 0_u32;
        walk(file, fonds.as_deref(), &mut |found| {
            if let Found::Row(_, values) = found {
                rows += 1;
                used.extend(values.keys().copied());
            }
            Ok(())
        })?;
        if rows == 0 {
            return Err(ReadProblem::NoRows);
        }
        Ok(Self { columns: Element::ALL.into_iter().filter(|element| used.contains(element)).collect(), fonds })
    }

    /// Reads the whole file as one sheet without a name.
    pub(super) fn read(&self, file: &mut File, sink: &mut Sink<'_>) -> Result<(), ReadProblem> {
        sink(Event::Sheet(""))?;
        let mut cells = Cells::default();
        for element in &self.columns {
            cells.write(element.label());
            cells.end_cell();
        }
        sink(Event::Row(1, &cells))?;
        let mut left_out = 0_u32;
        walk(file, self.fonds.as_deref(), &mut |found| match found {
            Found::Row(place, values) => {
                cells.clear();
                for element in &self.columns {
                    cells.write(values.get(element).map_or("", String::as_str));
                    cells.end_cell();
                }
                sink(Event::Row(place.saturating_add(1), &cells))
            }
            Found::Note(text) => sink(Event::Note("", text)),
            Found::LeftOut => {
                left_out += 1;
                Ok(())
            }
        })?;
        if left_out > 0 {
            let message = format!("标为内部（audience=internal）的 {left_out} 处说明没有导入");
            sink(Event::Notice("internal-left-out", &message))?;
        }
        Ok(())
    }
}

fn walk(file: &mut File, fonds: Option<&str>, take: &mut Take<'_>) -> Result<(), ReadProblem> {
    let mut walk = Walk {
        depth: 0,
        open: Vec::new(),
        field: None,
        head: Head { fonds, ..Head::default() },
        loose: String::new(),
        place: 0,
        take,
    };
    let mut pieces = Pieces::of(file)?;
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Open(name, attributes) => walk.open(&name, &attributes)?,
            Piece::Text(text) => walk.text(&text)?,
            Piece::Close => walk.close()?,
        }
    }
    Ok(())
}

/// What a finding aid says of itself.
#[derive(Default)]
pub(super) struct Head<'f> {
    /// The fonds the importer was told.
    pub(super) fonds: Option<&'f str>,
    /// `eadid`, `recordid`
    pub(super) id: String,
    /// `titleproper`
    pub(super) title: String,
    /// `author`
    pub(super) author: String,
    /// `descrules`, `conventiondeclaration`
    pub(super) rules: String,
}

struct Walk<'w, 't> {
    depth: usize,
    /// The components that are open, the outermost first.
    open: Vec<Component>,
    /// What is being read of the innermost one, or of the head.
    field: Option<Field>,
    head: Head<'w>,
    /// Text outside of fields.
    loose: String,
    place: u32,
    take: &'w mut Take<'t>,
}

impl Walk<'_, '_> {
    fn open(&mut self, name: &str, attributes: &Attributes) -> Result<(), ReadProblem> {
        self.depth += 1;
        self.note()?;
        if let Some(field) = &mut self.field {
            field.open(self.depth, name, attributes);
            return Ok(());
        }
        if name == "archdesc" || (is_component(name) && !self.open.is_empty()) {
            return self.component(name, attributes);
        }
        let wanted = if self.open.is_empty() { is_of_head(name) } else { Field::is_one(name, attributes) };
        if wanted {
            self.field = Some(Field::begin(self.depth, name, attributes));
        }
        Ok(())
    }

    fn component(&mut self, name: &str, attributes: &Attributes) -> Result<(), ReadProblem> {
        self.place = self.place.saturating_add(1);
        if name == "archdesc" {
            self.open.clear();
            self.open.push(Component::top(self.depth, self.place, attributes));
            return Ok(());
        }
        // What holds a component is told before it; the whole finding aid, whose parts may stand behind its components, last.
        self.tell(true)?;
        let Some((above, before)) = self.open.split_last_mut() else { return Ok(()) };
        let within = Component::within(above, before.first(), &self.head);
        self.open.push(within.begin(self.depth, self.place, attributes));
        Ok(())
    }

    /// Tells about the innermost component, unless that was done.
    fn tell(&mut self, has_children: bool) -> Result<(), ReadProblem> {
        let is_top = self.open.len() == 1;
        let Some(component) = self.open.last_mut() else { return Ok(()) };
        if (is_top && has_children) || component.told {
            return Ok(());
        }
        component.told = true;
        let place = component.place;
        let values = component.values(&self.head, is_top, has_children);
        (self.take)(Found::Row(place, &values))
    }

    fn text(&mut self, text: &str) -> Result<(), ReadProblem> {
        let longest = if let Some(field) = &mut self.field {
            field.text(text)
        } else {
            self.loose.push_str(text);
            self.loose.len()
        };
        if longest > LONGEST_NOTE { Err(ReadProblem::LongNote { row: self.place }) } else { Ok(()) }
    }

    fn close(&mut self) -> Result<(), ReadProblem> {
        self.note()?;
        if let Some(field) = self.field.take_if(|field| field.close(self.depth)) {
            self.finish(field)?;
        } else if self.field.is_none() && self.open.last().is_some_and(|component| component.depth == self.depth) {
            let has_children = self.open.last().is_some_and(|component| component.children > 0);
            // The outermost one was not told when its components came.
            self.tell_last(has_children)?;
            self.open.pop();
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn tell_last(&mut self, has_children: bool) -> Result<(), ReadProblem> {
        let is_top = self.open.len() == 1;
        let Some(component) = self.open.last_mut().filter(|component| !component.told) else { return Ok(()) };
        let values = component.values(&self.head, is_top, has_children);
        (self.take)(Found::Row(component.place, &values))
    }

    fn finish(&mut self, field: Field) -> Result<(), ReadProblem> {
        let Some(component) = self.open.last_mut() else {
            (self.take)(Found::Note(field.written()))?;
            self.head.take(field);
            return Ok(());
        };
        if field.is_left_out() {
            (self.take)(Found::Note(field.written()))?;
            return (self.take)(Found::LeftOut);
        }
        component.take(field);
        if component.bytes > LONGEST_NOTE { Err(ReadProblem::LongNote { row: self.place }) } else { Ok(()) }
    }

    /// Text outside of fields is looked at for marks, and no more.
    fn note(&mut self) -> Result<(), ReadProblem> {
        if !self.loose.trim().is_empty() {
            (self.take)(Found::Note(&self.loose))?;
        }
        self.loose.clear();
        Ok(())
    }
}

fn is_of_head(name: &str) -> bool {
    matches!(name, "eadid" | "recordid" | "titleproper" | "author" | "descrules" | "conventiondeclaration")
}

impl Head<'_> {
    fn take(&mut self, field: Field) {
        let (name, text) = field.named();
        let place = match name.as_str() {
            "eadid" | "recordid" => &mut self.id,
            "titleproper" => &mut self.title,
            "author" => &mut self.author,
            _ => &mut self.rules,
        };
        if place.is_empty() {
            *place = text;
        }
    }
}
