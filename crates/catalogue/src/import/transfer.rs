//! The XML of transfer packages (文件目录.XML, 案卷目录.XML) and its kin: repeated elements are rows, what stands in them
//! are columns.
//!
//! The packages of different makers agree on no schema. So the file is read once to see which elements look like rows of
//! a catalogue, with a title among their children or attributes; each kind becomes a sheet. A row within another takes
//! over what that says of fonds and volume.

use std::collections::HashMap;
use std::fs::File;

use super::reader::{Event, ReadProblem, Sink};
use super::table::{Cells, LONGEST_CELL, MOST_COLUMNS};
use super::xml::{Attributes, Piece, Pieces};
use crate::Element;

/// The most kinds of elements that are looked at.
const MOST_KINDS: usize = 500;
/// The most sheets one file comes to.
const MOST_SHEETS: usize = 8;
/// What stands between several values of one column.
const BETWEEN: &str = "；";
/// Attributes that name a column, and those that hold its value.
const NAMES: [&str; 6] = ["name", "名称", "字段名", "字段", "key", "column"];
const VALUES: [&str; 3] = ["value", "值", "内容"];

/// A file of rows, and the kinds of them.
pub(super) struct Transfer(Vec<Kind>);

/// Elements of one place in the document.
#[derive(Clone, Default)]
struct Kind {
    path: String,
    name: String,
    /// The columns as they are written.
    columns: Vec<String>,
    /// What rows take over from around them: the header it gets here, and where it stands there.
    taken_over: Vec<(String, String)>,
    count: u64,
}

/// An element that is open.
struct Node {
    name: String,
    path: String,
    attributes: Attributes,
    values: Vec<(String, String)>,
    text: String,
    has_children: bool,
}

/// What the document consists of.
enum Found<'a> {
    /// An element with values, and those around it.
    Row(&'a Node, &'a [Node]),
    /// A value under its name.
    Value(&'a str, &'a str),
}

type Take<'t> = dyn FnMut(Found<'_>) -> Result<(), ReadProblem> + 't;

impl Transfer {
    /// Looks through a file for rows.
    pub(super) fn open(file: &mut File) -> Result<Self, ReadProblem> {
        let mut kinds: Vec<Kind> = Vec::new();
        let mut by_path: HashMap<String, usize> = HashMap::new();
        walk(file, &mut |found| {
            let Found::Row(node, around) = found else { return Ok(()) };
            let at = match by_path.get(&node.path) {
                Some(at) => *at,
                None if kinds.len() >= MOST_KINDS => return Ok(()),
                None => {
                    by_path.insert(node.path.clone(), kinds.len());
                    kinds.push(Kind { path: node.path.clone(), name: node.name.clone(), ..Kind::default() });
                    kinds.len() - 1
                }
            };
            kinds.get_mut(at).map_or(Ok(()), |kind| kind.see(node, around))
        })?;
        let rows = choose(kinds);
        if rows.is_empty() { Err(ReadProblem::NoRows) } else { Ok(Self(rows)) }
    }

    /// Reads the whole file, each kind of rows as a sheet.
    pub(super) fn read(&self, file: &mut File, sink: &mut Sink<'_>) -> Result<(), ReadProblem> {
        for (sheet, kind) in self.0.iter().enumerate() {
            sink(Event::Sheet(&kind.name))?;
            let mut cells = Cells::default();
            let headers = kind.columns.iter().chain(kind.taken_over.iter().map(|(header, _)| header));
            headers.for_each(|header| {
                cells.write(header);
                cells.end_cell();
            });
            sink(Event::Row(1, &cells))?;
            let mut line = 1_u32;
            walk(file, &mut |found| match found {
                // Every value is looked at for marks once, whether it is of a row or not.
                Found::Value(name, text) if sheet == 0 => sink(Event::Note(name, text)),
                Found::Row(node, around) if node.path == kind.path => {
                    line = line.saturating_add(1);
                    cells.clear();
                    kind.fill(&mut cells, node, around);
                    if cells.is_blank() { Ok(()) } else { sink(Event::Row(line, &cells)) }
                }
                Found::Value(..) | Found::Row(..) => Ok(()),
            })?;
        }
        Ok(())
    }
}

impl Kind {
    fn see(&mut self, node: &Node, around: &[Node]) -> Result<(), ReadProblem> {
        self.count += 1;
        for (name, _) in &node.values {
            if !self.columns.contains(name) {
                self.columns.push(name.clone());
            }
        }
        for (name, _) in around.iter().flat_map(|one| &one.values) {
            let Some(header) = taken_over(name) else { continue };
            if !self.taken_over.iter().any(|(one, _)| *one == header) {
                self.taken_over.push((header, name.clone()));
            }
        }
        if self.columns.len() + self.taken_over.len() > MOST_COLUMNS {
            return Err(ReadProblem::ManyColumns { line: u32::try_from(self.count).unwrap_or(u32::MAX) });
        }
        Ok(())
    }

