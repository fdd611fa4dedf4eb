//! Imports through the caged reader into a database.

use std::path::{Path, PathBuf};

use kernel::cage::{Cage, Limits};
use kernel::testing::{both, ground, sqlite};
use kernel::{Db, Ground};
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook};

use super::*;
use crate::{Openness, Record, ReferenceCode};

pub(super) const HEADER: &str = "档号,题名,文号,日期,责任者,保管期限,开放标识";

/// The example beside this test's own executable: `cargo test` builds it.
pub(crate) fn cage() -> Cage {
    let own = std::env::current_exe().unwrap();
    let program = own.parent().unwrap().parent().unwrap().join("examples/table_reader");
    assert!(program.try_exists().unwrap(), "{} is missing: cargo build -p catalogue --examples", program.display());
    Cage { program, arguments: Vec::new(), limits: Limits::default() }
}

pub(super) fn import(mapping: &str) -> Import {
    Import {
        institution: "435001".to_owned(),
        cage: cage(),
        file_name: "目录".to_owned(),
        format: Format::Auto,
        mapping: Mapping::parse(mapping).unwrap(),
        fonds: None,
        scanner: kernel::Scanner::default(),
        actor: "档案员".to_owned(),
        approval: None,
        dry_run: false,
    }
}

pub(super) async fn ended(import: &Import, ground: &Ground, content: &[u8]) -> Ended {
    let file = kernel::cage::bytes(content).unwrap();
    import.run(ground, file, &mut |_| ()).await.unwrap()
}

pub(super) async fn done(import: &Import, ground: &Ground, content: &[u8]) -> ImportResult {
    match ended(import, ground, content).await {
        Ended::Done(result) => result,
        Ended::Refused(refusal) => panic!("{}", refusal.problem),
    }
}

pub(super) async fn refusal(import: &Import, ground: &Ground, content: &[u8]) -> Refusal {
    match ended(import, ground, content).await {
        Ended::Done(result) => panic!("{result:?}"),
        Ended::Refused(refusal) => refusal,
    }
}

pub(super) async fn records(db: &Db) -> Vec<Record> {
    let mut tx = db.read().await.unwrap();
    crate::store::record::between(&mut tx, 0, i64::MAX, 100_000).await.unwrap()
}

pub(super) async fn codes(db: &Db) -> Vec<String> {
    records(db).await.iter().map(|record| record.description.code.written().to_owned()).collect()
}

pub(super) fn counts(result: &ImportResult) -> (u64, u64, u64, u64, u64) {
    (result.read, result.landed, result.updated, result.unchanged, result.refused)
}

pub(super) fn problem_codes(result: &ImportResult) -> Vec<(u32, &str)> {
    result.problems.iter().map(|problem| (problem.line, problem.code.as_ref())).collect()
}

#[tokio::test]
async fn u24_a_file_in_which_the_scanner_finds_something_is_refused_whole() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db);
    let scanner = "if grep -q EICAR; then echo 'stream: Eicar-Test FOUND'; exit 1; fi";
    let scanner = kernel::Scanner::new(["/bin/sh", "-c", scanner].map(str::to_owned).to_vec());
    let import = Import { scanner, ..import("") };
    let row = |title: &str| format!("{HEADER}\nX001-WS·2001·Y-0001,{title},,2001,办公室,永久,开放\n");
    let refusal = refusal(&import, &ground, row("EICAR 的通知").as_bytes()).await;
    assert!(refusal.problem.to_string().contains("Eicar-Test"), "{}", refusal.problem);
    assert!(records(&ground.db).await.is_empty());
    assert_eq!(done(&import, &ground, row("关于某事的通知").as_bytes()).await.landed, 1);
}

