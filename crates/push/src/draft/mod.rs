//! A draft: what is to be sent to many, while it is written and reviewed.

mod check;
mod comment;
mod diff;
mod state;

pub use check::BLOCKS;
pub use comment::{COMMENT, Comment, Spot};
pub use diff::{Change, Compared, Piece};
pub use state::{DraftState, KEPT_FOR};

use kernel::{Id, Timestamp, hex};
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};
use utoipa::ToSchema;

use crate::article::{Article, Block, RecordQuotation, Run};
use crate::material::{self, Material};

/// How long saves of one person write the same version anew, in seconds.
pub const ONE_VERSION: i64 = 10 * 60;
/// Characters of a text that is sent (WeChat: 群发接口, 文本消息).
pub const TEXT: usize = 600;
/// Characters of a title in a list.
const TITLE: usize = 40;

/// What a draft says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = DraftBody)]
pub enum Body {
    /// One to eight articles in their order; the first is the lead.
    Articles {
        /// The articles.
        articles: Vec<Part>,
    },
    /// A text.
    Text {
        /// Its characters, at most [`TEXT`].
        text: String,
    },
    /// A picture.
    Image(Medium),
    /// A voice.
    Voice(Medium),
    /// A film.
    Video(Medium),
}

/// An article of a draft, with what stands around it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = DraftArticle)]
pub struct Part {
    /// The article.
    pub article: Article,
    /// The address of its cover, as [`crate::article::Picture::address`]; empty while none is chosen.
    pub cover: String,
    /// The page behind 阅读原文; may be empty.
    pub original: String,
}

/// A picture, a voice or a film of the library.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = DraftMedium)]
pub struct Medium {
    /// Its address, `material/{uuid}`; empty while none is chosen.
    pub address: String,
    /// What it is called: staff find it by that, and readers see it over a film.
    pub title: String,
    /// What stands below a film; may be empty.
    pub description: String,
}

/// What kind of push a draft becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DraftKind)]
pub enum Kind {
    /// 图文.
    Articles,
    /// 文字.
    Text,
    /// 图片.
    Image,
    /// 语音.
    Voice,
    /// 视频.
    Video,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Articles, Self::Text, Self::Image, Self::Voice, Self::Video];

    /// The word in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Articles => "articles",
            Self::Text => "text",
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
        }
    }

    /// The words staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Articles => "图文",
            Self::Text => "文字",
            Self::Image => "图片",
            Self::Voice => "语音",
            Self::Video => "视频",
        }
    }

    /// The kind of a word in the database.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What a draft of this kind begins with.
    pub fn empty(self) -> Body {
        match self {
            Self::Articles => Body::Articles { articles: vec![Part::default()] },
            Self::Text => Body::Text { text: String::new() },
            Self::Image => Body::Image(Medium::default()),
            Self::Voice => Body::Voice(Medium::default()),
            Self::Video => Body::Video(Medium::default()),
        }
    }
}

impl Body {
    /// Its kind.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Articles { .. } => Kind::Articles,
            Self::Text { .. } => Kind::Text,
            Self::Image(_) => Kind::Image,
            Self::Voice(_) => Kind::Voice,
            Self::Video(_) => Kind::Video,
        }
    }

    /// Its articles; none of another kind.
    pub fn articles(&self) -> &[Part] {
        if let Self::Articles { articles } = self { articles } else { &[] }
    }

    /// What lists call it: the title of the lead, or how the text begins; may be empty.
    pub fn title(&self) -> String {
        let said = match self {
            Self::Articles { articles } => articles.first().map_or("", |part| &part.article.title),
            Self::Text { text } => text,
            Self::Image(medium) | Self::Voice(medium) | Self::Video(medium) => &medium.title,
        };
        said.trim().chars().take_while(|one| *one != '\n').take(TITLE).collect()
    }

    /// The records its articles quote, in order.
    pub fn quoted(&self) -> impl Iterator<Item = &RecordQuotation> {
        self.articles().iter().flat_map(|part| &part.article.blocks).filter_map(|block| match block {
            Block::Record(record) => Some(record),
            _ => None,
        })
    }

    /// The materials of the library that it shows, each once.
    pub(crate) fn materials(&self) -> Vec<Id<Material>> {
        let mut ids: Vec<Id<Material>> = match self {
            Self::Articles { articles } => articles
                .iter()
                .flat_map(|part| material::shown(&part.article).into_iter().chain(material::of_address(&part.cover)))
                .collect(),
            Self::Text { .. } => Vec::new(),
            Self::Image(medium) | Self::Voice(medium) | Self::Video(medium) => {
                material::of_address(&medium.address).into_iter().collect()
            }
        };
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// All it says as one article, to be compared with others.
    pub(crate) fn told(&self) -> Article {
        let blocks = match self {
            Self::Articles { articles } => articles.iter().flat_map(|part| &part.article.blocks).cloned().collect(),
            Self::Text { text } => vec![Block::Text { runs: vec![Run { text: text.clone(), ..Run::default() }] }],
            Self::Image(_) | Self::Voice(_) | Self::Video(_) => Vec::new(),
        };
        Article { title: self.title(), blocks, ..Article::default() }
    }

    /// The digest of all it says (SM3 of its JSON), which an approver confirms.
    pub fn digest(&self) -> String {
        // A value of strings, numbers and flags can always be written.
        hex(&Sm3::digest(serde_json::to_vec(self).unwrap_or_default()))
    }
}

