//! Files that readers send in the chat: pictures, voice and films.

use kernel::blobs::Digest;
use kernel::{Id, Ids, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use wechat::message::Kind;

/// What a file was sent as (`MsgType` of its message).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A picture.
    Image,
    /// A voice message, at most a minute.
    Voice,
    /// A film, taken in the chat or chosen from the phone.
    Video,
}

impl FileKind {
    const ALL: [Self; 3] = [Self::Image, Self::Voice, Self::Video];

    /// The word stored in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
        }
    }

    /// The kind of a stored word.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The word people see.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Image => "图片",
            Self::Voice => "语音",
            Self::Video => "视频",
        }
    }
}

/// How far a file has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    /// It is being fetched from WeChat.
    Coming,
    /// It is in the house.
    Kept,
    /// It was not taken, for a reason that is told.
    Refused,
    /// It is no longer to be had: its three days with WeChat were over, or its time in the house is.
    Gone,
}

impl FileState {
    const ALL: [Self; 4] = [Self::Coming, Self::Kept, Self::Refused, Self::Gone];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Coming => "coming",
            Self::Kept => "kept",
            Self::Refused => "refused",
            Self::Gone => "gone",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// The word people see.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Coming => "正在取回",
            Self::Kept => "已保存",
            Self::Refused => "取不回来",
            Self::Gone => "已清除",
        }
    }
}

/// What a file is by its own bytes, whatever it was called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MediaType {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF, moving or not.
    Gif,
    /// Adaptive multi-rate speech (RFC 4867 §5), narrow or wide: what WeChat records. No browser plays it.
    Amr,
    /// MPEG audio layer III.
    Mp3,
    /// MPEG-4 with pictures.
    Mp4,
}

impl MediaType {
    const ALL: [Self; 6] = [Self::Jpeg, Self::Png, Self::Gif, Self::Amr, Self::Mp3, Self::Mp4];

    /// The media type under which it is served, which is also the word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Amr => "audio/amr",
            Self::Mp3 => "audio/mpeg",
            Self::Mp4 => "video/mp4",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// The ending of its name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Amr => "amr",
            Self::Mp3 => "mp3",
            Self::Mp4 => "mp4",
        }
    }

    /// Whether something that was sent as this kind may be it.
    pub(crate) const fn fits(self, kind: FileKind) -> bool {
        matches!(
            (self, kind),
            (Self::Jpeg | Self::Png | Self::Gif, FileKind::Image)
                | (Self::Amr | Self::Mp3, FileKind::Voice)
                | (Self::Mp4, FileKind::Video)
        )
    }

    /// The type of a content by the marks at its beginning; none for whatever is not taken. SVG, HTML and scripts have no
    /// mark of their own and are none of these.
    pub fn of_content(content: &[u8]) -> Option<Self> {
        Some(match content {
            [0xff, 0xd8, 0xff, ..] => Self::Jpeg,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Self::Png,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Gif,
            [b'#', b'!', b'A', b'M', b'R', b'\n' | b'-', ..] => Self::Amr,
            [b'I', b'D', b'3', ..] => Self::Mp3,
            // Eleven set bits, a version and a layer that exist: the beginning of a frame of layer III.
            [0xff, second, third, ..] if second & 0xe6 == 0xe2 && third & 0xf0 != 0xf0 => Self::Mp3,
            // Brands that are pictures, and films of another make.
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.first_chunk::<4>()? {
                b"qt  " | b"heic" | b"heix" | b"mif1" | b"avif" | b"M4A " | b"M4B " => return None,
                _ => Self::Mp4,
            },
            _ => return None,
        })
    }
}

/// A file that a reader sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SentFile {
    /// Its id.
    pub id: Id<Self>,
    /// What it was sent as.
    pub kind: FileKind,
    /// How far it has come.
    pub state: FileState,
    /// Why it is refused or gone, and what to do.
    pub told: Option<String>,
    /// Its name with WeChat, while it is to be fetched.
    pub(crate) media_id: Option<String>,
    /// What it is, once it is kept.
    pub media_type: Option<MediaType>,
    /// How many bytes it has, once it is kept.
    pub bytes: Option<i64>,
    /// The digest under which it lies sealed in the store.
    pub(crate) digest: Option<Digest>,
}

impl SentFile {
    /// The file of a message, if it is one of those that have one.
    pub(crate) fn of(message: &Kind, ids: &Ids) -> Option<Self> {
        let (kind, media_id) = match message {
            Kind::Image { media_id, .. } => (FileKind::Image, media_id),
            Kind::Voice { media_id, .. } => (FileKind::Voice, media_id),
            Kind::Video { media_id, .. } | Kind::ShortVideo { media_id, .. } => (FileKind::Video, media_id),
            Kind::Text { .. } | Kind::Location(_) | Kind::Link { .. } | Kind::Event(_) | Kind::Unknown { .. } => {
                return None;
            }
        };
        Some(Self {
            id: ids.make(),
            kind,
            state: FileState::Coming,
            told: None,
            media_id: Some(media_id.clone()),
            media_type: None,
            bytes: None,
            digest: None,
        })
    }

    /// The name under which it is saved: what it is, and when it was sent; none before it is kept.
    pub(crate) fn file_name(&self, sent_at: Timestamp) -> Option<String> {
        let ending = self.media_type?.extension();
        let minute = sent_at.local_text().replace([':', '-'], "").replace(' ', "-");
        Some(format!("读者{}-{minute}.{ending}", self.kind.label()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u19_u20_u23_the_content_tells_what_a_file_is_and_nothing_active_is_any_of_it() {
        let mp4 = |brand: &[u8; 4]| [&[0, 0, 0, 24][..], b"ftyp", brand].concat();
        for (content, told) in [
            (b"\xff\xd8\xff\xe0".to_vec(), Some(MediaType::Jpeg)),
            (b"\x89PNG\r\n\x1a\n".to_vec(), Some(MediaType::Png)),
            (b"GIF89a".to_vec(), Some(MediaType::Gif)),
            (b"#!AMR\n".to_vec(), Some(MediaType::Amr)),
            (b"#!AMR-WB\n".to_vec(), Some(MediaType::Amr)),
            (b"ID3\x04".to_vec(), Some(MediaType::Mp3)),
            (b"\xff\xfb\x90\0".to_vec(), Some(MediaType::Mp3)),
            (mp4(b"mp42"), Some(MediaType::Mp4)),
            (mp4(b"heic"), None),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"x()\">".to_vec(), None),
            (b"<html>".to_vec(), None),
            (b"%PDF-1.7".to_vec(), None),
            (b"MZ\x90\0".to_vec(), None),
            (Vec::new(), None),
        ] {
            assert_eq!(MediaType::of_content(&content), told, "{content:?}");
        }
        assert!(!MediaType::Jpeg.fits(FileKind::Voice) && !MediaType::Mp4.fits(FileKind::Image));
        assert!(MediaType::ALL.iter().all(|one| FileKind::ALL.iter().any(|kind| one.fits(*kind))));
    }

    #[test]
    fn stored_words_are_read_back() {
        assert!(FileKind::ALL.iter().all(|kind| FileKind::named(kind.name()) == Some(*kind)));
        assert!(FileState::ALL.iter().all(|state| FileState::named(state.name()) == Some(*state)));
        assert!(MediaType::ALL.iter().all(|one| MediaType::named(one.name()) == Some(*one)));
    }
}
