//! Media: temporary ones live three days, permanent ones until they are deleted (reference §5).

use serde::{Deserialize, Serialize};

/// Seconds a temporary medium lives.
pub(crate) const LIFE: i64 = 3 * 86_400;

/// Kinds that can be a cover: the pages ask for a thumb, and pictures were seen to be taken as well.
pub(crate) const COVERS: &[&str] = &["thumb", "image"];

/// One medium; its bytes lie in the sandbox's store under the same id.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Medium {
    pub(crate) id: String,
    /// image, voice, video or thumb; `picture` for `uploadimg`, `mpvideo` for `uploadvideo`.
    pub(crate) kind: String,
    pub(crate) content_type: String,
    pub(crate) name: String,
    pub(crate) created_at: i64,
    /// Whether it lives until it is deleted.
    #[serde(default)]
    pub(crate) lasting: bool,
    /// Title of a film.
    #[serde(default)]
    pub(crate) title: String,
    /// Its introduction.
    #[serde(default)]
    pub(crate) introduction: String,
}

impl Medium {
    /// Whether it can still be fetched and sent.
    pub(crate) fn is_alive(&self, now: i64) -> bool {
        self.lasting || now < self.created_at.saturating_add(LIFE)
    }
}

/// File endings with their content types.
type Endings = &'static [(&'static str, &'static str)];

const PICTURES: Endings = &[("jpg", "image/jpeg"), ("jpeg", "image/jpeg"), ("png", "image/png"), ("gif", "image/gif")];
const LASTING_PICTURES: Endings =
    &[("jpg", "image/jpeg"), ("jpeg", "image/jpeg"), ("png", "image/png"), ("gif", "image/gif"), ("bmp", "image/bmp")];
const VOICES: Endings = &[("amr", "audio/amr"), ("mp3", "audio/mpeg"), ("speex", "audio/speex")];
const LASTING_VOICES: Endings =
    &[("amr", "audio/amr"), ("mp3", "audio/mpeg"), ("wma", "audio/x-ms-wma"), ("wav", "audio/wav")];

/// What an upload of `kind` may be: the errcode if it may not. Judged by the file name's ending, as WeChat does.
pub(crate) fn judge(kind: &str, name: &str, bytes: &[u8]) -> Result<&'static str, i64> {
    judged(kind, name, bytes, (PICTURES, VOICES))
}

/// The same for what stays.
pub(crate) fn judge_lasting(kind: &str, name: &str, bytes: &[u8]) -> Result<&'static str, i64> {
    judged(kind, name, bytes, (LASTING_PICTURES, LASTING_VOICES))
}

/// The same for `uploadimg`: JPEG and PNG below 1 MB.
pub(crate) fn judge_picture(name: &str, bytes: &[u8]) -> Result<&'static str, i64> {
    let content_type = judge("image", name, bytes).map_err(|code| if code == 40113 { 40137 } else { code })?;
    match content_type {
        "image/gif" => Err(40137),
        _ if bytes.len() >= 1 << 20 => Err(40009),
        _ => Ok(content_type),
    }
}

fn judged(kind: &str, name: &str, bytes: &[u8], of: (Endings, Endings)) -> Result<&'static str, i64> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let (limit, too_big, known): (usize, i64, &[(&str, &str)]) = match kind {
        "image" => (10 << 20, 40009, of.0),
        "voice" => (2 << 20, 40010, of.1),
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
    if kind == "voice" && seconds(&ending, bytes).is_some_and(|seconds| seconds > LONGEST_VOICE) {
        return Err(45007);
    }
    content_type.ok_or(40113)
}

/// Seconds a voice may last.
const LONGEST_VOICE: usize = 60;

/// Bytes of an AMR frame by its type, with its head; other types have a head only.
const FRAMES: [usize; 9] = [13, 14, 16, 18, 20, 21, 27, 32, 6];

/// How long a recording is, where its format tells without decoding: AMR by its frames of 20 ms (RFC 4867 §5.3), WAV
/// by its bytes a second.
fn seconds(ending: &str, bytes: &[u8]) -> Option<usize> {
    if ending == "wav" {
        let rate = bytes.get(28..32)?.try_into().ok().map(u32::from_le_bytes)?;
        return usize::try_from(rate).ok().filter(|rate| *rate > 0).map(|rate| bytes.len().saturating_sub(44) / rate);
    }
    let mut rest = bytes.strip_prefix(b"#!AMR\n")?;
    let mut frames = 0_usize;
    while let Some(head) = rest.first() {
        let length = FRAMES.get(usize::from((head >> 3) & 15)).copied().unwrap_or(1);
        rest = rest.get(length..).unwrap_or_default();
        frames += 1;
    }
    Some(frames / 50)
}

#[cfg(test)]
mod tests {
    use super::{judge, judge_lasting, judge_picture};

    #[test]
    fn uploads_are_judged_by_kind_ending_and_size() {
        assert_eq!(judge("image", "a.PNG", b"x"), Ok("image/png"));
        assert_eq!(judge("image", "a.webp", b"x"), Err(40113));
        assert_eq!(judge("image", "a.png", b""), Err(44001));
        assert_eq!(judge("thumb", "a.jpg", &vec![0; (64 << 10) + 1]), Err(40012));
        assert_eq!(judge("picture", "a.png", b"x"), Err(40004));
        assert_eq!(judge_lasting("image", "a.bmp", b"x"), Ok("image/bmp"));
        assert_eq!(judge("image", "a.bmp", b"x"), Err(40113));
        assert_eq!(judge_picture("a.jpg", b"x"), Ok("image/jpeg"));
        assert_eq!(judge_picture("a.gif", b"x"), Err(40137));
        assert_eq!(judge_picture("a.jpg", &vec![0; 1 << 20]), Err(40009));
    }

    #[test]
    fn voices_last_a_minute() {
        let amr = |frames: usize| [&b"#!AMR\n"[..], &vec![0x7c; frames]].concat();
        assert_eq!(judge("voice", "a.amr", &amr(3049)), Ok("audio/amr"));
        assert_eq!(judge("voice", "a.amr", &amr(3050)), Err(45007));
        let mut wav = vec![0; 44 + 61 * 8000];
        wav[28..32].copy_from_slice(&8000_u32.to_le_bytes());
        assert_eq!(judge_lasting("voice", "a.wav", &wav), Err(45007));
        assert_eq!(judge_lasting("voice", "a.wav", &wav[..44 + 60 * 8000]), Ok("audio/wav"));
    }
}
