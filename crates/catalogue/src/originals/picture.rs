//! Page images: measured by their headers, decoded, put upright, turned to plain colour, marked and cut into tiles.

use std::fs::File;
use std::io::{self, Cursor, Read, Write};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::tiff::TiffDecoder;
use image::{DynamicImage, GenericImageView as _, ImageDecoder, ImageError, ImageFormat, ImageReader, RgbImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use super::caged::{Said, Voice};
use super::finding::{Property, Verdict};
use super::pack::{TILE, levels};
use super::{Kind, mark};

/// The most pixels of a page.
const MOST_PIXELS: u64 = 40_000_000;
/// The most bytes a decoder may take for itself.
const MOST_MEMORY: u64 = 512 << 20;
/// The largest colour profile that is read, in bytes.
const LARGEST_PROFILE: usize = 4 << 20;
/// The most pages of one file.
const MOST_PAGES: usize = 2_000;
/// The quality of tiles, of 100.
const QUALITY: u8 = 82;

/// Examines a page image and sends the public copy of its pages.
pub(super) fn examine(file: &mut File, kind: Kind, text: &str, voice: &mut Voice<'_, impl Write>) -> io::Result<()> {
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    if !voice.judge(Property::Completeness, "文件完整", &whole(kind, &content))? {
        return Ok(());
    }
    let offsets = match kind {
        Kind::Tiff => match page_offsets(&content) {
            Ok(offsets) => offsets,
            Err(why) => return voice.find(Property::Usability, "能否打开", Verdict::Failed, &why),
        },
        _ => vec![0],
    };
    let mut sizes = Vec::new();
    for offset in &offsets {
        if kind == Kind::Tiff {
            begin_at(&mut content, *offset);
        }
        match decode(kind, &content) {
            Ok(mut page) => {
                sizes.push(format!("{}×{}", page.width(), page.height()));
                mark::draw(&mut page, text);
                send(&page, voice)?;
            }
            Err(why) => {
                let why = format!("第 {} 页：{why}", sizes.len() + 1);
                return voice.find(Property::Usability, "能否打开", Verdict::Failed, &why);
            }
        }
    }
    sizes.dedup();
    sizes.truncate(5);
    let found = format!("{} 页，{} 像素", offsets.len(), sizes.join("、"));
    voice.find(Property::Usability, "能否打开", Verdict::Passed, &found)?;
    let removed = "公布副本重新编码，不含拍摄信息、缩略图等元数据";
    voice.find(Property::Security, "元数据", Verdict::Passed, removed)
}

/// Whether the file reaches to its end.
fn whole(kind: Kind, content: &[u8]) -> Result<String, String> {
    let last = |mark: &[u8]| content.windows(mark.len()).rposition(|bytes| bytes == mark).map(|at| at + mark.len());
    let end = match kind {
        Kind::Jpeg => last(&[0xff, 0xd9]),
        Kind::Png => last(b"IEND\xae\x42\x60\x82"),
        _ => Some(content.len()),
    };
    match end.map(|end| content.len() - end) {
        None => Err("文件不完整，缺少结尾，请重新传来".to_owned()),
        Some(0) => Ok("有结尾".to_owned()),
        Some(more) => Ok(format!("有结尾；其后另有 {more} 字节，公布副本不含")),
    }
}

/// Decodes one page into plain grey or plain RGB, upright.
fn decode(kind: Kind, content: &[u8]) -> Result<DynamicImage, String> {
    match kind {
        Kind::Tiff => upright(TiffDecoder::new(Cursor::new(content)).map_err(|error| told(&error))?),
        Kind::Png => upright(reader(ImageFormat::Png, content)?),
        _ => upright(reader(ImageFormat::Jpeg, content)?),
    }
}

/// Decodes a stranger's picture within the same bounds as a page: plain grey or RGB, upright, without metadata. To be called
/// in the cage. The error says why not, in words for whoever sent it.
///
/// # Errors
/// If it is damaged, too large when unfolded, or of an unusual coding.
pub fn open_picture(format: ImageFormat, content: &[u8]) -> Result<DynamicImage, String> {
    upright(reader(format, content)?)
}

fn reader(format: ImageFormat, content: &[u8]) -> Result<impl ImageDecoder + '_, String> {
    ImageReader::with_format(Cursor::new(content), format).into_decoder().map_err(|error| told(&error))
}

fn upright(mut decoder: impl ImageDecoder) -> Result<DynamicImage, String> {
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(format!("{width}×{height} 像素，超过 {} 万像素，请分幅或缩小", MOST_PIXELS / 10_000));
    }
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    decoder.set_limits(limits).map_err(|error| told(&error))?;
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| profile.len() <= LARGEST_PROFILE);
    let orientation = decoder.orientation();
    let mut page = plain(DynamicImage::from_decoder(decoder).map_err(|error| told(&error))?);
    if let (DynamicImage::ImageRgb8(coloured), Some(profile)) = (&mut page, profile) {
        to_srgb(coloured, &profile);
    }
    if let Ok(orientation) = orientation {
        page.apply_orientation(orientation);
    }
    Ok(page)
}

