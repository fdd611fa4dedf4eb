//! What readers say in a lookup, understood.

use chinese::livelihood::{Category, is_name, life_event};
use chinese::{document_number, figures};

use super::{Person, Sought};
use crate::matcher::keyword;

/// The longest topic and the longest issuer that are kept, in characters.
const LONGEST: usize = 40;
/// The longest text that says that something is not known, in characters: beyond it more is said.
const LONGEST_UNKNOWN: usize = 12;
/// Beyond so many years a number before 年前 is the year itself (86年前).
const LONGEST_AGO: i16 = 80;

/// What begins a lookup, after a courtesy.
const BEGINNINGS: [&str; 30] = [
    "查档",
    "查档案",
    "我要查档",
    "我要查档案",
    "我想查档",
    "我想查档案",
    "想查档",
    "想查档案",
    "要查档案",
    "来查档案",
    "我来查档案",
    "我想查个档案",
    "我要查个档案",
    "查个档案",
    "查一下档案",
    "怎么查档",
    "怎么查档案",
    "怎样查档",
    "怎样查档案",
    "如何查档",
    "如何查档案",
    "帮我查",
    "帮我查档",
    "帮我查档案",
    "帮我查一下档案",
    "找档案",
    "我要找档案",
    "我想找档案",
    "查档引导",
    "查档向导",
];
const COURTESIES: [&str; 8] = ["您好", "你好", "请问", "麻烦", "请", "，", ",", "同志"];
const ENOUGH: [&str; 12] =
    ["取消", "退出", "算了", "不查了", "不查", "不用了", "不要了", "结束", "停止", "取消查档", "退出查档", "结束查档"];
const BACK: [&str; 8] = ["上一步", "返回", "返回上一步", "回上一步", "退回", "退回上一步", "上一题", "后退"];
const UNKNOWN: [&str; 17] = [
    "不知道",
    "不清楚",
    "不记得",
    "记不",
    "忘",
    "不晓得",
    "不详",
    "说不清",
    "说不准",
    "没印象",
    "不懂",
    "不确定",
    "不限",
    "随便",
    "都行",
    "都可以",
    "没有了",
];
const NOTHING: [&str; 6] = ["没有", "无", "没", "不", "跳过", "略"];

/// Words of documents; they come first, for 关于知青的文件 is a document.
const DOCUMENTS: [&str; 9] = ["公文", "文件", "文号", "红头", "历史", "史料", "政策", "资料", "县志"];
/// Words of records about persons beside the life events everybody asks for.
const FURTHER: [(&str, Category); 33] = [
    ("领证", Category::Marriage),
    ("婚", Category::Marriage),
    ("插青", Category::EducatedYouth),
    ("工作证明", Category::Service),
    ("工作年限", Category::Service),
    ("上班", Category::Service),
    ("养老", Category::Service),
    ("工人", Category::Service),
    ("学校", Category::School),
    ("上学", Category::School),
    ("读书", Category::School),
    ("文凭", Category::School),
    ("学生", Category::School),
    ("当兵", Category::Veteran),
    ("军人", Category::Veteran),
    ("部队", Category::Veteran),
    ("兵役", Category::Veteran),
    ("独生", Category::SingleChild),
    ("光荣证", Category::SingleChild),
    ("计生", Category::SingleChild),
    ("土地", Category::Land),
    ("承包", Category::Land),
    ("田", Category::Land),
    ("地契", Category::Land),
    ("林地", Category::Forest),
    ("山", Category::Forest),
    ("房", Category::House),
    ("屋", Category::House),
    ("荣誉", Category::Honour),
    ("奖", Category::Honour),
    ("先进", Category::Honour),
    ("其他", Category::Other),
    ("其它", Category::Other),
];

/// What stands before and behind a topic without belonging to it.
const AROUND: ([&str; 4], [&str; 6]) =
    (["我要查", "想查", "关于", "有关"], ["文件", "档案", "资料", "的", "方面", "的"]);

const DECEASED: [&str; 9] = ["去世", "过世", "逝世", "死", "不在了", "不在世", "已故", "亡", "走了"];
const OTHERS: [&str; 44] = [
    "代办", "代查", "代", "替", "帮", "别人", "他", "她", "父", "母", "爸", "妈", "爹", "娘", "爷", "奶", "外公",
    "外婆", "姥", "公公", "婆婆", "岳", "兄", "弟", "哥", "姐", "妹", "老伴", "爱人", "丈夫", "妻", "老公", "老婆",
    "儿", "女", "孙", "叔", "伯", "舅", "姑", "亲戚", "亲属", "家人", "朋友",
];
const OWN: [&str; 6] = ["本人", "自己", "我的", "我自", "查我", "是我"];
const BY_NOW: [(&str, i16); 4] = [("今年", 0), ("去年", 1), ("大前年", 3), ("前年", 2)];

