//! The public name of a record: it tells nothing and stays the same over rollback and re-import.

use std::fmt;

use kernel::Secrets;

/// Characters of a public id: 80 bits in base 32 (RFC 4648 §6).
const LENGTH: usize = 16;

/// The public id of a record, as it stands in addresses: a keyed hash of institution and reference code at first
/// landing, so that nobody outside can tell from a code whether its record exists.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(transparent)]
pub struct PublicId(String);

impl PublicId {
    /// Characters of an id.
    pub(crate) const LENGTH: usize = LENGTH;
    /// The characters ids are made of, in their order.
    pub(crate) const ALPHABET: &'static str = "234567abcdefghijklmnopqrstuvwxyz";

    /// The id of the record that lands under a code's key in an institution.
    pub(crate) fn of(secrets: &Secrets, institution: &str, code_key: &str) -> Self {
        Self(secrets.public_id(institution, code_key))
    }

    /// Reads an id from an address; `None` for what cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == LENGTH && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'));
        fits.then(|| Self(text.to_owned()))
    }

    /// The id as it stands in addresses.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PublicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use kernel::Random;

    use super::*;

    #[test]
    fn l07_ids_are_stable_and_tell_nothing() {
        let secrets = Secrets::fresh(&Random::seeded(1));
        let one = PublicId::of(&secrets, "435001", "X001-WS·2001·Y-0001");
        assert_eq!(one, PublicId::of(&secrets, "435001", "X001-WS·2001·Y-0001"));
        assert_eq!(PublicId::parse(one.as_str()).as_ref(), Some(&one));
        assert_ne!(one, PublicId::of(&secrets, "435001", "X001-WS·2001·Y-0002"));
        assert_ne!(one, PublicId::of(&secrets, "435002", "X001-WS·2001·Y-0001"));
        let other = Secrets::fresh(&Random::seeded(2));
        assert_ne!(one, PublicId::of(&other, "435001", "X001-WS·2001·Y-0001"));
    }

    #[test]
    fn what_cannot_be_an_id_is_refused() {
        for text in ["", "aaaa", "abcdefghijklmno1", "../../etc/passwd"] {
            assert_eq!(PublicId::parse(text), None);
        }
    }
}
