//! Imports of foreign formats through the caged reader into a database.

use std::collections::BTreeMap;
use std::path::PathBuf;

use encoding_rs::GB18030;
use kernel::testing::{both, ground, sqlite};

use super::tests::{HEADER, codes, counts, done, import, problem_codes, records, refusal};
use super::*;
use crate::access::in_public_index;
use crate::{Element, Level, Record, ReferenceCode};

const OPEN: &str = "[constants]\nopenness = \"开放\"\n";

fn real(name: &str) -> Option<Vec<u8>> {
    #[expect(clippy::disallowed_methods, reason = "tests are told by their environment where the material is")]
    let folder = std::env::var("LANTAI_TEST_DATA")
        .map_or_else(|_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    std::fs::read(folder.join(name)).ok()
}

fn by_code(records: Vec<Record>) -> BTreeMap<String, Record> {
    records.into_iter().map(|one| (one.description.code.written().to_owned(), one)).collect()
}

fn said(record: &Record, element: Element) -> &str {
    record.description.element(element).unwrap_or_default()
}

const ATOM: &str = "legacyId,parentId,qubitParentSlug,identifier,title,levelOfDescription,scopeAndContent,\
    subjectAccessPoints,eventDates,eventTypes,eventStartDates,eventEndDates,eventActors,descriptionStatus,publicationStatus,culture\n\
    11,,,F1,一个全宗,Fonds,内容,水利|堤防,\"1950 - 1960|1961\",Creation|Accumulation,1950-01-01|1961,1960-12-31|1961,某局|NULL,Final,Published,zh\n\
    13,12,,2,子卷,File,,,,,,,,,Published,zh\n\
    12,11,,S1,系列,Subseries,,,1951,Creation,,,,,Published,zh\n\
    14,,f1,F1-9,另一卷,File,,,,,,,,,Draft,zh\n\
    15,11,,,无编号的,Item,,,,,,,,,Published,zh\n";

#[tokio::test]
async fn descriptions_of_atom_have_whole_codes_and_stand_below_their_parents() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let result = done(&import(OPEN), &ground, ATOM.as_bytes()).await;
        assert_eq!(counts(&result), (5, 5, 0, 0, 0), "{:?}", result.problems);
        assert!(result.problems.iter().any(|one| one.message.contains("descriptionStatus")));
        let found = by_code(records(&db).await);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["F1", "F1-15", "F1-9", "F1-S1", "F1-S1-2"]);
        let fonds = &found["F1"];
        assert_eq!((fonds.description.level, said(fonds, Element::LevelWord)), (Level::Fonds, "Fonds"));
        assert_eq!(said(fonds, Element::Subjects), "水利；堤防");
        assert_eq!(fonds.description.creator.as_deref(), Some("某局"));
        assert_eq!(fonds.description.date.written(), "19500101-19601231");
        assert_eq!(found["F1-S1-2"].holder_key, "F1-S1");
        assert_eq!(found["F1-S1"].description.level, Level::Series);
        assert!(!in_public_index(&found["F1-9"].description.statuses), "what AtoM has not published");
        assert!(in_public_index(&found["F1-15"].description.statuses));
        assert_eq!(counts(&done(&import(OPEN), &ground, ATOM.as_bytes()).await), (5, 0, 0, 5, 0));
    })
    .await;
}

#[tokio::test]
async fn openness_is_never_read_out_of_a_foreign_file() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    done(&import(""), &ground, ATOM.as_bytes()).await;
    let aid = "<ead><archdesc level='fonds'><did><unitid>E1</unitid><unittitle>甲</unittitle></did>\
        <accessrestrict><p>开放</p></accessrestrict></archdesc></ead>";
    done(&import(""), &ground, aid.as_bytes()).await;
    let all = records(&db).await;
    assert_eq!(all.len(), 6);
    assert!(all.iter().all(|one| !in_public_index(&one.description.statuses)));
    assert!(all.iter().any(|one| said(one, Element::AccessConditions) == "开放"));
}

