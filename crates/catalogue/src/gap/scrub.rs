//! Taking out of a question whatever might name a person.

use chinese::livelihood::{LifeEvent, is_name, life_event};
use chinese::words::Words;

/// The longest text that is kept, in characters.
const LONGEST: usize = 60;
/// A run of digits as long as this is nobody's business: a telephone, a card, a number of an account.
const DIGITS: usize = 7;
/// What follows the name of a person.
const AFTER_NAMES: [&str; 9] = ["的", "同志", "先生", "女士", "档案", "个人", "本人", "简历", "履历"];

/// A question without anything that names a person: ID numbers and telephones end it, names and other long numbers are
/// left out, and of a question about somebody's own file only the words of the dictionary stay. `None` if nothing is
/// left.
pub(crate) fn scrubbed(typed: &str, words: &Words) -> Option<String> {
    if !chinese::personal::id_numbers(typed).is_empty() || !chinese::personal::phones(typed).is_empty() {
        return None;
    }
    let event = life_event(typed);
    let parts = chinese::parts(typed);
    let kept: Vec<String> = parts.iter().map(|part| of_part(part, event.as_ref(), words)).collect();
    let text = kept.iter().flat_map(|part| part.split_whitespace()).collect::<Vec<_>>().join(" ");
    let text: String = text.chars().take(LONGEST).collect();
    text.contains(char::is_alphanumeric).then_some(text)
}

fn of_part(part: &str, event: Option<&LifeEvent>, words: &Words) -> String {
    if chinese::document_number::key(part).is_some() {
        return part.to_owned();
    }
    let digits = part.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    if part.contains('@') || digits >= DIGITS {
        return String::new();
    }
    if let Some(event) = event {
        let part = event.name.as_ref().map_or_else(|| part.to_owned(), |name| part.replace(name, " "));
        let kept = words.of(&part).into_iter().filter(|word| !is_name(word) || words.is_common(word));
        return kept.collect::<Vec<_>>().join(" ");
    }
    if is_name(part) && !words.is_common(part) {
        return String::new();
    }
    without_leading_name(part, words).to_owned()
}

/// What follows a name that begins a text.
fn without_leading_name<'t>(text: &'t str, words: &Words) -> &'t str {
    let ends = text.char_indices().map(|(at, _)| at).filter(|at| *at > 0);
    let name = |end: &usize| {
        let (name, rest) = text.split_at(*end);
        is_name(name) && !words.is_common(name) && AFTER_NAMES.iter().any(|word| rest.starts_with(word))
    };
    ends.take(4).find(name).and_then(|end| text.get(end..)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Words, scrubbed};

    #[test]
    fn persons_are_taken_out_and_the_matter_stays() {
        let words = Words::default();
        for (typed, kept) in [
            ("临溪县花炮厂 1975年 改制", Some("临溪县花炮厂 1975年 改制")),
            ("粤府〔2023〕68号", Some("粤府(2023)68号")),
            ("石油 普查", Some("石油 普查")),
            ("王小明", None),
            ("王小明 结婚 1986", Some("结婚 1986")),
            ("查王小明1986年的结婚档案", Some("1986 结婚 档案")),
            ("王小明的履历", Some("的履历")),
            ("王小明 水利局", Some("水利局")),
            ("11010519491231002X 水利", None),
            ("电话 13800138000", None),
            ("a@b.example 水利", Some("水利")),
            ("62220212345678 存款", Some("存款")),
            ("？！", None),
        ] {
            assert_eq!(scrubbed(typed, &words).as_deref(), kept, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn no_long_number_and_no_endless_text_is_kept(text in "[王小明结婚的查 a-c0-9@（）]{0,90}") {
            let words = Words::default();
            let kept = scrubbed(&text, &words).unwrap_or_default();
            prop_assert!(kept.chars().count() <= 60);
        }
    }
}
