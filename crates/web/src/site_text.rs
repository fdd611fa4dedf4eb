//! The longer texts of the readers' site that an institution may want in its own words.

use std::collections::BTreeMap;

use crate::Markup;

/// The most characters of one text.
const MOST: usize = 4000;
/// The most characters of a text of one line.
const MOST_LINE: usize = 200;

/// A text of the readers' site. In it a line is a paragraph; lines that begin with `- ` or `1. ` are a list, one that
/// begins with `> ` names the legal basis; `**words**` stand out, `[words](/path)` is a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SiteText {
    /// Below the search box of the home page.
    HomeHint,
    /// 谁可以查
    GuideWho,
    /// 哪些已经开放
    GuideOpen,
    /// 未开放的档案怎样申请
    GuideClosed,
    /// 查本人的婚姻、知青、退伍等档案
    GuideLivelihood,
    /// 看原件、复制和引用
    GuideOriginals,
    /// Below the hours and the address of the guide.
    GuideVisit,
    /// 投诉与建议
    GuideComplaint,
    /// A line at the foot of every page.
    Footer,
}

impl SiteText {
    /// All of them, in the order in which readers meet them.
    pub const ALL: [Self; 9] = [
        Self::HomeHint,
        Self::GuideWho,
        Self::GuideOpen,
        Self::GuideClosed,
        Self::GuideLivelihood,
        Self::GuideOriginals,
        Self::GuideVisit,
        Self::GuideComplaint,
        Self::Footer,
    ];

    /// The name it is kept by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HomeHint => "home-hint",
            Self::GuideWho => "guide-who",
            Self::GuideOpen => "guide-open",
            Self::GuideClosed => "guide-closed",
            Self::GuideLivelihood => "guide-livelihood",
            Self::GuideOriginals => "guide-originals",
            Self::GuideVisit => "guide-visit",
            Self::GuideComplaint => "guide-complaint",
            Self::Footer => "footer",
        }
    }

    /// The heading it stands under, or what it is.
    pub const fn label(self) -> &'static str {
        match self {
            Self::HomeHint => "首页检索框下的提示",
            Self::GuideWho => "谁可以查",
            Self::GuideOpen => "哪些已经开放",
            Self::GuideClosed => "未开放的档案怎样申请",
            Self::GuideLivelihood => "查本人的婚姻、知青、退伍等档案",
            Self::GuideOriginals => "看原件、复制和引用",
            Self::GuideVisit => "到馆：补充说明",
            Self::GuideComplaint => "投诉与建议",
            Self::Footer => "页脚的一行字",
        }
    }

    /// The page it stands on: `/guide`, `/`; the foot stands on all.
    pub const fn page(self) -> &'static str {
        match self {
            Self::HomeHint | Self::Footer => "/",
            _ => "/guide",
        }
    }

    /// Whether it is one line without lists.
    pub const fn is_line(self) -> bool {
        matches!(self, Self::HomeHint | Self::Footer)
    }

    /// The text that comes with the program.
    pub const fn shipped(self) -> &'static str {
        match self {
            Self::HomeHint => "写几个词就行，例如“通知 1986年”；文号的括号、空格写法不限。",
            Self::GuideWho => {
                "单位和个人持合法证明（身份证、护照、介绍信等），都可以利用已经开放的档案。网上查目录不用登录。\n\
                 > 依据：《中华人民共和国档案法》第二十八条"
            }
            Self::GuideOpen => {
                "县级以上档案馆的档案，自形成之日起满二十五年向社会开放。经济、教育、科技、文化等类可以提前；涉及国家安全或重大利益以及到期不宜开放的，可以推后。\n\
                 本站能检索到的，都是已经开放的目录。\n\
                 > 依据：《档案法》第二十七条"
            }
            Self::GuideClosed => {
                "因工作、研究或个人权益需要，可以申请利用未开放的档案。由本馆按规定审查；必要时征求形成单位的意见。能否利用、怎样利用，会答复您。\n\
                 带：身份证件；写明用途和范围的申请；单位查档另带介绍信。\n\
                 > 依据：《档案法》第二十九条"
            }
            Self::GuideLivelihood => {
                "民生档案关系个人隐私，不在网上公开目录，请到馆查。\n\
                 - **本人查：**带本人身份证件。\n\
                 - **委托查：**带双方身份证件和写明事项的委托书。\n\
                 - **查已故亲属：**另带能证明亲属关系的材料。\n\
                 记得大约的年份、当时的单位或住址，会查得更快。请不要在检索框里输入身份证号码。"
            }
            Self::GuideOriginals => {
                "1. 在本站检索，记下**档号**。\n\
                 2. 到馆出示证件，填写查档单。\n\
                 3. 在阅览室阅览；需要复制的，由工作人员办理并盖章，与原件核对无误。\n\
                 请爱护档案，不涂改、不折叠、不抽取。首次向社会公开档案原文属于“公布”，须经本馆同意。\n\
                 > 依据：《档案法》第三十二条"
            }
            Self::GuideVisit | Self::Footer => "",
            Self::GuideComplaint => {
                "已经开放的档案本馆没有提供利用的，可以向档案主管部门投诉，主管部门应当及时处理并答复。"
            }
        }
    }

    /// A wording of it as it stands in a page.
    pub fn markup(self, written: &str) -> Markup {
        if self.is_line() { Markup::prose_line(written) } else { Markup::prose(written) }
    }

    /// The text of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|text| text.name() == name)
    }

    /// What does not fit among wordings by name, in words; none if all does.
    pub(crate) fn problem(texts: &BTreeMap<String, String>) -> Option<String> {
        texts.iter().find_map(|(name, written)| {
            let Some(text) = Self::named(name) else { return Some(format!("没有“{name}”这段文字")) };
            let most = if text.is_line() { MOST_LINE } else { MOST };
            if written.chars().count() > most {
                Some(format!("“{}”超过 {most} 字", text.label()))
            } else if text.is_line() && written.trim().contains('\n') {
                Some(format!("“{}”只能写一行", text.label()))
            } else {
                None
            }
        })
    }
}
