use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::article::{Block, Picture, Run};

pub(crate) fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn docx(body: &str) -> Vec<u8> {
    let document = format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    let rels = "<Relationships><Relationship Id=\"r1\" Target=\"media/image1.png\"/>\
        <Relationship Id=\"r2\" Target=\"https://example.org/a\" TargetMode=\"External\"/></Relationships>";
    let styles = "<w:styles><w:style w:styleId=\"2\"><w:name w:val=\"heading 2\"/></w:style>\
        <w:style w:styleId=\"own\"><w:name w:val=\"公文小标题\"/><w:basedOn w:val=\"2\"/></w:style></w:styles>";
    let numbering = "<w:numbering><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"decimal\"/>\
        </w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";
    let footnotes = "<w:footnotes><w:footnote w:type=\"separator\" w:id=\"-1\"/><w:footnote w:id=\"2\"><w:p><w:r>\
        <w:footnoteRef/></w:r><w:r><w:t> 见卷三</w:t></w:r></w:p></w:footnote></w:footnotes>";
    package(&[
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", rels.as_bytes()),
        ("word/styles.xml", styles.as_bytes()),
        ("word/numbering.xml", numbering.as_bytes()),
        ("word/footnotes.xml", footnotes.as_bytes()),
        ("word/media/image1.png", b"\x89PNG"),
    ])
}

fn plain(text: &str) -> Run {
    Run { text: text.to_owned(), ..Run::default() }
}

#[test]
fn a_document_becomes_blocks() {
    let body = "<w:p><w:pPr><w:pStyle w:val=\"own\"/></w:pPr><w:r><w:t>水情</w:t></w:r></w:p>\
        <w:p><w:r><w:t xml:space=\"preserve\">一九五四年 </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>七月</w:t></w:r>\
        <w:r><w:footnoteReference w:id=\"2\"/></w:r><w:del><w:r><w:delText>删去</w:delText></w:r></w:del>\
        <w:ins><w:r><w:t>，水位</w:t></w:r></w:ins><w:hyperlink r:id=\"r2\"><w:r><w:t>报告</w:t></w:r></w:hyperlink></w:p>\
        <w:p><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>\
        <w:p><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>乙</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>日</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>水位</w:t></w:r></w:p></w:tc>\
        </w:tr><w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>\
        <w:p><w:r><w:drawing><wp:inline><wp:docPr descr=\"堤\"/><a:graphic><a:blip r:embed=\"r1\"/></a:graphic>\
        </wp:inline></w:drawing></w:r></w:p>\
        <w:p><m:oMath/><w:r><w:pict><v:textbox><w:txbxContent><w:p><w:r><w:t>框里的字</w:t></w:r></w:p></w:txbxContent>\
        </v:textbox></w:pict></w:r></w:p>";
    let (Imported { blocks, left_out }, pictures) = document(&docx(body)).unwrap();
    let strong = Run { text: "七月".to_owned(), strong: true, note: Some("见卷三".to_owned()) };
    let link = Run { note: Some("https://example.org/a".to_owned()), ..plain("，水位报告") };
    let picture = Picture { address: format!("{PICTURE}0"), alternative: "堤".to_owned(), caption: String::new() };
    let expected = [
        Block::Heading { text: "水情".to_owned() },
        Block::Text { runs: vec![plain("一九五四年 "), strong, link] },
        Block::List { ordered: true, items: vec![vec![plain("甲")], vec![plain("乙")]] },
        Block::Table { head: vec!["日".into(), "水位".into()], rows: vec![vec!["1".into(), String::new()]] },
        Block::Picture(picture),
        Block::Text { runs: vec![plain("框里的字")] },
    ];
    assert_eq!(blocks, expected);
    assert_eq!(pictures, [b"\x89PNG"]);
    assert_eq!(left_out.told(), ["公式"]);
}

#[test]
fn w21_what_is_hostile_is_refused_and_named() {
    let entity = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]>\
        <w:document><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>";
    let deep = docx(&"<w:tbl><w:tr><w:tc>".repeat(20_000));
    let huge = package(&[("word/document.xml", &vec![b' '; 33 << 20])]);
    assert!(huge.len() < 1 << 20, "a small file");
    for (content, word) in [
        (package(&[("word/document.xml", entity.as_bytes())]), "声明"),
        (deep, "层次"),
        (huge, "太大"),
        (package(&[("xl/workbook.xml", b"<a/>")]), "Word"),
        (b"PK\x03\x04 and nothing".to_vec(), "Word"),
        (vec![0; LARGEST_DOCUMENT + 1], "超过"),
        (docx("<w:p>"), "损坏"),
    ] {
        let told = document(&content).unwrap_err();
        assert!(told.contains(word), "{told}");
    }
}

#[test]
fn many_parts_are_refused() {
    let names: Vec<String> = (0..5_001).map(|number| format!("word/{number}.xml")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert!(document(&package(&parts)).unwrap_err().contains("部件"));
}

#[test]
fn a_picture_that_is_not_there_or_too_large_is_empty() {
    let body = "<w:p><w:r><w:drawing><a:blip r:embed=\"r1\"/></w:drawing></w:r></w:p>";
    let text = format!("<w:document><w:body>{body}</w:body></w:document>");
    let rels = "<Relationships><Relationship Id=\"r1\" Target=\"../../etc/passwd\"/></Relationships>";
    let parts: [(&str, &[u8]); 2] =
        [("word/document.xml", text.as_bytes()), ("word/_rels/document.xml.rels", rels.as_bytes())];
    let (read, pictures) = document(&package(&parts)).unwrap();
    assert_eq!((read.blocks.len(), pictures), (1, vec![Vec::new()]));
}

proptest! {
    #[test]
    fn no_content_makes_it_fall(noise: Vec<u8>, at in 0_usize..2000) {
        let mut content = docx("<w:p><w:r><w:t>甲</w:t></w:r></w:p>");
        for (place, byte) in content.iter_mut().skip(at).zip(&noise) {
            *place = *byte;
        }
        if let Ok((read, _)) = document(&content) {
            prop_assert_eq!(super::super::normal(read.blocks.clone()), read.blocks);
        }
    }
}