    fn has(&self, element: Element) -> bool {
        self.columns.iter().any(|name| Element::of_header(name) == Some(element))
    }

    fn known(&self) -> usize {
        self.columns.iter().filter(|name| Element::of_header(name).is_some()).count()
    }

    fn fill(&self, cells: &mut Cells, node: &Node, around: &[Node]) {
        for column in &self.columns {
            let mut between = "";
            for (_, value) in node.values.iter().filter(|(name, _)| name == column) {
                cells.write(between);
                cells.write(value);
                between = BETWEEN;
            }
            cells.end_cell();
        }
        for (_, name) in &self.taken_over {
            let nearest = around.iter().rev().flat_map(|one| &one.values).find(|(one, _)| one == name);
            cells.write(nearest.map_or("", |(_, value)| value.as_str()));
            cells.end_cell();
        }
    }
}

/// The header under which a row takes over a value from around it.
fn taken_over(name: &str) -> Option<String> {
    match Element::of_header(name)? {
        Element::ReferenceCode | Element::VolumeCode => Some(Element::VolumeCode.label().to_owned()),
        Element::Fonds
        | Element::FondsTitle
        | Element::InstitutionCode
        | Element::Institution
        | Element::Inventory
        | Element::Volume => Some(name.to_owned()),
        _ => None,
    }
}

/// The kinds that are rows of a catalogue: those with a title; without any, the commonest that has two columns.
fn choose(mut kinds: Vec<Kind>) -> Vec<Kind> {
    for kind in &mut kinds {
        let own: Vec<Option<Element>> = kind.columns.iter().map(|name| Element::of_header(name)).collect();
        kind.taken_over.retain(|(header, _)| !own.contains(&Element::of_header(header)));
    }
    let titled = |kind: &&Kind| kind.has(Element::Title) && kind.known() >= 2;
    let several = kinds.iter().filter(titled).count() > 1;
    // A document may begin with its own title.
    let is_whole = |kind: &Kind| several && !kind.path.contains('/') && !kind.has(Element::ReferenceCode);
    let mut rows: Vec<Kind> =
        kinds.iter().filter(titled).filter(|kind| !is_whole(kind)).take(MOST_SHEETS).cloned().collect();
    if !rows.is_empty() {
        // What holds others comes before them.
        rows.sort_by_key(|kind| kind.path.matches('/').count());
        return rows;
    }
    let common = kinds.into_iter().filter(|kind| kind.columns.len() >= 2);
    common.max_by_key(|kind| (kind.count > 1, kind.columns.len())).into_iter().collect()
}

fn walk(file: &mut File, take: &mut Take<'_>) -> Result<(), ReadProblem> {
    let mut pieces = Pieces::of(file)?;
    let mut open: Vec<Node> = Vec::new();
    let mut rows = 0_u32;
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Open(name, attributes) => {
                let path = open.last().map_or_else(|| name.clone(), |above| format!("{}/{name}", above.path));
                if let Some(above) = open.last_mut() {
                    above.has_children = true;
                    above.text.clear();
                }
                open.push(Node {
                    name,
                    path,
                    attributes,
                    values: Vec::new(),
                    text: String::new(),
                    has_children: false,
                });
            }
            Piece::Text(text) => {
                let Some(node) = open.last_mut() else { continue };
                node.text.push_str(&text);
                if node.text.len() > LONGEST_CELL {
                    return Err(ReadProblem::LongCell { line: rows.saturating_add(1) });
                }
            }
            Piece::Close => {
                let Some(node) = open.pop() else { continue };
                rows = rows.saturating_add(1);
                close(node, &mut open, take)?;
            }
        }
    }
    Ok(())
}

