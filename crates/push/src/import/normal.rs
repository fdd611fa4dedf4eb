//! The form in which texts from outside are kept: no stray blanks, nothing empty, nothing told in two ways.

use crate::article::{Block, Picture, Run};

/// Blocks with the same words, in the form that can be written as Markdown and read back without a change: blanks are single,
/// none stand at an edge, nothing is empty, neighbouring words of one look are one run, and a note stands with the words
/// before it.
pub fn normal(blocks: Vec<Block>) -> Vec<Block> {
    blocks.into_iter().filter_map(block).collect()
}

fn block(block: Block) -> Option<Block> {
    Some(match block {
        Block::Heading { text } => Block::Heading { text: filled(&text)? },
        Block::Text { runs } => Block::Text { runs: Some(words(runs)).filter(|runs| !runs.is_empty())? },
        Block::Picture(one) => Block::Picture(picture(&one)),
        Block::Gallery { pictures } => {
            let mut pictures: Vec<Picture> = pictures.iter().map(picture).collect();
            if pictures.len() < 2 { Block::Picture(pictures.pop()?) } else { Block::Gallery { pictures } }
        }
        Block::Quotation { text, source } => {
            let source = line(&source);
            let source = source.trim_start_matches(['—', '-', '–', ' ']).to_owned();
            Block::Quotation { text: filled(&text)?, source }
        }
        Block::List { ordered, items } => {
            let items: Vec<Vec<Run>> = items.into_iter().map(words).filter(|item| !item.is_empty()).collect();
            if items.is_empty() {
                return None;
            }
            Block::List { ordered, items }
        }
        Block::Table { head, rows } => table(&head, &rows)?,
        same @ (Block::Record(_)
        | Block::Audio(_)
        | Block::Video(_)
        | Block::Timeline { .. }
        | Block::Visit(_)
        | Block::Code { .. }
        | Block::Divider) => same,
    })
}

/// Every row as wide as the widest; rows and columns without a word are none.
fn table(head: &[String], rows: &[Vec<String>]) -> Option<Block> {
    let width = rows.iter().map(Vec::len).chain([head.len()]).max().filter(|width| *width > 0)?;
    let row = |cells: &[String]| -> Vec<String> {
        let mut cells: Vec<String> = cells.iter().map(|cell| line(cell)).collect();
        cells.resize(width, String::new());
        cells
    };
    let head = row(head);
    let rows: Vec<Vec<String>> = rows.iter().map(|cells| row(cells)).collect();
    let rows: Vec<Vec<String>> = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
    let has_words = !rows.is_empty() || head.iter().any(|cell| !cell.is_empty());
    has_words.then_some(Block::Table { head, rows })
}

fn picture(one: &Picture) -> Picture {
    Picture { address: address(&one.address), alternative: line(&one.alternative), caption: line(&one.caption) }
}

/// An address without what no address has.
fn address(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.trim().chars().filter(|sign| !sign.is_control()) {
        match sign {
            ' ' => out.push_str("%20"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            '`' => out.push_str("%60"),
            other => out.push(other),
        }
    }
    out
}

/// A text as one line: blanks single and none at an edge, no signs that are not seen.
pub(crate) fn line(text: &str) -> String {
    let visible: String = text.chars().filter(|sign| sign.is_whitespace() || !is_unseen(*sign)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn filled(text: &str) -> Option<String> {
    Some(line(text)).filter(|text| !text.is_empty())
}

/// Signs that take no room, turn the direction of writing, or are none.
fn is_unseen(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The runs of one paragraph. A blank stands out only between two signs that do, and never stands before a note.
pub(super) fn words(runs: Vec<Run>) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::new();
    let mut has_blank = false;
    let mut was_strong = false;
    for run in runs {
        for sign in run.text.chars().filter(|sign| sign.is_whitespace() || !is_unseen(*sign)) {
            if sign.is_whitespace() {
                has_blank = !out.is_empty();
                continue;
            }
            if std::mem::take(&mut has_blank) {
                say(&mut out, ' ', was_strong && run.strong);
            }
            say(&mut out, sign, run.strong);
            was_strong = run.strong;
        }
        if let Some(note) = run.note.as_deref().and_then(filled) {
            was_strong = false;
            match out.last_mut().filter(|last| last.note.is_none()) {
                Some(last) => last.note = Some(note),
                None => out.push(Run { note: Some(note), ..Run::default() }),
            }
        }
    }
    out
}

fn say(out: &mut Vec<Run>, sign: char, strong: bool) {
    match out.last_mut().filter(|last| last.note.is_none() && last.strong == strong) {
        Some(last) => last.text.push(sign),
        None => out.push(Run { text: sign.to_string(), strong, note: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, strong: bool, note: Option<&str>) -> Run {
        Run { text: text.to_owned(), strong, note: note.map(str::to_owned) }
    }

    #[test]
    fn words_of_one_look_are_one_run_and_blanks_are_single() {
        let given = vec![
            run("　　一九\u{200b}五四", false, None),
            run("年 ", false, None),
            run("  七月", true, None),
            run("", false, Some(" 见 卷三 ")),
            run("\n", false, None),
            run(" ", true, None),
        ];
        assert_eq!(words(given), [run("一九五四年 ", false, None), run("七月", true, Some("见 卷三"))]);
        let given = vec![run("甲 ", true, None), run("乙", true, None), run(" 丙", false, None)];
        assert_eq!(words(given), [run("甲 乙", true, None), run(" 丙", false, None)]);
    }

    #[test]
    fn whose_words_they_are_is_told_without_dashes() {
        let quoted = |source: &str| Block::Quotation { text: "水势甚急".to_owned(), source: source.to_owned() };
        assert_eq!(normal(vec![quoted("—— - 县志 — 卷三")]), [quoted("县志 — 卷三")]);
    }

    #[test]
    fn what_is_empty_is_none() {
        let blocks = vec![
            Block::Heading { text: " ".to_owned() },
            Block::Text { runs: vec![run(" \u{feff}", true, None)] },
            Block::List { ordered: true, items: vec![vec![], vec![run(" ", false, None)]] },
            Block::Table { head: vec![" ".to_owned()], rows: vec![vec![]] },
            Block::Quotation { text: String::new(), source: "某".to_owned() },
            Block::Gallery { pictures: vec![] },
        ];
        assert_eq!(normal(blocks), []);
    }
}
