//! Where a notice stands.

use kernel::Timestamp;
use wechat::client::Error;
use wechat::errcode::{Class, Errcode};

use super::Means;

/// How long after its first attempt a template message is repeated, in seconds: WeChat knows its name for ten minutes (P27).
pub const REPEATED_FOR: i64 = 600;
/// Seconds between two attempts.
const APART: i64 = 60;
/// How long a notice that has not left the house is worth sending, in seconds.
pub const VALID_FOR: i64 = 24 * 3600;

/// WeChat's code for a reader who allows nothing.
const NOT_ALLOWED: Errcode = Errcode(43101);
/// Readers who cannot be written to: unknown, not following, switched off.
const UNREACHABLE: [i64; 4] = [40003, 43004, 43107, 46004];

/// The attempts that were made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempts {
    /// How many.
    pub count: i64,
    /// When the first was committed, before its socket was opened.
    pub first_at: Timestamp,
    /// When the last was.
    pub last_at: Timestamp,
}

/// Why nothing was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unsent {
    /// The reader has not allowed it, or that was used.
    NotAllowed,
    /// The reader switched it off.
    Off,
    /// The account has no right to it.
    NoRight,
    /// What is known does not fit a field of the template.
    Misfit,
    /// WeChat could not be reached for a day.
    TooLate,
}

impl Unsent {
    /// Why, in words.
    pub const fn told(self) -> &'static str {
        match self {
            Self::NotAllowed => "读者没有同意接收，或者同意的次数已用完",
            Self::Off => "读者关闭了通知",
            Self::NoRight => "公众号没有这项权限",
            Self::Misfit => "内容放不进模板的字段，请检查字段的对应",
            Self::TooLate => "一天没有连上微信，不再发送",
        }
    }
}

/// Where a notice stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// It has not left the house; it is tried again.
    Waiting,
    /// It was tried, and no clear answer has come.
    Sending(Attempts),
    /// WeChat took it.
    Taken,
    /// WeChat told that it arrived.
    Delivered,
    /// WeChat told that it did not: its word for why.
    Failed(String),
    /// WeChat refused it.
    Refused(String),
    /// It may have been sent or not; the program does not send it again.
    Unknown,
    /// It was not sent, and why.
    Unsent(String),
}

/// What an attempt came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// WeChat took it, under this number if it said one.
    Taken(Option<String>),
    /// It refused: nothing was sent.
    Refused(Errcode),
    /// It never left the house.
    NotSent,
    /// Neither is certain.
    Unclear,
}

/// What is to be done about a notice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Due {
    /// Try it.
    Now,
    /// Try it after so many seconds.
    After(i64),
    /// Repeating it is not safe.
    TooLate,
    /// Nothing.
    Nothing,
}

impl State {
    /// Nothing is sent, for this reason.
    pub(crate) fn unsent(why: Unsent) -> Self {
        Self::Unsent(why.told().to_owned())
    }

    /// What is to be done about it. Only what has a key is repeated, and only while WeChat knows the key; a clock that
    /// stands before the first attempt cannot be trusted with that.
    pub fn due(&self, means: Means, now: Timestamp) -> Due {
        match self {
            Self::Waiting => Due::Now,
            Self::Sending(attempts) => {
                let (since_first, since_last) =
                    (now.seconds_since(attempts.first_at), now.seconds_since(attempts.last_at));
                if !means.has_key() || !(0..REPEATED_FOR).contains(&since_first) {
                    Due::TooLate
                } else if since_last < APART {
                    Due::After(APART - since_last)
                } else {
                    Due::Now
                }
            }
            _ => Due::Nothing,
        }
    }

    /// An attempt is about to be made; to be committed before its socket is opened.
    #[must_use]
    pub fn attempt(self, now: Timestamp) -> Self {
        match self {
            Self::Waiting => Self::Sending(Attempts { count: 1, first_at: now, last_at: now }),
            Self::Sending(Attempts { count, first_at, .. }) => {
                Self::Sending(Attempts { count: count + 1, first_at, last_at: now })
            }
            unmoved => unmoved,
        }
    }

