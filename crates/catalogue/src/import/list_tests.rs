//! Imports of catalogues of volumes and items, and of lists of persons, through the caged reader into a database.

use kernel::testing::{both, ground, sqlite};
use rust_xlsxwriter::{Format as CellFormat, Formula, Workbook, Worksheet};

use super::tests::{codes, counts, done, import, problem_codes, records};
use crate::Livelihood;
use crate::access::in_public_index;

fn put(sheet: &mut Worksheet, rows: &[&[&str]]) {
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            if !cell.is_empty() {
                sheet.write_string(row, column, *cell).unwrap();
            }
        }
    }
}

/// Volumes and items with codes of their own, linked by 目录号 and 案卷号 alone.
fn volumes_and_items() -> Vec<u8> {
    let mut book = Workbook::new();
    let volumes = book.add_worksheet().set_name("案卷目录").unwrap();
    put(
        volumes,
        &[
            &["档号", "目录号", "案卷号", "题名", "起始年度", "终止年度", "保管期限", "开放标识"],
            &["C038-A-7", "1", "7", "第七卷", "1958", "1960", "永久", "开放"],
            &["C038-A-8", "1", "8", "第八卷", "1961", "", "永久", "开放"],
        ],
    );
    let items = book.add_worksheet().set_name("卷内文件目录").unwrap();
    put(
        items,
        &[
            &["档号", "目录号", "案卷号", "题名", "日期", "责任者", "开放标识"],
            &["C038-W-0001", "1", "0007", "甲", "1958", "某局", "开放"],
            &["C038-W-0002", "", "", "乙", "1959", "", "开放"],
            &["C038-W-0003", "1", "9", "丙", "1959", "", "开放"],
        ],
    );
    items.merge_range(1, 5, 3, 5, "某局", &CellFormat::new()).unwrap();
    items.merge_range(1, 1, 2, 1, "1", &CellFormat::new()).unwrap();
    items.merge_range(1, 2, 2, 2, "0007", &CellFormat::new()).unwrap();
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn items_are_linked_to_volumes_and_merged_cells_hold_for_all_rows() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let content = volumes_and_items();
        let result = done(&import(""), &ground, &content).await;
        assert_eq!(counts(&result), (5, 5, 0, 0, 0), "{:?}", result.problems);
        let all = records(&db).await;
        let dates: Vec<&str> = all.iter().take(2).map(|one| one.description.date.written()).collect();
        assert_eq!(dates, ["1958-1960", "1961"]);
        let held: Vec<&str> = all.iter().map(|one| one.holder_key.as_str()).collect();
        assert_eq!(held, ["C038", "C038", "C038-A-7", "C038-A-7", "C038"]);
        assert!(all.iter().skip(2).all(|one| one.description.creator.as_deref() == Some("某局")));
        assert_eq!(counts(&done(&import("[constants]\nnote = \"x\""), &ground, &content).await), (5, 0, 5, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn codes_are_composed_of_code_named_columns() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let file = "QZH,MLH,AJH,JH,TM,ZRZ,WH,RQ,BGQX,MJ,KFZT,YH,BZ\n012,01,0007,1,甲,某局,某发〔1958〕1号,19580305,永久,,开放,1-3,x\n\
                012,01,0007,2,乙,某局,,1958,永久,公开,开放,4,\n012,01,0007,,丙,某局,,1958,永久,,开放,5,\n";
    let result = done(&import(""), &ground, file.as_bytes()).await;
    assert_eq!(counts(&result), (3, 2, 0, 0, 1));
    assert_eq!(problem_codes(&result), [(4, "code-missing")]);
    assert_eq!(codes(&db).await, ["012-01-0007-1", "012-01-0007-2"]);
    assert_eq!(counts(&done(&import(""), &ground, file.as_bytes()).await), (3, 0, 0, 2, 1));
}

#[tokio::test]
async fn u06_formulas_are_counted_and_their_values_taken() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("目录").unwrap();
    put(
        sheet,
        &[&["档号", "题名", "日期", "责任者", "保管期限", "开放标识"], &["X1-1-1", "", "1958", "局", "永久", "开放"]],
    );
    sheet.write_formula(1, 1, Formula::new("=A2&B2").set_result("算出的题名")).unwrap();
    let result = done(&import(""), &ground, &book.save_to_buffer().unwrap()).await;
    assert_eq!(counts(&result), (1, 1, 0, 0, 0));
    let told = result.problems.iter().find(|one| one.code == "formulas").unwrap();
    assert!(told.sheet == "目录" && told.message.contains("1 个公式"), "{told:?}");
    assert_eq!(records(&db).await[0].description.title, "算出的题名");
}

const MARRIAGES: &str = "档号,男方姓名,男方身份证号,女方姓名,女方身份证号,登记日期,备注,开放标识\n\
    M001-HY-001-0001,张某,11010519491231002X,李某,110105491231002,1972,证件11010519491231002X,开放\n\
    M001-HY-001-0002,王某,,赵某,,1973,,开放\n";

#[tokio::test]
async fn a_person_list_keeps_its_persons_apart_and_no_number_in_the_open() {
    both(|db| async move {
        let (ground, _hand) = ground(db.clone());
        let result = done(&import(""), &ground, MARRIAGES.as_bytes()).await;
        assert_eq!(counts(&result), (2, 2, 0, 0, 0), "{:?}", result.problems);
        assert!(!format!("{result:?}").contains("19491231"), "{result:?}");
        let all = records(&db).await;
        assert_eq!(all[0].description.title, "婚姻登记：张某、李某");
        assert!(all.iter().all(|one| one.description.statuses.livelihood == Some(Livelihood::Marriage)));
        assert!(all.iter().all(|one| !in_public_index(&one.description.statuses)));
        assert!(!format!("{:?}", all[0].description.elements).contains("49123"));

        let stored = async || {
            let mut tx = db.read().await.unwrap();
            let text = "SELECT record_number, position, name, role, id_sealed, id_lookup FROM record_person \
                        ORDER BY record_number, position";
            tx.sql(text).all::<(i64, i64, String, String, Option<String>, Option<String>)>().await.unwrap()
        };
        let first = stored().await;
        let who: Vec<(&str, &str)> = first.iter().map(|one| (one.2.as_str(), one.3.as_str())).collect();
        assert_eq!(who, [("张某", "man"), ("李某", "woman"), ("王某", "man"), ("赵某", "woman")]);
        let sealed = first[0].4.as_deref().unwrap();
        let binding = format!("record_person/{}/1/id_sealed", first[0].0);
        assert_eq!(ground.secrets.open_sealed(&binding, sealed).unwrap().as_slice(), b"11010519491231002X");
        let looked_for = ground.secrets.lookup("id-number", "11010519491231002X").unwrap();
        assert_eq!(first[1].5.as_deref(), Some(looked_for.as_str()), "fifteen digits are found under eighteen");
        assert!(first[2].4.is_none() && first[2].5.is_none());

        assert_eq!(counts(&done(&import(""), &ground, MARRIAGES.as_bytes()).await), (2, 0, 0, 2, 0));
        assert_eq!(stored().await, first);
        let corrected = MARRIAGES.replace("王某,,", "王某,11010119900307109X,");
        assert_eq!(counts(&done(&import(""), &ground, corrected.as_bytes()).await), (2, 0, 1, 1, 0));
        let now = stored().await;
        assert_eq!((now.len(), now[2].5.is_some()), (4, true));
        assert_eq!(now[..2], first[..2]);
    })
    .await;
}

#[tokio::test]
async fn a_row_known_by_an_id_number_is_remembered_by_its_hash() {
    let (_folder, db) = sqlite().await;
    let (ground, _hand) = ground(db.clone());
    let mapping = "[constants]\nfonds = \"Z1\"\nlivelihood = \"招工\"\n[templates]\nreference_code = \"{fonds}-ZG-{row:04}\"\n\
                   [identity]\nkey = \"身份证号\"\n";
    let file = "姓名,身份证号,招工单位\n张某,11010519491231002X,某厂\n";
    for expected in [(1, 1, 0, 0, 0), (1, 0, 0, 1, 0)] {
        assert_eq!(counts(&done(&import(mapping), &ground, file.as_bytes()).await), expected);
    }
    let mut tx = db.read().await.unwrap();
    let (identity,): (String,) = tx.sql("SELECT identity FROM generated_code").one().await.unwrap();
    assert!(!identity.contains("1949"), "{identity}");
    assert_eq!(records(&db).await[0].description.title, "招工：张某");
}
