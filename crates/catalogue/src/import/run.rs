//! One import from the open file to the report.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kernel::cage::{Cage, Outcome, Running};
use kernel::{Code, Error, Ground, Result, Scanned, Scanner, audit};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Sender, channel};

use super::draft::{Draft, DraftCode};
use super::mapping::Mapping;
use super::opening::{Approval, opens};
use super::reader::{Format, ReadOptions};
use super::report::{Counts, ImportResult, Problem, Refusal, SampleRow, Severity};
use super::rows::{End, Rows, message};
use super::table::{Message, Scan};
use super::writer::{Chunk, Rehearsal, Writer};
use crate::index::{Follower, Written};
use crate::store::batch::{self, Identity};
use crate::{Element, Level, ReferenceCode};

/// The write time a chunk aims at beside a server; no write transaction may last over 100 ms there.
const AIM: Duration = Duration::from_millis(40);
/// And where no server runs: each chunk writes pages all over the table's indexes into the log and waits for the disk, so
/// fewer and larger ones write half of it.
const AIM_ALONE: Duration = Duration::from_millis(250);
/// Rows of the first chunk, and the bounds of the others.
const FIRST_CHUNK: usize = 200;
const CHUNKS: std::ops::RangeInclusive<usize> = 20..=8000;
/// Chunks that wait to be written, and to be indexed.
const AHEAD: usize = 2;

/// Rows that a rehearsal shows.
const SAMPLE: usize = 10;

/// An import to be run.
#[derive(Clone, Debug)]
pub struct Import {
    /// The code of the institution (档案馆代码).
    pub institution: String,
    /// How to start the caged reader; the options are added to its arguments.
    pub cage: Cage,
    /// The file's name, for the batch.
    pub file_name: String,
    /// The format, if it was told.
    pub format: Format,
    /// The mapping.
    pub mapping: Mapping,
    /// The fonds all rows belong to.
    pub fonds: Option<ReferenceCode>,
    /// The virus scanner.
    pub scanner: Scanner,
    /// Who imports, for the batch.
    pub actor: String,
    /// Who else stands behind it: without, it opens no record.
    pub approval: Option<Approval>,
    /// Whether nothing is to be written.
    pub dry_run: bool,
}

/// How far an import has come.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Step {
    /// Lines done, headers included.
    pub done: u64,
    /// Lines of the file.
    pub of: u64,
    /// Since the rows began to come.
    pub elapsed: Duration,
}

impl Step {
    /// Rows per second so far.
    pub fn rate(&self) -> f64 {
        let done = f64::from(u32::try_from(self.done).unwrap_or(u32::MAX));
        done / self.elapsed.as_secs_f64().max(0.001)
    }

    /// Time left at this rate.
    pub fn left(&self) -> Duration {
        let left = u32::try_from(self.of.saturating_sub(self.done)).unwrap_or(u32::MAX);
        Duration::try_from_secs_f64(f64::from(left) / self.rate().max(0.001)).unwrap_or(Duration::MAX)
    }
}

/// How an import ended.
#[derive(Debug)]
pub enum Ended {
    /// It finished, even if rows were refused.
    Done(ImportResult),
    /// The file was refused whole.
    Refused(Refusal),
}

impl Import {
    /// Runs the import; `progress` is told after every chunk. The same file with the same mapping takes up where a
    /// stopped import ended, and changes nothing if that one was complete.
    ///
    /// # Errors
    /// The database's, and faults of the machine. What is wrong with the file is no error: it ends as refused.
    pub async fn run(&self, ground: &Ground, file: File, progress: &mut (dyn FnMut(Step) + Send)) -> Result<Ended> {
        self.feed(ground, file, None, progress).await
    }

    /// As [`Import::run`], while the indexes take in each chunk as soon as it is committed; in the end they hold all.
    ///
    /// # Errors
    /// As [`Import::run`], and the indexes'.
    pub async fn run_followed(
        &self,
        ground: &Ground,
        file: File,
        follower: &mut Follower,
        progress: &mut (dyn FnMut(Step) + Send),
    ) -> Result<Ended> {
        let (feed, mut committed) = channel(AHEAD);
        let following = async {
            while let Some(written) = committed.recv().await {
                follower.take_in(written).await?;
            }
            follower.catch_up().await
        };
        let (ended, ()) = tokio::try_join!(self.feed(ground, file, Some(feed), progress), following)?;
        Ok(ended)
    }