/// Eight bits a part, on white where it was transparent.
fn plain(page: DynamicImage) -> DynamicImage {
    let grey = matches!(page, DynamicImage::ImageLuma8(_) | DynamicImage::ImageLuma16(_));
    if grey {
        return DynamicImage::ImageLuma8(page.into_luma8());
    }
    if !page.color().has_alpha() {
        return DynamicImage::ImageRgb8(page.into_rgb8());
    }
    let (width, height) = page.dimensions();
    let transparent = page.into_rgba8();
    let mut opaque = RgbImage::new(width, height);
    for (under, over) in opaque.pixels_mut().zip(transparent.pixels()) {
        let [red, green, blue, alpha] = over.0;
        let part = |part: u8| {
            let mixed = (u32::from(part) * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        under.0 = [part(red), part(green), part(blue)];
    }
    DynamicImage::ImageRgb8(opaque)
}

/// Colours of a profile as those of sRGB; a profile that is none, or of other than RGB, changes nothing.
fn to_srgb(page: &mut RgbImage, profile: &[u8]) {
    let Ok(own) = ColorProfile::new_from_slice(profile) else { return };
    if own.color_space != DataColorSpace::Rgb {
        return;
    }
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    let Ok(transform) = own.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, options) else { return };
    let mut converted = vec![0; page.as_raw().len()];
    if transform.transform(page.as_raw(), &mut converted).is_ok() {
        page.copy_from_slice(&converted);
    }
}

/// Sends a page at all its scales, each cut into tiles.
fn send(page: &DynamicImage, voice: &mut Voice<'_, impl Write>) -> io::Result<()> {
    let scales = levels(page.width(), page.height());
    voice.say(&Said::Page(scales.clone()))?;
    let mut last = None::<DynamicImage>;
    for level in scales {
        let above = last.as_ref().unwrap_or(page);
        let this = if above.dimensions() == (level.width, level.height) {
            above.clone()
        } else {
            above.thumbnail_exact(level.width, level.height)
        };
        for row in 0..level.rows() {
            for column in 0..level.columns() {
                let (left, top) = (column * TILE, row * TILE);
                let (width, height) = (TILE.min(level.width - left), TILE.min(level.height - top));
                let mut jpeg = Vec::new();
                let tile = this.crop_imm(left, top, width, height);
                let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
                tile.write_with_encoder(encoder).map_err(io::Error::other)?;
                voice.tile(&jpeg)?;
            }
        }
        last = Some(this);
    }
    Ok(())
}

/// Where the directories of a TIFF's pages lie: each names the next. A chain that bites its tail ends there.
fn page_offsets(content: &[u8]) -> Result<Vec<u32>, String> {
    let big = content.starts_with(b"MM");
    let two = |at: usize| {
        let bytes = content.get(at..at + 2)?.first_chunk::<2>()?;
        Some(if big { u16::from_be_bytes(*bytes) } else { u16::from_le_bytes(*bytes) })
    };
    let four = |at: usize| {
        let bytes = content.get(at..at.checked_add(4)?)?.first_chunk::<4>()?;
        Some(if big { u32::from_be_bytes(*bytes) } else { u32::from_le_bytes(*bytes) })
    };
    let mut offsets: Vec<u32> = Vec::new();
    let mut next = four(4).unwrap_or(0);
    while next != 0 && !offsets.contains(&next) {
        if offsets.len() == MOST_PAGES {
            return Err(format!("超过 {MOST_PAGES} 页，请分成几个文件"));
        }
        let at = usize::try_from(next).map_err(|error| error.to_string())?;
        let entries = (at < content.len()).then(|| two(at)).flatten();
        let entries = entries.ok_or_else(|| format!("文件不完整，第 {} 页不在文件里", offsets.len() + 1))?;
        offsets.push(next);
        next = four(at + 2 + usize::from(entries) * 12).unwrap_or(0);
    }
    if offsets.is_empty() { Err("文件里没有一页".to_owned()) } else { Ok(offsets) }
}

/// Lets a TIFF begin with the page whose directory lies there.
fn begin_at(content: &mut [u8], offset: u32) {
    let bytes = if content.starts_with(b"MM") { offset.to_be_bytes() } else { offset.to_le_bytes() };
    if let Some(place) = content.get_mut(4..8) {
        place.copy_from_slice(&bytes);
    }
}

fn told(error: &ImageError) -> String {
    match error {
        ImageError::Limits(_) => "解开之后太大，请分幅或缩小".to_owned(),
        ImageError::Unsupported(_) => "用了不能打开的编码，请另存为常用的 JPEG 或 TIFF".to_owned(),
        _ => "不能打开，文件已损坏，请重新传来".to_owned(),
    }
}
