//! 民生档案: the categories of records about single persons. Their rows are personal data and never public.

use chinese::livelihood::Category;

use crate::plain::dense;

/// A category of livelihood records.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Livelihood {
    /// 婚姻登记
    Marriage,
    /// 招工
    Recruitment,
    /// 知青
    SentDownYouth,
    /// 工龄、调动、任免
    Employment,
    /// 学籍
    Schooling,
    /// 退伍安置
    Veterans,
    /// 独生子女、计划生育
    FamilyPlanning,
    /// 土地承包
    LandContract,
    /// 林权
    ForestRights,
    /// 房产
    Housing,
    /// 劳模、荣誉、职称
    Honours,
    /// 户口、精简下放、收养、公证、诉讼、社保、移民
    Status,
    /// Any other row about a single person.
    Personal,
}

impl Livelihood {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Marriage,
        Self::Recruitment,
        Self::SentDownYouth,
        Self::Employment,
        Self::Schooling,
        Self::Veterans,
        Self::FamilyPlanning,
        Self::LandContract,
        Self::ForestRights,
        Self::Housing,
        Self::Honours,
        Self::Status,
        Self::Personal,
    ];

    const fn row(self) -> (&'static str, &'static str, &'static [&'static str]) {
        match self {
            Self::Marriage => ("marriage", "婚姻登记", &["婚姻", "结婚", "离婚", "婚登"]),
            Self::Recruitment => ("recruitment", "招工", &["招工", "招干", "录用"]),
            Self::SentDownYouth => ("sent-down-youth", "知青", &["知青", "知识青年", "上山下乡"]),
            Self::Employment => ("employment", "工龄调动", &["工龄", "调动", "转干", "职工名册", "干部履历"]),
            Self::Schooling => ("schooling", "学籍", &["学籍", "毕业生", "学生成绩", "录取"]),
            Self::Veterans => ("veterans", "退伍安置", &["退伍", "退役", "复员", "转业", "参战"]),
            Self::FamilyPlanning => ("family-planning", "计划生育", &["独生子女", "计划生育", "生育"]),
            Self::LandContract => ("land-contract", "土地承包", &["土地承包", "土地确权", "承包经营"]),
            Self::ForestRights => ("forest-rights", "林权", &["林权", "山林", "自留山"]),
            Self::Housing => ("housing", "房产", &["房产", "房改", "宅基地", "拆迁户", "不动产"]),
            Self::Honours => ("honours", "荣誉职称", &["劳模", "荣誉", "职称"]),
            Self::Status => {
                ("status", "户口公证等", &["户口", "户籍", "精简下放", "收养", "公证", "诉讼", "社保", "移民", "低保"])
            }
            Self::Personal => ("personal", "涉及个人", &["个人", "人事", "民生"]),
        }
    }

    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// The word readers and staff see.
    pub const fn label(self) -> &'static str {
        self.row().1
    }

    /// Words by which a question or a category column names it.
    pub const fn words(self) -> &'static [&'static str] {
        self.row().2
    }

    /// The category of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// The category a question is about.
    pub const fn asked(category: Category) -> Self {
        match category {
            Category::Marriage => Self::Marriage,
            Category::EducatedYouth => Self::SentDownYouth,
            Category::Recruitment => Self::Recruitment,
            Category::Service => Self::Employment,
            Category::School => Self::Schooling,
            Category::Veteran => Self::Veterans,
            Category::SingleChild => Self::FamilyPlanning,
            Category::Land => Self::LandContract,
            Category::Forest => Self::ForestRights,
            Category::House => Self::Housing,
            Category::Honour => Self::Honours,
            Category::Other => Self::Status,
        }
    }

    /// Reads a cell of the 民生类别 column: `None` if it is empty; a word nobody knows is personal all the same.
    pub fn written(cell: &str) -> Option<Self> {
        let word = dense(cell);
        if matches!(word.as_str(), "" | "无" | "否" | "非民生" | "-") {
            return None;
        }
        let known =
            Self::ALL.into_iter().find(|one| one.name() == word || one.words().iter().any(|w| word.contains(w)));
        Some(known.unwrap_or(Self::Personal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_category_makes_a_row_personal() {
        assert_eq!(Livelihood::written("婚姻档案"), Some(Livelihood::Marriage));
        assert_eq!(Livelihood::written("知识青年"), Some(Livelihood::SentDownYouth));
        assert_eq!(Livelihood::written("某某专题"), Some(Livelihood::Personal));
        assert_eq!(Livelihood::written("  "), None);
        assert!(Livelihood::ALL.iter().all(|one| Livelihood::named(one.name()) == Some(*one)));
        assert!(Livelihood::ALL.iter().all(|one| Livelihood::written(one.label()) == Some(*one)));
    }
}