const AID: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ead PUBLIC "+//ISBN 1-931666-00-8//DTD ead.dtd (EAD Version 2002)//EN" "http://127.0.0.1:9/ead.dtd">
<ead xmlns="urn:isbn:1-931666-22-9"><eadheader><eadid>ignored</eadid><filedesc><titlestmt><titleproper>检索工具</titleproper>
<author>某人</author></titlestmt></filedesc></eadheader>
<archdesc level="recordgrp"><did><unitid>MS C 271</unitid><unittitle>协会档案, <unitdate normal="1894/1992">1894-1992</unitdate></unittitle>
<origination><corpname>Alpha <emph>Omega</emph></corpname></origination><langmaterial><language langcode="chi"/></langmaterial></did>
<dsc><c01 level="series"><did><unitid>MS C 271.I</unitid><unittitle>文书</unittitle></did>
<scopecontent><head>Scope</head><p>第一段</p><p>第二段</p></scopecontent>
<c02 level="otherlevel" otherlevel="Box"><did><unittitle>无编号</unittitle><container type="Box">3</container><unitdate>ca. 1967</unitdate></did>
<c03 level="item"><did><unitdate>1958年3月</unitdate></did></c03></c02>
<c02 level="file" audience="internal"><did><unitid>7</unitid><unittitle>内部</unittitle></did></c02></c01></dsc>
<controlaccess><head>Terms</head><subject>水利</subject><persname>王某</persname></controlaccess>
<odd audience="internal"><p>不外传</p></odd></archdesc></ead>"#;

#[tokio::test]
async fn a_finding_aid_becomes_its_hierarchy() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let result = done(&import(OPEN), &ground, AID.as_bytes()).await;
        assert_eq!(counts(&result), (5, 5, 0, 0, 0), "{:?}", result.problems);
        assert!(result.problems.iter().any(|one| one.code == "internal-left-out"));
        let found = by_code(records(&db).await);
        let want = ["MS C 271", "MS C 271.I", "MS C 271.I-001", "MS C 271.I-001-001", "MS C 271.I-7"];
        assert_eq!(found.keys().collect::<Vec<_>>(), want);
        let top = &found["MS C 271"];
        assert_eq!(top.description.title, "协会档案, 1894-1992");
        assert_eq!(top.description.date.written(), "1894-1992");
        assert_eq!(top.description.creator.as_deref(), Some("Alpha Omega"));
        assert_eq!((said(top, Element::Language), said(top, Element::Subjects)), ("chi", "水利"));
        assert_eq!((said(top, Element::Note), said(top, Element::LevelWord)), ("", "recordgrp"));
        assert_eq!(said(&found["MS C 271.I"], Element::Scope), "第一段 第二段");
        let boxed = &found["MS C 271.I-001"];
        assert_eq!((boxed.description.level, said(boxed, Element::LevelWord)), (Level::Series, "Box"));
        assert_eq!((boxed.description.date.written(), said(boxed, Element::OtherDates)), ("约1967", ""));
        let item = &found["MS C 271.I-001-001"];
        assert_eq!((item.description.title.as_str(), item.holder_key.as_str()), ("1958年3月", "MSC271·I-001"));
        assert!(!in_public_index(&found["MS C 271.I-7"].description.statuses));
        assert_eq!(counts(&done(&import(OPEN), &ground, AID.as_bytes()).await), (5, 0, 0, 5, 0));
        let grown = AID.replace("<c03 level=\"item\">", "<c03 level=\"file\">");
        assert_eq!(counts(&done(&import(OPEN), &ground, grown.as_bytes()).await), (5, 0, 1, 4, 0));
    })
    .await;
}

#[tokio::test]
async fn u28_xml_that_asks_for_more_than_its_text_is_refused() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let entity = "<!DOCTYPE ead [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><ead><archdesc>&x;</archdesc></ead>";
    let bomb = format!("<ead><archdesc><did><unittitle>{}</unittitle></did></archdesc></ead>", "=".repeat(50 << 20));
    let deep = "<ead>".repeat(5000);
    for content in [entity, &bomb, &deep, "<ead><archdesc><did>", "<目录><文件/></目录>"] {
        let refused = refusal(&import(""), &ground, content.as_bytes()).await;
        assert_eq!(refused.result.read, 0);
        assert!(!refused.problem.to_string().contains("已损坏，无法读取"), "{}", refused.problem);
    }
    assert!(records(&db).await.is_empty());
}

