//! Access tokens: the two lines of reference §2.1 and §2.2 and how long each token lives.

use serde::{Deserialize, Serialize};

use crate::clock::day;
use crate::random::Random;

/// Seconds a token lives.
pub(crate) const LIFE: i64 = 7200;
/// Seconds an old token stays good after a new one was made.
pub(crate) const OVERLAP: i64 = 300;
/// Forced refreshes a day.
const FORCED_PER_DAY: u32 = 20;

/// Which call made the token; the lines do not disturb each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Line {
    /// `GET /cgi-bin/token`.
    Plain,
    /// `POST /cgi-bin/stable_token`.
    Stable,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Token {
    value: String,
    line: Line,
    /// When it stops being good (Unix seconds).
    until: i64,
    /// Replaced or killed before its time: 40001 instead of 42001 once over.
    replaced: bool,
}

/// What a presented token is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Good.
    Good,
    /// Lived out its time: 42001.
    Expired,
    /// Unknown or no longer the latest: 40001.
    Invalid,
}

/// Why a forced refresh is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Less than 30 s after the last one: 45011.
    TooSoon,
    /// More than 20 a day: 45009.
    TooMany,
}

/// All tokens of one account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Tokens {
    all: Vec<Token>,
    /// Whether a new token of one line replaces those of the other.
    pub(crate) compete: bool,
    forced_at: Option<i64>,
    forced_day: i64,
    forced_count: u32,
}

impl Tokens {
    /// A new token of the plain line; the one before stays good for five minutes.
    pub(crate) fn plain(&mut self, now: i64, random: &Random) -> (String, i64) {
        self.replace(Line::Plain, now.saturating_add(OVERLAP));
        (self.make(Line::Plain, now, random), LIFE)
    }

    /// The stable token and its remaining seconds; a new one only in the last five minutes, when both are good.
    pub(crate) fn stable(&mut self, now: i64, random: &Random) -> (String, i64) {
        let latest = self.all.iter().rev().find(|token| token.line == Line::Stable && !token.replaced);
        if let Some(token) = latest
            && token.until.saturating_sub(now) > OVERLAP
        {
            return (token.value.clone(), token.until.saturating_sub(now));
        }
        (self.make(Line::Stable, now, random), LIFE)
    }

    /// A new stable token that kills the one before at once.
    pub(crate) fn forced(&mut self, now: i64, random: &Random) -> Result<(String, i64), Refused> {
        if self.forced_at.is_some_and(|at| now.saturating_sub(at) < 30) {
            return Err(Refused::TooSoon);
        }
        if self.forced_day != day(now) {
            self.forced_day = day(now);
            self.forced_count = 0;
        }
        if self.forced_count >= FORCED_PER_DAY {
            return Err(Refused::TooMany);
        }
        self.forced_count += 1;
        self.forced_at = Some(now);
        self.replace(Line::Stable, now);
        Ok((self.make(Line::Stable, now, random), LIFE))
    }

    /// What `value` is worth now.
    pub(crate) fn standing(&self, value: &str, now: i64) -> Standing {
        match self.all.iter().find(|token| token.value == value) {
            Some(token) if now < token.until => Standing::Good,
            Some(token) if !token.replaced => Standing::Expired,
            _ => Standing::Invalid,
        }
    }

    /// Ends every token now, as the faults 42001 (`replaced` off) and 40001 (on) do.
    pub(crate) fn end_all(&mut self, now: i64, replaced: bool) {
        for token in &mut self.all {
            if now < token.until {
                token.until = now;
                token.replaced |= replaced;
            }
        }
    }

    fn replace(&mut self, line: Line, until: i64) {
        for token in self.all.iter_mut().filter(|token| token.line == line) {
            if until < token.until {
                token.until = until;
                token.replaced = true;
            }
        }
    }

    fn make(&mut self, line: Line, now: i64, random: &Random) -> String {
        // Kept for a day after their end, so that 42001 can be told from 40001.
        self.all.retain(|token| now < token.until.saturating_add(86_400));
        if self.compete {
            let other = if line == Line::Plain { Line::Stable } else { Line::Plain };
            self.replace(other, now.saturating_add(OVERLAP));
        }
        let value = format!("82_{}", random.id(133));
        self.all.push(Token { value: value.clone(), line, until: now.saturating_add(LIFE), replaced: false });
        value
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LIFE, OVERLAP, Refused, Standing, Tokens};
    use crate::testing::random;