/// An element ends: it is a value of the one around it, or a row.
fn close(mut node: Node, open: &mut [Node], take: &mut Take<'_>) -> Result<(), ReadProblem> {
    let attributes = std::mem::take(&mut node.attributes);
    let name = NAMES.into_iter().find_map(|name| attributes.get(name)).map(str::to_owned);
    let value = VALUES.into_iter().find_map(|name| attributes.get(name));
    let text = value.unwrap_or(node.text.trim());
    let by_attributes = text.is_empty() && attributes.0.len() >= 2;
    if node.has_children || (by_attributes && name.is_none()) {
        // Declarations of namespaces are no columns.
        let columns =
            attributes.0.into_iter().filter(|(name, _)| !matches!(name.as_str(), "xmlns" | "xsi" | "schemaLocation"));
        drop(node.values.splice(0..0, columns));
        for (name, value) in &node.values {
            take(Found::Value(name, value))?;
        }
        return if node.values.len() >= 2 { take(Found::Row(&node, open)) } else { Ok(()) };
    }
    let name = name.unwrap_or(node.name);
    take(Found::Value(&name, text))?;
    let Some(above) = open.last_mut() else { return Ok(()) };
    if above.values.len() >= MOST_COLUMNS {
        // A long list of single values is no row.
        return Ok(());
    }
    above.values.push((name, text.to_owned()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;
    use proptest::prelude::*;

    use super::super::xml::tests::file;
    use super::*;

    fn rows(content: &[u8]) -> Result<Vec<String>, ReadProblem> {
        let mut file = file(content);
        let transfer = Transfer::open(&mut file)?;
        let mut seen = Vec::new();
        transfer.read(&mut file, &mut |event| {
            match event {
                Event::Sheet(name) => seen.push(format!("[{name}]")),
                Event::Row(line, cells) => seen.push(format!("{line}:{}", cells.iter().collect::<Vec<_>>().join("|"))),
                Event::Note(..) | Event::Notice(..) => {}
            }
            Ok(())
        })?;
        Ok(seen)
    }

    const FILES: &str = "<?xml version=\"1.0\" encoding=\"GB18030\"?>\n<电子文件目录 xmlns:x=\"u\"><文件><顺序号>1</顺序号>\
        <档号>X001-WS·2001·Y-0001</档号><责任者>某局</责任者><题名>关于甲 &amp; 乙的通知</题名><日期>20010203</日期></文件>\n\
        <文件><顺序号>2</顺序号><档号>X001-WS·2001·Y-0002</档号><题名>关于丙的决定</题名><备注/></文件></电子文件目录>";

    #[test]
    fn rows_are_found_in_any_encoding() {
        let want = [
            "[文件]",
            "1:顺序号|档号|责任者|题名|日期|备注",
            "2:1|X001-WS·2001·Y-0001|某局|关于甲 & 乙的通知|20010203|",
            "3:2|X001-WS·2001·Y-0002||关于丙的决定||",
        ];
        assert_eq!(rows(FILES.as_bytes()).unwrap(), want);
        assert_eq!(rows(&GB18030.encode(FILES).0).unwrap(), want);
    }

    #[test]
    fn attributes_and_named_values_are_columns_too() {
        let attributes = "<ml><r DH='X1-1-1' TM='甲'/><r DH='X1-1-2' TM='乙' ZRZ='局'/></ml>";
        assert_eq!(rows(attributes.as_bytes()).unwrap(), ["[r]", "1:DH|TM|ZRZ", "2:X1-1-1|甲|", "3:X1-1-2|乙|局"]);
        let named = "<t><row><f name='档号'>X1-1-1</f><f name='题名' value='甲'/></row></t>";
        assert_eq!(rows(named.as_bytes()).unwrap(), ["[row]", "1:档号|题名", "2:X1-1-1|甲"]);
    }

    #[test]
    fn rows_take_over_fonds_and_volume_from_around_them() {
        let nested = "<目录><全宗号>X1</全宗号><案卷><档号>X1-1-1</档号><题名>卷</题名><卷内>\
            <文件><档号>X1-1-1-1</档号><题名>甲</题名><责任者>a</责任者><责任者>b</责任者></文件></卷内></案卷></目录>";
        let want = [
            "[文件]",
            "1:档号|题名|责任者|全宗号|案卷档号",
            "2:X1-1-1-1|甲|a；b|X1|X1-1-1",
            "[案卷]",
            "1:档号|题名|全宗号",
            "2:X1-1-1|卷|X1",
        ];
        let mut seen = rows(nested.as_bytes()).unwrap();
        assert_eq!(seen.len(), 6, "{seen:?}");
        if seen.first().is_some_and(|first| first == "[案卷]") {
            seen.rotate_left(3);
        }
        assert_eq!(seen, want);
    }

    #[test]
    fn what_has_no_rows_is_refused() {
        for content in ["<a/>", "<a>x</a>", "<a><b/><b/></a>", "<html><body><p>x</p></body></html>"] {
            assert!(matches!(rows(content.as_bytes()), Err(ReadProblem::NoRows)), "{content}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(content in "(<(a|题名|档号)( (name|b)='[a题]{0,2}')?>|</(a|题名|档号)>|[a-z ]{0,3}|<TM/>){0,24}") {
            drop(rows(content.as_bytes()));
            drop(rows(format!("<a>{content}</a>").as_bytes()));
        }
    }
}
