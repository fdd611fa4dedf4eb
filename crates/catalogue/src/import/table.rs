//! A table on its way from the caged reader to the importer: rows of text cells, and their form between processes.

use std::io;

use kernel::formula::unmarked;

/// The longest cell that is taken, in bytes.
pub(crate) const LONGEST_CELL: usize = 64 * 1024;
/// The most columns that are taken.
pub(crate) const MOST_COLUMNS: usize = 500;
/// Rows are sent together until they fill this many bytes.
const FRAME_BYTES: usize = 128 * 1024;

/// The cells of one row, one after the other in one text.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub(crate) struct Cells {
    text: String,
    ends: Vec<usize>,
}

/// One row of a sheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TableRow {
    /// The line as a spreadsheet counts it: from 1, with the header and with empty lines.
    pub(crate) line: u32,
    pub(crate) cells: Cells,
}

/// What the caged reader says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Message {
    /// The whole file was read once.
    Scanned(Scan),
    /// The file cannot be read; the sentence may be shown.
    Failed(String),
    /// A sheet begins.
    Sheet(String),
    /// Rows of the sheet.
    Rows(Vec<TableRow>),
    /// Something about the sheet that somebody should know: a code and a sentence.
    Notice(String, String),
    /// Everything was sent.
    End,
}

/// What the first reading found.
#[derive(Clone, PartialEq, Eq, Default, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Scan {
    /// SHA-256 of the file in hexadecimal.
    pub(crate) digest: String,
    /// Rows that are not empty, headers included.
    pub(crate) rows: u64,
    /// Places that bear the mark of a state secret: sheet and line, never what stands there.
    pub(crate) marked: Vec<(String, u32)>,
}

impl Cells {
    /// Takes all cells away.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds to the cell being written.
    pub(crate) fn write(&mut self, part: &str) {
        self.text.push_str(part);
    }

    /// Ends the cell being written.
    pub(crate) fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }

    /// Takes the marks away that keep spreadsheets from calculating a text.
    pub(crate) fn unmark(&mut self) {
        if self.iter().all(|cell| unmarked(cell).len() == cell.len()) {
            return;
        }
        let mut plain = Self::default();
        for cell in self.iter() {
            plain.write(unmarked(cell));
            plain.end_cell();
        }
        *self = plain;
    }

    /// Bytes in the cell being written.
    pub(crate) fn open_bytes(&self) -> usize {
        self.text.len() - self.ends.last().copied().unwrap_or(0)
    }

    /// How many cells have ended.
    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell; empty beyond the end of the row.
    pub(crate) fn get(&self, index: usize) -> &str {
        let Some(end) = self.ends.get(index) else { return "" };
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start..*end).unwrap_or_default()
    }

    /// All cells from left to right.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// Whether there is nothing but white space in the row.
    pub(crate) fn is_blank(&self) -> bool {
        self.text.chars().all(|c| c.is_whitespace() || c == '\u{feff}')
    }
}

impl Message {
    /// The message as a frame.
    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Scanned(scan) => {
                let mut frame = vec![b'C'];
                frame.extend(serde_json::to_vec(scan).unwrap_or_default());
                frame
            }
            Self::Failed(sentence) => [b"F", sentence.as_bytes()].concat(),
            Self::Sheet(name) => [b"S", name.as_bytes()].concat(),
            Self::Rows(rows) => {
                let mut packer = Packer::default();
                for row in rows {
                    packer.add(row.line, &row.cells);
                }
                packer.take().unwrap_or_default()
            }
            Self::Notice(code, sentence) => [b"N", code.as_bytes(), b"\n", sentence.as_bytes()].concat(),
            Self::End => vec![b'E'],
        }
    }

    /// Reads a frame.
    pub(crate) fn decode(frame: &[u8]) -> io::Result<Self> {
        let wrong = || io::Error::new(io::ErrorKind::InvalidData, "a frame of an unknown form");
        let (kind, body) = frame.split_first().ok_or_else(wrong)?;
        let text = || std::str::from_utf8(body).map(str::to_owned).map_err(|_| wrong());
        Ok(match kind {
            b'C' => Self::Scanned(serde_json::from_slice(body).map_err(|_| wrong())?),
            b'F' => Self::Failed(text()?),
            b'S' => Self::Sheet(text()?),
            b'R' => Self::Rows(unpack(body).ok_or_else(wrong)?),
            b'N' => {
                let text = text()?;
                let (code, sentence) = text.split_once('\n').ok_or_else(wrong)?;
                Self::Notice(code.to_owned(), sentence.to_owned())
            }
            b'E' => Self::End,
            _ => return Err(wrong()),
        })
    }
}

