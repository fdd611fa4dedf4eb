//! The caged half of an import: reads an untrusted file twice, first to look for marks of state secrets, then to send
//! its rows. It knows nothing of the database and runs in a child process.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use kernel::cage::{Frames, Limits, enter, input};
use sha2::{Digest, Sha256};

use super::atom::Atom;
use super::delimited::{self, Form};
use super::finding_aid::{self, FindingAid};
use super::table::{Cells, LONGEST_CELL, MOST_COLUMNS, Message, Packer, Scan};
use super::transfer::Transfer;
use super::workbook::Workbook;
use super::xml;
use crate::element::header_key;
use crate::{Element, Marking, is_marked, marking};

/// How many lines of a sheet may come before its header.
pub(super) const HEADER_LINES: u32 = 30;
/// How many marked places are named.
const MOST_MARKED: usize = 200;

/// What the reader is told about the file.
#[derive(Clone, PartialEq, Eq, Default, Debug, serde::Serialize, serde::Deserialize)]
pub struct ReadOptions {
    /// The format, if the importer was told one.
    pub format: Format,
    /// Headers that the mapping gives as 密级.
    pub classification_headers: Vec<String>,
    /// The code of the fonds that the importer was told.
    #[serde(default)]
    pub fonds: Option<String>,
}

/// The format of a file.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Told from the first bytes.
    #[default]
    Auto,
    /// XLSX.
    Xlsx,
    /// CSV, TSV and their kin.
    Csv,
    /// The CSV of AtoM for archival descriptions (ISAD).
    AtomCsv,
    /// Encoded Archival Description, EAD 2002 or EAD3.
    Ead,
    /// The XML of transfer packages: 文件目录.XML, 案卷目录.XML.
    XmlCatalogue,
}

/// What a file consists of.
pub(super) enum Event<'a> {
    /// A sheet begins; the only sheet of a text file has no name.
    Sheet(&'a str),
    /// A row that is not empty, and its line.
    Row(u32, &'a Cells),
    /// Text that is in no row, under its name: looked at for marks and not sent.
    Note(&'a str, &'a str),
    /// Something about the sheet that somebody should know: its code and its sentence.
    Notice(&'static str, &'a str),
}

/// Takes what a file consists of, piece by piece.
pub(super) type Sink<'a> = dyn FnMut(Event<'_>) -> Result<(), ReadProblem> + 'a;

/// Why a file cannot be read. The text may be shown: it says nothing of the content.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadProblem {
    #[error("文件不是能识别的表格（支持 .xlsx、CSV、EAD 与移交目录 XML），或已损坏")]
    NotATable,
    #[error("旧版 .xls 不能导入，请在表格软件里另存为 .xlsx")]
    OldWorkbook,
    #[error("工作簿设有密码，请去掉密码后另存再导入")]
    Encrypted,
    #[error("文件是空的")]
    Empty,
    #[error("第 {line} 行的文字既不是 UTF-8 也不是 GB18030，请另存为 UTF-8 的 CSV")]
    Encoding { line: u32 },
    #[error("第 {line} 行的引号没有闭合")]
    Unclosed { line: u32 },
    #[error("第 {line} 行有一格超过 {} KB", LONGEST_CELL / 1024)]
    LongCell { line: u32 },
    #[error("第 {line} 行超过 {MOST_COLUMNS} 列")]
    ManyColumns { line: u32 },
    #[error("工作簿超过 4000 万格，请按全宗或年度拆成几个文件，或另存为 CSV 再导入")]
    ManyCells,
    #[error("工作簿解压之后太大，请拆成几个文件，或另存为 CSV")]
    Inflated,
    #[error("第 {line} 行的 XML 不合规范，或嵌套太深")]
    Xml { line: u32 },
    #[error("第 {line} 行用了 XML 未定义的实体；请改成文字")]
    Entity { line: u32 },
    #[error("第 {line} 行的文档类型里有自己的声明，这样的 XML 不能导入；请去掉 DOCTYPE 方括号里的内容")]
    Declarations { line: u32 },
    #[error("第 {row} 条的说明超过 1 MB")]
    LongNote { row: u32 },
    #[error("XML 里没有找到目录条目：每条要有题名等著录项")]
    NoRows,
    #[error("CSV 不是 AtoM 的著录模板：没有 legacyId、title 等列")]
    NotAtom,
    #[error("不再需要")]
    Enough,
    #[error("文件读取失败")]
    Io(#[from] io::Error),
}

