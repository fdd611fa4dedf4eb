//! Materials: what articles are made of besides words.

mod caged;
mod intake;
mod kind;
mod media_type;
mod picture;

pub use caged::{Orders, caged};
pub use kind::{Limits, MaterialKind};
pub use media_type::MediaType;
pub use picture::{Crop, Shape};

pub(crate) use caged::UNKNOWN;
pub(crate) use intake::{Examiner, Taken, refused};
pub(crate) use picture::{below, crop, small_of};

#[cfg(test)]
pub(crate) use caged::tests as samples;

use kernel::blobs::Digest;
use kernel::{Id, Timestamp};
use serde::{Deserialize, Serialize};

/// A material of the library.
#[derive(Clone, PartialEq, Debug)]
pub struct Material {
    /// Its id.
    pub id: Id<Self>,
    /// Its kind.
    pub kind: MaterialKind,
    /// What staff call it, 1 to 60 characters.
    pub title: String,
    /// What a picture shows, for who cannot see it; at most 120 characters.
    pub alternative: String,
    /// 馆名·全宗·档号·题名 of the record it comes from; empty for others.
    pub citation: String,
    /// A text block as Markdown; empty for files.
    pub text: String,
    /// The file, unless it is a text.
    pub file: Option<MaterialFile>,
    /// The page of a record it was made from.
    pub source: Option<Source>,
    /// What it was cut out of.
    pub parent: Option<Id<Self>>,
    /// By which it is found.
    pub tags: Vec<String>,
    /// Whether it is put away: found when asked for, and not offered to editors.
    pub archived: bool,
    /// Who put it in.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
}

/// The file of a material, as it lies in the store.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MaterialFile {
    /// What it is, by its content.
    pub media_type: MediaType,
    /// Its digests as text.
    pub digest: String,
    /// The digests of a small picture of it, JPEG; none for voice and films.
    pub thumbnail: Option<String>,
    /// Its length in bytes.
    pub bytes: u64,
    /// Width and height in pixels; none for voice.
    pub size: Option<(u32, u32)>,
    /// How long it lasts, in milliseconds; none for pictures.
    pub milliseconds: Option<u64>,
}

impl MaterialFile {
    /// Its digests.
    pub(crate) fn stored(&self) -> Option<Digest> {
        Digest::parse(&self.digest)
    }

    /// Of all that lies in the store for it.
    pub(crate) fn all(&self) -> Vec<Digest> {
        self.stored().into_iter().chain(self.small()).collect()
    }

    /// Those of its small picture.
    pub(crate) fn small(&self) -> Option<Digest> {
        self.thumbnail.as_deref().and_then(Digest::parse)
    }
}

/// The page of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// The record's public id.
    pub record: String,
    /// The page's.
    pub page: String,
}

/// A draft that shows a material.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// The draft.
    pub draft: String,
    /// Its title.
    pub title: String,
}

impl Material {
    /// Its address in articles.
    pub fn address(&self) -> String {
        address(self.id)
    }
}

/// How the address of a material in articles begins.
pub(crate) const LIBRARY: &str = "material/";

/// The address of a material in articles: `material/{uuid}`, until WeChat gave it one of its own.
pub fn address(id: Id<Material>) -> String {
    format!("{LIBRARY}{}", id.uuid())
}

/// The material of an address; none for an address of elsewhere.
pub fn of_address(address: &str) -> Option<Id<Material>> {
    Id::parse(address.strip_prefix(LIBRARY)?)
}

/// The materials that an article shows, each once.
pub fn shown(article: &crate::article::Article) -> Vec<Id<Material>> {
    let pictures = article.pictures().map(|picture| &picture.address);
    let all = pictures.chain(article.recordings().map(|recording| &recording.address));
    let mut ids: Vec<Id<Material>> = all.filter_map(|address| of_address(address)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
