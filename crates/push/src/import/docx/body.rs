//! The body of a document, element by element.

use std::collections::HashMap;

use super::super::{Imported, LeftOut, normal};
use super::styles::{Role, Styles};
use super::{PICTURE, said};
use crate::article::{Block, Picture, Run};
use crate::import::xml::Element;

/// The most pictures that are taken out of one document.
const MOST_PICTURES: usize = 60;

pub(super) struct Body {
    styles: Styles,
    /// Footnotes and endnotes by their numbers.
    notes: [HashMap<String, String>; 2],
    links: HashMap<String, (String, bool)>,
    blocks: Vec<Block>,
    /// The parts of the pictures, as the blocks number them.
    pictures: Vec<String>,
    pub(super) left_out: LeftOut,
}

/// A paragraph that is being read.
#[derive(Default)]
struct Paragraph {
    runs: Vec<Run>,
    pictures: Vec<Picture>,
    /// Paragraphs of the text boxes that hang on it.
    boxes: Vec<Block>,
}

impl Body {
    pub(super) fn new(
        styles: Styles,
        notes: [HashMap<String, String>; 2],
        links: HashMap<String, (String, bool)>,
    ) -> Self {
        let (blocks, pictures, left_out) = (Vec::new(), Vec::new(), LeftOut::default());
        Self { styles, notes, links, blocks, pictures, left_out }
    }

    /// What was read, and the parts of the pictures.
    pub(super) fn end(self) -> (Imported, Vec<String>) {
        (Imported { blocks: normal(self.blocks), left_out: self.left_out }, self.pictures)
    }

    /// The blocks of a body, or of what holds paragraphs.
    pub(super) fn blocks(&mut self, holder: &Element) {
        for element in holder.elements() {
            match element.name.as_str() {
                "p" => self.paragraph(element),
                "tbl" => self.table(element),
                "sectPr" | "bookmarkStart" | "bookmarkEnd" | "del" | "moveFrom" => {}
                "altChunk" => self.left_out.thing("嵌入的文件"),
                // Whatever surrounds paragraphs: content controls, insertions, custom XML.
                _ => self.blocks(element),
            }
        }
    }

    fn paragraph(&mut self, element: &Element) {
        let look = element.child("pPr");
        let role = self.styles.role(look);
        let mut paragraph = Paragraph::default();
        self.content(element, &mut paragraph);
        let Paragraph { runs, pictures, boxes } = paragraph;
        let text = || runs.iter().map(|run| run.text.as_str()).collect::<String>();
        let is_empty = text().trim().is_empty();
        match role {
            _ if is_empty => {}
            Role::Heading => self.blocks.push(Block::Heading { text: text() }),
            Role::Quotation => self.blocks.push(Block::Quotation { text: text(), source: String::new() }),
            Role::Text => self.blocks.push(Block::Text { runs }),
            Role::Item(ordered) => match self.blocks.last_mut() {
                Some(Block::List { ordered: known, items }) if *known == ordered => items.push(runs),
                _ => self.blocks.push(Block::List { ordered, items: vec![runs] }),
            },
        }
        self.blocks.extend(pictures.into_iter().map(Block::Picture));
        self.blocks.extend(boxes);
    }

    /// What stands in a paragraph, or in what surrounds runs.
    fn content(&mut self, holder: &Element, into: &mut Paragraph) {
        for element in holder.elements() {
            match element.name.as_str() {
                "r" => self.run(element, into),
                "hyperlink" => self.link(element, into),
                "oMath" | "oMathPara" => self.left_out.thing("公式"),
                "pPr" | "del" | "moveFrom" | "bookmarkStart" | "bookmarkEnd" | "proofErr" => {}
                _ => self.content(element, into),
            }
        }
    }

    fn link(&mut self, element: &Element, into: &mut Paragraph) {
        let before = into.runs.len();
        self.content(element, into);
        let target = element.get("id").and_then(|id| self.links.get(id)).filter(|(_, outside)| *outside);
        let address = target.map(|(target, _)| target.trim());
        let address = address.filter(|address| address.starts_with("http://") || address.starts_with("https://"));
        if let Some(address) = address
            && let Some(run) = into.runs.get_mut(before..).and_then(<[Run]>::last_mut).filter(|run| run.note.is_none())
            && run.text.trim() != address
        {
            run.note = Some(address.to_owned());
        }
    }

