//! One import from the open file to the report.

use std::collections::HashMap;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use kernel::cage::{Cage, Outcome, Running};
use kernel::{Code, Error, Ground, Result, audit};

use super::draft::{CONTENT, Draft, DraftCode, Judge, content};
use super::header::{Header, missing};
use super::mapping::Mapping;
use super::reader::{Format, HEADER_LINES, ReadOptions};
use super::report::{Counts, ImportResult, Problem, Refusal, Severity};
use super::table::{Cells, Message, Scan, TableRow};
use super::writer::{Chunk, Writer};
use crate::plain::kept;
use crate::store::batch::{self, Identity};
use crate::{Element, ReferenceCode};

/// The write time a chunk aims at; no write transaction may last over 100 ms.
const AIM: Duration = Duration::from_millis(50);
/// Rows of the first chunk, and the bounds of the others.
const FIRST_CHUNK: usize = 200;
const CHUNKS: std::ops::RangeInclusive<usize> = 20..=4000;

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
    /// Who imports, for the batch.
    pub actor: String,
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
    pub async fn run(&self, ground: &Ground, file: File, progress: &mut dyn FnMut(Step)) -> Result<Ended> {
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
        let identity = Identity {
            file_name: self.file_name.clone(),
            file_digest: scan.digest,
            settings_digest: format!(
                "{}\n{}\n{}",
                self.institution,
                self.fonds.as_ref().map_or("", ReferenceCode::key),
                self.mapping.text()
            ),
        };
        let mut writer = Writer::new(ground, &self.institution, identity, &self.actor);
        writer.patterns = &self.mapping.patterns;
        let skip = if self.dry_run { 0 } else { writer.resume().await? };
        let mut run = Run::new(self, writer, skip, scan.rows);
        let end = run.rows(&mut reader, progress).await?;
        match end {
            Some(Message::End) => {}
            Some(Message::Failed(sentence)) => return Ok(self.refuse(&sentence, Vec::new())),
            _ if run.secret => return Ok(self.refuse("文件在导入过程中被改动", Vec::new())),
            _ => return self.ended_badly(reader).await,
        }
        run.finish(ground, progress).await
    }

    fn start(&self, file: File) -> Result<Running> {
        let options = ReadOptions {
            format: self.format,
            classification_headers: self
                .mapping
                .header(Element::Classification)
                .map(str::to_owned)
                .into_iter()
                .collect(),
        };
        let mut cage = self.cage.clone();
        cage.arguments.push(serde_json::to_string(&options).map_err(Error::internal)?.into());
        cage.start(file).map_err(Error::internal)
    }

    fn refuse(&self, sentence: &str, problems: Vec<Problem>) -> Ended {
        let problem = kernel::Problem::new(Code::FileRefused, format!("文件 {}", self.file_name)).because(sentence);
        Ended::Refused(Refusal { problem, result: ImportResult { problems, ..ImportResult::default() } })
    }

    /// A file with marks of state secrets: only the lines are told, never what stands there.
    fn secret(&self, marked: &[(String, u32)]) -> Ended {
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
    async fn note_secret(&self, ground: &Ground, scan: &Scan) -> Result<()> {
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

    async fn ended_badly(&self, reader: Running) -> Result<Ended> {
        let sentence = match reader.outcome().await.map_err(Error::internal)? {
            Outcome::OutOfMemory => "读取它要用的内存超出限度，请按全宗或年度拆成几个文件，或另存为 CSV 再导入",
            Outcome::TimedOut => "读取它要用的时间超出限度，请按全宗或年度拆成几个文件，或另存为 CSV 再导入",
            Outcome::Finished | Outcome::Crashed { .. } => "文件已损坏，无法读取",
        };
        Ok(self.refuse(sentence, Vec::new()))
    }
}

async fn message(reader: &mut Running) -> Result<Option<Message>> {
    match reader.next().await {
        Some(frame) => Message::decode(&frame).map(Some).map_err(Error::internal),
        None => Ok(None),
    }
}

/// An import under way.
struct Run<'a> {
    import: &'a Import,
    writer: Writer<'a>,
    chunk: Chunk,
    /// Rows that a stopped import has done.
    skip: u64,
    seen: Seen,
    sheet: String,
    header: Option<Header>,
    /// The first lines of a sheet whose header was not found yet.
    head: Vec<TableRow>,
    /// The same of all sheets without a header, for the sentence that refuses the file.
    headless: Vec<Vec<String>>,
    any_header: bool,
    number: u32,
    size: usize,
    done: u64,
    of: u64,
    began: Instant,
    counts: Counts,
    problems: Vec<Problem>,
    secret: bool,
}

