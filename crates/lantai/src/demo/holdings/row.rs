//! One line of the sample workbook and its way to CSV.

/// A description as an archivist's workbook holds it: every cell is text, an empty cell is unknown or does not apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// 档号: unique in the archive, built as DA/T 13-2022 describes.
    pub(crate) reference_code: String,
    /// 题名.
    pub(crate) title: String,
    /// 文号 as the paper bears it.
    pub(crate) document_number: String,
    /// 责任者: the body or person that made it, under the name of that year.
    pub(crate) creator: String,
    /// 日期: eight digits with `00` for unknown parts, or two such joined by `-`.
    pub(crate) date: String,
    /// 保管期限: 永久, 长期, 短期; from 2007 永久, 30年, 10年.
    pub(crate) retention: String,
    /// 开放标识 in the archivist's words, one of them a word no rule knows.
    pub(crate) openness: String,
    /// 公布: 是 for the few whose original is shown.
    pub(crate) published: String,
    /// 密级: 公开 or 内部, never higher.
    pub(crate) classification: String,
    /// 公开属性 of government information, given from 2008 on.
    pub(crate) disclosure: String,
    /// 层级: 全宗级, 类别级, 案卷级 or 文件级.
    pub(crate) level: String,
    /// 全宗号.
    pub(crate) fonds: String,
    /// 全宗名称.
    pub(crate) fonds_title: String,
    /// 案卷档号: the reference code of the volume an item lies in.
    pub(crate) volume: String,
    /// 页数.
    pub(crate) pages: String,
    /// 档案门类: 文书, 照片, 专业 …
    pub(crate) category: String,
    /// 民生类别: 婚姻登记, 招工 …; empty for records that are about nobody's life.
    pub(crate) livelihood: String,
    /// 捐赠限制: what the donor asked for (Archives Law 31).
    pub(crate) restriction: String,
    /// 人名, joined by `；`. All names are drawn by lot.
    pub(crate) persons: String,
    /// 主题词, joined by a space.
    pub(crate) subjects: String,
    /// 专题: headings of the subject directory, joined by `；`.
    pub(crate) headings: String,
    /// 附注; says that the row is sample data, or where a published document comes from.
    pub(crate) note: String,
}

const HEADERS: [&str; 22] = [
    "档号",
    "题名",
    "文号",
    "责任者",
    "日期",
    "保管期限",
    "开放标识",
    "公布",
    "密级",
    "公开属性",
    "层级",
    "全宗号",
    "全宗名称",
    "案卷档号",
    "页数",
    "档案门类",
    "民生类别",
    "捐赠限制",
    "人名",
    "主题词",
    "专题",
    "附注",
];

/// The Chinese headers, in the order of the cells.
fn headers() -> &'static [&'static str] {
    &HEADERS
}

impl Row {
    /// The cells in the order of [`headers`].
    fn cells(&self) -> [&str; 22] {
        [
            &self.reference_code,
            &self.title,
            &self.document_number,
            &self.creator,
            &self.date,
            &self.retention,
            &self.openness,
            &self.published,
            &self.classification,
            &self.disclosure,
            &self.level,
            &self.fonds,
            &self.fonds_title,
            &self.volume,
            &self.pages,
            &self.category,
            &self.livelihood,
            &self.restriction,
            &self.persons,
            &self.subjects,
            &self.headings,
            &self.note,
        ]
    }
}

/// The rows as CSV (RFC 4180, UTF-8, `\n`), headers first, fit for the importer.
pub(crate) fn to_csv(rows: &[Row]) -> String {
    let mut text = String::new();
    write_line(&mut text, headers());
    for row in rows {
        write_line(&mut text, &row.cells());
    }
    text
}

fn write_line(text: &mut String, cells: &[&str]) {
    for (position, cell) in cells.iter().enumerate() {
        if position > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_with_a_comma_or_a_quote_is_quoted() {
        let row = Row { title: "甲,乙\"丙".to_owned(), ..Row::default() };
        let text = to_csv(&[row]);
        assert!(text.lines().nth(1).unwrap().starts_with(",\"甲,乙\"\"丙\","), "{text}");
    }

    #[test]
    fn every_line_has_a_cell_for_every_header() {
        assert_eq!(Row::default().cells().len(), headers().len());
    }
}
