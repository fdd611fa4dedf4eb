//! The file that is written: rows of text.

use std::io::{self, Write};

use csv::{QuoteStyle, WriterBuilder};
use kernel::{Code, Error, Problem, Result};
use rust_xlsxwriter::{ColNum, RowNum, Workbook, Worksheet, XlsxError};

use super::Format;
use kernel::formula::marked;

/// The rows of a sheet (ECMA-376; the limit of Excel), the header included.
const MOST_ROWS: RowNum = 1_048_576;
/// The UTF-16 units a cell can hold (the limit of Excel).
const LONGEST_CELL: usize = 32_767;

/// A table being written.
pub(crate) enum Sheet<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Xlsx(Box<Book<W>>),
}

/// A workbook being written. Rows wait in a temporary file, not in memory.
pub(crate) struct Book<W: Write> {
    workbook: Workbook,
    out: W,
    header: Vec<String>,
    sheet: usize,
    next: RowNum,
    most: RowNum,
}

impl<W: Write + Send> Sheet<W> {
    /// Begins a table with its header.
    pub(crate) fn new(format: Format, mut out: W, header: &[&str]) -> Result<Self> {
        match format {
            Format::Csv => {
                out.write_all("\u{feff}".as_bytes()).map_err(unwritable)?;
                // Everything is quoted, so that whoever guesses the delimiter cannot take one from the texts.
                let mut writer = WriterBuilder::new().quote_style(QuoteStyle::Always).from_writer(out);
                writer.write_record(header).map_err(unwritable)?;
                Ok(Self::Csv(Box::new(writer)))
            }
            _ => Book::new(out, header, MOST_ROWS).map(|book| Self::Xlsx(Box::new(book))),
        }
    }

    /// Writes a row.
    pub(crate) fn row(&mut self, cells: &[&str]) -> Result<()> {
        match self {
            Self::Csv(writer) => {
                let cells = cells.iter().map(|cell| marked(cell));
                writer.write_record(cells.map(|cell| cell.into_owned().into_bytes())).map_err(unwritable)
            }
            Self::Xlsx(book) => book.row(cells),
        }
    }

    /// Writes the end.
    pub(crate) fn finish(self) -> Result<()> {
        match self {
            Self::Csv(mut writer) => writer.flush().map_err(unwritable),
            Self::Xlsx(book) => book.finish(),
        }
    }
}

impl<W: Write + Send> Book<W> {
    fn new(out: W, header: &[&str], most: RowNum) -> Result<Self> {
        let header = header.iter().map(|text| (*text).to_owned()).collect();
        let mut book = Self { workbook: Workbook::new(), out, header, sheet: 0, next: 0, most };
        book.begin("目录")?;
        Ok(book)
    }

    /// Begins a sheet.
    fn begin(&mut self, name: &str) -> Result<()> {
        let sheet = self.workbook.add_worksheet_with_constant_memory();
        let sheet = sheet.and_then(|sheet| sheet.set_name(name)).map_err(unwritable)?;
        for (column, text) in (0..).zip(&self.header) {
            sheet.write_string(0, column, text).map_err(unwritable)?;
        }
        self.next = 1;
        Ok(())
    }

    fn row(&mut self, cells: &[&str]) -> Result<()> {
        if self.next == self.most {
            self.sheet += 1;
            self.begin(&format!("目录{}", self.sheet + 1))?;
        }
        let sheet = self.workbook.worksheet_from_index(self.sheet).map_err(unwritable)?;
        for (column, cell) in (0..).zip(cells) {
            write(sheet, self.next, column, cell)?;
        }
        self.next += 1;
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        self.workbook.save_to_writer(&mut self.out).map_err(unwritable)?;
        self.out.flush().map_err(unwritable)
    }
}

/// Always as text: a string cell is never calculated, so it needs no mark.
fn write(sheet: &mut Worksheet, row: RowNum, column: ColNum, cell: &str) -> Result<()> {
    if cell.is_empty() {
        return Ok(());
    }
    match sheet.write_string(row, column, cell) {
        Ok(_) => Ok(()),
        Err(XlsxError::MaxStringLengthExceeded) => {
            let sentence = format!("有一格超过 {LONGEST_CELL} 个字符，工作簿放不下；请导出为 csv");
            Err(Problem::new(Code::Unsupported, format!("导出的第 {} 行", row + 1)).because(sentence).into())
        }
        Err(error) => Err(unwritable(error)),
    }
}

/// The disk, not the catalogue, is at fault.
pub(super) fn unwritable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    let error = io::Error::other(error);
    Problem::new(Code::FolderUnusable, "导出文件").because(format!("不能写入（{error}）")).into()
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader as _, Xlsx};

    use super::*;

    #[test]
    fn a_full_sheet_is_followed_by_another_with_the_same_header() {
        let mut file = Vec::new();
        let mut book = Book::new(&mut file, &["档号", "题名"], 3).unwrap();
        for code in ["甲", "乙", "丙"] {
            book.row(&[code, ""]).unwrap();
        }
        book.finish().unwrap();
        let mut read: Xlsx<_> = calamine::open_workbook_from_rs(io::Cursor::new(file)).unwrap();
        assert_eq!(read.sheet_names(), ["目录", "目录2"]);
        let first = |name: &str, read: &mut Xlsx<_>| -> Vec<Data> {
            read.worksheet_range(name).unwrap().rows().map(|row| row[0].clone()).collect()
        };
        let texts = |texts: &[&str]| texts.iter().map(|text| Data::String((*text).to_owned())).collect::<Vec<_>>();
        assert_eq!(first("目录", &mut read), texts(&["档号", "甲", "乙"]));
        assert_eq!(first("目录2", &mut read), texts(&["档号", "丙"]));
    }

    #[test]
    fn a_text_no_cell_can_hold_is_named() {
        let mut sheet = Sheet::new(Format::Xlsx, Vec::new(), &["档号"]).unwrap();
        let error = sheet.row(&[&"长".repeat(LONGEST_CELL + 1)]).unwrap_err().to_string();
        assert!(error.contains("第 2 行") && error.contains("csv"), "{error}");
    }

    #[test]
    fn a_full_disk_is_said() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::Error::from(io::ErrorKind::StorageFull))
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for format in [Format::Csv, Format::Xlsx] {
            let ended = Sheet::new(format, Full, &["档号"]).and_then(Sheet::finish);
            assert!(ended.unwrap_err().to_string().contains("不能写入"), "{format:?}");
        }
    }
}
