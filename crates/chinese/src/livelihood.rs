//! Livelihood records (民生档案): the category a question is about, and whether it asks for one person's own file.

use crate::fold::is_han;

/// The categories as counters and request forms know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// Registration of marriage and divorce.
    Marriage,
    /// Educated youth sent to the country and their return.
    EducatedYouth,
    /// Recruitment of workers.
    Recruitment,
    /// Length of service, transfers, appointments.
    Service,
    /// School records, admission, graduation.
    School,
    /// Discharge from the army and placement.
    Veteran,
    /// Single-child certificates and family planning.
    SingleChild,
    /// Contracts for land.
    Land,
    /// Forest and hill rights.
    Forest,
    /// Houses, housing reform, homesteads, demolition.
    House,
    /// Model workers, honours, titles.
    Honour,
    /// Residence, adoption, notarial acts, lawsuits, social insurance, resettlement and the like.
    Other,
}

impl Category {
    /// Its name for readers.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Marriage => "婚姻登记",
            Self::EducatedYouth => "知青",
            Self::Recruitment => "招工",
            Self::Service => "工龄与调动",
            Self::School => "学籍",
            Self::Veteran => "退伍安置",
            Self::SingleChild => "独生子女",
            Self::Land => "土地承包",
            Self::Forest => "林权",
            Self::House => "房产",
            Self::Honour => "荣誉与职称",
            Self::Other => "其他民生档案",
        }
    }
}

/// Words of life events; a longer one before a shorter one it contains.
const EVENTS: [(&str, Category); 71] = [
    ("婚姻登记", Category::Marriage),
    ("结婚登记", Category::Marriage),
    ("离婚登记", Category::Marriage),
    ("结婚证", Category::Marriage),
    ("离婚证", Category::Marriage),
    ("婚姻", Category::Marriage),
    ("结婚", Category::Marriage),
    ("离婚", Category::Marriage),
    ("复婚", Category::Marriage),
    ("上山下乡", Category::EducatedYouth),
    ("知识青年", Category::EducatedYouth),
    ("知青", Category::EducatedYouth),
    ("下乡", Category::EducatedYouth),
    ("插队", Category::EducatedYouth),
    ("返城", Category::EducatedYouth),
    ("招工", Category::Recruitment),
    ("录用", Category::Recruitment),
    ("工龄", Category::Service),
    ("参加工作", Category::Service),
    ("调动", Category::Service),
    ("转干", Category::Service),
    ("转正", Category::Service),
    ("任免", Category::Service),
    ("工资", Category::Service),
    ("退休", Category::Service),
    ("学籍", Category::School),
    ("毕业证", Category::School),
    ("毕业", Category::School),
    ("录取", Category::School),
    ("成绩单", Category::School),
    ("招生", Category::School),
    ("学历", Category::School),
    ("退伍", Category::Veteran),
    ("复员", Category::Veteran),
    ("转业", Category::Veteran),
    ("入伍", Category::Veteran),
    ("参军", Category::Veteran),
    ("参战", Category::Veteran),
    ("独生子女", Category::SingleChild),
    ("准生证", Category::SingleChild),
    ("计划生育", Category::SingleChild),
    ("出生证", Category::SingleChild),
    ("土地承包", Category::Land),
    ("承包地", Category::Land),
    ("承包合同", Category::Land),
    ("土地证", Category::Land),
    ("林权", Category::Forest),
    ("山林", Category::Forest),
    ("自留山", Category::Forest),
    ("房产证", Category::House),
    ("房产", Category::House),
    ("房改", Category::House),
    ("宅基地", Category::House),
    ("拆迁", Category::House),
    ("购房", Category::House),
    ("公房", Category::House),
    ("劳动模范", Category::Honour),
    ("劳模", Category::Honour),
    ("先进工作者", Category::Honour),
    ("职称", Category::Honour),
    ("户口", Category::Other),
    ("户籍", Category::Other),
    ("精简下放", Category::Other),
    ("下放", Category::Other),
    ("收养", Category::Other),
    ("公证", Category::Other),
    ("判决", Category::Other),
    ("社保", Category::Other),
    ("移民", Category::Other),
    ("低保", Category::Other),
    ("平反", Category::Other),
];

