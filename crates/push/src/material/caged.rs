//! The caged half of taking a file in: strangers' bytes are opened here and nowhere else. It knows nothing of the database
//! and runs in a child process.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek as _, Write};

use catalogue::originals::{Kind as Original, measure, open_picture};
use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::{AnimationDecoder as _, DynamicImage, ImageDecoder as _, ImageFormat};
use kernel::cage::{Frames, Limits, enter, input};
use serde::{Deserialize, Serialize};

use super::media_type::{AMR, MediaType};
use super::picture::{jpeg, png, small};
use crate::headline::{Headline, headlines};
use crate::import::{Imported, document};

/// The most pictures of a moving picture, and the most pixels of all of them.
const MOST_FRAMES: usize = 300;
const MOST_PIXELS: u64 = 200_000_000;
/// The longest side a picture is kept with, in pixels: four screens of a telephone.
const LONGEST_SIDE: u32 = 4096;

/// What the child is to do with the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Orders {
    /// Examine a material.
    Material,
    /// Read a Word document.
    Document,
    /// Read a feed.
    Feed,
}

/// The child's first frame; frames of bytes follow as it says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Said {
    /// It is not taken, and why.
    Refused(String),
    /// A material. Of a picture follow the picture as it is kept, and a small one.
    Examined(Facts),
    /// What a document says. Its pictures follow.
    Read(Imported),
    /// What a feed says.
    Told(Vec<Headline>),
}

/// What was measured.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) media_type: MediaType,
    pub(super) size: Option<(u32, u32)>,
    pub(super) milliseconds: Option<u64>,
}

/// The work of the caged child: locks itself in and opens its standard input. The arguments are the [`Orders`] as JSON and the
/// limits.
///
/// # Errors
/// If the arguments cannot be read, a limit is refused, or the parent has gone.
pub fn caged(orders: &str, limits: &str) -> Result<(), Box<dyn std::error::Error>> {
    let limits = Limits::parse(limits).ok_or("limits that cannot be read")?;
    let orders: Orders = serde_json::from_str(orders)?;
    enter(&limits)?;
    let mut frames = Frames::stdout();
    open(input()?, orders, &mut frames)?;
    Ok(frames.finish()?)
}

/// Opens the file and says what was found. Faults of the file are said, not returned.
fn open(mut file: File, orders: Orders, frames: &mut Frames<impl Write>) -> io::Result<()> {
    file.rewind()?;
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    let (said, pieces) = match orders {
        Orders::Material => match examined(&mut file, &content)? {
            Ok((facts, pieces)) => (Said::Examined(facts), pieces),
            Err(why) => (Said::Refused(why), Vec::new()),
        },
        Orders::Document => match document(&content) {
            Ok((read, pictures)) => (Said::Read(read), pictures),
            Err(why) => (Said::Refused(why), Vec::new()),
        },
        Orders::Feed => (headlines(&content).map_or_else(Said::Refused, Said::Told), Vec::new()),
    };
    frames.send(&serde_json::to_vec(&said)?)?;
    pieces.iter().try_for_each(|piece| frames.send(piece))
}

type Examined = Result<(Facts, Vec<Vec<u8>>), String>;

fn examined(file: &mut File, content: &[u8]) -> io::Result<Examined> {
    let Some(media_type) = MediaType::of_content(content) else {
        return Ok(Err(UNKNOWN.to_owned()));
    };
    Ok(match media_type {
        MediaType::Jpeg => still(ImageFormat::Jpeg, content),
        MediaType::Png => still(ImageFormat::Png, content),
        MediaType::Bmp => still(ImageFormat::Bmp, content),
        MediaType::Gif => moving(content),
        MediaType::Amr => lasting(media_type, amr(content)),
        MediaType::Mp3 => lasting(media_type, measure(file, Original::Mp3)?.map(|measured| measured.milliseconds)),
        MediaType::Wav => lasting(media_type, measure(file, Original::Wav)?.map(|measured| measured.milliseconds)),
        MediaType::Mp4 => measure(file, Original::Mp4)?.map(|measured| {
            let facts = Facts { media_type, size: measured.size, milliseconds: Some(measured.milliseconds) };
            (facts, Vec::new())
        }),
    })
}

