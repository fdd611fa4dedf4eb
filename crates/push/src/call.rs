//! A call to WeChat that sends to many, from when it was approved to when WeChat told how it ended.
//!
//! Each transition takes the state and gives the next one; what is not a transition cannot be written. The key of the
//! call ([`wechat::client::ClientMessageId`]) is chosen when the plan is approved and never changes: WeChat takes a key once.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use wechat::client::{Error, Submitted};
use wechat::errcode::{Class, Errcode};

/// How long after the first attempt a call is still repeated, in seconds: WeChat keeps keys for 24 hours, and four hours
/// are left for clocks that disagree.
pub const REPEATED_FOR: i64 = 20 * 3600;
/// Seconds between two attempts of one call at least: sooner WeChat answers 45066.
pub const APART: i64 = 60;
/// Seconds between two attempts at most: an account may call a hundred times a day.
const FURTHEST_APART: i64 = 1800;

/// The attempts of a call that have been made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attempts {
    /// How many.
    pub count: i64,
    /// When the first was committed, before its socket was opened.
    pub first_at: Timestamp,
    /// When the last was.
    pub last_at: Timestamp,
}

impl Attempts {
    /// When the next may be made: a minute after the first, and each time twice as long, up to half an hour.
    pub fn again_at(&self) -> Timestamp {
        let doublings = u32::try_from(self.count - 1).unwrap_or_default().min(10);
        self.last_at.plus_seconds((APART << doublings).min(FURTHEST_APART))
    }
}

/// How many followers a finished send was for and reached, as WeChat counts them (`MASSSENDJOBFINISH`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Followers in the audience (`TotalCount`).
    pub total: i64,
    /// Those left after WeChat's own filter: who refuses, who had four this month (`FilterCount`).
    pub filtered: i64,
    /// Those who received it (`SentCount`).
    pub sent: i64,
    /// Those whom it failed to reach (`ErrorCount`).
    pub failed: i64,
}

/// Where a call stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Call {
    /// Approved, not tried yet.
    Planned,
    /// Tried, and no clear answer has come.
    Submitting(Attempts),
    /// WeChat took it and works on it.
    Accepted {
        /// WeChat's number of it; none where it did not say.
        msg_id: Option<String>,
        /// When it was taken.
        at: Timestamp,
    },
    /// It may have been sent or not, and repeating it is no longer safe: a person decides.
    Unknown(Attempts),
    /// WeChat refused it: nothing was sent.
    Refused(String),
    /// WeChat told how it ended.
    Finished {
        /// WeChat's number of it.
        msg_id: String,
        /// Its word for how: `send success`, `err(20013)`.
        status: String,
        /// Whom it reached.
        counts: Counts,
    },
    /// It was never tried and no longer will be: the plan was stopped, or its time had passed.
    Withdrawn,
}

/// What is to be done about a call now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Due {
    /// Try it.
    Now,
    /// Try it again at this moment, not before.
    At(Timestamp),
    /// Repeating it is no longer safe.
    TooLate,
    /// Nothing: it waits for WeChat, or has ended.
    Nothing,
}

/// What an attempt came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// WeChat took the call, now or at an earlier attempt (45065), under this number, if it said.
    Taken(Option<String>),
    /// It refused: nothing was sent.
    Refused(String),
    /// Neither is certain.
    Unclear,
}

impl Call {
    /// What is to be done about it at a moment.
    ///
    /// A clock that stands before the first attempt cannot be trusted with the window in which repeating is safe.
    pub fn due(&self, now: Timestamp) -> Due {
        match self {
            Self::Planned => Due::Now,
            Self::Submitting(attempts) => {
                let since_first = now.seconds_since(attempts.first_at);
                if !(0..REPEATED_FOR).contains(&since_first) {
                    return Due::TooLate;
                }
                let again = attempts.again_at();
                if now < again { Due::At(again) } else { Due::Now }
            }
            Self::Accepted { .. } | Self::Unknown(_) | Self::Refused(_) | Self::Finished { .. } | Self::Withdrawn => {
                Due::Nothing
            }
        }
    }

    /// Whether it ended and nobody has what it sent.
    pub const fn reached_nobody(&self) -> bool {
        matches!(self, Self::Finished { counts: Counts { sent: 0, .. }, .. })
    }

    /// An attempt is about to be made; to be committed before its socket is opened. `None`: it is not due.
    #[must_use]
    pub fn attempt(self, now: Timestamp) -> Option<Self> {
        if self.due(now) != Due::Now {
            return None;
        }
        match self {
            Self::Planned => Some(Self::Submitting(Attempts { count: 1, first_at: now, last_at: now })),
            Self::Submitting(Attempts { count, first_at, .. }) => {
                Some(Self::Submitting(Attempts { count: count + 1, first_at, last_at: now }))
            }
            _ => None,
        }
    }

