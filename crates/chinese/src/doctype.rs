//! Document types (文种) read from a title: the fifteen of the regulation on official documents (党政机关公文处理工作条例,
//! 2012, art. 8) and the kinds of rules, plans and tables that catalogues hold beside them.

/// Endings of titles and the type they show; a longer one before a shorter one that ends it.
const TYPES: [(&str, &str); 48] = [
    ("任免通知", "通知"),
    ("通知书", "通知书"),
    ("通知", "通知"),
    ("决议", "决议"),
    ("决定", "决定"),
    ("命令", "命令（令）"),
    ("令", "命令（令）"),
    ("公报", "公报"),
    ("公告", "公告"),
    ("通告", "通告"),
    ("意见", "意见"),
    ("通报", "通报"),
    ("报告", "报告"),
    ("请示", "请示"),
    ("批复", "批复"),
    ("议案", "议案"),
    ("答复的函", "函"),
    ("复函", "函"),
    ("公函", "函"),
    ("函", "函"),
    ("会议纪要", "纪要"),
    ("纪要", "纪要"),
    ("条例", "条例"),
    ("规定", "规定"),
    ("办法", "办法"),
    ("实施细则", "细则"),
    ("细则", "细则"),
    ("规则", "规则"),
    ("章程", "章程"),
    ("制度", "制度"),
    ("方案", "方案"),
    ("预案", "方案"),
    ("规划", "规划"),
    ("计划", "计划"),
    ("要点", "要点"),
    ("总结", "总结"),
    ("讲话", "讲话"),
    ("会议记录", "记录"),
    ("记录", "记录"),
    ("合同", "合同"),
    ("协议书", "协议"),
    ("协议", "协议"),
    ("判决书", "判决书"),
    ("统计表", "统计表"),
    ("登记表", "登记表"),
    ("花名册", "名册"),
    ("名册", "名册"),
    ("批示", "批示"),
];

/// The document type that a title ends with, its closing remarks (`（2019年修订）`, `（试行）`, a document number, closing
/// signs) left aside; `None` if it shows none.
#[must_use]
pub fn of_title(title: &str) -> Option<&'static str> {
    let mut rest = title.trim_end();
    loop {
        rest = rest.trim_end_matches(|c: char| c.is_whitespace() || "》〉”\"。；;、,，]".contains(c));
        if let Some((_, shown)) = TYPES.iter().find(|(ending, _)| rest.ends_with(ending)) {
            return Some(shown);
        }
        let closing = rest.chars().next_back()?;
        let opening = match closing {
            '）' => '（',
            ')' => '(',
            '〕' => '〔',
            '】' => '【',
            _ => return None,
        };
        rest = rest.rfind(opening).and_then(|at| rest.get(..at))?;
    }
}

/// The document type that a word names by itself: `会议纪要` and `纪要` both name 纪要.
#[must_use]
pub fn named(word: &str) -> Option<&'static str> {
    TYPES.iter().find(|(ending, _)| *ending == word && word.chars().count() > 1).map(|(_, shown)| *shown)
}

#[cfg(test)]
mod tests {
    use super::{named, of_title};

    #[test]
    fn a_word_names_a_type() {
        assert_eq!(
            ["会议纪要", "通知", "复函", "令", "关于水利的通知", ""].map(named),
            [Some("纪要"), Some("通知"), Some("函"), None, None, None]
        );
    }

    #[test]
    fn the_ending_tells_the_type() {
        for (title, expected) in [
            ("广东省人民政府办公厅关于印发《若干措施》的通知", Some("通知")),
            ("市政府印发《关于推进农村集体经济组织产权制度改革若干意见》", Some("意见")),
            ("关于二次会议第0606号提案答复的函", Some("函")),
            ("河南省行政规范性文件管理办法（2019年修订）（试行）", Some("办法")),
            ("云南省人民政府令（第169号）", Some("命令（令）")),
            ("上海市人民政府关于同意设立的批复 ", Some("批复")),
            ("上半年本市固定资产投资完成情况", None),
            ("", None),
            ("）", None),
        ] {
            assert_eq!(of_title(title), expected, "{title}");
        }
    }
}
