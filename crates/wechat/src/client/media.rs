//! Temporary material, and pictures for articles.

use std::net::Ipv4Addr;

use reqwest::Url;

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
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::Thumb => "thumb",
        }
    }

    /// Whether a file of this kind may be as large.
    pub(super) fn check(self, bytes: &[u8]) -> Result<(), Error> {
        if bytes.is_empty() || bytes.len() > self.max_bytes() {
            return Err(Error::Argument("the file is empty or too large for its kind"));
        }
        Ok(())
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
    /// A video is not sent but linked; [`Client::film`] fetches it.
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
        kind.check(bytes)?;
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
        if raw.bytes.is_empty() || raw.content_type.starts_with("text/") {
            return Err(Error::Answer("no file came".to_owned()));
        }
        let filename = filename(&raw.disposition);
        Ok(Download::File { bytes: raw.bytes, content_type: raw.content_type, filename })
    }

    /// Fetches the film that a link of [`Download::Video`] leads to, at most 16 MB.
    pub async fn film(&self, link: &str) -> Result<Vec<u8>, Error> {
        let parsed = |address: &str| Url::parse(address).ok();
        match parsed(link).zip(parsed(&self.settings.api_base)) {
            Some((link, api)) if leads_to_wechat(&link, &api) => self.linked(link).await,
            _ => Err(Error::Answer("the link of a film leads elsewhere".to_owned())),
        }
    }
}

/// Whether a link of WeChat leads to where its films lie: a host of Tencent, a public address (both were seen), or the
/// host of the API itself, which is an emulator's. Nothing inside the house is ever asked for because an answer said so.
fn leads_to_wechat(link: &Url, api: &Url) -> bool {
    if !matches!(link.scheme(), "http" | "https") {
        return false;
    }
    let is_public = |address: Ipv4Addr| {
        let shared = matches!(address.octets(), [100, 64..=127, ..]);
        !(address.is_private() || address.is_loopback() || address.is_link_local() || shared)
            && !(address.is_unspecified() || address.is_broadcast() || address.is_multicast())
    };
    let host = link.host_str().unwrap_or_default();
    let is_tencent = host.ends_with(".qq.com") || host.parse().is_ok_and(is_public);
    is_tencent || (link.host(), link.port_or_known_default()) == (api.host(), api.port_or_known_default())
}

pub(super) fn filename(disposition: &str) -> Option<String> {
    let name = disposition.split("filename=").nth(1)?.split(';').next()?.trim().trim_matches('"');
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_are_fetched_from_tencent_or_the_api_and_from_nowhere_inside() {
        let leads = |link: &str, api: &str| leads_to_wechat(&Url::parse(link).unwrap(), &Url::parse(api).unwrap());
        let api = "https://api.weixin.qq.com";
        for link in ["http://mp.weixin.qq.com/a.mp4", "http://203.205.158.72/vweixinp.tc.qq.com/1.mp4?vkey=a"] {
            assert!(leads(link, api), "{link}");
        }
        for link in [
            "http://127.0.0.1/",
            "http://10.0.0.1/a",
            "http://192.168.1.1/",
            "http://172.20.0.1/",
            "http://169.254.169.254/",
            "http://100.100.100.200/latest",
            "http://0.0.0.0/",
            "http://[::1]/",
            "http://2130706433/",
            "http://localhost/",
            "http://qq.com.evil.example/",
            "http://evilqq.com/",
            "file:///etc/passwd",
            "ftp://a.qq.com/",
        ] {
            assert!(!leads(link, api), "{link}");
        }
        assert!(leads("http://127.0.0.1:8081/_media/a", "http://127.0.0.1:8081"));
        assert!(!leads("http://127.0.0.1:8080/_media/a", "http://127.0.0.1:8081"));
    }
}
