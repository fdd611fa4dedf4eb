//! Looking into a file before it is imported: its sheets, what seems to be the header of each, and some rows.

use std::fs::File;

use kernel::{Code, Ground, Result, Scanned};

use super::header::Header;
use super::mapping::Mapping;
use super::reader::HEADER_LINES;
use super::rows::message;
use super::run::{Ended, Import};
use super::table::{Message, TableRow};
use crate::Element;
use crate::plain::kept;

/// Rows that are shown of each sheet.
const SHOWN: usize = 5;
/// Sheets that are told of.
const SHEETS: usize = 100;
/// Characters of a cell that are shown.
const LONGEST: usize = 200;

/// What is in a file.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Peeked {
    /// SHA-256 of the file.
    pub digest: String,
    /// Its sheets; a text file has one without a name.
    pub sheets: Vec<PeekedSheet>,
}

/// A sheet of a file.
#[derive(Clone, PartialEq, Eq, Default, Debug, serde::Serialize, serde::Deserialize)]
pub struct PeekedSheet {
    /// Its name.
    pub name: String,
    /// Its rows that are not empty.
    pub rows: u64,
    /// The line that seems to be its header.
    pub header_line: Option<u32>,
    /// What stands there; without a header, the fullest of the first lines.
    pub headers: Vec<String>,
    /// The first rows below, ID numbers masked.
    pub samples: Vec<Vec<String>>,
    /// What the columns seem to mean: the names of elements with their headers.
    pub guess: Vec<(String, String)>,
    /// Headers that mean nothing by themselves.
    pub unknown: Vec<String>,
}

impl Import {
    /// Looks into the file: nothing is judged and nothing written but the audit line of a file that bears marks of state
    /// secrets.
    ///
    /// # Errors
    /// [`Code::FileRefused`] for what is no table, bears such marks or is infected; faults of the machine.
    pub async fn peek(&self, ground: &Ground, mut file: File) -> Result<Peeked> {
        if let Scanned::Found(name) = self.scanner.scan(&mut file).await? {
            let about = format!("文件 {}", self.file_name);
            let why = format!("病毒扫描程序报告：{name}");
            return Err(kernel::Problem::new(Code::FileRefused, about).because(why).into());
        }
        let mut reader = self.start(file)?;
        let mut peeked = Peeked::default();
        let mut rows: Vec<TableRow> = Vec::new();
        loop {
            match message(&mut reader).await? {
                Some(Message::Scanned(scan)) if !scan.marked.is_empty() => {
                    self.note_secret(ground, &scan).await?;
                    return Err(problem(self.secret(&scan.marked)).into());
                }
                Some(Message::Scanned(scan)) => peeked.digest = scan.digest,
                Some(Message::Sheet(name)) => {
                    finish(&mut peeked, &mut rows);
                    peeked.sheets.push(PeekedSheet { name, ..PeekedSheet::default() });
                }
                Some(Message::Rows(some)) => {
                    let Some(sheet) = peeked.sheets.last_mut() else { continue };
                    sheet.rows += u64::try_from(some.len()).unwrap_or(0);
                    let room = usize::try_from(HEADER_LINES).unwrap_or(0) + SHOWN;
                    rows.extend(some.into_iter().take(room.saturating_sub(rows.len())));
                }
                Some(Message::Notice(..)) => {}
                Some(Message::End) => break,
                Some(Message::Failed(sentence)) => return Err(problem(self.refuse(&sentence, Vec::new())).into()),
                None => return Err(problem(self.ended_badly(reader).await?).into()),
            }
        }
        finish(&mut peeked, &mut rows);
        peeked.sheets.truncate(SHEETS);
        Ok(peeked)
    }
}

/// The refusal of a file that was refused.
fn problem(ended: Ended) -> kernel::Problem {
    match ended {
        Ended::Refused(refusal) => refusal.problem,
        Ended::Done(_) => kernel::Problem::new(Code::FileRefused, "文件"),
    }
}

/// Tells of a sheet what its first rows show.
fn finish(peeked: &mut Peeked, rows: &mut Vec<TableRow>) {
    let mut rows = std::mem::take(rows);
    for row in &mut rows {
        row.cells.unmark();
    }
    let Some(sheet) = peeked.sheets.last_mut() else { return };
    let nothing = Mapping::default();
    let lines = rows.iter().filter(|row| row.line <= HEADER_LINES);
    let header = lines.clone().find_map(|row| Header::read(row.line, &row.cells, &nothing));
    let texts = |row: &TableRow| row.cells.iter().map(kept).collect::<Vec<String>>();
    let line = if let Some(header) = &header {
        sheet.header_line = Some(header.line);
        sheet.headers.clone_from(&header.texts);
        let named = |(column, element): &(usize, Element)| {
            Some((element.name().to_owned(), header.texts.get(*column)?.clone()))
        };
        sheet.guess = header.columns.iter().filter_map(named).collect();
        sheet.unknown = header.strangers().into_iter().map(str::to_owned).collect();
        header.line
    } else {
        let full = |row: &&TableRow| row.cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        let Some(fullest) = lines.rev().max_by_key(full) else { return };
        sheet.headers = texts(fullest);
        fullest.line
    };
    let below = rows.iter().filter(|row| row.line > line && !row.cells.is_blank());
    sheet.samples = below.take(SHOWN).map(|row| texts(row).iter().map(|cell| shown(cell)).collect()).collect();
}

/// A cell as it is shown: not too long, ID numbers masked.
fn shown(cell: &str) -> String {
    let masked = chinese::personal::masked(cell);
    masked.as_deref().unwrap_or(cell).chars().take(LONGEST).collect()
}
