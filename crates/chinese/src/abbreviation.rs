//! Short names of bodies and events that files write out and people do not: 革委会, 一中, 文革.

/// A short name and the full one.
const PAIRS: [(&str, &str); 30] = [
    ("革委会", "革命委员会"),
    ("军管会", "军事管制委员会"),
    ("人委", "人民委员会"),
    ("计委", "计划委员会"),
    ("经委", "经济委员会"),
    ("建委", "建设委员会"),
    ("农委", "农业委员会"),
    ("科委", "科学技术委员会"),
    ("教委", "教育委员会"),
    ("体委", "体育运动委员会"),
    ("贫协", "贫下中农协会"),
    ("工商联", "工商业联合会"),
    ("文联", "文学艺术界联合会"),
    ("供销社", "供销合作社"),
    ("信用社", "信用合作社"),
    ("省政府", "省人民政府"),
    ("市政府", "市人民政府"),
    ("县政府", "县人民政府"),
    ("区政府", "区人民政府"),
    ("乡政府", "乡人民政府"),
    ("镇政府", "镇人民政府"),
    ("县法院", "县人民法院"),
    ("县检察院", "县人民检察院"),
    ("文革", "文化大革命"),
    ("土改", "土地改革"),
    ("一中", "第一中学"),
    ("二中", "第二中学"),
    ("三中", "第三中学"),
    ("四中", "第四中学"),
    ("五中", "第五中学"),
];

/// Words in which a short name is none.
const MISTAKEN: [&str; 5] = ["中全会", "十一中", "十二中", "个人委", "文革新"];

/// A full name shorter than this, in characters, is asked for by its short one as well only if nothing else can be meant.
const UNMISTAKABLE: usize = 3;

/// An abbreviation in a text, or what has one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Abbreviated {
    /// The name as the text has it.
    pub name: &'static str,
    /// The other way of writing it.
    pub other: &'static str,
}

/// The first short name that a normalised text holds, to be looked for by its full name as well; or a full name with a
/// short one that is no part of other words.
#[must_use]
pub fn within(normalised: &str) -> Option<Abbreviated> {
    let full = PAIRS.iter().filter(|(short, full)| short.chars().count() >= UNMISTAKABLE && normalised.contains(full));
    let full = full.map(|(short, full)| Abbreviated { name: full, other: short });
    let mistaken =
        |short: &str| MISTAKEN.iter().any(|word| normalised.contains(word) && short.chars().any(|c| word.contains(c)));
    let short = PAIRS.iter().filter(|(short, _)| normalised.contains(short) && !mistaken(short));
    short.map(|(short, full)| Abbreviated { name: short, other: full }).chain(full).next()
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn short_names_are_written_out() {
        let other = |text: &str| within(text).map(|found| text.replace(found.name, found.other));
        assert_eq!(other("县革委会").as_deref(), Some("县革命委员会"));
        assert_eq!(other("县革命委员会").as_deref(), Some("县革委会"));
        assert_eq!(other("县一中").as_deref(), Some("县第一中学"));
        assert_eq!(other("县人民委员会"), None, "人委 stands in 个人委托");
        assert_eq!(other("水利局"), None);
        for text in ["十一届三中全会", "个人委托", "十一中", "语文革新"] {
            assert_eq!(other(text), None, "{text}");
        }
    }
}
