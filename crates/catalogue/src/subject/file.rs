//! Lists of headings: a table of code, parent and name, or a text whose indentation is the tree.

use kernel::{Code, Error, Problem, Result};

use crate::import::list::Line;
use crate::plain::kept;

/// The most headings a directory may have.
pub(super) const MOST: usize = 5_000;

/// A heading in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    /// Its line in the file.
    pub(super) line: u32,
    /// Its code, if the list gives one.
    pub(super) code: Option<String>,
    pub(super) name: String,
    pub(super) parent: Above,
}

/// What a heading of a list is below.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Above {
    /// Nothing.
    Top,
    /// The entry at a place of the list.
    Entry(usize),
    /// What has a code, in the list or in the directory.
    Code(String),
}

fn refused(file: &str, why: String) -> Error {
    Problem::new(Code::FileRefused, format!("文件 {file}")).because(why).into()
}

/// The headings of a table.
pub(super) fn table(lines: &[Line], file: &str) -> Result<Vec<Entry>> {
    let (Some(header), rows) = (lines.first(), lines.get(1..).unwrap_or_default()) else {
        return Err(refused(file, "没有内容".to_owned()));
    };
    let code = header.column(&["代码", "编号", "类目代码", "专题代码", "code"]);
    let parent = header.column(&["上级", "上级代码", "上级编号", "parent"]);
    let name = header.column(&["名称", "类目", "类目名称", "专题", "专题名称", "name"]);
    if code.is_none() || name.is_none() {
        return Err(refused(
            file,
            "要有“代码”和“名称”两列，上级写在“上级”列；没有代码时，用缩进的文本文件（.txt）".to_owned(),
        ));
    }
    let mut entries = Vec::with_capacity(rows.len());
    for line in rows {
        let (code, name) = (line.cell(code), line.cell(name));
        if code.is_empty() || name.is_empty() {
            return Err(refused(file, format!("第 {} 行缺代码或名称，请补上", line.number)));
        }
        let parent = match line.cell(parent) {
            "" => Above::Top,
            parent => Above::Code(parent.to_owned()),
        };
        entries.push(Entry { line: line.number, code: Some(code.to_owned()), name: name.to_owned(), parent });
    }
    bounded(entries, file)
}

/// The headings of an indented text: what stands further in is below. A code in Latin letters and digits may stand
/// before the name.
pub(super) fn indented(text: &str, file: &str) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    // The entries above, with how far in they stand.
    let mut above: Vec<(usize, usize)> = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let name = kept(text);
        if name.is_empty() {
            continue;
        }
        if crate::is_marked(&name) {
            return Err(refused(file, format!("第 {line} 行标有国家秘密密级，整个文件不予导入")));
        }
        let width = |c: char| if matches!(c, '\t' | '　') { 4 } else { 1 };
        let indent = text.chars().take_while(|c| c.is_whitespace() || *c == '\u{feff}').map(width).sum();
        while above.pop_if(|(known, _)| *known >= indent).is_some() {}
        let parent = above.last().map_or(Above::Top, |(_, at)| Above::Entry(*at));
        above.push((indent, entries.len()));
        let is_code = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        let (code, name) = match name.split_once(char::is_whitespace) {
            Some((code, rest)) if is_code(code) && !rest.trim().is_empty() => (Some(code.to_owned()), kept(rest)),
            _ => (None, name),
        };
        entries.push(Entry { line, code, name, parent });
    }
    if entries.is_empty() {
        return Err(refused(file, "没有内容".to_owned()));
    }
    bounded(entries, file)
}

fn bounded(entries: Vec<Entry>, file: &str) -> Result<Vec<Entry>> {
    if let Some(slashed) = entries.iter().find(|entry| entry.name.contains(['/', '／', '；', ';', '|'])) {
        let why = format!("第 {} 行的名称“{}”里有 / ；或 |，这些是分隔用的，请换一个写法", slashed.line, slashed.name);
        return Err(refused(file, why));
    }
    if entries.len() > MOST {
        return Err(refused(file, format!("超过 {MOST} 个类目，请减少")));
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indentation_is_the_tree_whatever_its_width() {
        let read = indented("\u{feff}经济\n  A1 农业\n      水利\n  工业\n\n\t商业\n文化\n", "专题.txt").unwrap();
        let told: Vec<(Option<&str>, &str, &Above)> =
            read.iter().map(|one| (one.code.as_deref(), one.name.as_str(), &one.parent)).collect();
        assert_eq!(
            told,
            [
                (None, "经济", &Above::Top),
                (Some("A1"), "农业", &Above::Entry(0)),
                (None, "水利", &Above::Entry(1)),
                (None, "工业", &Above::Entry(0)),
                (None, "商业", &Above::Entry(3)),
                (None, "文化", &Above::Top),
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let said = |text: &str| indented(text, "专题.txt").unwrap_err().to_string();
        assert!(said("甲\n乙/丙\n").contains("第 2 行"));
        assert!(said("甲\n（机密）乙\n").contains("第 2 行"));
        assert!(said(" \n").contains("没有内容"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_parents_come_first(text in "[ \t　a-c甲乙\n/；]{0,60}") {
            for (at, entry) in indented(&text, "专题.txt").unwrap_or_default().iter().enumerate() {
                if let Above::Entry(above) = entry.parent {
                    proptest::prop_assert!(above < at);
                }
            }
        }
    }
}