/// Collects rows into frames: for each row its line, the number of its cells, the length of each, and the text.
#[derive(Debug, Default)]
pub(crate) struct Packer(Vec<u8>);

impl Packer {
    /// Adds a row; whether the frame is full enough to be sent.
    pub(crate) fn add(&mut self, line: u32, cells: &Cells) -> bool {
        if self.0.is_empty() {
            self.0.push(b'R');
        }
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
        self.0.extend(line.to_le_bytes());
        self.0.extend(number(cells.len()));
        for end in &cells.ends {
            self.0.extend(number(*end));
        }
        self.0.extend(cells.text.as_bytes());
        self.0.len() >= FRAME_BYTES
    }

    /// The frame so far, if there is one.
    pub(crate) fn take(&mut self) -> Option<Vec<u8>> {
        (!self.0.is_empty()).then(|| std::mem::take(&mut self.0))
    }
}

fn unpack(mut body: &[u8]) -> Option<Vec<TableRow>> {
    fn number(body: &mut &[u8]) -> Option<u32> {
        let (bytes, rest) = body.split_first_chunk::<4>()?;
        *body = rest;
        Some(u32::from_le_bytes(*bytes))
    }
    let mut rows = Vec::new();
    while !body.is_empty() {
        let line = number(&mut body)?;
        let count = usize::try_from(number(&mut body)?).ok().filter(|count| *count <= MOST_COLUMNS)?;
        let mut ends = Vec::with_capacity(count);
        for _ in 0..count {
            ends.push(usize::try_from(number(&mut body)?).ok()?);
        }
        let (text, rest) = body.split_at_checked(ends.last().copied().unwrap_or(0))?;
        body = rest;
        rows.push(TableRow { line, cells: Cells { text: std::str::from_utf8(text).ok()?.to_owned(), ends } });
    }
    Some(rows)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A row for tests.
    pub(crate) fn row(line: u32, texts: &[&str]) -> TableRow {
        let mut cells = Cells::default();
        for text in texts {
            cells.write(text);
            cells.end_cell();
        }
        TableRow { line, cells }
    }

    proptest! {
        #[test]
        fn rows_come_through_as_they_went(rows in prop::collection::vec(prop::collection::vec("\\PC{0,9}", 0..6), 0..9)) {
            let sent: Vec<TableRow> = rows.iter().zip(1..).map(|(texts, line)| {
                row(line, &texts.iter().map(String::as_str).collect::<Vec<_>>())
            }).collect();
            let message = Message::Rows(sent.clone());
            if sent.is_empty() {
                prop_assert!(message.encode().is_empty());
            } else {
                prop_assert_eq!(Message::decode(&message.encode()).unwrap(), message);
            }
            for (texts, row) in rows.iter().zip(&sent) {
                prop_assert_eq!(&row.cells.iter().map(str::to_owned).collect::<Vec<_>>(), texts);
                prop_assert_eq!(row.cells.get(texts.len()), "");
            }
        }

        #[test]
        fn no_frame_panics(frame in prop::collection::vec(any::<u8>(), 0..64)) {
            drop(Message::decode(&frame));
            drop(Message::decode(&[b"R".to_vec(), frame].concat()));
        }
    }

    #[test]
    fn other_messages_come_through() {
        let scan = Scan { digest: "ab".to_owned(), rows: 3, marked: vec![("表".to_owned(), 2)] };
        let notice = Message::Notice("formulas".to_owned(), "有公式".to_owned());
        for message in [
            Message::Scanned(scan),
            Message::Failed("坏".to_owned()),
            Message::Sheet("表1".to_owned()),
            notice,
            Message::End,
        ] {
            assert_eq!(Message::decode(&message.encode()).unwrap(), message);
        }
    }
}
