//! Telling a reader something outside the chat: what a service asks for, in the unit that makes it necessary.
//!
//! [`want`] is all a service calls. By which template the reader is told, whether they allowed it, and what became of it is
//! the business of whoever does the job (`push`). A reader who allowed nothing is told nothing, and the service hears
//! nothing of it: a notice is a courtesy, never the only way to learn of something.

use std::collections::BTreeMap;

use futures::future::BoxFuture;
use kernel::jobs::{self, Job, Order};
use kernel::{Ids, Timestamp, Tx, db};
use serde::{Deserialize, Serialize};

/// What readers are told of. WeChat allows only what a reader's own act has led to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The answer to a question to the staff waits to be read.
    ReplyWaits,
    /// A visit to the reading room comes near.
    VisitReminder,
    /// A request for records was decided.
    LookupAnswered,
    /// A course or event that somebody signed up for comes near.
    CourseReminder,
}

impl Purpose {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::ReplyWaits, Self::VisitReminder, Self::LookupAnswered, Self::CourseReminder];

    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReplyWaits => "reply-waits",
            Self::VisitReminder => "visit-reminder",
            Self::LookupAnswered => "lookup-answered",
            Self::CourseReminder => "course-reminder",
        }
    }

    /// The purpose of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }

    /// What staff call it, and the title of a message without a template of its own: at most 15 characters.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ReplyWaits => "您的咨询有了答复",
            Self::VisitReminder => "到馆提醒",
            Self::LookupAnswered => "查档申请有了结果",
            Self::CourseReminder => "活动提醒",
        }
    }

    /// Whether a service of the house tells it already.
    pub const fn is_told(self) -> bool {
        matches!(self, Self::ReplyWaits)
    }

    /// What is known when it is told.
    pub const fn facts(self) -> &'static [Fact] {
        match self {
            Self::ReplyWaits => &[Fact::Matter, Fact::When, Fact::Hint],
            Self::VisitReminder | Self::CourseReminder => {
                &[Fact::Matter, Fact::When, Fact::Place, Fact::Number, Fact::Hint]
            }
            Self::LookupAnswered => &[Fact::Matter, Fact::When, Fact::Number, Fact::Result, Fact::Hint],
        }
    }
}

/// Something that can stand in a field of a template.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// What it is about.
    Matter,
    /// When it happened or will, as [`moment`] writes it.
    When,
    /// Where to come.
    Place,
    /// The number of a booking or request.
    Number,
    /// What came of it, in at most five characters.
    Result,
    /// What to do next.
    Hint,
}

impl Fact {
    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Matter => "matter",
            Self::When => "when",
            Self::Place => "place",
            Self::Number => "number",
            Self::Result => "result",
            Self::Hint => "hint",
        }
    }

    /// The fact of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        const ALL: [Fact; 6] = [Fact::Matter, Fact::When, Fact::Place, Fact::Number, Fact::Result, Fact::Hint];
        ALL.into_iter().find(|fact| fact.name() == name)
    }

    /// What staff call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Matter => "事项",
            Self::When => "时间",
            Self::Place => "地点",
            Self::Number => "编号",
            Self::Result => "结果",
            Self::Hint => "提示",
        }
    }

    /// A sample, for previews and trials.
    pub const fn sample(self, of: Purpose) -> &'static str {
        match (self, of) {
            (Self::Matter, Purpose::ReplyWaits) => "您向工作人员的咨询",
            (Self::Matter, Purpose::VisitReminder) => "到馆查档",
            (Self::Matter, Purpose::LookupAnswered) => "查档申请",
            (Self::Matter, Purpose::CourseReminder) => "家庭档案整理课",
            (Self::When, _) => "2026年11月30日 15:01",
            (Self::Place, _) => "一楼查阅大厅",
            (Self::Number, _) => "A-20261130-03",
            (Self::Result, _) => "已经办结",
            (Self::Hint, _) => "点此查看",
        }
    }
}

/// A moment as the fields of templates take it.
pub fn moment(at: Timestamp) -> String {
    let (date, minute) = (at.day().civil(), at.minute_of_day());
    let (hour, minute) = (minute / 60, minute % 60);
    format!("{}年{}月{}日 {hour:02}:{minute:02}", date.year(), date.month(), date.day())
}

/// A notice to one reader; done by `push`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// The account the reader follows.
    pub account: String,
    /// The reader's openid there.
    pub openid: String,
    /// What they are told of.
    pub purpose: Purpose,
    /// Which one, such as `conversation/…`: told once, however often it is asked for.
    pub about: String,
    /// The page it leads to, a path of the readers' site.
    pub page: String,
    /// What is known of it, without personal data.
    pub facts: BTreeMap<Fact, String>,
}

impl Job for Notice {
    const KIND: &'static str = "account.notice";
}

/// Who knows what readers of an account can be told of: whoever does the job.
pub trait Offering: Send + Sync {
    /// Whether followers of an account are told of something.
    fn is_offered<'a>(&'a self, account: &'a str, purpose: Purpose) -> BoxFuture<'a, kernel::Result<bool>>;
}

/// Asks, in the caller's unit, that a reader is told.
///
/// # Errors
/// The database's.
pub async fn want(tx: &mut Tx, ids: &Ids, now: Timestamp, notice: Notice) -> db::Result<()> {
    let key = format!("{}/{}/{}", notice.account, notice.purpose.name(), notice.about);
    jobs::enqueue(tx, ids, Order::at(now, notice).once(&key)).await
}

#[cfg(test)]
mod tests {
    use kernel::testing::MONDAY_MORNING;
    use wechat::notice::{FieldKind, ONE_TIME_TITLE};

    use super::*;

    #[test]
    fn what_is_told_fits_the_fields_of_templates() {
        assert!(FieldKind::Time.takes(&moment(MONDAY_MORNING)) && FieldKind::Date.takes(&moment(MONDAY_MORNING)));
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::named(purpose.name()), Some(purpose));
            assert!(purpose.label().chars().count() <= ONE_TIME_TITLE);
            let kind = |fact| match fact {
                Fact::Matter | Fact::Place | Fact::Hint => FieldKind::Thing,
                Fact::When => FieldKind::Time,
                Fact::Number => FieldKind::CharacterString,
                Fact::Result => FieldKind::Phrase,
            };
            for fact in purpose.facts() {
                assert!(kind(*fact).takes(fact.sample(purpose)), "{purpose:?} {fact:?}");
            }
        }
    }
}