#[tokio::test]
async fn good_rows_land_although_others_fail_and_come_again_unchanged() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let file = format!(
            "某县档案馆目录\n{HEADER}\nX001-WS·2001·Y-0001,关于甲的通知,某发〔2001〕1号,20010203,某局,永久,开放\n\
             X001-WS·2001·Y-0002,,,20010203,某局,永久,开放\nX001-WS·2001·Y-0003,关于丙的决定,,,某局,永久,延期\n"
        );
        let first = done(&import(""), &ground, file.as_bytes()).await;
        assert_eq!(counts(&first), (3, 2, 0, 0, 1));
        assert_eq!(problem_codes(&first), [(4, "title-missing"), (5, "undated")]);
        assert!(first.batch.is_some());
        let found = records(&db).await;
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].description.title, "关于甲的通知");
        assert_eq!(found[0].description.document_type.as_deref(), Some("通知"));
        assert_eq!(found[1].description.statuses.openness, Openness::Deferred);

        let again = done(&import(""), &ground, file.as_bytes()).await;
        assert_eq!(counts(&again), (3, 0, 0, 2, 1));
        let changed = file.replace("关于甲的通知", "关于甲的通报");
        assert_eq!(counts(&done(&import(""), &ground, changed.as_bytes()).await), (3, 0, 1, 1, 1));
        let now = records(&db).await;
        assert_eq!((now[0].number, &now[0].public_id), (found[0].number, &found[0].public_id));
        assert_eq!(now[0].description.title, "关于甲的通报");
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_says_the_same_and_writes_nothing() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let file = format!("{HEADER}\nX001-1-1,甲,,2001,某局,永久,开放\nX001-1-2,,,2001,某局,永久,开放\n");
    let dry = Import { dry_run: true, ..import("") };
    let rehearsed = done(&dry, &ground, file.as_bytes()).await;
    assert_eq!(counts(&rehearsed), (2, 1, 0, 0, 1));
    assert_eq!(rehearsed.batch, None);
    assert!(records(&db).await.is_empty());
    let real = done(&import(""), &ground, file.as_bytes()).await;
    assert_eq!((counts(&real), &real.problems), (counts(&rehearsed), &rehearsed.problems));
    assert_eq!(counts(&done(&dry, &ground, file.as_bytes()).await), (2, 0, 0, 1, 1));
}

const MADE: &str = "[columns]\ntitle = \"title\"\ndate = \"iss\"\n[constants]\nopenness = \"开放\"\nretention = \"永久\"\n\
                    creator = \"某局\"\n[templates]\nreference_code = \"{fonds}-WS·{year}·Y-{row:05}\"\n[identity]\nkey = \"url\"\n";

pub(super) fn made() -> Import {
    Import { fonds: Some(ReferenceCode::parse("GW01").unwrap()), ..import(MADE) }
}

#[tokio::test]
async fn a_made_code_is_given_once_and_a_row_above_changes_nothing_below() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let first = "url,title,iss\nu1,甲,2001-02-03\nu2,乙,2001-02-03\nu3,丙,\n";
        assert_eq!(counts(&done(&made(), &ground, first.as_bytes()).await), (3, 3, 0, 0, 0));
        let given = ["GW01-WS·2001·Y-00001", "GW01-WS·2001·Y-00002", "GW01-WS·0000·Y-00003"];
        assert_eq!(codes(&db).await, given);

        let second = "url,title,iss\nu0,新,2001-01-01\nu1,甲,2001-02-03\nu2,乙,2001-02-03\nu3,丙,\n";
        assert_eq!(counts(&done(&made(), &ground, second.as_bytes()).await), (4, 1, 0, 3, 0));
        let now = records(&db).await;
        assert_eq!(codes(&db).await[..3], given);
        assert_eq!(
            (now[3].description.title.as_str(), now[3].description.code.written()),
            ("新", "GW01-WS·2001·Y-00005")
        );
        // A date that is corrected changes the record, not its code.
        let third = second.replace("u3,丙,", "u3,丙,1999");
        assert_eq!(counts(&done(&made(), &ground, third.as_bytes()).await), (4, 0, 1, 3, 0));
        assert_eq!(codes(&db).await[2], given[2]);
    })
    .await;
}

#[tokio::test]
async fn rows_without_or_with_a_repeated_identity_are_not_lost() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let file = "url,title,iss\n,甲,2001\n,乙,2001\n,甲,2001\nu,丙,2001\nu,丁,2001\nu,丙,2001\n";
    let result = done(&made(), &ground, file.as_bytes()).await;
    assert_eq!(counts(&result), (6, 5, 0, 1, 0));
    assert_eq!(problem_codes(&result), [(6, "identity-repeated"), (7, "row-repeated")]);
    assert_eq!(counts(&done(&made(), &ground, format!("{file}\n").as_bytes()).await), (6, 0, 0, 6, 0));
    assert_eq!(records(&db).await.len(), 5);
}

#[tokio::test]
async fn two_rows_under_one_code_do_not_overwrite_each_other() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let file = format!(
        "{HEADER}\nX001-1-1,甲,,2001,某局,永久,开放\nX001－1－1,乙,,2001,某局,永久,开放\nX001-1-1,甲,,2001,某局,永久,开放\n"
    );
    let result = done(&import(""), &ground, file.as_bytes()).await;
    assert_eq!(counts(&result), (3, 1, 0, 1, 1));
    assert_eq!(problem_codes(&result), [(3, "code-repeated"), (4, "row-repeated")]);
    assert_eq!(records(&db).await[0].description.title, "甲");
}

