//! The public copy of a page: its tiles at every scale in one file, made in the cage when the original comes in.
//!
//! `LTPC`, the length of the header in four bytes (big-endian), the header as JSON, then the tiles, each a JPEG.
//! Whole tiles go out as they lie here; anything else is put together from the tiles it touches, so that a request
//! costs what it asks for and not what the page measures.

use bytes::{BufMut as _, Bytes, BytesMut};
use serde::{Deserialize, Serialize};

/// The side of a tile in pixels.
pub(super) const TILE: u32 = 512;

const MARK: &[u8; 4] = b"LTPC";
/// The most bytes a header may have: a page of 40 million pixels has some 220 tiles.
const LONGEST_HEADER: usize = 1 << 20;

/// One scale of a page: half as wide and high as the one before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Level {
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Level {
    pub(super) const fn columns(self) -> u32 {
        self.width.div_ceil(TILE)
    }

    pub(super) const fn rows(self) -> u32 {
        self.height.div_ceil(TILE)
    }
}

/// The scales of a page of this size: halved until it fits into one tile.
pub(super) fn levels(width: u32, height: u32) -> Vec<Level> {
    let mut levels = vec![Level { width, height }];
    let (mut width, mut height) = (width, height);
    while width > TILE || height > TILE {
        (width, height) = (width.div_ceil(2), height.div_ceil(2));
        levels.push(Level { width, height });
    }
    levels
}

#[derive(Serialize, Deserialize)]
struct Header {
    levels: Vec<Level>,
    /// The length of each tile: level by level, row by row.
    tiles: Vec<u32>,
}

/// A public copy, opened.
#[derive(Clone, Debug)]
pub(super) struct Pack {
    content: Bytes,
    levels: Vec<Level>,
    /// Where each tile begins and ends.
    ends: Vec<(usize, usize)>,
}

impl Pack {
    /// Puts a copy together from its tiles, level by level, row by row; `None` if there are too few or too many.
    pub(super) fn build(levels: &[Level], tiles: &[Bytes]) -> Option<Bytes> {
        let wanted: u64 = levels.iter().map(|level| u64::from(level.columns()) * u64::from(level.rows())).sum();
        if u64::try_from(tiles.len()).ok()? != wanted {
            return None;
        }
        let lengths = tiles.iter().map(|tile| u32::try_from(tile.len()).ok()).collect::<Option<Vec<_>>>()?;
        let header = serde_json::to_vec(&Header { levels: levels.to_vec(), tiles: lengths }).ok()?;
        let mut content = BytesMut::new();
        content.put_slice(MARK);
        content.put_u32(u32::try_from(header.len()).ok()?);
        content.put_slice(&header);
        for tile in tiles {
            content.put_slice(tile);
        }
        Some(content.freeze())
    }

    /// Opens a copy; `None` if it is none.
    pub(super) fn open(content: Bytes) -> Option<Self> {
        let rest = content.strip_prefix(MARK)?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok().filter(|length| *length <= LONGEST_HEADER)?;
        let Header { levels, tiles } = serde_json::from_slice(rest.get(..length)?).ok()?;
        let mut begin = MARK.len() + 4 + length;
        let mut ends = Vec::with_capacity(tiles.len());
        for tile in tiles {
            let end = begin.checked_add(usize::try_from(tile).ok()?)?;
            ends.push((begin, end));
            begin = end;
        }
        (begin == content.len() && !levels.is_empty()).then_some(Self { content, levels, ends })
    }

    pub(super) fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// How many bytes it keeps in memory.
    pub(super) fn size(&self) -> usize {
        self.content.len()
    }

    /// A tile as it lies here.
    pub(super) fn tile(&self, level: usize, column: u32, row: u32) -> Option<Bytes> {
        let this = self.levels.get(level)?;
        if column >= this.columns() || row >= this.rows() {
            return None;
        }
        let before: u32 = self.levels.get(..level)?.iter().map(|level| level.columns() * level.rows()).sum();
        let index = usize::try_from(before + row * this.columns() + column).ok()?;
        let (begin, end) = *self.ends.get(index)?;
        Some(self.content.slice(begin..end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_come_back_from_their_places() {
        let levels = levels(1100, 700);
        assert_eq!(levels.iter().map(|one| (one.columns(), one.rows())).collect::<Vec<_>>(), [(3, 2), (2, 1), (1, 1)]);
        let tiles: Vec<Bytes> = (0..9_u8).map(|n| Bytes::from(vec![n; usize::from(n) + 1])).collect();
        let pack = Pack::open(Pack::build(&levels, &tiles).unwrap()).unwrap();
        assert_eq!(pack.tile(0, 2, 1).unwrap(), vec![5; 6]);
        assert_eq!(pack.tile(1, 1, 0).unwrap(), vec![7; 8]);
        assert_eq!(pack.tile(2, 0, 0).unwrap(), vec![8; 9]);
        for (level, column, row) in [(0, 3, 0), (0, 0, 2), (3, 0, 0), (2, 1, 0)] {
            assert_eq!(pack.tile(level, column, row), None);
        }
        assert!(Pack::build(&levels, &tiles[..8]).is_none());
    }

    proptest::proptest! {
        #[test]
        fn no_content_makes_it_fall(content: Vec<u8>, cut in 0_usize..400) {
            let whole = Pack::build(&levels(600, 300), &[Bytes::from_static(b"a"), Bytes::from_static(b"bc"), Bytes::new()]);
            let whole = whole.unwrap();
            proptest::prop_assert!(Pack::open(Bytes::from(content)).is_none());
            if cut < whole.len() {
                proptest::prop_assert!(Pack::open(whole.slice(..cut)).is_none());
            }
        }

        #[test]
        fn any_page_ends_in_one_tile(width in 1_u32..50_000, height in 1_u32..50_000) {
            let levels = levels(width, height);
            let last = levels.last().unwrap();
            proptest::prop_assert!(last.columns() == 1 && last.rows() == 1 && levels.len() <= 8);
        }
    }
}
