//! The smallest PNG that shows a grid of black and white squares: one bit per point, stored without compression.

/// A square picture of `width` points; `is_black` says which of them are black.
pub(crate) fn square(width: u32, is_black: impl Fn(u32, u32) -> bool) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..width {
        rows.push(0); // no filter
        for start in (0..width).step_by(8) {
            let bits = (start..start + 8).map(|x| u8::from(x >= width || !is_black(x, y)));
            rows.push(bits.fold(0, |byte, bit| (byte << 1) | bit));
        }
    }
    let mut header = [width.to_be_bytes(), width.to_be_bytes()].concat();
    header.extend([1, 0, 0, 0, 0]); // one bit of grey
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, *b"IHDR", &header);
    chunk(&mut file, *b"IDAT", &stored(&rows));
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(0);
    file.extend(length.to_be_bytes());
    let named = [name.as_slice(), data].concat();
    file.extend(&named);
    file.extend(crc32(&named).to_be_bytes());
}

/// zlib with stored blocks.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = data.chunks(0xFFFF);
    let last = blocks.len().saturating_sub(1);
    for (number, block) in blocks.enumerate() {
        out.push(u8::from(number == last));
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let step = |(a, b): (u32, u32), byte: &u8| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    };
    let (a, b) = data.iter().fold((1, 0), step);
    out.extend(((b << 16) | a).to_be_bytes());
    out
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::{crc32, square, stored};

    #[test]
    fn sums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(stored(b"Wikipedia").last_chunk(), Some(&0x11E6_0398_u32.to_be_bytes()));
    }

    #[test]
    fn a_picture_has_its_size_in_the_header() {
        let file = square(300, |x, y| x == y);
        assert_eq!(file[16..24], [0, 0, 1, 44, 0, 0, 1, 44]);
        assert_eq!(file.last_chunk(), Some(&0xAE42_6082_u32.to_be_bytes()));
    }
}
