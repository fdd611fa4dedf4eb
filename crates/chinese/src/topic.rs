//! What a sentence typed into a search box is about: its words without the ones people wrap a question in.
//!
//! A fixed list of the courtesies, pronouns, particles and general nouns with which readers ask. Used only where the
//! sentence itself is contained in no record, so that a title that holds one of these words is never missed.

use crate::normalise;

/// Words that part two topics wherever they stand.
const BETWEEN: [&str; 10] = ["有没有", "能不能", "是不是", "请问", "一下", "有关", "关于", "相关", "方面", "的"];

/// Words that may stand before a topic; a longer one before a shorter one it begins with.
const BEFORE: [&str; 51] = [
    "我想查",
    "我要查",
    "我想找",
    "我要找",
    "想查",
    "想找",
    "要查",
    "要找",
    "请帮我",
    "请查",
    "不好意思",
    "可不可以",
    "想要",
    "需要",
    "您好",
    "你好",
    "老师",
    "同志",
    "麻烦",
    "劳驾",
    "可以",
    "能否",
    "如何",
    "怎么",
    "怎样",
    "哪里",
    "哪些",
    "什么",
    "查询",
    "查找",
    "查阅",
    "查看",
    "查到",
    "搜索",
    "检索",
    "找到",
    "寻找",
    "帮忙",
    "帮我",
    "给我",
    "我们",
    "我要",
    "我想",
    "你们",
    "贵馆",
    "档案馆",
    "是否",
    "查",
    "找",
    "想",
    "我",
];

/// Words that may stand after a topic.
const AFTER: [&str; 38] = [
    "在哪里查",
    "怎么查",
    "怎么办",
    "在哪里",
    "在哪查",
    "哪里查",
    "可以吗",
    "可以查",
    "能查到",
    "查得到",
    "有没有",
    "有吗",
    "在吗",
    "谢谢",
    "多谢",
    "查询",
    "查找",
    "查阅",
    "文件",
    "档案",
    "资料",
    "材料",
    "文献",
    "记录",
    "目录",
    "信息",
    "那年",
    "时候",
    "期间",
    "吗",
    "呢",
    "吧",
    "啊",
    "呀",
    "么",
    "了",
    "查",
    "找",
];

/// What a typed text is about, in the order it stands there, each once; nothing if it is all courtesy.
#[must_use]
pub fn topics(typed: &str) -> Vec<String> {
    let mut text = normalise(typed);
    for word in BETWEEN {
        text = text.replace(word, " ");
    }
    let mut found: Vec<String> = Vec::new();
    for run in text.split(|c: char| !c.is_alphanumeric()).map(bare).filter(|run| !run.is_empty()) {
        if !found.iter().any(|known| known == run) {
            found.push(run.to_owned());
        }
    }
    found
}

/// A run without the courtesies at both ends. A word of two characters stays whole: 查封 is no 封 that is looked for.
fn bare(run: &str) -> &str {
    let mut rest = run;
    loop {
        let keeps = |shorter: &&str| shorter.chars().count() != 1;
        let before = BEFORE.iter().find_map(|word| rest.strip_prefix(word).filter(keeps));
        let after =
            || AFTER.iter().find_map(|word| rest.strip_suffix(word).filter(keeps).filter(|_| !is_noun(rest, word)));
        let Some(shorter) = before.or_else(after) else { break };
        rest = shorter;
    }
    rest
}

/// 普查, 检查, 调查 are what is looked for.
fn is_noun(run: &str, word: &str) -> bool {
    word == "查" && run.strip_suffix(word).is_some_and(|rest| rest.ends_with(['普', '检', '调', '审', '清', '抽']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::topics;

    #[test]
    fn a_sentence_is_about_its_topics() {
        for (typed, about) in [
            ("我想查一下的征兵文件", vec!["征兵"]),
            ("请问有没有征兵的档案", vec!["征兵"]),
            ("您好，我要找水利局和水库的资料，谢谢", vec!["水利局和水库"]),
            ("土地改革有关文件在哪里查", vec!["土地改革"]),
            ("征兵", vec!["征兵"]),
            ("人口普查怎么查", vec!["人口普查"]),
            ("徵兵 水利", vec!["征兵", "水利"]),
            ("水利，水利。", vec!["水利"]),
            ("wuxi flood", vec!["wuxi", "flood"]),
            ("粤府〔2023〕999号", vec!["粤府", "2023", "999号"]),
            ("请问", vec![]),
            ("县", vec!["县"]),
            ("关于查封的请示", vec!["查封", "请示"]),
            ("", vec![]),
        ] {
            assert_eq!(topics(typed), about, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn every_topic_stands_in_the_text(typed in "\\PC{0,30}|[请问我想查的征兵文件 ，。]{0,16}") {
            let text = crate::normalise(&typed);
            for topic in topics(&typed) {
                prop_assert!(!topic.is_empty() && text.contains(&topic));
            }
        }
    }
}