/// Whether a text begins a lookup.
pub(crate) fn begins(text: &str) -> bool {
    let text = keyword(text);
    let mut rest = text.as_str();
    while let Some(shorter) = COURTESIES.iter().find_map(|courtesy| rest.strip_prefix(courtesy)) {
        rest = shorter;
    }
    let rest = ["谢谢", "呢", "啊", "吗", "呀", "？", "?"].iter().fold(rest, |rest, end| rest.trim_end_matches(end));
    BEGINNINGS.contains(&rest)
}

/// Whether the reader has enough.
pub(crate) fn is_enough(text: &str) -> bool {
    ENOUGH.contains(&keyword(text).as_str())
}

/// Whether the reader wants the question before.
pub(crate) fn is_back(text: &str) -> bool {
    BACK.contains(&keyword(text).as_str())
}

/// The place, from 0, of a choice by number among so many: `3`, `三`, `第3个`, `3.学籍`.
pub(crate) fn choice(text: &str, most: usize) -> Option<usize> {
    let figures = figures(&keyword(text));
    let before = ["我选", "选择", "选", "回复", "第"];
    let rest = before.iter().fold(figures.as_str(), |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    let is_choice = after.is_empty() || after.starts_with(['.', '、', '个', '项', '号', '条', ')', '）', '.']);
    let number = digits.parse::<usize>().ok().filter(|number| is_choice && (1..=most).contains(number))?;
    Some(number - 1)
}

/// Whether a text is the number of a document.
pub(crate) fn is_number(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit()) && document_number::key(text).is_some()
}

/// What a text looks for.
pub(crate) fn sought(text: &str) -> Option<Sought> {
    let text = keyword(text);
    if DOCUMENTS.iter().any(|word| text.contains(word)) {
        return Some(Sought::Documents);
    }
    let further = || FURTHER.iter().find(|(word, _)| text.contains(word)).map(|(_, category)| *category);
    life_event(&text).map(|event| event.category).or_else(further).map(Sought::Livelihood)
}

/// Whose records a text asks for.
pub(crate) fn person(text: &str) -> Option<Person> {
    let text = keyword(text);
    let holds = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if holds(&DECEASED) {
        return Some(Person::Deceased);
    }
    if holds(&OTHERS) {
        return Some(Person::Other);
    }
    (text == "我" || holds(&OWN)).then_some(Person::Own)
}

/// The first and the last year a text means, seen from a year: `1986`, `86`, `五十年代`, `民国三十五年`, `三十多年前`, `去年`.
pub(crate) fn years(text: &str, now: i16) -> Option<(i16, i16)> {
    let text = keyword(text);
    let read = |text: &str| {
        let found = chinese::years(text);
        let first = found.iter().map(|period| period.from).min()?;
        Some((first, found.iter().map(|period| period.to).max()?))
    };
    let alone = || chinese::period(&format!("{text}年")).map(|period| (period.from, period.to));
    let by_now = || BY_NOW.iter().find(|(word, _)| text.contains(word)).map(|(_, ago)| (now - ago, now - ago));
    let said = ago(&text, now).or_else(|| read(&text)).or_else(alone).or_else(by_now);
    said.filter(|(first, _)| *first <= now)
}

/// The years counted back from one: 三十年前 may have been two years earlier or later, 三十多年前 up to nine earlier.
fn ago(text: &str, now: i16) -> Option<(i16, i16)> {
    let figures = figures(text);
    let (before, _) = figures.split_once("年前")?;
    let number = before.trim_end_matches(['多', '几', '来']);
    let digits = number.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    let ago = digits.parse::<i16>().ok().filter(|ago| (1..=LONGEST_AGO).contains(ago))?;
    let (earlier, later) = if number.len() < before.len() { (9, 0) } else { (2, 2) };
    Some((now - ago - earlier, (now - ago + later).min(now)))
}

/// Whether a text says that the answer is not known.
pub(crate) fn is_unknown(text: &str) -> bool {
    let text = keyword(text);
    let says = || UNKNOWN.iter().any(|word| text.contains(word));
    NOTHING.contains(&text.as_str()) || (text.chars().nth(LONGEST_UNKNOWN).is_none() && says())
}

/// Whether a text may name a place or a unit: it has words, and none of them stands alone like a person's name.
pub(crate) fn is_place(text: &str) -> bool {
    let is_han = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c);
    let mut runs = text.split(|c: char| !is_han(c)).filter(|run| !run.is_empty()).peekable();
    runs.peek().is_some() && !runs.any(is_name)
}

/// A topic or an issuer as it is searched for, without the words around it (关于水利的文件); none if nothing is left, or
/// if it is not known.
pub(crate) fn topic(text: &str) -> Option<String> {
    let topic = AROUND.0.iter().fold(text.trim(), |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    let topic = AROUND.1.iter().fold(topic, |rest, word| rest.strip_suffix(word).unwrap_or(rest));
    let topic: String = topic.chars().take(LONGEST).collect();
    (topic.contains(char::is_alphanumeric) && !is_unknown(text)).then_some(topic)
}
