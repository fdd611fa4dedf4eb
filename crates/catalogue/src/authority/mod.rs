//! 规范档: authority records of bodies, persons and places (ISAAR (CPF)), with the names they had and what came before and
//! after them. Records are linked to them by name, so nothing has to be linked by hand.

mod desk;
mod file;
mod known;
mod places;

#[cfg(test)]
mod tests;

pub use desk::{Authorities, Kept, Listed};
pub(crate) use desk::{Named, Neighbour};
pub(crate) use known::KnownNames;
pub(crate) use places::KnownPlaces;
pub use places::{NamedPlace, PlaceNames};

use crate::PublicId;

/// By what a list of authority records is ordered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthorityColumn {
    /// 类型, and in it the name.
    Kind,
    /// 名称
    Name,
    /// 起止时间, as it is written.
    Dates,
}

/// What an authority record is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AuthorityKind {
    /// 机构
    Body,
    /// 人物
    Person,
    /// 地名
    Place,
}

impl AuthorityKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Body, Self::Person, Self::Place];

    /// The word stored in the database and given on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Person => "person",
            Self::Place => "place",
        }
    }

    /// The word readers and staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Body => "机构",
            Self::Person => "人物",
            Self::Place => "地名",
        }
    }

    /// The kind of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind a list writes in its 类型 column.
    pub fn written(text: &str) -> Option<Self> {
        Some(match text.trim() {
            "机构" | "团体" | "单位" | "立档单位" => Self::Body,
            "人物" | "个人" | "人名" => Self::Person,
            "地名" | "地点" | "政区" => Self::Place,
            other => return Self::named(&other.to_lowercase()),
        })
    }
}

/// How another name belongs to an authority record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NameRelation {
    /// 别名: used beside it.
    Variant,
    /// 旧名: the same body, person or place was called so before.
    Earlier,
    /// 今名: it was called so later.
    Later,
    /// 前身: another body whose work it took over.
    Predecessor,
    /// 后继: another body that took over its work.
    Successor,
}

impl NameRelation {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Variant, Self::Earlier, Self::Later, Self::Predecessor, Self::Successor];

    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Variant => "variant",
            Self::Earlier => "earlier",
            Self::Later => "later",
            Self::Predecessor => "predecessor",
            Self::Successor => "successor",
        }
    }

    /// The word readers and staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Variant => "别名",
            Self::Earlier => "旧名",
            Self::Later => "今名",
            Self::Predecessor => "前身",
            Self::Successor => "后继",
        }
    }

    /// The relation of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.name() == name)
    }

    /// What the relation is, seen from the other name.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::Variant => Self::Variant,
            Self::Earlier => Self::Later,
            Self::Later => Self::Earlier,
            Self::Predecessor => Self::Successor,
            Self::Successor => Self::Predecessor,
        }
    }
}

/// Another name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct OtherName {
    /// How it belongs here.
    pub relation: NameRelation,
    /// The name.
    pub name: String,
    /// When it was used, as it was written; empty if nobody wrote it.
    pub period: String,
}

/// An authority record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authority {
    /// What it is about.
    pub kind: AuthorityKind,
    /// The authorised name.
    pub name: String,
    /// 起止时间, or years of life, as written; empty if nobody wrote it.
    pub dates: String,
    /// 沿革 or life; empty if nobody wrote it.
    pub history: String,
    /// Its other names, in the order of their relations.
    pub names: Vec<OtherName>,
}

/// An authority record that everybody may see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownAuthority {
    /// Its id in addresses.
    pub id: PublicId,
    /// What it says.
    pub authority: Authority,
    /// How many open records name it.
    pub records: u64,
}

/// What names are compared by.
pub(crate) fn name_key(name: &str) -> String {
    chinese::normalise(name)
}
