//! Doors for files: tables, workbooks, finding aids, transfer packages, AtoM's CSV. Each is read as the caged child reads
//! it, and its rows are judged.

use std::error::Error;
use std::io::{Cursor, Write};

use catalogue::fuzzing::{Trial, trial};
use catalogue::import::{Format, Mapping, ReadOptions};
use catalogue::{ArchivalDate, Description, ReferenceCode, is_marked};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::Body;

/// A table in text form, in whatever encoding.
pub(crate) fn table() -> Result<Body, Box<dyn Error>> {
    let mapping = Mapping::default();
    Ok(Box::new(move |content| told(&tried(content, Format::Csv, &mapping))))
}

/// EAD 2002 and EAD3, told and guessed.
pub(crate) fn finding_aid() -> Result<Body, Box<dyn Error>> {
    let mapping = Mapping::default();
    Ok(Box::new(move |content| {
        format!("{} / {}", told(&tried(content, Format::Ead, &mapping)), told(&tried(content, Format::Auto, &mapping)))
    }))
}

/// The XML of transfer packages.
pub(crate) fn transfer_package() -> Result<Body, Box<dyn Error>> {
    let mapping = Mapping::default();
    Ok(Box::new(move |content| told(&tried(content, Format::XmlCatalogue, &mapping))))
}

/// The CSV of AtoM, told and guessed.
pub(crate) fn atom() -> Result<Body, Box<dyn Error>> {
    let mapping = Mapping::default();
    Ok(Box::new(move |content| {
        format!(
            "{} / {}",
            told(&tried(content, Format::AtomCsv, &mapping)),
            told(&tried(content, Format::Auto, &mapping))
        )
    }))
}

/// Reads and judges a file; what is promised of every file must hold.
pub(crate) fn tried(content: &[u8], format: Format, mapping: &Mapping) -> Trial {
    let options = ReadOptions { format, ..ReadOptions::default() };
    let Ok(trial) = trial(content, &options, mapping) else { return Trial::default() };
    assert!(trial.broken.is_empty(), "{:?}", trial.broken);
    trial.described.iter().for_each(holds);
    trial
}

/// What is promised of every description that may land.
fn holds(said: &Description) {
    assert!(!said.title.trim().is_empty(), "it has a title");
    assert!(!is_marked(&said.title), "no mark of a state secret comes in: {}", said.title);
    let again = ReferenceCode::parse(said.code.written());
    assert!(again.is_ok_and(|code| code.key() == said.code.key()), "its code is one: {:?}", said.code);
    let date = &said.date;
    let ends = [date.begin(), date.end()].map(|end| end.map(catalogue::PartialDate::number));
    let [from, to] = ends;
    let stored = ArchivalDate::stored(date.written().to_owned(), from, to, date.is_conjectured());
    assert_eq!(stored, *date, "its date is stored as it was read");
    assert_eq!(said.digest(), said.clone().digest(), "it says what it says");
}

/// What became of a file in a word or two.
pub(crate) fn told(trial: &Trial) -> String {
    let refusal = trial.refusal.as_deref().unwrap_or_default();
    let refusal: String = refusal.chars().filter(|letter| !letter.is_ascii_digit()).collect();
    format!("{} described, {} refused {refusal}", trial.described.len().min(3), trial.refused.min(2))
}

const SHEET: &str = r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="str"><v>X001-1-1</v></c><c r="B2" t="s"><v>2</v></c></row></sheetData></worksheet>"#;
const STRINGS: &str = r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>档号</t></si><si><t>题名</t></si><si><r><t>关于甲的</t></r><r><t>通知</t></r></si></sst>"#;
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy/m/d"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="目录" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const LINKS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;

/// A workbook: a whole archive if the input is one, else one of its parts in an archive made around it, so that the
/// changes are read and not only the check sum.
pub(crate) fn workbook() -> Result<Body, Box<dyn Error>> {
    let mapping = Mapping::default();
    Ok(Box::new(move |content| {
        // What a declared count asks for is bounded by the cage (U01); here it would end the fuzzer.
        if content.windows(COUNT.len()).any(|window| window.eq_ignore_ascii_case(COUNT)) {
            return "a count, left to the cage".to_owned();
        }
        if content.starts_with(b"PK") {
            return format!("whole {}", told(&tried(content, Format::Xlsx, &mapping)));
        }
        let archive = archive(content).unwrap_or_default();
        told(&tried(&archive, Format::Xlsx, &mapping))
    }))
}

/// The attribute whose number calamine reserves memory by.
const COUNT: &[u8] = b"uniqueCount";

/// An archive around one of the parts of a workbook.
fn archive(part: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let holds = |mark: &[u8]| part.windows(mark.len()).any(|window| window == mark);
    let place = if holds(b"<sst") {
        "xl/sharedStrings.xml"
    } else if holds(b"<styleSheet") {
        "xl/styles.xml"
    } else if holds(b"<workbook") {
        "xl/workbook.xml"
    } else if holds(b"<Relationships") {
        "xl/_rels/workbook.xml.rels"
    } else {
        "xl/worksheets/sheet1.xml"
    };
    let parts = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", LINKS),
        ("xl/sharedStrings.xml", STRINGS),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", SHEET),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in parts {
        archive.start_file(name, stored)?;
        archive.write_all(if name == place { part } else { content.as_bytes() })?;
    }
    Ok(archive.finish()?.into_inner())
}
