//! The door for workbooks: the caged reader of the real program. Each input is a whole ZIP whose sheet, strings or list
//! of sheets was changed, so that the changes are read and not only the check sum.

use acceptance::lantai;
use kernel::cage::{Cage, Limits, Outcome, bytes};

use crate::drive::{cases, drive};

const SHEET: &str = r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:C2"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>日期</t></is></c></row><row r="2"><c r="A2" t="str"><v>X001-1-1</v></c><c r="B2" t="s"><v>2</v></c><c r="C2"><v>36925</v></c></row></sheetData></worksheet>"#;
const STRINGS: &str = r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="3" uniqueCount="3"><si><t>档号</t></si><si><t>题名</t></si><si><r><t>关于甲的</t></r><r><t>通知</t></r></si></sst>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="目录" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const LINKS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;

#[test]
fn a_workbook() {
    let words = [
        "<row r=\"1048576\">",
        "<c r=\"XFD1048576\"><v>1</v></c>",
        "<c r=\"A0\">",
        "t=\"s\"",
        "t=\"e\"",
        "<v>4294967295</v>",
        "uniqueCount=\"4000000000\"",
        "<si><t>",
        "</t></si>",
        "<is>",
        "</sheetData>",
        "<f>A1</f>",
        "ref=\"A1:XFD1048576\"",
        "<!DOCTYPE a [<!ENTITY b \"c\">]>",
        "&b;",
        "<sheet name=\"\" sheetId=\"2\" r:id=\"rId2\"/>",
        "1e400",
        "-1",
    ]
    .map(str::to_owned);
    let seeds = [SHEET, STRINGS, BOOK].map(|part| part.as_bytes().to_vec());
    let options = serde_json::json!({"format": "auto", "classification_headers": []}).to_string();
    let cage = Cage {
        program: lantai(),
        arguments: vec!["cage".into(), "read-catalogue".into(), options.into()],
        limits: Limits::default(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    drive("workbook", cases() / 20, &seeds, &words, |changed| {
        let holds = |mark: &str| String::from_utf8_lossy(changed).contains(mark);
        let at = |mark: &str, otherwise: &'static str| if holds(mark) { changed } else { otherwise.as_bytes() };
        let sheet = if holds("<sst") || holds("<workbook") { SHEET.as_bytes() } else { changed };
        let zip = zipped(&[
            ("[Content_Types].xml", TYPES.as_bytes()),
            ("_rels/.rels", ROOT.as_bytes()),
            ("xl/workbook.xml", at("<workbook", BOOK)),
            ("xl/_rels/workbook.xml.rels", LINKS.as_bytes()),
            ("xl/sharedStrings.xml", at("<sst", STRINGS)),
            ("xl/worksheets/sheet1.xml", sheet),
        ]);
        runtime.block_on(async {
            let mut running = cage.start(bytes(&zip).unwrap()).unwrap();
            let mut frames = String::new();
            while let Some(frame) = running.next().await {
                frames.push(frame.first().map_or('-', |tag| char::from(*tag)));
            }
            let outcome = running.outcome().await.unwrap();
            assert_ne!(outcome, Outcome::TimedOut, "a small workbook is read or refused");
            match outcome {
                Outcome::Crashed { signal, .. } => format!("crashed in the cage, signal {signal:?}"),
                outcome => format!("{outcome:?} {frames}"),
            }
        })
    });
}

/// A ZIP archive of files stored as they are (APPNOTE 4.3).
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        let sum = crc32(content).to_le_bytes();
        let named = u16::try_from(name.len()).unwrap().to_le_bytes();
        let at = u32::try_from(archive.len()).unwrap().to_le_bytes();
        // Version 2.0, no flags, stored, no time.
        let common = [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &sum[..], &length, &length, &named, &[0, 0]].concat();
        archive.extend([&b"PK\x03\x04"[..], common.as_slice(), name.as_bytes(), content].concat());
        let rest: &[u8] = &[0; 10];
        directory.extend([&b"PK\x01\x02\x14\x00"[..], common.as_slice(), rest, &at, name.as_bytes()].concat());
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
    let begin = u32::try_from(archive.len()).unwrap().to_le_bytes();
    archive.extend(directory);
    archive.extend([&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &size, &begin, &[0, 0]].concat());
    archive
}

/// CRC-32 of ISO 3309, reflected, bit by bit.
fn crc32(content: &[u8]) -> u32 {
    !content.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}
