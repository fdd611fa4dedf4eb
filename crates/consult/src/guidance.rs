//! Questions about persons: they are neither searched for nor kept, and are answered with the way to the records.

use account::Heard;
use chinese::livelihood::{Category, life_event};

/// What a message about a person is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Personal {
    /// A life event of somebody who is named.
    Event(Category),
    /// An ID number and no event that one could name.
    IdNumber,
}

/// Whether a message is about a person: it holds an ID number, or a name beside a life event.
pub(crate) fn personal(heard: &Heard<'_>) -> Option<Personal> {
    let event = life_event(heard.text()?);
    match event {
        Some(event) if heard.scrubbed.id_number || event.name.is_some() => Some(Personal::Event(event.category)),
        _ => heard.scrubbed.id_number.then_some(Personal::IdNumber),
    }
}

impl Personal {
    /// The guidance, with places and links as in rules.
    pub(crate) fn guidance(self) -> String {
        let (title, (papers, clues)) = match self {
            Self::Event(category) => (category.label(), papers(category)),
            Self::IdNumber => ("个人档案", ("本人有效身份证件原件", "知道的单位、学校、年份等线索")),
        };
        format!(
            "您要查的是{title}。这类档案涉及个人信息，不在网上公开，也请不要在对话里发送姓名和证件号码——刚才的内容我们没有保存。\n\n\
             怎么查：本人带证件到馆，一般当场办理；也可以先打电话，请工作人员查有没有存档。\n\
             请带：{papers}；{clues}。\n\
             代办：带双方身份证件和委托书；当事人已去世的，带死亡证明和亲属关系证明。\n\n\
             地址：{{address}}\n电话：{{telephone}}\n{{now}}\n[查看利用指南](/guide)"
        )
    }
}

/// What to bring and what to know, by what is looked for (practice of county archives; fields to ask after Beijing's format of 2007).
pub(crate) fn papers(category: Category) -> (&'static str, &'static str) {
    match category {
        Category::Marriage => ("本人身份证", "双方姓名、登记的大致年份、登记机关或当时的公社、乡镇"),
        Category::EducatedYouth => ("本人身份证", "下乡时的姓名、学校、下乡时间和地点，返城时间和接收单位"),
        Category::Recruitment | Category::Service => ("本人身份证", "当年的单位全称、参加工作或调动的年份、工种或职务"),
        Category::School => ("本人身份证", "在校时的姓名、学校和班级、入学和毕业年份"),
        Category::Veteran => ("本人身份证或退伍证", "部队番号、入伍和退伍年份、安置单位或乡镇"),
        Category::SingleChild => ("父母一方身份证", "父母和子女姓名、子女出生日期、发证单位和年份"),
        Category::Land => ("户主或权利人身份证", "村组名称、地块或山场位置、承包或发证年份"),
        Category::Forest => ("权利人身份证", "村组和山场名称、面积、林权证号和年份"),
        Category::House => ("产权人身份证", "房屋原地址和现地址、办证年份、证号"),
        Category::Honour => ("本人身份证", "荣誉或职称名称、授予年份和单位"),
        Category::Other => ("本人身份证", "事由、大致年份、经办单位"),
    }
}