    /// What the attempt came to. A call that has moved on meanwhile stays where it is.
    ///
    /// A refusal says that nothing was sent only to a first attempt: whoever asks again after an unclear answer may be
    /// refused because the first one used the quota up.
    #[must_use]
    pub fn answered(self, answer: Answer, now: Timestamp) -> Self {
        match (self, answer) {
            (Self::Submitting(_) | Self::Unknown(_), Answer::Taken(msg_id)) => Self::Accepted { msg_id, at: now },
            (Self::Submitting(attempts), Answer::Refused(why)) if attempts.count == 1 => Self::Refused(why),
            (Self::Submitting(attempts), Answer::Refused(_)) => Self::Unknown(attempts),
            (unmoved, _) => unmoved,
        }
    }

    /// Repeating is no longer safe.
    #[must_use]
    pub fn given_up(self) -> Self {
        match self {
            Self::Submitting(attempts) => Self::Unknown(attempts),
            unmoved => unmoved,
        }
    }

    /// It will not be tried. Only a call that never was can be withdrawn.
    #[must_use]
    pub fn withdrawn(self) -> Self {
        match self {
            Self::Planned => Self::Withdrawn,
            unmoved => unmoved,
        }
    }

    /// WeChat told how the send of this number ended; told twice it changes nothing more. Whoever had to be asked told no
    /// counts: they may follow.
    #[must_use]
    pub fn finished(self, number: &str, status: String, counts: Counts) -> Self {
        match self {
            Self::Accepted { msg_id: Some(msg_id), .. } if msg_id == number => {
                Self::Finished { msg_id, status, counts }
            }
            Self::Finished { msg_id, counts: Counts { total: 0, .. }, .. } if msg_id == number && counts.total > 0 => {
                Self::Finished { msg_id, status, counts }
            }
            unmoved => unmoved,
        }
    }

    /// A person who looked at WeChat's console says whether an unknown call was sent.
    #[must_use]
    pub fn decided(self, was_sent: bool, now: Timestamp) -> Self {
        match self {
            Self::Unknown(_) if was_sent => Self::Accepted { msg_id: None, at: now },
            Self::Unknown(_) => Self::Refused("经人工核对，未发出".to_owned()),
            unmoved => unmoved,
        }
    }

    /// Whether nothing more happens to it.
    pub const fn is_terminal(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Finished { .. } | Self::Withdrawn)
    }

    /// Whether nothing more will be heard of it: what was sent under no known number has no end that could be told.
    pub const fn has_ended(&self) -> bool {
        self.is_terminal() || matches!(self, Self::Accepted { msg_id: None, .. })
    }

    /// Whether it uses up quota: what may have been sent does.
    pub const fn uses_quota(&self) -> bool {
        !matches!(self, Self::Refused(_) | Self::Withdrawn)
    }
}

impl Answer {
    /// What an answer of WeChat to a send means. A send that may have been taken is unclear, never failed: -1 too, and a
    /// code that is in no table. What WeChat says about an earlier attempt (45066) says nothing about that one.
    pub fn of(outcome: Result<Submitted, Error>) -> Self {
        match outcome {
            Ok(submitted) => Self::Taken(submitted.msg_id),
            // It never left: the call itself is wrong.
            Err(Error::Argument(why)) => Self::Refused(why.to_owned()),
            Err(error) => match error.code() {
                Some(code) if is_clear(code) => Self::Refused(format!("{code} {}", code.message()).trim().to_owned()),
                _ => Self::Unclear,
            },
        }
    }
}

/// Whether a code says for certain that nothing was sent and that repeating is useless.
fn is_clear(code: Errcode) -> bool {
    matches!(code.class(), Class::Stop | Class::Programming)
}

#[cfg(test)]
mod tests {
    use kernel::testing::MONDAY_MORNING;
    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = MONDAY_MORNING;

    fn refused(code: i64) -> Error {
        Error::Refused { code: Errcode(code), message: String::new() }
    }

