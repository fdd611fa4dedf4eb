//! Cutting what was asked for out of a public copy: a whole tile goes out as it lies, anything else is put together from
//! the tiles it touches at the scale that is just large enough.

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, GenericImageView as _, ImageFormat, ImageReader, RgbImage};

use super::pack::{Level, Pack, TILE};
use super::region::{Asked, Cut, Format};

/// The most pixels that are put together for one answer; a request that would need more gets a coarser scale.
const MOST_PIXELS: u64 = 16_000_000;
const QUALITY: u8 = 82;

/// An image as it was asked for; `None` if the copy is broken.
pub(super) fn render(pack: &Pack, asked: &Asked, cut: &Cut) -> Option<Bytes> {
    let as_it_is = asked.turn.quarters == 0 && !asked.turn.mirrored && !asked.grey && asked.format == Format::Jpeg;
    if as_it_is && let Some(tile) = whole_tile(pack, cut) {
        return Some(tile);
    }
    let level = scale(pack, cut);
    let part = part(pack, level, cut)?;
    let mut image = DynamicImage::ImageRgb8(assemble(pack, level, part)?);
    if image.dimensions() != (cut.to_width, cut.to_height) {
        image = image.resize_exact(cut.to_width, cut.to_height, FilterType::Triangle);
    }
    if asked.turn.mirrored {
        image = image.fliph();
    }
    image = match asked.turn.quarters {
        1 => image.rotate90(),
        2 => image.rotate180(),
        3 => image.rotate270(),
        _ => image,
    };
    if asked.grey {
        image = DynamicImage::ImageLuma8(image.into_luma8());
    }
    let mut out = Vec::new();
    match asked.format {
        Format::Jpeg => image.write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY)).ok()?,
        Format::Png => image.write_to(&mut std::io::Cursor::new(&mut out), ImageFormat::Png).ok()?,
    }
    Some(out.into())
}

/// The tile that is exactly what was asked for, if one is: what zooming viewers ask for.
fn whole_tile(pack: &Pack, cut: &Cut) -> Option<Bytes> {
    let page = pack.levels().first()?;
    pack.levels().iter().zip(0_u32..).find_map(|(level, power)| {
        let side = TILE << power;
        let (column, row) = (cut.left / side, cut.top / side);
        let exactly = cut.left.is_multiple_of(side)
            && cut.top.is_multiple_of(side)
            && cut.width == side.min(page.width - cut.left)
            && cut.height == side.min(page.height - cut.top)
            && cut.to_width == TILE.min(level.width.checked_sub(column * TILE)?)
            && cut.to_height == TILE.min(level.height.checked_sub(row * TILE)?);
        if exactly { pack.tile(usize::try_from(power).ok()?, column, row) } else { None }
    })
}

/// The coarsest scale that still has all that is asked for, or the finest that can be put together at bearable cost.
fn scale(pack: &Pack, cut: &Cut) -> usize {
    let mut level = 0;
    let enough = |level: usize| (cut.to_width << level) <= cut.width && (cut.to_height << level) <= cut.height;
    let area = |level: usize| u64::from(cut.width >> level) * u64::from(cut.height >> level);
    while level + 1 < pack.levels().len() && (enough(level + 1) || area(level) > MOST_PIXELS) {
        level += 1;
    }
    level
}

/// What is asked for, in pixels of a scale: left, top, width, height.
fn part(pack: &Pack, level: usize, cut: &Cut) -> Option<[u32; 4]> {
    let (page, this) = (pack.levels().first()?, pack.levels().get(level)?);
    let fitted = |from: u32, length: u32, of: u32, to: u32| {
        let (from, length, of, to) = (u64::from(from), u64::from(length), u64::from(of), u64::from(to));
        let begin = (from * to / of).min(to - 1);
        let end = ((from + length) * to).div_ceil(of).clamp(begin + 1, to);
        Some((u32::try_from(begin).ok()?, u32::try_from(end - begin).ok()?))
    };
    let (left, width) = fitted(cut.left, cut.width, page.width, this.width)?;
    let (top, height) = fitted(cut.top, cut.height, page.height, this.height)?;
    Some([left, top, width, height])
}

fn assemble(pack: &Pack, number: usize, [left, top, width, height]: [u32; 4]) -> Option<RgbImage> {
    let level: Level = *pack.levels().get(number)?;
    let mut canvas = RgbImage::new(width, height);
    for row in top / TILE..=(top + height - 1) / TILE {
        for column in left / TILE..=(left + width - 1) / TILE {
            let jpeg = pack.tile(number, column, row)?;
            let reader = ImageReader::with_format(std::io::Cursor::new(jpeg), ImageFormat::Jpeg);
            let tile = reader.decode().ok()?.into_rgb8();
            let fits = tile.width() == TILE.min(level.width - column * TILE)
                && tile.height() == TILE.min(level.height - row * TILE);
            if !fits {
                return None;
            }
            let at = (i64::from(column * TILE) - i64::from(left), i64::from(row * TILE) - i64::from(top));
            imageops::replace(&mut canvas, &tile, at.0, at.1);
        }
    }
    Some(canvas)
}
