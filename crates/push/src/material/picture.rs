//! Pictures of the house itself: cut, made smaller, written. Strangers' pictures are opened in the cage.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The longest side of a small picture, in pixels.
const SMALL: u32 = 320;

/// What a picture is cut to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// The cover of the first article: 2.35:1, 900 × 383 pixels.
    Cover,
    /// The cover where an article is passed on: 1:1, 383 × 383 pixels.
    Square,
    /// What stands for music or a film: 1:1, 300 × 300 pixels, below 64 KB.
    Thumb,
}

impl Shape {
    /// Width and height in pixels.
    pub const fn size(self) -> (u32, u32) {
        match self {
            Self::Cover => (900, 383),
            Self::Square => (383, 383),
            Self::Thumb => (300, 300),
        }
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Cover => "封面",
            Self::Square => "方形封面",
            Self::Thumb => "缩略图",
        }
    }
}

/// Which part of a picture is cut out. The height follows from the shape.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Crop {
    /// What it becomes.
    pub shape: Shape,
    /// Its left side, in pixels of the picture.
    pub left: u32,
    /// Its upper side.
    pub top: u32,
    /// Its width.
    pub width: u32,
}

/// Cuts a part out of a picture, JPEG.
///
/// # Errors
/// If the part does not lie within the picture, or the picture cannot be opened.
pub(crate) fn crop(content: &[u8], crop: Crop) -> Result<Vec<u8>, String> {
    let picture = image::load_from_memory(content).map_err(|error| error.to_string())?;
    let (wide, high) = crop.shape.size();
    let height = u32::try_from(u64::from(crop.width) * u64::from(high) / u64::from(wide)).unwrap_or(u32::MAX);
    let fits = |from: u32, length: u32, of: u32| length > 0 && from.checked_add(length).is_some_and(|end| end <= of);
    if !fits(crop.left, crop.width, picture.width()) || !fits(crop.top, height, picture.height()) {
        return Err("裁剪的范围超出了图片".to_owned());
    }
    let part = picture.crop_imm(crop.left, crop.top, crop.width, height);
    let part = DynamicImage::ImageRgb8(part.resize_exact(wide, high, FilterType::Lanczos3).into_rgb8());
    let most = if matches!(crop.shape, Shape::Thumb) { super::MaterialKind::Thumb.limits().bytes } else { u64::MAX };
    for quality in [90, 75, 60, 40, 20] {
        let written = jpeg(&part, quality)?;
        if u64::try_from(written.len()).is_ok_and(|bytes| bytes <= most) {
            return Ok(written);
        }
    }
    Err("缩略图压缩不到 64 KB，请换一处裁剪".to_owned())
}

/// A picture of fewer bytes than this, JPEG: as good and as large as that allows. A GIF becomes its first picture.
///
/// # Errors
/// If it cannot be opened.
pub(crate) fn below(content: &[u8], bytes: usize) -> Result<Vec<u8>, String> {
    let mut picture = DynamicImage::ImageRgb8(image::load_from_memory(content).map_err(told)?.into_rgb8());
    loop {
        for quality in [88, 76] {
            let written = jpeg(&picture, quality)?;
            if written.len() < bytes {
                return Ok(written);
            }
        }
        let (width, height) = (picture.width() * 3 / 4, picture.height() * 3 / 4);
        if width < 2 || height < 2 {
            return Err("图片压缩不到微信接收的大小".to_owned());
        }
        picture = picture.resize_exact(width, height, FilterType::Lanczos3);
    }
}

/// A small picture of it, JPEG.
pub(super) fn small(picture: &DynamicImage) -> Result<Vec<u8>, String> {
    if picture.width().max(picture.height()) <= SMALL {
        return jpeg(picture, 80);
    }
    jpeg(&picture.thumbnail(SMALL, SMALL), 80)
}

/// A small picture of one that is written already, and its size.
pub(crate) fn small_of(content: &[u8]) -> Result<(Vec<u8>, (u32, u32)), String> {
    let picture = image::load_from_memory(content).map_err(told)?;
    Ok((small(&picture)?, (picture.width(), picture.height())))
}

pub(super) fn jpeg(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, String> {
    let mut written = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut written, quality)).map_err(told)?;
    Ok(written)
}

pub(super) fn png(picture: &DynamicImage) -> Result<Vec<u8>, String> {
    let mut written = Cursor::new(Vec::new());
    picture.write_to(&mut written, ImageFormat::Png).map_err(told)?;
    Ok(written.into_inner())
}

#[expect(clippy::needless_pass_by_value, reason = "it stands where errors are mapped")]
fn told(error: image::ImageError) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use image::{GenericImageView as _, Rgb, RgbImage};

    use super::super::samples::two_halves;
    use super::*;

    #[test]
    fn a_cover_has_its_size_and_shows_the_part() {
        let whole = png(&two_halves(2000, 1000)).unwrap();
        for shape in [Shape::Cover, Shape::Square, Shape::Thumb] {
            let cut = crop(&whole, Crop { shape, left: 0, top: 100, width: 900 }).unwrap();
            let picture = image::load_from_memory(&cut).unwrap();
            assert_eq!(picture.dimensions(), shape.size(), "{shape:?}");
            assert!(picture.get_pixel(picture.width() - 5, 20).0[0] > 150, "the left half is red");
        }
    }

    #[test]
    fn a_part_must_lie_within_the_picture() {
        let whole = png(&two_halves(200, 100)).unwrap();
        let cut = |left, top, width| crop(&whole, Crop { shape: Shape::Square, left, top, width });
        assert!(cut(100, 0, 100).is_ok());
        for (left, top, width) in [(101, 0, 100), (0, 1, 100), (0, 0, 0), (u32::MAX, 0, 10), (0, 0, u32::MAX)] {
            assert!(cut(left, top, width).is_err(), "{left} {top} {width}");
        }
    }

    #[test]
    fn a_picture_is_made_as_small_as_wechat_wants_it() {
        let noise = RgbImage::from_fn(1500, 1500, |x, y| {
            let mixed = x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503).rotate_left(x % 31);
            Rgb([mixed.to_be_bytes()[0], mixed.to_be_bytes()[1], mixed.to_be_bytes()[2]])
        });
        let noise = png(&DynamicImage::ImageRgb8(noise)).unwrap();
        assert!(noise.len() > 1 << 20);
        let smaller = below(&noise, 1 << 20).unwrap();
        assert!(smaller.len() < 1 << 20 && image::load_from_memory(&smaller).is_ok());
        let thumb = crop(&noise, Crop { shape: Shape::Thumb, left: 0, top: 0, width: 1500 }).unwrap();
        assert!(thumb.len() <= 64 << 10);
    }
}