#[tokio::test]
async fn items_stand_in_their_volume_whichever_comes_first() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let items = format!("{HEADER}\nC038-1-2-1,甲,,2001,某局,永久,开放\nC038-1-20-1,乙,,2001,某局,永久,开放\n");
    done(&import(""), &ground, items.as_bytes()).await;
    let parents = |found: Vec<Record>| found.into_iter().map(|one| one.holder_key).collect::<Vec<_>>();
    assert_eq!(parents(records(&db).await), ["C038", "C038"]);
    let volumes = "档号,案卷题名,起止日期,责任者,保管期限,开放标识\nC038-1-2,第二卷,2001-2002,某局,永久,开放\n";
    done(&import(""), &ground, volumes.as_bytes()).await;
    assert_eq!(parents(records(&db).await), ["C038-1-2", "C038", "C038"]);
    assert_eq!(counts(&done(&import(""), &ground, items.as_bytes()).await), (2, 0, 0, 2, 0));
}

fn bytes_under(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        all.extend(if path.is_dir() { bytes_under(&path) } else { std::fs::read(path).unwrap() });
    }
    all
}

#[tokio::test]
async fn u29_a_file_with_a_classified_row_leaves_no_byte() {
    let (folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let mut file = format!("{HEADER},密级\n");
    file.extend((1..3000).map(|n| format!("X001-1-{n},寻常题名之{n},,2001,某局,永久,开放,公开\n")));
    file.push_str("X001-1-9999,不可告人之题名,,2001,某局,永久,开放,绝　密\n");
    let refused = refusal(&import(""), &ground, file.as_bytes()).await;
    assert_eq!(problem_codes(&refused.result), [(3001, "classified")]);
    assert_eq!((refused.result.batch.as_ref(), refused.result.read), (None, 0));
    let said = format!("{} {:?}", refused.problem, refused.result);
    assert!(said.contains("3001") && !said.contains("题名"), "{said}");
    let kept = bytes_under(folder.path());
    for title in ["不可告人", "寻常题名"] {
        assert_eq!(memchr::memmem::find(&kept, title.as_bytes()), None);
    }
    assert!(records(&db).await.is_empty());
    let mut tx = db.read().await.unwrap();
    let (told,): (String,) = tx.sql("SELECT detail FROM audit WHERE outcome = 'refused'").one().await.unwrap();
    assert!(told.contains("3001"), "{told}");
}

#[tokio::test]
async fn a_workbook_with_title_rows_numbers_dates_and_several_sheets() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let mut book = Workbook::new();
    let first = book.add_worksheet().set_name("1958年").unwrap();
    first.write_string(0, 0, "归档文件目录").unwrap();
    for (column, header) in (0..).zip(["序号", "档 号!", "题名！", "日期", "页数", "责任者", "保管期限", "开放状态"])
    {
        first.write_string(2, column, header).unwrap();
    }
    let date = ExcelDateTime::from_ymd(1958, 3, 5).unwrap();
    first.write_number(3, 0, 1).unwrap();
    first.write_string(3, 1, "X1-WS·1958·Y-0001").unwrap();
    first.write_string(3, 2, "关于甲的通知").unwrap();
    first.write_datetime_with_format(3, 3, &date, &CellFormat::new().set_num_format("yyyy-mm-dd")).unwrap();
    first.write_number(3, 4, 12).unwrap();
    first.write_string(3, 7, "开放").unwrap();
    first.write_string(4, 1, "X1-WS·1958·Y-0002").unwrap();
    first.write_string(4, 2, "关于乙的通知").unwrap();
    first.write_number(4, 3, 19_580_300).unwrap();
    let second = book.add_worksheet().set_name("1959年").unwrap();
    second.write_string(0, 0, "档号").unwrap();
    second.write_string(0, 1, "文件题名").unwrap();
    second.write_string(1, 0, "X1-WS·1959·Y-0001").unwrap();
    second.write_string(1, 1, "关于丙的通知").unwrap();
    book.add_worksheet().set_name("说明").unwrap().write_string(0, 0, "填表说明").unwrap();
    let result = done(&import(""), &ground, &book.save_to_buffer().unwrap()).await;
    assert_eq!(counts(&result), (3, 3, 0, 0, 0));
    assert!(result.problems.iter().any(|one| one.sheet == "说明" && one.code == "no-header"));
    assert!(result.problems.iter().any(|one| one.sheet == "1958年" && one.line == 5 && one.code == "openness-unknown"));
    let found = records(&db).await;
    assert_eq!(found[0].description.date.begin().unwrap().number(), 19_580_305);
    assert_eq!(found[0].description.elements.get("pages").map(String::as_str), Some("12"));
    assert_eq!(found[1].description.date.begin().unwrap().number(), 19_580_300);
    assert_eq!(found[1].description.statuses.openness, Openness::Unreviewed);
}

