//! What is said about a record in a review: open, control or defer, and why.

use kernel::{Day, Timestamp};

use crate::Openness;
use crate::plain::dense;

/// What should be done with a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// 开放
    Open,
    /// 控制使用
    Control,
    /// 延期开放
    Defer,
}

/// Why a record stays closed (国家档案馆档案开放办法).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The period of secrecy has not ended, or it was not declassified.
    Secrecy,
    /// Opening could endanger the security of the state, the stability of society or other weighty interests.
    Interests,
    /// Opening would harm others: personal information, intellectual property.
    Rights,
    /// Another law limits its use.
    Law,
}

/// A step of the review at which opinions are given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// 初审
    Initial,
    /// 复审
    Second,
    /// 会审: what the creating body answers.
    Joint,
    /// 终审
    Final,
}

/// An opinion before it is somebody's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// What should be done.
    pub verdict: Verdict,
    /// Why, if it is not to be opened.
    pub reason: Option<Reason>,
    /// In words.
    pub text: Option<String>,
    /// When it is to be reviewed again, if it is not to be opened.
    pub review_on: Option<Day>,
}

/// An opinion on a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opinion {
    /// What was said.
    pub said: Said,
    /// The account of the reviewer.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Control, Self::Defer];

    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Control => "control",
            Self::Defer => "defer",
        }
    }

    /// The status it leads to.
    pub const fn openness(self) -> Openness {
        match self {
            Self::Open => Openness::Open,
            Self::Control => Openness::Controlled,
            Self::Defer => Openness::Deferred,
        }
    }

    /// The verdict of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Reads a cell of a review sheet, in the words of the 开放标识.
    pub fn written(cell: &str) -> Option<Self> {
        let openness = Openness::written(cell)?;
        Self::ALL.into_iter().find(|one| one.openness() == openness)
    }
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Secrecy, Self::Interests, Self::Rights, Self::Law];

    /// The word stored in the database and given on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secrecy => "secrecy",
            Self::Interests => "interests",
            Self::Rights => "rights",
            Self::Law => "law",
        }
    }

    /// The words staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Secrecy => "保密期限未满",
            Self::Interests => "国家和社会重大利益",
            Self::Rights => "个人信息、知识产权",
            Self::Law => "法律法规限制",
        }
    }

    /// The reason of a stored word or of the words staff see.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name || dense(one.label()) == dense(name))
    }
}

impl Step {
    /// All of them in their order.
    pub const ALL: [Self; 4] = [Self::Initial, Self::Second, Self::Joint, Self::Final];

    /// The word stored in the database and given on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Second => "second",
            Self::Joint => "joint",
            Self::Final => "final",
        }
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Initial => "初审",
            Self::Second => "复审",
            Self::Joint => "会审",
            Self::Final => "终审",
        }
    }

    /// The step of a stored word or of the word staff see.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name || one.label() == name)
    }
}

impl Said {
    /// A verdict without more words.
    pub const fn plain(verdict: Verdict) -> Self {
        Self { verdict, reason: None, text: None, review_on: None }
    }
}
