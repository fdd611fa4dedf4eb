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
        scanner: kernel::Scanner::default(),
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
    run(house, &exported(fonds, format)).await
}

fn exported(fonds: Option<&str>, format: Format) -> Export {
    let (institution, keeper) = (INSTITUTION.to_owned(), "临溪县档案馆".to_owned());
    Export { institution, keeper, fonds: fonds.map(str::to_owned), format, open_only: false }
}

async fn run(house: &House, export: &Export) -> Result<(u64, Vec<u8>)> {
    let mut file = Vec::new();
    Ok((export.run(&house.ground, &mut file, &mut |_, _| ()).await?, file))
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

#[tokio::test]
async fn dublin_core_has_a_record_for_each_and_an_element_for_each_value() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db);
    let mut two = item("X001-1-1", "甲&乙");
    two.creator = Some("县水利局；县财政局".to_owned());
    let mut closed = item("X001-1-2", "不开放的");
    closed.statuses.openness = crate::Openness::Controlled;
    house.land(&[two, closed]).await;
    let (written, file) = run(&house, &exported(None, Format::Dc)).await.unwrap();
    let text = String::from_utf8(file).unwrap();
    assert_eq!((written, text.matches("<oai_dc:dc>").count()), (2, 2), "{text}");
    for wanted in [
        "<dc:title>甲&amp;乙</dc:title>",
        "<dc:creator>县水利局</dc:creator><dc:creator>县财政局</dc:creator>",
        "<dc:identifier>X001-1-1</dc:identifier>",
        "<dc:publisher>临溪县档案馆</dc:publisher>",
    ] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    let open = Export { open_only: true, ..exported(None, Format::Dc) };
    let (written, file) = run(&house, &open).await.unwrap();
    assert_eq!(written, 1);
    assert!(!String::from_utf8(file).unwrap().contains("不开放的"));
}

#[tokio::test]
async fn l14_a_table_of_open_records_has_no_closed_row_and_no_internal_column() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db);
    let mut open = item("X001-1-1", "甲");
    open.elements.insert("location".to_owned(), "三库二架".to_owned());
    let mut closed = item("X001-1-2", "不开放的");
    closed.statuses.openness = crate::Openness::Controlled;
    house.land(&[open, closed]).await;
    let (written, file) = run(&house, &Export { open_only: true, ..exported(None, Format::Csv) }).await.unwrap();
    let rows = cells(&file);
    assert_eq!((written, rows.len()), (1, 2));
    let text = String::from_utf8(file).unwrap();
    for never in ["不开放的", "三库二架", "密级", "存储位置"] {
        assert!(!text.contains(never), "{never} in {text}");
    }
}

/// Statuses of all kinds, dates of all kinds, and any text in any element.
fn any_description(house: &House, text: &dyn Fn() -> Option<String>, n: u32) -> crate::Description {
    use crate::{Classification, Disclosure, Level, Livelihood, Openness, Restriction};
    let below = |most: usize| usize::try_from(house.ground.random.below(u64::try_from(most).unwrap())).unwrap();
    let mut one = item(&format!("X001-WS·2001·Y-{n:04}"), &text().unwrap_or_else(|| "甲".to_owned()));
    one.document_type = text().or_else(|| chinese::doctype::of_title(&one.title).map(str::to_owned));
    (one.document_number, one.creator, one.retention) = (text(), text(), text());
    one.level = [Level::Series, Level::Volume, Level::Item][below(3)];
    let dates = ["19580305", "1958-62", "民国三十五年八月", "[1958]", "约1958年", "不详", "", "五十年代"];
    one.date = crate::ArchivalDate::parse(dates[below(dates.len())]).unwrap();
    let statuses = &mut one.statuses;
    statuses.classification = [Classification::None, Classification::Internal][below(2)];
    statuses.openness = Openness::ALL[below(4)];
    statuses.disclosure = Disclosure::ALL[below(4)];
    statuses.restriction = Restriction::ALL[below(3)];
    statuses.published = below(2) == 1;
    statuses.livelihood = Livelihood::ALL.get(below(26)).copied();
    for element in Element::ALL.into_iter().filter(|element| element.is_kept_aside()) {
        one.elements.extend(text().filter(|_| below(3) == 0).map(|text| (element.name().to_owned(), text)));
    }
    one
}

#[tokio::test]
async fn any_description_with_any_elements_comes_again_unchanged() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db);
    let alphabet: Vec<char> = "'=+-@＝－\"|;；, <&>甲乙𠮷".chars().collect();
    let text = || {
        let letters = (0..=house.ground.random.below(7)).map(|_| {
            let at = usize::try_from(house.ground.random.below(u64::try_from(alphabet.len()).unwrap())).unwrap();
            alphabet[at]
        });
        Some(kept(&letters.collect::<String>())).filter(|text| !text.is_empty())
    };
    let all: Vec<_> = (1..=300).map(|n| any_description(&house, &text, n)).collect();
    house.land(&all).await;
    unchanged(&house, 300).await;
}