/// Two-character surnames still met.
const COMPOUND: [&str; 16] = [
    "欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "长孙", "宇文",
    "端木", "澹台",
];

/// The surnames of nearly all citizens.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝";

/// What stands before a name in a question.
const COURTESIES: [&str; 24] = [
    "您好",
    "你好",
    "请问",
    "麻烦",
    "我想",
    "想要",
    "我要",
    "我来",
    "帮我",
    "帮忙",
    "请帮",
    "可以",
    "能不能",
    "能否",
    "我叫",
    "我是",
    "本人",
    "关于",
    "查一下",
    "查询",
    "查找",
    "找一下",
    "查",
    "想",
];

/// Characters and words that make what looks like a name the name of a place, an office or a thing.
const NOT_NAMES: [&str; 40] = [
    "省", "市", "县", "区", "镇", "乡", "村", "局", "厅", "部", "委", "办", "院", "校", "学", "厂", "社", "队", "组",
    "处", "科", "站", "所", "会", "馆", "法", "例", "规", "政", "策", "登记", "档案", "证", "表", "通", "知", "人口",
    "费", "金", "年",
];

/// A question about a life event, and the person it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifeEvent {
    /// What it is about.
    pub category: Category,
    /// The name that stands in it, if one does: then one person's own file is asked for.
    pub name: Option<String>,
}

/// Understands a question about a life event, typed into a search box or a chat (`王小明 结婚 南明区 1986`,
/// `张三丰知青`); `None` if no event is in it.
///
/// A name is two to four characters beginning with a surname that stand alone or directly before or after the event.
/// Titles of regulations about the same matters (`婚姻登记办法`) name nobody.
#[must_use]
pub fn life_event(text: &str) -> Option<LifeEvent> {
    let simplified: String = text.chars().map(crate::fold::han).collect();
    let (event, category) = EVENTS.iter().find(|(word, _)| simplified.contains(word))?;
    let name = simplified
        .split(|c: char| !is_han(c))
        .flat_map(|run| run.split(event))
        .map(strip_courtesy)
        .find(|run| is_name(run))
        .map(ToOwned::to_owned);
    Some(LifeEvent { category: *category, name })
}

fn strip_courtesy(run: &str) -> &str {
    let mut run = run;
    while let Some(rest) = COURTESIES.iter().find_map(|word| run.strip_prefix(word)) {
        run = rest;
    }
    for word in ["的档案", "的", "同志", "档案"] {
        run = run.strip_suffix(word).unwrap_or(run);
    }
    run
}

/// True for two to four characters that begin with a surname and hold nothing that names of places and offices end in.
#[must_use]
pub fn is_name(run: &str) -> bool {
    let length = run.chars().count();
    let compound = COMPOUND.iter().any(|surname| run.starts_with(surname));
    let surname = run.chars().next().is_some_and(|c| SURNAMES.contains(c));
    let fits = if compound { (3..=4).contains(&length) } else { surname && (2..=3).contains(&length) };
    fits && run.chars().all(is_han) && !NOT_NAMES.iter().any(|word| run.contains(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Category, life_event};

    #[test]
    fn a_person_and_an_event() {
        for (text, category, name) in [
            ("王小明 结婚 南明区 1986", Category::Marriage, "王小明"),
            ("您好，我想查王小明1986年的结婚档案", Category::Marriage, "王小明"),
            ("张三丰知青", Category::EducatedYouth, "张三丰"),
            ("查欧阳建国的学籍档案", Category::School, "欧阳建国"),
            ("退伍 刘強", Category::Veteran, "刘强"),
            ("我叫李伟，1975年下乡", Category::EducatedYouth, "李伟"),
        ] {
            let event = life_event(text).expect(text);
            assert_eq!((event.category, event.name.as_deref()), (category, Some(name)), "{text}");
        }
    }

    #[test]
    fn an_event_without_a_person() {
        for text in ["婚姻登记办法", "关于知识青年上山下乡的通知", "南明区民政局 结婚", "土地承包 1998", "独生子女费"]
        {
            assert_eq!(life_event(text).map(|event| event.name), Some(None), "{text}");
        }
        assert_eq!(life_event("粤府〔2023〕68号"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC{0,60}|[王小明结婚知青的查 ，]{0,20}") {
            let _ = life_event(&text);
        }
    }
}
