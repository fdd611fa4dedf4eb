//! The import command: what an archivist's workbook becomes, row by row.

#[cfg(test)]
mod tests {
    use std::path::Path;

    use acceptance::{Desk, files_of, holds, test_data};
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    use serde_json::Value;

    fn counts(result: &Value) -> [u64; 5] {
        let counts = ["read", "landed", "updated", "unchanged", "refused"].map(|name| result[name].as_u64().unwrap());
        assert_eq!(counts[0], counts[1..].iter().sum::<u64>(), "{result}");
        counts
    }

    const ROWS: &str = "档号,题名,责任者,日期,保管期限,开放标识,密级\n\
        L001-WS·1986·Y-0002,关于兴修红旗水库的通知,县水利局,19860305,永久,开放,\n\
        L001-WS·1986·Y-0010,关于春季植树的通知,县林业局,1986,长期,开放？,\n\
        L001-WS·1987·Y-0001,,县林业局,19870101,永久,开放,\n\
        L001-WS·1987·Y-0003,关于防汛的紧急通知,县水利局,1987年7月,永久,控制,\n";

    #[test]
    fn good_rows_land_although_others_fail_and_a_second_time_changes_nothing() {
        let desk = Desk::new();
        let file = desk.paper("目录.csv", ROWS.as_bytes());
        let ended = desk.import(&file, &[]);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let result = ended.json();
        assert_eq!(counts(&result), [4, 3, 0, 0, 1], "{result}");
        assert!(result["batch"].is_string());
        let problems = result["problems"].as_array().unwrap();
        let refused = problems.iter().find(|problem| problem["severity"] == "error").unwrap();
        assert_eq!((&refused["line"], &refused["column"]), (&Value::from(4), &Value::from("题名")), "{refused}");
        assert!(problems.iter().any(|problem| problem["severity"] == "warning" && problem["line"] == 3), "{result}");
        assert_eq!(counts(&desk.import(&file, &[]).json()), [4, 0, 0, 3, 1]);
        let changed = desk.paper("目录.csv", ROWS.replace("春季植树", "秋季植树").as_bytes());
        assert_eq!(counts(&desk.import(&changed, &[]).json()), [4, 0, 1, 2, 1]);
    }

    #[test]
    fn a_dry_run_says_what_would_happen_and_writes_nothing() {
        let desk = Desk::new();
        let file = desk.paper("目录.csv", ROWS.as_bytes());
        let result = desk.import(&file, &["--dry-run"]).json();
        assert_eq!(counts(&result), [4, 3, 0, 0, 1]);
        assert!(result["batch"].is_null());
        assert_eq!(counts(&desk.import(&file, &[]).json()), [4, 3, 0, 0, 1]);
    }

    #[test]
    fn one_classified_row_refuses_the_file_and_leaves_no_byte() {
        let mark = "绝不外传的题名七四一";
        for (number, row) in [
            format!("L001-WS·1986·Y-0099,{mark},县委,19860305,永久,开放,机密"),
            format!("L001-WS·1986·Y-0099,{mark},县委,19860305,永久,开放,秘 密★10年"),
            format!("L001-WS·1986·Y-0099,{mark}（绝密）,县委,19860305,永久,开放,"),
        ]
        .iter()
        .enumerate()
        {
            let desk = Desk::new();
            let file = desk.paper("目录.csv", format!("{ROWS}{row}\n").as_bytes());
            let ended = desk.import(&file, &[]);
            assert_eq!(ended.code, Some(1), "variant {number}: {}", ended.stdout);
            let result = ended.json();
            assert!(result["batch"].is_null());
            assert_eq!(result["landed"], 0);
            assert!(result["problems"].as_array().unwrap().iter().any(|problem| problem["line"] == 6), "{result}");
            assert!(!ended.stdout.contains(mark) && !ended.stderr.contains(mark));
            for held in files_of(desk.folder.path()) {
                let bytes = std::fs::read(&held).unwrap();
                let kept = [mark.as_bytes(), "红旗水库".as_bytes()].iter().any(|sought| holds(&bytes, sought));
                assert!(!kept, "variant {number}: something of it is in {}", held.display());
            }
        }
    }

    #[test]
    fn the_same_rows_come_in_from_every_encoding_and_separator() {
        let with_mark = [b"\xef\xbb\xbf".as_slice(), ROWS.as_bytes()].concat();
        let tabs = ROWS.replace(',', "\t");
        let chinese_standard = {
            // GB18030 of the same text, made by the encoder's inverse: every character used stands in GBK.
            let (bytes, _, unmappable) = encoding_rs::GB18030.encode(ROWS);
            assert!(!unmappable);
            bytes.into_owned()
        };
        for (name, bytes) in [("bom.csv", with_mark), ("tab.tsv", tabs.into_bytes()), ("gb.csv", chinese_standard)] {
            let desk = Desk::new();
            let file = desk.paper(name, &bytes);
            assert_eq!(counts(&desk.import(&file, &[]).json()), [4, 3, 0, 0, 1], "{name}");
        }
    }

