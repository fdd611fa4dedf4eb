//! Reading and judging the rows of an import, on a thread of its own: while one chunk is written, the next comes together.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kernel::cage::Running;
use kernel::{Error, Result, Secrets};
use tokio::sync::mpsc::Sender;

use super::composed::Volumes;
use super::draft::{CONTENT, Draft, DraftCode, Judge, content};
use super::header::{Header, missing};
use super::hierarchy::{Hierarchy, cycle};
use super::reader::HEADER_LINES;
use super::report::{Problem, Severity};
use super::run::Import;
use super::table::{Cells, Message, TableRow};
use super::writer::Chunk;
use crate::Element;
use crate::plain::kept;

/// The next message of the caged reader; none if it has ended.
pub(super) async fn message(reader: &mut Running) -> Result<Option<Message>> {
    match reader.next().await {
        Some(frame) => Message::decode(&frame).map(Some).map_err(Error::internal),
        None => Ok(None),
    }
}

/// How the rows ended.
pub(super) enum End {
    /// All were judged and handed over.
    Complete,
    /// The file is refused, with this sentence.
    Refused(String),
    /// The reader ended without a word; it knows how.
    Broken(Box<Running>),
}

/// The rows of a file on their way into chunks.
pub(super) struct Rows {
    import: Import,
    /// Takes the chunks.
    chunks: Sender<Chunk>,
    /// Rows of a chunk; whoever writes them says how many are right.
    size: Arc<AtomicUsize>,
    chunk: Chunk,
    /// Rows that a stopped import has done.
    skip: u64,
    seen: Seen,
    hierarchy: Hierarchy,
    secrets: Secrets,
    volumes: Volumes,
    sheet: String,
    header: Option<Header>,
    /// The first lines of a sheet whose header was not found yet.
    head: Vec<TableRow>,
    /// The same of all sheets without a header, for the sentence that refuses the file.
    headless: Vec<Vec<String>>,
    any_header: bool,
    number: u32,
    done: u64,
    secret: bool,
}

impl Rows {
    pub(super) fn new(
        import: Import,
        secrets: Secrets,
        chunks: Sender<Chunk>,
        size: Arc<AtomicUsize>,
        skip: u64,
    ) -> Self {
        Self {
            import,
            chunks,
            size,
            chunk: Chunk::default(),
            skip,
            seen: Seen::default(),
            hierarchy: Hierarchy::default(),
            secrets,
            volumes: Volumes::default(),
            sheet: String::new(),
            header: None,
            head: Vec::new(),
            headless: Vec::new(),
            any_header: false,
            number: 0,
            done: 0,
            secret: false,
        }
    }

    /// Takes all rows and hands them over in chunks.
    pub(super) async fn judge(mut self, mut reader: Running) -> Result<End> {
        match self.all(&mut reader).await? {
            Some(Message::End) => {}
            Some(Message::Failed(sentence)) => return Ok(End::Refused(sentence)),
            _ if self.secret => return Ok(End::Refused("文件在导入过程中被改动".to_owned())),
            _ => return Ok(End::Broken(Box::new(reader))),
        }
        self.end_sheet();
        if !self.any_header {
            return Ok(End::Refused(self.no_header()));
        }
        self.skip = 0;
        self.chunk.last = true;
        self.chunk.missing = self.hierarchy.missing();
        self.flush().await?;
        Ok(End::Complete)
    }

    /// Takes all rows; returns the message that ended them.
    async fn all(&mut self, reader: &mut Running) -> Result<Option<Message>> {
        loop {
            match message(reader).await? {
                Some(Message::Sheet(name)) => {
                    self.end_sheet();
                    self.flush().await?;
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
                        let size = self.size.load(Ordering::Relaxed);
                        if self.chunk.rows() >= u64::try_from(size).unwrap_or(u64::MAX) {
                            self.flush().await?;
                        }
                    }
                }
                Some(Message::Notice(code, message)) => self.notice(code, message),
                end => return Ok(end),
            }
        }
    }

    /// What the reader has to say about the sheet.
    fn notice(&mut self, code: String, message: String) {
        self.chunk.problems.push(Problem {
            severity: Severity::Warning,
            sheet: self.sheet.clone(),
            line: 1,
            column: None,
            code: code.into(),
            message,
        });
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
        let mut fate = match &mut judged.draft {
            Some(draft) => {
                self.volumes.link(header, &row.cells, draft);
                draft.hide_identity(&self.secrets);
                self.seen.look(draft, &row.cells, &judge, &mut judged.problems)
            }
            None => Fate::Refused,
        };
        if let (Fate::New, Some(draft)) = (&fate, &judged.draft)
            && self.hierarchy.look(draft, &self.sheet).is_err()
        {
            judged.problems.push(cycle(&self.sheet, row.line, judge.header.text(Element::Parent)));
            fate = Fate::Refused;
        }
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
            Some(mut header) => {
                // A sheet may say in its name alone what it lists.
                header.of_volumes |=
                    self.sheet.starts_with("案卷") && !self.sheet.contains("文件") && !self.sheet.contains("卷内");
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

    /// Hands over what has come together.
    async fn flush(&mut self) -> Result<()> {
        let empty = self.chunk.rows() == 0 && self.chunk.problems.is_empty();
        // What a stopped import had to say about the sheets it read is on record.
        if self.skip > 0 || (empty && !self.chunk.last) || !self.any_header {
            return Ok(());
        }
        let next = Chunk { sheet: self.sheet.clone(), ..Chunk::default() };
        let chunk = Chunk { done: self.done, ..std::mem::replace(&mut self.chunk, next) };
        self.chunks.send(chunk).await.map_err(Error::internal)
    }

    fn no_header(&self) -> String {
        let missing = missing(&self.import.mapping, &self.headless);
        if missing.is_empty() {
            "没有找到表头：要有“题名”和“档号”等列；列名不同或没有档号时，请指明各列的对应关系".to_owned()
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
