//! What keeps a draft from being saved, and from being reviewed.

use kernel::{Code, Problem};
use serde_json::Value;
use wechat::article::{ARTICLES, SOURCE_URL};

use super::{Body, Medium, Part, TEXT};
use crate::article::Block;

/// Blocks of an article.
pub const BLOCKS: usize = 300;
/// Bytes of a draft.
const BYTES: usize = 1 << 20;
/// Characters of the name of a picture, a voice or a film.
const NAME: usize = 64;
/// Characters below a film.
const DESCRIPTION: usize = 200;

impl Body {
    /// Goes on only if it can be kept: whatever is missing may still come.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for none or more than eight articles, one of more than [`BLOCKS`] blocks, more than 1 MB,
    /// and a character that no database keeps.
    pub fn must_fit(&self) -> Result<(), Problem> {
        let refused = |why: String| Err(Problem::new(Code::BadRequest, "这篇推文").because(why));
        if let Self::Articles { articles } = self {
            if !(1..=ARTICLES).contains(&articles.len()) {
                return refused(format!("一次可以发 1 到 {ARTICLES} 篇，现在有 {} 篇", articles.len()));
            }
            if let Some(part) = articles.iter().find(|part| part.article.blocks.len() > BLOCKS) {
                return refused(format!("一篇最多 {BLOCKS} 段，现在有 {} 段，请分成两篇", part.article.blocks.len()));
            }
        }
        // A value of strings, numbers and flags can always be written.
        let value = serde_json::to_value(self).unwrap_or_default();
        if has_nul(&value) {
            return refused("里面有看不见的坏字符，多半是从别处粘贴来的，请重新输入那一段".to_owned());
        }
        if value.to_string().len() > BYTES { refused("内容太长，请分成几篇".to_owned()) } else { Ok(()) }
    }

    /// All that keeps it from being reviewed, in the words of whoever has to mend it; nothing if it may be. Whether what it
    /// quotes is still open is asked elsewhere.
    pub fn problems(&self) -> Vec<String> {
        match self {
            Self::Articles { articles } => {
                let single = articles.len() == 1;
                let named = |place: usize, why: String| if single { why } else { format!("第 {place} 篇：{why}") };
                let of = |(place, part): (usize, &Part)| {
                    of_article(part).into_iter().map(move |why| named(place, why)).collect::<Vec<_>>()
                };
                (1..).zip(articles).flat_map(of).collect()
            }
            Self::Text { text } => match text.trim().chars().count() {
                0 => vec!["还没有写内容".to_owned()],
                long if long > TEXT => vec![format!("有 {long} 个字，最多 {TEXT} 个字，请改短")],
                _ => Vec::new(),
            },
            Self::Image(medium) => of_medium(medium, "图片"),
            Self::Voice(medium) => of_medium(medium, "语音"),
            Self::Video(medium) => of_medium(medium, "视频"),
        }
    }
}

/// Whether a text holds the character that PostgreSQL does not keep.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(fields) => fields.values().any(has_nul),
        _ => false,
    }
}

fn of_article(part: &Part) -> Vec<String> {
    let mut problems: Vec<String> = part.article.problems().iter().map(ToString::to_string).collect();
    if part.cover.is_empty() {
        problems.push("还没有选封面".to_owned());
    }
    if part.original.len() > SOURCE_URL {
        problems.push(format!("“阅读原文”的网址太长，最多 {SOURCE_URL} 个字符"));
    }
    if !part.original.is_empty() && !is_page(&part.original) {
        problems.push("“阅读原文”要填完整的网址，以 https:// 或 http:// 开头".to_owned());
    }
    let blocks = (1..).zip(&part.article.blocks);
    problems.extend(blocks.filter_map(|(place, block)| {
        let why = of_block(block)?;
        Some(format!("第 {place} 段（{}）{why}", block.label()))
    }));
    problems
}

