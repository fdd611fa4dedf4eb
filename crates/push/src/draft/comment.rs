//! What a reviewer says about a draft.

use kernel::Id;

use super::{Body, Hand};

/// Characters of a comment.
pub const COMMENT: usize = 1_000;
/// Characters of a block that a comment remembers.
const ABOUT: usize = 30;

/// A comment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comment {
    /// Which one.
    pub id: Id<Self>,
    /// The version it was made on.
    pub version: i64,
    /// What it is about.
    pub spot: Spot,
    /// How that began when it was said: blocks move.
    pub about: String,
    /// What was said.
    pub text: String,
    /// By whom, and when.
    pub said: Hand,
    /// By whom it was resolved, and when; none if it is not.
    pub resolved: Option<Hand>,
}

/// A place in a draft.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Spot {
    /// The article, from 0; none: the whole draft.
    pub article: Option<i64>,
    /// The block of the article, from 0; none: the whole article.
    pub block: Option<i64>,
}

impl Body {
    /// How what stands at a spot begins: nothing for the whole draft; none if there is no such spot.
    pub fn beginning(&self, spot: Spot) -> Option<String> {
        let Some(article) = spot.article else { return spot.block.is_none().then(String::new) };
        let part = self.articles().get(usize::try_from(article).ok()?)?;
        let words = match spot.block {
            None => part.article.title.clone(),
            Some(block) => {
                let block = part.article.blocks.get(usize::try_from(block).ok()?)?;
                format!("{}　{}", block.label(), block.words().replace('\n', " "))
            }
        };
        Some(words.chars().take(ABOUT).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, Block};
    use crate::draft::Part;

    #[test]
    fn a_spot_is_known_by_how_it_begins_and_one_that_is_not_there_is_none() {
        let blocks = vec![Block::Heading { text: "开放时间".to_owned() }];
        let article = Article { title: "通知".to_owned(), blocks, ..Article::default() };
        let body = Body::Articles { articles: vec![Part { article, ..Part::default() }] };
        let at = |article, block| body.beginning(Spot { article, block });
        assert_eq!(at(None, None).as_deref(), Some(""));
        assert_eq!(at(Some(0), None).as_deref(), Some("通知"));
        assert_eq!(at(Some(0), Some(0)).as_deref(), Some("小标题　开放时间"));
        for (article, block) in [(Some(1), None), (Some(0), Some(1)), (None, Some(0)), (Some(-1), None)] {
            assert_eq!(at(article, block), None);
        }
    }
}
