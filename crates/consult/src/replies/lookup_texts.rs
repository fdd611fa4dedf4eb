//! What the guided lookup says.

use chinese::livelihood::Category;

use crate::guidance::papers;
use crate::lookup::{Lookup, OFFERED, PERSONS, Person, Sought, Step};

pub(super) const WITH_PEOPLE: &str =
    "您正在和工作人员对话，要查什么直接告诉工作人员就行。想自己查，先回复“结束”，再点一次。";
pub(super) const LEFT: &str = "好，查档引导已退出。以后要查，回复“查档”。[检索开放档案](/search)";
pub(super) const NO_CLUE: &str = "没有线索也不要紧，可以看看有哪些：[按专题找](/subjects)，[按全宗浏览](/browse)。\n\n\
    回复“上一步”再想想；要人帮忙，回复“人工”，或致电 {telephone}（{now}）。";
pub(super) const NOTHING_FOUND: &str = "没有查到符合的开放档案。您可以：\n\
    · 回复“上一步”，换个说法，年份和单位说“不知道”\n\
    · 少说几个词，只留最要紧的\n\
    · [打开检索页](/search)，或[按专题找](/subjects)\n\
    · 没有开放的档案网上查不到，[看看怎样申请](/guide)\n\
    · 回复“人工”，把情况留给工作人员；或致电 {telephone}（{now}）";
pub(super) const AFTER_RECORDS: &str = "不是要找的，回复“上一步”改一改；要人帮忙，回复“人工”。";

const WHAT_AGAIN: &str = "没看懂您要查什么。请回复一个数字，比如查结婚证，就回复 1：";
const WHO_AGAIN: &str = "没看懂是谁的档案。请回复一个数字，比如查您自己的，就回复 1：";
const WHEN: &str = "大约是哪一年的？比如“1986年”“八十年代”。记不清，回复“不知道”。";
const WHEN_AGAIN: &str = "没看出是哪一年。可以说“1975年”“五十年代”“三十年前”；记不清，就回复“不知道”。";
const WHERE_AGAIN: &str = "请说单位或地方，比如“桥头公社”“县农机厂”，不用写姓名和号码。记不清，就回复“不知道”。";
const ABOUT: &str = "要找关于什么的？说几个词，比如“水库”“工资调整”；知道文号，就发文号。";
const ABOUT_AGAIN: &str = "请用几个词说说内容，比如“桥头水库”；实在说不出，就回复“不知道”。";
const ISSUER: &str = "是哪个单位发的？比如“县水利局”。不知道，就回复“不知道”。";
const ISSUER_AGAIN: &str = "请说发文的单位，比如“县人民政府”；不知道，就回复“不知道”。";
const WAYS_OUT: &str = "回复“上一步”返回，回复“取消”退出。";

/// The question of a lookup's step, with the ways out.
pub(super) fn question(lookup: &Lookup) -> String {
    let chosen = lookup.sought.map_or("", Sought::label);
    match lookup.step {
        Step::What => format!("您要查什么？回复数字，或者直接说，比如“结婚证”：\n{}", offered()),
        Step::Who => format!("好，查“{chosen}”。是谁的档案？回复数字：\n{}\n\n{WAYS_OUT}", persons()),
        Step::When => format!("{WHEN}\n\n{WAYS_OUT}"),
        Step::Where => format!(
            "{}只说单位或地方，不用写姓名和号码。记不清，回复“不知道”。\n\n{WAYS_OUT}",
            lookup.sought.map_or("", place)
        ),
        Step::About => format!("好，查“{chosen}”。{ABOUT}\n\n{WAYS_OUT}"),
        Step::Issuer => format!("{ISSUER}\n\n{WAYS_OUT}"),
        Step::Told => String::new(),
    }
}

/// The same once more, with an example.
pub(super) fn again(lookup: &Lookup) -> String {
    match lookup.step {
        Step::What => format!("{WHAT_AGAIN}\n{}", offered()),
        Step::Who => format!("{WHO_AGAIN}\n{}\n\n{WAYS_OUT}", persons()),
        Step::When => format!("{WHEN_AGAIN}\n\n{WAYS_OUT}"),
        Step::Where => format!("{WHERE_AGAIN}\n\n{WAYS_OUT}"),
        Step::About => format!("{ABOUT_AGAIN}\n\n{WAYS_OUT}"),
        Step::Issuer => format!("{ISSUER_AGAIN}\n\n{WAYS_OUT}"),
        Step::Told => String::new(),
    }
}

fn offered() -> String {
    format!("{}\n\n不查了，回复“取消”。", numbered(OFFERED.iter().map(|sought| sought.label())))
}

fn persons() -> String {
    numbered(PERSONS.iter().map(|person| person.label()))
}

