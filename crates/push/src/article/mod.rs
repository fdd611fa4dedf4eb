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
use utoipa::ToSchema;

/// An article as its editors keep it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
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

impl Article {
    /// Every picture it shows, in order: alone, in a gallery, of a quoted record, or a code.
    pub fn pictures(&self) -> impl Iterator<Item = &Picture> {
        self.blocks.iter().flat_map(|block| match block {
            Block::Picture(picture) | Block::Code { picture } => std::slice::from_ref(picture).iter(),
            Block::Gallery { pictures } => pictures.iter(),
            Block::Record(record) => record.picture.as_slice().iter(),
            _ => [].iter(),
        })
    }

    /// The same pictures, to exchange their addresses: those of the library for those WeChat gave.
    pub fn pictures_mut(&mut self) -> impl Iterator<Item = &mut Picture> {
        self.blocks.iter_mut().flat_map(|block| match block {
            Block::Picture(picture) | Block::Code { picture } => std::slice::from_mut(picture).iter_mut(),
            Block::Gallery { pictures } => pictures.iter_mut(),
            Block::Record(record) => record.picture.as_mut_slice().iter_mut(),
            _ => [].iter_mut(),
        })
    }

    /// Every note, in order.
    pub fn notes_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let runs = self.blocks.iter_mut().flat_map(|block| match block {
            Block::Text { runs } => std::slice::from_mut(runs).iter_mut(),
            Block::List { items, .. } => items.iter_mut(),
            _ => [].iter_mut(),
        });
        runs.flatten().filter_map(|run| run.note.as_mut())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_is_met_once_and_in_order() {
        let picture = |address: &str| Picture { address: address.to_owned(), ..Picture::default() };
        let record = RecordQuotation { picture: Some(picture("4")), ..RecordQuotation::default() };
        let blocks = vec![
            Block::Heading { text: "0".to_owned() },
            Block::Picture(picture("1")),
            Block::Gallery { pictures: vec![picture("2"), picture("3")] },
            Block::Record(record),
            Block::Record(RecordQuotation::default()),
            Block::Code { picture: picture("5") },
        ];
        let mut article = Article { blocks, ..Article::default() };
        let addresses = |article: &Article| article.pictures().map(|one| one.address.clone()).collect::<Vec<_>>();
        assert_eq!(addresses(&article), ["1", "2", "3", "4", "5"]);
        for picture in article.pictures_mut() {
            picture.address.insert(0, 'w');
        }
        assert_eq!(addresses(&article), ["w1", "w2", "w3", "w4", "w5"]);
    }
}