fn of_block(block: &Block) -> Option<&'static str> {
    let is_empty = match block {
        Block::Heading { text } | Block::Quotation { text, .. } => text.trim().is_empty(),
        Block::Text { runs } => runs.iter().all(|run| run.text.trim().is_empty()),
        Block::Gallery { pictures } => pictures.is_empty(),
        Block::Timeline { entries } => entries.is_empty(),
        Block::List { items, .. } => items.is_empty(),
        Block::Table { head, rows } => head.is_empty() && rows.is_empty(),
        _ => false,
    };
    if is_empty {
        return Some("是空的，请填写或删去");
    }
    if let Block::Audio(recording) | Block::Video(recording) = block {
        let is_blank = |text: &str| text.trim().is_empty();
        if is_blank(&recording.address) || is_blank(&recording.title) {
            return Some("还没有从素材库选好，或没有写名称");
        }
        if is_blank(&recording.transcript) {
            return Some("还没有写文字稿（给听不见、看不见的读者）");
        }
    }
    let pictures = match block {
        Block::Picture(picture) | Block::Code { picture } => std::slice::from_ref(picture),
        Block::Gallery { pictures } => pictures,
        Block::Record(record) => record.picture.as_slice(),
        Block::Audio(recording) | Block::Video(recording) => recording.picture.as_slice(),
        _ => &[],
    };
    if pictures.iter().any(|picture| picture.address.is_empty()) {
        return Some("还没有选图片");
    }
    pictures
        .iter()
        .any(|picture| picture.alternative.trim().is_empty())
        .then_some("的图片还没有写说明（给看不见图的读者）")
}

fn of_medium(medium: &Medium, what: &str) -> Vec<String> {
    let length = |text: &str| text.trim().chars().count();
    let rules = [
        (medium.address.is_empty(), format!("还没有选{what}")),
        (length(&medium.title) == 0, "还没有写名称".to_owned()),
        (length(&medium.title) > NAME, format!("名称最多 {NAME} 个字，请改短")),
        (length(&medium.description) > DESCRIPTION, format!("说明最多 {DESCRIPTION} 个字，请改短")),
    ];
    rules.into_iter().filter(|(broken, _)| *broken).map(|(_, why)| why).collect()
}

fn is_page(address: &str) -> bool {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !address.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, Picture, Recording, Run};

    fn part(title: &str, blocks: Vec<Block>) -> Part {
        let article = Article { title: title.to_owned(), blocks, ..Article::default() };
        Part { article, cover: "material/1".to_owned(), original: String::new() }
    }

    fn text(words: &str) -> Block {
        Block::Text { runs: vec![Run { text: words.to_owned(), ..Run::default() }] }
    }

    #[test]
    fn what_is_missing_is_told_with_its_place() {
        let body = |articles| Body::Articles { articles };
        assert!(body(vec![part("题", vec![text("文")])]).problems().is_empty());
        let picture = Block::Picture(Picture::default());
        let other = Part { cover: String::new(), original: "example".to_owned(), ..part("", vec![text(" "), picture]) };
        let told = body(vec![part("题", vec![text("文")]), other]).problems();
        let wanted = [
            "第 2 篇：还没有标题",
            "第 2 篇：还没有选封面",
            "第 2 篇：“阅读原文”要填完整的网址，以 https:// 或 http:// 开头",
            "第 2 篇：第 1 段（正文）是空的，请填写或删去",
            "第 2 篇：第 2 段（图片）还没有选图片",
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn a_recording_is_told_in_words_too() {
        let with = |recording: Recording| Body::Articles { articles: vec![part("题", vec![Block::Audio(recording)])] };
        let whole = Recording {
            address: "material/1".to_owned(),
            title: "号子".to_owned(),
            transcript: "嗨哟".to_owned(),
            ..Recording::default()
        };
        assert!(with(whole.clone()).problems().is_empty());
        let told = with(Recording { transcript: " ".to_owned(), ..whole.clone() }).problems();
        assert_eq!(told, ["第 1 段（音频）还没有写文字稿（给听不见、看不见的读者）"]);
        assert_eq!(with(Recording { address: String::new(), ..whole.clone() }).problems().len(), 1);
        let bare = with(Recording { picture: Some(Picture::default()), ..whole }).problems();
        assert_eq!(bare, ["第 1 段（音频）还没有选图片"]);
    }

    #[test]
    fn a_text_is_neither_empty_nor_too_long() {
        let problems = |text: String| Body::Text { text }.problems().len();
        assert_eq!([problems(" ".to_owned()), problems("字".repeat(TEXT)), problems("字".repeat(TEXT + 1))], [1, 0, 1]);
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        let body = |articles| Body::Articles { articles };
        let many = |count| std::iter::repeat_with(Part::default).take(count).collect::<Vec<_>>();
        assert!(
            body(many(8)).must_fit().is_ok() && body(many(9)).must_fit().is_err() && body(many(0)).must_fit().is_err()
        );
        let blocks = |count| body(vec![part("题", vec![Block::Divider; count])]);
        assert!(blocks(BLOCKS).must_fit().is_ok() && blocks(BLOCKS + 1).must_fit().is_err());
        assert!(Body::Text { text: "a".repeat(BYTES) }.must_fit().is_err());
        assert!(body(vec![part("题", vec![text("文\0字")])]).must_fit().is_err());
    }
}
