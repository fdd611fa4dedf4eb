//! Sound and moving pictures: how long they last and whether they are whole, read from their headers. Nothing is
//! decoded, and no length that a file claims is believed before it is compared with the file's own.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use super::Kind;
use super::caged::Voice;
use super::finding::{Property, Verdict};

/// The largest table of contents of an MPEG-4 file that is read, in bytes.
const LARGEST_MOOV: u64 = 64 << 20;
/// The most boxes on one level.
const MOST_BOXES: usize = 10_000;

/// What the headers say, or why they cannot be read.
type Found = Result<Measured, String>;

/// What the headers of sound or moving pictures say.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Measured {
    /// How long it lasts, in milliseconds.
    pub milliseconds: u64,
    /// The size of the picture in pixels, if it has one.
    pub size: Option<(u32, u32)>,
}

/// Measures sound or moving pictures; what cannot be read says why. To be called in the cage.
///
/// # Errors
/// If the file itself cannot be read.
pub fn measure(file: &mut File, kind: Kind) -> io::Result<Result<Measured, String>> {
    let length = file.metadata()?.len();
    match kind {
        Kind::Wav => wave(file, length),
        Kind::Mp3 => mpeg_audio(file, length),
        _ => mpeg4(file, length),
    }
}

/// Examines sound or moving pictures.
pub(super) fn examine(file: &mut File, kind: Kind, voice: &mut Voice<'_, impl Write>) -> io::Result<()> {
    let told = measure(file, kind)?.map(|measured| {
        let seconds = measured.milliseconds / 1000;
        let size = measured.size.map(|(width, height)| format!("，画面 {width}×{height}")).unwrap_or_default();
        format!("时长 {}:{:02}:{:02}{size}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    });
    voice.judge(Property::Usability, "能否打开", &told)?;
    if told.is_ok() {
        voice.find(Property::Completeness, "文件完整", Verdict::Passed, "各部分都在文件里")?;
        voice.find(Property::Security, "活动内容", Verdict::Passed, "这种格式没有")?;
    }
    Ok(())
}

const BROKEN: &str = "不能打开，文件不完整或已损坏，请重新传来";

fn broken<T>() -> Result<T, String> {
    Err(BROKEN.to_owned())
}

fn little(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().map(|bytes| u32::from_le_bytes(*bytes))
}

fn big(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes))
}

fn read_at(file: &mut File, at: u64, most: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// RIFF: chunks, each with its name and length.
fn wave(file: &mut File, length: u64) -> io::Result<Found> {
    let mut at = 12;
    let mut rate = None;
    for _ in 0..MOST_BOXES {
        let head = read_at(file, at, 24)?;
        let Some(size) = little(&head, 4) else { break };
        match head.get(..4) {
            Some(b"fmt ") => rate = little(&head, 16).filter(|rate| *rate > 0),
            Some(b"data") => {
                let Some(rate) = rate else { return Ok(broken()) };
                let whole = at + 8 + u64::from(size) <= length;
                let milliseconds = u64::from(size) * 1000 / u64::from(rate);
                return Ok(if whole { Ok(Measured { milliseconds, size: None }) } else { broken() });
            }
            _ => {}
        }
        at += 8 + u64::from(size) + u64::from(size % 2);
    }
    Ok(broken())
}

/// The header of a frame of MPEG audio layer III (ISO/IEC 11172-3, 13818-3).
#[derive(Clone, Copy)]
struct Frame {
    bits_a_second: u64,
    samples_a_second: u64,
    samples: u64,
    length: u64,
    /// Where a count of frames may stand in it.
    count_at: usize,
}

impl Frame {
    fn parse(head: &[u8]) -> Option<Self> {
        const ONE: [u64; 16] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0];
        const TWO: [u64; 16] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0];
        let [0xff, second, third, fourth, ..] = *head else { return None };
        if second & 0xe6 != 0xe2 {
            return None;
        }
        let first_version = second & 0x18 == 0x18;
        let table = if first_version { &ONE } else { &TWO };
        let kilobits = *table.get(usize::from(third >> 4)).filter(|rate| **rate > 0)?;
        let base: u64 = *[44_100, 48_000, 32_000].get(usize::from(third >> 2 & 3))?;
        let samples_a_second = match second & 0x18 {
            0x18 => base,
            0x10 => base / 2,
            0 => base / 4,
            _ => return None,
        };
        let samples = if first_version { 1152 } else { 576 };
        let bits_a_second = kilobits * 1000;
        let length = samples / 8 * bits_a_second / samples_a_second + u64::from(third >> 1 & 1);
        let count_at = match (first_version, fourth >> 6 == 3) {
            (true, false) => 36,
            (true, true) | (false, false) => 21,
            (false, true) => 13,
        };
        Some(Self { bits_a_second, samples_a_second, samples, length, count_at })
    }
}

