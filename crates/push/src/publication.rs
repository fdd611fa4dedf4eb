//! A publication (发布): articles get a lasting address, and no reader is told of them.
//!
//! WeChat has no key for it: a second call makes a second publication. So there is one attempt at most; where its answer was
//! lost WeChat's own list of publications is looked through, and what is not found there a person decides.

use kernel::Timestamp;
use wechat::client::Error;
use wechat::errcode::{Class, Errcode};
use wechat::wire::publish::PublishTicket;

use crate::desk::why_not;

/// WeChat's code for "try again", which says nothing about what was done.
const BUSY: Errcode = Errcode(-1);

/// Where a publication stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Publication {
    /// Approved, not tried yet.
    Planned,
    /// The one attempt was begun at this moment, and no answer has come.
    Submitting(Timestamp),
    /// WeChat took it under this number and works on it.
    Queued(String),
    /// It was tried at this moment, and nobody knows whether it was published.
    Unknown(Timestamp),
    /// Its articles have addresses.
    Published(Published),
    /// Nothing was published, and why.
    Refused(String),
    /// It was published and is no longer there, and how that came.
    Gone(String),
}

/// What was published, as far as it is known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Published {
    /// WeChat's number of the publication; none if its answer was lost.
    pub publish_id: Option<String>,
    /// WeChat's number of the articles, by which they are deleted; none if it was not found.
    pub article_id: Option<String>,
    /// Where the articles are, in their order.
    pub addresses: Vec<String>,
}

/// What WeChat says of a publication (`PUBLISHJOBFINISH`, `freepublish/get`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishEnd {
    /// Its number.
    pub publish_id: String,
    /// 0 done, 1 running, 2 original declaration failed, 3 failed, 4 refused by the platform, 5 all deleted afterwards, 6 all
    /// banned afterwards.
    pub status: i64,
    /// The number of its articles, once it is done.
    pub article_id: Option<String>,
    /// Where they are.
    pub addresses: Vec<String>,
}

impl Publication {
    /// Its words in the database.
    pub const NAMES: [&str; 7] = ["planned", "submitting", "queued", "unknown", "published", "refused", "gone"];

    /// The word in the database and in addresses.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Submitting(_) => "submitting",
            Self::Queued(_) => "queued",
            Self::Unknown(_) => "unknown",
            Self::Published(_) => "published",
            Self::Refused(_) => "refused",
            Self::Gone(_) => "gone",
        }
    }

    /// Where it stands, in words.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Planned => "等着发布",
            Self::Submitting(_) | Self::Queued(_) => "微信正在发布",
            Self::Unknown(_) => "结果待核对",
            Self::Published(_) => "已发布",
            Self::Refused(_) => "没有发布",
            Self::Gone(_) => "已删除",
        }
    }

    /// Whether something of it is public or may be.
    pub const fn may_be_there(&self) -> bool {
        !matches!(self, Self::Refused(_) | Self::Gone(_))
    }

    /// The attempt is about to be made; to be committed before its socket is opened. None: it was made already.
    #[must_use]
    pub fn attempt(self, now: Timestamp) -> Option<Self> {
        (self == Self::Planned).then_some(Self::Submitting(now))
    }

    /// What the attempt came to; also where it was given up for lost meanwhile.
    #[must_use]
    pub fn answered(self, outcome: &Result<PublishTicket, Error>) -> Self {
        let (Self::Submitting(at) | Self::Unknown(at)) = self else { return self };
        match outcome {
            Ok(ticket) if !ticket.publish_id.is_empty() => Self::Queued(ticket.publish_id.clone()),
            Err(error) if is_clear(error) => Self::Refused(why_not(error)),
            Ok(_) | Err(_) => Self::Unknown(at),
        }
    }

    /// No answer will come any more.
    #[must_use]
    pub fn lost(self) -> Self {
        match self {
            Self::Submitting(at) => Self::Unknown(at),
            unmoved => unmoved,
        }
    }

    /// It is not tried.
    #[must_use]
    pub fn withheld(self, why: String) -> Self {
        match self {
            Self::Planned => Self::Refused(why),
            unmoved => unmoved,
        }
    }

    /// WeChat told of the publication of a number; told twice, or of another one, it changes nothing.
    #[must_use]
    pub fn told(self, end: PublishEnd) -> Self {
        let is_queued = matches!(self, Self::Queued(_));
        let number = match &self {
            Self::Queued(number) => Some(number),
            Self::Published(published) => published.publish_id.as_ref(),
            _ => None,
        };
        if number != Some(&end.publish_id) {
            return self;
        }
        match end.status {
            0 if is_queued => Self::Published(Published {
                publish_id: Some(end.publish_id),
                article_id: end.article_id,
                addresses: end.addresses,
            }),
            2 if is_queued => Self::Refused("原创声明没有通过".to_owned()),
            3 if is_queued => Self::Refused("微信说没有发布成功".to_owned()),
            4 if is_queued => Self::Refused("微信审核没有通过".to_owned()),
            5 => Self::Gone("已在公众平台后台删除".to_owned()),
            6 => Self::Gone("已被微信封禁".to_owned()),
            _ => self,
        }
    }

    /// It was found among WeChat's publications, though its answer was lost.
    #[must_use]
    pub fn found(self, article_id: String, addresses: Vec<String>) -> Self {
        match self {
            Self::Unknown(_) => {
                Self::Published(Published { publish_id: None, article_id: Some(article_id), addresses })
            }
            unmoved => unmoved,
        }
    }

    /// A person who looked at WeChat's console says whether it was published.
    #[must_use]
    pub fn decided(self, was_published: bool) -> Self {
        match self {
            Self::Unknown(_) if was_published => Self::Published(Published::default()),
            Self::Unknown(_) => Self::Refused("经人工核对，没有发布".to_owned()),
            unmoved => unmoved,
        }
    }

    /// It was deleted from here.
    #[must_use]
    pub fn deleted(self, by: &str) -> Self {
        match self {
            Self::Published(_) => Self::Gone(format!("{by} 删除")),
            unmoved => unmoved,
        }
    }
}

