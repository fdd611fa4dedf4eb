//! The HTML of an article: inline styles alone, and of elements and properties those that WeChat keeps.

use askama::Template;

use super::{Article, Block, Entry, Picture, RecordQuotation, Recording, Run, Theme, Visit};

/// The size of the text in large type, in pixels.
const LARGE_TYPE: u8 = 20;

/// Words with the number of their note.
struct Words<'a> {
    text: &'a str,
    strong: bool,
    number: Option<usize>,
}

/// A block made ready.
enum Part<'a> {
    Heading(&'a str),
    Text(Vec<Words<'a>>),
    Pictures(Vec<&'a Picture>),
    Quotation(&'a str, &'a str),
    Record(&'a RecordQuotation),
    Recording(&'static str, &'static str, &'a Recording),
    Timeline(&'a [Entry]),
    List(bool, Vec<Vec<Words<'a>>>),
    Table(&'a [String], &'a [Vec<String>]),
    Visit(&'a Visit),
    Divider,
}

#[derive(Template)]
#[template(path = "article.html")]
struct Page<'a> {
    style: Theme<String>,
    size: u8,
    small: u8,
    large: u8,
    line: String,
    parts: Vec<Part<'a>>,
    notes: Vec<&'a str>,
}

/// The HTML of an article's content, as it goes into a draft and stands in the preview.
///
/// Every text is escaped. A note stands at the end under its number; the same note is told once.
pub fn render(article: &Article) -> String {
    let theme = article.theme.theme();
    // Colours that could not be read are none, so nothing else gets into a style either.
    let style = match article.colours.as_ref().filter(|colours| colours.problem().is_none()) {
        Some(colours) => colours.over(&theme),
        None => theme.map(str::to_owned),
    };
    let size = if article.large_type { style.size.max(LARGE_TYPE) } else { style.size };
    let mut notes = Notes::default();
    let parts = article.blocks.iter().map(|block| part(block, &mut notes)).collect();
    let page = Page {
        size,
        small: size - 2,
        large: size + 2,
        line: format!("{}.{:02}", style.line / 100, style.line % 100),
        style,
        parts,
        notes: notes.0,
    };
    // A template that writes into a text fails in no way.
    page.render().unwrap_or_default()
}

#[derive(Default)]
struct Notes<'a>(Vec<&'a str>);

impl<'a> Notes<'a> {
    fn number(&mut self, note: &'a str) -> usize {
        if let Some(at) = self.0.iter().position(|known| *known == note) {
            return at + 1;
        }
        self.0.push(note);
        self.0.len()
    }

    fn words(&mut self, runs: &'a [Run]) -> Vec<Words<'a>> {
        runs.iter()
            .map(|run| Words {
                text: &run.text,
                strong: run.strong,
                number: run
                    .note
                    .as_deref()
                    .map(str::trim)
                    .filter(|note| !note.is_empty())
                    .map(|note| self.number(note)),
            })
            .collect()
    }
}

fn part<'a>(block: &'a Block, notes: &mut Notes<'a>) -> Part<'a> {
    match block {
        Block::Heading { text } => Part::Heading(text),
        Block::Text { runs } => Part::Text(notes.words(runs)),
        Block::Picture(picture) | Block::Code { picture } => Part::Pictures(vec![picture]),
        Block::Gallery { pictures } => Part::Pictures(pictures.iter().collect()),
        Block::Quotation { text, source } => Part::Quotation(text, source),
        Block::Record(record) => Part::Record(record),
        Block::Audio(recording) => Part::Recording("音频", "听", recording),
        Block::Video(recording) => Part::Recording("视频", "看", recording),
        Block::Timeline { entries } => Part::Timeline(entries),
        Block::List { ordered, items } => Part::List(*ordered, items.iter().map(|item| notes.words(item)).collect()),
        Block::Table { head, rows } => Part::Table(head, rows),
        Block::Visit(visit) => Part::Visit(visit),
        Block::Divider => Part::Divider,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use wechat::article::is_wechats;

    use super::*;
    use crate::article::{Colours, ThemeName};

    fn run(text: &str, note: Option<&str>) -> Run {
        Run { text: text.to_owned(), strong: false, note: note.map(str::to_owned) }
    }

    fn article(blocks: Vec<Block>) -> Article {
        Article { title: "题".to_owned(), blocks, ..Article::default() }
    }

    /// One of every kind of block, each text of it this one.
    fn everything(text: &str) -> Vec<Block> {
        let text = || text.to_owned();
        let picture =
            || Picture { address: "https://mmbiz.qpic.cn/1.jpg".to_owned(), alternative: text(), caption: text() };
        let runs = || vec![Run { text: text(), strong: true, note: Some(text()) }];
        let record = RecordQuotation {
            id: "r".to_owned(),
            reference_code: text(),
            title: text(),
            fonds: text(),
            date: text(),
            text: text(),
            picture: Some(picture()),
        };
        let recording = || Recording {
            address: "material/1".to_owned(),
            title: text(),
            seconds: 95,
            transcript: text(),
            page: text(),
            picture: Some(picture()),
        };
        vec![
            Block::Audio(recording()),
            Block::Video(recording()),
            Block::Heading { text: text() },
            Block::Text { runs: runs() },
            Block::Picture(picture()),
            Block::Gallery { pictures: vec![picture(), picture()] },
            Block::Quotation { text: text(), source: text() },
            Block::Record(record),
            Block::Timeline { entries: vec![Entry { date: text(), text: text() }] },
            Block::List { ordered: true, items: vec![runs()] },
            Block::Table { head: vec![text()], rows: vec![vec![text()]] },
            Block::Visit(Visit { name: text(), address: text(), hours: text(), telephone: text() }),
            Block::Code { picture: picture() },
            Block::Divider,
        ]
    }

    #[test]
    fn notes_are_numbered_in_order_and_the_same_one_once() {
        let runs = vec![run("甲", Some("一")), run("乙", Some("二")), run("丙", Some("一")), run("丁", Some(" "))];
        let html = render(&article(vec![Block::Text { runs }]));
        let words: String = html.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text).collect();
        assert_eq!(words, "甲[1]乙[2]丙[1]丁[1] 一[2] 二");
    }

    #[test]
    fn large_type_is_larger_in_every_theme() {
        for theme in ThemeName::ALL {
            let plain = Article { theme, ..article(everything("字")) };
            let large = Article { large_type: true, ..plain.clone() };
            let size = |article: &Article| {
                let html = render(article);
                let size = html.split_once("font-size:").and_then(|(_, rest)| rest.split_once("px"));
                size.and_then(|(size, _)| size.parse::<u8>().ok()).unwrap()
            };
            assert!(size(&large) >= 18 && size(&large) > size(&plain), "{}", theme.label());
        }
    }

    #[test]
    fn h01_h09_what_is_typed_stays_text() {
        let html = render(&article(everything("<script>alert(1)</script>{{7*7}}\" onload=\"x")));
        assert!(!html.contains("<script") && !html.contains("\" onload") && html.contains("{{7*7}}"));
    }

    #[test]
    fn wechat_keeps_all_that_is_written_in_the_colours_of_the_house_too() {
        let own = Colours { dark: "#1d4f91".to_owned(), light: "#eaf2fb".to_owned() };
        for theme in ThemeName::ALL {
            for colours in [None, Some(own.clone())] {
                let html = render(&Article { theme, colours: colours.clone(), ..article(everything("字")) });
                assert_eq!(wechat::article::kept(&html, &is_wechats).lost, [], "{}", theme.label());
                assert_eq!(html.contains("#1d4f91"), colours.is_some(), "{}", theme.label());
            }
        }
    }

    #[test]
    fn h04_a_colour_is_a_colour_and_nothing_else_gets_into_a_style() {
        for evil in ["red;background:url(//x)", "#12345g", "#1d4f91;position:fixed", "url(//x)"] {
            let colours = Some(Colours { dark: evil.to_owned(), light: "#eaf2fb".to_owned() });
            let plain = render(&article(everything("字")));
            assert_eq!(render(&Article { colours, ..article(everything("字")) }), plain, "{evil}");
        }
    }

    #[test]
    fn a_recording_is_a_card_with_its_words_and_where_it_is_played() {
        let recording = Recording {
            title: "老渡口的号子".to_owned(),
            seconds: 95,
            transcript: "嗨哟".to_owned(),
            page: "https://a.example/articles".to_owned(),
            ..Recording::default()
        };
        let html = render(&article(vec![Block::Audio(recording)]));
        for expected in ["音频 · 1 分 35 秒", "老渡口的号子", "嗨哟", "https://a.example/articles"] {
            assert!(html.contains(expected), "{html}");
        }
        assert!(!html.contains("<audio") && !html.contains("href"), "{html}");
    }

    proptest! {
        #[test]
        fn every_element_that_is_opened_is_closed(text in "[<>&\"'字a{}%/=\\- ]{0,20}") {
            let html = render(&article(everything(&text)));
            let mut open = Vec::new();
            for piece in html.split('<').skip(1) {
                let name: String = piece.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                if piece.starts_with('/') {
                    prop_assert_eq!(open.pop(), Some(name));
                } else if name != "img" {
                    open.push(name);
                }
            }
            prop_assert!(open.is_empty());
        }
    }
}
