//! An article: structured blocks that become HTML WeChat keeps.

mod block;
mod check;
mod colours;
mod render;
mod theme;

pub use block::{Block, Entry, Picture, RecordQuotation, Recording, Run, Visit};
pub use check::ArticleProblem;
pub use colours::Colours;
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
    /// The two colours of the institution as they stood when it was written; none for those of the theme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colours: Option<Colours>,
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
            Block::Audio(recording) | Block::Video(recording) => recording.picture.as_slice().iter(),
            _ => [].iter(),
        })
    }

    /// The same pictures, to exchange their addresses: those of the library for those WeChat gave.
    pub fn pictures_mut(&mut self) -> impl Iterator<Item = &mut Picture> {
        self.blocks.iter_mut().flat_map(|block| match block {
            Block::Picture(picture) | Block::Code { picture } => std::slice::from_mut(picture).iter_mut(),
            Block::Gallery { pictures } => pictures.iter_mut(),
            Block::Record(record) => record.picture.as_mut_slice().iter_mut(),
            Block::Audio(recording) | Block::Video(recording) => recording.picture.as_mut_slice().iter_mut(),
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

    /// Every recording and film, in order.
    pub fn recordings(&self) -> impl Iterator<Item = &Recording> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Audio(recording) | Block::Video(recording) => Some(recording),
            _ => None,
        })
    }

    /// The same, to exchange their addresses.
    pub fn recordings_mut(&mut self) -> impl Iterator<Item = &mut Recording> {
        self.blocks.iter_mut().filter_map(|block| match block {
            Block::Audio(recording) | Block::Video(recording) => Some(recording),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_lasts_minutes_and_seconds() {
        let lasting = |seconds| Recording { seconds, ..Recording::default() }.lasting();
        assert_eq!([lasting(35), lasting(120), lasting(155)], ["35 秒", "2 分", "2 分 35 秒"]);
    }

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
            Block::Audio(Recording::default()),
            Block::Video(Recording { picture: Some(picture("6")), ..Recording::default() }),
        ];
        let mut article = Article { blocks, ..Article::default() };
        let addresses = |article: &Article| article.pictures().map(|one| one.address.clone()).collect::<Vec<_>>();
        assert_eq!(addresses(&article), ["1", "2", "3", "4", "5", "6"]);
        assert_eq!((article.recordings().count(), article.recordings_mut().count()), (2, 2));
        for picture in article.pictures_mut() {
            picture.address.insert(0, 'w');
        }
        assert_eq!(addresses(&article), ["w1", "w2", "w3", "w4", "w5", "w6"]);
    }
}
