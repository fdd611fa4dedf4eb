//! 密级: whether a text says that something is a state secret.
//!
//! State secrets never enter this house, so what counts is to see one in any spelling: full-width, with blanks, with
//! a star and years (秘密★10年), in brackets before or after a title, by the codes of GB/T 7156-2003, in English.
//! Words that merely speak of secrets (保守国家秘密法) are not marks.

use crate::plain::dense;

/// What the 密级 of a record may be. 秘密 and above have no value here: they cannot be written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Classification {
    /// 公开, 无密级, or nothing written.
    None,
    /// 内部: never leaves the console.
    Internal,
}

/// What a cell of the 密级 column says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Marking {
    /// A classification that may enter.
    Allowed(Classification),
    /// 秘密, 机密 or 绝密.
    Secret,
    /// A word nobody knows; it counts as 内部.
    Unknown,
}

impl Classification {
    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Internal => "internal",
        }
    }

    /// The classification of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        [Self::None, Self::Internal].into_iter().find(|one| one.name() == name)
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "公开",
            Self::Internal => "内部",
        }
    }
}

/// Reads a cell of the 密级 column. What merely contains a level's name counts as secret, but for plain denials.
pub fn marking(cell: &str) -> Marking {
    let word = folded(cell);
    match word.as_str() {
        "" | "无" | "公开" | "公开级" | "非密" | "不涉密" | "普通" | "一般" | "GK" | "0" | "-" | "—" | "/"
        | "无密级" | "非涉密" | "非秘密" | "NONE" | "PUBLIC" => return Marking::Allowed(Classification::None),
        "内部" | "内部级" | "内部资料" | "内部使用" | "限制" | "限制级" | "国内" | "国内级" | "NB" | "GN" | "XZ"
        | "1" | "2" | "INTERNAL" | "工作秘密" => return Marking::Allowed(Classification::Internal),
        "秘" | "机" | "绝" | "MM" | "JM" | "UM" | "S" | "C" | "TS" | "M" | "J" | "U" | "MIMI" | "JIMI" | "JUEMI"
        | "3" | "4" | "5" => return Marking::Secret,
        _ => {}
    }
    let english = ["SECRET", "CONFIDENTIAL"].iter().any(|name| word.contains(name));
    let denied = ["解密", "非密", "无密", "保密", "未定密", "不涉密"].iter().any(|denial| word.contains(denial));
    let chinese = LEVELS.iter().any(|level| word.contains(level)) || (word.contains('密') && !denied);
    if english || chinese { Marking::Secret } else { Marking::Unknown }
}

const LEVELS: [&str; 3] = ["秘密", "机密", "绝密"];

/// Whether a cell of any other column bears the mark of a state secret: it is nothing but a level, or a level stands
/// in brackets, before a star, or set off before or after the text.
pub fn is_marked(cell: &str) -> bool {
    // Nearly every cell leaves here: no level is written without one of these characters.
    if !cell.chars().any(|c| matches!(c, '密' | '祕' | '秘' | 'Ｓ' | 'S' | 's' | 'Ｔ' | 'T' | 't' | '宻')) {
        return false;
    }
    let spaced = folded_keeping_blanks(cell);
    let text: String = spaced.chars().filter(|c| *c != ' ').collect();
    bare_level(&text).is_some_and(is_end_of_mark) || in_brackets(&text) || before_star(&text) || set_off(&spaced)
}

/// The text after a level at its beginning.
fn bare_level(text: &str) -> Option<&str> {
    let english = ["TOPSECRET", "SECRET"];
    LEVELS.iter().chain(&english).find_map(|level| text.strip_prefix(level))
}

/// Whether nothing but the rest of a mark follows a level: ★, a term, 级, 件.
fn is_end_of_mark(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['级', '件']);
    rest.chars().all(|c| is_star(c) || c.is_ascii_digit() || "年月日个长期短永久以上及保密至.-/:".contains(c))
}

const fn is_star(c: char) -> bool {
    matches!(c, '★' | '☆' | '*' | '⭐' | '✩' | '✭' | '✯' | '✰' | '※' | '·' | '⋆' | '✶' | '⭑')
}

/// （秘密）, 〔机密〕, 【绝密★长期】, [秘密]… anywhere in the text.
fn in_brackets(text: &str) -> bool {
    const OPEN: &str = "([{〔【〖<「『";
    const CLOSE: &str = ")]}〕】〗>」』";
    let mut parts = text.split(|c| OPEN.contains(c));
    parts.next();
    parts.any(|part| {
        let Some(end) = part.find(|c| CLOSE.contains(c)) else { return false };
        let inner = part.get(..end).unwrap_or_default();
        let inner = inner.strip_prefix("密级").map_or(inner, |rest| rest.trim_start_matches([':', '为']));
        bare_level(inner).is_some_and(is_end_of_mark)
    })
}

/// 秘密★, 机密★10年 anywhere in the text. A dot or an asterisk alone does not make a mark there.
fn before_star(text: &str) -> bool {
    LEVELS.iter().any(|level| {
        text.match_indices(level).any(|(at, _)| {
            let after = text.get(at + level.len()..).unwrap_or_default();
            let after = after.trim_start_matches(['级', '件']);
            after.starts_with(|c| is_star(c) && !matches!(c, '·' | '*'))
        })
    })
}

