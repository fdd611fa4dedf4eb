//! Numbers written with Chinese numerals, as years and eras use them.

/// The digit a character stands for, full-width and the two Chinese zeros included.
pub(crate) fn digit(c: char) -> Option<u16> {
    Some(match c {
        '0' | '０' | '〇' | '零' | '○' => 0,
        '1' | '１' | '一' | '元' => 1,
        '2' | '２' | '二' => 2,
        '3' | '３' | '三' => 3,
        '4' | '４' | '四' => 4,
        '5' | '５' | '五' => 5,
        '6' | '６' | '六' => 6,
        '7' | '７' | '七' => 7,
        '8' | '８' | '八' => 8,
        '9' | '９' | '九' => 9,
        _ => return None,
    })
}

/// A number below 100 in tens (`三十五`, `十`, `廿四`), in digits (`35`, `三五`) or `元`, at the start of `text`:
/// its value and how many characters it takes. The longest reading wins.
pub(crate) fn small(text: &[char]) -> Option<(u16, usize)> {
    let at = |i: usize| text.get(i).copied();
    if at(0) == Some('元') {
        return Some((1, 1));
    }
    let one = |i: usize| at(i).filter(|c| *c != '元').and_then(digit);
    let (tens, after) = match (at(0)?, at(1)) {
        ('十', _) => (1, 1),
        ('廿', _) => (2, 1),
        ('卅', _) => (3, 1),
        (_, Some('十')) => (one(0).filter(|d| *d > 0)?, 2),
        _ => {
            let first = one(0)?;
            return Some(one(1).map_or((first, 1), |second| (first * 10 + second, 2)));
        }
    };
    Some(one(after).map_or((tens * 10, after), |units| (tens * 10 + units, after + 1)))
}

/// The value of `text` if it consists of exactly `count` digits at its start and no digit follows.
pub(crate) fn exactly(text: &[char], count: usize) -> Option<u16> {
    let mut value: u16 = 0;
    for i in 0..count {
        let c = text.get(i).copied().filter(|c| *c != '元')?;
        value = value.checked_mul(10)?.checked_add(digit(c)?)?;
    }
    let follows = text.get(count).copied().is_some_and(|c| c != '元' && digit(c).is_some());
    (!follows).then_some(value)
}

/// `text` with its Chinese numerals in figures, as dates have them: `1958年3月15日` for `一九五八年三月十五日`, `24年` for
/// `廿四年`, `1年` for `元年`. Numbers from a hundred up that are written with 百 are left in pieces.
#[must_use]
pub fn figures(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some((&c, after)) = characters.get(at..).and_then(<[char]>::split_first) {
        let rest = characters.get(at..).unwrap_or_default();
        let tens = small(rest).filter(|(_, length)| rest.iter().take(*length).any(|c| is_ten(*c)));
        at += match (tens, digit(c)) {
            (Some((number, length)), _) => {
                out.push_str(&number.to_string());
                length
            }
            (None, Some(value)) if c != '元' || matches!(after.first(), Some('年' | '月')) => {
                out.push_str(&value.to_string());
                1
            }
            _ => {
                out.push(c);
                1
            }
        };
    }
    out
}

/// A number below 100 in Chinese numerals: `三十五`, `十`; nothing for 0.
pub(crate) fn written(number: u16) -> String {
    const UNITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let unit = |digit: u16| UNITS.get(usize::from(digit)).copied().unwrap_or_default();
    match (number / 10, number % 10) {
        (0, units) => unit(units).to_owned(),
        (1, units) => format!("十{}", unit(units)),
        (tens, units) => format!("{}十{}", unit(tens), unit(units)),
    }
}

/// Whether a character counts in tens: 十, 廿, 卅.
pub(crate) const fn is_ten(c: char) -> bool {
    matches!(c, '十' | '廿' | '卅')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{exactly, figures, small, written};

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn small_numbers_in_every_writing() {
        for (text, value, length) in [
            ("三十五年", 35, 3),
            ("二十四年", 24, 3),
            ("十年", 10, 1),
            ("十二", 12, 2),
            ("廿四年", 24, 2),
            ("元年", 1, 1),
            ("35年", 35, 2),
            ("五", 5, 1),
            ("二十", 20, 2),
        ] {
            assert_eq!(small(&chars(text)), Some((value, length)), "{text}");
        }
        assert_eq!(small(&chars("年")), None);
    }

    #[test]
    fn digits_are_counted_exactly() {
        assert_eq!(exactly(&chars("1986年"), 4), Some(1986));
        assert_eq!(exactly(&chars("一九八六年"), 4), Some(1986));
        assert_eq!(exactly(&chars("19861"), 4), None);
        assert_eq!(exactly(&chars("八六年"), 2), Some(86));
    }
    #[test]
    fn numerals_of_a_date_become_figures() {
        for (text, wanted) in [
            ("一九五八年三月十五日", "1958年3月15日"),
            ("二〇一九年十二月三十一日", "2019年12月31日"),
            ("二零○三年十月二十日", "2003年10月20日"),
            ("廿四年闰三月卅日", "24年闰3月30日"),
            ("元年元月", "1年1月"),
            ("元旦", "元旦"),
            ("1958.03.05", "1958.03.05"),
            ("１９５８年０３月", "1958年03月"),
            ("一百年", "1百年"),
        ] {
            assert_eq!(figures(text), wanted);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_in_numerals_is_read_back(number in 1..=99_u16) {
            let text = written(number);
            prop_assert_eq!(small(&chars(&text)), Some((number, text.chars().count())));
            prop_assert_eq!(figures(&text), number.to_string());
        }
    }
}