    #[test]
    fn a_workbook_with_title_rows_marks_numbers_and_dates_comes_in_whole() {
        let mut book = Workbook::new();
        for (sheet, year) in [("一九八六", 1986_u16), ("一九八七", 1987)] {
            let page = book.add_worksheet();
            page.set_name(sheet).unwrap();
            page.write_string(0, 0, "临溪县水利局归档文件目录").unwrap();
            for (column, header) in
                (0..).zip(["序号", "档号!", "题名!", "责任者", "日期!", "保管期限!", "开放标识", "页数!"])
            {
                page.write_string(2, column, header).unwrap();
            }
            for row in 0..5_u32 {
                let at = 3 + row;
                page.write_number(at, 0, row + 1).unwrap();
                page.write_string(at, 1, format!("L005-WS·{year}·Y-{:04}", row + 1)).unwrap();
                page.write_string(at, 2, format!("关于第{row}号水库的报告")).unwrap();
                page.write_string(at, 3, "县水利局").unwrap();
                if row % 2 == 0 {
                    let date = ExcelDateTime::from_ymd(year, 3, 5).unwrap();
                    page.write_with_format(at, 4, &date, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
                } else {
                    page.write_number(at, 4, u32::from(year) * 10_000 + 300).unwrap();
                }
                page.write_string(at, 5, "永久").unwrap();
                page.write_string(at, 6, "开放").unwrap();
                page.write_number(at, 7, 12).unwrap();
            }
        }
        let desk = Desk::new();
        let file = desk.paper("目录.xlsx", &book.save_to_buffer().unwrap());
        let result = desk.import(&file, &[]).json();
        assert_eq!(counts(&result), [10, 10, 0, 0, 0], "{result}");
        assert_eq!(counts(&desk.import(&file, &[]).json()), [10, 0, 0, 10, 0]);
    }

    const MAPPING: &str = r#"
[columns]
title = "标题"
date = "成文"
[constants]
openness = "开放"
retention = "永久"
[templates]
reference_code = "{fonds}-WS·{year}·Y-{row:05}"
[identity]
key = "网址"
"#;

    #[test]
    fn generated_codes_stay_with_their_identity_when_a_row_is_put_in_above() {
        let desk = Desk::new();
        let mapping = desk.paper("映射.toml", MAPPING.as_bytes()).to_string_lossy().into_owned();
        let options = ["--mapping", mapping.as_str(), "--fonds", "G001"];
        let rows = "标题,成文,网址\n关于甲的通知,2001-02-03,u1\n关于乙的通知,2001-02-04,u2\n";
        let file = desk.paper("甲.csv", rows.as_bytes());
        assert_eq!(counts(&desk.import(&file, &options).json()), [2, 2, 0, 0, 0]);
        let above = rows.replace("网址\n", "网址\n关于丙的通知,2001-01-01,u3\n");
        let file = desk.paper("甲.csv", above.as_bytes());
        assert_eq!(counts(&desk.import(&file, &options).json()), [3, 1, 0, 2, 0]);
    }

    #[test]
    fn what_cannot_be_done_is_said_in_one_sentence() {
        let desk = Desk::new();
        let missing = desk.import(Path::new("/nowhere/目录.xlsx"), &[]);
        assert_eq!(missing.code, Some(1));
        assert!(missing.stderr.contains("目录.xlsx"), "{}", missing.stderr);
        let broken = desk.paper("坏.xlsx", b"PK\x03\x04 not a workbook");
        let ended = desk.import(&broken, &[]);
        assert_eq!(ended.code, Some(1), "{}", ended.stdout);
        assert!(ended.json()["batch"].is_null());
        let file = desk.paper("目录.csv", ROWS.as_bytes());
        let unknown = desk.import(&file, &["--mapping", "没有这个映射"]);
        assert_eq!(unknown.code, Some(1));
        assert!(unknown.stderr.contains("没有这个映射"), "{}", unknown.stderr);
    }

    #[test]
    fn the_real_workbooks_land() {
        let folder = test_data().join("official-documents");
        for (name, key) in [("guangdong.xlsx", "url"), ("state-council.xlsx", "url")] {
            let file = folder.join(name);
            if !file.is_file() {
                continue;
            }
            let desk = Desk::new();
            let text = MAPPING.replace("标题", "title").replace("成文", "iss").replace("网址", key);
            let mapping = desk.paper("映射.toml", text.as_bytes()).to_string_lossy().into_owned();
            let ended = desk.import(&file, &["--mapping", &mapping, "--fonds", "G001"]);
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
            let [read, landed, ..] = counts(&ended.json());
            assert!(read > 2000 && landed * 100 >= read * 99, "{name}: {landed} of {read} landed");
        }
    }
}
