//! The cipher of secure and compatible mode: AES-256-CBC over `random(16) ‖ length(4, big endian) ‖ message ‖ appid`,
//! padded as PKCS#7 with a block of 32 (guide "消息加解密说明").

use aes::cipher::{Array, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit, typenum::U16};
use aes::{Aes256Dec, Aes256Enc};
use base64::alphabet;
use base64::engine::{Engine, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD};

/// Random bytes and length field that stand before the message.
const HEAD: usize = 20;

/// Padding goes up to whole blocks of this many bytes, although AES works in blocks of 16.
const PADDING_BLOCK: usize = 32;

/// 43 characters carry 258 bits, so the last two bits of a real key may be anything.
const KEY_ENGINE: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// Why a text could not be decrypted. Whoever sent it must not learn which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CipherError {
    /// The `EncodingAESKey` is not 43 characters of base64.
    #[error("the EncodingAESKey is not 43 characters of base64")]
    Key,
    /// The text is not standard base64 with padding and without white space.
    #[error("the text is not base64")]
    Base64,
    /// The ciphertext is empty or not made of whole AES blocks.
    #[error("the ciphertext is not made of whole blocks")]
    Blocks,
    /// The padding is not 1 to 32 times its own value.
    #[error("the padding is wrong")]
    Padding,
    /// The length field is zero or points outside the text.
    #[error("the length field is wrong")]
    Length,
    /// The text was made for another account.
    #[error("the text belongs to another account")]
    AppId,
}

/// An `EncodingAESKey` with its key schedule, made once and kept.
#[derive(Clone)]
pub struct AesKey {
    encryptor: Aes256Enc,
    decryptor: Aes256Dec,
    iv: Array<u8, U16>,
}

impl AesKey {
    /// Reads the 43 characters of an `EncodingAESKey` as the console shows them; stray bits at the end are ignored.
    pub fn parse(text: &str) -> Result<Self, CipherError> {
        let bytes = KEY_ENGINE.decode(format!("{text}=")).map_err(|_| CipherError::Key)?;
        let key: [u8; 32] = bytes.try_into().map_err(|_| CipherError::Key)?;
        let iv: [u8; 16] = key.first_chunk().copied().ok_or(CipherError::Key)?;
        let key = Array::from(key);
        Ok(Self { encryptor: Aes256Enc::new(&key), decryptor: Aes256Dec::new(&key), iv: Array::from(iv) })
    }
}

impl std::fmt::Debug for AesKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("AesKey(…)")
    }
}

/// Encrypts `message` for the account `app_id` with 16 fresh random bytes; returns the text of `<Encrypt>`.
pub fn encrypt(key: &AesKey, app_id: &str, message: &[u8], random: [u8; 16]) -> Result<String, CipherError> {
    let length = u32::try_from(message.len()).map_err(|_| CipherError::Length)?;
    let used = HEAD + message.len() + app_id.len();
    let padding = PADDING_BLOCK - used % PADDING_BLOCK;
    let mut buffer = Vec::with_capacity(used + padding);
    buffer.extend_from_slice(&random);
    buffer.extend_from_slice(&length.to_be_bytes());
    buffer.extend_from_slice(message);
    buffer.extend_from_slice(app_id.as_bytes());
    buffer.resize(used + padding, u8::try_from(padding).unwrap_or_default());
    let (blocks, _) = Array::slice_as_chunks_mut(&mut buffer);
    cbc::Encryptor::inner_iv_init(&key.encryptor, &key.iv).encrypt_blocks(blocks);
    Ok(STANDARD.encode(&buffer))
}

/// Decrypts the text of `<Encrypt>` and returns the message, if it was made for the account `app_id`.
///
/// The text must be base64 of the standard alphabet with its `=` and without white space; this is what WeChat sends.
pub fn decrypt(key: &AesKey, app_id: &str, text: &str) -> Result<Vec<u8>, CipherError> {
    let mut buffer = STANDARD.decode(text).map_err(|_| CipherError::Base64)?;
    let (blocks, rest) = Array::slice_as_chunks_mut(&mut buffer);
    if blocks.is_empty() || !rest.is_empty() {
        return Err(CipherError::Blocks);
    }
    cbc::Decryptor::inner_iv_init(&key.decryptor, &key.iv).decrypt_blocks(blocks);
    let end = unpadded_length(&buffer)?;
    let plain = buffer.get(..end).ok_or(CipherError::Padding)?;
    let (head, body) = plain.split_at_checked(HEAD).ok_or(CipherError::Length)?;
    let length: [u8; 4] = head.last_chunk().copied().ok_or(CipherError::Length)?;
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| CipherError::Length)?;
    let (message, suffix) = body.split_at_checked(length).ok_or(CipherError::Length)?;
    if message.is_empty() {
        return Err(CipherError::Length);
    }
    if suffix != app_id.as_bytes() {
        return Err(CipherError::AppId);
    }
    buffer.truncate(HEAD + length);
    buffer.drain(..HEAD);
    Ok(buffer)
}