fn numbered(labels: impl Iterator<Item = &'static str>) -> String {
    let lines: Vec<String> = (1..).zip(labels).map(|(number, label): (u32, _)| format!("{number} {label}")).collect();
    lines.join("\n")
}

/// What is asked about the place or the unit.
const fn place(sought: Sought) -> &'static str {
    let Sought::Livelihood(category) = sought else { return "" };
    match category {
        Category::Marriage => "在哪里登记的？比如“桥头公社”“县民政局”。",
        Category::EducatedYouth => "在哪里下乡，或者回来到了哪个单位？",
        Category::Recruitment | Category::Service => "当年在哪个单位？比如“县农机厂”。",
        Category::School => "在哪所学校？",
        Category::Veteran => "从哪里入伍，或者回来安置在哪里？",
        Category::SingleChild => "哪个单位或乡镇发的证？",
        Category::Land | Category::Forest => "在哪个乡镇、哪个村？",
        Category::House => "房子在哪里？说到街道或村就行。",
        Category::Honour => "哪个单位授予的，或者当年在哪个单位？",
        Category::Other => "当年经办的是哪个单位或乡镇？",
    }
}

/// What the house may have answered about a category among its frequent questions.
pub(super) const fn frequent(category: Category) -> &'static str {
    match category {
        Category::Marriage => "婚姻登记档案怎么查",
        Category::EducatedYouth => "知青档案怎么查",
        Category::Recruitment => "招工档案怎么查",
        Category::Service => "工龄怎么查",
        Category::School => "学籍档案怎么查",
        Category::Veteran => "退伍档案怎么查",
        Category::SingleChild => "独生子女档案怎么查",
        Category::Land => "土地承包档案怎么查",
        Category::Forest => "林权档案怎么查",
        Category::House => "房产档案怎么查",
        Category::Honour => "荣誉档案怎么查",
        Category::Other => "民生档案怎么查",
    }
}

/// The way to records about a person: what to bring, what to know, where to go. `more`: the frequent question that tells
/// more, and who else may hold them.
pub(super) fn way(category: Category, lookup: &Lookup, more: Option<&str>) -> String {
    let answers = &lookup.answers;
    let (own, clues) = papers(category);
    let bring = match answers.person {
        Some(Person::Own) | None => format!("{own}原件"),
        Some(Person::Other) => "您和当事人双方的身份证、当事人签名的委托书".to_owned(),
        Some(Person::Deceased) => "您的身份证、当事人的死亡证明、证明亲属关系的材料（如户口簿）".to_owned(),
    };
    let unknown = match (answers.years, answers.knows_place) {
        (None, false) => "年份和单位记不清也能查，请多想几条线索。",
        (None, true) => "年份记不清也能查，工作人员会前后多查几年。",
        (Some(_), false) => "单位、地方记不清也能查，请多想几条线索。",
        (Some(_), true) => "",
    };
    let more = more.map(|question| format!("\n别的单位也可能有存档，发“{question}”看说明。")).unwrap_or_default();
    format!(
        "您要查：{}。\n\n这类档案涉及个人，不在网上公开，请带证件来查，一般当场办好。\n请带：{bring}\n\
         来时说清：{clues}。{unknown}\n\n到这里查：{{name}}\n地址：{{address}}\n电话：{{telephone}}（来之前先问问有没有）\n\
         开放时间：\n{{hours}}\n（{{now}}）{more}\n\n[办事指南](/guide)\n\
         要人帮忙，回复“人工”，把上面的情况留给工作人员，不用写姓名和证件号码。",
        told(lookup)
    )
}

/// What was answered, in words: for the reader, and for staff who take over.
pub(super) fn told(lookup: &Lookup) -> String {
    let answers = &lookup.answers;
    let is_of_person = lookup.sought != Some(Sought::Documents);
    let place = (is_of_person && answers.knows_place).then(|| "知道当年的单位或地方".to_owned());
    let parts = [
        lookup.sought.map(|sought| sought.label().to_owned()),
        answers.person.map(|person| person.label().to_owned()),
        answers.about.clone(),
        answers.years.map(|years| if is_of_person { format!("大约{}", years_text(years)) } else { years_text(years) }),
        answers.issuer.clone(),
        place,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("，")
}

/// What is searched for.
pub(super) fn query(lookup: &Lookup) -> String {
    let answers = &lookup.answers;
    let parts = [answers.about.clone(), answers.issuer.clone(), answers.years.map(years_text)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Years as they are written and understood.
fn years_text((first, last): (i16, i16)) -> String {
    match (first, last) {
        (chinese::FIRST_YEAR, last) => format!("{last}年以前"),
        (first, chinese::LAST_YEAR) => format!("{first}年以后"),
        (first, last) if first == last => format!("{first}年"),
        (first, last) => format!("{first}年至{last}年"),
    }
}
