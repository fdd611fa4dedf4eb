//! Markdown (`CommonMark` with tables and footnotes): read into blocks, and written from them so that they can be read back.

use std::collections::HashMap;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use wechat::article::is_wechats;

use super::normal::line;
use super::{Imported, LeftOut, html, normal};
use crate::article::{Block, Picture, Run};
use crate::material;

/// The fence of blocks for which Markdown has no form: one a fence, as the house keeps it.
const FENCE: &str = "lantai";

/// Blocks of a text in Markdown. Notes stand as footnotes, a note that is an address as a link; pictures of other sites are
/// left out and named.
pub fn from_markdown(text: &str) -> Imported {
    let text = text.replace('\0', "");
    let mut reader = Reader { notes: notes(&text), ..Reader::default() };
    for event in parser(&text) {
        reader.read(event);
    }
    reader.end();
    Imported { blocks: normal(reader.blocks), left_out: reader.left_out }
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES)
}

/// The footnotes by their names.
fn notes(text: &str) -> HashMap<String, String> {
    let mut notes = HashMap::new();
    let mut open: Option<(String, String)> = None;
    for event in parser(text) {
        match (event, &mut open) {
            (Event::Start(Tag::FootnoteDefinition(name)), _) => open = Some((name.to_string(), String::new())),
            (Event::End(TagEnd::FootnoteDefinition), _) => notes.extend(open.take()),
            (Event::Text(words) | Event::Code(words), Some((_, note))) => note.push_str(&words),
            (Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph), Some((_, note))) => note.push(' '),
            _ => {}
        }
    }
    notes
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    left_out: LeftOut,
    notes: HashMap<String, String>,
    runs: Vec<Run>,
    /// Pictures of the paragraph that is open, and whether it has words.
    pictures: Vec<Picture>,
    strong: usize,
    link: Option<String>,
    picture: Option<Picture>,
    /// Paragraphs of the quotations that are open.
    quotation: Option<Vec<String>>,
    quotations: usize,
    lists: Vec<bool>,
    items: Vec<Vec<Run>>,
    table: Option<Vec<Vec<String>>>,
    /// What a code block or a block of HTML holds.
    raw: Option<String>,
    is_own: bool,
    footnote: bool,
}