    /// What the attempt came to. One of which WeChat has told its end meanwhile stays where it is, and a refusal says that
    /// nothing was sent to a first attempt alone.
    #[must_use]
    pub fn answered(self, answer: &Answer, means: Means) -> Self {
        let Self::Sending(attempts) = &self else { return self };
        match answer {
            Answer::Taken(_) => Self::Taken,
            Answer::Refused(code) if attempts.count == 1 => Self::Refused(refused(*code)),
            Answer::NotSent if attempts.count == 1 => Self::Waiting,
            Answer::NotSent | Answer::Unclear if means.has_key() => self,
            Answer::Refused(_) | Answer::NotSent | Answer::Unclear => Self::Unknown,
        }
    }

    /// Repeating it is not safe.
    #[must_use]
    pub fn given_up(self) -> Self {
        if matches!(self, Self::Sending(_)) { Self::Unknown } else { self }
    }

    /// WeChat told how it ended, by its word; told twice it changes nothing more.
    #[must_use]
    pub fn ended(self, status: &str) -> Self {
        match self {
            Self::Sending(_) | Self::Taken | Self::Unknown if status == "success" => Self::Delivered,
            Self::Sending(_) | Self::Taken | Self::Unknown => Self::Failed(failed(status)),
            unmoved => unmoved,
        }
    }

    /// Its stage.
    pub(crate) const fn stage(&self) -> Stage {
        match self {
            Self::Waiting => Stage::Waiting,
            Self::Sending(_) => Stage::Sending,
            Self::Taken => Stage::Taken,
            Self::Delivered => Stage::Delivered,
            Self::Failed(_) => Stage::Failed,
            Self::Refused(_) => Stage::Refused,
            Self::Unknown => Stage::Unknown,
            Self::Unsent(_) => Stage::Unsent,
        }
    }

    /// Why it is where it is, in words.
    pub(crate) fn told(&self) -> Option<String> {
        match self {
            Self::Failed(why) | Self::Refused(why) | Self::Unsent(why) => Some(why.clone()),
            Self::Unknown => Some("微信没有明确答复，可能已经送达；程序不再重发".to_owned()),
            Self::Waiting => Some("暂时连不上微信，稍后自动再发".to_owned()),
            _ => None,
        }
    }
}

/// Where a notice stands, in a word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = NoticeState)]
pub enum Stage {
    /// [`State::Waiting`]
    Waiting,
    /// [`State::Sending`]
    Sending,
    /// [`State::Taken`]
    Taken,
    /// [`State::Delivered`]
    Delivered,
    /// [`State::Failed`]
    Failed,
    /// [`State::Refused`]
    Refused,
    /// [`State::Unknown`]
    Unknown,
    /// [`State::Unsent`]
    Unsent,
}

impl Stage {
    const ALL: [Self; 8] = [
        Self::Waiting,
        Self::Sending,
        Self::Taken,
        Self::Delivered,
        Self::Failed,
        Self::Refused,
        Self::Unknown,
        Self::Unsent,
    ];

    /// The word stored in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Taken => "taken",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Unsent => "unsent",
        }
    }

    /// The stage of a stored word.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

impl Answer {
    /// What an answer of WeChat means. What may have been taken is unclear, never failed.
    pub fn of(outcome: Result<Option<String>, Error>) -> Self {
        match outcome {
            Ok(msg_id) => Self::Taken(msg_id),
            Err(Error::NotSent(_) | Error::Paused { .. }) => Self::NotSent,
            Err(Error::Argument(_)) => Self::Refused(Errcode(47003)),
            Err(Error::Refused { code, .. }) if matches!(code.class(), Class::Stop | Class::Programming) => {
                Self::Refused(code)
            }
            // The day's quota, the limit of a minute: refused now, taken later.
            Err(Error::Refused { code, .. }) if matches!(code.0, 45009 | 45011) => Self::NotSent,
            Err(_) => Self::Unclear,
        }
    }

    /// Whether WeChat says that the reader allows nothing.
    pub(crate) fn is_denied(&self) -> bool {
        *self == Self::Refused(NOT_ALLOWED)
    }
}

/// A refusal in words.
fn refused(code: Errcode) -> String {
    let why = match code.0 {
        43101 => Unsent::NotAllowed.told(),
        40037 => "公众号里没有这个模板了，请重新从微信取回模板",
        47003 => Unsent::Misfit.told(),
        48001 => Unsent::NoRight.told(),
        43106 => "公众号的通知因违规被微信停用，请到公众平台查看",
        _ if UNREACHABLE.contains(&code.0) => "读者已取消关注，或者关闭了通知",
        _ => "微信没有接收",
    };
    format!("{why}（错误码 {code}）")
}

