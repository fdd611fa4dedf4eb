//! An article: structured blocks that become HTML WeChat keeps.

mod block;
mod check;
mod render;
mod theme;

pub use block::{Block, Entry, Picture, RecordQuotation, Run, Visit};
pub use check::ArticleProblem;
pub use render::render;
pub use theme::{Theme, ThemeName};

use serde::{Deserialize, Serialize};

/// An article as its editors keep it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Article {
    /// Its title, at most [`wechat::article::TITLE`] characters.
    pub title: String,
    /// Who wrote it, as readers see it; may be empty.
    pub author: String,
    /// Its summary; empty for WeChat to take the first 54 characters.
    pub digest: String,
    /// How it looks.
    pub theme: ThemeName,
    /// Larger type, for older readers: 18 px and more.
    pub large_type: bool,
    /// What it consists of.
    pub blocks: Vec<Block>,
}
