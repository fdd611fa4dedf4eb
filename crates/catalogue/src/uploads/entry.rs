//! What is known of a file that was sent.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

use super::Person;
use crate::import::{Format, ImportResult, PeekedSheet, Problem, SampleRow, WrittenMapping};

/// Seconds that a file is kept after the last act on it, and that it waits for an approval.
const KEPT: i64 = 86_400;
const WAITS: i64 = 7 * 86_400;
/// Problems that are kept of a report.
const PROBLEMS: usize = 10_000;

/// How far a file has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    Uploaded,
    Trying,
    Tried,
    WaitingApproval,
    Running,
    Interrupted,
    Done,
    Refused,
    Failed,
    /// Its batch was being rolled back when it was looked at; never written down.
    RollingBack,
    /// Its batch was rolled back; never written down.
    RolledBack,
}

/// A file that was sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) file_name: String,
    pub(crate) bytes: u64,
    /// SHA-256
    pub(crate) digest: String,
    pub(crate) by: Person,
    /// Microseconds, as are the others.
    pub(super) uploaded_at: i64,
    /// When anything was done with it last.
    pub(super) changed_at: i64,
    pub(crate) state: State,
    pub(crate) sheets: Vec<PeekedSheet>,
    pub(crate) order: Option<OrderGiven>,
    pub(crate) opens: Option<Openings>,
    pub(crate) trial: Option<Report>,
    pub(crate) result: Option<Report>,
    pub(crate) problem: Option<Told>,
}

/// How it is to be imported.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct OrderGiven {
    pub(crate) mapping: WrittenMapping,
    pub(crate) fonds: Option<String>,
    pub(crate) format: Format,
    pub(crate) by: Person,
    pub(super) at: i64,
    pub(crate) approved_by: Option<Person>,
    pub(super) approved_at: Option<i64>,
}

/// What it would open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Openings {
    pub(crate) count: u64,
    /// Where the first of them stand: sheets and lines.
    pub(crate) lines: Vec<(String, u32)>,
}

/// What an import or a trial came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) batch: Option<i64>,
    pub(crate) counts: [u64; 4],
    pub(crate) opened: u64,
    /// Of the new ones, those that everybody may see at once.
    #[serde(default)]
    pub(crate) landed_open: u64,
    /// Problems in all, and how many of them are errors.
    pub(crate) problems_total: u64,
    pub(crate) errors: u64,
    /// The first of them.
    pub(crate) problems: Vec<Problem>,
    pub(crate) rows: Vec<SampleRow>,
}

/// Why something did not come about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) detail: String,
}

impl From<&kernel::Problem> for Told {
    fn from(problem: &kernel::Problem) -> Self {
        let code = problem.code();
        Self { code: code.name().to_owned(), title: code.title().to_owned(), detail: problem.to_string() }
    }
}

impl From<&kernel::Error> for Told {
    /// What is a fault of ours is told as one and no more.
    fn from(error: &kernel::Error) -> Self {
        match error {
            kernel::Error::Problem(problem) => Self::from(problem),
            _ => Self::from(&kernel::Problem::new(kernel::Code::Internal, "这次办理")),
        }
    }
}

impl State {
    /// Whether it works in the background.
    pub(crate) const fn is_busy(self) -> bool {
        matches!(self, Self::Trying | Self::Running)
    }

    /// The word in answers.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Trying => "trying",
            Self::Tried => "tried",
            Self::WaitingApproval => "waiting-approval",
            Self::Running => "running",
            Self::Interrupted => "interrupted",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::RollingBack => "rolling-back",
            Self::RolledBack => "rolled-back",
        }
    }

    /// The word staff see.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Uploaded => "已上传",
            Self::Trying => "试导入中",
            Self::Tried => "已试导入",
            Self::WaitingApproval => "待复核",
            Self::Running => "导入中",
            Self::Interrupted => "已中断",
            Self::Done => "已完成",
            Self::Refused => "未导入",
            Self::Failed => "出错",
            Self::RollingBack => "撤回中",
            Self::RolledBack => "已撤回",
        }
    }
}

impl Entry {
    pub(crate) const fn uploaded_at(&self) -> Timestamp {
        Timestamp::from_micros(self.uploaded_at)
    }

    /// Until when it is kept.
    pub(crate) const fn kept_until(&self) -> Timestamp {
        let seconds = if matches!(self.state, State::WaitingApproval) { WAITS } else { KEPT };
        Timestamp::from_micros(self.changed_at).plus_seconds(seconds)
    }

    /// Whether it waits for somebody's approval: whoever asked for the import is not the one.
    pub(crate) fn waits_for(&self, actor: &kernel::Actor) -> bool {
        let is_own = self.order.as_ref().is_some_and(|order| order.by.name() == actor.name());
        self.state == State::WaitingApproval && !is_own
    }

    /// The state in a sentence.
    pub(crate) fn told(&self) -> String {
        match self.state {
            State::Uploaded => "文件已上传，请指明各列的含义后试导入".to_owned(),
            State::Trying => "正在试导入，目录还没有改动".to_owned(),
            State::Tried => "试导入已完成，目录还没有改动".to_owned(),
            State::WaitingApproval => {
                let count = self.opens.as_ref().map_or(0, |opens| opens.count);
                format!("有 {count} 条将由不开放改为开放，等待另一位有“复核导入”权限的工作人员复核")
            }
            State::Running => "正在导入，可以离开此页".to_owned(),
            State::Interrupted => "服务停止时导入中断；再次导入会从中断处继续，已导入的不会重复".to_owned(),
            State::Done => "导入已完成".to_owned(),
            State::RollingBack => "这次导入正在整批撤回，经过在导入批次里".to_owned(),
            State::RolledBack => "这次导入已整批撤回，写入的内容已不在目录里".to_owned(),
            State::Refused | State::Failed => {
                self.problem.as_ref().map_or_else(|| self.state.label().to_owned(), |problem| problem.detail.clone())
            }
        }
    }
}

impl OrderGiven {
    pub(crate) const fn at(&self) -> Timestamp {
        Timestamp::from_micros(self.at)
    }

    pub(crate) fn approved_at(&self) -> Option<Timestamp> {
        self.approved_at.map(Timestamp::from_micros)
    }

    /// Whether it asks for the same as another, by the same person.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let Self { mapping, fonds, format, by, .. } = self;
        (mapping, fonds, format, by.name()) == (&other.mapping, &other.fonds, &other.format, other.by.name())
    }
}

impl Report {
    pub(super) fn of(result: ImportResult, batch: Option<i64>) -> Self {
        let ImportResult { landed, updated, unchanged, refused, opened, landed_open, mut problems, rows, .. } = result;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let errors = problems.iter().filter(|one| one.severity == crate::import::Severity::Error).count();
        let (problems_total, errors) = (count(problems.len()), count(errors));
        problems.truncate(PROBLEMS);
        let counts = [landed, updated, unchanged, refused];
        Self { batch, counts, opened, landed_open, problems_total, errors, problems, rows }
    }
}
