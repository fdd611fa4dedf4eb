//! Personal numbers in running text: citizens' ID numbers (GB 11643-1999) and telephone numbers.
//!
//! They are found so that a public page can refuse to search for them or to keep them.

use std::ops::Range;

/// A citizen's ID number found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdNumber {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// The 18 characters, the last may be `X`; a number of the old 15 is given its century and check digit.
    pub number: String,
}

/// The ID numbers in `text`: 18 characters, or 15 of the form in use until 1999, each with a possible date of birth.
/// Full-width digits count, and spaces or hyphens between the groups do not. Eighteen digits in one piece, or in groups
/// that end where the region and the date of birth do, count although their check digit is wrong: a number mistyped in one
/// place tells as much about its bearer.
#[must_use]
pub fn id_numbers(text: &str) -> Vec<IdNumber> {
    digit_runs(text)
        .into_iter()
        .filter_map(|(span, digits)| {
            let number = match digits.len() {
                18 => {
                    let grouped = GROUPS.contains(&groups(text.get(span.clone()).unwrap_or_default()).as_slice());
                    Some(digits).filter(|number| is_id_number(number) || (grouped && has_birth_date(number)))
                }
                15 => lengthen(&digits),
                _ => None,
            };
            number.map(|number| IdNumber { span, number })
        })
        .collect()
}

/// How people part the 18 characters, if at all: behind the region, behind the date of birth. Others are codes as well.
const GROUPS: [&[usize]; 4] = [&[18], &[6, 8, 4], &[6, 12], &[14, 4]];

/// How many characters each group of a number has.
fn groups(run: &str) -> Vec<usize> {
    run.split(['-', '－', ' ', '\u{3000}']).map(|group| group.chars().count()).collect()
}

/// True for 18 characters with a possible date of birth and the check digit of GB 11643-1999 (ISO 7064 MOD 11-2).
#[must_use]
pub fn is_id_number(number: &str) -> bool {
    let Some((body, check)) = number.split_at_checked(17) else { return false };
    check.len() == 1
        && body.bytes().all(|b| b.is_ascii_digit())
        && has_birth_date(number)
        && check_digit(body).is_some_and(|expected| check.eq_ignore_ascii_case(expected))
}

/// Whether a region may stand at the beginning of the number, and a date of birth after it.
fn has_birth_date(number: &str) -> bool {
    number.starts_with(|c| matches!(c, '1'..='9')) && is_date(number.get(6..14).unwrap_or_default())
}

/// The check digit of the first 17.
fn check_digit(body: &str) -> Option<&'static str> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [&str; 11] = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"];
    let mut sum = 0;
    for (c, weight) in body.chars().zip(WEIGHTS) {
        sum += c.to_digit(10)? * weight;
    }
    CHECKS.get(usize::try_from(sum % 11).ok()?).copied()
}

fn lengthen(short: &str) -> Option<String> {
    let (region, rest) = short.split_at_checked(6)?;
    let body = format!("{region}19{rest}");
    let number = format!("{body}{}", check_digit(&body)?);
    is_id_number(&number).then_some(number)
}

fn is_date(eight: &str) -> bool {
    let part = |range: Range<usize>| eight.get(range).and_then(|part| part.parse::<u16>().ok());
    let (Some(year), Some(month), Some(day)) = (part(0..4), part(4..6), part(6..8)) else { return false };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u16::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1850..=2099).contains(&year) && (1..=12).contains(&month) && (1..=days).contains(&day)
}

/// The telephone numbers in `text`: mobile numbers of 11 digits (with or without +86), and landlines with an area code.
#[must_use]
pub fn phones(text: &str) -> Vec<Range<usize>> {
    digit_runs(text)
        .into_iter()
        .filter(|(span, digits)| {
            let local = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")).unwrap_or(digits);
            let mobile = |number: &str| {
                number.len() == 11
                    && number.starts_with('1')
                    && number.as_bytes().get(1).is_some_and(|b| (b'3'..=b'9').contains(b))
            };
            let groups = groups(text.get(span.clone()).unwrap_or_default());
            let landline = digits.starts_with('0') && matches!(groups.as_slice(), [3 | 4, 7 | 8]);
            mobile(digits) || mobile(local) || landline
        })
        .map(|(span, _)| span)
        .collect()
}

/// The numbers of bank cards in `text`: 16 to 19 digits in one piece or in groups, with the check digit of ISO/IEC 7812-1,
/// beginning as those of the large networks do.
#[must_use]
pub fn bank_cards(text: &str) -> Vec<Range<usize>> {
    let runs = digit_runs(text).into_iter();
    let cards = runs.filter(|(_, digits)| {
        (16..=19).contains(&digits.len()) && digits.starts_with(['3', '4', '5', '6']) && has_luhn_digit(digits)
    });
    cards.map(|(span, _)| span).collect()
}

fn has_luhn_digit(digits: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let mut sum = 0;
    for (place, c) in digits.chars().rev().enumerate() {
        let Some(digit) = c.to_digit(10) else { return false };
        sum += if place % 2 == 1 { doubled(digit) } else { digit };
    }
    sum % 10 == 0
}

