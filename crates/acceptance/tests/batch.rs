//! Batches on the command line: listed, shown, rolled back; and the second person of an import that opens records.

#[cfg(test)]
mod tests {
    use acceptance::{Desk, Ended, lantai_in};
    use serde_json::Value;

    const HEADER: &str = "档号,题名,责任者,日期,保管期限,开放标识";

    fn file(openness: &str, title: &str) -> Vec<u8> {
        let row = |n: u32| format!("L001-WS·1986·Y-{n:04},关于{title}的第{n}号通知,县水利局,1986,永久,{openness}\n");
        format!("{HEADER}\n{}", (1..=3).map(row).collect::<String>()).into_bytes()
    }

    fn batch(desk: &Desk, arguments: &[&str]) -> Ended {
        lantai_in(desk.folder.path(), &[&["batch"], arguments].concat())
    }

    fn done(ended: &Ended) -> Value {
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        ended.json()
    }

    #[test]
    fn a_batch_is_listed_shown_rolled_back_and_comes_again() {
        let desk = Desk::staffed();
        assert!(batch(&desk, &["list"]).stdout.contains("lantai import"), "an empty list says what to do");
        let paper = desk.paper("一.csv", &file("开放", "水库"));
        let first = done(&desk.import(&paper, &["--as", "小张"]));
        let changed = desk.paper("二.csv", &file("开放", "水渠"));
        let second = done(&desk.import(&changed, &[]));
        assert_eq!(second["updated"], 3);

        let listed = done(&batch(&desk, &["list", "--json"]));
        let brief =
            |one: &Value| (one["number"].clone(), one["file"].clone(), one["actor"].clone(), one["state"].clone());
        assert_eq!(brief(&listed[0]), (2.into(), "二.csv".into(), "命令行".into(), "done".into()));
        assert_eq!(brief(&listed[1]), (1.into(), "一.csv".into(), "小张".into(), "done".into()));
        let shown = done(&batch(&desk, &["show", "1", "--json"]));
        assert_eq!(
            (&shown["id"], &shown["landed"], &shown["problems"]),
            (&first["batch"], &3.into(), &Value::Array(vec![]))
        );

        let refused = batch(&desk, &["roll-back", "1", "--as", "小张", "--json"]);
        assert_eq!((refused.code, refused.json()["removed"].as_u64()), (Some(1), Some(0)));
        assert!(refused.stderr.contains("批次 2（二.csv）改动了其中 3 条"), "{}", refused.stderr);
        let id = second["batch"].as_str().unwrap();
        assert_eq!(done(&batch(&desk, &["roll-back", id, "--as", "小张", "--json"]))["restored"], 3);
        assert_eq!(done(&batch(&desk, &["roll-back", "1", "--as", "小张", "--json"]))["removed"], 3);
        let again = batch(&desk, &["roll-back", "1", "--as", "小张"]);
        assert!(again.code == Some(1) && again.stderr.contains("已经撤回"), "{}", again.stderr);
        assert_eq!(lantai_in(desk.folder.path(), &["doctor"]).code, Some(0));
        assert_eq!(lantai_in(desk.folder.path(), &["audit", "verify"]).code, Some(0));
        assert_eq!(done(&desk.import(&paper, &[]))["landed"], 3);
        assert_eq!(batch(&desk, &["show", "99"]).code, Some(1));
        assert_eq!(batch(&desk, &["roll-back", "1"]).code, Some(2), "nobody acts");
    }

    #[test]
    fn u32_what_opens_records_takes_two() {
        let desk = Desk::staffed();
        done(&desk.import(&desk.paper("一.csv", &file("控制", "水库")), &[]));
        let opening = desk.paper("二.csv", &file("开放", "水库"));
        let rehearsed = done(&desk.import(&opening, &["--dry-run"]));
        assert_eq!((rehearsed["opened"].as_u64(), rehearsed["updated"].as_u64()), (Some(3), Some(3)));
        for alone in [&[][..], &["--as", "小张"], &["--as", "小张", "--approved-by", "小张"]] {
            let refused = desk.import(&opening, alone);
            assert_eq!((refused.code, refused.json()["batch"].is_null()), (Some(1), true), "{alone:?}");
            assert!(refused.stderr.contains("--approved-by"), "{}", refused.stderr);
        }
        let opened = done(&desk.import(&opening, &["--as", "小张", "--approved-by", "老李"]));
        assert_eq!(opened["opened"], 3);
        assert_eq!(desk.import(&opening, &["--approved-by", "老李"]).code, Some(2), "a second without a first");
        assert_eq!(lantai_in(desk.folder.path(), &["doctor"]).code, Some(0));
    }
}
