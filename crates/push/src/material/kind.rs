//! The kinds of materials, and what WeChat takes of each.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::MediaType;

/// A kind of material.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MaterialKind {
    /// A picture for an article or its cover.
    Image,
    /// A recording.
    Voice,
    /// A film.
    Video,
    /// A small picture that stands for music or a film.
    Thumb,
    /// A text that articles repeat, such as the visiting notes.
    Text,
}

/// What WeChat takes of a kind (reference page "新增永久素材").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The formats.
    pub media_types: &'static [MediaType],
    /// The most bytes.
    pub bytes: u64,
    /// The most seconds, where it lasts.
    pub seconds: Option<u64>,
}

impl MaterialKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Image, Self::Voice, Self::Video, Self::Thumb, Self::Text];

    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::Thumb => "thumb",
            Self::Text => "text",
        }
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Image => "图片",
            Self::Voice => "音频",
            Self::Video => "视频",
            Self::Thumb => "缩略图",
            Self::Text => "文字",
        }
    }

    /// The kind of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What WeChat takes of it. A text has the length of an article's.
    pub const fn limits(self) -> Limits {
        use MediaType::{Amr, Bmp, Gif, Jpeg, Mp3, Mp4, Png, Wav};
        match self {
            Self::Image => Limits { media_types: &[Jpeg, Png, Gif, Bmp], bytes: 10 << 20, seconds: None },
            // WMA is taken as well, by WeChat and not by us: nothing here plays it.
            Self::Voice => Limits { media_types: &[Mp3, Amr, Wav], bytes: 2 << 20, seconds: Some(60) },
            Self::Video => Limits { media_types: &[Mp4], bytes: 10 << 20, seconds: None },
            Self::Thumb => Limits { media_types: &[Jpeg], bytes: 64 << 10, seconds: None },
            Self::Text => Limits { media_types: &[], bytes: 60_000, seconds: None },
        }
    }

    /// The kind a file of this format becomes.
    pub const fn of(media_type: MediaType) -> Self {
        match media_type {
            MediaType::Jpeg | MediaType::Png | MediaType::Gif | MediaType::Bmp => Self::Image,
            MediaType::Mp3 | MediaType::Amr | MediaType::Wav => Self::Voice,
            MediaType::Mp4 => Self::Video,
        }
    }

    /// The limits in words: `JPG、PNG、GIF、BMP，不超过 10 MB`.
    pub fn told(self) -> String {
        let limits = self.limits();
        let formats: Vec<&str> = limits.media_types.iter().map(|one| one.label()).collect();
        let size = match limits.bytes >> 20 {
            0 => format!("{} KB", limits.bytes >> 10),
            megabytes => format!("{megabytes} MB"),
        };
        let lasts = limits.seconds.map(|seconds| format!("，不超过 {seconds} 秒")).unwrap_or_default();
        format!("{}，不超过 {size}{lasts}", formats.join("、"))
    }

    /// Why a file of this kind is not taken: its length in bytes and, where it lasts, in milliseconds.
    ///
    /// # Errors
    /// A sentence with the limit and what to do.
    pub fn check(self, bytes: u64, milliseconds: Option<u64>) -> Result<(), String> {
        let limits = self.limits();
        if bytes > limits.bytes {
            let advice = if matches!(self, Self::Image) { "缩小" } else { "压缩或剪短" };
            return Err(format!("太大；微信接收的{}：{}，请{advice}以后再传", self.label(), self.told()));
        }
        if let (Some(most), Some(lasts)) = (limits.seconds, milliseconds)
            && lasts > most * 1000
        {
            let seconds = lasts.div_ceil(1000);
            return Err(format!("长 {seconds} 秒；微信接收的{}不超过 {most} 秒，请剪短以后再传", self.label()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_met_exactly() {
        for kind in [MaterialKind::Image, MaterialKind::Voice, MaterialKind::Video, MaterialKind::Thumb] {
            let limits = kind.limits();
            assert_eq!(kind.check(limits.bytes, None), Ok(()), "{kind:?}");
            assert!(kind.check(limits.bytes + 1, None).is_err(), "{kind:?}");
        }
        assert_eq!(MaterialKind::Voice.check(1, Some(60_000)), Ok(()));
        let told = MaterialKind::Voice.check(1, Some(60_001)).unwrap_err();
        assert!(told.contains("61 秒") && told.contains("60 秒"), "{told}");
        assert_eq!(MaterialKind::Video.check(1, Some(3_600_000)), Ok(()));
    }

    #[test]
    fn limits_are_told_and_words_read_back() {
        assert_eq!(MaterialKind::Image.told(), "JPG、PNG、GIF、BMP，不超过 10 MB");
        assert_eq!(MaterialKind::Voice.told(), "MP3、AMR、WAV，不超过 2 MB，不超过 60 秒");
        assert_eq!(MaterialKind::Thumb.told(), "JPG，不超过 64 KB");
        assert!(MaterialKind::ALL.iter().all(|kind| MaterialKind::named(kind.name()) == Some(*kind)));
        let of_files = MaterialKind::ALL.into_iter().filter(|kind| *kind != MaterialKind::Thumb);
        for kind in of_files {
            assert!(kind.limits().media_types.iter().all(|one| MaterialKind::of(*one) == kind), "{kind:?}");
        }
    }
}
