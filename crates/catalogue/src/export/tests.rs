//! What is exported and imported again changes nothing.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use kernel::cage::{Cage, Limits};
use kernel::testing::{both, sqlite};
use kernel::{Code, Error};

use super::*;
use crate::import::{Ended, Format as Reads, Import, ImportResult, Mapping};
use crate::plain::kept;
use crate::record::tests::item;
use crate::testing::{House, INSTITUTION};

const FILE: &str = "档号,题名,文件编号,日期,责任者,保管期限,开放标识,密级,公开属性,公布,捐赠限制,民生类别,著录层级,全宗号,全宗名称,附注\n\
    X001-001-001,水利卷,,1958-62,县水利局,永久,开放,,,,,,案卷,X001,县水利局,\n\
    X001-001-001-10,关于甲的请示,县水〔1958〕3号,19580300,县水利局,永久,开放,公开,主动公开,是,,,文件,X001,,\"=HYPERLINK(\"\"http://x/\"\";A1)\"\n\
    X001-001-001-2,\"'=乙\",,民国三十五年八月,\"某,局\",30年,控制使用,内部,不公开,,仅目录,,文件,X001,,－5|;\n\
    X001-001-001-3,\"''+丙\",+86,不详,@甲,永久,延期开放,,依申请公开,,捐赠人不同意,,,X001,,\n\
    X002-WS·2001·Y-0001,结婚登记,,[光绪二十四年],,永久,开放,,,,,婚姻,,X002,,＝1\n";

async fn import(house: &House, content: &[u8]) -> ImportResult {
    let own = std::env::current_exe().unwrap();
    let program = own.parent().unwrap().parent().unwrap().join("examples/table_reader");
    let import = Import {
        institution: INSTITUTION.to_owned(),
        cage: Cage { program, arguments: Vec::new(), limits: Limits::default() },
        file_name: "目录".to_owned(),
        format: Reads::Auto,
        mapping: Mapping::parse("").unwrap(),
        fonds: None,
        actor: "档案员".to_owned(),
        approval: None,
        dry_run: false,
    };
    match import.run(&house.ground, kernel::cage::bytes(content).unwrap(), &mut |_| ()).await.unwrap() {
        Ended::Done(result) => result,
        Ended::Refused(refusal) => panic!("{}", refusal.problem),
    }
}

async fn export(house: &House, fonds: Option<&str>, format: Format) -> Result<(u64, Vec<u8>)> {
    let export = Export { institution: INSTITUTION.to_owned(), fonds: fonds.map(str::to_owned), format };
    let mut file = Vec::new();
    Ok((export.run(&house.ground.db, &mut file).await?, file))
}

/// Exports in both formats and takes each in again.
async fn unchanged(house: &House, records: u64) {
    for format in [Format::Csv, Format::Xlsx] {
        let (written, file) = export(house, None, format).await.unwrap();
        assert_eq!(written, records);
        let again = import(house, &file).await;
        let counts = (again.read, again.unchanged, again.updated, again.landed, again.refused);
        assert_eq!(counts, (records, records, 0, 0, 0), "{format:?} {:?}", again.problems);
    }
}

fn cells(csv: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(csv).unwrap().strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn what_was_exported_comes_again_unchanged_in_archival_order() {
    both(|db| async move {
        let house = House::on(db);
        let first = import(&house, FILE.as_bytes()).await;
        assert_eq!((first.landed, first.refused), (5, 0), "{:?}", first.problems);
        unchanged(&house, 5).await;

        let (_, file) = export(&house, None, Format::Csv).await.unwrap();
        let rows = cells(&file);
        let codes: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
        let order = ["X001-001-001", "X001-001-001-2", "X001-001-001-3", "X001-001-001-10", "X002-WS·2001·Y-0001"];
        assert_eq!(codes, [&["档号"], &order[..]].concat());
        let dates: Vec<&str> = rows.iter().map(|row| row[3].as_str()).collect();
        assert_eq!(dates, ["日期", "1958-62", "民国三十五年八月", "不详", "19580300", "[光绪二十四年]"], "as written");
        let wanted =
            ["题名", "文件编号", "日期", "责任者", "保管期限", "开放标识", "密级", "公开属性", "公布", "捐赠限制"];
        assert_eq!(rows[0][1..11], wanted);
        assert!(!rows[0].contains(&"页数".to_owned()), "only what is in use: {:?}", rows[0]);

        let (written, file) = export(&house, Some("x002"), Format::Csv).await.unwrap();
        assert_eq!((written, cells(&file).len()), (1, 2));
        let unknown = export(&house, Some("X009"), Format::Csv).await.unwrap_err();
        let Error::Problem(problem) = unknown else { panic!("{unknown:?}") };
        assert_eq!(problem.code(), Code::BadRequest);
        assert!(problem.to_string().contains("全宗 X009：目录里没有这个全宗，现有 2 个：X001、X002"), "{problem}");
    })
    .await;
}

#[tokio::test]
async fn u13_u14_an_export_holds_no_formula() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db);
    import(&house, FILE.as_bytes()).await;
    let (_, file) = export(&house, None, Format::Csv).await.unwrap();
    let rows = cells(&file);
    let unsafe_start = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    assert!(rows.iter().flatten().all(|cell| !cell.starts_with(unsafe_start)), "{rows:?}");
    assert!(rows.iter().flatten().any(|cell| cell == "'=HYPERLINK(\"http://x/\";A1)"), "{rows:?}");

    let (_, file) = export(&house, None, Format::Xlsx).await.unwrap();
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).unwrap();
    assert!(book.worksheet_formula("目录").unwrap().used_cells().next().is_none());
    let range = book.worksheet_range("目录").unwrap();
    assert!(range.cells().all(|(_, _, cell)| matches!(cell, Data::String(_) | Data::Empty)));
    let held = |text: &str| range.cells().any(|(_, _, cell)| *cell == Data::String(text.to_owned()));
    assert!(held("=HYPERLINK(\"http://x/\";A1)") && held("19580300"));
}

#[tokio::test]
async fn any_text_that_landed_comes_again_unchanged() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db);
    let alphabet: Vec<char> = "'=+-@＝－\"|;, <&>甲乙𠮷".chars().collect();
    let text = || {
        let letters = (0..=house.ground.random.below(7)).map(|_| {
            let at = usize::try_from(house.ground.random.below(u64::try_from(alphabet.len()).unwrap())).unwrap();
            alphabet[at]
        });
        Some(kept(&letters.collect::<String>())).filter(|text| !text.is_empty())
    };
    let described = |n: u32| {
        let mut one = item(&format!("X001-WS·2001·Y-{n:04}"), &text().unwrap_or_else(|| "甲".to_owned()));
        one.document_type = chinese::doctype::of_title(&one.title).map(str::to_owned);
        (one.document_number, one.creator, one.retention) = (text(), text(), text());
        one.elements.extend(text().map(|text| ("note".to_owned(), text)));
        one.elements.extend(text().map(|text| ("persons".to_owned(), text)));
        one
    };
    let all: Vec<_> = (1..=600).map(described).collect();
    house.land(&all).await;
    unchanged(&house, 600).await;
}