#[tokio::test]
async fn u29_a_mark_anywhere_in_an_xml_refuses_it() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let row = "<文件><档号>X1-1-1</档号><题名>甲</题名></文件>";
    for content in [
        format!("<目录><密级>机密</密级>{row}{row}</目录>"),
        format!("<目录 密级='秘密' 年度='1958'>{row}</目录>"),
        "<目录><文件><档号>X1-1-1</档号><题名>甲</题名><密级>绝 密</密级></文件></目录>".to_owned(),
        AID.replace("检索工具", "检索工具（秘密★10年）"),
        AID.replace("不外传", "机密★"),
        AID.replace("第二段", "绝密"),
        ATOM.replace("内容", "机密"),
    ] {
        let refused = refusal(&import(""), &ground, content.as_bytes()).await;
        assert!(refused.result.problems.iter().all(|one| one.code == "classified"), "{}", refused.problem);
        assert!(refused.problem.to_string().contains("国家秘密"), "{}", refused.problem);
    }
    assert!(records(&db).await.is_empty());
}

#[tokio::test]
async fn a_transfer_package_lands_in_every_encoding() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let file = "<?xml version=\"1.0\" encoding=\"GB2312\"?><文件目录><文件><顺序号>1</顺序号><档号>X001-WS·2001·Y-0001</档号>\
            <责任者>某局</责任者><题名>关于镕基同志的通知</题名><日期>20010203</日期><开放标识>开放</开放标识></文件>\
            <文件><顺序号>2</顺序号><档号>X001-WS·2001·Y-0002</档号><题名/><日期>2001</日期></文件></文件目录>";
        let result = done(&import(""), &ground, &GB18030.encode(file).0).await;
        assert_eq!(counts(&result), (2, 1, 0, 0, 1));
        assert!(problem_codes(&result).contains(&(3, "title-missing")));
        assert_eq!(records(&db).await[0].description.title, "关于镕基同志的通知");
        let again = done(&import(""), &ground, file.as_bytes()).await;
        assert_eq!(counts(&again), (2, 0, 0, 1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_missing_parent_is_told_and_taken_when_it_comes() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let header = format!("{HEADER},上级档号,著录层级");
        let file = format!(
            "{header}\nX001-9,甲,,2001,某局,永久,开放,X001-S,案卷\nX001-S2,乙,,2001,某局,永久,开放,X001,类别\n"
        );
        let result = done(&import(""), &ground, file.as_bytes()).await;
        assert_eq!((counts(&result), problem_codes(&result)), ((2, 2, 0, 0, 0), vec![(2, "parent-missing")]));
        assert_eq!(by_code(records(&db).await)["X001-9"].holder_key, "X001");
        let parent = format!("{header}\nX001-S,丙,,2001,某局,永久,开放,X001,类别\n");
        assert_eq!(counts(&done(&import(""), &ground, parent.as_bytes()).await), (1, 1, 0, 0, 0));
        assert_eq!(by_code(records(&db).await)["X001-9"].holder_key, "X001-S");
        let again = done(&import(""), &ground, format!("{file}\n").as_bytes()).await;
        assert_eq!((counts(&again), again.problems.len()), ((2, 0, 0, 2, 0), 0));
    })
    .await;
}

