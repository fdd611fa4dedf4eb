//! The second factor of staff: codes that change with time (RFC 6238), and recovery codes for who lost the device.

use kernel::{Error, Ground, Id, Random, Result, Timestamp};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::staff::Staff;

/// Bytes of a shared secret (RFC 4226 §4 recommends 160 bits).
const SECRET_BYTES: usize = 20;
/// Seconds of a time step, and digits of a code: what every authenticator knows.
const STEP_SECONDS: i64 = 30;
/// Recovery codes that are given at once.
pub(crate) const RECOVERY_CODES: usize = 10;
/// Characters of a recovery code: figures, and letters that look like none of them.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The shared secret of an account.
pub(crate) struct SecondFactor {
    totp: Totp,
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecondFactor(…)")
    }
}

impl SecondFactor {
    /// A new one. The names stand in the authenticator's list.
    ///
    /// # Errors
    /// Only by a fault of ours.
    pub(crate) fn made(random: &Random, institution: &str, account: &str) -> Result<Self> {
        Self::of(&random.bytes::<SECRET_BYTES>(), institution, account)
    }

    /// The one of a secret.
    ///
    /// # Errors
    /// If it has another length.
    pub(crate) fn of(secret: &[u8], institution: &str, account: &str) -> Result<Self> {
        let name = |text: &str| text.replace(':', "：");
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(1)
            .with_step_duration(STEP_SECONDS.unsigned_abs())
            .with_secret(Secret::from(secret.to_vec()))
            .with_account_name(name(account))
            .with_issuer(Some(name(institution)))
            .build();
        Ok(Self { totp: totp.map_err(Error::internal)? })
    }

    /// The secret, sealed for its place in the row of an account.
    ///
    /// # Errors
    /// If the keys do not work.
    pub(crate) fn sealed(&self, ground: &Ground, staff: Id<Staff>) -> Result<String> {
        ground.secrets.seal(&ground.random, &binding(staff), self.totp.secret().as_bytes())
    }

    /// The one whose secret was sealed for an account. The names are those of the house and of the account.
    ///
    /// # Errors
    /// If it was not sealed for this account, or the keys do not work.
    pub(crate) fn opened(
        ground: &Ground,
        staff: Id<Staff>,
        sealed: &str,
        (institution, account): (&str, &str),
    ) -> Result<Self> {
        Self::of(&ground.secrets.open_sealed(&binding(staff), sealed)?, institution, account)
    }

    /// The secret to be typed where no camera is, in groups of four.
    pub(crate) fn written(&self) -> String {
        let letters: Vec<char> = self.totp.secret().to_base32().chars().collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    /// The address that authenticators read from a picture, `otpauth://totp/…`.
    ///
    /// # Errors
    /// Only by a fault of ours.
    pub(crate) fn address(&self) -> Result<String> {
        self.totp.to_url().map_err(Error::internal)
    }

    /// The time step whose code this is, if it is that of the present one or of a neighbour.
    pub(crate) fn step(&self, code: &str, now: Timestamp) -> Option<i64> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let step = self.totp.check(&digits, u64::try_from(now.seconds()).ok()?)?;
        i64::try_from(step).ok()
    }

    /// The code of a moment.
    #[cfg(test)]
    pub(crate) fn code(&self, now: Timestamp) -> String {
        self.totp.generate(now.seconds().unsigned_abs()).to_string()
    }
}

/// The place a secret is sealed for.
fn binding(staff: Id<Staff>) -> String {
    format!("staff_factor/{}/secret", staff.uuid())
}

/// A code that stands in for the device once: ten characters, 50 bits.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

impl RecoveryCode {
    /// One nobody has thought of.
    pub(crate) fn made(random: &Random) -> Self {
        let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).map_or('x', |letter| char::from(*letter));
        Self(random.bytes::<10>().iter().map(letter).collect())
    }

    /// Reads one as it was typed: blanks, hyphens and capitals do not matter, nor what looks like a figure.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let read = |c: char| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            c => c,
        };
        let code: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(read).collect();
        let fits = code.len() == 10 && code.bytes().all(|byte| ALPHABET.contains(&byte));
        fits.then_some(Self(code))
    }

    /// The characters alone.
    pub(crate) fn bare(&self) -> &str {
        &self.0
    }

    /// The code in two groups of five: to be shown once to whom it belongs.
    pub fn reveal(&self) -> String {
        let (first, second) = self.0.split_at_checked(5).unwrap_or((&self.0, ""));
        format!("{first}-{second}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_that_of_the_appendix_of_the_standard() {
        let factor = SecondFactor::of(b"12345678901234567890", "临溪县档案馆", "王莉").unwrap();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            let now = Timestamp::from_seconds(seconds);
            assert_eq!(factor.code(now), code);
            assert_eq!(factor.step(code, now), Some(seconds / 30));
        }
        assert_eq!(factor.written(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let address = factor.address().unwrap();
        assert!(address.starts_with("otpauth://totp/") && address.contains("GEZDGNBVGY3TQOJQ"), "{address}");
    }

    #[test]
    fn a18_a_code_holds_for_its_step_and_the_neighbours() {
        let factor = SecondFactor::made(&Random::seeded(3), "馆", "某").unwrap();
        let now = Timestamp::from_seconds(1_800_000_015);
        let of = |steps: i64| factor.step(&factor.code(now.plus_seconds(steps * STEP_SECONDS)), now);
        assert!(of(-1).is_some() && of(0).is_some() && of(1).is_some());
        assert_eq!((of(-2), of(2), of(-2880)), (None, None, None));
        for wrong in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
            assert_eq!(factor.step(wrong, now), None, "{wrong}");
        }
    }

    #[test]
    fn a_recovery_code_is_read_as_it_was_shown() {
        let code = RecoveryCode::made(&Random::seeded(5));
        assert_eq!(RecoveryCode::parse(&format!(" {} ", code.reveal().to_uppercase())), Some(code.clone()));
        assert_eq!(RecoveryCode::parse("oil00-00000"), RecoveryCode::parse("01100-00000"));
        assert_eq!(RecoveryCode::parse(&code.bare()[..9]), None);
        assert!(!format!("{code:?}").contains(code.bare()));
    }
}