fn mpeg_audio(file: &mut File, length: u64) -> io::Result<Found> {
    let head = read_at(file, 0, 10)?;
    // A tag before the sound: its length has seven bits a byte.
    let tag = match head.as_slice() {
        [b'I', b'D', b'3', _, _, _, size @ ..] => {
            10 + size.iter().take(4).fold(0_u64, |sum, byte| sum << 7 | u64::from(byte & 0x7f))
        }
        _ => 0,
    };
    let begin = read_at(file, tag, 64 * 1024)?;
    let first = (0..begin.len()).find_map(|at| {
        let frame = Frame::parse(begin.get(at..)?)?;
        // A lone frame may be chance; one that is followed by another is sound.
        let next = at.checked_add(usize::try_from(frame.length).ok()?)?;
        Frame::parse(begin.get(next..)?).map(|_| (at, frame))
    });
    let Some((at, frame)) = first else { return Ok(broken()) };
    let counted =
        begin.get(at + frame.count_at..).filter(|rest| rest.starts_with(b"Xing") || rest.starts_with(b"Info"));
    let frames = counted.filter(|rest| big(rest, 4).is_some_and(|flags| flags & 1 == 1)).and_then(|rest| big(rest, 8));
    let milliseconds = match frames {
        Some(frames) => u64::from(frames) * frame.samples * 1000 / frame.samples_a_second,
        None => length.saturating_sub(tag) * 8 * 1000 / frame.bits_a_second,
    };
    Ok(Ok(Measured { milliseconds, size: None }))
}

/// ISO base media (ISO/IEC 14496-12): boxes in boxes.
fn mpeg4(file: &mut File, length: u64) -> io::Result<Found> {
    let mut at = 0;
    let mut found = None;
    let mut media = false;
    for _ in 0..MOST_BOXES {
        if at >= length {
            break;
        }
        let head = read_at(file, at, 16)?;
        let (Some(size), Some(name)) = (big(&head, 0), head.get(4..8)) else { return Ok(broken()) };
        let size = match size {
            0 => length - at,
            1 => match head.get(8..16).and_then(|bytes| bytes.first_chunk::<8>()) {
                Some(bytes) => u64::from_be_bytes(*bytes),
                None => return Ok(broken()),
            },
            size => u64::from(size),
        };
        if size < 8 || at.checked_add(size).is_none_or(|end| end > length) {
            return Ok(broken());
        }
        match name {
            b"moov" if size > LARGEST_MOOV => return Ok(Err("目录部分太大，不能打开".to_owned())),
            b"moov" => {
                let moov = read_at(file, at + 8, size - 8)?;
                if memchr::memmem::find(&moov, b"pssh").or(memchr::memmem::find(&moov, b"sinf")).is_some() {
                    return Ok(Err("内容加密，请去掉加密以后再挂接".to_owned()));
                }
                found = movie(&moov);
            }
            b"mdat" => media = true,
            _ => {}
        }
        at += size;
    }
    Ok(found.filter(|_| media).map_or_else(broken, Ok))
}

/// The boxes of one level: name and content.
fn boxes(content: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = content;
    std::iter::from_fn(move || {
        let size = usize::try_from(big(rest, 0)?).ok().filter(|size| *size >= 8)?;
        let one = rest.get(..size)?;
        rest = rest.get(size..)?;
        Some((one.get(4..8)?, one.get(8..)?))
    })
    .take(MOST_BOXES)
}