#[tokio::test]
async fn u20_codes_and_dates_are_what_the_cells_show() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 0, 6, "某县档案馆文书档案目录", &CellFormat::new()).unwrap();
    for (column, header) in (0..).zip(["全宗号", "目录号", "案卷号", "件号", "题　名！", "形成时间", "开放状态"])
    {
        sheet.write_string(1, column, header).unwrap();
    }
    let shown = |code: &str| CellFormat::new().set_num_format(code);
    let date = ExcelDateTime::from_ymd(1958, 3, 5).unwrap();
    for (row, format) in (2..).zip(["yyyy/m/d", "yyyy\"年\"m\"月\"", "yyyy"]) {
        sheet.write_number_with_format(row, 0, 12, &shown("000")).unwrap();
        sheet.write_number_with_format(row, 1, 1, &shown("00")).unwrap();
        sheet.write_number_with_format(row, 2, 7, &shown("0000")).unwrap();
        sheet.write_number_with_format(row, 3, row - 1, &shown("0000")).unwrap();
        sheet.write_string(row, 4, format!("第{row}件")).unwrap();
        sheet.write_datetime_with_format(row, 5, &date, &shown(format)).unwrap();
        sheet.write_string(row, 6, "开放").unwrap();
    }
    // Formatted and empty, as at the end of every real sheet.
    for row in 5..40 {
        sheet.write_blank(row, 3, &shown("0000")).unwrap();
    }
    sheet.set_row_hidden(3).unwrap();
    let mapping = "[templates]\nreference_code = \"{fonds}-{inventory}-{volume}-{item}\"\n";
    let result = done(&import(mapping), &ground, &book.save_to_buffer().unwrap()).await;
    assert_eq!(counts(&result), (3, 3, 0, 0, 0), "{:?}", result.problems);
    assert_eq!(codes(&db).await, ["012-01-0007-0001", "012-01-0007-0002", "012-01-0007-0003"]);
    let dates: Vec<_> = records(&db).await.iter().map(|one| one.description.date.begin().unwrap().number()).collect();
    assert_eq!(dates, [19_580_305, 19_580_300, 19_580_000]);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_in_one_sentence() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let sentence = |content: &'static [u8], mapping: &'static str| {
        let ground = ground.clone();
        async move { refusal(&import(mapping), &ground, content).await.problem.to_string() }
    };
    assert!(sentence(b"PK\x03\x04 broken", "").await.contains("已损坏"));
    assert!(sentence("甲,乙\n1,2\n".as_bytes(), "").await.contains("对应关系"));
    assert!(sentence(b"url,name\n1,2\n", "[columns]\ntitle = \"headline\"").await.contains("headline"));
    assert!(sentence(b"\xd0\xcf\x11\xe0 old", "").await.contains("另存为 .xlsx"));
}

#[tokio::test]
async fn u31_a_stopped_import_goes_on_where_it_was_and_doubles_nothing() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let mut file = format!("{HEADER}\n");
    file.extend((1..=1500).map(|n| {
        let title = if n % 100 == 0 { String::new() } else { format!("题名{n}") };
        format!("X001-1-{n},{title},,2001,某局,永久,开放\n")
    }));
    let one = import("");
    // The import dies after its second chunk, as if the process had been killed there.
    let input = kernel::cage::bytes(file.as_bytes()).unwrap();
    let mut chunks = 0;
    let mut stop = |_step: Step| {
        chunks += 1;
        assert!(chunks < 2, "stopped here");
    };
    let dying = std::panic::AssertUnwindSafe(one.run(&ground, input, &mut stop));
    assert!(futures::FutureExt::catch_unwind(dying).await.is_err());
    let before = records(&db).await.len();
    assert!(before > 0 && before < 1485, "{before}");
    let result = done(&one, &ground, file.as_bytes()).await;
    assert_eq!(counts(&result), (1500, 1485, 0, 0, 15));
    assert_eq!(result.problems.len(), 15);
    assert_eq!(records(&db).await.len(), 1485);
    assert_eq!(counts(&done(&one, &ground, file.as_bytes()).await), (1500, 0, 0, 1485, 15));
}

