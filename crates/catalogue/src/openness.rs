//! 开放标识, 公开属性, 公布 and a donor's restriction: four statuses that are often mixed up and are kept apart here.

use crate::plain::dense;

/// 开放标识: the recorded outcome of the opening review (档案法 27, 30). Only `Open` opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Openness {
    /// 开放
    Open,
    /// 控制使用
    Controlled,
    /// 延期开放
    Deferred,
    /// 未审核
    Unreviewed,
}

/// 公开属性: the government-information side (政府信息公开条例), decided by the body that made the document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Disclosure {
    /// Nothing written.
    Unstated,
    /// 主动公开
    Active,
    /// 依申请公开
    OnRequest,
    /// 不公开
    Withheld,
}

/// A limit set by the donor or depositor (档案法 31). It outranks every other status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Restriction {
    /// No limit.
    None,
    /// The description may be seen, the original not.
    DescriptionOnly,
    /// Not to be shown at all.
    Closed,
}

impl Openness {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Controlled, Self::Deferred, Self::Unreviewed];

    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Controlled => "controlled",
            Self::Deferred => "deferred",
            Self::Unreviewed => "unreviewed",
        }
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "开放",
            Self::Controlled => "控制使用",
            Self::Deferred => "延期开放",
            Self::Unreviewed => "未审核",
        }
    }

    /// The openness of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Reads a cell of the 开放标识 column; `None` for a word nobody knows, which counts as closed. 公开 is such a
    /// word: it is a 公开属性 and no opening.
    pub fn written(cell: &str) -> Option<Self> {
        Some(match dense(cell).to_lowercase().as_str() {
            "开放" | "已开放" | "开放档案" | "开放利用" | "予以开放" | "开放级" | "open" => {
                Self::Open
            }
            "控制" | "控制使用" | "控使" | "控制利用" | "受控" | "限制" | "限制使用" | "限制利用" | "不开放"
            | "不予开放" | "closed" | "controlled" => Self::Controlled,
            "延期" | "延期开放" | "缓期开放" | "延缓开放" | "暂缓开放" | "deferred" => Self::Deferred,
            "未审核" | "待审核" | "未审" | "待审" | "未开放" | "未鉴定" | "待鉴定" | "unreviewed" => {
                Self::Unreviewed
            }
            _ => return None,
        })
    }
}

impl Disclosure {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Unstated, Self::Active, Self::OnRequest, Self::Withheld];

    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unstated => "unstated",
            Self::Active => "active",
            Self::OnRequest => "on-request",
            Self::Withheld => "withheld",
        }
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unstated => "",
            Self::Active => "主动公开",
            Self::OnRequest => "依申请公开",
            Self::Withheld => "不公开",
        }
    }

    /// The disclosure of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Reads a cell of the 公开属性 column; `None` for a word nobody knows, which counts as 不公开.
    pub fn written(cell: &str) -> Option<Self> {
        Some(match dense(cell).as_str() {
            "" => Self::Unstated,
            "主动公开" | "公开" | "主动" => Self::Active,
            "依申请公开" | "依申请" | "申请公开" => Self::OnRequest,
            "不公开" | "不予公开" | "免予公开" | "此件不公开" => Self::Withheld,
            _ => return None,
        })
    }
}

impl Restriction {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::DescriptionOnly, Self::Closed];

    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::DescriptionOnly => "description-only",
            Self::Closed => "closed",
        }
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "",
            Self::DescriptionOnly => "仅目录",
            Self::Closed => "不提供利用",
        }
    }

    /// Reads a cell of the 捐赠限制 column: whatever limits and is not known closes.
    pub fn written(cell: &str) -> Self {
        match dense(cell).as_str() {
            "" | "无" | "否" => Self::None,
            "仅目录" | "仅著录" | "目录可见" | "原件不开放" => Self::DescriptionOnly,
            _ => Self::Closed,
        }
    }

    /// The restriction of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u30_an_unknown_word_never_opens() {
        for cell in ["开放?", "", "　", "公开", "是", "1", "开放（部分）", "已开放否", "不开放", "待开放"]
        {
            assert_ne!(Openness::written(cell), Some(Openness::Open), "{cell}");
        }
        for cell in ["开放", " 开　放 ", "已开放", "OPEN"] {
            assert_eq!(Openness::written(cell), Some(Openness::Open), "{cell}");
        }
        assert_eq!(Openness::written("控使"), Some(Openness::Controlled));
        assert_eq!(Disclosure::written("也许"), None);
    }

    #[test]
    fn stored_words_are_read_back() {
        assert!(Openness::ALL.iter().all(|one| Openness::named(one.name()) == Some(*one)));
        assert!(Openness::ALL.iter().all(|one| Openness::written(one.label()) == Some(*one)));
        assert!(Disclosure::ALL.iter().all(|one| Disclosure::named(one.name()) == Some(*one)));
        assert!(Disclosure::ALL.iter().all(|one| Disclosure::written(one.label()) == Some(*one)));
        assert!(Restriction::ALL.iter().all(|one| Restriction::named(one.name()) == Some(*one)));
        assert!(Restriction::ALL.iter().all(|one| Restriction::written(one.label()) == *one));
    }
}