/// PKCS#7 by hand, because ready-made unpadders work with the cipher's block of 16 and refuse half of all messages.
fn unpadded_length(plain: &[u8]) -> Result<usize, CipherError> {
    let padding = plain.last().copied().ok_or(CipherError::Padding)?;
    let count = usize::from(padding);
    let end = plain.len().checked_sub(count).ok_or(CipherError::Padding)?;
    let tail = plain.get(end..).ok_or(CipherError::Padding)?;
    if count == 0 || count > PADDING_BLOCK || tail.iter().any(|byte| *byte != padding) {
        return Err(CipherError::Padding);
    }
    Ok(end)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signature::signature;

    pub(crate) const KEY: &str = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR";
    pub(crate) const APP_ID: &str = "wx49f0ab532d5d035a";

    const VECTORS: [(&str, &str, &str); 4] = [
        (
            "<xml>hi</xml>",
            "9s4gMv99m88kKTh/H8IdkES+0e9YmK7/04EHPhcO/Lt7jpUP8kGyuLFw2rQWnpLgL3JNB7kmpq9X9JMSt+YhDw==",
            "7edead544a5de24af19d8110b5f97e726742311c",
        ),
        (
            "<xml><Content>档案</Content></xml>",
            "9s4gMv99m88kKTh/H8IdkNYz81q2a9TZ7FWkNWrZQa8LVy1sZg/8ZuDlVsGSBtr//oc5ETFPqDCsr4TpFVInhHnVs6xGceyVLfriZ2JSD26/RIi+oDni1obeegn+yxyC",
            "7624d557ed0d2286853c2cd3921c7b92dbc71f15",
        ),
        (
            "success",
            "9s4gMv99m88kKTh/H8IdkD9rFrR8St0COKovPixS6d8CxfU6IteV18La/Oy0TXAC7ejCdzvfn1FC3Jt4k1wNzQ==",
            "5416e580ff3518dc84b998ddc2a925bef497b358",
        ),
        (
            "<xml>0123456789012345678901</xml>",
            "9s4gMv99m88kKTh/H8IdkFZuKzTwn8k0S0fm/qg7MvZoWHsyqBNzAUueymTRNpuv+p8A2hp2VBnlRbDZvXoJZvSnhOszsaZNfo8UttW7vPwJIbT5mf8OPhb4iUG+/jxl",
            "9b899652efbafa3544897c8ecbd6c7a9ecc02e18",
        ),
    ];

    pub(crate) fn key() -> AesKey {
        AesKey::parse(KEY).unwrap()
    }

    /// Ciphertext of any bytes, padded or not, to forge what an honest sender never sends.
    pub(crate) fn seal_raw(plain: &[u8]) -> String {
        let mut buffer = plain.to_vec();
        let (blocks, rest) = Array::slice_as_chunks_mut(&mut buffer);
        assert!(rest.is_empty());
        let key = key();
        cbc::Encryptor::inner_iv_init(&key.encryptor, &key.iv).encrypt_blocks(blocks);
        STANDARD.encode(&buffer)
    }

    fn forge(length: u32, message: &[u8], app_id: &[u8]) -> String {
        let mut plain = vec![b'r'; 16];
        plain.extend_from_slice(&length.to_be_bytes());
        plain.extend_from_slice(message);
        plain.extend_from_slice(app_id);
        let padding = 32 - plain.len() % 32;
        plain.resize(plain.len() + padding, u8::try_from(padding).unwrap());
        seal_raw(&plain)
    }

    #[test]
    fn vectors_of_the_reference() {
        for (message, sealed, expected) in VECTORS {
            assert_eq!(encrypt(&key(), APP_ID, message.as_bytes(), *b"1234567890123456").unwrap(), sealed);
            assert_eq!(decrypt(&key(), APP_ID, sealed).unwrap(), message.as_bytes());
            assert_eq!(signature(["123456", "1411525903", "461056294", sealed]), expected);
        }
    }

    #[test]
    fn key_with_stray_bits_is_read_and_wrong_keys_are_not() {
        assert!(AesKey::parse(KEY).is_ok());
        for wrong in ["", "short", &KEY[..42], &format!("{KEY}A"), &format!("{}=", &KEY[..42]), &"档".repeat(43)] {
            assert_eq!(AesKey::parse(wrong).unwrap_err(), CipherError::Key, "{wrong}");
        }
        assert_eq!(format!("{:?}", key()), "AesKey(…)");
    }

    #[test]
    fn w13_ciphertext_of_broken_blocks_is_refused() {
        for length in [0, 1, 15, 17, 31, 47] {
            let text = STANDARD.encode(vec![7; length]);
            assert_eq!(decrypt(&key(), APP_ID, &text).unwrap_err(), CipherError::Blocks, "{length}");
        }
    }

    #[test]
    fn w14_wrong_padding_is_refused() {
        for last in [0u8, 33, 64, 255] {
            let mut plain = vec![b'r'; 96];
            plain[95] = last;
            assert_eq!(decrypt(&key(), APP_ID, &seal_raw(&plain)).unwrap_err(), CipherError::Padding, "{last}");
        }
        let mut inconsistent = vec![5u8; 64];
        inconsistent[60] = 4;
        assert_eq!(decrypt(&key(), APP_ID, &seal_raw(&inconsistent)).unwrap_err(), CipherError::Padding);
        assert_eq!(decrypt(&key(), APP_ID, &seal_raw(&[32; 16])).unwrap_err(), CipherError::Padding);
    }

    #[test]
    fn w15_padding_17_to_32_is_accepted() {
        let mut seen = std::collections::BTreeSet::new();
        for length in 1..=64 {
            let message = vec![b'm'; length];
            let sealed = encrypt(&key(), APP_ID, &message, [9; 16]).unwrap();
            assert_eq!(decrypt(&key(), APP_ID, &sealed).unwrap(), message);
            seen.insert(32 - (HEAD + length + APP_ID.len()) % 32);
        }
        assert_eq!(seen.len(), 32);
    }

    #[test]
    fn w16_length_field_is_bounded() {
        for length in [0, 6, 100, u32::MAX] {
            let sealed = forge(length, b"", b"short");
            assert_eq!(decrypt(&key(), "short", &sealed).unwrap_err(), CipherError::Length, "{length}");
        }
        assert_eq!(decrypt(&key(), APP_ID, &seal_raw(&[16; 32])).unwrap_err(), CipherError::Length);
    }

    #[test]
    fn w17_w18_app_id_is_compared_in_full() {
        for suffix in ["", "wx49f0ab532d5d035b", "wx49f0ab532d5d035a\0", "wx49f0ab532d5d035a1", "wx49f0ab532d5d035"] {
            let sealed = forge(2, b"hi", suffix.as_bytes());
            assert_eq!(decrypt(&key(), APP_ID, &sealed).unwrap_err(), CipherError::AppId, "{suffix:?}");
        }
    }

    #[test]
    fn w20_only_standard_base64_is_read() {
        let sealed = VECTORS[0].1;
        assert!(decrypt(&key(), APP_ID, sealed).is_ok());
        let url_safe = sealed.replace('/', "_").replace('+', "-");
        let broken = [&format!(" {sealed}"), &format!("{sealed}\n"), &url_safe, sealed.trim_end_matches('='), "档案"];
        for text in broken {
            assert_eq!(decrypt(&key(), APP_ID, text).unwrap_err(), CipherError::Base64, "{text}");
        }
    }

    proptest! {
        #[test]
        fn decrypting_anything_never_panics(text in "[ -~]{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(decrypt(&key(), APP_ID, &text).is_err());
            prop_assert!(decrypt(&key(), APP_ID, &STANDARD.encode(&bytes)).is_err());
            let mut blocks = bytes;
            blocks.resize(blocks.len() / 16 * 16, 0);
            prop_assert!(decrypt(&key(), APP_ID, &seal_raw(&blocks)).is_err());
        }

        #[test]
        fn what_was_encrypted_comes_back(message in prop::collection::vec(any::<u8>(), 1..200), random: [u8; 16]) {
            let sealed = encrypt(&key(), APP_ID, &message, random).unwrap();
            prop_assert_eq!(decrypt(&key(), APP_ID, &sealed).unwrap(), message);
        }
    }
}
