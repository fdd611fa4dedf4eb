//! A list that is no catalogue (authorities, headings, assignments): all its rows, read in the cage.

use std::fs::File;

use kernel::cage::Cage;
use kernel::{Code, Error, Problem, Result};

use super::reader::ReadOptions;
use super::rows::message;
use super::table::Message;
use crate::element::header_key;
use crate::plain::kept;

/// The most rows a list may have.
const MOST_ROWS: usize = 500_000;

/// A row of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Line {
    /// Its line in the file, from 1.
    pub(crate) number: u32,
    /// Its cells.
    pub(crate) cells: Vec<String>,
}

impl Line {
    /// The cell of a column; empty where there is none.
    pub(crate) fn cell(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.cells.get(column)).map_or("", String::as_str)
    }

    /// The column whose header is one of these.
    pub(crate) fn column(&self, names: &[&str]) -> Option<usize> {
        let keys: Vec<String> = names.iter().map(|name| header_key(name)).collect();
        self.cells.iter().position(|cell| keys.contains(&header_key(cell)))
    }
}

/// The rows of a table that staff filled in, the header first.
///
/// # Errors
/// As when a list is imported: [`Code::FileRefused`].
pub async fn read_table(cage: &Cage, name: &str, file: File) -> Result<Vec<Vec<String>>> {
    Ok(lines(cage, file, name).await?.into_iter().map(|line| line.cells).collect())
}

/// Reads all rows of a file, empty ones left out. One with the mark of a state secret is refused whole.
///
/// # Errors
/// [`Code::FileRefused`] for what cannot be read, is too long, or bears such a mark.
pub(crate) async fn lines(cage: &Cage, file: File, name: &str) -> Result<Vec<Line>> {
    let options = ReadOptions::default();
    let mut cage = cage.clone();
    cage.arguments.push(serde_json::to_string(&options).map_err(Error::internal)?.into());
    let mut reader = cage.start(file).map_err(Error::internal)?;
    let refused =
        |why: &str| Error::from(Problem::new(Code::FileRefused, format!("文件 {name}")).because(why.to_owned()));
    let mut lines = Vec::new();
    loop {
        match message(&mut reader).await? {
            Some(Message::Scanned(scan)) if !scan.marked.is_empty() => {
                return Err(refused("标有国家秘密密级，整个文件不予导入"));
            }
            Some(Message::Scanned(_) | Message::Sheet(_) | Message::Notice(..)) => {}
            Some(Message::Rows(rows)) => {
                for mut row in rows.into_iter().filter(|row| !row.cells.is_blank()) {
                    row.cells.unmark();
                    lines.push(Line { number: row.line, cells: row.cells.iter().map(kept).collect() });
                }
                if lines.len() > MOST_ROWS {
                    return Err(refused("超过 50 万行，请分成几个文件"));
                }
            }
            Some(Message::End) => return Ok(lines),
            Some(Message::Failed(sentence)) => return Err(refused(&sentence)),
            None => return Err(refused("文件已损坏，或大得不能读取")),
        }
    }
}
