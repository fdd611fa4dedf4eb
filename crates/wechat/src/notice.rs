//! The fields of subscription notices and template messages, and what each may say.
//!
//! The kind of a field is the beginning of its key: `thing1`, `time2`. The limits are those of the pages for mini programs;
//! for official accounts WeChat has confirmed none, so what fits here is the narrower bound (reference §9.1).

use std::collections::BTreeMap;

use crate::wire::notice::NoticeValue;

/// Characters of the title of a one-time subscription message.
pub const ONE_TIME_TITLE: usize = 15;
/// Characters of its text.
pub const ONE_TIME_TEXT: usize = 200;
/// The greatest scene of one.
pub const ONE_TIME_SCENES: u16 = 10_000;

/// What kind of value a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// `thing`: 1 to 20 characters.
    Thing,
    /// `number`: digits, with a decimal point, 32 at most.
    Number,
    /// `letter`: 1 to 32 letters.
    Letter,
    /// `symbol`: 1 to 5 signs.
    Symbol,
    /// `character_string`: 1 to 32 digits, letters and signs.
    CharacterString,
    /// `time`: `15:01`, or a day with it: `2019年10月1日 15:01`.
    Time,
    /// `date`: `2019年10月1日`, or with a time.
    Date,
    /// `amount`: a currency and up to ten digits, with 元 after it or not.
    Amount,
    /// `phone_number`: 1 to 17 digits and signs.
    PhoneNumber,
    /// `car_number`: 1 to 8 characters.
    CarNumber,
    /// `name`: 1 to 10 Chinese characters or 20 letters.
    Name,
    /// `phrase`: 1 to 5 Chinese characters.
    Phrase,
    /// `const`, `enum_string`, `enum`: one of the words of the template, at most 20 characters.
    Choice,
    /// A field of a template from before the kinds (`first`, `keyword1`, `remark`).
    Free,
}

/// The keys without their numbers.
const KINDS: [(&str, FieldKind); 15] = [
    ("thing", FieldKind::Thing),
    ("number", FieldKind::Number),
    ("letter", FieldKind::Letter),
    ("symbol", FieldKind::Symbol),
    ("character_string", FieldKind::CharacterString),
    ("time", FieldKind::Time),
    ("date", FieldKind::Date),
    ("amount", FieldKind::Amount),
    ("phone_number", FieldKind::PhoneNumber),
    ("car_number", FieldKind::CarNumber),
    ("name", FieldKind::Name),
    ("phrase", FieldKind::Phrase),
    ("const", FieldKind::Choice),
    ("enum_string", FieldKind::Choice),
    ("enum", FieldKind::Choice),
];

/// The longest value of a field without a kind; WeChat names none, what the client shows is about this.
const FREE: usize = 200;

impl FieldKind {
    /// The kind of the field with this key.
    pub fn of(key: &str) -> Self {
        let name = key.trim_end_matches(|sign: char| sign.is_ascii_digit());
        KINDS.iter().find(|(known, _)| *known == name).map_or(Self::Free, |(_, kind)| *kind)
    }

    /// Whether a text may stand in such a field; empty ones never may.
    pub fn takes(self, text: &str) -> bool {
        let count = text.chars().count();
        let all = |fits: fn(char) -> bool| text.chars().all(fits);
        if text.trim().is_empty() || text.chars().any(char::is_control) {
            return false;
        }
        match self {
            Self::Thing | Self::Choice => count <= 20,
            Self::Number => count <= 32 && is_number(text),
            Self::Letter => count <= 32 && all(|sign| sign.is_ascii_alphabetic()),
            Self::Symbol => count <= 5 && all(|sign| sign.is_ascii_punctuation()),
            Self::CharacterString => count <= 32 && all(|sign| sign.is_ascii_graphic()),
            Self::Time => {
                is_clock(text) || text.split_once(' ').is_some_and(|(day, clock)| is_day(day) && is_clock(clock))
            }
            Self::Date => {
                is_day(text) || text.split_once(' ').is_some_and(|(day, clock)| is_day(day) && is_clock(clock))
            }
            Self::Amount => is_amount(text),
            Self::PhoneNumber => count <= 17 && all(|sign| sign.is_ascii_digit() || "+-() ".contains(sign)),
            Self::CarNumber => count <= 8,
            Self::Name => count <= if text.is_ascii() { 20 } else { 10 } && !all(|sign| sign.is_ascii_digit()),
            Self::Phrase => count <= 5 && all(is_chinese),
            Self::Free => count <= FREE,
        }
    }

