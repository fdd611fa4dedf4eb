//! A house with a large catalogue: `lantai serve` on generated rows, connected to a sandbox.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use acceptance::{Platform, Serving, lantai_in};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::corpus::{Dice, Lexicon, Row};
use crate::{Outcome, settings};

/// The account of the house.
pub const ACCOUNT: &str = "demo";
/// Rows of the first fonds: two in three are open, 50,000.
const LARGE_FONDS: u32 = 75_000;
/// Rows of the other fonds.
const FONDS: u32 = 10_000;
/// Rows of the last fonds, the small one.
const SMALL_FONDS: u32 = 90;

/// A running house.
pub struct House {
    /// The program under measure.
    pub serving: Serving,
    /// The account it serves, as the sandbox describes it.
    pub account: Value,
    /// The data folder.
    pub data: PathBuf,
    _platform: Platform,
    _folder: Option<TempDir>,
}

impl House {
    /// A house with so many rows imported. It stands in the folder `LANTAI_BENCH_HOUSE`, where the rows that an earlier
    /// program imported are taken as they are, else in one that goes with it.
    pub async fn open(rows: u32) -> Outcome<Self> {
        let (folder, own) = if let Some(folder) = settings::path("LANTAI_BENCH_HOUSE") {
            (folder, None)
        } else {
            let own = TempDir::new()?;
            (own.path().to_owned(), Some(own))
        };
        let data = folder.join("data");
        fs::create_dir_all(&data)?;
        let (platform, account) = connect(&folder, &data).await?;
        let done = folder.join("rows");
        if fs::read_to_string(&done).ok().and_then(|text| text.parse().ok()) != Some(rows) {
            let file = folder.join("catalogue.csv");
            write_catalogue(&file, rows)?;
            let ended = lantai_in(&data, &["import", &file.to_string_lossy(), "--json"]);
            if ended.code != Some(0) {
                return Err(format!("the import failed: {}", ended.stderr).into());
            }
            fs::remove_file(file)?;
            fs::write(done, rows.to_string())?;
        }
        let serving = Serving::start(&data).await;
        Ok(Self { serving, account, data, _platform: platform, _folder: own })
    }

    /// An empty house in a folder.
    pub async fn empty(folder: &Path) -> Outcome<Self> {
        let data = folder.join("data");
        fs::create_dir_all(&data)?;
        let (platform, account) = connect(folder, &data).await?;
        let serving = Serving::start(&data).await;
        Ok(Self { serving, account, data, _platform: platform, _folder: None })
    }

    /// `host:port` of the readers' site.
    pub fn address(&self) -> &str {
        self.serving.site.base().trim_start_matches("http://")
    }

    /// The path of the account's callback.
    pub fn callback() -> String {
        format!("/wechat/{ACCOUNT}")
    }
}

/// Starts WeChat's side and writes the settings of a house that is connected to it.
async fn connect(folder: &Path, data: &Path) -> Outcome<(Platform, Value)> {
    let platform = Platform::start(&folder.join("platform")).await;
    let account = platform.account(ACCOUNT, &json!({})).await;
    fs::write(data.join("lantai.toml"), platform.settings(&account, ""))?;
    Ok((platform, account))
}

/// The rows of a catalogue, always the same, each with whether it is open: two of three.
pub fn rows(count: u32) -> impl Iterator<Item = (Row, bool)> {
    let (lexicon, mut dice) = (Lexicon::default(), Dice::new(5));
    (0..count).map(move |number| (lexicon.row(&mut dice), !number.is_multiple_of(3)))
}

/// A catalogue in CSV with everything an import needs. The first fonds is large, the last one small.
pub fn write_catalogue(file: &Path, count: u32) -> Outcome<()> {
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "{}", COLUMNS.join(","))?;
    for (number, row) in (0..count).zip(rows(count)) {
        writeln!(out, "{}", cells(number, count, &row).join(","))?;
    }
    out.flush()?;
    Ok(())
}

/// The headers of a catalogue.
pub const COLUMNS: [&str; 6] = ["档号", "题名", "责任者", "日期", "保管期限", "开放标识"];

/// The cells of a row of a catalogue of so many.
pub fn cells(number: u32, of: u32, (row, is_open): &(Row, bool)) -> [String; 6] {
    let fonds = match number {
        _ if of - number <= SMALL_FONDS => 999,
        first if first < LARGE_FONDS => 1,
        other => 2 + (other - LARGE_FONDS) / FONDS,
    };
    let (year, openness) = (row.year.to_string(), if *is_open { "开放" } else { "控制" });
    let code = format!("P{fonds:03}-WS·{year}·Y-{number:07}");
    [code, row.title.clone(), row.creator.clone(), year, "永久".to_owned(), openness.to_owned()]
}
