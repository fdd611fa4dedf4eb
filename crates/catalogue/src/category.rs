//! 档案门类: the category a reference code names.

use crate::ReferenceCode;

/// The codes of categories and the words readers see (DA/T 13-2022, 档案门类代码).
const CATEGORIES: [(&str, &str); 14] = [
    ("WS", "文书"),
    ("KJ", "科技"),
    ("RS", "人事"),
    ("KU", "会计"),
    ("ZY", "专业"),
    ("ZP", "照片"),
    ("LY", "录音"),
    ("LX", "录像"),
    ("ZL", "资料"),
    ("SJ", "业务数据"),
    ("YJ", "公务电子邮件"),
    ("WY", "网页信息"),
    ("MT", "社交媒体"),
    ("SW", "实物"),
];

/// The code of the category that stands in a reference code; none in codes by inventory (DA/T 13-1994).
pub(crate) fn of_code(code: &ReferenceCode) -> Option<&'static str> {
    let class = code.levels().nth(1)?;
    let kind = class.split('·').next().unwrap_or(class);
    CATEGORIES.iter().map(|(code, _)| *code).find(|code| *code == kind)
}

/// The word readers see for a category; the code itself if it is none of the standard's.
pub(crate) fn label(code: &str) -> &str {
    CATEGORIES.iter().find(|(known, _)| *known == code).map_or(code, |(_, label)| label)
}

/// All of them: code and word.
pub(crate) const fn all() -> &'static [(&'static str, &'static str)] {
    &CATEGORIES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_of_a_code_names_its_category() {
        for (code, category) in [
            ("Z109-WS·2011·Y·办公室-0001", Some("WS")),
            ("k021-zp.2019.d30-025-005", Some("ZP")),
            ("X032-KJ·KY·01-003", Some("KJ")),
            ("C038-001-002-003", None),
            ("X013", None),
            ("X001-WSX·2001-0001", None),
        ] {
            let code = ReferenceCode::parse(code).unwrap();
            assert_eq!(of_code(&code), category, "{}", code.written());
        }
        assert_eq!((label("ZP"), label("QT")), ("照片", "QT"));
    }
}