impl<'a> Run<'a> {
    fn new(import: &'a Import, writer: Writer<'a>, skip: u64, of: u64) -> Self {
        Self {
            import,
            writer,
            chunk: Chunk::default(),
            skip,
            seen: Seen::default(),
            sheet: String::new(),
            header: None,
            head: Vec::new(),
            headless: Vec::new(),
            any_header: false,
            number: 0,
            size: FIRST_CHUNK,
            done: 0,
            of,
            began: Instant::now(),
            counts: Counts::default(),
            problems: Vec::new(),
            secret: false,
        }
    }

    /// Takes all rows; returns the message that ended them.
    async fn rows(&mut self, reader: &mut Running, progress: &mut dyn FnMut(Step)) -> Result<Option<Message>> {
        loop {
            match message(reader).await? {
                Some(Message::Sheet(name)) => {
                    self.end_sheet();
                    self.flush(progress).await?;
                    self.chunk.sheet.clone_from(&name);
                    self.sheet = name;
                    self.number = 0;
                }
                Some(Message::Rows(rows)) => {
                    for row in rows {
                        self.done += 1;
                        self.row(row);
                        if self.secret {
                            return Ok(None);
                        }
                        if self.chunk.rows() >= u64::try_from(self.size).unwrap_or(u64::MAX) {
                            self.flush(progress).await?;
                        }
                    }
                }
                end => return Ok(end),
            }
        }
    }

    fn row(&mut self, row: TableRow) {
        if self.header.is_none() {
            self.find_header(row);
            return;
        }
        let Some(header) = &self.header else { return };
        if header.is_repeated(&row.cells) {
            return;
        }
        self.number += 1;
        let judge =
            Judge { mapping: &self.import.mapping, header, sheet: &self.sheet, fonds: self.import.fonds.as_ref() };
        let mut judged = judge.judge(&row, self.number);
        self.secret |= judged.secret;
        let fate = match &mut judged.draft {
            Some(draft) => self.seen.look(draft, &row.cells, &judge, &mut judged.problems),
            None => Fate::Refused,
        };
        if self.skip > 0 {
            self.skip -= 1;
            self.chunk.problems.clear();
            return;
        }
        self.chunk.problems.append(&mut judged.problems);
        match (fate, judged.draft) {
            (Fate::New, Some(draft)) => self.chunk.drafts.push(draft),
            (Fate::Repeated, _) => self.chunk.repeated += 1,
            _ => self.chunk.refused += 1,
        }
    }

    fn find_header(&mut self, row: TableRow) {
        if row.line > HEADER_LINES.max(1) && !self.head.is_empty() {
            return;
        }
        match Header::read(row.line, &row.cells, &self.import.mapping) {
            Some(header) => {
                let judge = Judge { mapping: &self.import.mapping, header: &header, sheet: &self.sheet, fonds: None };
                self.chunk.problems.extend(judge.of_sheet());
                self.header = Some(header);
                self.any_header = true;
                self.head.clear();
            }
            None => self.head.push(row),
        }
    }

    /// Ends a sheet: one without a header is told about, unless it is empty.
    fn end_sheet(&mut self) {
        if self.header.take().is_none() && !self.head.is_empty() {
            let line = self.head.first().map_or(1, |row| row.line);
            self.headless.extend(self.head.drain(..).map(|row| row.cells.iter().map(kept).collect()));
            self.chunk.problems.push(Problem {
                severity: Severity::Warning,
                sheet: self.sheet.clone(),
                line,
                column: None,
                code: "no-header".into(),
                message: "这张工作表没有找到表头，没有导入".to_owned(),
            });
        }
    }

    /// Writes what has come together.
    async fn flush(&mut self, progress: &mut dyn FnMut(Step)) -> Result<()> {
        let empty = self.chunk.rows() == 0 && self.chunk.problems.is_empty();
        // What a stopped import had to say about the sheets it read is on record.
        if self.skip > 0 || (empty && !self.chunk.last) || !self.any_header {
            return Ok(());
        }
        let chunk = std::mem::take(&mut self.chunk);
        let began = Instant::now();
        if self.import.dry_run {
            let (counts, problems) = self.writer.rehearse(&chunk).await?;
            self.counts = super::writer::sum(self.counts, counts);
            self.problems.extend(problems);
        } else {
            self.writer.write(&chunk).await?;
        }
        self.adapt(chunk.rows(), began.elapsed());
        self.chunk.sheet = chunk.sheet;
        progress(Step { done: self.done, of: self.of, elapsed: self.began.elapsed() });
        Ok(())
    }