/// WeChat's word for a failure, in ours.
fn failed(status: &str) -> String {
    let compact: String = status.split_whitespace().collect();
    match compact.as_str() {
        "failed:userblock" => "读者拒收公众号的通知".to_owned(),
        "failed:systemfailed" => "微信系统原因，没有送达".to_owned(),
        _ => "微信说没有送达".to_owned(),
    }
}

/// Whether an end says that the reader takes no notices of the account.
pub(crate) fn is_block(status: &str) -> bool {
    status.contains("block")
}

#[cfg(test)]
mod tests {
    use kernel::testing::MONDAY_MORNING;

    use super::*;

    const START: Timestamp = MONDAY_MORNING;

    fn refused_with(code: i64) -> Error {
        Error::Refused { code: Errcode(code), message: String::new() }
    }

    #[test]
    fn p27_a_template_message_is_repeated_for_ten_minutes_and_no_longer() {
        let tried = State::Waiting.attempt(START);
        let unclear = tried.answered(&Answer::Unclear, Means::Template);
        assert_eq!(unclear.due(Means::Template, START.plus_seconds(20)), Due::After(40));
        let again = unclear.attempt(START.plus_seconds(60));
        assert_eq!(again.due(Means::Template, START.plus_seconds(599)), Due::Now);
        assert_eq!(again.due(Means::Template, START.plus_seconds(600)), Due::TooLate);
        assert_eq!(again.due(Means::Template, START.plus_seconds(-1)), Due::TooLate, "the clock went back");
        assert_eq!(again.given_up(), State::Unknown);
    }

    #[test]
    fn p27_what_has_no_key_is_never_repeated() {
        for means in [Means::Subscription, Means::OneTime] {
            let tried = State::Waiting.attempt(START);
            assert_eq!(tried.due(means, START.plus_seconds(1)), Due::TooLate, "the process ended while it was sending");
            assert_eq!(tried.answered(&Answer::Unclear, means), State::Unknown);
        }
    }

    #[test]
    fn what_never_left_waits_and_a_refusal_is_believed_once() {
        let first = State::Waiting.attempt(START);
        assert_eq!(first.clone().answered(&Answer::NotSent, Means::OneTime), State::Waiting);
        let refusal = Answer::Refused(Errcode(43101));
        assert!(matches!(first.clone().answered(&refusal, Means::Template), State::Refused(_)));
        let second = first.attempt(START.plus_seconds(60));
        assert_eq!(second.answered(&refusal, Means::Template), State::Unknown);
    }

    #[test]
    fn p20_an_end_that_comes_early_twice_or_late_counts_once() {
        let sending = State::Waiting.attempt(START);
        let early = sending.clone().ended("success");
        assert_eq!(early, State::Delivered);
        assert_eq!(early.clone().answered(&Answer::Unclear, Means::Subscription), State::Delivered);
        assert_eq!(early.ended("failed:user block"), State::Delivered);
        assert_eq!(State::Unknown.ended("success"), State::Delivered);
        assert!(matches!(State::Taken.ended("failed: system failed"), State::Failed(why) if why.contains("系统")));
        assert!(is_block("failed:user block") && !is_block("failed: system failed"));
    }

    #[test]
    fn only_a_clear_refusal_says_that_nothing_was_sent() {
        for error in
            [Error::Unknown("cut".into()), refused_with(-1), refused_with(99_999), Error::Answer("half".into())]
        {
            assert_eq!(Answer::of(Err(error.clone())), Answer::Unclear, "{error}");
        }
        for error in [Error::NotSent("no name".into()), refused_with(45009), refused_with(45011)] {
            assert_eq!(Answer::of(Err(error.clone())), Answer::NotSent, "{error}");
        }
        for code in [43101, 40037, 47003, 48001] {
            assert_eq!(Answer::of(Err(refused_with(code))), Answer::Refused(Errcode(code)));
        }
        assert!(Answer::of(Err(refused_with(43101))).is_denied());
    }
}
