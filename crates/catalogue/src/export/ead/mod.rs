//! A finding aid in Encoded Archival Description: EAD 2002 and EAD3.
//!
//! One document describes one fonds, or the institution with its fonds below it. Every description is a component below
//! what it belongs to. Each element stands where the standard wants it and carries its own name in `encodinganalog`, so
//! that what the standard does not part is not lost.

mod elements;
mod head;

#[cfg(test)]
mod tests;

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

pub(super) use self::elements::Values;
pub(super) use self::head::Head;
use crate::plain::is_xml;
use crate::{Fonds, Level};

/// The edition of the standard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Edition {
    Ead2002,
    Ead3,
}

impl Edition {
    const fn namespace(self) -> &'static str {
        match self {
            Self::Ead2002 => "urn:isbn:1-931666-22-9",
            Self::Ead3 => "http://ead3.archivists.org/schema/",
        }
    }

    /// The attribute that says what kind of an element it is, in the house's own words.
    const fn kind(self) -> &'static str {
        match self {
            Self::Ead2002 => "type",
            Self::Ead3 => "localtype",
        }
    }
}

/// Where the text of a document comes together.
pub(super) type Text = Writer<Vec<u8>>;

/// A document being written.
pub(super) struct Document {
    edition: Edition,
    text: Text,
    /// Components that are open, the outermost first, with the depth of what they describe.
    open: Vec<usize>,
    /// Whether the list of components has begun.
    has_components: bool,
    /// The fonds that is being described.
    fonds: Option<i64>,
    /// Whether the document is about one fonds.
    is_of_fonds: bool,
}

impl Document {
    /// Begins a document.
    pub(super) fn begin(edition: Edition, head: &Head<'_>) -> io::Result<Self> {
        let mut text = Writer::new(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_vec());
        let root = BytesStart::new("ead").with_attributes([("xmlns", edition.namespace())]);
        text.write_event(Event::Start(root))?;
        head.write(edition, &mut text)?;
        let is_of_fonds = head.fonds.is_some();
        let mut document = Self { edition, text, open: Vec::new(), has_components: false, fonds: None, is_of_fonds };
        if !is_of_fonds {
            document.line()?;
            document.text.write_event(Event::Start(levelled("archdesc", Level::Institution)))?;
            elements::write(&mut document.text, edition, &head.keeper_values())?;
        }
        Ok(document)
    }

    /// Writes a description that stands `depth` steps below its fonds; 0 is the fonds itself.
    pub(super) fn describe(
        &mut self,
        level: Level,
        depth: usize,
        values: &Values<'_>,
        fonds: &Fonds,
    ) -> io::Result<()> {
        if self.fonds != Some(fonds.number) {
            self.close_to(0)?;
            self.fonds = Some(fonds.number);
            if depth > 0 {
                self.open(Level::Fonds, 0, &elements::of_fonds(fonds))?;
            }
        }
        self.open(level, depth, values)
    }

    /// Writes a fonds of which nothing is described.
    pub(super) fn bare(&mut self, fonds: &Fonds) -> io::Result<()> {
        if self.fonds.is_some() {
            return Ok(());
        }
        self.fonds = Some(fonds.number);
        self.open(Level::Fonds, 0, &elements::of_fonds(fonds))
    }

    /// Writes the end.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.close_to(0)?;
        if self.has_components {
            self.end("dsc")?;
        }
        self.end("archdesc")?;
        self.end("ead")
    }

    /// What was written since this was asked last.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.text.get_mut())
    }

    fn open(&mut self, level: Level, depth: usize, values: &Values<'_>) -> io::Result<()> {
        if self.is_of_fonds && depth == 0 {
            self.line()?;
            self.text.write_event(Event::Start(levelled("archdesc", level)))?;
        } else {
            self.close_to(depth)?;
            if !self.has_components {
                self.has_components = true;
                let list = BytesStart::new("dsc");
                // EAD 2002 asks which kind of list it is.
                let list = match self.edition {
                    Edition::Ead2002 => list.with_attributes([("type", "combined")]),
                    Edition::Ead3 => list,
                };
                self.text.write_event(Event::Start(list))?;
            }
            self.line()?;
            self.text.write_event(Event::Start(levelled("c", level)))?;
            self.open.push(depth);
        }
        elements::write(&mut self.text, self.edition, values)
    }

    /// Closes the components that are not above a depth.
    fn close_to(&mut self, depth: usize) -> io::Result<()> {
        while self.open.pop_if(|open| *open >= depth).is_some() {
            self.end("c")?;
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> io::Result<()> {
        self.text.write_event(Event::End(BytesEnd::new(name)))
    }

    fn line(&mut self) -> io::Result<()> {
        self.text.write_event(Event::Text(BytesText::new("\n")))
    }
}

/// An element that describes at a level. The standard has no word for 类别 and 档案馆.
fn levelled(name: &'static str, level: Level) -> BytesStart<'static> {
    let element = BytesStart::new(name);
    match level {
        Level::Fonds => element.with_attributes([("level", "fonds")]),
        Level::Volume => element.with_attributes([("level", "file")]),
        Level::Item => element.with_attributes([("level", "item")]),
        Level::Institution | Level::Series => {
            element.with_attributes([("level", "otherlevel"), ("otherlevel", level.label())])
        }
    }
}

/// A text as XML can hold it.
fn clean(text: &str) -> String {
    text.chars().filter(|c| is_xml(*c)).collect()
}