/// What is said of a file of another format.
pub(crate) const UNKNOWN: &str = "不是可以用的格式。图片用 JPG、PNG、GIF、BMP，音频用 MP3、AMR、WAV，视频用 MP4；其他格式（如 HEIC、WebP、SVG、TIFF）请先转换";

fn lasting(media_type: MediaType, milliseconds: Result<u64, String>) -> Examined {
    milliseconds.map(|milliseconds| (Facts { media_type, size: None, milliseconds: Some(milliseconds) }, Vec::new()))
}

/// A picture drawn anew: upright, in plain colour, without metadata. JPEG stays JPEG; everything else becomes PNG, unless
/// that is too large for WeChat.
fn still(format: ImageFormat, content: &[u8]) -> Examined {
    let mut picture = open_picture(format, content)?;
    if picture.width().max(picture.height()) > LONGEST_SIDE {
        picture = picture.resize(LONGEST_SIDE, LONGEST_SIDE, image::imageops::FilterType::Lanczos3);
    }
    let most = super::MaterialKind::Image.limits().bytes;
    let as_png = if format == ImageFormat::Jpeg { None } else { Some(png(&picture)?) };
    let as_png = as_png.filter(|png| u64::try_from(png.len()).is_ok_and(|bytes| bytes <= most));
    let (media_type, kept) = match as_png {
        Some(png) => (MediaType::Png, png),
        None => (MediaType::Jpeg, jpeg(&picture, 90)?),
    };
    let facts = Facts { media_type, size: Some((picture.width(), picture.height())), milliseconds: None };
    Ok((facts, vec![kept, small(&picture)?]))
}

