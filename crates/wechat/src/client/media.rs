//! Temporary material, and pictures for articles.

use super::transport::{Call, Upload};
use super::{Client, Error};
use crate::wire::media::{MediaAnswer, PictureAnswer, VideoAnswer};

/// The kinds of temporary material with their limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// PNG, JPEG, GIF up to 10 MB.
    Image,
    /// AMR, MP3 up to 2 MB and 60 s.
    Voice,
    /// MP4 up to 10 MB.
    Video,
    /// JPEG up to 64 KB.
    Thumb,
}

impl MediaKind {
    fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::Thumb => "thumb",
        }
    }

    fn max_bytes(self) -> usize {
        match self {
            Self::Image | Self::Video => 10 << 20,
            Self::Voice => 2 << 20,
            Self::Thumb => 64 << 10,
        }
    }
}

/// What `media/get` gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Download {
    /// The file itself.
    File {
        /// its bytes
        bytes: Vec<u8>,
        /// as the answer called it
        content_type: String,
        /// from the answer's `Content-Disposition`; not to be used as a path
        filename: Option<String>,
    },
    /// A video is not sent but linked.
    Video {
        /// where it is
        url: String,
    },
}

impl Client {
    /// Uploads temporary material, kept for three days (`media/upload`). The file name must have the right ending.
    pub async fn upload_media(
        &self,
        kind: MediaKind,
        filename: &str,
        content_type: &str,
        bytes: &[u8],
    ) -> Result<MediaAnswer, Error> {
        if bytes.is_empty() || bytes.len() > kind.max_bytes() {
            return Err(Error::Argument("the file is empty or too large for its kind"));
        }
        let query = [("type", kind.name())];
        let upload = Upload { filename, content_type, bytes };
        self.call(&Call::upload("/cgi-bin/media/upload", &query, upload)).await?.parsed()
    }

    /// Uploads a picture for articles, JPEG or PNG below 1 MB, and returns its address (`media/uploadimg`).
    pub async fn upload_picture(&self, filename: &str, content_type: &str, bytes: &[u8]) -> Result<String, Error> {
        if bytes.is_empty() || bytes.len() >= 1 << 20 {
            return Err(Error::Argument("the picture is empty or not below 1 MB"));
        }
        let upload = Upload { filename, content_type, bytes };
        let answer = self.call(&Call::upload("/cgi-bin/media/uploadimg", &[], upload)).await?;
        Ok(answer.parsed::<PictureAnswer>()?.url)
    }

    /// Fetches temporary material (`media/get`); 40007 once it has expired.
    pub async fn media(&self, media_id: &str) -> Result<Download, Error> {
        let raw = self.call(&Call::get("/cgi-bin/media/get", &[("media_id", media_id)])).await?;
        // Errors and links come as JSON under any content type; error codes were found before.
        if raw.is_json() {
            return Ok(Download::Video { url: raw.parsed::<VideoAnswer>()?.video_url });
        }
        if raw.bytes.is_empty() || raw.content_type.starts_with("text/html") {
            return Err(Error::Answer("no file came".to_owned()));
        }
        let filename = filename(&raw.disposition);
        Ok(Download::File { bytes: raw.bytes, content_type: raw.content_type, filename })
    }
}

fn filename(disposition: &str) -> Option<String> {
    let name = disposition.split("filename=").nth(1)?.split(';').next()?.trim().trim_matches('"');
    (!name.is_empty()).then(|| name.to_owned())
}