/// Real workbooks where the tests are given any, else the same shape made here.
fn real(name: &str) -> Option<Vec<u8>> {
    #[expect(clippy::disallowed_methods, reason = "where the test material lies")]
    let folder = std::env::var("LANTAI_TEST_DATA")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    std::fs::read(folder.join("official-documents").join(name)).ok()
}

fn made_workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, header) in (0..).zip(["url", "title", "iss", "pub"]) {
        sheet.write_string(0, column, header).unwrap();
    }
    let format = CellFormat::new().set_num_format("yyyy/m/d");
    for row in 1..500_u32 {
        sheet.write_string(row, 0, format!("http://example.org/{row}")).unwrap();
        sheet.write_string(row, 1, format!("某省人民政府关于第{row}号事项的批复")).unwrap();
        if row % 7 != 0 {
            let date = ExcelDateTime::from_serial_datetime(f64::from(40_000 + row)).unwrap();
            sheet.write_datetime_with_format(row, 2, &date, &format).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn real_workbooks_land_whole_and_come_again_unchanged() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let mut total = 0;
    for name in ["guangdong.xlsx", "state-council.xlsx"] {
        let content = real(name).unwrap_or_else(made_workbook);
        let file_name = name.to_owned();
        let one = Import { file_name, ..made() };
        let result = done(&one, &ground, &content).await;
        assert_eq!(result.refused, 0, "{:?}", result.problems.iter().find(|one| one.severity == Severity::Error));
        assert!(result.read >= 499 && result.landed + result.unchanged == result.read);
        total += result.landed;
        let again = done(&one, &ground, &content).await;
        assert_eq!((again.read, again.unchanged), (result.read, result.read));
    }
    assert_eq!(u64::try_from(records(&db).await.len()).unwrap(), total);
}

#[tokio::test]
async fn a_fonds_keeps_the_patterns_of_its_codes() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let file = |number: u32| format!("{HEADER}\nC038-001-{number:03},关于甲的通知,,20010203,某局,永久,开放\n");
        let levels = async || {
            let all = records(&db).await;
            let items = all.iter().filter(|record| record.description.level == crate::Level::Item).count();
            (all.len(), items)
        };
        done(&import(""), &ground, file(1).as_bytes()).await;
        assert_eq!(levels().await, (1, 0), "three levels of digits are a volume (DA/T 13-1994)");
        let told = import("[codes]\npatterns = [\"全宗号-目录号-件号\"]");
        done(&told, &ground, file(2).as_bytes()).await;
        done(&import(""), &ground, file(3).as_bytes()).await;
        assert_eq!(levels().await, (3, 2), "the fonds has its own pattern, also for later files");
    })
    .await;
}

#[tokio::test]
async fn dates_of_eras_are_kept_as_written_and_read_as_years() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let rows = [
            ("民国三十五年八月", Some((19_460_800, 19_460_800))),
            ("民国三十五年至三十七年", Some((19_460_000, 19_480_000))),
            ("光緒廿四年十二月", Some((18_980_000, 18_990_000))),
            ("［一九五八年］", Some((19_580_000, 19_580_000))),
            ("五十年代", Some((19_500_000, 19_590_000))),
            ("解放初", None),
            ("光绪六十年", None),
            ("民国三十五年（1945年）", None),
        ];
        let line =
            |(number, (date, _)): (u32, (&str, _))| format!("X001-1-{number},关于甲的通知,,{date},某局,永久,开放\n");
        let file = format!("{HEADER}\n{}", (1..).zip(rows).map(line).collect::<String>());
        let result = done(&import(""), &ground, file.as_bytes()).await;
        assert_eq!(counts(&result), (8, 6, 0, 0, 2));
        let told = [(7, "undated"), (8, "date-impossible"), (9, "date-impossible")];
        assert_eq!(problem_codes(&result), told);
        assert_eq!(
            result.problems[1].message,
            "日期“光绪六十年”：这个年号没有这一年；请写成 19580305，不知道的月、日写 00"
        );
        let landed = records(&db).await;
        let numbers = |date: &crate::ArchivalDate| Some((date.begin()?.number(), date.end()?.number()));
        for (record, (written, interval)) in landed.iter().zip(rows) {
            let date = &record.description.date;
            assert_eq!((date.written(), numbers(date)), (written, interval));
        }
        assert_eq!(landed.iter().filter(|one| one.description.date.is_conjectured()).count(), 1);
        assert_eq!(counts(&done(&import(""), &ground, file.as_bytes()).await), (8, 0, 0, 6, 2));
    })
    .await;
}