    async fn feed(
        &self,
        ground: &Ground,
        mut file: File,
        feed: Option<Sender<Written>>,
        progress: &mut (dyn FnMut(Step) + Send),
    ) -> Result<Ended> {
        if let Scanned::Found(name) = self.scanner.scan(&mut file).await? {
            let about = format!("文件 {}", self.file_name);
            let problem = kernel::Problem::new(Code::FileRefused, about).because(format!("病毒扫描程序报告：{name}"));
            return Ok(Ended::Refused(Refusal { problem, result: ImportResult::default() }));
        }
        if let Some(refusal) = self.refuse_opening(ground, &mut file).await? {
            return Ok(Ended::Refused(refusal));
        }
        let mut reader = self.start(file)?;
        let scan = match message(&mut reader).await? {
            Some(Message::Scanned(scan)) => scan,
            Some(Message::Failed(sentence)) => return Ok(self.refuse(&sentence, Vec::new())),
            _ => return self.ended_badly(reader).await,
        };
        if !scan.marked.is_empty() {
            if !self.dry_run {
                self.note_secret(ground, &scan).await?;
            }
            return Ok(self.secret(&scan.marked));
        }
        let mut writer = Writer::new(ground, &self.institution, self.identity(scan.digest), &self.actor);
        writer.patterns = &self.mapping.patterns;
        writer.approval = self.approval.as_ref();
        let skip = if self.dry_run { 0 } else { writer.resume().await? };
        // Whoever has the indexes to fill has the house to itself: a server would hold them.
        let aim = if feed.is_some() { AIM_ALONE } else { AIM };
        let (give, mut chunks) = channel(AHEAD);
        let size = Arc::new(AtomicUsize::new(FIRST_CHUNK));
        let rows = Rows::new(self.clone(), ground.secrets.clone(), give, Arc::clone(&size), skip);
        let here = Handle::current();
        let judging = tokio::task::spawn_blocking(move || here.block_on(rows.judge(reader)));
        let (began, mut rehearsed) = (Instant::now(), Rehearsed::default());
        while let Some(chunk) = chunks.recv().await {
            let turn = Instant::now();
            let written = if self.dry_run {
                rehearsed.add(&chunk, writer.rehearse(&chunk).await?);
                None
            } else {
                writer.write(&chunk).await?
            };
            adapt(&size, chunk.rows(), turn.elapsed(), aim);
            if let (Some(written), Some(feed)) = (written, &feed) {
                feed.send(written).await.map_err(Error::internal)?;
            }
            progress(Step { done: chunk.done, of: scan.rows, elapsed: began.elapsed() });
        }
        match judging.await.map_err(Error::internal)?? {
            End::Complete => {}
            End::Refused(sentence) => return Ok(self.refuse(&sentence, Vec::new())),
            End::Broken(reader) => return self.ended_badly(*reader).await,
        }
        let Some(done) = writer.progress else { return Ok(Ended::Done(rehearsed.result())) };
        let mut tx = ground.db.read().await?;
        let problems = batch::problems(&mut tx, done.number).await?;
        let result = ImportResult::new(Some(done.id.to_string()), done.counts, problems);
        Ok(Ended::Done(ImportResult { opened: writer.opened, landed_open: writer.landed_open, ..result }))
    }

    pub(super) fn identity(&self, file_digest: String) -> Identity {
        let fonds = self.fonds.as_ref().map_or("", ReferenceCode::key);
        Identity {
            file_name: self.file_name.clone(),
            file_digest,
            settings_digest: format!("{}\n{fonds}\n{}", self.institution, self.mapping.text()),
        }
    }

    pub(super) fn start(&self, file: File) -> Result<Running> {
        let options = ReadOptions {
            format: self.format,
            classification_headers: self
                .mapping
                .header(Element::Classification)
                .map(str::to_owned)
                .into_iter()
                .collect(),
            fonds: self.fonds.as_ref().map(|fonds| fonds.written().to_owned()),
        };
        let mut cage = self.cage.clone();
        cage.arguments.push(serde_json::to_string(&options).map_err(Error::internal)?.into());
        cage.start(file).map_err(Error::internal)
    }

    pub(super) fn refuse(&self, sentence: &str, problems: Vec<Problem>) -> Ended {
        let problem = kernel::Problem::new(Code::FileRefused, format!("文件 {}", self.file_name)).because(sentence);
        Ended::Refused(Refusal { problem, result: ImportResult { problems, ..ImportResult::default() } })
    }