    /// A text as such a field takes it: words are cut with `…`, what is bound to a form is taken as it is or not at all.
    pub fn fitted(self, text: &str) -> Option<String> {
        let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let most = match self {
            Self::Thing => 20,
            Self::Free => FREE,
            _ => usize::MAX,
        };
        let text =
            if text.chars().count() > most { text.chars().take(most - 1).chain(['…']).collect() } else { text };
        self.takes(&text).then_some(text)
    }

    /// What such a field takes, in words.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Thing => "20 个字以内",
            Self::Number => "数字",
            Self::Letter => "32 个字母以内",
            Self::Symbol => "5 个符号以内",
            Self::CharacterString => "32 个数字、字母、符号以内",
            Self::Time => "时间，如 15:01 或 2026年11月30日 15:01",
            Self::Date => "日期，如 2026年11月30日",
            Self::Amount => "金额",
            Self::PhoneNumber => "电话号码",
            Self::CarNumber => "车牌号",
            Self::Name => "10 个汉字以内",
            Self::Phrase => "5 个汉字以内",
            Self::Choice => "模板里列出的词",
            Self::Free => "200 个字以内",
        }
    }
}

fn is_chinese(sign: char) -> bool {
    matches!(sign, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(text),
    }
}

fn is_amount(text: &str) -> bool {
    let text = text.strip_prefix(['¥', '￥', '$']).unwrap_or(text);
    let text = text.strip_suffix('元').unwrap_or(text);
    is_number(text) && text.bytes().filter(u8::is_ascii_digit).count() <= 10
}

/// `15:01`
fn is_clock(text: &str) -> bool {
    let two =
        |part: &str, most: u8| matches!(part.len(), 1 | 2) && part.parse::<u8>().is_ok_and(|number| number <= most);
    text.split_once(':').is_some_and(|(hour, minute)| two(hour, 23) && minute.len() == 2 && two(minute, 59))
}

/// `2019年10月1日` or `2019-10-01`
fn is_day(text: &str) -> bool {
    let number =
        |part: &str, most: u16| part.len() <= 4 && part.parse::<u16>().is_ok_and(|one| (1..=most).contains(&one));
    let parts = text.strip_suffix('日').and_then(|text| {
        let (year, rest) = text.split_once('年')?;
        let (month, day) = rest.split_once('月')?;
        Some((year, month, day))
    });
    let parts = parts.or_else(|| {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        Some((year, month, day))
    });
    parts.is_some_and(|(year, month, day)| number(year, 9999) && number(month, 12) && number(day, 31))
}

/// A field of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its key, such as `thing1`.
    pub key: String,
    /// What stands before it in the template.
    pub label: String,
    /// What kind of value it takes.
    pub kind: FieldKind,
}

/// The fields of a template's content: lines of `label:{{key.DATA}}`.
pub fn fields(content: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut rest = content;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, after)) = after.split_once("}}") else { break };
        let key = inside.trim().trim_end_matches(".DATA").to_owned();
        let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        let label = line.trim().trim_end_matches([':', '：']).trim().to_owned();
        if !key.is_empty() {
            fields.push(Field { kind: FieldKind::of(&key), label, key });
        }
        rest = after;
    }
    fields
}

