//! What a verification found.

use std::fmt;

/// What is wrong with a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// It, or its seal, is not what was sealed.
    Altered,
    /// It was sealed and is gone.
    Removed,
    /// Lines sealed just before it are gone with their seals.
    RemovedBefore,
    /// It stands among older lines and was never sealed.
    Inserted,
    /// The head of the chain does not fit: the chain was made anew, or its end was cut off.
    Head,
}

/// The first thing that is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The number of the line in the log; for a wrong head, of the last line that is sealed.
    pub sequence: i64,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What a verification found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Lines in the chain, up to the first fault.
    pub sealed: i64,
    /// New lines that wait to be sealed.
    pub pending: i64,
    /// The last digest of the chain, to be noted outside the house.
    pub head: Option<String>,
    /// The first thing that is wrong, if anything is.
    pub fault: Option<Fault>,
}

impl Report {
    /// Whether nothing is wrong.
    pub const fn is_whole(&self) -> bool {
        self.fault.is_none()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Fault { sequence, wrong }) = self.fault else {
            let head = self.head.as_deref().unwrap_or("（尚无）");
            return write!(
                f,
                "审计日志完整：已封存 {} 条，待封存 {} 条，链头 {head}。请把链头另处登记。",
                self.sealed, self.pending
            );
        };
        let what = match wrong {
            Wrong::Altered => "内容或封存值被改动",
            Wrong::Removed => "已被删除",
            Wrong::RemovedBefore => "之前有记录连同封存值被删除",
            Wrong::Inserted => "是事后插入的",
            Wrong::Head => "之后的链头不符：链被重做，或末尾被截去",
        };
        write!(f, "审计日志不完整：第 {sequence} 条{what}。请保留现场，并报告安全管理员。")
    }
}
