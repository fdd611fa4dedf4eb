//! The watermark: who keeps the page and its reference code, across the whole page, visible and still legible below.

use image::DynamicImage;

/// How strongly a pixel of the mark differs from what is below it, of 256.
const STRENGTH: u32 = 60;
/// Pixels of a glyph on each side, before it is enlarged.
const GLYPH: u32 = 8;
/// Rows of the mark on a page.
const ROWS: u32 = 7;

/// Draws a text across a page, row after row, every other row shifted by half.
pub(super) fn draw(image: &mut DynamicImage, text: &str) {
    let glyphs: Vec<[u8; 8]> = text.chars().map(glyph).collect();
    let Ok(count) = u32::try_from(glyphs.len()) else { return };
    let (width, height) = (image.width(), image.height());
    let scale = (width / 480).min(width / (count * GLYPH + GLYPH)).max(1);
    let (step, down) = ((count + 6) * GLYPH * scale, (height / ROWS).max(GLYPH * scale * 4));
    for (row, top) in (0..).zip((down / 2..height).step_by(usize::try_from(down).unwrap_or(usize::MAX))) {
        let shift = if row % 2 == 0 { 0 } else { step / 2 };
        for left in (0..width + shift).step_by(usize::try_from(step).unwrap_or(usize::MAX)) {
            let left = i64::from(left) - i64::from(shift) + i64::from(GLYPH * scale * 2);
            write(image, &glyphs, (left, top), scale);
        }
    }
}

fn write(image: &mut DynamicImage, glyphs: &[[u8; 8]], (left, top): (i64, u32), scale: u32) {
    let mut left = left;
    for glyph in glyphs {
        for (y, line) in (0..).zip(glyph) {
            for x in (0..GLYPH).filter(|x| line >> x & 1 == 1) {
                fill(image, (left + i64::from(x * scale), top + y * scale), scale);
            }
        }
        left += i64::from(GLYPH * scale);
    }
}

/// A square of the mark: dark on light, light on dark.
fn fill(image: &mut DynamicImage, (left, top): (i64, u32), side: u32) {
    for y in top..(top + side).min(image.height()) {
        for x in left..left + i64::from(side) {
            let Some(x) = u32::try_from(x).ok().filter(|x| *x < image.width()) else { continue };
            match image {
                DynamicImage::ImageLuma8(page) => page.get_pixel_mut(x, y).0.iter_mut().for_each(shade),
                DynamicImage::ImageRgb8(page) => {
                    let pixel = &mut page.get_pixel_mut(x, y).0;
                    let sum: u32 = pixel.iter().map(|part| u32::from(*part)).sum();
                    let towards = if sum > 3 * 127 { 0 } else { 255 };
                    for part in pixel {
                        *part = blend(*part, towards);
                    }
                }
                _ => {}
            }
        }
    }
}

fn shade(part: &mut u8) {
    *part = blend(*part, if *part > 127 { 0 } else { 255 });
}

fn blend(part: u8, towards: u32) -> u8 {
    u8::try_from((u32::from(part) * (256 - STRENGTH) + towards * STRENGTH) / 256).unwrap_or(part)
}

/// The glyph of a sign; one that the font does not have is a small square.
fn glyph(sign: char) -> [u8; 8] {
    use font8x8::legacy::{BASIC_LEGACY, LATIN_LEGACY};
    let number = usize::try_from(u32::from(sign)).unwrap_or(usize::MAX);
    let found = match number {
        0..128 => BASIC_LEGACY.get(number),
        _ => number.checked_sub(0xa0).and_then(|number| LATIN_LEGACY.get(number)),
    };
    found.copied().unwrap_or([0, 0, 0x3c, 0x24, 0x24, 0x3c, 0, 0])
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, Luma, Rgb, RgbImage};

    use super::*;

    #[test]
    fn the_mark_is_seen_on_light_and_dark_and_hides_nothing() {
        for ground in [255, 0, 120] {
            let mut page = DynamicImage::ImageLuma8(GrayImage::from_pixel(1200, 1600, Luma([ground])));
            draw(&mut page, "435001 X001-WS·2001·Y-0001");
            let marked = page.to_luma8().pixels().filter(|pixel| pixel.0[0] != ground).count();
            assert!(marked > 10_000 && marked < 1200 * 1600 / 8, "{marked} on {ground}");
            assert!(page.to_luma8().pixels().all(|pixel| pixel.0[0].abs_diff(ground) <= 64));
        }
    }

    #[test]
    fn every_band_of_a_page_bears_it() {
        let mut page = DynamicImage::ImageRgb8(RgbImage::from_pixel(900, 1400, Rgb([250, 240, 230])));
        draw(&mut page, "435001 档号");
        for band in 0..4 {
            let page = page.to_rgb8();
            let rows = band * 350..(band + 1) * 350;
            assert!(page.enumerate_pixels().any(|(_, y, pixel)| rows.contains(&y) && pixel.0 != [250, 240, 230]));
        }
    }

    #[test]
    fn no_size_makes_it_fall() {
        for (width, height) in [(1, 1), (1, 5000), (5000, 1), (7, 9)] {
            let mut page = DynamicImage::ImageLuma8(GrayImage::new(width, height));
            draw(&mut page, "435001 X001-WS·2001·Y-0001");
            draw(&mut page, "");
        }
    }
}
