//! Passwords of staff: what is taken, how it is kept, how it is checked.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use kernel::{Error, Random, Result};

/// The fewest characters of a password (GB/T 22239-2019 8.1.4.1 asks for complexity; length does most for it).
const SHORTEST: usize = 10;
/// The most: more is no password and only keeps the machine busy.
const LONGEST: usize = 200;
/// Memory of one digest in KiB, passes, and lanes (RFC 9106 §4 and OWASP's least for Argon2id).
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// Characters of a password made by us; those that look alike are left out.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";

/// Why a password is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasswordProblem {
    /// Fewer than ten characters.
    #[error("口令太短，至少要 {SHORTEST} 个字符")]
    Short,
    /// More than two hundred characters.
    #[error("口令超过 {LONGEST} 个字符")]
    Long,
    /// Of one kind of characters only.
    #[error("口令太简单，请混用文字（字母或汉字）、数字和符号中的至少两类，并避免连续重复")]
    Plain,
    /// It holds the name of the account.
    #[error("口令里含有账号名，请另取一个")]
    Named,
}

/// A password that may be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Password {
    /// Takes a password for an account of this name.
    ///
    /// # Errors
    /// If it is too short, too long, too plain or holds the name.
    pub fn parse(text: &str, name: &str) -> std::result::Result<Self, PasswordProblem> {
        match text.chars().count() {
            0..SHORTEST => return Err(PasswordProblem::Short),
            SHORTEST..=LONGEST => {}
            _ => return Err(PasswordProblem::Long),
        }
        let kinds: [fn(char) -> bool; 3] =
            [char::is_alphabetic, char::is_numeric, |c| !c.is_alphanumeric() && !c.is_whitespace()];
        let mut characters: Vec<char> = text.chars().collect();
        characters.sort_unstable();
        characters.dedup();
        if kinds.iter().filter(|kind| text.chars().any(kind)).count() < 2 || characters.len() < 5 {
            return Err(PasswordProblem::Plain);
        }
        if text.to_lowercase().contains(&name.to_lowercase()) {
            return Err(PasswordProblem::Named);
        }
        Ok(Self(text.to_owned()))
    }

    /// A password nobody has thought of: sixteen characters in groups of four, 80 bits.
    pub fn made(random: &Random) -> Self {
        let bytes: [u8; 16] = random.bytes();
        let mut text = String::with_capacity(19);
        for (at, byte) in bytes.iter().enumerate() {
            if at % 4 == 0 && at > 0 {
                text.push('-');
            }
            text.push(ALPHABET.get(usize::from(byte % 32)).map_or('x', |letter| char::from(*letter)));
        }
        Self(text)
    }

    /// The password itself: to be shown once to whom it belongs.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Its digest, Argon2id in the PHC form. Takes some tens of milliseconds and 19 MB.
    ///
    /// # Errors
    /// Only by a fault of ours.
    pub fn digest(&self, random: &Random) -> Result<String> {
        let salt: [u8; 16] = random.bytes();
        let digest: PasswordHash =
            hasher()?.hash_password_with_salt(self.0.as_bytes(), &salt).map_err(Error::internal)?;
        Ok(digest.to_string())
    }
}

/// Whether a text is the password of a digest. A digest that cannot be read is nobody's.
///
/// # Errors
/// Only by a fault of ours.
pub(crate) fn is_password(text: &str, digest: &str) -> Result<bool> {
    let hasher = hasher()?;
    let Ok(digest) = PasswordHash::new(digest) else { return Ok(false) };
    Ok(text.chars().count() <= LONGEST && hasher.verify_password(text.as_bytes(), &digest).is_ok())
}

fn hasher() -> Result<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken() {
        let parse = |text: &str| Password::parse(text, "wangli");
        assert_eq!(parse("a1b2c3d4e"), Err(PasswordProblem::Short));
        assert_eq!(parse(&"a1b2c3".repeat(40)), Err(PasswordProblem::Long));
        assert_eq!(parse("abcdefghijkl"), Err(PasswordProblem::Plain));
        assert_eq!(parse("1111111111a"), Err(PasswordProblem::Plain));
        assert_eq!(parse("WangLi-2026-x"), Err(PasswordProblem::Named));
        assert!(parse("两个黄鹂鸣翠柳1行白鹭").is_ok());
    }

    #[test]
    fn a21_a_text_of_a_megabyte_is_no_password_even_if_it_was_one() {
        let random = Random::seeded(7);
        for (length, is_known) in [(64, true), (LONGEST, true), (LONGEST + 1, false), (1 << 20, false)] {
            let text = "长".repeat(length);
            let digest = Password(text.clone()).digest(&random).unwrap();
            assert_eq!(is_password(&text, &digest).unwrap(), is_known, "{length}");
        }
    }

    #[test]
    fn a_digest_is_argon2id_and_knows_its_password_only() {
        let random = Random::seeded(7);
        let password = Password::made(&random);
        assert!(Password::parse(password.reveal(), "somebody").is_ok() && password.reveal().len() == 19);
        let digest = password.digest(&random).unwrap();
        assert!(digest.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{digest}");
        assert_ne!(digest, password.digest(&random).unwrap());
        assert!(is_password(password.reveal(), &digest).unwrap());
        assert!(!is_password("something else", &digest).unwrap());
        assert!(!is_password(password.reveal(), "not a digest").unwrap());
        assert!(!format!("{password:?}").contains(password.reveal()));
    }
}
