//! The parts of a workbook: how much they inflate to, and what is in them besides cells.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};

use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::Event as XmlEvent;
use zip::ZipArchive;
use zip::result::ZipError;

use super::reader::ReadProblem;

/// The most parts a workbook may have.
const MOST_PARTS: usize = 10_000;
/// The most bytes its parts may have together when they are inflated: a million rows of forty columns.
const MOST_INFLATED: u64 = 2 << 30;
/// How many times the file's own size they may have, several times what real workbooks reach; a small file may have
/// [`ALWAYS_INFLATED`].
const MOST_RATIO: u64 = 100;
const ALWAYS_INFLATED: u64 = 32 << 20;
/// The most bytes of a part that lists others.
const LONGEST_LIST: u64 = 4 << 20;

/// What a workbook has besides cells.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Parts {
    /// Macros, links to other files, embedded objects: none of them is read.
    pub(super) left_out: Vec<&'static str>,
    /// Formulas by the name of their sheet.
    pub(super) formulas: HashMap<String, u64>,
    /// Whether any sheet has merged cells.
    pub(super) has_merged: bool,
}

/// Inflates every part once, before anything is read as XML, and counts the bytes that really come: what the file says
/// of itself proves nothing.
pub(super) fn inspect(file: &File) -> Result<Parts, ReadProblem> {
    let most = file.metadata()?.len().saturating_mul(MOST_RATIO).clamp(ALWAYS_INFLATED, MOST_INFLATED);
    let mut archive = ZipArchive::new(BufReader::new(file.try_clone()?)).map_err(|_| ReadProblem::NotATable)?;
    if archive.len() > MOST_PARTS {
        return Err(ReadProblem::Inflated);
    }
    let mut parts = Parts::default();
    let (mut book, mut links) = (String::new(), String::new());
    let mut formulas: Vec<(String, u64)> = Vec::new();
    let mut left = most;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => ReadProblem::Encrypted,
            _ => ReadProblem::NotATable,
        })?;
        // A name that is no text is none of those that are looked for.
        let name = part.name().map(std::borrow::Cow::into_owned).unwrap_or_default();
        parts.note(&name);
        let mut part = part.take(left + 1);
        let inflated = match name.as_str() {
            "xl/workbook.xml" => listed(&mut part, &mut book)?,
            "xl/_rels/workbook.xml.rels" => listed(&mut part, &mut links)?,
            _ => 0,
        };
        let mut watch = Watch::default();
        let rest = io::copy(&mut part, &mut watch).map_err(|_| ReadProblem::NotATable)?;
        left = left.checked_sub(inflated + rest).ok_or(ReadProblem::Inflated)?;
        if name.starts_with("xl/worksheets/") {
            parts.has_merged |= watch.merged;
            formulas.push((name, watch.formulas));
        }
    }
    let names = sheets(&book, &links);
    let of_sheet =
        |(part, count): (String, u64)| names.get(&part).cloned().filter(|_| count > 0).map(|name| (name, count));
    parts.formulas = formulas.into_iter().filter_map(of_sheet).collect();
    Ok(parts)
}

impl Parts {
    fn note(&mut self, name: &str) {
        let what = match name {
            name if name.ends_with("vbaProject.bin") || name.starts_with("xl/macrosheets/") => "宏",
            name if name.starts_with("xl/externalLinks/") => "外部链接",
            name if name.starts_with("xl/embeddings/") || name.starts_with("xl/activeX/") => "嵌入对象",
            _ => return,
        };
        if !self.left_out.contains(&what) {
            self.left_out.push(what);
        }
    }
}

/// Reads a part that lists others; one that is too long or no text lists nothing.
fn listed(part: &mut impl Read, list: &mut String) -> Result<u64, ReadProblem> {
    let mut bytes = Vec::new();
    part.take(LONGEST_LIST).read_to_end(&mut bytes).map_err(|_| ReadProblem::NotATable)?;
    let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    *list = String::from_utf8(bytes).unwrap_or_default();
    Ok(count)
}

/// The names of the sheets by their parts.
fn sheets(book: &str, links: &str) -> HashMap<String, String> {
    let targets: HashMap<String, String> = pairs(links, "Relationship", ["Id", "Target"]).into_iter().collect();
    let part = |(name, id): (String, String)| {
        let target = targets.get(&id)?.trim_start_matches('/');
        let target = target.strip_prefix("xl/").unwrap_or(target);
        Some((format!("xl/{target}"), name))
    };
    pairs(book, "sheet", ["name", "id"]).into_iter().filter_map(part).collect()
}

/// Two attributes of every element of a name.
fn pairs(text: &str, element: &str, [one, other]: [&str; 2]) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(text);
    let mut pairs = Vec::new();
    while let Ok(event) = reader.read_event() {
        let (XmlEvent::Start(start) | XmlEvent::Empty(start)) = event else {
            if matches!(event, XmlEvent::Eof) {
                break;
            }
            continue;
        };
        if start.local_name().as_ref() != element {
            continue;
        }
        let value = |wanted: &str| {
            let mut attributes = start.attributes();
            let mut named = attributes.with_checks(false).flatten();
            named
                .find(|one| one.key.local_name().as_ref() == wanted)
                .and_then(|one| quick_xml::escape::unescape(&one.value).ok().map(std::borrow::Cow::into_owned))
        };
        pairs.extend(value(one).zip(value(other)));
    }
    pairs
}

/// Looks at the bytes of a sheet as they pass.
#[derive(Default)]
struct Watch {
    tail: Vec<u8>,
    formulas: u64,
    merged: bool,
}

/// The longest mark that is looked for.
const MARK: usize = 10;

impl Write for Watch {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let before = self.tail.len();
        self.tail.extend_from_slice(bytes);
        let text = self.tail.as_slice();
        let ends = |at: usize| matches!(text.get(at + 2), Some(b'>' | b' ' | b'/'));
        let new = memmem::find_iter(text, b"<f").filter(|at| at + 3 > before && ends(*at)).count();
        self.formulas += u64::try_from(new).unwrap_or(u64::MAX);
        self.merged |= memmem::find(text, b"<mergeCell").is_some();
        self.tail.drain(..self.tail.len().saturating_sub(MARK - 1));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_counted_wherever_the_pieces_part() {
        let sheet = b"<c><f>A1</f></c><c><f t=\"s\"/></c><c><f/></c><font/><mergeCells><mergeCell ref=\"A1:B2\"/>";
        for size in 1..sheet.len() {
            let mut watch = Watch::default();
            for piece in sheet.chunks(size) {
                watch.write_all(piece).unwrap();
            }
            assert_eq!((watch.formulas, watch.merged), (3, true), "{size}");
        }
    }

    #[test]
    fn sheets_are_known_by_their_parts() {
        let book = "<workbook><sheets><sheet name=\"A&amp;B\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>";
        for target in ["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml"] {
            let links = format!("<Relationships><Relationship Id=\"r1\" Target=\"{target}\"/></Relationships>");
            let names = sheets(book, &links);
            assert_eq!(names.get("xl/worksheets/sheet1.xml").map(String::as_str), Some("A&B"));
        }
    }
}
