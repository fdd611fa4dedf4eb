//! Names of files: what is kept of a name that came from outside, and which code it stands for.

/// The most characters of a name that are kept.
const LONGEST: usize = 120;

/// A name as it may be shown to staff: no folders, no control signs, none that turn the direction of writing.
pub fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let hidden = |sign: char| {
        sign.is_control() || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    last.chars().filter(|sign| !hidden(*sign)).take(LONGEST).collect()
}

/// The ending of a name, without the dot, in lower case; empty if it has none.
pub(super) fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
}

/// The codes a file name may stand for, likeliest first: all of it, or all before the page's number (`档号_001`).
pub fn codes_of(stem: &str) -> Vec<&str> {
    let mut codes = vec![stem];
    if let Some((code, number)) = stem.rsplit_once('_')
        && !code.is_empty()
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        codes.push(code);
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u21_names_from_outside_become_harmless() {
        assert_eq!(clean("报告.pdf\r\nSet-Cookie: a=b"), "报告.pdfSet-Cookie: a=b");
        assert_eq!(clean("../../etc/passwd"), "passwd");
        assert_eq!(clean("C:\\档案\\一.tif"), "一.tif");
        assert_eq!(clean("a\u{202e}gpj.exe"), "agpj.exe");
        assert_eq!(clean(&"长".repeat(1000)).chars().count(), 120);
        assert_eq!(extension("扫描.TIF"), "tif");
        assert_eq!(extension("扫描"), "");
    }

    #[test]
    fn a_name_stands_for_its_code() {
        assert_eq!(codes_of("X001-WS·2001·Y-0001_003"), ["X001-WS·2001·Y-0001_003", "X001-WS·2001·Y-0001"]);
        assert_eq!(codes_of("X001-WS·2001·Y-0001"), ["X001-WS·2001·Y-0001"]);
        assert_eq!(codes_of("_001"), ["_001"]);
    }
}