/// A draft as it is kept, without what it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// Which one.
    pub id: Id<Self>,
    /// The account it is for.
    pub account: String,
    /// What it becomes.
    pub kind: Kind,
    /// What lists call it.
    pub title: String,
    /// Where it stands.
    pub state: DraftState,
    /// The number of its newest version, from 1.
    pub version: i64,
    /// How often it was saved.
    pub saves: i64,
    /// Who began it, and when.
    pub created: Hand,
    /// Who saved it last, and when.
    pub changed: Hand,
    /// Who brought it into its state, and when.
    pub moved: Hand,
    /// Why it was returned, or why it was left unfinished.
    pub reason: Option<String>,
}

/// Whose act something was, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hand {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A version of a draft.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// Its number, from 1.
    pub number: i64,
    /// What it says.
    pub body: Body,
    /// The digest of that.
    pub digest: String,
    /// Who wrote it.
    pub author: String,
    /// When its first save was.
    pub began_at: Timestamp,
    /// When its last one was.
    pub saved_at: Timestamp,
    /// Whether reviewers have seen it.
    pub sealed: bool,
}

impl Version {
    /// Whether a save by somebody writes this version anew rather than another.
    pub fn is_open_to(&self, author: &str, now: Timestamp) -> bool {
        !self.sealed && self.author == author && now.seconds_since(self.began_at) < ONE_VERSION
    }
}

/// What was approved, as the ledger makes a plan of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approved {
    /// Which draft.
    pub id: Id<Draft>,
    /// The account it is for.
    pub account: String,
    /// The version that was approved.
    pub version: i64,
    /// The digest of what it says.
    pub digest: String,
    /// Everybody who wrote any version: none of them may approve.
    pub authors: Vec<String>,
    /// Who approved it.
    pub approver: String,
    /// What is sent.
    pub body: Body,
}

impl Approved {
    /// What its plan is known by: the same version makes one plan, however often it is asked for.
    pub fn origin(&self) -> String {
        origin(self.id, self.version)
    }
}

/// What the plan of a version of a draft is known by.
pub(crate) fn origin(id: Id<Draft>, version: i64) -> String {
    format!("draft/{}/{version}", id.uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_word_is_another_digest_and_the_same_are_the_same() {
        let text = |text: &str| Body::Text { text: text.to_owned() };
        assert_eq!(text("开馆").digest(), text("开馆").digest());
        assert_ne!(text("开馆").digest(), text("闭馆").digest());
        let part = |cover: &str| Part { cover: cover.to_owned(), ..Part::default() };
        let articles = |cover: &str| Body::Articles { articles: vec![part(cover)] };
        assert_ne!(articles("a").digest(), articles("b").digest(), "the cover is approved as well");
    }

    #[test]
    fn a_body_comes_back_as_it_was_written() {
        for kind in Kind::ALL {
            let body = kind.empty();
            let read: Body = serde_json::from_value(serde_json::to_value(&body).unwrap()).unwrap();
            assert_eq!((read.kind(), read), (kind, body));
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
    }

    #[test]
    fn lists_call_a_draft_by_its_lead_or_its_beginning() {
        let text = Body::Text { text: format!("通知\n{}", "字".repeat(50)) };
        assert_eq!(text.title(), "通知");
        assert_eq!(Body::Text { text: "字".repeat(50) }.title().chars().count(), TITLE);
        assert_eq!(Kind::Articles.empty().title(), "");
    }

    #[test]
    fn a_version_is_written_anew_by_its_author_for_ten_minutes_until_reviewers_saw_it() {
        let body = Kind::Text.empty();
        let version = Version {
            number: 1,
            digest: body.digest(),
            body,
            author: "甲".to_owned(),
            began_at: Timestamp::from_seconds(0),
            saved_at: Timestamp::from_seconds(0),
            sealed: false,
        };
        let at = Timestamp::from_seconds;
        assert!(version.is_open_to("甲", at(ONE_VERSION - 1)));
        assert!(!version.is_open_to("甲", at(ONE_VERSION)));
        assert!(!version.is_open_to("乙", at(1)));
        assert!(!Version { sealed: true, ..version }.is_open_to("甲", at(1)));
    }
}