impl Reader {
    fn read(&mut self, event: Event<'_>) {
        if self.footnote {
            self.footnote = !matches!(event, Event::End(TagEnd::FootnoteDefinition));
            return;
        }
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.say(&text);
            }
            Event::Html(text) => self.say(&text),
            Event::InlineHtml(tag) => self.element(&tag.to_ascii_lowercase()),
            Event::SoftBreak | Event::HardBreak => self.break_line(),
            Event::FootnoteReference(name) => {
                let note = self.notes.get(name.as_ref()).cloned().unwrap_or_default();
                self.note(note);
            }
            Event::Rule => {
                self.paragraph();
                self.blocks.push(Block::Divider);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn say(&mut self, text: &str) {
        if let Some(raw) = &mut self.raw {
            raw.push_str(text);
        } else if let Some(picture) = &mut self.picture {
            picture.alternative.push_str(text);
        } else {
            self.runs.push(Run { text: text.to_owned(), strong: self.strong > 0, note: None });
        }
    }

    /// Between two Chinese characters a line break means nothing, elsewhere a blank.
    fn break_line(&mut self) {
        let last = self.runs.last().and_then(|run| run.text.chars().next_back());
        if last.is_none_or(|sign| sign.is_ascii()) {
            self.say(" ");
        }
    }

    fn note(&mut self, note: String) {
        match self.runs.last_mut().filter(|run| run.note.is_none()) {
            Some(run) => run.note = Some(note),
            None => self.runs.push(Run { note: Some(note), ..Run::default() }),
        }
    }

    fn element(&mut self, tag: &str) {
        match tag {
            "<b>" | "<strong>" => self.strong += 1,
            "</b>" | "</strong>" => self.strong = self.strong.saturating_sub(1),
            "<br>" | "<br/>" | "<br />" => self.say(" "),
            _ => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.strong += 1,
            Tag::Link { dest_url, .. } => self.link = Some(dest_url.to_string()),
            Tag::Image { dest_url, title, .. } => {
                let (address, caption) = (dest_url.to_string(), title.to_string());
                self.picture = Some(Picture { address, caption, ..Picture::default() });
            }
            Tag::BlockQuote(_) => {
                self.quotations += 1;
                self.quotation.get_or_insert_default();
            }
            Tag::List(start) => {
                self.item();
                self.lists.push(start.is_some());
            }
            Tag::Item => self.item(),
            Tag::Table(_) => self.table = Some(Vec::new()),
            Tag::TableHead | Tag::TableRow => self.table.iter_mut().for_each(|rows| rows.push(Vec::new())),
            Tag::CodeBlock(kind) => {
                self.is_own = matches!(&kind, CodeBlockKind::Fenced(info) if info.as_ref() == FENCE);
                self.raw = Some(String::new());
            }
            Tag::HtmlBlock => self.raw = Some(String::new()),
            Tag::FootnoteDefinition(_) => self.footnote = true,
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Link => {
                if let Some(address) = self.link.take().filter(|address| is_address(address)) {
                    self.note(address);
                }
            }
            TagEnd::Image => self.take_picture(),
            TagEnd::Paragraph => self.paragraph(),
            TagEnd::Heading(_) => {
                let text = self.text();
                self.blocks.push(Block::Heading { text });
                self.paragraph();
            }
            TagEnd::BlockQuote(_) => self.end_quotation(),
            TagEnd::Item => self.item(),
            TagEnd::List(_) => self.end_list(),
            TagEnd::TableCell => {
                let cell = self.text();
                self.table.iter_mut().filter_map(|rows| rows.last_mut()).for_each(|row| row.push(cell.clone()));
            }
            TagEnd::Table => {
                let mut rows = self.table.take().unwrap_or_default().into_iter();
                let head = rows.next().unwrap_or_default();
                self.blocks.push(Block::Table { head, rows: rows.collect() });
                self.paragraph();
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock => {
                let page = html::pasted(&self.raw.take().unwrap_or_default());
                self.blocks.extend(page.blocks);
                self.left_out.join(page.left_out);
            }
            _ => {}
        }
    }

    fn take_picture(&mut self) {
        let Some(picture) = self.picture.take() else { return };
        let address = picture.address.as_str();
        if material::of_address(address).is_some() || is_wechats(address) {
            self.pictures.push(picture);
        } else {
            self.left_out.picture(address);
        }
    }

    /// The words so far as plain text, their notes gone.
    fn text(&mut self) -> String {
        self.runs.drain(..).map(|run| run.text).collect()
    }

    /// Ends a paragraph: its words, and its pictures after them.
    fn paragraph(&mut self) {
        if !self.lists.is_empty() {
            return self.say(" ");
        }
        if self.quotation.is_some() {
            let text = self.text();
            self.quotation.iter_mut().for_each(|paragraphs| paragraphs.push(line(&text)));
        } else {
            self.blocks.push(Block::Text { runs: std::mem::take(&mut self.runs) });
        }
        let pictures = std::mem::take(&mut self.pictures);
        self.blocks.push(Block::Gallery { pictures });
    }

    fn item(&mut self) {
        let item = std::mem::take(&mut self.runs);
        if !self.lists.is_empty() {
            self.items.push(item);
        }
    }

    fn end_list(&mut self) {
        let ordered = self.lists.pop().unwrap_or(false);
        if !self.lists.is_empty() {
            return;
        }
        let items = std::mem::take(&mut self.items);
        if self.quotation.is_some() {
            let words = items.iter().map(|item| item.iter().map(|run| run.text.as_str()).collect::<String>());
            let words: Vec<String> = words.map(|item| line(&item)).filter(|item| !item.is_empty()).collect();
            self.quotation.iter_mut().for_each(|paragraphs| paragraphs.extend(words.clone()));
        } else {
            self.blocks.push(Block::List { ordered, items });
        }
        let pictures = std::mem::take(&mut self.pictures);
        self.blocks.push(Block::Gallery { pictures });
    }

    fn end_quotation(&mut self) {
        self.quotations = self.quotations.saturating_sub(1);
        if self.quotations > 0 {
            return;
        }
        let mut paragraphs = self.quotation.take().unwrap_or_default();
        paragraphs.retain(|one| !one.is_empty());
        let is_source = paragraphs.len() > 1 && paragraphs.last().is_some_and(|last| last.starts_with('—'));
        let source = if is_source { paragraphs.pop().unwrap_or_default() } else { String::new() };
        self.blocks.push(Block::Quotation { text: paragraphs.join(" "), source });
    }

    /// A block of the house as it is kept, or lines of code as paragraphs.
    fn end_code(&mut self) {
        let raw = self.raw.take().unwrap_or_default();
        match serde_json::from_str::<Block>(&raw).ok().filter(|block| self.is_own && is_fenced(block)) {
            Some(block) => self.blocks.push(block),
            None => {
                for text in raw.lines() {
                    self.blocks.push(Block::Text { runs: vec![Run { text: text.to_owned(), ..Run::default() }] });
                }
            }
        }
    }

    fn end(&mut self) {
        while !self.lists.is_empty() {
            self.end_list();
        }
        self.paragraph();
    }
}

/// What Markdown has no form for.
const fn is_fenced(block: &Block) -> bool {
    use Block::{Audio, Code, Record, Timeline, Video, Visit};
    matches!(block, Record(_) | Audio(_) | Video(_) | Timeline { .. } | Visit(_) | Code { .. })
}

/// Whether a note is the address of a page and nothing else.
fn is_address(note: &str) -> bool {
    let is_web = note.starts_with("https://") || note.starts_with("http://");
    is_web && !note.chars().any(|sign| sign.is_whitespace() || sign.is_control() || "<>\\`".contains(sign))
}

/// Blocks as Markdown, in the normal form ([`normal`]): what is read from it is the same again.
pub fn to_markdown(blocks: &[Block]) -> String {
    let mut writer = Writer::default();
    for block in normal(blocks.to_vec()) {
        writer.block(&block);
    }
    for (number, note) in (1..).zip(&writer.notes) {
        writer.parts.push(format!("[^{number}]: {}", escaped(note)));
    }
    let mut text = writer.parts.join("\n\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

#[derive(Default)]
struct Writer {
    parts: Vec<String>,
    notes: Vec<String>,
    after_list: bool,
}

impl Writer {
    fn block(&mut self, block: &Block) {
        let is_list = matches!(block, Block::List { .. });
        // Two lists that follow each other would be one.
        if is_list && std::mem::replace(&mut self.after_list, is_list) {
            self.parts.push("<!-- -->".to_owned());
        }
        self.after_list = is_list;
        let part = match block {
            Block::Heading { text } => format!("## {}", escaped(text)),
            Block::Text { runs } => self.words(runs),
            Block::Picture(one) => picture(one),
            Block::Gallery { pictures } => pictures.iter().map(picture).collect::<Vec<_>>().join("\n"),
            Block::Quotation { text, source } if source.is_empty() => format!("> {}", escaped(text)),
            Block::Quotation { text, source } => format!("> {}\n>\n> —— {}", escaped(text), escaped(source)),
            Block::List { ordered, items } => self.list(*ordered, items),
            Block::Table { head, rows } => table(head, rows),
            Block::Divider => "---".to_owned(),
            own => format!("```{FENCE}\n{}\n```", serde_json::to_string(own).unwrap_or_default()),
        };
        self.parts.push(part);
    }

    fn list(&mut self, ordered: bool, items: &[Vec<Run>]) -> String {
        let lines = (1..).zip(items).map(|(number, item)| {
            let words = self.words(item);
            if ordered { format!("{number}. {words}") } else { format!("- {words}") }
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn words(&mut self, runs: &[Run]) -> String {
        let mut out = String::new();
        for (place, run) in runs.iter().enumerate() {
            let text = if place == 0 { escaped(&run.text) } else { within(&run.text) };
            let text = match (run.strong, stands_free(&run.text)) {
                (false, _) => text,
                (true, true) => format!("**{text}**"),
                (true, false) => format!("<b>{text}</b>"),
            };
            let written = match &run.note {
                Some(note) if is_address(note) && !run.text.trim().is_empty() => {
                    format!("[{text}](<{}>)", address(note))
                }
                Some(note) => format!("{text}[^{}]", self.number(note)),
                None => text,
            };
            // What follows the mark of a note could be taken for a part of it.
            let after_note = place > 0 && runs.get(place - 1).is_some_and(|run| run.note.is_some());
            if after_note && written.starts_with(['[', '(', ':']) {
                out.push_str("<!-- -->");
            }
            out.push_str(&written);
        }
        out
    }

    fn number(&mut self, note: &str) -> usize {
        if let Some(at) = self.notes.iter().position(|known| known == note) {
            return at + 1;
        }
        self.notes.push(note.to_owned());
        self.notes.len()
    }
}

/// Whether stars around a text make it stand out: only beside letters are they sure to (`CommonMark` §6.2).
fn stands_free(text: &str) -> bool {
    let letter = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
    letter(text.chars().next()) && letter(text.chars().next_back())
}

fn picture(one: &Picture) -> String {
    let title = if one.caption.is_empty() { String::new() } else { format!(" \"{}\"", within(&one.caption)) };
    format!("![{}](<{}>{title})", within(&one.alternative), address(&one.address))
}

/// An address between `<` and `>`.
fn address(text: &str) -> String {
    text.replace('&', "\\&")
}

fn table(head: &[String], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| within(cell)).collect();
        format!("| {} |", cells.join(" | "))
    };
    let ruler = format!("|{}", " --- |".repeat(head.len()));
    let lines = [line(head), ruler].into_iter().chain(rows.iter().map(|row| line(row)));
    lines.collect::<Vec<_>>().join("\n")
}

/// A text within a line: no sign of it means anything.
fn within(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        if "\\`*_[]<>&#|~!\"".contains(sign) {
            out.push('\\');
        }
        out.push(sign);
    }
    out
}

/// A text at the beginning of a line, where a few signs more would mean something.
fn escaped(text: &str) -> String {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let behind = text.get(digits..).unwrap_or_default();
    let starts = if digits == 0 { behind.starts_with(['-', '+', '=', ':']) } else { behind.starts_with(['.', ')']) };
    if starts { format!("{}\\{}", text.get(..digits).unwrap_or_default(), within(behind)) } else { within(text) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::article::{Entry, RecordQuotation, Recording, Visit};

    fn plain(text: &str) -> Run {
        Run { text: text.to_owned(), ..Run::default() }
    }

    #[test]
    fn a_text_becomes_blocks() {
        let text = "# 一九五四年的水\n\n那年 **七月**，[水情](https://example.org/a)到了[^1]。\n下一行\n\n\
            - 甲\n  - 乙\n- 丙\n\n> 水势甚急\n>\n> —— 县志\n\n| 日 | 水位 |\n|--|--|\n| 1 | 2 |\n\n***\n\n\
            ![堤](https://mmbiz.qpic.cn/1.jpg \"大堤\")\n\n![外](https://example.org/x.png)\n\n[^1]: 见卷三\n";
        let Imported { blocks, left_out } = from_markdown(text);
        let strong = Run { text: "七月".to_owned(), strong: true, note: None };
        let link = Run { note: Some("https://example.org/a".to_owned()), ..plain("，水情") };
        let noted = Run { note: Some("见卷三".to_owned()), ..plain("到了") };
        let picture = Picture {
            address: "https://mmbiz.qpic.cn/1.jpg".to_owned(),
            alternative: "堤".to_owned(),
            caption: "大堤".to_owned(),
        };
        let expected = [
            Block::Heading { text: "一九五四年的水".to_owned() },
            Block::Text { runs: vec![plain("那年 "), strong, link, noted, plain("。下一行")] },
            Block::List { ordered: false, items: vec![vec![plain("甲")], vec![plain("乙")], vec![plain("丙")]] },
            Block::Quotation { text: "水势甚急".to_owned(), source: "县志".to_owned() },
            Block::Table { head: vec!["日".into(), "水位".into()], rows: vec![vec!["1".into(), "2".into()]] },
            Block::Divider,
            Block::Picture(picture),
        ];
        assert_eq!(blocks, expected);
        assert!(left_out.told().iter().any(|one| one.contains("https://example.org/x.png")));
    }

    #[test]
    fn h01_h02_markup_in_a_text_acts_nowhere() {
        let text = "<script>alert(1)</script>\n\n甲<img src=x onerror=alert(1)>[乙](javascript:alert(1)) {{7*7}}\n";
        let blocks = from_markdown(text).blocks;
        assert_eq!(blocks, [Block::Text { runs: vec![plain("甲乙 {{7*7}}")] }]);
    }

    #[test]
    fn a_sign_before_a_link_makes_no_picture_of_it() {
        let runs = vec![plain("好!"), Run { strong: true, note: Some("https://e.org/a".to_owned()), ..plain("堤") }];
        let blocks = vec![Block::Text { runs }];
        assert_eq!(from_markdown(&to_markdown(&blocks)).blocks, blocks);
    }

    fn text() -> impl Strategy<Value = String> {
        let sign = prop_oneof![
            6 => prop::sample::select("档案一九五四年水abc019".chars().collect::<Vec<_>>()),
            3 => prop::sample::select(" 　\n。，“”（）—".chars().collect::<Vec<_>>()),
            2 => prop::sample::select("\\`*_{}[]()#+-.!|<>&~:\"'=$%^/@;".chars().collect::<Vec<_>>()),
            1 => any::<char>(),
        ];
        prop::collection::vec(sign, 0..12).prop_map(|signs| signs.into_iter().collect())
    }

    fn run() -> impl Strategy<Value = Run> {
        let note = prop_oneof![
            3 => Just(None),
            1 => text().prop_map(Some),
            1 => "[a-z]{1,4}".prop_map(|page| Some(format!("https://example.org/{page}?a=1&copy;=2"))),
        ];
        (text(), any::<bool>(), note).prop_map(|(text, strong, note)| Run { text, strong, note })
    }

    fn a_picture() -> impl Strategy<Value = Picture> {
        let address = prop_oneof![
            Just("material/0190d6a0-0000-7000-8000-000000000001".to_owned()),
            Just("https://mmbiz.qpic.cn/a_(1)/0?wx_fmt=png&amp;x".to_owned()),
        ];
        (address, text(), text()).prop_map(|(address, alternative, caption)| Picture { address, alternative, caption })
    }

    fn a_block() -> impl Strategy<Value = Block> {
        let runs = || prop::collection::vec(run(), 0..4);
        let cells = || prop::collection::vec(text(), 0..4);
        prop_oneof![
            text().prop_map(|text| Block::Heading { text }),
            runs().prop_map(|runs| Block::Text { runs }),
            a_picture().prop_map(Block::Picture),
            prop::collection::vec(a_picture(), 0..3).prop_map(|pictures| Block::Gallery { pictures }),
            (text(), text()).prop_map(|(text, source)| Block::Quotation { text, source }),
            (any::<bool>(), prop::collection::vec(runs(), 0..4))
                .prop_map(|(ordered, items)| Block::List { ordered, items }),
            (cells(), prop::collection::vec(cells(), 0..3)).prop_map(|(head, rows)| Block::Table { head, rows }),
            Just(Block::Divider),
            (text(), text()).prop_map(|(date, text)| Block::Timeline { entries: vec![Entry { date, text }] }),
            text().prop_map(|title| Block::Record(RecordQuotation { title, ..RecordQuotation::default() })),
            text().prop_map(|name| Block::Visit(Visit { name, ..Visit::default() })),
            a_picture().prop_map(|picture| Block::Code { picture }),
            (text(), prop::option::of(a_picture())).prop_map(|(transcript, picture)| Block::Video(Recording {
                transcript,
                picture,
                seconds: 95,
                ..Recording::default()
            })),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn what_was_written_is_read_back(blocks in prop::collection::vec(a_block(), 0..6)) {
            let normal = normal(blocks.clone());
            let written = to_markdown(&blocks);
            let read = from_markdown(&written);
            prop_assert_eq!(&read.blocks, &normal, "{}", written);
            prop_assert_eq!(to_markdown(&read.blocks), written);
            prop_assert!(read.left_out.told().is_empty());
        }

        #[test]
        fn no_text_makes_it_fall(text: String) {
            let read = from_markdown(&text).blocks;
            prop_assert_eq!(from_markdown(&to_markdown(&read)).blocks, read.clone());
            prop_assert_eq!(normal(read.clone()), read);
        }
    }
}
