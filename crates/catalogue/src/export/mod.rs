//! Export: all records, or those of one fonds, as a table that the import reads back without a change, as a finding aid in
//! EAD, or as Dublin Core.

mod columns;
mod dc;
mod document;
mod ead;
mod order;
pub(crate) mod sheet;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::io::Write;

use kernel::{Code, Db, Error, Ground, Problem, Result, Tx};

pub(crate) use self::columns::value;
use self::columns::{STANDARD, in_use};
pub(crate) use self::document::Document;
pub(crate) use self::order::Step;
use self::order::preorder;
use self::sheet::Sheet;
use crate::access::in_public_index;
use crate::store::{fonds, place, record};
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
    /// EAD3: every description below what it belongs to.
    Ead3,
    /// EAD 2002, likewise.
    Ead,
    /// Simple Dublin Core, a list of `oai_dc` records.
    Dc,
}

/// An export for staff: closed and internal records are in it, unless only open ones are asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Export {
    /// The code of the institution (档案馆代码).
    pub institution: String,
    /// The name of the institution.
    pub keeper: String,
    /// Only this fonds (全宗号).
    pub fonds: Option<String>,
    /// The kind of file.
    pub format: Format,
    /// Only what everybody may see: the records, and of each the elements that its page shows.
    pub open_only: bool,
}

impl Export {
    /// Writes the records in archival order; how many were written. `progress` is told how many of how many are treated. A table stands under the Chinese names of the
    /// elements (DA/T 18-2022): the usual columns, and every other element that any of the records has. What changes
    /// meanwhile may be in the file before or after its change.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for a fonds that is not there, [`Code::FolderUnusable`] if the file cannot be written,
    /// [`Code::Unsupported`] for a text that no workbook cell can hold; the database's.
    pub async fn run(
        &self,
        ground: &Ground,
        mut out: impl Write + Send,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<u64> {
        if matches!(self.format, Format::Xlsx | Format::Csv) {
            return self.table(&ground.db, out, progress).await;
        }
        let mut document = Document::begin(self, &ground.db, ground.clock.now()).await?;
        while let Some(part) = document.next().await? {
            out.write_all(&part).map_err(sheet::unwritable)?;
            let (done, of) = document.come();
            progress(count(done), count(of));
        }
        out.flush().map_err(sheet::unwritable)?;
        Ok(document.written())
    }

    async fn table(&self, db: &Db, out: impl Write + Send, progress: &mut (dyn FnMut(u64, u64) + Send)) -> Result<u64> {
        let all = fonds::all(&mut db.read().await?, &self.institution).await?;
        let chosen = chosen(self.fonds.as_deref(), &all)?;
        let fonds: HashMap<i64, Fonds> = all.into_iter().map(|fonds| (fonds.number, fonds)).collect();
        let numbers = record::in_order(&mut db.read().await?, &self.institution, chosen).await?;
        let mut elements: BTreeSet<Element> = STANDARD.into_iter().collect();
        // Each record is read twice: for its columns, and for its row.
        let mut come = 0;
        for page in numbers.chunks(PAGE) {
            for record in self.read(db, page).await? {
                elements.extend(in_use(&record, fonds.get(&record.fonds_number)));
            }
            come += page.len();
            progress(count(come / 2), count(numbers.len()));
        }
        let is_told = |element: &Element| elements.contains(element) && (!self.open_only || is_for_everybody(*element));
        let elements: Vec<Element> = Element::ALL.into_iter().filter(is_told).collect();
        let header: Vec<&str> = elements.iter().map(|element| element.label()).collect();
        let mut sheet = Sheet::new(self.format, out, &header)?;
        let mut written = 0;
        for page in numbers.chunks(PAGE) {
            for record in self.read(db, page).await? {
                let fonds = fonds.get(&record.fonds_number);
                let row = elements.iter().map(|element| value(&record, fonds, *element)).collect::<Vec<&str>>();
                sheet.row(&row)?;
                written += 1;
            }
            come += page.len();
            progress(count(come / 2), count(numbers.len()));
        }
        sheet.finish()?;
        Ok(written)
    }

    /// The records of these numbers, as far as they are asked for.
    async fn read(&self, db: &Db, numbers: &[i64]) -> Result<Vec<Record>> {
        let mut records = read(db, numbers).await?;
        records.retain(|record| !self.open_only || in_public_index(&record.description.statuses));
        Ok(records)
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// The number of the fonds that was asked for.
fn chosen(asked: Option<&str>, all: &[Fonds]) -> Result<Option<i64>> {
    let Some(code) = asked else { return Ok(None) };
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

/// Whether a table of open records has the column: what their pages show, and what an import cannot do without.
fn is_for_everybody(element: Element) -> bool {
    crate::site::shows(element) || matches!(element, Element::Fonds | Element::Level)
}

/// The order of a finding aid of all fonds, or of one.
pub(crate) async fn steps(
    tx: &mut Tx,
    institution: &str,
    fonds: Option<i64>,
    reach: place::Reach,
) -> Result<Vec<Step>> {
    Ok(preorder(&place::placed(tx, institution, fonds, reach).await?))
}

async fn read(db: &Db, numbers: &[i64]) -> Result<Vec<Record>> {
    Ok(record::of_numbers(&mut db.read().await?, numbers).await?)
}
