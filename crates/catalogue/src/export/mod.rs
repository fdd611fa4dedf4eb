//! Export: all records, or those of one fonds, as a table that the import reads back without a change.

mod columns;
mod sheet;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::io::Write;

use kernel::{Code, Db, Error, Problem, Result};

use self::columns::{STANDARD, in_use, value};
use self::sheet::Sheet;
use crate::store::{fonds, record};
use crate::{Element, Fonds, Record, reference_code};

/// Records read from the database at a time.
const PAGE: usize = 500;

/// What kind of file is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// A workbook of text cells; a new sheet begins after 1,048,575 records.
    Xlsx,
    /// Comma-separated text in UTF-8 with a byte order mark. What a spreadsheet would take for a formula is marked with
    /// a leading `'`, which the import takes away again.
    Csv,
}

/// An export for staff: closed and internal records are in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Export {
    /// The code of the institution (档案馆代码).
    pub institution: String,
    /// Only this fonds (全宗号).
    pub fonds: Option<String>,
    /// The kind of file.
    pub format: Format,
}

impl Export {
    /// Writes the records in archival order, under the Chinese names of the elements (DA/T 18-2022): the usual columns,
    /// and every other element that any of the records has. How many were written. What changes meanwhile may be in the
    /// file before or after its change.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for a fonds that is not there, [`Code::FolderUnusable`] if the file cannot be written,
    /// [`Code::Unsupported`] for a text that no workbook cell can hold; the database's.
    pub async fn run(&self, db: &Db, out: impl Write + Send) -> Result<u64> {
        let all = fonds::all(&mut db.read().await?, &self.institution).await?;
        let chosen = self.chosen(&all)?;
        let fonds: HashMap<i64, Fonds> = all.into_iter().map(|fonds| (fonds.number, fonds)).collect();
        let numbers = record::in_order(&mut db.read().await?, &self.institution, chosen).await?;
        let mut elements: BTreeSet<Element> = STANDARD.into_iter().collect();
        for page in numbers.chunks(PAGE) {
            for record in read(db, page).await? {
                elements.extend(in_use(&record, fonds.get(&record.fonds_number)));
            }
        }
        let elements: Vec<Element> = Element::ALL.into_iter().filter(|element| elements.contains(element)).collect();
        let header: Vec<&str> = elements.iter().map(|element| element.label()).collect();
        let mut sheet = Sheet::new(self.format, out, &header)?;
        let mut written = 0;
        for page in numbers.chunks(PAGE) {
            for record in read(db, page).await? {
                let fonds = fonds.get(&record.fonds_number);
                let row = elements.iter().map(|element| value(&record, fonds, *element)).collect::<Vec<&str>>();
                sheet.row(&row)?;
                written += 1;
            }
        }
        sheet.finish()?;
        Ok(written)
    }

    /// The number of the fonds that was asked for.
    fn chosen(&self, all: &[Fonds]) -> Result<Option<i64>> {
        let Some(code) = &self.fonds else { return Ok(None) };
        let key = reference_code::key(code);
        let found = all.iter().find(|fonds| fonds.key == key).map(|fonds| fonds.number);
        let unknown = || {
            let some: Vec<&str> = all.iter().take(5).map(|fonds| fonds.code.as_str()).collect();
            let more = if all.len() > some.len() { "等" } else { "" };
            let sentence = format!("目录里没有这个全宗，现有 {} 个：{}{more}", all.len(), some.join("、"));
            Problem::new(Code::BadRequest, format!("全宗 {code}")).because(sentence)
        };
        found.map(Some).ok_or_else(|| Error::from(unknown()))
    }
}

async fn read(db: &Db, numbers: &[i64]) -> Result<Vec<Record>> {
    Ok(record::of_numbers(&mut db.read().await?, numbers).await?)
}
