//! The kinds of files that are taken, told by their content and never by their name.

/// A kind of original.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// JPEG (GB/T 17235).
    Jpeg,
    /// PNG.
    Png,
    /// TIFF 6.0, one page or several.
    Tiff,
    /// PDF.
    Pdf,
    /// MPEG audio.
    Mp3,
    /// MPEG-4 with sound only.
    M4a,
    /// RIFF WAVE.
    Wav,
    /// MPEG-4 with pictures.
    Mp4,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Jpeg, Self::Png, Self::Tiff, Self::Pdf, Self::Mp3, Self::M4a, Self::Wav, Self::Mp4];

    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Tiff => "tiff",
            Self::Pdf => "pdf",
            Self::Mp3 => "mp3",
            Self::M4a => "m4a",
            Self::Wav => "wav",
            Self::Mp4 => "mp4",
        }
    }

    /// The word readers and staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Jpeg | Self::Png | Self::Tiff => "图像",
            Self::Pdf => "PDF",
            Self::Mp3 | Self::M4a | Self::Wav => "录音",
            Self::Mp4 => "录像",
        }
    }

    /// Whether it is a picture: readers get it drawn anew.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Tiff)
    }

    /// The kind of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The endings a file of this kind may have.
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Png => &["png"],
            Self::Tiff => &["tif", "tiff"],
            Self::Pdf => &["pdf"],
            Self::Mp3 => &["mp3"],
            Self::M4a => &["m4a"],
            Self::Wav => &["wav"],
            Self::Mp4 => &["mp4", "m4v"],
        }
    }

    /// The media type under which it is served.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Tiff => "image/tiff",
            Self::Pdf => "application/pdf",
            Self::Mp3 => "audio/mpeg",
            Self::M4a => "audio/mp4",
            Self::Wav => "audio/wav",
            Self::Mp4 => "video/mp4",
        }
    }

    /// Whether it consists of page images.
    pub const fn is_image(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Tiff)
    }

    /// Whether it is listened to.
    pub const fn is_sound(self) -> bool {
        matches!(self, Self::Mp3 | Self::M4a | Self::Wav)
    }

    /// The most bytes a file of this kind may have.
    pub const fn most_bytes(self) -> u64 {
        match self {
            Self::Jpeg | Self::Png | Self::Tiff | Self::Pdf => 256 << 20,
            Self::Mp3 | Self::M4a | Self::Wav | Self::Mp4 => 512 << 20,
        }
    }

    /// The kind of a file that begins like this; `None` for whatever is not taken. SVG, HTML and scripts have no mark
    /// of their own and are none of these.
    pub fn of_content(head: &[u8]) -> Option<Self> {
        let at = |from: usize, mark: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(mark));
        Some(match head {
            [0xff, 0xd8, 0xff, ..] => Self::Jpeg,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Self::Png,
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Self::Tiff,
            [b'%', b'P', b'D', b'F', b'-', ..] => Self::Pdf,
            [b'R', b'I', b'F', b'F', ..] if at(8, b"WAVE") => Self::Wav,
            [b'I', b'D', b'3', ..] => Self::Mp3,
            // Eleven set bits, a version and a layer that exist: the beginning of a frame of layer III.
            [0xff, second, third, ..] if second & 0xe6 == 0xe2 && third & 0xf0 != 0xf0 => Self::Mp3,
            _ if at(4, b"ftyp") => match head.get(8..12)? {
                b"M4A " | b"M4B " => Self::M4a,
                b"qt  " | b"heic" | b"heix" | b"mif1" | b"avif" => return None,
                _ => Self::Mp4,
            },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u20_u23_the_content_tells_the_kind() {
        let mp4 = |brand: &[u8; 4]| [&[0, 0, 0, 24][..], b"ftyp", brand].concat();
        for (head, kind) in [
            (b"\xff\xd8\xff\xe0".to_vec(), Some(Kind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n".to_vec(), Some(Kind::Png)),
            (b"II*\0".to_vec(), Some(Kind::Tiff)),
            (b"MM\0*".to_vec(), Some(Kind::Tiff)),
            (b"%PDF-1.7".to_vec(), Some(Kind::Pdf)),
            (b"RIFF\0\0\0\0WAVE".to_vec(), Some(Kind::Wav)),
            (b"RIFF\0\0\0\0WEBP".to_vec(), None),
            (b"ID3\x04".to_vec(), Some(Kind::Mp3)),
            (b"\xff\xfb\x90\0".to_vec(), Some(Kind::Mp3)),
            (b"\xff\xf1\x50\x80".to_vec(), None),
            (mp4(b"isom"), Some(Kind::Mp4)),
            (mp4(b"M4A "), Some(Kind::M4a)),
            (mp4(b"heic"), None),
            (b"GIF89a".to_vec(), None),
            (b"PK\x03\x04".to_vec(), None),
            (Vec::new(), None),
        ] {
            assert_eq!(Kind::of_content(&head), kind, "{head:?}");
        }
    }

    #[test]
    fn u19_svg_and_html_are_no_kind() {
        for text in
            ["<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"x()\">", "<?xml version=\"1.0\"?><svg>", "<html>"]
        {
            assert_eq!(Kind::of_content(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn stored_words_are_read_back() {
        assert!(Kind::ALL.iter().all(|kind| Kind::named(kind.name()) == Some(*kind)));
    }
}