/// Values by key as the wire has them; the first key whose text does not fit, otherwise.
pub fn data<'a>(values: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<BTreeMap<String, NoticeValue>, String> {
    let mut data = BTreeMap::new();
    for (key, text) in values {
        if !FieldKind::of(key).takes(text) {
            return Err(key.to_owned());
        }
        data.insert(key.to_owned(), NoticeValue { value: text.to_owned() });
    }
    Ok(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_takes_what_its_kind_says_and_nothing_longer() {
        let twenty = "一".repeat(20);
        let taken = [
            ("thing1", twenty.as_str()),
            ("number2", "12.50"),
            ("letter3", "abc"),
            ("symbol1", "!?"),
            ("character_string4", "A-2026/11"),
            ("time5", "15:01"),
            ("time5", "2026年11月30日 15:01"),
            ("date6", "2026年11月30日"),
            ("date6", "2026-11-30 09:00"),
            ("amount7", "¥100.5元"),
            ("phone_number8", "+86-0766-66888866"),
            ("car_number9", "粤A8Z888挂"),
            ("name10", "林晓"),
            ("name10", "abcdefghij abcdefghi"),
            ("phrase11", "已经答复"),
            ("const12", "待查看"),
            ("enum_string1", "待查看"),
            ("first", "您好，读者"),
        ];
        for (key, text) in taken {
            assert!(FieldKind::of(key).takes(text), "{key} {text}");
        }
        let (longer, free) = ("一".repeat(21), "一".repeat(201));
        let refused = [
            ("thing1", longer.as_str()),
            ("thing1", ""),
            ("thing1", " "),
            ("thing1", "一\n二"),
            ("number2", "十二"),
            ("number2", "1."),
            ("letter3", "abc1"),
            ("symbol1", "一"),
            ("character_string4", "有汉字"),
            ("character_string4", "012345678901234567890123456789012"),
            ("time5", "24:00"),
            ("time5", "9:5"),
            ("date6", "2026年13月1日"),
            ("date6", "昨天"),
            ("amount7", "12345678901"),
            ("phone_number8", "012345678901234567"),
            ("car_number9", "粤A8Z888挂一"),
            ("name10", "一二三四五六七八九十一"),
            ("name10", "123"),
            ("phrase11", "已经答复了吗"),
            ("phrase11", "abc"),
            ("keyword1", free.as_str()),
        ];
        for (key, text) in refused {
            assert!(!FieldKind::of(key).takes(text), "{key} {text}");
        }
    }

    #[test]
    fn words_are_cut_and_forms_are_not() {
        let long = "一".repeat(30);
        let cut = FieldKind::Thing.fitted(&long).unwrap();
        assert_eq!((cut.chars().count(), cut.chars().last()), (20, Some('…')));
        assert_eq!(FieldKind::Thing.fitted(" 一\n二 ").as_deref(), Some("一 二"));
        assert_eq!(FieldKind::Phrase.fitted(&long), None);
        assert_eq!(FieldKind::Time.fitted("明天"), None);
        assert_eq!(FieldKind::Thing.fitted("\u{7}"), None);
    }

    #[test]
    fn the_fields_of_both_forms_of_templates() {
        let content = "咨询事项:{{thing1.DATA}}\n答复时间：{{time2.DATA}}\r\n{{first.DATA}}\n{{}}{{broken";
        let read: Vec<_> = fields(content).into_iter().map(|field| (field.key, field.label, field.kind)).collect();
        let wanted = [
            ("thing1", "咨询事项", FieldKind::Thing),
            ("time2", "答复时间", FieldKind::Time),
            ("first", "", FieldKind::Free),
        ];
        assert_eq!(read, wanted.map(|(key, label, kind)| (key.to_owned(), label.to_owned(), kind)));
        assert_eq!(fields(""), []);
    }

    #[test]
    fn values_that_do_not_fit_are_named() {
        assert_eq!(data([("thing1", "甲"), ("time2", "昨天")]), Err("time2".to_owned()));
        assert_eq!(data([("thing1", "甲")]).unwrap()["thing1"].value, "甲");
    }
}
