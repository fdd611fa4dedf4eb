//! WeChat's error codes with what to do about each.

mod table;

use table::TABLE;

/// An `errcode` of an API answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Errcode(pub i64);

/// What an error code asks of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Done, now or by an earlier call of the same key (45065).
    Ok,
    /// Passing trouble or a used-up quota: the same call may succeed later.
    Retry,
    /// The access token is stale: fetch a new one and repeat once.
    Refresh,
    /// Repeating is useless until a person, the follower or WeChat changes something.
    Stop,
    /// The call itself is wrong: a fault of the program.
    Programming,
    /// A code that is not in the table: a read may be repeated, a send counts as perhaps done.
    Unknown,
}

impl Errcode {
    /// Success.
    pub const OK: Self = Self(0);
    /// WeChat is busy; the call may or may not have been carried out.
    pub const BUSY: Self = Self(-1);
    /// The day's quota of this call is used up.
    pub const DAILY_LIMIT: Self = Self(45009);
    /// A mass send of this name was taken before.
    pub const ALREADY_SENT: Self = Self(45065);
    /// The account has no right to the call; never a token problem.
    pub const UNAUTHORISED: Self = Self(48001);

    /// What to do about it.
    pub fn class(self) -> Class {
        self.row().map_or(Class::Unknown, |row| row.1)
    }

    /// Whether it is no use calling again before somebody changed something in WeChat's console: the account's
    /// credentials, its list of addresses, its rights.
    pub fn needs_operator(self) -> bool {
        matches!(self.0, 40013 | 40125 | 40164 | 40243 | 48001 | 48004 | 50002 | 89503)
    }

    /// WeChat's English text without the `rid` at its end; empty for codes that are not in the table.
    pub fn message(self) -> &'static str {
        self.row().map_or("", |row| row.2)
    }

    /// Every code of the table with its class.
    pub fn all() -> impl Iterator<Item = (Self, Class)> {
        TABLE.iter().map(|row| (Self(row.0), row.1))
    }

    fn row(self) -> Option<&'static (i64, Class, &'static str)> {
        TABLE.binary_search_by_key(&self.0, |row| row.0).ok().and_then(|at| TABLE.get(at))
    }
}

impl std::fmt::Display for Errcode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_sorted_and_has_texts() {
        assert!(TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(TABLE.iter().all(|row| !row.2.is_empty() && row.2.is_ascii()));
        assert!(TABLE.iter().all(|row| row.1 != Class::Unknown));
    }

    #[test]
    fn only_stale_tokens_ask_for_a_refresh() {
        let refresh: Vec<_> =
            Errcode::all().filter(|(_, class)| *class == Class::Refresh).map(|(code, _)| code.0).collect();
        assert_eq!(refresh, [40001, 40014, 42001]);
    }

    #[test]
    fn t10_missing_rights_are_terminal() {
        for code in [48001, 48004, 50002, 40164] {
            assert_eq!(Errcode(code).class(), Class::Stop, "{code}");
            assert!(Errcode(code).needs_operator(), "{code}");
        }
        // Who needs an operator is never asked again by the program; a follower's closed window needs nobody.
        assert!(Errcode::all().all(|(code, class)| class == Class::Stop || !code.needs_operator()));
        assert!(!Errcode(45015).needs_operator());
    }

    #[test]
    fn t11_client_ids() {
        assert_eq!(Errcode(45065).class(), Class::Ok);
        assert_eq!(Errcode(45066).class(), Class::Retry);
        assert_eq!(Errcode(45067).class(), Class::Programming);
    }

    #[test]
    fn codes_outside_the_table_are_unknown() {
        for code in [1, -2, 99999, i64::MAX, i64::MIN] {
            assert_eq!(Errcode(code).class(), Class::Unknown);
            assert_eq!(Errcode(code).message(), "");
        }
        assert_eq!(Errcode::UNAUTHORISED.message(), "api unauthorized");
    }
}