#[tokio::test]
async fn a_circle_of_parents_is_refused_within_a_file_and_across_files() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let header = format!("{HEADER},上级档号,著录层级");
        let row = |code: &str, parent: &str| format!("X001-{code},甲,,2001,某局,永久,开放,X001-{parent},类别\n");
        let file = format!("{header}\n{}{}{}{}", row("A", "B"), row("B", "C"), row("C", "A"), row("D", "D"));
        let dry = Import { dry_run: true, ..import("") };
        for import in [dry, import("")] {
            let result = done(&import, &ground, file.as_bytes()).await;
            assert_eq!(counts(&result), (4, 2, 0, 0, 2), "{:?}", result.problems);
            let circles = problem_codes(&result).into_iter().filter(|(_, code)| *code == "hierarchy-cycle");
            assert_eq!(circles.map(|(line, _)| line).collect::<Vec<_>>(), [4, 5]);
        }
        let other = format!("{header}\n{}", row("C", "A"));
        let result = done(&import(""), &ground, other.as_bytes()).await;
        assert_eq!((counts(&result), problem_codes(&result)[0]), ((1, 0, 0, 0, 1), (2, "hierarchy-cycle")));
    })
    .await;
}

/// Every real file of a foreign format: how it is imported, and which rows may be refused.
const FILES: [(&str, &str, &str); 13] = [
    ("atom-csv/example_information_objects_isad.csv", OPEN, ""),
    ("ead/alphaomegaalpha.xml", OPEN, ""),
    ("ead/at-tracer.xml", OPEN, ""),
    ("ead/deeply-nested-components.xml", OPEN, ""),
    ("ead/hornstein.xml", OPEN, ""),
    ("ead/wnyu.xml", OPEN, ""),
    ("ead/ead3/mc00384.xml", OPEN, ""),
    ("ead/ead3/mc00492.xml", OPEN, ""),
    ("ead/ead3/mc00496.xml", OPEN, ""),
    ("ead/ead3/ua015_401.xml", OPEN, ""),
    (
        "official-documents/official_documents.csv",
        "[columns]\ntitle = \"title\"\ndocument_number = \"doc_no\"\ncreator = \"level\"\ndate = \"issued\"\n[constants]\n\
         openness = \"开放\"\nretention = \"永久\"\n[templates]\nreference_code = \"{fonds}-WS·{year}·Y-{row:05}\"\n\
         [identity]\nkey = \"url\"\n",
        "GW01",
    ),
    (
        "overseas-items/recently-digitised-20230120.csv",
        "[columns]\ntitle = \"title\"\ndate = \"date_range\"\nseries = \"series\"\n[templates]\n\
         reference_code = \"{fonds}-{row:05}\"\n[identity]\nkey = \"item_id\"\n",
        "NAA1",
    ),
    ("names/family-names.xlsx", "", "XS01"),
];

#[tokio::test]
async fn every_real_file_adds_up_and_comes_again_unchanged() {
    for (name, mapping, fonds) in FILES {
        let Some(content) = real(name) else { continue };
        let (_folder, db) = sqlite().await;
        let (ground, _hand) = ground(db.clone());
        let fonds = (!fonds.is_empty()).then(|| ReferenceCode::parse(fonds).unwrap());
        let one = Import { fonds, file_name: name.to_owned(), ..import(mapping) };
        let first = match tests::ended(&one, &ground, &content).await {
            Ended::Done(first) => first,
            Ended::Refused(refusal) => {
                println!("{name}: refused whole: {}", refusal.problem);
                continue;
            }
        };
        let mut why: BTreeMap<&str, usize> = BTreeMap::new();
        for problem in &first.problems {
            *why.entry(problem.code.as_ref()).or_default() += 1;
        }
        println!(
            "{name} | read {} | landed {} | unchanged {} | refused {} | {why:?}",
            first.read, first.landed, first.unchanged, first.refused
        );
        for problem in first.problems.iter().filter(|one| one.severity == Severity::Error).take(5) {
            println!("    {} {:?} {}", problem.line, problem.column, problem.message);
        }
        let stored = u64::try_from(codes(&db).await.len()).unwrap();
        assert_eq!((first.landed, first.read), (stored, first.landed + first.unchanged + first.refused), "{name}");
        let again = done(&one, &ground, &content).await;
        assert_eq!((again.landed, again.updated, again.refused), (0, 0, first.refused), "{name}");
    }
}