    /// A file with marks of state secrets: only the lines are told, never what stands there.
    pub(super) fn secret(&self, marked: &[(String, u32)]) -> Ended {
        let place = |(sheet, line): &(String, u32)| match sheet.as_str() {
            "" => format!("第 {line} 行"),
            sheet => format!("{sheet} 第 {line} 行"),
        };
        let places: Vec<String> = marked.iter().take(5).map(place).collect();
        let more = if marked.len() > places.len() { "等" } else { "" };
        let sentence = format!("{}{more}标有国家秘密密级，整个文件不予导入", places.join("、"));
        let problem = |(sheet, line): &(String, u32)| Problem {
            severity: Severity::Error,
            sheet: sheet.clone(),
            line: *line,
            column: None,
            code: "classified".into(),
            message: "标有国家秘密密级；涉密条目不得进入本系统，请从文件中移除".to_owned(),
        };
        self.refuse(&sentence, marked.iter().map(problem).collect())
    }

    /// Tells the security role, through the audit log, which lines of which file bear marks: the file by its digest,
    /// because even its name may say too much.
    pub(super) async fn note_secret(&self, ground: &Ground, scan: &Scan) -> Result<()> {
        let lines: Vec<u32> = scan.marked.iter().map(|(_, line)| *line).collect();
        let object = format!("file/{}", scan.digest);
        let line = audit::Line {
            actor: &self.actor,
            action: "catalogue.import",
            object: &object,
            outcome: audit::Outcome::Refused,
            detail: serde_json::json!({ "why": "classified", "lines": lines }),
        };
        let mut tx = ground.db.begin().await?;
        audit::append(&mut tx, ground.clock.now(), &line).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn ended_badly(&self, reader: Running) -> Result<Ended> {
        let sentence = match reader.outcome().await.map_err(Error::internal)? {
            Outcome::OutOfMemory => "读取它要用的内存超出限度，请按全宗或年度拆成几个文件，或另存为 CSV 再导入",
            Outcome::TimedOut => "读取它要用的时间超出限度，请按全宗或年度拆成几个文件，或另存为 CSV 再导入",
            Outcome::Finished | Outcome::Crashed { .. } => "文件已损坏，无法读取",
        };
        Ok(self.refuse(sentence, Vec::new()))
    }
}

/// What a rehearsal comes to.
#[derive(Default)]
struct Rehearsed {
    counts: Counts,
    opened: u64,
    landed_open: u64,
    problems: Vec<Problem>,
    rows: Vec<SampleRow>,
}

impl Rehearsed {
    fn add(&mut self, chunk: &Chunk, rehearsal: Rehearsal) {
        let Rehearsal { counts, problems, opened, landed_open } = rehearsal;
        self.counts = super::writer::sum(self.counts, counts);
        self.problems.extend(problems);
        let room = SAMPLE.saturating_sub(self.rows.len());
        self.rows.extend(chunk.drafts.iter().take(room).map(sample));
        self.landed_open += landed_open;
        self.opened += u64::try_from(opened.len()).unwrap_or(u64::MAX);
        self.problems.extend(opened.into_iter().map(|line| opens(&chunk.sheet, line, Severity::Warning)));
    }

    fn result(self) -> ImportResult {
        let Self { counts, opened, landed_open, problems, rows } = self;
        ImportResult { opened, landed_open, rows, ..ImportResult::new(None, counts, problems) }
    }
}

fn sample(draft: &Draft) -> SampleRow {
    let (reference_code, level) = match &draft.code {
        DraftCode::Written(code) => (code.written().to_owned(), crate::reference_code::level(code, &[])),
        DraftCode::Made { pattern, row, .. } => (pattern.text(*row), Level::Item),
    };
    SampleRow {
        reference_code,
        title: draft.title.clone(),
        date: draft.date.label(),
        creator: draft.creator.clone(),
        level: draft.level.unwrap_or(level).label().to_owned(),
        openness: draft.statuses.openness.label().to_owned(),
    }
}

/// Chooses the next chunks' size so that writing one takes the time aimed at; it grows by half at most.
fn adapt(size: &AtomicUsize, rows: u64, took: Duration, aim: Duration) {
    let rows = u32::try_from(rows).unwrap_or(u32::MAX).max(1);
    let each = took.max(Duration::from_micros(100)) / rows;
    let fit = usize::try_from(aim.as_nanos() / each.as_nanos().max(1)).unwrap_or(usize::MAX);
    let now = size.load(Ordering::Relaxed);
    size.store(fit.min(now + now / 2).clamp(*CHUNKS.start(), *CHUNKS.end()), Ordering::Relaxed);
}