    #[test]
    fn t07_t11_t12_an_answer_that_may_mean_sent_is_unclear() {
        let submitted = Submitted { msg_id: Some("7".to_owned()), msg_data_id: None, repeated: true };
        assert_eq!(Answer::of(Ok(submitted)), Answer::Taken(Some("7".to_owned())));
        for error in [
            refused(-1),
            refused(45066),
            refused(99_999),
            refused(45009),
            Error::Unknown("cut".to_owned()),
            Error::NotSent("no name".to_owned()),
            Error::Answer("half".to_owned()),
        ] {
            assert_eq!(Answer::of(Err(error.clone())), Answer::Unclear, "{error}");
        }
        for code in [45028, 48001, 40003, 45067] {
            assert!(matches!(Answer::of(Err(refused(code))), Answer::Refused(_)), "{code}");
        }
    }

    #[test]
    fn an_attempt_is_repeated_a_minute_apart_and_for_twenty_hours() {
        let call = Call::Planned.attempt(START).unwrap();
        assert_eq!(call.due(START.plus_seconds(59)), Due::At(START.plus_seconds(60)));
        assert_eq!(call.clone().attempt(START.plus_seconds(59)), None);
        let call = call.answered(Answer::Unclear, START).attempt(START.plus_seconds(60)).unwrap();
        assert!(matches!(call, Call::Submitting(Attempts { count: 2, first_at: START, .. })));
        assert_eq!(call.due(START.plus_seconds(REPEATED_FOR - 1)), Due::Now);
        assert_eq!(call.due(START.plus_seconds(REPEATED_FOR)), Due::TooLate, "p04");
        assert_eq!(call.due(START.plus_seconds(-1)), Due::TooLate, "t17: the clock went back before the first attempt");
        assert!(matches!(call.given_up(), Call::Unknown(_)));
    }

    #[test]
    fn a_refusal_is_clear_at_the_first_attempt_alone() {
        let first = Call::Planned.attempt(START).unwrap();
        let refusal = || Answer::Refused("45028".to_owned());
        assert!(matches!(first.clone().answered(refusal(), START), Call::Refused(_)));
        let second = first.answered(Answer::Unclear, START).attempt(START.plus_seconds(60)).unwrap();
        assert!(matches!(second.answered(refusal(), START), Call::Unknown(_)));
    }

    #[test]
    fn p20_an_end_that_is_told_twice_or_of_another_send_changes_nothing() {
        let taken = Call::Accepted { msg_id: Some("5".to_owned()), at: START };
        let counts = Counts { total: 3, filtered: 3, sent: 2, failed: 1 };
        assert_eq!(taken.clone().finished("6", "send success".to_owned(), counts), taken);
        let asked = taken.clone().finished("5", "send success".to_owned(), Counts::default());
        let ended = taken.finished("5", "send success".to_owned(), counts);
        assert_eq!(asked.finished("5", "send success".to_owned(), counts), ended, "the counts follow");
        assert_eq!(ended.clone().finished("5", "err(20001)".to_owned(), Counts::default()), ended);
        assert!(ended.is_terminal() && ended.uses_quota());
    }

    #[test]
    fn p13_what_may_have_been_sent_uses_quota_until_a_person_says_it_was_not() {
        let unknown = Call::Planned.attempt(START).unwrap().given_up();
        assert!(unknown.uses_quota() && !unknown.is_terminal());
        assert!(unknown.clone().decided(true, START).uses_quota());
        assert!(!unknown.decided(false, START).uses_quota());
        assert!(!Call::Planned.withdrawn().uses_quota());
        let tried = Call::Planned.attempt(START).unwrap();
        assert_eq!(tried.clone().withdrawn(), tried, "what was tried cannot be withdrawn");
    }

    proptest! {
        #[test]
        fn whatever_happens_a_call_that_ended_stays_ended(steps in proptest::collection::vec((0..6_u8, 0..90_000_i64), 1..40)) {
            let (mut call, mut now) = (Call::Planned, START);
            for (step, seconds) in steps {
                now = now.plus_seconds(seconds);
                let before = call.clone();
                call = match step {
                    0 => call.clone().attempt(now).unwrap_or(call),
                    1 => call.answered(Answer::Taken(Some(seconds.to_string())), now),
                    2 => call.answered(Answer::Refused("45028".to_owned()), now),
                    3 => call.given_up(),
                    4 => call.finished(&seconds.to_string(), "send success".to_owned(), Counts { total: 1, ..Counts::default() }),
                    _ => call.withdrawn(),
                };
                prop_assert!(!before.is_terminal() || call == before);
                if let (Call::Submitting(was), Call::Submitting(is)) = (&before, &call) {
                    prop_assert!(was.first_at == is.first_at && is.count - was.count <= 1);
                    prop_assert!(is.last_at == was.last_at || is.last_at.seconds_since(was.last_at) >= APART);
                }
            }
        }
    }
}
