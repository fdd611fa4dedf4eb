//! What WeChat takes of an article (`draft/add`).

use wechat::article::{AUTHOR, CONTENT, CONTENT_BYTES, DIGEST, TITLE};

use super::{Article, Colours, render};

/// What keeps an article from being sent, in the words of whoever has to mend it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ArticleProblem {
    /// No title.
    #[error("还没有标题")]
    NoTitle,
    /// Too long a title.
    #[error("标题有 {0} 个字，最多 {TITLE} 个字，请改短")]
    LongTitle(usize),
    /// Too long a name.
    #[error("作者有 {0} 个字，最多 {AUTHOR} 个字，请改短")]
    LongAuthor(usize),
    /// Too long a summary.
    #[error("摘要有 {0} 个字，最多 {DIGEST} 个字，请改短")]
    LongDigest(usize),
    /// Nothing in it.
    #[error("还没有正文")]
    Empty,
    /// Too long a content.
    #[error("正文连同版式有 {0} 个字符，须少于 {CONTENT} 个，请分成两篇或删去一些")]
    LongContent(usize),
    /// Colours that cannot be read.
    #[error("用的“本馆的配色”不合适：{0}")]
    Colours(String),
}

impl Article {
    /// All that keeps it from being sent; nothing if it may be.
    pub fn problems(&self) -> Vec<ArticleProblem> {
        let length = |text: &str| text.trim().chars().count();
        let mut problems = Vec::new();
        match length(&self.title) {
            0 => problems.push(ArticleProblem::NoTitle),
            title if title > TITLE => problems.push(ArticleProblem::LongTitle(title)),
            _ => {}
        }
        let author = length(&self.author);
        if author > AUTHOR {
            problems.push(ArticleProblem::LongAuthor(author));
        }
        let digest = length(&self.digest);
        if digest > DIGEST {
            problems.push(ArticleProblem::LongDigest(digest));
        }
        if self.blocks.is_empty() {
            problems.push(ArticleProblem::Empty);
        }
        problems.extend(self.colours.as_ref().and_then(Colours::problem).map(ArticleProblem::Colours));
        let content = render(self);
        let characters = content.chars().count();
        if characters >= CONTENT || content.len() >= CONTENT_BYTES {
            problems.push(ArticleProblem::LongContent(characters));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Block, Run};

    fn article(title: &str, text: &str) -> Article {
        let runs = vec![Run { text: text.to_owned(), ..Run::default() }];
        Article { title: title.to_owned(), blocks: vec![Block::Text { runs }], ..Article::default() }
    }

    #[test]
    fn an_article_within_the_limits_has_no_problem() {
        assert_eq!(article(&"题".repeat(32), "正文").problems(), []);
    }

    #[test]
    fn what_is_too_long_or_missing_is_named_with_its_length() {
        assert_eq!(Article::default().problems(), [ArticleProblem::NoTitle, ArticleProblem::Empty]);
        assert_eq!(article(&"题".repeat(33), "正文").problems(), [ArticleProblem::LongTitle(33)]);
        let long = article("题", &"字".repeat(20_000));
        assert!(matches!(long.problems().as_slice(), [ArticleProblem::LongContent(20_000..)]));
        let said = ArticleProblem::LongTitle(33).to_string();
        assert_eq!(said, "标题有 33 个字，最多 32 个字，请改短");
    }
}
