//! The four-property check of DA/T 70-2018, its file part: what was looked at, what was found, and the report.

use std::fmt;

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::{Deserialize, Serialize};

use super::Kind;

/// One of the four properties.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Property {
    /// 真实性
    Authenticity,
    /// 完整性
    Completeness,
    /// 可用性
    Usability,
    /// 安全性
    Security,
}

impl Property {
    /// All of them, in the standard's order.
    pub const ALL: [Self; 4] = [Self::Authenticity, Self::Completeness, Self::Usability, Self::Security];

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Authenticity => "真实性",
            Self::Completeness => "完整性",
            Self::Usability => "可用性",
            Self::Security => "安全性",
        }
    }
}

/// How an examination came out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Passed,
    /// Taken, but somebody has to look before it is shown.
    Suspect,
    /// Refused.
    Failed,
}

impl Verdict {
    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Suspect => "suspect",
            Self::Failed => "failed",
        }
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Passed => "通过",
            Self::Suspect => "待核",
            Self::Failed => "不通过",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// To which property it belongs.
    pub property: Property,
    /// What was looked at, in Chinese.
    pub item: String,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found, in Chinese.
    pub found: String,
}

impl Finding {
    /// A finding.
    pub fn new(property: Property, item: &str, verdict: Verdict, found: impl Into<String>) -> Self {
        Self { property, item: item.to_owned(), verdict, found: found.into() }
    }
}

/// What became of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// It is now attached.
    Added,
    /// It was attached before.
    Unchanged,
    /// It was not taken.
    Refused,
}

/// The report on one file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// The name under which it was given, cleaned.
    pub file_name: String,
    /// 档号
    pub reference_code: String,
    /// What became of it.
    pub fate: Fate,
    /// Its kind, if it is one that is taken.
    pub kind: Option<Kind>,
    /// Its pages: images have them.
    pub pages: usize,
    /// Its digests, SHA-256 and SM3; none if it was never read.
    pub digest: Option<String>,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The report on a file that stands for no record.
    pub fn without_record(name: &str, code: &str) -> Self {
        let why = "目录里没有这个档号，请先导入目录，或改正文件名";
        Self {
            file_name: super::naming::clean(name),
            reference_code: super::naming::clean(code),
            fate: Fate::Refused,
            kind: None,
            pages: 0,
            digest: None,
            findings: vec![Finding::new(Property::Authenticity, "对应的目录", Verdict::Failed, why)],
        }
    }

    /// The worst verdict of all findings, or of those of one property.
    pub fn verdict(&self, of: Option<Property>) -> Verdict {
        let those = self.findings.iter().filter(|one| of.is_none_or(|property| one.property == property));
        those.map(|one| one.verdict).max().unwrap_or(Verdict::Passed)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fate = match (self.fate, self.verdict(None)) {
            (Fate::Added, Verdict::Suspect) => "已挂接，暂不公布",
            (Fate::Added, _) => "已挂接",
            (Fate::Unchanged, _) => "原已挂接",
            (Fate::Refused, _) => "未挂接",
        };
        write!(f, "{fate}  {} → {}", self.file_name, self.reference_code)?;
        for property in Property::ALL {
            write!(f, "  {}{}", property.label(), self.verdict(Some(property)).label())?;
        }
        for one in self.findings.iter().filter(|one| one.verdict != Verdict::Passed) {
            write!(f, "\n    {}·{}：{}", one.property.label(), one.item, one.found)?;
        }
        Ok(())
    }
}

/// The reports as a workbook, one finding a row, every cell as text.
///
/// # Errors
/// If the workbook cannot be made.
pub fn workbook(reports: &[Report]) -> Result<Vec<u8>, XlsxError> {
    const HEADERS: [&str; 7] = ["档号", "文件", "结果", "四性", "检测项目", "结论", "说明"];
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet().set_name("四性检测")?;
    for (column, header) in (0..).zip(HEADERS) {
        sheet.write_string_with_format(0, column, header, &bold)?;
    }
    let rows = reports.iter().flat_map(|report| report.findings.iter().map(move |finding| (report, finding)));
    // A sheet ends at 1,048,576 rows.
    for (row, (report, finding)) in (1..1_048_576).zip(rows) {
        let fate = match report.fate {
            Fate::Added => "已挂接",
            Fate::Unchanged => "原已挂接",
            Fate::Refused => "未挂接",
        };
        let verdict = finding.verdict.label();
        let (code, name, property) = (&report.reference_code, &report.file_name, finding.property.label());
        for (column, cell) in (0..).zip([code, name, fate, property, &finding.item, verdict, &finding.found]) {
            sheet.write_string(row, column, cell)?;
        }
    }
    sheet.set_column_width(6, 60)?;
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        Report {
            file_name: "=扫描.pdf".to_owned(),
            reference_code: "X001-WS·2001·Y-0001".to_owned(),
            fate: Fate::Added,
            kind: Some(Kind::Pdf),
            pages: 0,
            digest: None,
            findings: vec![
                Finding::new(Property::Usability, "能否打开", Verdict::Passed, "3 页"),
                Finding::new(Property::Security, "活动内容", Verdict::Suspect, "含有 JavaScript"),
            ],
        }
    }

    #[test]
    fn the_worst_finding_decides() {
        let report = report();
        assert_eq!(report.verdict(None), Verdict::Suspect);
        assert_eq!(report.verdict(Some(Property::Usability)), Verdict::Passed);
        let text = report.to_string();
        assert!(
            text.starts_with("已挂接，暂不公布  =扫描.pdf") && text.contains("安全性·活动内容：含有 JavaScript"),
            "{text}"
        );
        assert!(text.contains("真实性通过") && text.contains("安全性待核"), "{text}");
    }

    #[test]
    fn u13_the_workbook_holds_text_only() {
        use calamine::{Data, Reader, Xlsx};
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(workbook(&[report()]).unwrap())).unwrap();
        let range = book.worksheet_range("四性检测").unwrap();
        assert_eq!(range.get_value((1, 1)), Some(&Data::String("=扫描.pdf".to_owned())));
        assert_eq!(range.height(), 3);
    }
}
