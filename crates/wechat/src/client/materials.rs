//! Permanent material.

use super::media::{Download, MediaKind, filename};
use super::transport::{Call, Upload};
use super::{Client, Error};
use crate::wire::draft::Article;
use crate::wire::material::{
    FilmForMass, FilmWords, LinkedMaterial, MaterialAnswer, MaterialCount, MaterialPage, MaterialRange, MediaId,
};
use crate::wire::media::MediaAnswer;

/// The longest list WeChat gives at once.
pub(super) const PAGE: i64 = 20;

/// What `material/get_material` gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Material {
    /// A file; never [`Download::Video`].
    File(Download),
    /// A video, which is linked; [`Client::film`] fetches it.
    Film {
        /// its words
        words: FilmWords,
        /// where it is
        url: String,
    },
    /// Articles of the scheme before drafts.
    Articles(Vec<Article>),
}

impl Client {
    /// Uploads a picture, voice or cover that stays (`material/add_material`). Pictures may also be BMP, voices also WMA
    /// and WAV. A film needs words: [`Client::add_film`]. 45074 once the account has 100,000 pictures or 1,000 voices.
    pub async fn add_material(
        &self,
        kind: MediaKind,
        filename: &str,
        content_type: &str,
        bytes: &[u8],
    ) -> Result<MaterialAnswer, Error> {
        if kind == MediaKind::Video {
            return Err(Error::Argument("a film needs a title"));
        }
        kind.check(bytes)?;
        let query = [("type", kind.name())];
        let upload = Upload { filename, content_type, bytes };
        self.call(&Call::upload("/cgi-bin/material/add_material", &query, upload)).await?.parsed()
    }

    /// Uploads a film in MP4 that stays.
    pub async fn add_film(&self, words: &FilmWords, filename: &str, bytes: &[u8]) -> Result<MaterialAnswer, Error> {
        MediaKind::Video.check(bytes)?;
        let words = serde_json::to_string(words).map_err(|_| Error::Argument("the words cannot be written as JSON"))?;
        let upload = Upload { filename, content_type: "video/mp4", bytes };
        let call = Call::upload("/cgi-bin/material/add_material", &[("type", "video")], upload);
        self.call(&call.described(&words)).await?.parsed()
    }

    /// Fetches permanent material (`material/get_material`); 40007 if there is none of that id.
    pub async fn material(&self, media_id: &str) -> Result<Material, Error> {
        let request = MediaId { media_id: media_id.to_owned() };
        let raw = self.call(&Call::ask("/cgi-bin/material/get_material", &request)?).await?;
        if raw.is_json() {
            let linked: LinkedMaterial = raw.parsed()?;
            if linked.down_url.is_empty() {
                return Ok(Material::Articles(linked.news_item));
            }
            let words = FilmWords { title: linked.title, introduction: linked.description };
            return Ok(Material::Film { words, url: linked.down_url });
        }
        if raw.bytes.is_empty() {
            return Err(Error::Answer("no file came".to_owned()));
        }
        let filename = filename(&raw.disposition);
        Ok(Material::File(Download::File { bytes: raw.bytes, content_type: raw.content_type, filename }))
    }

    /// Deletes permanent material (`material/del_material`); 48005 while a reply or menu of the console uses it.
    pub async fn delete_material(&self, media_id: &str) -> Result<(), Error> {
        let request = MediaId { media_id: media_id.to_owned() };
        self.call(&Call::send("/cgi-bin/material/del_material", &request)?).await?.done()
    }

    /// How much there is of each kind (`material/get_materialcount`).
    pub async fn count_materials(&self) -> Result<MaterialCount, Error> {
        self.call(&Call::get("/cgi-bin/material/get_materialcount", &[])).await?.parsed()
    }

    /// Up to 20 of a kind, newest first (`material/batchget_material`); covers are among the pictures.
    pub async fn materials(&self, kind: MediaKind, offset: i64, count: i64) -> Result<MaterialPage, Error> {
        let range = MaterialRange { kind: kind.name().to_owned(), offset, count: count.clamp(1, PAGE) };
        self.call(&Call::ask("/cgi-bin/material/batchget_material", &range)?).await?.parsed()
    }

    /// Makes of an uploaded film one that a mass send takes (`media/uploadvideo`).
    pub async fn film_for_mass(&self, film: &FilmForMass) -> Result<MediaAnswer, Error> {
        self.call(&Call::send("/cgi-bin/media/uploadvideo", film)?).await?.parsed()
    }
}
