//! The sheet of a batch: what `review show` writes, reviewers fill in, and `review opinion` reads back.

use std::collections::HashMap;
use std::io::Write;

use kernel::{Code, Day, Problem, Result};

use super::dossier::{BatchShown, OpinionShown, RecordShown};
use crate::ArchivalDate;
use crate::export::Format;
use crate::export::sheet::Sheet;
use crate::plain::{dense, kept};
use crate::review::{Reason, Said, Step, Verdict, day_of};

/// The columns that describe a record.
const DESCRIPTION: [&str; 6] = ["档号", "题名", "日期", "责任者", "开放标识", "限制"];
/// The columns of a step, after its name.
const OPINION: [&str; 5] = ["意见", "理由", "说明", "下次审核", "审核人"];

/// Writes the sheet of a batch: a row for each record, five columns for each step.
///
/// # Errors
/// As [`crate::export::Export::run`].
pub fn write_sheet(batch: &BatchShown, format: Format, out: impl Write + Send) -> Result<()> {
    let mut header: Vec<String> = DESCRIPTION.map(str::to_owned).to_vec();
    for step in Step::ALL {
        header.extend(OPINION.map(|column| format!("{}{column}", step.label())));
    }
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut sheet = Sheet::new(format, out, &header)?;
    for record in &batch.records {
        sheet.row(&row(record))?;
    }
    sheet.finish()
}

/// Writes the list of what a batch opened and everybody may see: 档号, 题名, 日期, 责任者.
///
/// # Errors
/// As [`write_sheet`].
pub fn write_opened(batch: &BatchShown, format: Format, out: impl Write + Send) -> Result<u64> {
    let mut sheet = Sheet::new(format, out, &["档号", "题名", "日期", "责任者"])?;
    let mut written = 0;
    for record in batch.records.iter().filter(|record| record.is_opened()) {
        let (date, creator) = (record.date.as_deref(), record.creator.as_deref());
        sheet.row(&[&record.reference_code, &record.title, date.unwrap_or_default(), creator.unwrap_or_default()])?;
        written += 1;
    }
    sheet.finish()?;
    Ok(written)
}

fn row(record: &RecordShown) -> Vec<&str> {
    let mut cells = vec![record.reference_code.as_str(), record.title.as_str()];
    cells.extend([record.date.as_deref().unwrap_or_default(), record.creator.as_deref().unwrap_or_default()]);
    cells.extend([record.openness, record.bar.unwrap_or_default()]);
    for step in Step::ALL {
        let given = record.opinions.iter().find(|one| one.step == step.label());
        cells.extend(given.map_or([""; 5], opinion));
    }
    cells
}

fn opinion(one: &OpinionShown) -> [&str; 5] {
    let (text, review_on) = (one.text.as_deref(), one.review_on.as_deref());
    [one.verdict, one.reason.unwrap_or_default(), text.unwrap_or_default(), review_on.unwrap_or_default(), &one.by]
}

/// The most faults of a sheet that are told one by one.
const MOST_TOLD: usize = 20;

