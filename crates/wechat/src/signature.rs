//! The signatures of callback requests (guide "消息推送", section on verification).

use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// The lower-case hexadecimal SHA-1 of `parts`, sorted as bytes and joined.
///
/// A callback's `signature` is made of token, timestamp and nonce; `msg_signature` adds the text of `<Encrypt>`.
pub fn signature<const N: usize>(mut parts: [&str; N]) -> String {
    parts.sort_unstable();
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize())
}

/// The lower-case hexadecimal SHA-1 of one text.
pub(crate) fn sha1_hex(text: &str) -> String {
    hex(&Sha1::digest(text.as_bytes()))
}

/// Whether `claimed` is `expected`, compared in constant time.
pub(crate) fn same(expected: &str, claimed: &str) -> bool {
    expected.as_bytes().ct_eq(claimed.as_bytes()).into()
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value)).map_or('0', |digit| char::from(*digit));
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(digit(byte >> 4));
        out.push(digit(byte & 15));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_vectors_of_the_verification() {
        assert_eq!(signature(["AAAAA", "1714036504", "1514711492"]), "f464b24fc39322e44b38aa78f5edd27bd1441696");
        assert_eq!(signature(["AAAAA", "1714037059", "486452656"]), "899cf89e464efb63f54ddac96b0a0a235f53aa78");
    }

    #[test]
    fn order_of_parts_does_not_matter() {
        assert_eq!(signature(["b", "a", "c"]), signature(["c", "b", "a"]));
        assert_eq!(signature(["b", "a", "c"]), sha1_hex("abc"));
    }

    #[test]
    fn w05_comparison_looks_at_the_whole_text() {
        let expected = signature(["a"]);
        for position in 0..expected.len() {
            let mut claimed = expected.clone().into_bytes();
            claimed[position] ^= 1;
            assert!(!same(&expected, &String::from_utf8(claimed).unwrap()), "position {position}");
        }
        assert!(same(&expected, &expected));
        assert!(!same(&expected, &expected[..39]));
        assert!(!same(&expected, ""));
    }
}