/// Whether it is certain that nothing was published.
fn is_clear(error: &Error) -> bool {
    match error {
        Error::NotSent(_) | Error::Argument(_) | Error::Paused { .. } => true,
        Error::Refused { code, .. } => *code != BUSY && code.class() != Class::Unknown,
        Error::Unknown(_) | Error::Answer(_) | Error::TooLarge | Error::Snapshot => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = kernel::testing::MONDAY_MORNING;

    fn refused(code: i64) -> Result<PublishTicket, Error> {
        Err(Error::Refused { code: Errcode(code), message: String::new() })
    }

    fn ticket(number: &str) -> PublishTicket {
        PublishTicket { publish_id: number.to_owned(), msg_data_id: None }
    }

    fn end(publish_id: &str, status: i64) -> PublishEnd {
        let publish_id = publish_id.to_owned();
        PublishEnd { publish_id, status, article_id: Some("a".to_owned()), addresses: vec!["u".to_owned()] }
    }

    #[test]
    fn there_is_one_attempt_and_an_answer_that_may_mean_published_is_unknown() {
        let tried = Publication::Planned.attempt(AT).unwrap();
        assert_eq!(tried.clone().attempt(AT), None);
        for unclear in [refused(-1), refused(99_999), Ok(ticket("")), Err(Error::Unknown("cut".to_owned()))] {
            assert_eq!(tried.clone().answered(&unclear), Publication::Unknown(AT), "{unclear:?}");
        }
        for clear in [refused(53503), refused(53501), refused(40007), Err(Error::NotSent("no name".to_owned()))] {
            assert!(matches!(tried.clone().answered(&clear), Publication::Refused(_)), "{clear:?}");
        }
        let lost = tried.lost();
        assert_eq!(lost.clone().attempt(AT), None, "it is not repeated");
        assert_eq!(lost.answered(&Ok(ticket("7"))), Publication::Queued("7".to_owned()), "the answer came late");
    }

    #[test]
    fn p21_an_end_counts_by_its_number_and_once() {
        let queued = Publication::Queued("7".to_owned());
        assert_eq!(queued.clone().told(end("8", 0)), queued);
        assert_eq!(queued.clone().told(end("7", 1)), queued);
        for status in [2, 3, 4] {
            assert!(matches!(queued.clone().told(end("7", status)), Publication::Refused(_)), "{status}");
        }
        let published = queued.told(end("7", 0));
        assert!(matches!(&published, Publication::Published(one) if one.article_id.as_deref() == Some("a")));
        assert_eq!(published.clone().told(end("7", 3)), published, "told once");
        assert!(matches!(published.told(end("7", 6)), Publication::Gone(why) if why.contains("封禁")));
    }

    #[test]
    fn what_nobody_knows_is_found_or_decided_and_only_what_is_there_is_deleted() {
        let unknown = Publication::Unknown(AT);
        assert!(unknown.may_be_there());
        let found = unknown.clone().found("a".to_owned(), vec!["u".to_owned()]);
        assert!(matches!(&found, Publication::Published(one) if one.publish_id.is_none()));
        assert_eq!(found.clone().decided(false), found, "decided once");
        assert!(!unknown.clone().decided(false).may_be_there());
        assert_eq!(unknown.clone().decided(true).deleted("wang"), Publication::Gone("wang 删除".to_owned()));
        assert_eq!(unknown.clone().deleted("wang"), unknown);
    }
}
