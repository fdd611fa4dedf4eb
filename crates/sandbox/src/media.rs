//! Temporary media: pictures, voice and video that live three days (reference §5).

use serde::{Deserialize, Serialize};

/// Seconds a temporary medium lives.
pub(crate) const LIFE: i64 = 3 * 86_400;

/// Kinds that can be a cover: the pages ask for a thumb, and pictures were seen to be taken as well.
pub(crate) const COVERS: &[&str] = &["thumb", "image"];

/// One medium; its bytes lie in the sandbox's store under the same id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Medium {
    pub(crate) id: String,
    /// image, voice, video or thumb.
    pub(crate) kind: String,
    pub(crate) content_type: String,
    pub(crate) name: String,
    pub(crate) created_at: i64,
}

impl Medium {
    /// Whether it can still be fetched and sent.
    pub(crate) fn is_alive(&self, now: i64) -> bool {
        now < self.created_at.saturating_add(LIFE)
    }
}

/// What an upload of `kind` may be: the errcode if it may not. Judged by the file name's ending, as WeChat does.
pub(crate) fn judge(kind: &str, name: &str, bytes: &[u8]) -> Result<&'static str, i64> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let (limit, too_big, known): (usize, i64, &[(&str, &str)]) = match kind {
        "image" => (
            10 << 20,
            40009,
            &[("jpg", "image/jpeg"), ("jpeg", "image/jpeg"), ("png", "image/png"), ("gif", "image/gif")],
        ),
        "voice" => (2 << 20, 40010, &[("amr", "audio/amr"), ("mp3", "audio/mpeg"), ("speex", "audio/speex")]),
        "video" => (10 << 20, 40011, &[("mp4", "video/mp4")]),
        "thumb" => (64 << 10, 40012, &[("jpg", "image/jpeg"), ("jpeg", "image/jpeg")]),
        _ => return Err(40004),
    };
    let content_type = known.iter().find(|(known, _)| *known == ending).map(|(_, content_type)| *content_type);
    if bytes.is_empty() {
        return Err(44001);
    }
    if bytes.len() > limit {
        return Err(too_big);
    }
    content_type.ok_or(40113)
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn uploads_are_judged_by_kind_ending_and_size() {
        assert_eq!(judge("image", "a.PNG", b"x"), Ok("image/png"));
        assert_eq!(judge("image", "a.webp", b"x"), Err(40113));
        assert_eq!(judge("image", "a.png", b""), Err(44001));
        assert_eq!(judge("thumb", "a.jpg", &vec![0; (64 << 10) + 1]), Err(40012));
        assert_eq!(judge("picture", "a.png", b"x"), Err(40004));
    }
}