    #[test]
    fn a_new_plain_token_leaves_the_old_one_five_minutes() {
        let (mut tokens, random) = (Tokens::default(), random());
        let (old, life) = tokens.plain(0, &random);
        assert_eq!(life, LIFE);
        let (new, _) = tokens.plain(100, &random);
        assert_ne!(old, new);
        assert_eq!(tokens.standing(&old, 100 + OVERLAP - 1), Standing::Good);
        assert_eq!(tokens.standing(&old, 100 + OVERLAP), Standing::Invalid);
        assert_eq!(tokens.standing(&new, 100 + LIFE), Standing::Expired);
    }

    #[test]
    fn the_stable_token_is_the_same_until_its_last_five_minutes_and_then_both_work() {
        let (mut tokens, random) = (Tokens::default(), random());
        let (first, _) = tokens.stable(0, &random);
        let (same, left) = tokens.stable(LIFE - OVERLAP - 1, &random);
        assert_eq!((&same, left), (&first, OVERLAP + 1));
        let (second, _) = tokens.stable(LIFE - OVERLAP, &random);
        assert_ne!(second, first);
        assert_eq!(tokens.standing(&first, LIFE - 1), Standing::Good);
        assert_eq!(tokens.standing(&second, LIFE - 1), Standing::Good);
        assert_eq!(tokens.stable(LIFE - 1, &random).0, second);
        assert_eq!(tokens.standing(&first, LIFE), Standing::Expired);
    }

    #[test]
    fn the_lines_do_not_disturb_each_other_and_force_kills_at_once() {
        let (mut tokens, random) = (Tokens::default(), random());
        let (plain, _) = tokens.plain(0, &random);
        let (stable, _) = tokens.stable(0, &random);
        let (forced, _) = tokens.forced(10, &random).unwrap();
        assert_eq!(tokens.standing(&plain, 10), Standing::Good);
        assert_eq!(tokens.standing(&stable, 10), Standing::Invalid);
        assert_eq!(tokens.standing(&forced, 10), Standing::Good);
        assert_eq!(tokens.forced(39, &random), Err(Refused::TooSoon));
        for n in 1..20 {
            tokens.forced(10 + 30 * n, &random).unwrap();
        }
        assert_eq!(tokens.forced(10 + 30 * 20, &random), Err(Refused::TooMany));
        assert!(tokens.forced(10 + 86_400, &random).is_ok());
    }

    #[test]
    fn the_lines_can_be_made_to_replace_each_other() {
        let (mut tokens, random) = (Tokens { compete: true, ..Tokens::default() }, random());
        let (stable, _) = tokens.stable(0, &random);
        tokens.plain(10, &random);
        assert_eq!(tokens.standing(&stable, 10 + OVERLAP - 1), Standing::Good);
        assert_eq!(tokens.standing(&stable, 10 + OVERLAP), Standing::Invalid);
        assert_ne!(tokens.stable(10, &random).0, stable);
    }

    proptest! {
        /// However often tokens are asked for: what was just given works, and lives as long as was said.
        #[test]
        fn a_token_just_given_works_as_long_as_was_said(asked in prop::collection::vec((0_u8..3, 0_i64..4000), 1..40)) {
            let (mut tokens, random) = (Tokens::default(), random());
            let mut now = 0;
            for (line, passed) in asked {
                now += passed;
                let given = match line {
                    0 => Ok(tokens.plain(now, &random)),
                    1 => Ok(tokens.stable(now, &random)),
                    _ => tokens.forced(now, &random),
                };
                if let Ok((token, life)) = given {
                    prop_assert!(life > OVERLAP && life <= LIFE);
                    prop_assert_eq!(tokens.standing(&token, now), Standing::Good);
                    prop_assert_eq!(tokens.standing(&token, now + life - 1), Standing::Good);
                    prop_assert_eq!(tokens.standing(&token, now + life), Standing::Expired);
                }
            }
        }
    }
}
