//! How a single character is folded for search; the context-free half of [`crate::normalise`].

use unicode_normalization::UnicodeNormalization as _;

/// Traditional character, simplified character; sorted by the first. Written by `build.rs`.
const SIMPLIFIED: &[(char, char)] = &include!(concat!(env!("OUT_DIR"), "/simplified.rs"));

/// Variant characters (异体字) and the standard ones: first list of variant characters (第一批异体字整理表, 1955), as far
/// as catalogues still show them. The 45 that the General Standard table of 2013 brought back for names (淼 堃 喆 …)
/// are not in it: a name must stay the name it is.
const VARIANTS: &[(char, char)] = &[
    ('仝', '同'),
    ('佈', '布'),
    ('佔', '占'),
    ('併', '并'),
    ('倖', '幸'),
    ('僱', '雇'),
    ('冊', '册'),
    ('凈', '净'),
    ('刼', '劫'),
    ('劵', '券'),
    ('効', '效'),
    ('勅', '敕'),
    ('勛', '勋'),
    ('匃', '丐'),
    ('卻', '却'),
    ('厠', '厕'),
    ('吿', '告'),
    ('呌', '叫'),
    ('咊', '和'),
    ('唘', '启'),
    ('啓', '启'),
    ('喫', '吃'),
    ('嚐', '尝'),
    ('囘', '回'),
    ('囬', '回'),
    ('坿', '附'),
    ('埜', '野'),
    ('壻', '婿'),
    ('妬', '妒'),
    ('姪', '侄'),
    ('寃', '冤'),
    ('尅', '克'),
    ('屆', '届'),
    ('峯', '峰'),
    ('島', '岛'),
    ('崐', '昆'),
    ('崑', '昆'),
    ('嵗', '岁'),
    ('巖', '岩'),
    ('帋', '纸'),
    ('幷', '并'),
    ('庻', '庶'),
    ('廵', '巡'),
    ('彚', '汇'),
    ('彿', '佛'),
    ('怱', '匆'),
    ('恆', '恒'),
    ('恠', '怪'),
    ('悤', '匆'),
    ('慼', '戚'),
    ('慽', '戚'),
    ('慾', '欲'),
    ('戞', '戛'),
    ('抝', '拗'),
    ('掛', '挂'),
    ('採', '采'),
    ('揷', '插'),
    ('攷', '考'),
    ('敍', '叙'),
    ('敘', '叙'),
    ('斈', '学'),
    ('斉', '齐'),
    ('旣', '既'),
    ('昚', '慎'),
    ('暎', '映'),
    ('畧', '略'),
    ('畱', '留'),
    ('畺', '疆'),
    ('皁', '皂'),
    ('盃', '杯'),
    ('祕', '秘'),
    ('秌', '秋'),
    ('稅', '税'),
    ('穅', '糠'),
    ('竝', '并'),
    ('筞', '策'),
    ('糉', '粽'),
    ('絃', '弦'),
    ('綫', '线'),
    ('綵', '彩'),
    ('緐', '繁'),
    ('羗', '羌'),
    ('羢', '绒'),
    ('羣', '群'),
    ('耑', '端'),
    ('脗', '吻'),
    ('臥', '卧'),
    ('舘', '馆'),
    ('艸', '草'),
    ('荅', '答'),
    ('菓', '果'),
    ('菴', '庵'),
    ('葢', '盖'),
    ('蓆', '席'),
    ('虖', '乎'),
    ('蜨', '蝶'),
    ('螡', '蚊'),
    ('衆', '众'),
    ('袵', '衽'),
    ('覈', '核'),
    ('觔', '斤'),
    ('觧', '解'),
    ('託', '托'),
    ('讚', '赞'),
    ('谿', '溪'),
    ('賸', '剩'),
    ('跡', '迹'),
    ('蹟', '迹'),
    ('躭', '耽'),
    ('輭', '软'),
    ('迴', '回'),
    ('逈', '迥'),
    ('遊', '游'),
    ('邨', '村'),
    ('酧', '酬'),
    ('鉢', '钵'),
    ('銹', '锈'),
    ('鎔', '熔'),
    ('鎻', '锁'),
    ('鑑', '鉴'),
    ('閒', '闲'),
    ('闇', '暗'),
    ('阯', '址'),
    ('陞', '升'),
    ('隣', '邻'),
    ('雑', '杂'),
    ('雞', '鸡'),
    ('雰', '氛'),
    ('韮', '韭'),
    ('頼', '赖'),
    ('飈', '飙'),
    ('餧', '喂'),
    ('餻', '糕'),
    ('駈', '驱'),
    ('騐', '验'),
    ('髩', '鬓'),
    ('鬪', '斗'),
    ('鰲', '鳌'),
    ('鷄', '鸡'),
    ('麫', '面'),
    ('麯', '曲'),
];