/// The work of the caged child: locks itself in and reads its standard input. The arguments are what
/// [`super::Import`] adds to the command, the options and the limits.
///
/// # Errors
/// If the arguments cannot be read, a limit is refused, or the importer has gone.
pub fn caged(options: &str, limits: &str) -> Result<(), Box<dyn std::error::Error>> {
    let limits = Limits::parse(limits).ok_or("limits that cannot be read")?;
    let options: ReadOptions = serde_json::from_str(options)?;
    enter(&limits)?;
    let mut frames = Frames::stdout();
    read(input()?, &options, &mut frames)?;
    Ok(frames.finish()?)
}

/// Reads the file and sends what it finds, the marks before anything else; a file with marks sends nothing else.
///
/// # Errors
/// If the importer has gone. Faults of the file are sent, not returned.
pub fn read(mut file: File, options: &ReadOptions, frames: &mut Frames<impl Write>) -> io::Result<()> {
    let problem = match read_twice(&mut file, options, frames) {
        Ok(()) => return frames.send(&Message::End.encode()),
        Err(problem) => problem,
    };
    frames.send(&Message::Failed(problem.to_string()).encode())
}

fn read_twice(file: &mut File, options: &ReadOptions, frames: &mut Frames<impl Write>) -> Result<(), ReadProblem> {
    let digest = digest(file)?;
    let mut table = Table::open(file, options)?;
    let mut scanner = Scanner::new(options);
    table.read(&mut |event| {
        scanner.see(&event);
        Ok(())
    })?;
    let scan = Scan { digest, rows: scanner.rows, marked: scanner.marked };
    let marked = !scan.marked.is_empty();
    frames.send(&Message::Scanned(scan).encode())?;
    if marked {
        return Ok(());
    }
    let mut packer = Packer::default();
    table.read(&mut |event| {
        match event {
            Event::Sheet(name) => {
                packer.take().map_or(Ok(()), |frame| frames.send(&frame))?;
                frames.send(&Message::Sheet(name.to_owned()).encode())?;
            }
            Event::Row(line, cells) => {
                if packer.add(line, cells) {
                    packer.take().map_or(Ok(()), |frame| frames.send(&frame))?;
                }
            }
            Event::Note(..) => {}
            Event::Notice(code, message) => {
                packer.take().map_or(Ok(()), |frame| frames.send(&frame))?;
                frames.send(&Message::Notice(code.to_owned(), message.to_owned()).encode())?;
            }
        }
        Ok(())
    })?;
    packer.take().map_or(Ok(()), |frame| frames.send(&frame))?;
    Ok(())
}

