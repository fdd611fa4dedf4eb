//! What was copied from a page, from Word or from an editor of articles: its words and their order, none of its looks.

use wechat::article::{Piece, Scanner, decoded, hides_its_text, is_wechats};

use super::{Imported, LeftOut, normal};
use crate::article::{Block, Picture, Run};
use crate::material::{self, Material};

/// How deep elements are followed; what is deeper belongs to the last of them.
const DEEPEST: usize = 256;
/// Where the console shows pictures of the library: what was copied there comes back as the same material.
const OF_LIBRARY: &str = "/api/v1/push/materials/";

/// Blocks of HTML that was pasted. Scripts, styles and what is hidden are gone; pictures of other sites are left out and named.
pub fn pasted(html: &str) -> Imported {
    let mut reader = Reader::default();
    let mut scanner = Scanner::new(html);
    while let Some(piece) = scanner.next() {
        match piece {
            Piece::Text(text) => reader.say(&decoded(text)),
            Piece::Open { name, .. } if hides_its_text(&name) => {
                reader.hidden(&name);
                scanner.skip_to_end_of(&name);
            }
            Piece::Open { name, attributes, closed } => reader.open(name, &Attributes(&attributes), closed),
            Piece::Close(name) => reader.close(&name),
        }
    }
    reader.end();
    Imported { blocks: normal(reader.blocks), left_out: reader.left_out }
}

struct Attributes<'a>(&'a [(String, String)]);

impl Attributes<'_> {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The value of a property of its style, in lower case.
    fn style(&self, property: &str) -> Option<String> {
        let style = self.get("style").to_ascii_lowercase();
        let found = style.split(';').filter_map(|one| one.split_once(':')).find(|(name, _)| name.trim() == property);
        found.map(|(_, value)| value.trim().to_owned())
    }

    fn is_hidden(&self) -> bool {
        let is = |property: &str, value: &str| self.style(property).is_some_and(|known| known.starts_with(value));
        is("display", "none") || is("visibility", "hidden") || is("mso-hide", "all")
    }

    fn is_strong(&self) -> Option<bool> {
        let weight = self.style("font-weight")?;
        Some(weight.starts_with("bold") || weight.parse::<u32>().is_ok_and(|weight| weight >= 600))
    }
}

/// An element that is open.
struct Element {
    name: String,
    strong: bool,
    hidden: bool,
    /// The mark Word draws before an item.
    mark: bool,
    address: Option<String>,
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    left_out: LeftOut,
    elements: Vec<Element>,
    runs: Vec<Run>,
    pictures: Vec<Picture>,
    /// Whether each list that is open is numbered.
    lists: Vec<bool>,
    items: Vec<Vec<Run>>,
    /// The paragraph is an item of Word's, with the mark before it.
    word_item: Option<String>,
    tables: usize,
    rows: Vec<Vec<String>>,
    quotations: usize,
    quotation: Vec<String>,
}

impl Reader {
    fn say(&mut self, text: &str) {
        let last = self.elements.last();
        if last.is_some_and(|element| element.hidden) {
            return;
        }
        if last.is_some_and(|element| element.mark) {
            return self.word_item.iter_mut().for_each(|mark| mark.push_str(text));
        }
        let strong = last.is_some_and(|element| element.strong);
        self.runs.push(Run { text: text.to_owned(), strong, note: None });
    }

    fn hidden(&mut self, name: &str) {
        match name {
            "iframe" | "video" | "audio" => self.left_out.thing("网页里的视频、音频或小程序"),
            "object" | "canvas" | "math" => self.left_out.thing("公式、图形或嵌入的对象"),
            _ => {}
        }
    }

    fn open(&mut self, name: String, attributes: &Attributes<'_>, closed: bool) {
        match name.as_str() {
            "br" => return self.say("\n"),
            "hr" => {
                self.paragraph();
                return self.blocks.push(Block::Divider);
            }
            "img" | "v:imagedata" => return self.picture(attributes),
            "svg" => self.left_out.thing("公式、图形或嵌入的对象"),
            "form" | "input" | "button" => self.left_out.thing("表单"),
            "mp-common-profile" | "mpvoice" | "mpvideo" | "mp-miniprogram" | "mp-weapp" => {
                self.left_out.thing("网页里的视频、音频或小程序");
            }
            "li" => self.item(),
            "ul" | "ol" => {
                self.item();
                if self.lists.is_empty() {
                    self.paragraph();
                }
                self.lists.push(name == "ol");
            }
            "table" => {
                if self.tables == 0 {
                    self.paragraph();
                }
                self.tables += 1;
            }
            "tr" if self.tables == 1 => self.rows.push(Vec::new()),
            "td" | "th" if self.tables == 1 => self.runs.clear(),
            "blockquote" => {
                self.paragraph();
                self.quotations += 1;
            }
            name if is_block(name) => {
                self.paragraph();
                if attributes.style("mso-list").is_some_and(|list| list.starts_with('l')) {
                    self.word_item = Some(String::new());
                }
            }
            _ => {}
        }
        if !closed && !is_void(&name) && self.elements.len() < DEEPEST {
            self.push(name, attributes);
        }
    }

