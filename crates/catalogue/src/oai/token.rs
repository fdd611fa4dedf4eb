//! Where a list goes on (protocol §3.5). A token says all there is to know, so it never expires and nothing is kept.

use std::fmt;

use kernel::Timestamp;

use crate::PublicId;

/// A place in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    /// The first second that counts.
    pub(super) from: Timestamp,
    /// The last second that counts.
    pub(super) until: Timestamp,
    /// The set.
    pub(super) fonds: Option<PublicId>,
    /// The last entry that was told.
    pub(super) after: Option<(Timestamp, PublicId)>,
    /// How many entries were told.
    pub(super) told: u64,
}

impl Token {
    /// The first moment there is.
    pub(super) const FIRST: Timestamp = Timestamp::from_seconds(0);
    /// The last moment there is: the end of the year 9998.
    pub(super) const LAST: Timestamp = Timestamp::from_seconds(253_370_764_799);

    /// Reads a token; `None` for what this house never wrote.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let [from, until, fonds, at, id, told] = parts.as_slice() else { return None };
        let moment = |micros: i64| {
            let moment = Timestamp::from_micros(micros);
            (Self::FIRST..=Self::LAST.plus_seconds(1)).contains(&moment).then_some(moment)
        };
        let seconds = |text: &str| moment(text.parse::<i64>().ok()?.checked_mul(1_000_000)?);
        let fonds = if fonds.is_empty() { None } else { Some(PublicId::parse(fonds)?) };
        let after = match (*at, *id) {
            ("", "") => None,
            (at, id) => Some((moment(at.parse().ok()?)?, PublicId::parse(id)?)),
        };
        Some(Self { from: seconds(from)?, until: seconds(until)?, fonds, after, told: told.parse().ok()? })
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.", self.from.seconds(), self.until.seconds())?;
        if let Some(fonds) = &self.fonds {
            write!(f, "{fonds}")?;
        }
        match &self.after {
            Some((at, id)) => write!(f, ".{}.{id}.{}", at.micros(), self.told),
            None => write!(f, "...{}", self.told),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_token_is_read_as_it_was_written(
            (from, until) in (0_i64..253_000_000_000, 0_i64..253_000_000_000),
            fonds in proptest::option::of("[a-z2-7]{16}"),
            after in proptest::option::of((0_i64..4_000_000_000_000_000, "[a-z2-7]{16}")),
            told in any::<u64>(),
        ) {
            let token = Token {
                from: Timestamp::from_seconds(from),
                until: Timestamp::from_seconds(until),
                fonds: fonds.as_deref().and_then(PublicId::parse),
                after: after.and_then(|(at, id)| Some((Timestamp::from_micros(at), PublicId::parse(&id)?))),
                told,
            };
            prop_assert_eq!(Token::parse(&token.to_string()), Some(token));
        }

        #[test]
        fn what_was_never_written_is_not_read(text in ".{0,40}") {
            if let Some(token) = Token::parse(&text) {
                prop_assert!(token.from >= Token::FIRST && token.until >= Token::FIRST);
            }
        }
    }

    #[test]
    fn moments_no_database_knows_are_refused() {
        for text in [
            "99999999999999.0....0",
            "0.-1....0",
            "0.0..9223372036854775807.abcdefghijklmnop.0",
            "0.0..1..0",
            "",
            ".....",
        ] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
    }
}
