//! Personal data in what readers type: recognised, so that it is answered and neither stored nor logged.

use chinese::personal;

/// What stands in the place of an ID number.
const ID_NUMBER: &str = "〔身份证号〕";
/// What stands in the place of a telephone number.
const PHONE: &str = "〔电话〕";

/// A text without ID and telephone numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Scrubbed {
    /// What is left, with a word in the place of each number.
    pub text: String,
    /// Whether an ID number was found.
    pub id_number: bool,
    /// Whether a telephone number was found.
    pub phone: bool,
}

impl Scrubbed {
    /// Takes the numbers out of a text.
    pub fn of(text: &str) -> Self {
        // Most messages hold no number at all: they are spared the search.
        if text.chars().filter(|letter| letter.is_numeric()).nth(9).is_none() {
            return Self { text: text.to_owned(), id_number: false, phone: false };
        }
        let ids: Vec<_> = personal::id_numbers(text).into_iter().map(|found| (found.span, ID_NUMBER)).collect();
        let phones: Vec<_> = personal::phones(text).into_iter().map(|span| (span, PHONE)).collect();
        let (id_number, phone) = (!ids.is_empty(), !phones.is_empty());
        let mut spans = [ids, phones].concat();
        spans.sort_by_key(|(span, _)| span.start);
        let (mut left, mut at) = (String::with_capacity(text.len()), 0);
        for (span, word) in spans {
            // Spans do not overlap; one that began inside the last is already gone.
            if span.start >= at {
                left.push_str(text.get(at..span.start).unwrap_or_default());
                left.push_str(word);
                at = span.end;
            }
        }
        left.push_str(text.get(at..).unwrap_or_default());
        Self { text: left, id_number, phone }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_persons_are_taken_out() {
        // A made-up number with a right check digit.
        let scrubbed = Scrubbed::of("我叫张三，身份证 11010519491231002X，电话13800138000，查1986年结婚档案");
        assert_eq!(scrubbed.text, "我叫张三，身份证 〔身份证号〕，电话〔电话〕，查1986年结婚档案");
        assert!(scrubbed.id_number && scrubbed.phone);
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in ["", "粤府〔2023〕68号", "1986年结婚", "X043-WS·2023·Y-00012 第1234567890项"] {
            assert_eq!(Scrubbed::of(text), Scrubbed { text: text.into(), id_number: false, phone: false });
        }
    }

    proptest::proptest! {
        #[test]
        fn no_id_number_is_left_in_any_text(before in "\\PC{0,20}", after in "\\PC{0,20}") {
            let scrubbed = Scrubbed::of(&format!("{before} a11010519491231002Xb {after}"));
            proptest::prop_assert!(personal::id_numbers(&scrubbed.text).is_empty());
            proptest::prop_assert!(scrubbed.id_number);
        }
    }
}
