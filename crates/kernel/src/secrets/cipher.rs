//! The two ciphers: SM4-GCM (GB/T 32907-2016 in the mode of NIST SP 800-38D; RFC 8998) and AES-256-GCM.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::aes::Aes256;
use aes_gcm::aes::cipher::consts::U12;
use aes_gcm::{AesGcm, KeyInit};
use sm4::Sm4;
use zeroize::Zeroizing;

use crate::{Error, Result};

/// How values are sealed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Cipher {
    /// SM4-GCM, the default: commercial cryptography as GB/T 39786 asks for.
    #[default]
    Sm4Gcm,
    /// AES-256-GCM.
    Aes256Gcm,
}

impl Cipher {
    /// The names by which settings choose.
    pub const NAMES: &'static [&'static str] = &["sm4-gcm", "aes-256-gcm"];

    /// The name in settings and in sealed values.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sm4Gcm => "sm4-gcm",
            Self::Aes256Gcm => "aes-256-gcm",
        }
    }

    /// The cipher of a name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Sm4Gcm, Self::Aes256Gcm].into_iter().find(|cipher| cipher.name() == name)
    }

    pub(super) fn seal(self, key: &[u8; 32], nonce: &[u8; 12], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
        let payload = Payload { msg: plain, aad };
        let sealed = match self {
            Self::Sm4Gcm => sm4_gcm(key).encrypt(nonce.into(), payload),
            Self::Aes256Gcm => aes_gcm(key).encrypt(nonce.into(), payload),
        };
        sealed.map_err(|_| Error::internal("a value is too long to seal"))
    }

    pub(super) fn open(
        self,
        key: &[u8; 32],
        nonce: &[u8; 12],
        aad: &[u8],
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let payload = Payload { msg: sealed, aad };
        let plain = match self {
            Self::Sm4Gcm => sm4_gcm(key).decrypt(nonce.into(), payload),
            Self::Aes256Gcm => aes_gcm(key).decrypt(nonce.into(), payload),
        };
        plain.ok().map(Zeroizing::new)
    }
}

/// SM4 takes 128 bits: the first half of the derived key.
fn sm4_gcm(key: &[u8; 32]) -> AesGcm<Sm4, U12> {
    let (half, _) = key.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
    AesGcm::new(half.into())
}

fn aes_gcm(key: &[u8; 32]) -> AesGcm<Aes256, U12> {
    AesGcm::new(key.into())
}

#[cfg(test)]
mod tests {
    use aes_gcm::aead::array::Array;
    use sm3::{Digest, Sm3};
    use sm4::cipher::BlockCipherEncrypt;

    use super::*;
    use crate::hex;

    fn bytes(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }

    #[test]
    fn sm3_gives_the_digests_of_gb_t_32905_appendix_a() {
        assert_eq!(hex(&Sm3::digest("abc")), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        assert_eq!(
            hex(&Sm3::digest("abcd".repeat(16))),
            "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
        );
    }

    #[test]
    fn sm4_gives_the_block_of_gb_t_32907_appendix_a() {
        let key = bytes("0123456789abcdeffedcba9876543210");
        let mut block = Array::try_from(key.as_slice()).unwrap();
        Sm4::new_from_slice(&key).unwrap().encrypt_block(&mut block);
        assert_eq!(hex(&block), "681edf34d206965e86b3e94f536e4246");
    }

    #[test]
    fn sm4_gcm_gives_the_text_and_tag_of_rfc_8998_a_1() {
        let mut key = [0; 32];
        key[..16].copy_from_slice(&bytes("0123456789ABCDEFFEDCBA9876543210"));
        let nonce = <[u8; 12]>::try_from(bytes("00001234567800000000ABCD")).unwrap();
        let aad = bytes("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        let plain = bytes(
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD\
             EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        );
        let sealed = bytes(
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735\
             D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D\
             83DE3541E4C2B58177E065A9BF7B62EC",
        );
        assert_eq!(Cipher::Sm4Gcm.seal(&key, &nonce, &aad, &plain).unwrap(), sealed);
        assert_eq!(*Cipher::Sm4Gcm.open(&key, &nonce, &aad, &sealed).unwrap(), plain);
    }

    #[test]
    fn names_and_ciphers_agree() {
        assert!(Cipher::NAMES.iter().all(|name| Cipher::parse(name).is_some_and(|cipher| cipher.name() == *name)));
        assert_eq!(Cipher::parse("rot13"), None);
    }
}
