//! What one version of a draft says and another does not: block by block, and within a block character by character.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{Body, Medium, Part};
use crate::article::{Block, Picture, Recording, Run};

/// Characters of a text up to which it is compared within; a longer one is shown as removed and added whole.
const WITHIN: usize = 4_000;

/// Words of a version with what they are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Piece {
    /// The place of its article, from 0; none for a push without articles.
    pub article: Option<usize>,
    /// What it is, such as 标题 or 正文.
    pub label: &'static str,
    /// Its words.
    pub text: String,
}

/// What became of words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Both say it.
    Kept(Piece),
    /// Only the earlier one.
    Removed(Piece),
    /// Only the later one.
    Added(Piece),
    /// Both, in other words: those that both have, and those of either.
    Rewritten(Piece, Vec<Compared>),
}

/// Part of words that were rewritten.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Compared {
    /// Both say it.
    Kept(String),
    /// Only the earlier one.
    Removed(String),
    /// Only the later one.
    Added(String),
}

impl Body {
    /// What a later version says, told against this one, in the order of both.
    pub fn compared(&self, later: &Self) -> Vec<Change> {
        let (old, new) = (pieces(self), pieces(later));
        let mut changes = Vec::new();
        for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
            let (before, after) = (old.get(op.old_range()), new.get(op.new_range()));
            let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
            if matches!(op, DiffOp::Equal { .. }) {
                changes.extend(after.iter().cloned().map(Change::Kept));
            } else {
                replaced(before, after, &mut changes);
            }
        }
        changes
    }
}

/// Pieces that stand in the place of others: those of one kind, in their order, are one rewritten.
fn replaced(before: &[Piece], after: &[Piece], changes: &mut Vec<Change>) {
    let mut left = before.iter().peekable();
    for piece in after {
        let meets = left.clone().position(|one| one.label == piece.label && one.article == piece.article);
        let Some(at) = meets else {
            changes.push(Change::Added(piece.clone()));
            continue;
        };
        changes.extend(left.by_ref().take(at).cloned().map(Change::Removed));
        if let Some(one) = left.next() {
            changes.push(Change::Rewritten(piece.clone(), within(&one.text, &piece.text)));
        }
    }
    changes.extend(left.cloned().map(Change::Removed));
}

fn within(before: &str, after: &str) -> Vec<Compared> {
    let (old, new): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    if old.len().max(new.len()) > WITHIN {
        return vec![Compared::Removed(before.to_owned()), Compared::Added(after.to_owned())];
    }
    let mut parts = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let removed: String = old.get(op.old_range()).unwrap_or_default().iter().collect();
        let added: String = new.get(op.new_range()).unwrap_or_default().iter().collect();
        if matches!(op, DiffOp::Equal { .. }) {
            parts.push(Compared::Kept(added));
            continue;
        }
        let both = [Compared::Removed(removed), Compared::Added(added)];
        parts.extend(both.into_iter().filter(|part| !part.text().is_empty()));
    }
    parts
}

impl Compared {
    /// Its words.
    pub fn text(&self) -> &str {
        let (Self::Kept(text) | Self::Removed(text) | Self::Added(text)) = self;
        text
    }
}

fn pieces(body: &Body) -> Vec<Piece> {
    let plain = |label, text: &str| Piece { article: None, label, text: text.to_owned() };
    match body {
        Body::Articles { articles } => {
            articles.iter().enumerate().flat_map(|(place, part)| of_article(place, part)).collect()
        }
        Body::Text { text } => text.lines().map(|line| plain("文字", line)).collect(),
        Body::Image(medium) | Body::Voice(medium) | Body::Video(medium) => {
            let Medium { address, title, description } = medium;
            vec![plain("名称", title), plain("素材", address), plain("说明", description)]
        }
    }
}

fn of_article(place: usize, part: &Part) -> Vec<Piece> {
    let article = &part.article;
    let size = if article.large_type { "，大字" } else { "" };
    let own =
        article.colours.as_ref().map(|own| format!("，本馆的配色 {} {}", own.dark, own.light)).unwrap_or_default();
    let look = format!("{}{size}{own}", article.theme.label());
    let around = [
        ("标题", article.title.clone()),
        ("作者", article.author.clone()),
        ("摘要", article.digest.clone()),
        ("版式", look),
        ("封面", part.cover.clone()),
        ("阅读原文", part.original.clone()),
    ];
    let blocks = article.blocks.iter().map(|block| (block.label(), block.words()));
    let said = around.into_iter().chain(blocks);
    said.map(|(label, text)| Piece { article: Some(place), label, text }).collect()
}

