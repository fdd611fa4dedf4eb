//! An article as one plain text, each of its texts on lines of its own, and the way back from a place in that text to the
//! block.

use std::ops::Range;

use serde::Serialize;
use utoipa::ToSchema;

use crate::article::{Article, Block, Picture, Run};

/// Whose words a text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineKind {
    /// Title, author and summary.
    Head,
    /// The editor's own words in the body.
    Own,
    /// Words of somebody else.
    Quotation,
    /// Words of an archival record.
    Record,
}

/// A place in an article.
///
/// A block has one text or more, its *parts*, counted from 0: of a picture its caption and what it shows; of a gallery the same
/// for each picture; of a quotation its words and their source; of a record what is quoted, and its title; of a recording or a film its
/// title and what is said in it, and the texts of its picture; of a timeline
/// the date and the words of each entry; of a list its items; of a table its heads and then its cells, row by row; any
/// other block has one. Outside of the blocks the parts are title, author and summary. Runs of one paragraph are one text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, ToSchema)]
#[schema(as = ArticlePlace)]
pub struct Place {
    /// The block, from 0; none for title, author and summary.
    #[schema(required)]
    pub block: Option<usize>,
    /// Which of its texts.
    pub part: usize,
    /// Where it begins in that text, in characters (Unicode scalar values: `[...text]` in a browser).
    pub from: usize,
    /// Where it ends.
    pub to: usize,
}

/// A text of the article in the sheet.
#[derive(Clone, Debug)]
struct Line {
    /// Bytes of the sheet.
    span: Range<usize>,
    block: Option<usize>,
    part: usize,
    /// Bytes of the sheet that have a note.
    noted: Vec<Range<usize>>,
    /// Whether a note may be added: it is made of runs.
    has_runs: bool,
}

/// An article as one text.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    text: String,
    lines: Vec<Line>,
}

impl Sheet {
    /// The texts of an article of the kinds that are wanted, empty ones left out. How to visit the house is the house's own
    /// and stands on none.
    pub fn of(article: &Article, wants: impl Fn(LineKind) -> bool) -> Self {
        let mut sheet = Self::default();
        if wants(LineKind::Head) {
            for (part, text) in [&article.title, &article.author, &article.digest].into_iter().enumerate() {
                sheet.plain((None, part), text);
            }
        }
        for (at, block) in article.blocks.iter().enumerate() {
            for (part, (kind, text)) in texts(block).into_iter().enumerate() {
                if wants(kind) {
                    match text {
                        Text::Plain(text) => sheet.plain((Some(at), part), text),
                        Text::Runs(runs) => sheet.runs((Some(at), part), runs),
                    }
                }
            }
        }
        sheet
    }

    /// Everything that is compared with other texts: all but archival records, which may stand anywhere.
    pub fn compared(article: &Article) -> Self {
        Self::of(article, |kind| matches!(kind, LineKind::Own | LineKind::Quotation))
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a span (bytes) of the text stands; none if it does not lie in one text of the article.
    pub fn place(&self, span: &Range<usize>) -> Option<Place> {
        let line = self.line(span)?;
        Some(self.place_in(line, span))
    }

    /// Where the texts of the article hold a span (bytes), which may reach over several.
    pub fn places(&self, span: &Range<usize>) -> Vec<Place> {
        let touched = self.lines.iter().filter(|line| line.span.start < span.end && span.start < line.span.end);
        let within = |line: &Line| span.start.max(line.span.start)..span.end.min(line.span.end);
        touched.map(|line| self.place_in(line, &within(line))).collect()
    }

    /// The spans that have a note.
    pub(super) fn noted(&self) -> impl Iterator<Item = &Range<usize>> {
        self.lines.iter().flat_map(|line| &line.noted)
    }

    /// Whether a note may be added to a span.
    pub(super) fn takes_note(&self, span: &Range<usize>) -> bool {
        self.line(span).is_some_and(|line| line.has_runs)
    }

    fn line(&self, span: &Range<usize>) -> Option<&Line> {
        let next = self.lines.partition_point(|line| line.span.end < span.end);
        self.lines.get(next).filter(|line| line.span.start <= span.start && span.end <= line.span.end)
    }

    fn place_in(&self, line: &Line, span: &Range<usize>) -> Place {
        let characters = |range: Range<usize>| self.text.get(range).map_or(0, |text| text.chars().count());
        let from = characters(line.span.start..span.start);
        Place { block: line.block, part: line.part, from, to: from + characters(span.clone()) }
    }

    fn plain(&mut self, at: (Option<usize>, usize), text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.end_line(start, at, (Vec::new(), false));
    }

    fn runs(&mut self, at: (Option<usize>, usize), runs: &[Run]) {
        let start = self.text.len();
        let mut noted = Vec::new();
        for run in runs {
            let begin = self.text.len();
            self.text.push_str(&run.text);
            if run.note.as_deref().is_some_and(|note| !note.trim().is_empty()) {
                noted.push(begin..self.text.len());
            }
        }
        self.end_line(start, at, (noted, true));
    }

    fn end_line(
        &mut self,
        start: usize,
        (block, part): (Option<usize>, usize),
        (noted, has_runs): (Vec<Range<usize>>, bool),
    ) {
        if self.text.len() > start {
            self.lines.push(Line { span: start..self.text.len(), block, part, noted, has_runs });
            self.text.push('\n');
        }
    }
}

/// A text of a block.
enum Text<'b> {
    Plain(&'b str),
    Runs(&'b [Run]),
}

/// The texts of a block in their order.
fn texts(block: &Block) -> Vec<(LineKind, Text<'_>)> {
    match block {
        Block::Heading { text } => vec![plain(LineKind::Own, text)],
        Block::Text { runs } => vec![(LineKind::Own, Text::Runs(runs))],
        Block::Picture(picture) | Block::Code { picture } => of_picture(picture).into(),
        Block::Gallery { pictures } => pictures.iter().flat_map(of_picture).collect(),
        Block::Quotation { text, source } => vec![plain(LineKind::Quotation, text), plain(LineKind::Own, source)],
        Block::Record(record) => vec![plain(LineKind::Record, &record.text), plain(LineKind::Record, &record.title)],
        Block::Audio(recording) | Block::Video(recording) => {
            let words = [plain(LineKind::Own, &recording.title), plain(LineKind::Own, &recording.transcript)];
            words.into_iter().chain(recording.picture.iter().flat_map(of_picture)).collect()
        }
        Block::Timeline { entries } => {
            let entry = entries.iter().flat_map(|entry| [&entry.date, &entry.text]);
            entry.map(|text| plain(LineKind::Own, text)).collect()
        }
        Block::List { items, .. } => items.iter().map(|runs| (LineKind::Own, Text::Runs(runs))).collect(),
        Block::Table { head, rows } => {
            head.iter().chain(rows.iter().flatten()).map(|text| plain(LineKind::Own, text)).collect()
        }
        Block::Visit(_) | Block::Divider => Vec::new(),
    }
}

const fn plain(kind: LineKind, text: &str) -> (LineKind, Text<'_>) {
    (kind, Text::Plain(text))
}

const fn of_picture(picture: &Picture) -> [(LineKind, Text<'_>); 2] {
    [plain(LineKind::Own, picture.caption.as_str()), plain(LineKind::Own, picture.alternative.as_str())]
}
