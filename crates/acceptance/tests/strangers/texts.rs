//! The doors for text: questions, settings, mappings, reference codes, dates, tables in text form.

use std::borrow::Cow;

use catalogue::import::{Mapping, ReadOptions, read};
use catalogue::reference_code::CodePattern;
use catalogue::{ArchivalDate, ReferenceCode};
use kernel::Settings;
use kernel::cage::{Frames, bytes};
use kernel::settings::{Field, File, Kind, Schema, Section};
use search::{Document, Layout, Query, Ranking, Reader, TextField, Writer, WriterOptions, highlight};
use tempfile::TempDir;

use crate::drive::{cases, drive};
use crate::mutate::Words;

const TITLES: [&str; 4] = [
    "广东省人民政府关于印发〔2023〕68号文件的通知",
    "关于王伟、李娜一九八六年结婚登记的档案",
    "X001-WS·1988·Y-0007 县水利局工程决算",
    "Lantai Archives 1949–2023 annual report",
];
const ASKED: Words = &[
    "粤府〔2023〕68号",
    "1986年",
    "八十年代",
    "光緒二十四年",
    "11010519491231002X",
    "13800138000",
    "結婚",
    "婚姻档案",
    "开放时间",
    "AND",
    "*",
];

/// A question, on the way it takes: normalised, understood, looked for, shown.
#[test]
fn a_question() {
    let folder = TempDir::new().unwrap();
    let field = |name: &str, weight| TextField { name: name.into(), weight };
    let layout = Layout { texts: vec![field("title", 100)], codes: Vec::new(), facets: Vec::new() };
    let mut writer = Writer::open(folder.path(), &layout, WriterOptions { memory: 15_000_000, threads: 1 }).unwrap();
    for (key, title) in (1..).zip(TITLES) {
        writer.put(&Document { key, texts: vec![(0, Cow::from(title))], ..Document::default() }).unwrap();
    }
    writer.commit(1).unwrap();
    let reader = Reader::open(folder.path(), &layout, Ranking::default(), std::sync::Arc::default()).unwrap();
    let seeds: Vec<&[u8]> = TITLES.iter().map(|title| title.as_bytes()).collect();
    drive("question", cases(), &seeds, ASKED, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let normal = chinese::normalise(&text);
        assert_eq!(chinese::normalise(&normal), normal, "normalising twice changes nothing");
        let query = Query::typed(&text);
        for title in TITLES {
            for range in highlight(title, &query.parts) {
                assert!(title.get(range).is_some(), "a highlight lies between characters");
            }
        }
        // What is looked for is cut by whoever asks.
        let short: String = text.chars().take(200).collect();
        let hits = reader.search(&Query::typed(&short)).unwrap();
        let (numbers, years) = (chinese::document_number::find(&normal).len(), chinese::years(&text).len());
        let ids = chinese::personal::id_numbers(&text);
        for found in ids.iter().map(|id| id.span.clone()).chain(chinese::personal::phones(&text)) {
            assert!(text.get(found).is_some(), "personal data lies between characters");
        }
        let event = chinese::livelihood::life_event(&text).is_some();
        format!("{} hits, {} {} {} {event}", hits.total.min(2), numbers.min(2), years.min(2), ids.len().min(1))
    });
}

#[test]
fn a_reference_code() {
    let words: Words = &["-", "·", "WS", "Y-", "D30-", "X001", "0001", "全宗号", "案卷", "item", "页"];
    let seeds: [&[u8]; 4] =
        ["X001-WS·1988·Y-0007".as_bytes(), b"X001-1-2-3", "全宗-目录-案卷-件".as_bytes(), b"J012-2-15"];
    drive("reference code", cases(), &seeds, words, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let pattern = CodePattern::parse(&text).is_some();
        match ReferenceCode::parse(&text) {
            Ok(code) => {
                let again = ReferenceCode::parse(code.written()).expect("what was taken is taken again");
                assert_eq!(again.key(), code.key());
                assert!(code.levels().count() >= 1 && !code.sort_key().is_empty());
                format!("{} levels, pattern {pattern}", code.levels().count().min(9))
            }
            Err(problem) => format!("{problem:?}, pattern {pattern}"),
        }
    });
}