impl Block {
    /// What editors call it.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Heading { .. } => "小标题",
            Self::Text { .. } => "正文",
            Self::Picture(_) => "图片",
            Self::Gallery { .. } => "图集",
            Self::Quotation { .. } => "引文",
            Self::Record(_) => "引用档案",
            Self::Audio(_) => "音频",
            Self::Video(_) => "视频",
            Self::Timeline { .. } => "时间线",
            Self::List { .. } => "列表",
            Self::Table { .. } => "表格",
            Self::Visit(_) => "到馆查阅",
            Self::Code { .. } => "二维码",
            Self::Divider => "分隔线",
        }
    }

    /// All its words in one text: what is strong between `**`, a note in `〔注：〕` behind what it is about, as editors type them.
    pub fn words(&self) -> String {
        let lines = |lines: Vec<String>| lines.join("\n");
        match self {
            Self::Heading { text } => text.clone(),
            Self::Text { runs } => of_runs(runs),
            Self::Picture(picture) | Self::Code { picture } => of_picture(picture),
            Self::Gallery { pictures } => lines(pictures.iter().map(of_picture).collect()),
            Self::Quotation { text, source } => format!("{text}\n—— {source}"),
            Self::Record(record) => {
                let picture = record.picture.as_ref().map(of_picture).unwrap_or_default();
                lines(vec![record.title.clone(), record.reference_code.clone(), record.text.clone(), picture])
            }
            Self::Audio(recording) | Self::Video(recording) => {
                let picture = recording.picture.as_ref().map(of_picture).unwrap_or_default();
                let Recording { title, transcript, address, .. } = recording;
                lines(vec![title.clone(), transcript.clone(), address.clone(), picture])
            }
            Self::Timeline { entries } => {
                lines(entries.iter().map(|entry| format!("{}　{}", entry.date, entry.text)).collect())
            }
            Self::List { ordered, items } => {
                let sign = |place: usize| if *ordered { format!("{place}. ") } else { "· ".to_owned() };
                lines((1..).zip(items).map(|(place, item)| sign(place) + &of_runs(item)).collect())
            }
            Self::Table { head, rows } => {
                lines(std::iter::once(head).chain(rows).map(|row| row.join("　|　")).collect())
            }
            Self::Visit(visit) => {
                lines([&visit.name, &visit.address, &visit.hours, &visit.telephone].map(Clone::clone).to_vec())
            }
            Self::Divider => String::new(),
        }
    }
}

fn of_picture(picture: &Picture) -> String {
    let Picture { address, alternative, caption } = picture;
    [alternative, caption, address].into_iter().filter(|one| !one.is_empty()).cloned().collect::<Vec<_>>().join("　")
}

fn of_runs(runs: &[Run]) -> String {
    let mut words = String::new();
    for Run { text, strong, note } in runs {
        let mark = if *strong { "**" } else { "" };
        words.extend([mark, text, mark]);
        if let Some(note) = note {
            words.extend(["〔注：", note, "〕"]);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::article::Article;

    fn text(words: &str) -> Block {
        Block::Text { runs: vec![Run { text: words.to_owned(), ..Run::default() }] }
    }

    fn body(title: &str, blocks: Vec<Block>) -> Body {
        let article = Article { title: title.to_owned(), blocks, ..Article::default() };
        Body::Articles { articles: vec![Part { article, ..Part::default() }] }
    }

    /// What changed, short: the sign, and the words.
    fn told(changes: &[Change]) -> Vec<String> {
        let told = |change: &Change| match change {
            Change::Kept(_) => None,
            Change::Removed(piece) => Some(format!("-{}", piece.text)),
            Change::Added(piece) => Some(format!("+{}", piece.text)),
            Change::Rewritten(_, parts) => {
                let part = |part: &Compared| match part {
                    Compared::Kept(text) => text.clone(),
                    Compared::Removed(text) => format!("[-{text}]"),
                    Compared::Added(text) => format!("[+{text}]"),
                };
                Some(parts.iter().map(part).collect())
            }
        };
        changes.iter().filter_map(told).collect()
    }

    #[test]
    fn what_was_rewritten_is_told_within_and_what_came_or_went_whole() {
        let one = body("开馆通知", vec![text("五月一日起开放。"), Block::Divider, text("欢迎。")]);
        let other = body("开馆通告", vec![text("六月一日起开放。"), text("欢迎。"), text("凭证件入馆。")]);
        let changes = one.compared(&other);
        assert_eq!(told(&changes), ["开馆通[-知][+告]", "[-五][+六]月一日起开放。", "-", "+凭证件入馆。"]);
        assert!(told(&one.compared(&one)).is_empty());
    }

    #[test]
    fn a_block_of_another_kind_is_no_rewriting() {
        let heading = Block::Heading { text: "开放时间".to_owned() };
        let changes = body("题", vec![text("开放时间")]).compared(&body("题", vec![heading]));
        assert_eq!(told(&changes), ["+开放时间", "-开放时间"]);
    }

    #[test]
    fn strong_words_and_notes_are_seen() {
        let run = Run { text: "布告".to_owned(), strong: true, note: Some("X001-1".to_owned()) };
        assert_eq!(Block::Text { runs: vec![run] }.words(), "**布告**〔注：X001-1〕");
    }

    proptest! {
        /// Nothing is lost: what was kept and removed is the earlier one, what was kept and added the later.
        #[test]
        fn both_versions_can_be_read_back(old in "[ab\n]{0,30}", new in "[ab\n]{0,30}") {
            let (one, other) = (Body::Text { text: old }, Body::Text { text: new });
            let (mut before, mut after) = (Vec::new(), Vec::new());
            for change in one.compared(&other) {
                match change {
                    Change::Kept(piece) => { before.push(piece.text.clone()); after.push(piece.text); }
                    Change::Removed(piece) => before.push(piece.text),
                    Change::Added(piece) => after.push(piece.text),
                    Change::Rewritten(piece, parts) => {
                        let of = |wanted: fn(&Compared) -> bool| -> String {
                            parts.iter().filter(|part| wanted(part)).map(Compared::text).collect()
                        };
                        before.push(of(|part| !matches!(part, Compared::Added(_))));
                        prop_assert_eq!(of(|part| !matches!(part, Compared::Removed(_))), piece.text.clone());
                        after.push(piece.text);
                    }
                }
            }
            let texts = |body: &Body| pieces(body).into_iter().map(|piece| piece.text).collect::<Vec<_>>();
            prop_assert_eq!((before, after), (texts(&one), texts(&other)));
        }
    }
}