    /// Chooses the next chunk's size so that writing it takes the time aimed at; it grows by half at most.
    fn adapt(&mut self, rows: u64, took: Duration) {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX).max(1);
        let each = took.max(Duration::from_micros(100)) / rows;
        let fit = usize::try_from(AIM.as_nanos() / each.as_nanos().max(1)).unwrap_or(usize::MAX);
        self.size = fit.min(self.size + self.size / 2).clamp(*CHUNKS.start(), *CHUNKS.end());
    }

    async fn finish(mut self, ground: &Ground, progress: &mut dyn FnMut(Step)) -> Result<Ended> {
        self.end_sheet();
        if !self.any_header {
            return Ok(self.import.refuse(&self.no_header(), Vec::new()));
        }
        self.skip = 0;
        self.chunk.last = true;
        self.flush(progress).await?;
        let Some(done) = self.writer.progress else {
            return Ok(Ended::Done(ImportResult::new(None, self.counts, self.problems)));
        };
        let mut tx = ground.db.read().await?;
        let problems = batch::problems(&mut tx, done.number).await?;
        Ok(Ended::Done(ImportResult::new(Some(done.id.to_string()), done.counts, problems)))
    }

    fn no_header(&self) -> String {
        let missing = missing(&self.import.mapping, &self.headless);
        if missing.is_empty() {
            "没有找到表头：要有“题名”和“档号”等列；列名不同或没有档号时，用 --mapping 指明".to_owned()
        } else {
            format!("映射文件指明的列在表头里没有：{}；请核对映射文件", missing.join("、"))
        }
    }
}

/// What becomes of a row in view of those before it.
enum Fate {
    New,
    Repeated,
    Refused,
}

/// What an import has seen: codes and identities by hash, with the line where they stood and what the row said.
#[derive(Default)]
struct Seen {
    hasher: RandomState,
    rows: HashMap<u64, (u32, u64)>,
}

impl Seen {
    /// Looks whether a code or an identity stood in the file before. Two rows under one code cannot both land. Two
    /// rows under one identity that say different things can: the second is known by what it says as well.
    fn look(&mut self, draft: &mut Draft, cells: &Cells, judge: &Judge<'_>, problems: &mut Vec<Problem>) -> Fate {
        let said = self.hasher.hash_one(cells);
        let mut problem = |severity, code: &'static str, message: String| {
            problems.push(Problem {
                severity,
                sheet: judge.sheet.to_owned(),
                line: draft.line,
                column: Some(judge.header.text(Element::ReferenceCode)),
                code: code.into(),
                message,
            });
        };
        match &mut draft.code {
            DraftCode::Written(code) => {
                let key = self.hasher.hash_one((0, code.key()));
                match self.rows.insert(key, (draft.line, said)) {
                    None => Fate::New,
                    Some((line, before)) if before == said => {
                        problem(Severity::Warning, "row-repeated", format!("与第 {line} 行完全相同，只导入一次"));
                        Fate::Repeated
                    }
                    Some((line, before)) => {
                        self.rows.insert(key, (line, before));
                        problem(Severity::Error, "code-repeated", format!("档号与第 {line} 行重复，请改正其中一个"));
                        Fate::Refused
                    }
                }
            }
            DraftCode::Made { identity, .. } => {
                let fonds = draft.fonds.key();
                let key = |identity: &str| self.hasher.hash_one((1, fonds, identity));
                let Some((line, before)) = self.rows.get(&key(identity)).copied() else {
                    self.rows.insert(key(identity), (draft.line, said));
                    return Fate::New;
                };
                if !identity.starts_with(CONTENT) {
                    if before == said {
                        problem(Severity::Warning, "row-repeated", format!("与第 {line} 行完全相同，只导入一次"));
                        return Fate::Repeated;
                    }
                    problem(
                        Severity::Warning,
                        "identity-repeated",
                        format!("标识与第 {line} 行相同而内容不同，按两条导入"),
                    );
                    identity.push('\n');
                    identity.push_str(&content(cells));
                }
                // Rows without an identity of their own that say the same are told apart by their order.
                let base = identity.clone();
                let mut more = 2;
                while self.rows.contains_key(&key(identity)) {
                    *identity = format!("{base}#{more}");
                    more += 1;
                }
                self.rows.insert(key(identity), (draft.line, said));
                Fate::New
            }
        }
    }
}