/// An open file of one of the formats.
enum Table<'f> {
    Workbook(Box<Workbook>),
    Delimited(&'f mut File, Form),
    Atom(&'f mut File, Form, Box<Atom>),
    FindingAid(&'f mut File, FindingAid),
    Transfer(&'f mut File, Transfer),
}

impl<'f> Table<'f> {
    fn open(file: &'f mut File, options: &ReadOptions) -> Result<Self, ReadProblem> {
        let format = options.format;
        let mut head = [0; 8];
        file.rewind()?;
        let read = file.read(&mut head)?;
        file.rewind()?;
        let head = head.get(..read).unwrap_or_default();
        if head.is_empty() {
            return Err(ReadProblem::Empty);
        }
        // A compound file: an old workbook, or a new one under a password.
        if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return Err(ReadProblem::OldWorkbook);
        }
        if head.starts_with(b"PK") && matches!(format, Format::Auto | Format::Xlsx) {
            return Ok(Self::Workbook(Box::new(Workbook::open(file.try_clone()?)?)));
        }
        if format == Format::Xlsx || head.starts_with(b"%PDF") {
            return Err(ReadProblem::NotATable);
        }
        match format {
            Format::Ead => return Self::ead(file, options),
            Format::XmlCatalogue => return Self::transfer(file),
            Format::Auto if xml::is_xml(head) && finding_aid::is_one(file)? => return Self::ead(file, options),
            Format::Auto if xml::is_xml(head) => return Self::transfer(file),
            _ => {}
        }
        let form = Form::of(file)?;
        match format {
            Format::AtomCsv => Atom::open(file, form)?.ok_or(ReadProblem::NotAtom).map(|atom| (form, atom)),
            Format::Csv => return Ok(Self::Delimited(file, form)),
            _ => match Atom::open(file, form)? {
                Some(atom) => Ok((form, atom)),
                None => return Ok(Self::Delimited(file, form)),
            },
        }
        .map(|(form, atom)| Self::Atom(file, form, Box::new(atom)))
    }

    fn ead(file: &'f mut File, options: &ReadOptions) -> Result<Self, ReadProblem> {
        let aid = FindingAid::open(file, options.fonds.as_deref())?;
        Ok(Self::FindingAid(file, aid))
    }

    fn transfer(file: &'f mut File) -> Result<Self, ReadProblem> {
        let transfer = Transfer::open(file)?;
        Ok(Self::Transfer(file, transfer))
    }

    fn read(&mut self, sink: &mut Sink<'_>) -> Result<(), ReadProblem> {
        match self {
            Self::Workbook(workbook) => workbook.read(sink),
            Self::Delimited(file, form) => delimited::read(file, *form, sink),
            Self::Atom(file, form, atom) => atom.read(file, *form, sink),
            Self::FindingAid(file, aid) => aid.read(file, sink),
            Self::Transfer(file, transfer) => transfer.read(file, sink),
        }
    }
}

/// Looks for marks of state secrets: in every 密级 column by its words, in every other cell by title marks.
struct Scanner<'o> {
    options: &'o ReadOptions,
    sheet: String,
    columns: Vec<usize>,
    rows: u64,
    marked: Vec<(String, u32)>,
}

impl<'o> Scanner<'o> {
    const fn new(options: &'o ReadOptions) -> Self {
        Self { options, sheet: String::new(), columns: Vec::new(), rows: 0, marked: Vec::new() }
    }

    fn see(&mut self, event: &Event<'_>) {
        match event {
            Event::Sheet(name) => {
                (*name).clone_into(&mut self.sheet);
                self.columns.clear();
                if is_marked(name) {
                    self.mark(0);
                }
            }
            Event::Row(line, cells) => {
                self.rows += 1;
                let in_column = self.columns.iter().any(|column| marking(cells.get(*column)) == Marking::Secret);
                if in_column || cells.iter().any(is_marked) {
                    self.mark(*line);
                }
                if *line <= HEADER_LINES {
                    self.find_columns(cells);
                }
            }
            Event::Note(name, text) => {
                let named = self.is_classification(name) && marking(text) == Marking::Secret;
                if named || is_marked(text) {
                    self.mark(0);
                }
            }
            Event::Notice(..) => {}
        }
    }

    fn find_columns(&mut self, cells: &Cells) {
        for (index, cell) in cells.iter().enumerate() {
            if self.is_classification(cell) && !self.columns.contains(&index) {
                self.columns.push(index);
            }
        }
    }

    fn is_classification(&self, header: &str) -> bool {
        let key = header_key(header);
        let mapped = self.options.classification_headers.iter().any(|header| header_key(header) == key);
        let named = Element::of_header(header) == Some(Element::Classification)
            || (key.contains("密级") && key.chars().count() <= 12);
        (mapped || named) && !key.is_empty()
    }

    fn mark(&mut self, line: u32) {
        if self.marked.len() < MOST_MARKED {
            self.marked.push((self.sheet.clone(), line));
        }
    }
}

fn digest(file: &mut File) -> io::Result<String> {
    file.rewind()?;
    let mut sha = Sha256::new();
    let mut bytes = vec![0; 256 * 1024];
    loop {
        match file.read(&mut bytes)? {
            0 => break,
            count => sha.update(bytes.get(..count).unwrap_or_default()),
        }
    }
    Ok(sha.finalize().iter().fold(String::with_capacity(64), |text, byte| text + &format!("{byte:02x}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(content: &str, options: &ReadOptions) -> Vec<Message> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        let mut out = Vec::new();
        let mut frames = Frames::new(&mut out);
        read(file, options, &mut frames).unwrap();
        frames.finish().unwrap();
        let mut messages = Vec::new();
        let mut rest = out.as_slice();
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let (frame, after) = after.split_at(usize::try_from(u32::from_be_bytes(*length)).unwrap());
            messages.push(Message::decode(frame).unwrap());
            rest = after;
        }
        messages
    }

    fn marked(content: &str) -> Vec<u32> {
        let Some(Message::Scanned(scan)) = messages(content, &ReadOptions::default()).into_iter().next() else {
            panic!("no scan")
        };
        scan.marked.into_iter().map(|(_, line)| line).collect()
    }

    #[test]
    fn the_marks_come_first_and_then_nothing() {
        let all = messages("档号,题名,密级\nX-1,甲,\nX-2,乙,绝 密\n", &ReadOptions::default());
        assert_eq!(all.len(), 2);
        assert!(matches!(&all[0], Message::Scanned(scan) if scan.marked == [(String::new(), 3)]));
        assert_eq!(all[1], Message::End);
        assert!(!all.iter().any(|message| format!("{message:?}").contains('乙')));
    }

    #[test]
    fn rows_follow_a_clean_scan() {
        let all = messages("档号,题名\nX-1,甲\n", &ReadOptions::default());
        assert!(matches!(&all[0], Message::Scanned(scan) if scan.rows == 2 && scan.digest.len() == 64));
        assert_eq!(all[1], Message::Sheet(String::new()));
        assert!(matches!(&all[2], Message::Rows(rows) if rows.len() == 2));
    }

    #[test]
    fn u29_marks_are_found_in_any_column_and_line() {
        assert_eq!(marked("某馆目录,,\n档号,题名,密 级!\nX-1,甲,公开\nX-2,乙,秘密★10年\nX-3,丙,内部\n"), [4]);
        assert_eq!(marked("档号,题名\nX-1,（机密）关于某事\nX-2,保守国家秘密法\n"), [2]);
        assert_eq!(marked("档号,题名,别的\nX-1,甲,绝密\n"), [2]);
        assert_eq!(marked("档号,题名,原密级\nX-1,甲,MM\n"), [2]);
        assert_eq!(marked("绝密★目录\n档号,题名\nX-1,甲\n"), [1]);
        assert_eq!(marked("档号,题名,密级\nX-1,甲,公开\n"), Vec::<u32>::new());
    }

    #[test]
    fn a_column_that_the_mapping_names_is_watched() {
        let options = ReadOptions {
            format: Format::Auto,
            classification_headers: vec!["等级".to_owned()],
            ..ReadOptions::default()
        };
        let first = messages("档号,题名,等级\nX-1,甲,机\n", &options).into_iter().next();
        assert!(matches!(first, Some(Message::Scanned(scan)) if scan.marked.len() == 1));
    }

    #[test]
    fn u05_what_is_no_table_is_refused_in_a_sentence() {
        for content in ["", "%PDF-1.7 x", "PK\u{3}\u{4} x"] {
            let all = messages(content, &ReadOptions::default());
            assert!(matches!(all.as_slice(), [Message::Failed(_)]), "{content}");
        }
    }
}
