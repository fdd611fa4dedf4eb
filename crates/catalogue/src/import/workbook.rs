//! Workbooks: XLSX, read cell by cell.

use std::fs::File;
use std::io::BufReader;

use calamine::{DataRef, Reader, SheetType, Style, Xlsx, XlsxError};

use super::merged::Merged;
use super::number_format::{NumberFormat, plainly};
use super::parts::{Parts, inspect};
use super::reader::{Event, ReadProblem, Sink};
use super::table::{Cells, LONGEST_CELL, MOST_COLUMNS};

/// The most cells that are taken from one workbook: all rows that a sheet can have, of forty columns each. Cells are
/// streamed; what bounds the memory and the time of reading is the cage.
const MOST_CELLS: u64 = 40_000_000;

/// The most merged areas that are taken from one sheet.
const MOST_MERGED: usize = 200_000;

/// An open workbook.
pub(super) struct Workbook {
    book: Xlsx<BufReader<File>>,
    parts: Parts,
}

impl Workbook {
    /// Opens a workbook.
    pub(super) fn open(file: File) -> Result<Self, ReadProblem> {
        let parts = inspect(&file)?;
        let book = Xlsx::new(BufReader::new(file)).map_err(problem)?;
        if book.sheets_metadata().is_empty() { Err(ReadProblem::NotATable) } else { Ok(Self { book, parts }) }
    }

    /// Reads all sheets in their order, hidden ones too.
    pub(super) fn read(&mut self, sink: &mut Sink<'_>) -> Result<(), ReadProblem> {
        if !self.parts.left_out.is_empty() {
            let message = format!("工作簿里的{}没有读取，也不会执行", self.parts.left_out.join("、"));
            sink(Event::Notice("parts-left-out", &message))?;
        }
        let sheets = self.book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
        let mut count = 0;
        for name in names {
            sink(Event::Sheet(&name))?;
            if let Some(formulas) = self.parts.formulas.get(&name) {
                let message = format!("有 {formulas} 个公式，取的是文件保存时算出的值；请核对");
                sink(Event::Notice("formulas", &message))?;
            }
            self.read_sheet(&name, &mut count, sink)?;
        }
        Ok(())
    }

    /// The merged areas of a sheet.
    fn merged(&mut self, name: &str) -> Result<Merged, ReadProblem> {
        if !self.parts.has_merged {
            return Ok(Merged::default());
        }
        let mut areas = self.book.merge_cells_by_sheet_name(name).map_err(problem)?;
        areas.truncate(MOST_MERGED);
        Ok(Merged::new(areas))
    }

    fn read_sheet(&mut self, name: &str, count: &mut u64, sink: &mut Sink<'_>) -> Result<(), ReadProblem> {
        let mut merged = self.merged(name)?;
        let mut reader = self.book.worksheet_cells_reader(name).map_err(problem)?;
        let formats: Vec<NumberFormat> = reader.styles().iter().map(format_of).collect();
        let plain = NumberFormat::default();
        let mut cells = Cells::default();
        let mut line = 0;
        while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(problem)? {
            if matches!(cell.get_value(), DataRef::Empty) {
                continue;
            }
            let (row, column) = cell.get_position();
            let (at, column) = (row.saturating_add(1), usize::try_from(column).unwrap_or(usize::MAX));
            if at != line {
                flush(line, &mut cells, &mut merged, sink)?;
                if at < line {
                    return Err(ReadProblem::NotATable);
                }
                line = at;
            }
            *count += 1;
            if *count > MOST_CELLS {
                return Err(ReadProblem::ManyCells);
            }
            if column >= MOST_COLUMNS {
                return Err(ReadProblem::ManyColumns { line });
            }
            while cells.len() < column {
                cells.end_cell();
            }
            write(&mut cells, cell.get_value(), formats.get(style).unwrap_or(&plain));
            if cells.open_bytes() > LONGEST_CELL {
                return Err(ReadProblem::LongCell { line });
            }
            cells.end_cell();
        }
        flush(line, &mut cells, &mut merged, sink)
    }
}

fn flush(line: u32, cells: &mut Cells, merged: &mut Merged, sink: &mut Sink<'_>) -> Result<(), ReadProblem> {
    if !cells.is_blank() {
        merged.fill(line, cells);
        sink(Event::Row(line, cells))?;
    }
    cells.clear();
    Ok(())
}

fn format_of(style: &Style) -> NumberFormat {
    let format = style.number_format.as_ref();
    format.map_or_else(NumberFormat::default, |format| NumberFormat::read(&format.format_code, format.format_id))
}

/// Writes a value as the cell shows it; dates as 2023-09-13, as far as they are shown.
fn write(cells: &mut Cells, value: &DataRef<'_>, format: &NumberFormat) {
    match value {
        DataRef::Empty => {}
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => cells.write(text),
        DataRef::SharedString(text) => cells.write(text),
        DataRef::Int(number) => cells.write(&number.to_string()),
        DataRef::Float(number) => cells.write(&format.show(*number)),
        DataRef::Bool(value) => cells.write(if *value { "TRUE" } else { "FALSE" }),
        DataRef::Error(error) => cells.write(&error.to_string()),
        DataRef::DateTime(moment) if moment.is_duration() => cells.write(&plainly(moment.as_f64())),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
            cells.write(&format.show_date((year, month, day, hour, minute)));
        }
    }
}

/// A workbook that cannot be read: what the file is instead, where that can be told.
fn problem(error: XlsxError) -> ReadProblem {
    match error {
        XlsxError::Io(error) => ReadProblem::Io(error),
        XlsxError::Password => ReadProblem::Encrypted,
        _ => ReadProblem::NotATable,
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook as Made};

    use super::*;

    #[test]
    fn numbers_dates_and_gaps_become_text() {
        let mut made = Made::new();
        let sheet = made.add_worksheet();
        let date = ExcelDateTime::from_ymd(1958, 3, 5).unwrap();
        sheet.write_string(0, 0, "题名").unwrap();
        sheet.write_number(2, 1, 12).unwrap();
        sheet.write_number(2, 3, 0.5).unwrap();
        sheet.write_number_with_format(2, 5, 12, &Format::new().set_num_format("0000")).unwrap();
        sheet.write_datetime_with_format(2, 4, &date, &Format::new().set_num_format("yyyy/m/d")).unwrap();
        made.add_worksheet().set_name("第二").unwrap().write_string(0, 0, "甲").unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        made.save(file.path()).unwrap();

        let mut seen = Vec::new();
        let mut workbook = Workbook::open(file.reopen().unwrap()).unwrap();
        // Twice, as the reader does: once to look for marks, once to send.
        for _ in 0..2 {
            seen.clear();
            workbook
                .read(&mut |event| {
                    seen.push(match event {
                        Event::Sheet(name) => name.to_owned(),
                        Event::Row(line, cells) => format!("{line}:{}", cells.iter().collect::<Vec<_>>().join("|")),
                        Event::Note(..) | Event::Notice(..) => String::new(),
                    });
                    Ok(())
                })
                .unwrap();
        }
        assert_eq!(seen, ["Sheet1", "1:题名", "3:|12||0.5|1958-03-05|0012", "第二", "1:甲"]);
    }

    #[test]
    fn what_is_no_workbook_is_said_to_be_none() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"PK\x03\x04 not really").unwrap();
        assert!(matches!(Workbook::open(file.reopen().unwrap()), Err(ReadProblem::NotATable)));
    }
}
