//! The formats of files, told by their content and never by their name.

use catalogue::originals::Kind as Original;
use serde::{Deserialize, Serialize};

/// A format.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaType {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF, with one picture or several.
    Gif,
    /// Windows bitmap; kept as PNG.
    Bmp,
    /// MPEG audio.
    Mp3,
    /// Adaptive multi-rate (RFC 4867 §5), as telephones record.
    Amr,
    /// RIFF WAVE.
    Wav,
    /// MPEG-4 with pictures.
    Mp4,
}

impl MediaType {
    /// The format of a file that begins like this; none for what is not taken. 16 bytes are enough.
    pub fn of_content(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a") {
            return Some(Self::Gif);
        }
        if head.starts_with(b"BM") {
            return Some(Self::Bmp);
        }
        if head.starts_with(AMR) {
            return Some(Self::Amr);
        }
        Some(match Original::of_content(head)? {
            Original::Jpeg => Self::Jpeg,
            Original::Png => Self::Png,
            Original::Mp3 => Self::Mp3,
            Original::Wav => Self::Wav,
            Original::Mp4 => Self::Mp4,
            Original::Tiff | Original::Pdf | Original::M4a => return None,
        })
    }

    /// As it is served, and as WeChat is told.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Mp3 => "audio/mpeg",
            Self::Amr => "audio/amr",
            Self::Wav => "audio/wav",
            Self::Mp4 => "video/mp4",
        }
    }

    /// The ending of a file's name: WeChat judges by it.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Mp3 => "mp3",
            Self::Amr => "amr",
            Self::Wav => "wav",
            Self::Mp4 => "mp4",
        }
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Jpeg => "JPG",
            Self::Png => "PNG",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Mp3 => "MP3",
            Self::Amr => "AMR",
            Self::Wav => "WAV",
            Self::Mp4 => "MP4",
        }
    }
}

/// What a file of adaptive multi-rate begins with: one channel, narrow band.
pub(super) const AMR: &[u8] = b"#!AMR\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u20_u23_the_content_tells_the_format() {
        for (head, format) in [
            (&b"\xff\xd8\xff\xe0"[..], Some(MediaType::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Some(MediaType::Png)),
            (b"GIF89a", Some(MediaType::Gif)),
            (b"BM6\0", Some(MediaType::Bmp)),
            (b"#!AMR\n\x3c", Some(MediaType::Amr)),
            (b"ID3\x04", Some(MediaType::Mp3)),
            (b"\0\0\0\x18ftypisom", Some(MediaType::Mp4)),
            (b"\0\0\0\x18ftypM4A ", None),
            (b"II*\0", None),
            (b"%PDF-1.7", None),
            (b"RIFF\0\0\0\0WEBP", None),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"x()\">", None),
            (b"PK\x03\x04", None),
            (b"", None),
        ] {
            assert_eq!(MediaType::of_content(head), format, "{head:?}");
        }
    }
}