/// Reads the opinions of a step from the rows of a sheet, the header first. Rows without a verdict say nothing.
///
/// # Errors
/// [`Code::FileRefused`], naming the lines, for a sheet without the columns and for cells that are not understood: then
/// nothing of the sheet counts.
pub fn read_sheet(rows: &[Vec<String>], step: Step) -> Result<Vec<(String, Said)>> {
    let refuse = |why: String| Problem::new(Code::FileRefused, "审核表").because(why);
    let Some((header, rows)) = rows.split_first() else { return Err(refuse("是空的".to_owned()).into()) };
    let places: HashMap<String, usize> = header.iter().enumerate().map(|(at, text)| (dense(text), at)).collect();
    let place = |name: &str| places.get(name).copied();
    let column = |name: &str| place(&format!("{}{name}", step.label()));
    let (Some(code), Some(verdict)) = (place("档号"), column("意见")) else {
        return Err(refuse(format!("须有“档号”和“{}意见”两列", step.label())).into());
    };
    let (reason, text, review_on) = (column("理由"), column("说明"), column("下次审核"));
    let (mut given, mut faults) = (Vec::new(), Vec::new());
    for (row, line) in rows.iter().zip(2_u64..) {
        let cell = |at: usize| row.get(at).map(|text| kept(text)).filter(|text| !text.is_empty());
        let (Some(code), Some(verdict)) = (cell(code), cell(verdict)) else { continue };
        let mut wrong = |column: &str, cell: &str| faults.push(format!("第 {line} 行的{column}“{cell}”不能识别"));
        let (reason, review_on) = (reason.and_then(cell), review_on.and_then(cell));
        let known_reason = reason.as_deref().and_then(Reason::named);
        let known_day = review_on.as_deref().and_then(day);
        if let Some(reason) = reason.filter(|_| known_reason.is_none()) {
            wrong("理由", &reason);
        }
        if let Some(review_on) = review_on.filter(|_| known_day.is_none()) {
            wrong("下次审核日期", &review_on);
        }
        let Some(verdict) = Verdict::written(&verdict) else {
            wrong("意见", &verdict);
            continue;
        };
        let said = Said { verdict, reason: known_reason, text: text.and_then(cell), review_on: known_day };
        given.push((code, said));
    }
    if faults.is_empty() {
        return Ok(given);
    }
    let more = faults.len().saturating_sub(MOST_TOLD);
    faults.truncate(MOST_TOLD);
    let more = if more > 0 { format!("；另有 {more} 处") } else { String::new() };
    Err(refuse(format!("{}{more}", faults.join("；"))).into())
}

/// The day that a cell or an argument means; none if it is no single day.
pub fn day(text: &str) -> Option<Day> {
    let date = ArchivalDate::parse(text).ok()?;
    let (begin, end) = (date.begin()?, date.end()?);
    (begin == end).then(|| day_of(i64::from(begin.number())))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    #[test]
    fn a_sheet_is_read_by_its_columns() {
        let sheet = rows(&[
            &["题名", "档号", "初审意见", "初审理由", "初审下次审核"],
            &["甲", "X001-1-1", "开放", "", ""],
            &["乙", "X001-1-2", "", "", ""],
            &["丙", "X001-1-3", "延期", "个人信息、知识产权", "2031-01-02"],
        ]);
        let given = read_sheet(&sheet, Step::Initial).unwrap();
        assert_eq!(given[0], ("X001-1-1".to_owned(), Said::plain(Verdict::Open)));
        assert_eq!((given.len(), given[1].1.verdict, given[1].1.reason), (2, Verdict::Defer, Some(Reason::Rights)));
        assert_eq!(given[1].1.review_on, Day::from_civil(2031, 1, 2));
        assert!(read_sheet(&sheet, Step::Second).unwrap_err().to_string().contains("复审意见"));
    }

    #[test]
    fn a_cell_that_is_not_understood_is_named_and_nothing_counts() {
        for (cells, told) in [
            (["X001-1-1", "公开", "", ""], "公开"),
            (["X001-1-1", "控制", "不知道", ""], "不知道"),
            (["X001-1-1", "控制", "rights", "2031"], "2031"),
        ] {
            let sheet = rows(&[&["档号", "终审意见", "终审理由", "终审下次审核"], &cells]);
            let error = read_sheet(&sheet, Step::Final).unwrap_err().to_string();
            assert!(error.contains("第 2 行") && error.contains(told), "{error}");
        }
        let bad = ["X001-1-1", "公开", "不知道", "2031"];
        let many: Vec<&[&str]> = std::iter::repeat_n(&bad[..], 8).collect();
        let sheet = rows(&[&[&["档号", "终审意见", "终审理由", "终审下次审核"][..]], &many[..]].concat());
        let error = read_sheet(&sheet, Step::Final).unwrap_err().to_string();
        assert!(error.contains("第 3 行") && error.contains("第 8 行") && error.contains("另有 4 处"), "{error}");
    }
}
