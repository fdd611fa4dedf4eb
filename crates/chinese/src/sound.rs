//! How names sound: characters read in Hanyu Pinyin (GB/T 16159) without tones, to find names that were written with other
//! characters of the same sound (王晓明, 王小鸣).

use pinyin::ToPinyinMulti;

/// The most ways of reading a name that are told: each character of several readings doubles them.
pub const MAX_WAYS: usize = 8;

/// Initials, a longer one before the one it begins with; the last one stands for none.
const INITIALS: [&str; 24] = [
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s", "y",
    "w", "",
];
const FINALS: [&str; 39] = [
    "a", "o", "e", "ê", "i", "u", "ü", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong", "er", "ia", "ie",
    "iao", "iu", "ian", "in", "iang", "ing", "iong", "ua", "uo", "uai", "ui", "uan", "un", "uang", "ue", "üe", "üan",
    "ün", "m", "ng",
];
/// Where the private characters begin that stand for syllables (Unicode private use area): nobody types them.
const FIRST: u32 = 0xE000;

/// The ways a name may be read, the usual one first, at most [`MAX_WAYS`]: of each character one private character that
/// stands for its syllable, so that texts that sound alike are alike, letter by letter. A character that is not read
/// stands for itself. Empty for a text without a character that is read.
#[must_use]
pub fn ways(name: &str) -> Vec<String> {
    let mut ways = vec![String::new()];
    let mut is_read = false;
    for character in name.chars() {
        let readings = readings(character);
        is_read |= !readings.is_empty();
        let readings = if readings.is_empty() { vec![character] } else { readings };
        let longer = |reading: &char| ways.iter().map(|way| format!("{way}{reading}")).collect::<Vec<_>>();
        let mut all: Vec<String> = readings.iter().flat_map(longer).collect();
        all.truncate(MAX_WAYS);
        ways = all;
    }
    if is_read { ways } else { Vec::new() }
}

/// The syllables of a character, the usual one first.
fn readings(character: char) -> Vec<char> {
    let mut readings: Vec<char> = Vec::new();
    for syllable in character.to_pinyin_multi().into_iter().flatten().filter_map(|one| syllable(one.plain())) {
        if !readings.contains(&syllable) {
            readings.push(syllable);
        }
    }
    readings
}

/// The private character of a syllable; `None` for what is none.
fn syllable(written: &str) -> Option<char> {
    let written = written.replace('v', "ü");
    let (initial, last) = (0_u32..).zip(INITIALS).find_map(|(at, one)| Some((at, written.strip_prefix(one)?)))?;
    let (last, _) = (0_u32..).zip(FINALS).find(|(_, one)| *one == last)?;
    char::from_u32(FIRST + initial * 64 + last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MAX_WAYS, syllable, ways};

    fn alike(one: &str, other: &str) -> bool {
        ways(one).iter().any(|way| ways(other).contains(way))
    }

    #[test]
    fn names_of_one_sound_are_alike() {
        for (one, other) in
            [("王晓明", "王小鸣"), ("张伟", "章玮"), ("吕绿", "铝率"), ("单雄信", "善雄新"), ("曾国荃", "增国全")]
        {
            assert!(alike(one, other), "{one} {other}");
        }
        for (one, other) in [("王晓明", "王小敏"), ("张伟", "张薇薇"), ("陈", "程"), ("努", "女")] {
            assert!(!alike(one, other), "{one} {other}");
        }
    }

    #[test]
    fn every_character_has_one_sign_in_each_way() {
        let all = ways("乐乐乐乐乐");
        assert!(all.len() > 1 && all.len() <= MAX_WAYS);
        assert!(all.iter().all(|way| way.chars().count() == 5));
        assert_eq!(ways("Wang 3"), Vec::<String>::new());
        assert_eq!(ways(""), Vec::<String>::new());
        assert!(ways("阿·明")[0].contains('·'));
    }

    #[test]
    fn all_syllables_are_known_and_none_is_two() {
        let mut known = std::collections::HashMap::new();
        for point in 0x4E00..0x9FA6 {
            use pinyin::ToPinyinMulti;
            let character = char::from_u32(point).unwrap();
            for reading in character.to_pinyin_multi().into_iter().flatten() {
                let sign = syllable(reading.plain());
                let of_vowel = reading.plain().contains(['a', 'e', 'i', 'o', 'u', 'ü']);
                assert!(sign.is_some() || !of_vowel, "{character} {}", reading.plain());
                if let Some(sign) = sign {
                    assert_eq!(known.entry(sign).or_insert(reading.plain()), &reading.plain());
                    assert_eq!(crate::normalise(&sign.to_string()), sign.to_string());
                }
            }
        }
        assert!(known.len() > 390);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC{0,40}") {
            prop_assert!(ways(&text).len() <= MAX_WAYS);
        }
    }
}
