//! The doors for exchange formats: finding aids, transfer packages, AtoM's CSV.

use catalogue::import::{Format, ReadOptions, read};
use encoding_rs::GB18030;
use kernel::cage::{Frames, bytes};

use crate::drive::{cases, drive};
use crate::mutate::Words;
use crate::texts::outcome;

const EAD: &[u8] = br#"<?xml version="1.0"?><ead><eadheader><eadid>x</eadid></eadheader><archdesc level="fonds"><did><unitid>X1</unitid><unittitle>A <unitdate normal="1949/1969">1949</unitdate></unittitle></did><dsc><c01 level="series"><did><unitid>1</unitid><unittitle>B</unittitle><container type="box">3</container></did><scopecontent><head>h</head><p>c</p></scopecontent><c02><did><unitdate>ca. 1950</unitdate></did></c02></c01></dsc></archdesc></ead>"#;
const EAD3: &[u8] = br#"<ead xmlns="http://ead3.archivists.org/schema/"><control><recordid>x</recordid></control><archdesc level="otherlevel" otherlevel="box"><did><unittitle>A</unittitle><unitdatestructured><daterange><fromdate standarddate="1940">a</fromdate><todate standarddate="1990-02-03">b</todate></daterange></unitdatestructured></did><controlaccess><subject><part>S</part></subject></controlaccess><dsc><c audience="internal"><did><unittitle>B</unittitle></did></c></dsc></archdesc></ead>"#;
const XML: Words = &[
    "<c>",
    "</c>",
    "<c12>",
    "<archdesc>",
    "</archdesc>",
    "<did>",
    "<unitid>",
    "</unitid>",
    "<unitdate normal=\"",
    "audience=\"internal\"",
    "encodinganalog=\"openness\"",
    "level=\"otherlevel\"",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<!DOCTYPE ead [<!ENTITY a \"b\">]>",
    "<!DOCTYPE ead SYSTEM \"http://127.0.0.1:9/a.dtd\">",
    "&a;",
    "&amp;",
    "&#x1F600;",
    "<?xml version=\"1.0\" encoding=\"GB2312\"?>",
    "encoding=\"UTF-16\"",
    "<row 题名=\"",
    "<密级>秘密</密级>",
    "<题名>",
    "</题名>",
    "<f name=\"档号\">",
];

/// What the reader sends, with a format told or not.
fn read_as(format: Format, content: &[u8]) -> String {
    let mut sent = Vec::new();
    let mut frames = Frames::new(&mut sent);
    let options = ReadOptions { format, ..ReadOptions::default() };
    read(bytes(content).unwrap(), &options, &mut frames).unwrap();
    frames.finish().unwrap();
    outcome(&sent)
}

#[test]
fn a_finding_aid() {
    drive("finding aid", cases(), &[EAD, EAD3], XML, |content| {
        format!("{} / {}", read_as(Format::Auto, content), read_as(Format::Ead, content))
    });
}

#[test]
fn a_transfer_package() {
    let package = "<?xml version=\"1.0\" encoding=\"GB18030\"?><目录><全宗号>X1</全宗号><案卷><档号>X1-1</档号><题名>卷</题名><文件><档号>\
        X1-1-1</档号><题名>甲</题名><日期>1958</日期></文件></案卷><r DH='X1-2' TM='乙'/></目录>";
    let legacy = GB18030.encode(package).0;
    drive("transfer package", cases(), &[package.as_bytes(), &legacy], XML, |content| {
        format!("{} / {}", read_as(Format::Auto, content), read_as(Format::XmlCatalogue, content))
    });
}

#[test]
fn a_file_of_atom() {
    let good = "legacyId,parentId,qubitParentSlug,identifier,title,levelOfDescription,eventDates,eventStartDates,publicationStatus\n\
        1,,,F1,甲,Fonds,1950 - 1960|1961,1950-01-01|1961,Published\n2,1,,S1,乙,Series,,,Draft\n3,2,,,丙,Item,,,\n4,,f1,F1-9,丁,File,,,\n";
    let words: Words =
        &["NULL", "|", "1,1", "2,3", "legacyId", "parentId", "f1", "\"", "circa 1950", "1949/1969", "F1-"];
    drive("file of atom", cases(), &[good.as_bytes()], words, |content| {
        format!("{} / {}", read_as(Format::Auto, content), read_as(Format::AtomCsv, content))
    });
}