#[test]
fn a_date() {
    let words: Words = &[
        "1988",
        "19880000",
        "1988-02-30",
        "年",
        "月",
        "日",
        "至",
        "约",
        "~",
        "00",
        "民国",
        "?",
        "光绪",
        "年代",
        "世纪",
        "廿四",
        "腊月",
        "（",
        "）",
    ];
    let seeds: [&[u8]; 8] = [
        b"19880102",
        b"19880000",
        "1988年2月".as_bytes(),
        b"1988-1990",
        b"[1949]",
        "民国三十五年八月至三十七年".as_bytes(),
        "光绪二十四年闰三月初五".as_bytes(),
        "五十年代（1952年）".as_bytes(),
    ];
    drive("date", cases(), &seeds, words, |bytes| match ArchivalDate::parse(&String::from_utf8_lossy(bytes)) {
        Ok(date) => {
            // An unknown part stands for all it may be: 1988-02 to 1988 is no contradiction.
            let ordered = date.begin().zip(date.end()).is_none_or(|(begin, end)| begin.year() <= end.year());
            assert!(ordered, "a date does not end before it begins");
            format!("{} {}", date.begin().is_some(), date.label().is_some())
        }
        Err(problem) => format!("{problem:?}"),
    });
}

const SECTIONS: [Section; 2] = [
    Section {
        name: "server",
        doc: "服务",
        fields: &[
            Field::new("listen", Kind::Address, "监听"),
            Field::new("size", Kind::Integer { least: 1, most: 9 }, "大小"),
        ],
    },
    Section {
        name: "accounts.*", doc: "公众号", fields: &[Field::new("kind", Kind::Choice(&["service"]), "类型")]
    },
];

/// A settings file; as a mapping file it is tried at the same time.
#[test]
fn settings_and_mappings() {
    let words: Words = &[
        "[server]",
        "[accounts.demo]",
        "[[server]]",
        "listen = ",
        "\"127.0.0.1:8080\"",
        "size = 3",
        "kind = \"service\"",
        "[columns]",
        "title = \"题名\"",
        "[constants]",
        "[templates]",
        "reference_code = \"{fonds}-{row:04}\"",
        "[identity]",
        "\"\"\"",
    ];
    let seeds: [&[u8]; 2] = [
        b"[server]\nlisten = \"127.0.0.1:8080\"\nsize = 3\n[accounts.demo]\nkind = \"service\"\n",
        "[columns]\ntitle = \"题名\"\n[constants]\nfonds = \"X1\"\n[templates]\nreference_code = \"{fonds}-{row:04}\"\n".as_bytes(),
    ];
    let schema = Schema::new(SECTIONS);
    drive("settings", cases(), &seeds, words, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let mapping = Mapping::parse(&text).is_ok();
        match Settings::read(&schema, File { name: "lantai.toml", text: &text }, []) {
            Ok(settings) => format!("read {}, mapping {mapping}", settings.redacted().len().min(1)),
            Err(complaints) => {
                assert!(!complaints.all().is_empty(), "a refusal says why");
                format!("{} complaints, mapping {mapping}", complaints.all().len().min(4))
            }
        }
    });
}

/// A table in text form, in whatever encoding.
#[test]
fn a_table_in_text() {
    let words: Words = &[
        "档号",
        "题名",
        "密级",
        "秘密",
        "机密★",
        "!",
        "\"",
        "\"\"",
        ",",
        "\t",
        ";",
        "\r",
        "\u{feff}",
        "日期",
        "20010203",
    ];
    let good = "档号,题名,责任者,日期,保管期限,开放标识\nX001-1-1,\"关于\"\"甲\"\"的通知\",某局,20010203,永久,开放\n";
    let (legacy, _, _) = encoding_rs::GB18030.encode(good);
    let wide: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let tabs = good.replace(',', "\t");
    drive("table", cases(), &[good.as_bytes(), &legacy, &wide, tabs.as_bytes()], words, |content| {
        let mut sent = Vec::new();
        let mut frames = Frames::new(&mut sent);
        read(bytes(content).unwrap(), &ReadOptions::default(), &mut frames).unwrap();
        frames.finish().unwrap();
        outcome(&sent)
    });
}

/// The kinds of the frames that were sent, and what the last one says if it is a refusal.
pub(crate) fn outcome(mut sent: &[u8]) -> String {
    let mut frames: Vec<&[u8]> = Vec::new();
    while let Some((length, rest)) = sent.split_first_chunk::<4>() {
        let (frame, rest) = rest.split_at(usize::try_from(u32::from_be_bytes(*length)).unwrap());
        frames.push(frame);
        sent = rest;
    }
    let kinds: String = frames.iter().filter_map(|frame| frame.first()).map(|kind| char::from(*kind)).collect();
    let last = frames.last().expect("it ends with a word");
    let refusal = last.strip_prefix(b"F").unwrap_or_default();
    let said: String = String::from_utf8_lossy(refusal).chars().filter(|letter| !letter.is_ascii_digit()).collect();
    format!("{} {said}", kinds.escape_debug())
}