/// A run of digits still being read.
struct Run {
    span: Range<usize>,
    digits: String,
    /// A space or hyphen came after the last digit; a second one ends the run.
    glued: bool,
}

/// Runs of digits, single spaces and hyphens inside them skipped, an X after 17 taken along.
fn digit_runs(text: &str) -> Vec<(Range<usize>, String)> {
    let mut done = Vec::new();
    let mut open: Option<Run> = None;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let c = match c {
            '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
            'ｘ' | 'Ｘ' | 'x' => 'X',
            '－' => '-',
            '\u{3000}' => ' ',
            _ => c,
        };
        open = match (open.take(), c) {
            (Some(mut run), '0'..='9') => {
                run.span.end = end;
                run.digits.push(c);
                run.glued = false;
                Some(run)
            }
            (None, '0'..='9') => Some(Run { span: at..end, digits: c.to_string(), glued: false }),
            (Some(mut run), 'X') if run.digits.len() == 17 => {
                run.digits.push(c);
                done.push((run.span.start..end, run.digits));
                None
            }
            (Some(run), ' ' | '-') if !run.glued => Some(Run { glued: true, ..run }),
            (run, _) => {
                done.extend(run.map(|run| (run.span, run.digits)));
                None
            }
        };
    }
    done.extend(open.map(|run| (run.span, run.digits)));
    done
}

/// The text with its ID numbers masked, three characters before and four behind left; `None` if it holds none.
pub fn masked(text: &str) -> Option<String> {
    // The digits an ID number is looked for in; asking the table of all numbers for every character costs far more.
    let digit = |c: &char| c.is_ascii_digit() || ('０'..='９').contains(c);
    if text.len() < 15 || text.chars().filter(digit).count() < 14 {
        return None;
    }
    let numbers = id_numbers(text);
    if numbers.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for number in numbers {
        let found: Vec<char> = text.get(number.span.clone()).unwrap_or_default().chars().collect();
        out.push_str(text.get(at..number.span.start).unwrap_or_default());
        out.extend(found.iter().take(3));
        out.extend(std::iter::repeat_n('*', found.len().saturating_sub(7)));
        out.extend(found.iter().skip(found.len().saturating_sub(4)));
        at = number.span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{bank_cards, check_digit, id_numbers, is_id_number, masked, phones};

    #[test]
    fn l25_id_numbers_are_recognised_mistyped_ones_too() {
        let text = "我的身份证是11010519491231002Ｘ，帮我查";
        let found = id_numbers(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].number, "11010519491231002X");
        assert_eq!(&text[found[0].span.clone()], "11010519491231002Ｘ");
        assert_eq!(id_numbers("110105194912310021").len(), 1, "1 typed for X");
        for grouped in ["110105 19491231 0021", "110105-19491231-0021", "110105 194912310021", "11010519491231 0021"] {
            assert_eq!(id_numbers(grouped).len(), 1, "{grouped}");
        }
        assert!(id_numbers("110105-1949-1231-0021").is_empty(), "groups with a wrong check digit may be a 档号");
        assert!(id_numbers("11010519491331002X").is_empty(), "no such month");
    }

    #[test]
    fn spaced_and_short_forms_count() {
        assert_eq!(id_numbers("110105 19491231 002X").len(), 1);
        let short = id_numbers("身份证110105491231002");
        assert_eq!(short[0].number, "11010519491231002X");
    }

    #[test]
    fn phones_are_recognised() {
        for text in ["13800138000", "电话+86 138-0013-8000", "0851-85551234", "１３８００１３８０００"] {
            assert_eq!(phones(text).len(), 1, "{text}");
        }
        for text in ["1986", "粤府〔2023〕68号", "12345", "20230101", "098-001-0005"] {
            assert!(phones(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn bank_cards_are_recognised_by_their_check_digit() {
        // Numbers made up for trying out, with right check digits.
        for text in ["卡号6222021234567890128。", "4111 1111 1111 1111", "5500-0000-0000-0004"] {
            assert_eq!(bank_cards(text).len(), 1, "{text}");
        }
        for text in ["4111111111111112", "1234567890123452", "411111111111111", "20230101"] {
            assert!(bank_cards(text).is_empty(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_other_digit_at_the_end_is_refused(body in "[1-9][0-9]{5}19[0-9]{2}0[1-9]1[0-9][0-9]{3}", wrong in 0_u8..10) {
            let right = check_digit(&body).expect("digits");
            let with_right = format!("{body}{right}");
            prop_assert!(is_id_number(&with_right));
            let with_wrong = format!("{body}{wrong}");
            prop_assert_eq!(is_id_number(&with_wrong), wrong.to_string() == right);
        }

        #[test]
        fn any_text_is_survived(text in "\\PC{0,60}|[0-9xX \\-]{0,60}") {
            for found in id_numbers(&text) {
                prop_assert!(text.get(found.span).is_some());
            }
            let _ = phones(&text);
            let _ = bank_cards(&text);
        }
    }

    #[test]
    fn numbers_are_masked_and_the_rest_stays() {
        assert_eq!(masked("张某11010519491231002X登记表").as_deref(), Some("张某110***********002X登记表"));
        assert_eq!(masked("粤府〔2023〕68号"), None);
    }
}