fn movie(moov: &[u8]) -> Option<Measured> {
    let header = boxes(moov).find(|(name, _)| *name == b"mvhd").map(|(_, content)| content)?;
    let (scale, duration) = match header.first()? {
        1 => (big(header, 20)?, u64::from(big(header, 24)?) << 32 | u64::from(big(header, 28)?)),
        _ => (big(header, 12)?, u64::from(big(header, 16)?)),
    };
    let milliseconds = duration.checked_mul(1000)?.checked_div(u64::from(scale))?;
    let tracks = boxes(moov).filter(|(name, _)| *name == b"trak").flat_map(|(_, content)| boxes(content));
    let sizes = tracks.filter(|(name, _)| *name == b"tkhd").filter_map(|(_, content)| {
        let at = if content.first() == Some(&1) { 88 } else { 76 };
        // Sixteen bits before the point and sixteen behind it.
        Some((big(content, at)? >> 16, big(content, at + 4)? >> 16))
    });
    Some(Measured { milliseconds, size: sizes.filter(|(width, _)| *width > 0).max() })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn file(content: &[u8]) -> (File, u64) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        (file, u64::try_from(content.len()).unwrap())
    }

    /// A second of silence.
    pub(in super::super) fn silence() -> Vec<u8> {
        let mut wave = b"RIFF\x64\x1f\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
        wave.extend([8000_u32.to_le_bytes(), 8000_u32.to_le_bytes()].concat());
        wave.extend(b"\x01\0\x08\0data");
        wave.extend(8000_u32.to_le_bytes());
        wave.resize(wave.len() + 8000, 128);
        wave
    }

    fn one_box(name: [u8; 4], content: &[u8]) -> Vec<u8> {
        [&u32::try_from(content.len() + 8).unwrap().to_be_bytes()[..], &name, content].concat()
    }

    /// A film of two and a half seconds without a single picture.
    pub(in super::super) fn film() -> Vec<u8> {
        let mut header = vec![0; 100];
        header[12..16].copy_from_slice(&1000_u32.to_be_bytes());
        header[16..20].copy_from_slice(&2500_u32.to_be_bytes());
        let mut track = vec![0; 84];
        track[76..80].copy_from_slice(&(640_u32 << 16).to_be_bytes());
        track[80..84].copy_from_slice(&(480_u32 << 16).to_be_bytes());
        let track = one_box(*b"trak", &one_box(*b"tkhd", &track));
        let moov = one_box(*b"moov", &[one_box(*b"mvhd", &header), track].concat());
        [one_box(*b"ftyp", b"isom\0\0\0\0"), moov, one_box(*b"mdat", &[0; 100])].concat()
    }

    #[test]
    fn lengths_are_read_from_the_headers() {
        let (mut wav, length) = file(&silence());
        assert_eq!(wave(&mut wav, length).unwrap(), Ok(Measured { milliseconds: 1000, size: None }));
        let (mut mp4, length) = file(&film());
        assert_eq!(mpeg4(&mut mp4, length).unwrap(), Ok(Measured { milliseconds: 2500, size: Some((640, 480)) }));
        // 128 kbit/s at 44.1 kHz: frames of 417 bytes, 26 ms each.
        let frame: Vec<u8> = [0xff, 0xfb, 0x90, 0].into_iter().chain(std::iter::repeat_n(0, 413)).collect();
        let sound = [b"ID3\x04\0\0\0\0\0\x0a".to_vec(), vec![0; 10], frame.repeat(100)].concat();
        let (mut mp3, length) = file(&sound);
        assert_eq!(mpeg_audio(&mut mp3, length).unwrap().unwrap().milliseconds, 2606);
    }

    #[test]
    fn u23_what_is_cut_or_claims_too_much_is_refused() {
        let cut = |content: Vec<u8>| content[..content.len() - 50].to_vec();
        let (mut wav, length) = file(&cut(silence()));
        assert!(wave(&mut wav, length).unwrap().is_err());
        let (mut mp4, length) = file(&cut(film()));
        assert!(mpeg4(&mut mp4, length).unwrap().is_err());
        let boastful = [&b"\0\0\0\x10ftypisom\0\0\0\0"[..], &u32::MAX.to_be_bytes(), b"moov", &[0; 64]].concat();
        let (mut mp4, length) = file(&boastful);
        assert!(mpeg4(&mut mp4, length).unwrap().is_err());
        let (mut mp3, length) = file(b"ID3\x04\0\0\x7f\x7f\x7f\x7f\xff\xfb\x90\0");
        assert!(mpeg_audio(&mut mp3, length).unwrap().is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_content_makes_it_fall(noise: Vec<u8>, at in 0_usize..200, whole: bool) {
            let mut content = if whole { film() } else { silence() };
            for (place, byte) in content.iter_mut().skip(at).zip(&noise) {
                *place = *byte;
            }
            let (mut file, length) = file(&content);
            let _any = (wave(&mut file, length).unwrap(), mpeg_audio(&mut file, length).unwrap());
            let _any = mpeg4(&mut file, length).unwrap();
        }
    }
}
