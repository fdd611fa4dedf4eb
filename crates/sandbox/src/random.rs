//! Random identifiers, all drawn from the source the caller gave.

use std::sync::Arc;

use wechat::Environment;

/// Draws ids, keys and nonces from the environment's random source.
#[derive(Clone)]
pub(crate) struct Random(pub(crate) Arc<dyn Environment>);

const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl Random {
    /// `bytes` random bytes as lower-case hexadecimal.
    pub(crate) fn hex(&self, bytes: usize) -> String {
        use std::fmt::Write as _;
        let mut buffer = vec![0; bytes];
        self.0.fill(&mut buffer);
        buffer.iter().fold(String::new(), |mut text, byte| {
            // Writing into a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// `length` characters of `alphabet` (at most 64 characters long).
    pub(crate) fn letters(&self, length: usize, alphabet: &[u8]) -> String {
        let mut buffer = vec![0; length];
        self.0.fill(&mut buffer);
        let pick =
            |byte: &u8| alphabet.get(usize::from(*byte) % alphabet.len().max(1)).copied().map_or('x', char::from);
        buffer.iter().map(pick).collect()
    }

    /// `length` characters safe in a URL.
    pub(crate) fn id(&self, length: usize) -> String {
        self.letters(length, URL_SAFE)
    }

    /// An openid: 28 characters that begin with `o` (protocol reference §4).
    pub(crate) fn openid(&self) -> String {
        format!("o{}", self.id(27))
    }

    /// A request id as in `rid: 6543210f-1a2b3c4d-5e6f7a8b`.
    pub(crate) fn rid(&self) -> String {
        format!("{}-{}-{}", self.hex(4), self.hex(4), self.hex(4))
    }

    /// A number of ten decimal digits, for nonces.
    pub(crate) fn digits(&self) -> String {
        self.letters(10, b"0123456789")
    }
}
