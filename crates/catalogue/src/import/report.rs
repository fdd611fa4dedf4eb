//! What an import says when it is done: counts, and a problem for every row that needs a look.

use std::borrow::Cow;
use std::fmt;

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::{Deserialize, Serialize};

/// How bad a problem is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row was refused.
    Error,
    /// The row landed; somebody should look at it.
    Warning,
}

impl Severity {
    /// The word in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Error => "未导入",
            Self::Warning => "请核对",
        }
    }
}

/// Something about a row, or about a sheet, that somebody should know.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The sheet; empty for a text file, which has only one.
    pub sheet: String,
    /// The line, counted from 1 with the header.
    pub line: u32,
    /// The header of the column, if it is about one cell.
    pub column: Option<String>,
    /// What kind of problem, in kebab-case.
    pub code: Cow<'static, str>,
    /// What is wrong and what to do, in Chinese.
    pub message: String,
}

/// How many rows ended how.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// New records.
    pub landed: u64,
    /// Records that now say something else.
    pub updated: u64,
    /// Records that already said the same.
    pub unchanged: u64,
    /// Rows that did not get in.
    pub refused: u64,
}

impl Counts {
    /// Rows that were read.
    pub const fn read(&self) -> u64 {
        self.landed + self.updated + self.unchanged + self.refused
    }
}

/// The result of an import, in the form in which it is printed with `--json`.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize)]
pub struct ImportResult {
    /// The id of the batch; none for a dry run or a refused file.
    pub batch: Option<String>,
    /// Rows read: the sum of the next four.
    pub read: u64,
    /// New records.
    pub landed: u64,
    /// Records that now say something else.
    pub updated: u64,
    /// Records that already said the same.
    pub unchanged: u64,
    /// Rows that did not get in.
    pub refused: u64,
    /// Records that everybody may see through this import and could not before: among the updated ones.
    pub opened: u64,
    /// Of the new records, those that everybody may see at once: the file says they are open.
    pub landed_open: u64,
    /// What somebody should look at, in the order of the file.
    pub problems: Vec<Problem>,
    /// After a rehearsal: the first rows as they would land.
    #[serde(skip)]
    pub rows: Vec<SampleRow>,
}

/// A row as it would land.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SampleRow {
    /// 档号; one that the template makes may get another number.
    pub reference_code: String,
    /// 题名
    pub title: String,
    /// 日期, as readers see it.
    pub date: Option<String>,
    /// 责任者
    pub creator: Option<String>,
    /// How high it stands, in words.
    pub level: String,
    /// 开放标识, in words.
    pub openness: String,
}

/// A file that was refused whole: the sentence, and the result to print.
#[derive(Debug)]
pub struct Refusal {
    /// What is wrong and what to do.
    pub problem: kernel::Problem,
    /// The result: nothing read, and the lines it is about.
    pub result: ImportResult,
}

impl ImportResult {
    pub(super) fn new(batch: Option<String>, counts: Counts, problems: Vec<Problem>) -> Self {
        let Counts { landed, updated, unchanged, refused } = counts;
        Self { batch, read: counts.read(), landed, updated, unchanged, refused, problems, ..Self::default() }
    }

    /// The report as a workbook, one problem a row, every cell as text.
    ///
    /// # Errors
    /// If the workbook cannot be made.
    pub fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        const HEADERS: [&str; 6] = ["结果", "工作表", "行", "列", "代码", "说明"];
        let mut workbook = Workbook::new();
        let bold = Format::new().set_bold();
        let sheet = workbook.add_worksheet().set_name("导入报告")?;
        for (column, header) in (0..).zip(HEADERS) {
            sheet.write_string_with_format(0, column, header, &bold)?;
        }
        // A sheet ends at 1,048,576 rows.
        for (row, problem) in (1..1_048_576).zip(&self.problems) {
            let line = problem.line.to_string();
            let column = problem.column.as_deref().unwrap_or_default();
            let cells = [problem.severity.label(), &problem.sheet, &line, column, &problem.code, &problem.message];
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(row, column, cell)?;
            }
        }
        sheet.set_column_width(5, 60)?;
        workbook.save_to_buffer()
    }
}

/// The result as a table for a terminal, the first problems only.
#[derive(Debug)]
pub struct Summary<'a>(pub &'a ImportResult);

/// How many problems a terminal shows.
const SHOWN: usize = 50;

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ImportResult { read, landed, updated, unchanged, refused, opened, landed_open, problems, .. } = self.0;
        writeln!(f, "读取 {read} 行：新增 {landed}，更新 {updated}，未变 {unchanged}，未导入 {refused}。")?;
        if *landed_open > 0 {
            writeln!(f, "新增的有 {landed_open} 条标为开放，读者都能看到。")?;
        }
        if *opened > 0 {
            writeln!(f, "更新的有 {opened} 条由不开放改为开放。")?;
        }
        for problem in problems.iter().take(SHOWN) {
            let sheet = if problem.sheet.is_empty() { String::new() } else { format!("{} ", problem.sheet) };
            let column = problem.column.as_ref().map(|column| format!("〔{column}〕")).unwrap_or_default();
            writeln!(f, "  {}  {sheet}第 {} 行{column}  {}", problem.severity.label(), problem.line, problem.message)?;
        }
        match problems.len().checked_sub(SHOWN) {
            Some(more) if more > 0 => writeln!(f, "  ……另有 {more} 条，用 --report FILE.xlsx 看全部。"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result() -> ImportResult {
        let problem = Problem {
            severity: Severity::Error,
            sheet: "表1".to_owned(),
            line: 7,
            column: Some("日期".to_owned()),
            code: "date-impossible".into(),
            message: "=没有这一天".to_owned(),
        };
        ImportResult::new(None, Counts { landed: 3, updated: 2, unchanged: 1, refused: 1 }, vec![problem; 60])
    }

    #[test]
    fn the_json_form_is_the_promised_one() {
        let json = serde_json::to_value(result()).unwrap();
        let expected = serde_json::json!({"severity": "error", "sheet": "表1", "line": 7, "column": "日期",
            "code": "date-impossible", "message": "=没有这一天"});
        assert_eq!(json["problems"][0], expected);
        assert_eq!((json["read"].as_u64(), json["batch"].is_null()), (Some(7), true));
    }

    #[test]
    fn the_table_shows_the_first_and_says_how_many_follow() {
        let text = Summary(&result()).to_string();
        assert!(text.starts_with("读取 7 行：新增 3，更新 2，未变 1，未导入 1。\n"));
        assert!(text.contains("表1 第 7 行〔日期〕") && text.ends_with("另有 10 条，用 --report FILE.xlsx 看全部。\n"));
    }

    #[test]
    fn u13_the_workbook_holds_text_only() {
        use calamine::{Data, Reader, Xlsx};
        let bytes = result().workbook().unwrap();
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range("导入报告").unwrap();
        assert_eq!(range.get_value((1, 5)), Some(&Data::String("=没有这一天".to_owned())));
        assert_eq!(range.height(), 61);
    }
}
