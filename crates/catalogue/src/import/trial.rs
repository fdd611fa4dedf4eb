//! A whole import of bytes without a database: what the reader sends is taken as [`super::Import`] takes it, and its
//! rows are judged. For the fuzzers.

use std::io;

use kernel::cage::{Frames, bytes};

use super::composed::Volumes;
use super::draft::{Draft, DraftCode, Judge};
use super::header::Header;
use super::mapping::Mapping;
use super::reader::{HEADER_LINES, ReadOptions, read};
use super::report::Severity;
use super::table::{Message, TableRow};
use crate::{Description, Fonds, PublicId, ReferenceCode};

/// What became of some bytes.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Trial {
    /// What the rows describe.
    pub described: Vec<Description>,
    /// Rows that were refused.
    pub refused: usize,
    /// Why the file was refused whole: a sentence, or none for one with the mark of a state secret.
    pub refusal: Option<String>,
    /// What was promised of every file and did not hold.
    pub broken: Vec<String>,
}

/// Reads and judges some bytes as an import of a file does.
///
/// # Errors
/// If the system has no memory for the bytes.
pub fn trial(content: &[u8], options: &ReadOptions, mapping: &Mapping) -> io::Result<Trial> {
    let mut sent = Vec::new();
    let mut frames = Frames::new(&mut sent);
    read(bytes(content)?, options, &mut frames)?;
    frames.finish()?;
    let mut judging = Judging { mapping, header: None, sheet: String::new(), number: 0, volumes: Volumes::default() };
    let mut trial = Trial::default();
    let mut rest = sent.as_slice();
    let mut ended = false;
    let mut marked = false;
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let Some((frame, after)) = after.split_at_checked(length) else { break };
        rest = after;
        trial.promise(!ended, "nothing follows the end");
        match Message::decode(frame)? {
            Message::Scanned(scan) => marked = !scan.marked.is_empty(),
            Message::Failed(sentence) => {
                trial.promise(!sentence.is_empty(), "a refusal says why");
                trial.refusal = Some(sentence);
                ended = true;
            }
            Message::End => ended = true,
            _ if marked => trial.promise(false, "a file with a mark sends nothing else"),
            Message::Sheet(name) => judging.begin(name),
            Message::Notice(code, message) => {
                trial.promise(!code.is_empty() && !message.is_empty(), "a notice says something");
            }
            Message::Rows(rows) => rows.iter().for_each(|row| judging.row(row, &mut trial)),
        }
    }
    trial.promise(ended && rest.is_empty(), "it ends with a word");
    Ok(trial)
}

/// Rows on their way to descriptions.
struct Judging<'m> {
    mapping: &'m Mapping,
    header: Option<Header>,
    sheet: String,
    number: u32,
    volumes: Volumes,
}

impl Judging<'_> {
    fn begin(&mut self, sheet: String) {
        self.sheet = sheet;
        self.header = None;
        self.number = 0;
    }

    fn row(&mut self, row: &TableRow, trial: &mut Trial) {
        let Some(header) = &self.header else {
            if row.line <= HEADER_LINES {
                self.header = Header::read(row.line, &row.cells, self.mapping);
            }
            if let Some(header) = &self.header {
                let judge = Judge { mapping: self.mapping, header, sheet: &self.sheet, fonds: None };
                let told = judge.of_sheet().iter().all(|problem| !problem.message.is_empty());
                trial.promise(told, "a warning says something");
            }
            return;
        };
        if header.is_repeated(&row.cells) {
            return;
        }
        self.number += 1;
        let judge = Judge { mapping: self.mapping, header, sheet: &self.sheet, fonds: None };
        let judged = judge.judge(row, self.number);
        if let Some(mut draft) = judged.draft {
            self.volumes.link(header, &row.cells, &mut draft);
            trial.described.extend(described(draft));
        } else {
            let told = judged.problems.iter().any(|problem| problem.severity == Severity::Error);
            trial.promise(told || judged.secret, "a row that is refused is told why");
            trial.refused += 1;
        }
    }
}

impl Trial {
    fn promise(&mut self, holds: bool, what: &str) {
        if !holds {
            self.broken.push(what.to_owned());
        }
    }
}

/// The description of a row, as if its fonds were new; none where the number made for it does not come to a code.
fn described(draft: Draft) -> Option<Description> {
    let code = match &draft.code {
        DraftCode::Written(code) => code.clone(),
        DraftCode::Made { pattern, row, .. } => ReferenceCode::parse(&pattern.text(*row)).ok()?,
    };
    let fonds = Fonds {
        number: 1,
        public_id: PublicId::parse("aaaaaaaaaaaaaaaa")?,
        code: draft.fonds.written().to_owned(),
        key: draft.fonds.key().to_owned(),
        title: draft.fonds_title.clone(),
        patterns: Vec::new(),
    };
    Some(draft.describe(code, &fonds))
}
