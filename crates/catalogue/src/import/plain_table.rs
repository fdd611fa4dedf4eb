//! A table that staff filled in, read in the cage like any other untrusted file.

use std::fs::File;

use kernel::cage::Cage;
use kernel::{Code, Error, Problem, Result};

use super::reader::ReadOptions;
use super::rows::message;
use super::table::Message;

/// The most rows of such a table.
const MOST_ROWS: usize = 100_000;

/// The rows of the first sheet of a workbook or of a text file, the header first. `reader` starts the caged reader, `name`
/// is the file's.
///
/// # Errors
/// [`Code::FileRefused`] for a file that cannot be read, bears marks of state secrets or is too long.
pub async fn read_table(reader: &Cage, name: &str, file: File) -> Result<Vec<Vec<String>>> {
    let mut cage = reader.clone();
    cage.arguments.push(serde_json::to_string(&ReadOptions::default()).map_err(Error::internal)?.into());
    let mut running = cage.start(file).map_err(Error::internal)?;
    let refuse = |why: &str| Problem::new(Code::FileRefused, format!("文件 {name}")).because(why);
    let (mut rows, mut sheets) = (Vec::new(), 0);
    loop {
        match message(&mut running).await? {
            Some(Message::Scanned(scan)) if !scan.marked.is_empty() => {
                return Err(refuse("标有国家秘密密级，整个文件不予读取").into());
            }
            Some(Message::Scanned(_)) => {}
            Some(Message::Failed(sentence)) => return Err(refuse(&sentence).into()),
            Some(Message::Sheet(_)) => sheets += 1,
            Some(Message::Rows(read)) if sheets <= 1 => {
                for mut row in read {
                    row.cells.unmark();
                    rows.push(row.cells.iter().map(str::to_owned).collect());
                }
                if rows.len() > MOST_ROWS {
                    return Err(refuse("超过 10 万行，请拆成几个文件").into());
                }
            }
            Some(Message::Rows(_)) => {}
            Some(Message::End) => return Ok(rows),
            None => return Err(refuse("文件已损坏，无法读取").into()),
        }
    }
}