/// What may stand between a level and the text.
const SIGNS: [char; 8] = [':', '|', '-', '—', '–', '－', '/', '_'];

/// A level set off from the text by a blank, a colon or a dash: "机密 关于…", "绝密：关于…", "机密-关于…", "关于… 秘密",
/// "密级：秘密".
fn set_off(spaced: &str) -> bool {
    let words: Vec<&str> = spaced.split(' ').filter(|word| !word.is_empty()).collect();
    let joined = |from: usize, to: usize| words.get(from..to).map(<[&str]>::concat).unwrap_or_default();
    let is_mark = |word: &str| bare_level(word).is_some_and(is_end_of_mark);
    let count = words.len();
    // A level may itself be written with blanks, so up to three words at either end are joined.
    let ends = (1..=count.min(3)).any(|n| is_mark(&joined(0, n)) || is_mark(&joined(count - n, count)));
    let text = joined(0, count);
    let is_level = |word: &str| LEVELS.iter().any(|level| word.strip_prefix(level).is_some_and(is_end_of_mark));
    let before = text.split_once(SIGNS).is_some_and(|(first, _)| is_level(first));
    let after = text.rsplit_once(SIGNS).is_some_and(|(_, last)| is_level(last));
    let named = LEVELS.iter().any(|level| text.contains(&format!("密级:{level}")));
    ends || before || after || named
}

/// NFKC, no blanks, capitals, one form of the characters of the levels.
fn folded(text: &str) -> String {
    dense(text).chars().map(common).flat_map(char::to_uppercase).collect()
}

fn folded_keeping_blanks(text: &str) -> String {
    crate::plain::plain(text).chars().map(common).flat_map(char::to_uppercase).collect()
}

/// Traditional and variant forms of the characters of the levels.
const fn common(c: char) -> char {
    match c {
        '機' => '机',
        '絕' => '绝',
        '祕' => '秘',
        '宻' => '密',
        '級' => '级',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u29_every_spelling_in_the_column_is_seen() {
        for cell in [
            "秘密",
            "机密",
            "绝密",
            "绝 密",
            "秘　密",
            "機密",
            "絕密",
            "祕密",
            "秘密★10年",
            "机密☆长期",
            "秘密级",
            "绝密*30年",
            "（秘密）",
            "【机密】",
            "绝\u{200b}密",
            "MM",
            "jm",
            "UM",
            "Secret",
            "TOP SECRET",
            "ＳＥＣＲＥＴ",
            "秘",
            "机",
            "绝",
            "4",
            "秘密件",
            "密",
            "涉密",
            "S",
            "ｃ",
            "TS",
            "M",
            "jimi",
            "国家秘密",
            "一般秘密",
            "秘\u{fe0f}密",
            "confidential",
        ] {
            assert_eq!(marking(cell), Marking::Secret, "{cell}");
        }
    }

    #[test]
    fn what_may_enter() {
        for cell in ["", "公开", " 无 ", "非密", "公开级", "-"] {
            assert_eq!(marking(cell), Marking::Allowed(Classification::None), "{cell}");
        }
        for cell in ["内部", "内 部", "内部级", "限制", "NB"] {
            assert_eq!(marking(cell), Marking::Allowed(Classification::Internal), "{cell}");
        }
        for cell in ["?", "待定", "甲", "已解密", "保密"] {
            assert_eq!(marking(cell), Marking::Unknown, "{cell}");
        }
    }

    #[test]
    fn u29_every_title_mark_is_seen() {
        for cell in [
            "（秘密）关于某事的通知",
            "〔机密〕关于某事",
            "关于某事的报告（绝密★长期）",
            "关于某事【秘密·10年】",
            "秘密★10年 关于某事",
            "关于某事机密★",
            "绝 密 关于某事的通知",
            "机密：关于某事",
            "关于某事的请示 秘密",
            "( 机 密 )关于某事",
            "［絕密］某事",
            "秘密",
            "绝密",
            "（ 秘密 级 ）某事",
            "密级：机密",
            "机密-关于某事",
            "绝密——关于某事",
            "秘密/关于某事",
            "关于某事_机密★20年",
            "关于某事（密级：秘密）",
            "Secret",
            "［ＴＯＰ　ＳＥＣＲＥＴ］某事",
        ] {
            assert!(is_marked(cell), "{cell}");
        }
    }

    #[test]
    fn words_about_secrets_are_not_marks() {
        for cell in [
            "保守国家秘密法",
            "中华人民共和国保守国家秘密法实施条例",
            "北京市实施《保守国家秘密法》若干规定",
            "企业技术秘密保护条例",
            "关于审理侵犯商业秘密民事案件适用法律若干问题的规定",
            "关于加强机密文件管理的通知",
            "关于废止机密电报的决定（试行）",
            "保密工作条例（秘密载体部分）",
            "县委秘书处 密切联系群众",
            "密码法",
            "secretary",
            "The State Council",
            "清理绝密级文件工作小结",
        ] {
            assert!(!is_marked(cell), "{cell}");
        }
    }
}