/// A GIF drawn anew, picture by picture.
fn moving(content: &[u8]) -> Examined {
    let broken = |_| "不能打开，文件已损坏，请重新传来".to_owned();
    let decoder = GifDecoder::new(Cursor::new(content)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let most = MOST_PIXELS / (u64::from(width) * u64::from(height)).max(1);
    let most = usize::try_from(most).unwrap_or(usize::MAX).min(MOST_FRAMES);
    let mut kept = Vec::new();
    let mut first = None;
    {
        let mut encoder = GifEncoder::new_with_speed(&mut kept, 20);
        encoder.set_repeat(Repeat::Infinite).map_err(broken)?;
        for (number, frame) in decoder.into_frames().enumerate() {
            if number >= most {
                return Err(format!("动图太大：{width}×{height} 像素，超过 {most} 帧，请缩小或剪短"));
            }
            let frame = frame.map_err(broken)?;
            first.get_or_insert_with(|| DynamicImage::ImageRgba8(frame.buffer().clone()));
            encoder.encode_frame(frame).map_err(broken)?;
        }
    }
    let first = first.ok_or_else(|| "动图里没有画面".to_owned())?;
    let facts = Facts { media_type: MediaType::Gif, size: Some((width, height)), milliseconds: None };
    Ok((facts, vec![kept, small(&DynamicImage::ImageRgb8(first.into_rgb8()))?]))
}

/// How long adaptive multi-rate lasts, in milliseconds: 20 a frame, whose first byte tells its length (RFC 4867 §5.3).
fn amr(content: &[u8]) -> Result<u64, String> {
    const LENGTHS: [usize; 16] = [12, 13, 15, 17, 19, 20, 26, 31, 5, 0, 0, 0, 0, 0, 0, 0];
    let mut rest = content.strip_prefix(AMR).unwrap_or_default();
    let mut frames = 0;
    while let Some((first, behind)) = rest.split_first() {
        let length = LENGTHS.get(usize::from(first >> 3 & 0xf)).copied().unwrap_or(0);
        rest = behind.get(length..).ok_or("不能打开，文件不完整，请重新传来")?;
        frames += 1;
    }
    if frames == 0 { Err("里面没有声音".to_owned()) } else { Ok(frames * 20) }
}

#[cfg(test)]
pub(crate) mod tests {
    use image::{GenericImageView as _, Rgb, RgbImage};

    use super::*;

    /// A picture of this size, its left half red and its right half blue.
    pub(crate) fn two_halves(width: u32, height: u32) -> DynamicImage {
        let colour = |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) };
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, colour))
    }

    /// A JPEG that says where it was taken, and that it is to be turned by a quarter.
    pub(crate) fn photograph() -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
        exif.extend(b"\x01\x0f\0\x02\0\0\0\x04CAM\0");
        exif.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
        exif.extend(b"\0\0\0\0");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let plain = jpeg(&two_halves(40, 20), 90).unwrap();
        [&plain[..2], b"\xff\xe1", &length, &exif, &plain[2..]].concat()
    }

    fn examine(content: &[u8]) -> Examined {
        let mut file = kernel::cage::bytes(content).unwrap();
        examined(&mut file, content).unwrap()
    }

    #[test]
    fn a_photograph_is_turned_upright_and_says_nothing_of_its_camera() {
        let content = photograph();
        assert!(content.windows(4).any(|bytes| bytes == b"Exif"));
        let (facts, pieces) = examine(&content).unwrap();
        assert_eq!(facts, Facts { media_type: MediaType::Jpeg, size: Some((20, 40)), milliseconds: None });
        for piece in &pieces {
            assert!(!piece.windows(4).any(|bytes| bytes == b"Exif" || bytes == b"CAM\0"));
        }
        // Turned clockwise by a quarter, what was left is above.
        let kept = image::load_from_memory(&pieces[0]).unwrap();
        assert!(kept.get_pixel(10, 5).0[0] > 150 && kept.get_pixel(10, 35).0[2] > 150);
    }

    #[test]
    fn png_and_bitmap_are_kept_as_png_and_a_gif_as_gif() {
        for format in [ImageFormat::Png, ImageFormat::Bmp] {
            let mut content = Cursor::new(Vec::new());
            two_halves(30, 10).write_to(&mut content, format).unwrap();
            let (facts, pieces) = examine(content.get_ref()).unwrap();
            assert_eq!((facts.media_type, facts.size), (MediaType::Png, Some((30, 10))), "{format:?}");
            assert!(pieces[0].starts_with(b"\x89PNG") && pieces[1].starts_with(b"\xff\xd8"));
        }
        let mut content = Vec::new();
        {
            let mut encoder = GifEncoder::new(&mut content);
            let frame = || image::Frame::new(two_halves(12, 8).into_rgba8());
            encoder.encode_frames([frame(), frame(), frame()]).unwrap();
        }
        let (facts, pieces) = examine(&content).unwrap();
        assert_eq!((facts.media_type, facts.size), (MediaType::Gif, Some((12, 8))));
        let again = GifDecoder::new(Cursor::new(&pieces[0])).unwrap().into_frames().count();
        assert_eq!(again, 3);
    }

    #[test]
    fn a_bomb_and_a_file_with_another_name_on_it_are_refused() {
        // A PNG that says it has 60,000 × 60,000 pixels and holds none.
        let mut content = Cursor::new(Vec::new());
        two_halves(8, 8).write_to(&mut content, ImageFormat::Png).unwrap();
        let mut bomb = content.into_inner();
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let sum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        let told = examine(&bomb).unwrap_err();
        assert!(told.contains("60000×60000"), "{told}");
        for (content, word) in [
            (&b"<svg onload=\"x()\"/>"[..], "格式"),
            (b"PK\x03\x04", "格式"),
            (b"\xff\xd8\xff\xe0 nothing more", "损坏"),
            (b"GIF89a\xff\xff\xff\xff", "损坏"),
            (b"BMnothing", "损坏"),
        ] {
            let told = examine(content).unwrap_err();
            assert!(told.contains(word), "{content:?}: {told}");
        }
    }

    /// The check of a part of a PNG (ISO/IEC 15948 annex D).
    fn crc(bytes: &[u8]) -> u32 {
        let step = |sum: u32| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
        !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum)))
    }

    #[test]
    fn amr_lasts_as_long_as_it_has_frames() {
        let frame = [&[0x3c][..], &[0; 31]].concat();
        assert_eq!(amr(&[AMR, &frame.repeat(50)].concat()), Ok(1000));
        assert!(amr(&[AMR, &frame.repeat(2)[..40]].concat()).is_err());
        assert!(amr(AMR).is_err());
    }
}
