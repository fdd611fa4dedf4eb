//! An import that would open records needs a second person: what it would open is found before anything is written.

use std::fs::File;
use std::io::Seek as _;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use kernel::{Actor, Code, Error, Ground, Permission, Result, audit};
use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::mpsc::channel;

use super::report::{ImportResult, Problem, Refusal, Severity};
use super::rows::{Rows, message};
use super::run::Import;
use super::table::Message;
use super::writer::Writer;
use crate::store::record;

/// Rows looked through at a time.
const ROWS: usize = 2000;
/// Lines that are told.
const TOLD: usize = 100;

/// What a file would open.
#[derive(Default)]
struct Openings {
    /// The digest of the file.
    digest: String,
    count: u64,
    /// Where the first of them stand: sheets and lines.
    first: Vec<(String, u32)>,
}

/// Two members of staff who stand together behind an act that opens records: who does it, and another who has looked
/// at it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approval {
    second: String,
}

impl Approval {
    /// The approval of an act of the first by the second.
    ///
    /// # Errors
    /// [`Code::Forbidden`] if either may not do their part, [`Code::SecondPersonNeeded`] if they are one and the same.
    pub fn of(first: &Actor, second: &Actor) -> Result<Self> {
        first.must(Permission::KeepCatalogue)?;
        second.must(Permission::ApproveImport)?;
        second.must_be_another_than(first.name())?;
        Ok(Self { second: second.name().to_owned() })
    }

    /// The name of the second person.
    pub fn second(&self) -> &str {
        &self.second
    }
}

/// The refusal of what would open records and has nobody but one behind it; the places are those known.
pub(super) fn unapproved(file_name: &str, count: u64, places: &[(String, u32)]) -> kernel::Problem {
    let place = |(sheet, line): &(String, u32)| match sheet.as_str() {
        "" => format!("第 {line} 行"),
        sheet => format!("{sheet} 第 {line} 行"),
    };
    let first: Vec<String> = places.iter().take(5).map(place).collect();
    let more = if count > u64::try_from(first.len()).unwrap_or(u64::MAX) { "等" } else { "" };
    let why = format!("{}{more}共 {count} 条将由不开放改为开放，须两人办理", first.join("、"));
    kernel::Problem::new(Code::SecondPersonNeeded, format!("文件 {file_name}")).because(why)
}

/// What is said of a line that would open a record.
pub(super) fn opens(sheet: &str, line: u32, severity: Severity) -> Problem {
    Problem {
        severity,
        sheet: sheet.to_owned(),
        line,
        column: None,
        code: "opens-record".into(),
        message: "将由不开放改为开放；正式导入须两人办理".to_owned(),
    }
}

impl Import {
    /// The refusal of a file that would open records while no second person stands behind the import. The whole file
    /// is read for it, chunk by chunk, unless nothing is there that could be opened.
    pub(super) async fn refuse_opening(&self, ground: &Ground, file: &mut File) -> Result<Option<Refusal>> {
        if self.dry_run || self.approval.is_some() {
            return Ok(None);
        }
        if !record::any_hidden(&mut ground.db.read().await?, &self.institution).await? {
            return Ok(None);
        }
        let openings = self.would_open(ground, file.try_clone().map_err(Error::internal)?).await?;
        file.rewind().map_err(Error::internal)?;
        if openings.count == 0 {
            return Ok(None);
        }
        self.note_refused(ground, &openings).await?;
        let Openings { count, first, .. } = openings;
        let problem = unapproved(&self.file_name, count, &first);
        let problems = first.iter().map(|(sheet, line)| opens(sheet, *line, Severity::Error)).collect();
        Ok(Some(Refusal { problem, result: ImportResult { opened: count, problems, ..ImportResult::default() } }))
    }

    /// What the rows of a file would open. What is wrong with the file is told when it is imported.
    async fn would_open(&self, ground: &Ground, file: File) -> Result<Openings> {
        let mut openings = Openings::default();
        let mut reader = self.start(file)?;
        let Some(Message::Scanned(scan)) = message(&mut reader).await? else { return Ok(openings) };
        if !scan.marked.is_empty() {
            return Ok(openings);
        }
        openings.digest.clone_from(&scan.digest);
        let mut writer = Writer::new(ground, &self.institution, self.identity(scan.digest), &self.actor);
        let skip = writer.resume().await?;
        let (give, mut chunks) = channel(1);
        let rows = Rows::new(self.clone(), ground.secrets.clone(), give, Arc::new(AtomicUsize::new(ROWS)), skip);
        let here = Handle::current();
        let judging = tokio::task::spawn_blocking(move || here.block_on(rows.judge(reader)));
        while let Some(chunk) = chunks.recv().await {
            let opened = writer.rehearse(&chunk).await?.opened;
            openings.count += u64::try_from(opened.len()).unwrap_or(u64::MAX);
            let room = TOLD.saturating_sub(openings.first.len());
            openings.first.extend(opened.into_iter().take(room).map(|line| (chunk.sheet.clone(), line)));
        }
        judging.await.map_err(Error::internal)??;
        Ok(openings)
    }

    async fn note_refused(&self, ground: &Ground, openings: &Openings) -> Result<()> {
        let object = format!("file/{}", openings.digest);
        let line = audit::Line {
            actor: &self.actor,
            action: "catalogue.import",
            object: &object,
            outcome: audit::Outcome::Refused,
            detail: json!({ "why": "opens-records", "records": openings.count }),
        };
        let mut tx = ground.db.begin().await?;
        audit::append(&mut tx, ground.clock.now(), &line).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests;