    fn push(&mut self, name: String, attributes: &Attributes<'_>) {
        let inherited = self.elements.last();
        let strong = match name.as_str() {
            "b" | "strong" | "th" => true,
            _ => attributes.is_strong().unwrap_or_else(|| inherited.is_some_and(|one| one.strong)),
        };
        let is_svg = matches!(name.as_str(), "svg" | "head");
        let hidden = inherited.is_some_and(|one| one.hidden) || attributes.is_hidden() || is_svg;
        let ignored = attributes.style("mso-list").is_some_and(|list| list.starts_with("ignore"));
        let mark = ignored || inherited.is_some_and(|one| one.mark);
        let href = attributes.get("href").trim();
        let is_web = href.starts_with("https://") || href.starts_with("http://");
        let address = (name == "a" && is_web).then(|| href.to_owned());
        self.elements.push(Element { name, strong, hidden, mark, address });
    }

    fn close(&mut self, name: &str) {
        let Some(at) = self.elements.iter().rposition(|element| element.name == name) else { return };
        let address = self.elements.get(at).and_then(|element| element.address.clone());
        self.elements.truncate(at);
        match name {
            "a" => {
                if let Some(address) = address
                    && let Some(run) =
                        self.runs.last_mut().filter(|run| run.note.is_none() && !run.text.trim().is_empty())
                    && run.text.trim() != address
                {
                    run.note = Some(address);
                }
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(),
            "li" => self.item(),
            "ul" | "ol" => self.end_list(),
            "td" | "th" => self.cell(),
            "table" => self.end_table(),
            "blockquote" => self.end_quotation(),
            name if is_block(name) => self.paragraph(),
            _ => {}
        }
    }

    fn picture(&mut self, attributes: &Attributes<'_>) {
        if self.elements.last().is_some_and(|element| element.hidden) {
            return;
        }
        // Editors of articles load pictures late.
        let written =
            [attributes.get("data-src"), attributes.get("src")].into_iter().find(|address| !address.is_empty());
        let address = written.unwrap_or_default();
        let own = address.split_once(OF_LIBRARY).and_then(|(_, rest)| rest.split(['/', '?']).next());
        let own = own.and_then(kernel::Id::<Material>::parse).or_else(|| material::of_address(address));
        let is_dot = |side: &str| matches!(attributes.get(side), "0" | "1");
        let address = match own {
            Some(id) => material::address(id),
            None if is_wechats(address) => address.replacen("http://", "https://", 1),
            None if is_dot("width") && is_dot("height") => return,
            None if address.is_empty() => return,
            None => return self.left_out.picture(address),
        };
        let alternative = attributes.get("alt").to_owned();
        self.pictures.push(Picture { address, alternative, caption: String::new() });
    }

    fn text(&mut self) -> String {
        self.runs.drain(..).map(|run| run.text).collect()
    }

    /// Ends a paragraph: its words, and its pictures after them.
    fn paragraph(&mut self) {
        if self.tables > 0 || !self.lists.is_empty() {
            return self.runs.push(Run { text: " ".to_owned(), ..Run::default() });
        }
        let mark = self.word_item.take();
        let runs = std::mem::take(&mut self.runs);
        let is_empty = runs.iter().all(|run| run.text.trim().is_empty());
        match mark {
            _ if is_empty => {}
            Some(mark) => {
                let ordered = mark.trim_start().starts_with(|sign: char| sign.is_alphanumeric());
                match self.blocks.last_mut() {
                    Some(Block::List { ordered: known, items }) if *known == ordered => items.push(runs),
                    _ => self.blocks.push(Block::List { ordered, items: vec![runs] }),
                }
            }
            None if self.quotations > 0 => self.quotation.push(runs.into_iter().map(|run| run.text).collect()),
            None => self.blocks.push(Block::Text { runs }),
        }
        self.show_pictures();
    }

    fn show_pictures(&mut self) {
        let pictures = std::mem::take(&mut self.pictures);
        self.blocks.extend(pictures.into_iter().map(Block::Picture));
    }

    fn heading(&mut self) {
        if self.tables > 0 || !self.lists.is_empty() || self.quotations > 0 {
            return self.paragraph();
        }
        let text = self.text();
        self.blocks.push(Block::Heading { text });
        self.show_pictures();
    }

    fn item(&mut self) {
        if self.lists.is_empty() || self.tables > 0 {
            return self.paragraph();
        }
        self.items.push(std::mem::take(&mut self.runs));
    }

    fn end_list(&mut self) {
        self.item();
        let ordered = self.lists.pop().unwrap_or(false);
        if self.lists.is_empty() && self.tables == 0 {
            let items = std::mem::take(&mut self.items);
            self.blocks.push(Block::List { ordered, items });
            self.show_pictures();
        }
    }

    fn cell(&mut self) {
        if self.tables == 1 {
            let text = self.text();
            self.rows.iter_mut().last().into_iter().for_each(|row| row.push(text.clone()));
        } else {
            self.paragraph();
        }
    }

    /// A table of one column only places things: its cells are paragraphs.
    fn end_table(&mut self) {
        self.tables = self.tables.saturating_sub(1);
        if self.tables > 0 {
            return;
        }
        let rows = std::mem::take(&mut self.rows);
        if rows.iter().all(|row| row.len() < 2) {
            let texts = rows.into_iter().flatten().map(|text| Run { text, ..Run::default() });
            self.blocks.extend(texts.map(|run| Block::Text { runs: vec![run] }));
        } else {
            let mut rows = rows.into_iter();
            let head = rows.next().unwrap_or_default();
            self.blocks.push(Block::Table { head, rows: rows.collect() });
        }
        self.runs.clear();
        self.show_pictures();
    }

    fn end_quotation(&mut self) {
        self.paragraph();
        self.quotations = self.quotations.saturating_sub(1);
        if self.quotations == 0 {
            let text = std::mem::take(&mut self.quotation).join(" ");
            self.blocks.push(Block::Quotation { text, source: String::new() });
        }
    }

    fn end(&mut self) {
        while self.tables > 0 {
            self.end_table();
        }
        while !self.lists.is_empty() {
            self.end_list();
        }
        self.end_quotation();
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "main"
            | "header"
            | "footer"
            | "aside"
            | "nav"
            | "figure"
            | "figcaption"
            | "pre"
            | "center"
            | "address"
            | "dl"
            | "dt"
            | "dd"
            | "body"
            | "html"
            | "tr"
            | "caption"
            | "details"
            | "summary"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
    )
}

fn is_void(name: &str) -> bool {
    matches!(name, "area" | "base" | "col" | "embed" | "input" | "link" | "meta" | "param" | "source" | "track" | "wbr")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::import::{from_markdown, to_markdown};

    fn plain(text: &str) -> Run {
        Run { text: text.to_owned(), ..Run::default() }
    }

    fn text(text: &str) -> Block {
        Block::Text { runs: vec![plain(text)] }
    }

    #[test]
    fn what_word_pastes_is_cleaned() {
        let word = "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><title>x</title><style>p{color:red}</style>\
            </head><body lang=ZH-CN><!--[if gte mso 9]><xml>junk</xml><![endif]--><!--StartFragment-->\
            <h1>洪水</h1><p class=MsoNormal style='text-indent:21pt'><span lang=EN-US>1954</span>年<b><span>七月</span></b>\
            <o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>\
            <p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span \
            style='mso-list:Ignore'>1.<span>&nbsp; </span></span><![endif]>甲</p>\
            <p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>2.</span>乙</p>\
            <p><span style='display:none'>看不见</span><img width=1 height=1 src=\"http://t.example/x.gif\">\
            <img src=\"file:///C:/a.png\"></p><!--EndFragment--></body></html>";
        let Imported { blocks, left_out } = pasted(word);
        let strong = Run { text: "七月".to_owned(), strong: true, note: None };
        let expected = [
            Block::Heading { text: "洪水".to_owned() },
            Block::Text { runs: vec![plain("1954年"), strong] },
            Block::List { ordered: true, items: vec![vec![plain("甲")], vec![plain("乙")]] },
        ];
        assert_eq!(blocks, expected);
        assert_eq!(left_out.told().len(), 1, "{left_out:?}");
    }

    #[test]
    fn h05_h06_what_an_editor_of_articles_pastes_keeps_words_and_wechats_pictures() {
        let id = "0190d6a0-0000-7000-8000-000000000001";
        let page = format!(
            "<section style=\"transform:rotate(1deg)\"><section><p>甲<span style=\"font-weight:700\">乙</span></p>\
             <img data-src=\"http://mmbiz.qpic.cn/a/640?wx_fmt=png\" src=\"data:image/gif;base64,R0\" alt=\"堤\">\
             <img src=\"/api/v1/push/materials/{id}/file\"><img src=\"https://example.org/b.jpg\"></section></section>\
             <table><tr><td><p>只有一列</p></td></tr></table>\
             <table><tr><th>日</th><th>水位</th></tr><tr><td>1</td><td>2</td></tr></table>\
             <ul><li>丙<ul><li>丁</li></ul></li></ul><blockquote><p>戊</p></blockquote><hr>\
             <p>见<a href=\"https://example.org/c\">这里</a></p>"
        );
        let Imported { blocks, left_out } = pasted(&page);
        let strong = Run { text: "乙".to_owned(), strong: true, note: None };
        let picture = |address: &str, alternative: &str| {
            let (address, alternative) = (address.to_owned(), alternative.to_owned());
            Block::Picture(Picture { address, alternative, caption: String::new() })
        };
        let expected = [
            Block::Text { runs: vec![plain("甲"), strong] },
            picture("https://mmbiz.qpic.cn/a/640?wx_fmt=png", "堤"),
            picture(&format!("material/{id}"), ""),
            text("只有一列"),
            Block::Table { head: vec!["日".into(), "水位".into()], rows: vec![vec!["1".into(), "2".into()]] },
            Block::List { ordered: false, items: vec![vec![plain("丙")], vec![plain("丁")]] },
            Block::Quotation { text: "戊".to_owned(), source: String::new() },
            Block::Divider,
            Block::Text { runs: vec![Run { note: Some("https://example.org/c".to_owned()), ..plain("见这里") }] },
        ];
        assert_eq!(blocks, expected);
        assert_eq!(left_out.told().len(), 1);
    }

    #[test]
    fn h01_h02_h03_nothing_that_acts_comes_in() {
        let page = "<p>甲</p><script>alert(1)</script><svg onload=alert(1)><text>x</text></svg>\
            <img src=x onerror=alert(1)><iframe srcdoc=\"<script>\"></iframe>\
            <a href=\"javascript:alert(1)\">乙</a><math><mtext><style><img src=y></style></mtext></math>\
            <a href=\"&#106;avascript:alert(1)\">丙</a><noscript><p title=\"</noscript><img src=z>\">";
        let shown = format!("{:?}", pasted(page).blocks);
        assert!(shown.contains('甲') && shown.contains('乙') && shown.contains('丙'));
        assert!(!shown.contains("alert") && !shown.contains("script") && !shown.contains("Picture"), "{shown}");
    }

    #[test]
    fn h07_depth_costs_no_more_than_length() {
        let deep = "<b>".repeat(330_000) + "甲";
        assert_eq!(pasted(&deep).blocks.len(), 1);
        let lists = "<ul><li>".repeat(100_000) + "甲";
        assert_eq!(pasted(&lists).blocks.len(), 1);
        let tables = "<table><tr><td>".repeat(50_000) + "甲";
        assert!(pasted(&tables).blocks.len() <= 1);
    }

    proptest! {
        #[test]
        fn no_page_makes_it_fall(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..40)) {
            let read = pasted(&pieces.concat()).blocks;
            prop_assert_eq!(from_markdown(&to_markdown(&read)).blocks, read.clone());
            prop_assert_eq!(normal(read.clone()), read);
        }
    }

    const PIECES: [&str; 28] = [
        "<p>",
        "</p>",
        "<ul>",
        "</ul>",
        "<ol>",
        "<li>",
        "</li>",
        "<table>",
        "</table>",
        "<tr>",
        "<td>",
        "</td>",
        "<h2>",
        "</h2>",
        "<blockquote>",
        "</blockquote>",
        "<b>",
        "</b>",
        "<a href=https://e.org>",
        "</a>",
        "<hr>",
        "<br>",
        "<img src=https://mmbiz.qpic.cn/1>",
        "甲",
        " ",
        "乙丙",
        "<span style='mso-list:Ignore'>1.",
        "<p style='mso-list:l0 level1'>",
    ];
}
