//! A demo with real titles beside its sample holdings, and what can be found there by its own books: the rows of an
//! export, which no index had a part in.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use crate::{Client, Demo, lantai_in, official_titles};

const MAPPING: &str = r#"
[columns]
title = "title"
document_number = "doc_no"
creator = "jurisdiction_or_level"
date = "issued"
[constants]
openness = "开放"
retention = "永久"
[templates]
reference_code = "{fonds}-WS·{year}·Y-{row:05}"
[identity]
key = "url"
"#;

/// A record that everybody may see.
#[derive(Clone, Debug, Default)]
pub struct Holding {
    /// 档号
    pub code: String,
    /// 题名
    pub title: String,
    /// 文号
    pub document_number: Option<String>,
    /// 责任者
    pub creator: String,
    /// 人名
    pub persons: Vec<String>,
    /// First and last year.
    pub years: Option<(i16, i16)>,
    /// Everything a reader would say the record contains, field by field, folded.
    pub texts: [String; 3],
    /// What its archivists know of places.
    pub places: Arc<Places>,
}

/// The names of places that had several, those of one place together, folded.
#[derive(Clone, Debug, Default)]
pub struct Places(Vec<Vec<String>>);

impl Holding {
    /// Whether every part of what was typed is contained in one of the folded texts, a place or a body under any of
    /// its names.
    pub fn contains(&self, typed: &str) -> bool {
        let holds = |way: &String| self.texts.iter().any(|text| text.contains(way.as_str()));
        chinese::parts(typed).iter().all(|part| self.places.ways(part).iter().any(holds))
    }
}

impl Places {
    /// A folded text, and the same with the other names of the place or the body it names.
    fn ways(&self, text: &str) -> Vec<String> {
        let place = self.0.iter().find_map(|names| Some((names, names.iter().find(|name| text.contains(*name))?)));
        let mut ways: Vec<String> =
            place.map_or_else(Vec::new, |(names, name)| names.iter().map(|other| text.replace(name, other)).collect());
        ways.push(text.to_owned());
        ways.extend(chinese::abbreviation::within(text).map(|found| text.replace(found.name, found.other)));
        ways
    }
}

/// A running demo and what is in it.
#[derive(Debug)]
pub struct Shelf {
    /// The demo.
    pub demo: Demo,
    /// All records that everybody may see.
    pub holdings: Vec<Holding>,
    _folder: TempDir,
}

impl Shelf {
    /// Starts a demo, imports the real titles if they are to be had, and waits until all of it can be searched.
    ///
    /// # Panics
    /// If any of this fails.
    #[expect(clippy::expect_used, reason = "a test helper: without the house there is nothing to test")]
    pub async fn open() -> Self {
        let folder = TempDir::new().expect("a folder");
        let demo = Demo::start(folder.path()).await;
        if let Some(file) = official_titles() {
            let mapping = folder.path().with_extension("toml");
            std::fs::write(&mapping, MAPPING).expect("the mapping");
            let file = file.to_string_lossy().into_owned();
            let mapping = mapping.to_string_lossy().into_owned();
            let ended =
                lantai_in(folder.path(), &["import", &file, "--mapping", &mapping, "--fonds", "G001", "--json"]);
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        }
        let holdings = holdings(folder.path());
        assert!(holdings.len() > 1000, "only {} records can be seen", holdings.len());
        wait_for_total(&demo.site, holdings.len()).await;
        Self { demo, holdings, _folder: folder }
    }
}

/// What everybody may see of what the catalogue holds.
#[expect(clippy::expect_used, reason = "a test helper: without the books there is nothing to compare with")]
fn holdings(folder: &Path) -> Vec<Holding> {
    let file = folder.with_extension("csv");
    let ended = lantai_in(folder, &["export", "--format", "csv", "--out", &file.to_string_lossy()]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let mut reader = csv::Reader::from_path(&file).expect("the export");
    let headers = reader.headers().expect("headers").clone();
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows");
    drop(std::fs::remove_file(&file));
    let place = |name: &str| headers.iter().position(|header| header.trim_start_matches('\u{feff}') == name);
    let cell = |row: &csv::StringRecord, name: &str| -> String {
        place(name).and_then(|at| row.get(at)).unwrap_or_default().to_owned()
    };
    let is_open = |row: &&csv::StringRecord| {
        let disclosure = cell(row, "公开属性");
        cell(row, "开放标识") == "开放"
            && ["", "公开"].contains(&cell(row, "密级").as_str())
            && ["民生类别", "捐赠限制"].iter().all(|name| ["", "无"].contains(&cell(row, name).as_str()))
            && disclosure != "不予公开"
    };
    let places = Arc::new(places(folder));
    let holding = |row: &csv::StringRecord| {
        let (title, creator) = (cell(row, "题名"), cell(row, "责任者"));
        let document_number = Some(cell(row, "文件编号")).filter(|number| !number.is_empty());
        let texts = [title.as_str(), document_number.as_deref().unwrap_or_default(), &creator];
        Holding {
            texts: texts.map(chinese::normalise),
            places: Arc::clone(&places),
            persons: cell(row, "人名").split('；').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            years: years(&cell(row, "日期")),
            code: cell(row, "档号"),
            title,
            document_number,
            creator,
        }
    };
    rows.iter().filter(is_open).map(holding).collect()
}

/// The places of the authority records, as the command line lists and shows them.
fn places(folder: &Path) -> Places {
    let listed = lantai_in(folder, &["authority", "list", "--kind", "place"]);
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    let of_one = |line: &str| {
        let name = line.split('\t').nth(1)?;
        let shown = lantai_in(folder, &["authority", "show", name]).stdout;
        let others = shown.lines().filter_map(|line| line.strip_prefix("  旧名："));
        Some(others.chain([name]).map(chinese::normalise).collect())
    };
    Places(listed.stdout.lines().filter_map(of_one).collect())
}

/// The first and the last year of a date: every run of four digits or more begins with one.
fn years(date: &str) -> Option<(i16, i16)> {
    let runs = date.split(|c: char| !c.is_ascii_digit());
    let years: Vec<i16> = runs.filter_map(|run| run.get(..4)?.parse().ok()).collect();
    years.iter().min().copied().zip(years.iter().max().copied())
}

/// Waits until the running server has applied what the import wrote.
#[expect(clippy::panic, reason = "a test helper: an index that stays behind ends the test")]
async fn wait_for_total(site: &Client, wanted: usize) {
    let mut total = None;
    for _ in 0..600 {
        let answer = site.get("/api/public/v1/search", &[("q", ""), ("size", "1")]).await.json();
        total = answer.get("total").and_then(serde_json::Value::as_u64);
        if total == u64::try_from(wanted).ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the index did not follow the import within a minute: {total:?} of {wanted} records");
}
