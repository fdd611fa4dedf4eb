//! Pages for a few of the sample holdings, drawn here: red-ruled letter paper with invented writing, plainly marked as a
//! demonstration.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use kernel::{Error, Random, Result};

const WIDTH: u32 = 1240;
const HEIGHT: u32 = 1754;
const MARGIN: u32 = 110;
const PAPER: Rgb<u8> = Rgb([247, 240, 224]);
const RULE: Rgb<u8> = Rgb([196, 92, 80]);
const INK: Rgb<u8> = Rgb([52, 48, 46]);
/// Lines of writing on a page.
const LINES: u32 = 12;
/// `DEMO` in a box of five by seven for each letter, a row in five bits.
const DEMO: [[u8; 7]; 4] = [
    [0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110],
    [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
    [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001],
    [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
];

/// A page as JPEG; another seed writes another page.
pub(super) fn page(seed: u64) -> Result<Vec<u8>> {
    let mut page = RgbImage::from_pixel(WIDTH, HEIGHT, PAPER);
    let (inner_width, inner_height) = (WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN);
    let column = inner_width / LINES;
    for line in 0..=LINES {
        fill(&mut page, (MARGIN + line * column, MARGIN), (2, inner_height), RULE);
    }
    for edge in [MARGIN, HEIGHT - MARGIN] {
        fill(&mut page, (MARGIN, edge), (LINES * column, 4), RULE);
    }
    let chance = Random::seeded(seed);
    for line in 0..LINES {
        let left = WIDTH - MARGIN - (line + 1) * column + column / 5;
        let signs = between(&chance, 9, 20);
        for sign in 0..signs {
            write_sign(&mut page, (left, MARGIN + 40 + sign * 70), &chance);
        }
    }
    stamp(&mut page);
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, 80).encode_image(&page).map_err(Error::internal)?;
    Ok(out)
}

/// Something that looks like a sign and says nothing: a few strokes in a square.
fn write_sign(page: &mut RgbImage, (left, top): (u32, u32), chance: &Random) {
    for _ in 0..between(chance, 3, 6) {
        let (x, y) = (between(chance, 0, 24), between(chance, 0, 40));
        let size = if between(chance, 0, 1) == 0 { (between(chance, 16, 34), 4) } else { (4, between(chance, 12, 26)) };
        fill(page, (left + x, top + y), size, INK);
    }
}

fn between(chance: &Random, low: u32, high: u32) -> u32 {
    low + u32::try_from(chance.below(u64::from(high - low) + 1)).unwrap_or(0)
}

/// The mark in red at the foot of the page.
fn stamp(page: &mut RgbImage) {
    let (left, top, side) = (WIDTH / 2 - 130, HEIGHT - 100, 10);
    for (letter, glyph) in (0_u32..).zip(&DEMO) {
        for (y, row) in (0_u32..).zip(glyph) {
            for x in (0_u32..5).filter(|x| row >> (4 - *x) & 1 == 1) {
                fill(page, (left + (letter * 7 + x) * side, top + y * side), (side, side), RULE);
            }
        }
    }
}

fn fill(page: &mut RgbImage, (left, top): (u32, u32), (width, height): (u32, u32), ink: Rgb<u8>) {
    for y in top..(top + height).min(page.height()) {
        for x in left..(left + width).min(page.width()) {
            page.put_pixel(x, y, ink);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_the_same_every_time_and_small() {
        let one = page(7).unwrap();
        assert_eq!(one, page(7).unwrap());
        assert_ne!(one, page(8).unwrap());
        assert!(one.len() < 400_000, "{}", one.len());
    }
}
