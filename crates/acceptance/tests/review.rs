//! The opening review on the command line while the house is open: what three persons decided is seen at once, and what
//! is closed is gone at once.

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use acceptance::{Answer, Client, Ended, Platform, Serving, hire, lantai_in};
    use calamine::Reader as _;
    use rust_xlsxwriter::Workbook;
    use serde_json::{Value, json};
    use tempfile::TempDir;

    const STAFF: [(&str, &str); 4] =
        [("小张", "archivist"), ("小王", "archivist"), ("老李", "director"), ("小赵", "editor")];
    const CATALOGUE: &str = "档号,题名,责任者,日期,保管期限,开放标识\n\
        X001-WS·1986·Y-0001,关于清江水库的第1号通知,县水利局,1986,永久,\n\
        X001-WS·1986·Y-0002,关于清江水库的第2号通知,县水利局,1986,永久,\n\
        X001-WS·1986·Y-0003,关于清江水库的第3号通知,县水利局,1986,永久,\n\
        X001-WS·2020·Y-0001,关于清江水库的第4号通知,县水利局,2020,永久,\n";

    fn code(n: usize) -> String {
        format!("X001-WS·1986·Y-{n:04}")
    }

    /// A house that is open, with its staff and a catalogue nobody has reviewed.
    struct House {
        folder: TempDir,
        papers: TempDir,
        _platform: Platform,
        serving: Serving,
    }

    impl House {
        async fn open() -> Self {
            let (folder, papers) = (TempDir::new().unwrap(), TempDir::new().unwrap());
            let platform = Platform::start(folder.path()).await;
            let account = platform.account("main", &json!({})).await;
            std::fs::write(folder.path().join("lantai.toml"), platform.settings(&account, "")).unwrap();
            for (name, role) in STAFF {
                hire(folder.path(), name, role);
            }
            let serving = Serving::start(folder.path()).await;
            let house = Self { folder, papers, _platform: platform, serving };
            let file = house.papers.path().join("目录.csv");
            std::fs::write(&file, CATALOGUE).unwrap();
            let imported = lantai_in(house.folder.path(), &["import", &file.to_string_lossy()]);
            assert_eq!(imported.code, Some(0), "{}", imported.stderr);
            house
        }

        fn site(&self) -> &Client {
            &self.serving.site
        }

        fn review(&self, name: &str, arguments: &[&str]) -> Ended {
            lantai_in(self.folder.path(), &[&["review"], arguments, &["--as", name]].concat())
        }

        fn done(&self, name: &str, arguments: &[&str]) -> String {
            let ended = self.review(name, arguments);
            assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
            ended.stdout
        }

        fn told(&self, name: &str, arguments: &[&str]) -> Value {
            serde_json::from_str(&self.done(name, &[arguments, &["--json"]].concat())).unwrap()
        }

        fn refused(&self, name: &str, arguments: &[&str], why: &str) {
            let ended = self.review(name, arguments);
            assert_eq!(ended.code, Some(1), "{arguments:?}: {}{}", ended.stdout, ended.stderr);
            assert!(ended.stderr.contains(why), "{why} is not in: {}", ended.stderr);
        }

        /// What search, suggestions, OAI and the list of openings show: found, suggested, told, withdrawn, batches.
        async fn seen(&self) -> [usize; 5] {
            let found = self.site().get("/api/public/v1/search", &[("q", "清江水库")]).await.json();
            let suggested = self.site().get("/suggest", &[("q", "清江水库")]).await.json();
            let told = self.site().get("/oai", &[("verb", "ListRecords"), ("metadataPrefix", "oai_dc")]).await;
            let opened = self.site().get("/opened", &[]).await;
            assert_eq!((told.status, opened.status), (200, 200));
            let gone = told.body.matches("status=\"deleted\"").count();
            [
                found["items"].as_array().unwrap().len(),
                suggested["items"].as_array().unwrap().len(),
                told.body.matches("<header").count() - gone,
                gone,
                openings(&opened).len(),
            ]
        }

        /// The address of a record that search finds.
        async fn address(&self, n: usize) -> String {
            let found = self.site().get("/api/public/v1/search", &[("q", &code(n))]).await.json();
            format!("/records/{}", found["items"][0]["id"].as_str().unwrap())
        }

        /// Writes the sheet of a batch, fills in what the second reviewer thinks, and lays it on the desk.
        fn second_opinions(&self, verdict: &str) -> PathBuf {
            let sheet = self.papers.path().join("审核表.xlsx");
            self.done("小王", &["show", "1", "--out", &sheet.to_string_lossy()]);
            fill(&sheet, "复审意见", verdict);
            sheet
        }
    }

    /// Writes the same into every cell of a column of a workbook.
    fn fill(path: &Path, column: &str, text: &str) {
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        let mut rows: Vec<Vec<String>> =
            range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
        let at = rows[0].iter().position(|cell| cell == column).unwrap();
        for row in rows.iter_mut().skip(1) {
            row[at] = text.to_owned();
        }
        let mut filled = Workbook::new();
        let sheet = filled.add_worksheet();
        for (row, cells) in (0_u32..).zip(&rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
        filled.save(path).unwrap();
    }

    /// The addresses of the openings on a page.
    fn openings(page: &Answer) -> Vec<String> {
        let links = page.body.split("href=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0));
        links.filter(|link| link.starts_with("/opened/")).map(str::to_owned).collect()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_three_decide_is_seen_at_once_and_what_is_closed_is_gone_at_once() {
        let house = House::open().await;
        house.refused("小赵", &["due"], "开放审核");
        house.refused("小周", &["due"], "小周");
        assert_eq!(house.told("小张", &["due"])["fonds"][0]["by_age"], 3);
        house.refused("小赵", &["new", "--title", "第一批", "--due"], "开放审核");
        house.done("小张", &["new", "--title", "第一批", "--due"]);
        house.done("小张", &["opinion", "1", "--step", "初审", "--all", "开放"]);
        house.refused("小张", &["opinion", "1", "--step", "复审", "--all", "开放"], "另一人");
        let sheet = house.second_opinions("开放").to_string_lossy().into_owned();
        assert!(house.done("小王", &["opinion", "1", "--step", "复审", "--file", &sheet]).contains("3 条"));
        house.done("小张", &["send", "1", "--alone", "原单位已撤销，没有继承单位"]);
        let decide = ["decide", "1", "--document-number", "临档〔2026〕1号", "--notice", "向社会开放水利档案。"];
        house.refused("小张", &decide, "开放终审");
        house.done("老李", &decide);
        assert_eq!(house.seen().await, [0; 5], "a decision has to be carried out");
        house.done("老李", &["carry-out", "1"]);

        let [found, suggested, told, gone, batches] = house.seen().await;
        assert_eq!((found, told, gone, batches), (3, 3, 0, 1));
        assert!(suggested > 0);
        let opened = openings(&house.site().get("/opened", &[]).await)[0].clone();
        let list = house.site().get(&opened, &[]).await.body;
        assert!(list.contains("向社会开放水利档案。"), "{list}");
        for n in 1..=3 {
            assert!(list.contains(&code(n)));
            let page = house.site().get(&house.address(n).await, &[]).await;
            assert!(page.status == 200 && page.body.contains(&format!("第{n}号通知")), "{}", page.body);
        }
        house.refused("老李", &["carry-out", "1"], "批次 1");
        let csv = house.papers.path().join("开放目录.csv").to_string_lossy().into_owned();
        house.done("小张", &["show", "1", "--out", &csv, "--opened", "--format", "csv"]);
        assert_eq!(std::fs::read_to_string(&csv).unwrap().trim().lines().count(), 4);

        house.done("老李", &["publish", "--code", &code(1), "--document-number", "临档〔2026〕2号"]);
        let address = house.address(1).await;
        let close = ["close", "--code", &code(1), "--reason", "涉及个人隐私"];
        house.refused("小张", &close, "开放终审");
        let closed = house.told("老李", &close);
        assert_eq!((closed["done"].as_u64(), closed["refused"].as_array().map(Vec::len)), (Some(1), Some(0)));
        assert_eq!(closed["copies"][0]["kind"], "已被采集", "{closed}");
        // No waiting: it is gone before the command returns.
        let [found, _, told, gone, batches] = house.seen().await;
        assert_eq!((found, told, gone, batches), (2, 2, 1, 1));
        assert_eq!(house.site().get(&address, &[]).await.status, 404);
        assert!(!house.site().get(&opened, &[]).await.body.contains(&code(1)));

        let history = house.told("小张", &["history", "--code", &code(1)]);
        let happened: Vec<String> = history["happened"].as_array().unwrap().iter().map(Value::to_string).collect();
        let happened = happened.concat();
        for part in ["小张", "小王", "老李", "临档〔2026〕1号", "临档〔2026〕2号", "涉及个人隐私"]
        {
            assert!(happened.contains(part), "{part} is not in {happened}");
        }
        assert_eq!((history["openness"].as_str(), history["published"].as_bool()), (Some("控制使用"), Some(false)));
        house.refused("小赵", &["history", "--code", &code(1)], "开放审核");

        house.done("老李", &["close", "--code", &code(2), "--code", &code(3), "--reason", "误开放"]);
        assert_eq!(house.seen().await, [0, 0, 0, 3, 0]);
        assert_eq!(house.site().get(&opened, &[]).await.status, 404);
        for command in [["audit", "verify"].as_slice(), &["doctor"]] {
            let ended = lantai_in(house.folder.path(), command);
            assert_eq!(ended.code, Some(0), "{command:?}: {}{}", ended.stdout, ended.stderr);
        }
    }
}