    fn run(&mut self, element: &Element, into: &mut Paragraph) {
        let look = element.child("rPr");
        let is_on = |name: &str| look.and_then(|look| look.child(name)).is_some_and(|one| one.get("val") != Some("0"));
        if is_on("vanish") {
            return;
        }
        let strong = self.styles.is_strong(look);
        let mut say = |text: String| into.runs.push(Run { text, strong, note: None });
        let mut shown = Vec::new();
        for one in element.elements() {
            match one.name.as_str() {
                "t" => say(one.text()),
                "tab" | "br" | "cr" | "ptab" => say(" ".to_owned()),
                "noBreakHyphen" => say("-".to_owned()),
                "footnoteReference" | "endnoteReference" => {
                    let which = usize::from(one.name == "endnoteReference");
                    let notes = self.notes.get(which);
                    let note = one.get("id").and_then(|id| notes.and_then(|notes| notes.get(id))).cloned();
                    into.runs.push(Run { note, ..Run::default() });
                    return self.shown(&shown, into);
                }
                "drawing" | "pict" | "object" | "AlternateContent" => shown.push(one.clone()),
                "ruby" => say(one.child("rubyBase").map(said).unwrap_or_default()),
                _ => {}
            }
        }
        self.shown(&shown, into);
    }

    /// Pictures, text boxes and what cannot be shown.
    fn shown(&mut self, elements: &[Element], into: &mut Paragraph) {
        for element in elements {
            // Two forms of the same: the newer one.
            let choice = element.child("Choice").or_else(|| element.child("Fallback"));
            let element = choice.unwrap_or(element);
            if let Some(text) = element.find("txbxContent") {
                let outer = std::mem::take(&mut self.blocks);
                self.blocks(text);
                into.boxes.append(&mut self.blocks);
                self.blocks = outer;
                continue;
            }
            match picture_of(element) {
                Some(id) => {
                    let told = element.find("docPr").and_then(|told| told.get("descr")).unwrap_or_default().to_owned();
                    self.picture(id, told, into);
                }
                None if element.find("chart").is_some() => self.left_out.thing("图表（请另存为图片后上传）"),
                None if element.find("OLEObject").is_some() => self.left_out.thing("嵌入的对象"),
                None => self.left_out.thing("绘制的图形"),
            }
        }
    }

    fn picture(&mut self, id: &str, alternative: String, into: &mut Paragraph) {
        match self.links.get(id) {
            Some((address, true)) => self.left_out.picture(address),
            Some(_) if self.pictures.len() >= MOST_PICTURES => self.left_out.thing("第 60 幅以后的图片"),
            Some((part, false)) => {
                let address = format!("{PICTURE}{}", self.pictures.len());
                self.pictures.push(part.clone());
                into.pictures.push(Picture { address, alternative, caption: String::new() });
            }
            None => self.left_out.thing("找不到的图片"),
        }
    }

    /// A table of one column only places things: its paragraphs stand by themselves.
    fn table(&mut self, element: &Element) {
        let rows: Vec<&Element> = element.elements().filter(|row| row.name == "tr").collect();
        let cells = |row: &Element| row.elements().filter(|cell| cell.name == "tc").cloned().collect::<Vec<_>>();
        if rows.iter().all(|row| cells(row).len() < 2) {
            for row in rows {
                for cell in cells(row) {
                    self.blocks(&cell);
                }
            }
            return;
        }
        let mut read: Vec<Vec<String>> = Vec::new();
        for row in rows {
            read.push(cells(row).iter().map(|cell| self.cell(cell)).collect());
        }
        let mut rows = read.into_iter();
        let head = rows.next().unwrap_or_default();
        self.blocks.push(Block::Table { head, rows: rows.collect() });
    }

    fn cell(&mut self, cell: &Element) -> String {
        if picture_of(cell).is_some() {
            self.left_out.thing("表格里的图片");
        }
        said(cell)
    }
}

/// The reference of the first picture in an element: of today's drawings, or of those before 2007.
fn picture_of(element: &Element) -> Option<&str> {
    let today = element.find("blip").and_then(|blip| blip.get("embed").or_else(|| blip.get("link")));
    today.or_else(|| element.find("imagedata").and_then(|image| image.get("id")))
}