/// One Chinese character in its simplified, standard form; every other character unchanged.
#[must_use]
pub fn han(c: char) -> char {
    if c < '\u{3400}' {
        return c;
    }
    let simplified = lookup(SIMPLIFIED, c).unwrap_or(c);
    lookup(VARIANTS, simplified).or_else(|| lookup(VARIANTS, c)).unwrap_or(simplified)
}

fn lookup(table: &[(char, char)], c: char) -> Option<char> {
    let at = table.binary_search_by_key(&c, |entry| entry.0).ok()?;
    table.get(at).map(|entry| entry.1)
}

/// True for a Chinese character, those beyond U+FFFF and 〇 included.
#[must_use]
pub const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '〇' | '\u{20000}'..='\u{3FFFD}')
}

/// True for what a reader cannot see and a search must not trip over: control and format characters, variation
/// selectors. White space is not among them.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{AD}' | '\u{61C}' | '\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Brackets, dots, dashes and zeros that are written in many ways, each in one.
const fn sign(c: char) -> char {
    match c {
        '[' | '〔' | '【' | '〖' | '〘' | '❲' | '⦗' => '(',
        ']' | '〕' | '】' | '〗' | '〙' | '❳' | '⦘' => ')',
        '·' | '•' | '・' | '‧' | '∙' | '⋅' => '.',
        '\u{2010}'..='\u{2015}' | '−' | '─' | '━' => '-',
        '○' | '◯' => '〇',
        _ => c,
    }
}

/// Folds one character as it stands alone and hands what comes of it, often one character, sometimes none or several
/// (`㎡` gives `m2`), to `out`.
pub fn character(c: char, mut out: impl FnMut(char)) {
    if c.is_ascii() {
        ascii(c, &mut out);
    } else if matches!(c, '\u{4E00}'..='\u{9FFF}') {
        out(han(c));
    } else {
        cluster(&[c], &mut out);
    }
}

/// Folds a character together with the combining marks that follow it.
///
/// What is lower case is composed once more: with a mark it may be one character where the capital was two (H̱ gives ẖ),
/// and by itself a compatibility character (ϴ gives θ).
pub(crate) fn cluster(characters: &[char], out: &mut impl FnMut(char)) {
    let composed = characters.iter().copied().filter(|c| !is_invisible(*c)).nfkc();
    for c in composed.flat_map(char::to_lowercase).nfkc() {
        if c.is_ascii() {
            ascii(c, out);
        } else if c.is_whitespace() {
            out(' ');
        } else if !is_invisible(c) {
            out(han(sign(c)));
        }
    }
}

fn ascii(c: char, out: &mut impl FnMut(char)) {
    if c.is_ascii_whitespace() || c == '\u{b}' {
        out(' ');
    } else if !is_invisible(c) {
        out(sign(c.to_ascii_lowercase()));
    }
}

#[cfg(test)]
mod tests {
    use super::{SIMPLIFIED, VARIANTS, han, is_han};

    #[test]
    fn tables_are_sorted_for_the_search_in_them() {
        for table in [SIMPLIFIED, VARIANTS] {
            assert!(
                table.windows(2).all(|pair| pair[0].0 < pair[1].0),
                "{:?}",
                table.windows(2).find(|p| p[0].0 >= p[1].0)
            );
        }
    }

    #[test]
    fn folding_a_character_twice_changes_nothing_more() {
        for (from, _) in SIMPLIFIED.iter().chain(VARIANTS) {
            assert_eq!(han(han(*from)), han(*from), "{from}");
        }
    }

    #[test]
    fn traditional_and_variant_characters_meet() {
        assert_eq!("檔案館羣眾戶籍關於".chars().map(han).collect::<String>(), "档案馆群众户籍关于");
        assert_eq!("堃喆淼".chars().map(han).collect::<String>(), "堃喆淼", "characters of names stay");
    }

    #[test]
    fn characters_beyond_the_first_plane_are_chinese_too() {
        assert!(is_han('𠮷') && is_han('䢺') && !is_han('a') && !is_han('《'));
    }
}
