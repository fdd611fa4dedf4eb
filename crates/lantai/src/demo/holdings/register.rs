//! The register the rows are written into: what every description of the sample holdings has in common.

use std::collections::BTreeSet;

use super::chance::Chance;
use super::row::Row;
use super::style::Numbers;

/// Stands in the note of every row.
pub(super) const MARK: &str = "演示数据";

/// The year the holdings are looked at from: records up to 25 years before it are due for opening (Archives Law 27).
const PRESENT: u32 = 2024;

/// Collects the rows and keeps what must not repeat.
pub(super) struct Register {
    pub(super) chance: Chance,
    pub(super) numbers: Numbers,
    pub(super) rows: Vec<Row>,
    titles: BTreeSet<String>,
}

impl Register {
    pub(super) fn new(seed: u64) -> Self {
        Self { chance: Chance::new(seed), numbers: Numbers::default(), rows: Vec::new(), titles: BTreeSet::new() }
    }

    /// Whether a title is new, and from now on taken.
    pub(super) fn take_title(&mut self, title: &str) -> bool {
        self.titles.insert(title.to_owned())
    }

    /// Describes a fonds, given as its number and title, and who made or gathered its records.
    pub(super) fn fonds(&mut self, (code, title): (&str, &str), creator: &str, years: (u32, u32)) {
        self.rows.push(Row {
            reference_code: code.to_owned(),
            title: title.to_owned(),
            creator: creator.to_owned(),
            date: format!("{}0000-{}0000", years.0, years.1),
            retention: "永久".to_owned(),
            openness: "开放".to_owned(),
            level: "全宗级".to_owned(),
            fonds: code.to_owned(),
            fonds_title: title.to_owned(),
            note: MARK.to_owned(),
            ..Row::default()
        });
    }

    /// Describes a series of a fonds.
    pub(super) fn series(&mut self, code: &str, title: &str, of: &Row) {
        self.rows.push(Row {
            reference_code: code.to_owned(),
            title: title.to_owned(),
            date: String::new(),
            openness: "开放".to_owned(),
            retention: "永久".to_owned(),
            level: "类别级".to_owned(),
            note: MARK.to_owned(),
            ..of.clone()
        });
    }

    /// Classification, openness, disclosure and note of an office's paper of that year.
    pub(super) fn access(&self, row: &mut Row, year: u32) {
        let internal = self.chance.percent(4);
        let openness = openness(internal, year + 25 < PRESENT, self.chance.between(1, 100));
        row.classification = String::from(if internal { "内部" } else { "公开" });
        row.disclosure = String::from(match (year, internal, openness) {
            (..=2007, _, _) => "",
            (_, true, _) => "不公开",
            (_, false, "开放") => "主动公开",
            _ => "依申请公开",
        });
        row.note = match openness {
            "延期开放" => format!("{MARK}；延期开放，{}年复核", PRESENT + self.chance.between(1, 9)),
            _ => MARK.to_owned(),
        };
        row.openness = String::from(openness);
    }

    /// The retention period of a paper of that year, and its letter in reference codes.
    pub(super) fn retention(&self, year: u32) -> (&'static str, &'static str) {
        match (self.chance.between(1, 10), year) {
            (..=5, _) => ("永久", "Y"),
            (6..=8, ..=2006) => ("长期", "C"),
            (6..=8, _) => ("30年", "D30"),
            (_, ..=2006) => ("短期", "D"),
            _ => ("10年", "D10"),
        }
    }
}

/// The word in 开放标识, by lot; `due` papers are older than 25 years. 待定 is a word no rule knows: it counts as closed.
fn openness(internal: bool, due: bool, lot: u32) -> &'static str {
    match (internal, due, lot) {
        (true, _, ..=60) | (false, true, 73..=82) | (false, false, 31..=38) => "控制",
        (false, true, ..=72) | (false, false, ..=30) => "开放",
        (false, true, 83..=89) => "延期开放",
        (false, _, 98..) => "待定",
        _ => "未审核",
    }
}
