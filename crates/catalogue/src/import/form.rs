//! The empty catalogue that staff fill in: a workbook with the usual columns, what belongs into each as a note, and lists to
//! choose from where only some words are understood.

use rust_xlsxwriter::{DataValidation, Format, Note, Workbook, XlsxError};

use crate::{Duty, Element, Openness};

/// The columns in their order, with what belongs into them.
const COLUMNS: [(Element, &str); 14] = [
    (Element::ReferenceCode, "如 X001-WS·1986·Y-0001；每条一个，不能重复"),
    (Element::Title, "文件或案卷的题名"),
    (Element::DocumentNumber, "如 县政发〔1986〕12号"),
    (Element::Date, "如 19860312、1986-03、1986、1985-1987"),
    (Element::Creator, "多个责任者用；隔开"),
    (Element::Retention, "永久、30年、10年"),
    (Element::Openness, "开放、控制使用、延期开放、未审核；空着按未审核（不开放）处理"),
    (Element::Classification, "公开或内部；标有国家秘密密级的文件整个不予导入"),
    (Element::Level, "案卷或文件；空着由档号推断"),
    (Element::Fonds, "全宗号；空着由档号推断"),
    (Element::FondsTitle, "全宗名称"),
    (Element::Pages, "页数"),
    (Element::Subjects, "主题词，多个用；隔开"),
    (Element::Note, "附注"),
];
/// Rows that have lists to choose from.
const ROWS: u32 = 20_000;

/// The workbook.
///
/// # Errors
/// If it cannot be made.
pub fn template_workbook() -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let (must, may) = (Format::new().set_bold().set_font_color("#A4262C"), Format::new().set_bold());
    let text = Format::new().set_num_format("@");
    let sheet = workbook.add_worksheet().set_name("目录")?;
    for (column, (element, told)) in (0..).zip(COLUMNS) {
        let (format, duty) = match element.duty() {
            Duty::Always => (&must, "必填。"),
            Duty::WhenExists => (&may, "有则必填。"),
            Duty::Optional => (&may, ""),
        };
        sheet.write_string_with_format(0, column, element.label(), format)?;
        sheet.insert_note(0, column, &Note::new(format!("{duty}{told}")).add_author_prefix(false))?;
        // A code is no number, and a date stays as it is written.
        sheet.set_column_format(column, &text)?;
        sheet.set_column_width(column, if element == Element::Title { 50 } else { 16 })?;
        let words: Vec<&str> = match element {
            Element::Openness => Openness::ALL.map(Openness::label).to_vec(),
            Element::Classification => vec!["公开", "内部"],
            Element::Level => vec!["案卷", "文件"],
            _ => continue,
        };
        let choice = DataValidation::new().allow_list_strings(&words)?;
        sheet.add_data_validation(1, column, ROWS, column, &choice)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use calamine::{Reader, Xlsx};

    use super::*;

    #[test]
    fn every_column_of_the_template_is_understood() {
        let bytes = template_workbook().unwrap();
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range("目录").unwrap();
        let headers: Vec<String> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(headers.len(), COLUMNS.len());
        for (header, (element, _)) in headers.iter().zip(COLUMNS) {
            assert_eq!(Element::of_header(header), Some(element), "{header}");
        }
    }
}
