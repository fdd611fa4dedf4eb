//! What a typed question means, before anything is searched.

use chinese::{abbreviation, document_number};
use search::{Code, Filter, Part, Query};

use super::Asked;
use crate::index::{DOCTYPE, DOCUMENT_NUMBER, LIVELIHOOD, REFERENCE_CODE};
use crate::{Livelihood, PlaceNames};

/// What kind of thing was understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnderstoodKind {
    /// 档号, whole or its beginning
    ReferenceCode,
    /// 文号
    DocumentNumber,
    /// A year or a period.
    Years,
    /// A place that had other names.
    Place,
    /// The short or the full name of a body or an event.
    Abbreviation,
    /// 文种
    DocumentType,
    /// A category of livelihood records (民生档案).
    Livelihood,
    /// An ID number: never searched, never kept, never repeated.
    IdNumber,
    /// A telephone number: never searched, never kept, never repeated.
    Phone,
}

impl UnderstoodKind {
    /// Its name in machine-readable answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReferenceCode => "reference-code",
            Self::DocumentNumber => "document-number",
            Self::Years => "years",
            Self::Place => "place",
            Self::Abbreviation => "abbreviation",
            Self::DocumentType => "document-type",
            Self::Livelihood => "livelihood",
            Self::IdNumber => "id-number",
            Self::Phone => "phone",
        }
    }

    /// The word readers see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ReferenceCode => "档号",
            Self::DocumentNumber => "文号",
            Self::Years => "年代",
            Self::Place => "地名",
            Self::Abbreviation => "简称",
            Self::DocumentType => "文种",
            Self::Livelihood => "民生档案",
            Self::IdNumber => "身份证号",
            Self::Phone => "电话号码",
        }
    }
}

/// Something understood in what was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Understood {
    /// What it is.
    pub kind: UnderstoodKind,
    /// The words it was understood from; empty for personal numbers.
    pub text: String,
    /// What they mean: `1986`, `1980-1989`, a key, a category, the other names of a place or a body.
    pub value: String,
}

/// A question as it was understood.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    /// What readers are told.
    pub(super) understood: Vec<Understood>,
    /// The words, literally; a year beside other words may also be the year of the record.
    pub(super) parts: Vec<Part>,
    /// The same with years cut out of the words they are glued to; each of them may be the year of the record.
    pub(super) apart: Vec<Part>,
    /// Codes to look up.
    pub(super) codes: Vec<Code>,
    /// The years that come first.
    pub(super) years: Option<(i16, i16)>,
    /// The values that come first: of the 文种 and the category of livelihood records that were named.
    pub(super) raise: Vec<Filter>,
    /// Whether it holds a number that belongs to a person.
    pub(super) is_personal: bool,
}

/// Reads a typed question.
pub(super) fn read(typed: &str) -> Reading {
    let parts = Query::typed(typed).parts;
    let mut reading = Reading { apart: parts.clone(), parts, ..Reading::default() };
    if read_personal(typed, &mut reading) {
        return reading;
    }
    read_codes(typed, &mut reading);
    read_years(typed, &mut reading);
    read_words(typed, &mut reading);
    reading
}

/// Reads a question and what is asked of single fields.
pub(super) fn read_all(asked: &Asked) -> Reading {
    let reading = read(&asked.text);
    if reading.is_personal || asked.fields.is_empty() {
        return reading;
    }
    let mut personal = Reading::default();
    if asked.fields.texts().into_iter().any(|text| read_personal(text, &mut personal)) { personal } else { reading }
}

/// Lets the other names of a place stand for the one that was typed.
pub(super) fn know_places(typed: &str, reading: &mut Reading, names: &PlaceNames) {
    for parts in [&mut reading.parts, &mut reading.apart] {
        for part in parts.iter_mut().filter(|part| part.or_years.is_none()) {
            if let Some(place) = names.within(&part.text) {
                let others = place.others.iter().map(|other| part.text.replace(place.name, &chinese::normalise(other)));
                part.also = others.collect();
            }
        }
    }
    for word in typed.split_whitespace() {
        let normalised = chinese::normalise(word);
        let Some(place) = names.within(&normalised) else { continue };
        let text = if word.contains(place.name) { place.name } else { word };
        let (text, value) = (text.to_owned(), place.others.join("、"));
        reading.understood.push(Understood { kind: UnderstoodKind::Place, text, value });
    }
}

/// Lets the short name of a body or an event stand for the full one, and the other way round.
pub(super) fn know_abbreviations(typed: &str, reading: &mut Reading) {
    for parts in [&mut reading.parts, &mut reading.apart] {
        for part in parts.iter_mut().filter(|part| part.or_years.is_none()) {
            let found = abbreviation::within(&part.text);
            part.also.extend(found.map(|found| part.text.replace(found.name, found.other)));
        }
    }
    for word in typed.split_whitespace() {
        let Some(found) = abbreviation::within(&chinese::normalise(word)) else { continue };
        let text = if word.contains(found.name) { found.name } else { word };
        let (text, value) = (text.to_owned(), found.other.to_owned());
        reading.understood.push(Understood { kind: UnderstoodKind::Abbreviation, text, value });
    }
}

/// Personal numbers end the reading: nothing of the question is searched.
fn read_personal(typed: &str, reading: &mut Reading) -> bool {
    let mut found = Vec::new();
    if !chinese::personal::id_numbers(typed).is_empty() {
        found.push(UnderstoodKind::IdNumber);
    }
    if !chinese::personal::phones(typed).is_empty() {
        found.push(UnderstoodKind::Phone);
    }
    reading.is_personal = !found.is_empty();
    reading.understood =
        found.into_iter().map(|kind| Understood { kind, text: String::new(), value: String::new() }).collect();
    reading.is_personal
}

fn read_codes(typed: &str, reading: &mut Reading) {
    let whole = typed.trim();
    if let Some(key) = document_number::key(whole) {
        reading.codes.push(Code { field: DOCUMENT_NUMBER, value: key.clone(), prefix: false });
        let kind = UnderstoodKind::DocumentNumber;
        reading.understood.push(Understood { kind, text: whole.to_owned(), value: key });
    } else if let Some(key) = chinese::reference_code::understood(whole) {
        reading.codes.push(Code { field: REFERENCE_CODE, value: key.clone(), prefix: true });
        if is_day(whole) {
            return;
        }
        let kind = UnderstoodKind::ReferenceCode;
        reading.understood.push(Understood { kind, text: whole.to_owned(), value: key });
    }
}

/// Whether a text is nothing but a day: 1975-10-01 is one, and might be a code as well.
fn is_day(text: &str) -> bool {
    chinese::period(text).is_some()
}

fn read_years(typed: &str, reading: &mut Reading) {
    // A year inside a code is part of the code.
    if !reading.codes.is_empty() && !is_day(typed.trim()) {
        return;
    }
    let periods = chinese::years(typed);
    let mut unglued = typed.to_owned();
    for period in periods.iter().rev() {
        let text = typed.get(period.span.clone()).unwrap_or_default();
        let value =
            if period.from == period.to { period.from.to_string() } else { format!("{}-{}", period.from, period.to) };
        let understood = Understood { kind: UnderstoodKind::Years, text: text.to_owned(), value };
        reading.understood.insert(0, understood);
        unglued.replace_range(period.span.clone(), &format!(" {text} "));
        reading.years = Some((period.from, period.to));
    }
    let with_years = |part: Part| {
        let is_it = |text: &str| chinese::normalise(text) == part.text;
        let period = periods.iter().find(|period| typed.get(period.span.clone()).is_some_and(is_it));
        Part { or_years: period.map(|period| (period.from, period.to)), ..part }
    };
    reading.apart = Query::typed(&unglued).parts.into_iter().map(with_years).flat_map(without_year).collect();
    // A year alone is first of all what was typed.
    if reading.parts.len() > 1 {
        reading.parts = std::mem::take(&mut reading.parts).into_iter().map(with_years).collect();
    }
}

/// The issuer and the serial number of a 文号 that lacks its year, each for itself; any other part as it is.
fn without_year(part: Part) -> Vec<Part> {
    let Some(number) = document_number::yearless(&part.text) else { return vec![part] };
    let serial = number.number;
    let ways = [")", "第", "字"].map(|before| format!("{before}{serial}号"));
    let [text, also @ ..] = ways;
    vec![Part::literal(number.issuer), Part { also: also.into(), ..Part::literal(text) }]
}

fn read_words(typed: &str, reading: &mut Reading) {
    if let Some(event) = chinese::livelihood::life_event(typed) {
        let category = Livelihood::asked(event.category);
        reading.raise.push(Filter { facet: LIVELIHOOD, values: vec![category.name().to_owned()] });
        let value = event.category.label().to_owned();
        let understood = Understood { kind: UnderstoodKind::Livelihood, text: typed.trim().to_owned(), value };
        reading.understood.push(understood);
    }
    for word in typed.split_whitespace() {
        if let Some(kind) = chinese::doctype::named(word) {
            reading.raise.push(Filter { facet: DOCTYPE, values: vec![kind.to_owned()] });
            let understood =
                Understood { kind: UnderstoodKind::DocumentType, text: word.to_owned(), value: kind.to_owned() };
            reading.understood.push(understood);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(typed: &str) -> Vec<UnderstoodKind> {
        read(typed).understood.into_iter().map(|one| one.kind).collect()
    }

    #[test]
    fn a_document_number_is_looked_up_in_any_spelling() {
        for typed in ["粤府〔2023〕68号", "粤府 (2023) 68 号", "粤府2023年第68号"] {
            let reading = read(typed);
            assert_eq!(reading.codes.len(), 1, "{typed}");
            assert_eq!(reading.codes[0].value, "粤府(2023)68");
            assert!(reading.years.is_none());
        }
    }

    #[test]
    fn a_year_beside_words_may_be_the_year_of_the_record() {
        let reading = read("广东省人民政府 2023年");
        assert_eq!(reading.years, Some((2023, 2023)));
        assert_eq!(reading.parts[1].or_years, Some((2023, 2023)));
        assert_eq!(reading.apart, reading.parts);
    }

    #[test]
    fn a_year_alone_stays_what_was_typed() {
        let reading = read("2023");
        assert_eq!(reading.parts, [Part::literal("2023")]);
        assert_eq!(reading.years, Some((2023, 2023)));
        assert_eq!(reading.apart, [Part { or_years: Some((2023, 2023)), ..Part::literal("2023") }]);
    }

    #[test]
    fn years_of_eras_and_decades_are_understood_as_western_years() {
        for (typed, western) in [
            ("民国三十五年 水利", "1946年 水利"),
            ("中華民國35年 水利", "1946年 水利"),
            ("光緒二十四年 水利", "1898年 水利"),
            ("五十年代 水利", "1950-1959 水利"),
            ("一九五八年 水利", "1958年 水利"),
            ("民国三十五年至三十七年 水利", "1946-1948 水利"),
            ("民国三十五年", "1946年"),
        ] {
            let (one, other) = (read(typed), read(western));
            assert!(one.years.is_some(), "{typed}");
            assert_eq!(one.years, other.years, "{typed}");
            assert_eq!(one.understood[0].value, other.understood[0].value, "{typed}");
            let or_years = |reading: &Reading| reading.parts.iter().map(|part| part.or_years).collect::<Vec<_>>();
            assert_eq!(or_years(&one), or_years(&other), "{typed}");
        }
        assert_eq!(read("光绪六十年 水利").years, None);
    }

    #[test]
    fn a_day_is_its_year_and_might_be_a_code() {
        let reading = read("1975-10-01");
        assert_eq!((reading.years, reading.codes.len()), (Some((1975, 1975)), 1));
        assert_eq!(kinds("1975-10-01"), [UnderstoodKind::Years]);
        assert_eq!(kinds("098-001-0005"), [UnderstoodKind::ReferenceCode]);
    }

    #[test]
    fn a_year_glued_to_a_word_can_be_cut_off() {
        let apart = read("1986年水利").apart;
        assert_eq!(apart.len(), 2);
        assert_eq!(apart.iter().find(|part| part.text == "水利"), Some(&Part::literal("水利")));
    }

    #[test]
    fn a_document_type_is_raised_and_stays_a_word() {
        let reading = read("水利 会议纪要");
        assert_eq!(reading.parts, [Part::literal("水利"), Part::literal("会议纪要")]);
        assert_eq!(reading.raise, [Filter { facet: DOCTYPE, values: vec!["纪要".to_owned()] }]);
        assert!(read("关于水利的通知").raise.is_empty(), "a title is not a type");
        assert_eq!(read("知青").raise[0].values, ["sent-down-youth"]);
    }

    #[test]
    fn a_place_is_asked_for_by_all_its_names() {
        let names = PlaceNames::new([
            vec!["襄阳市".to_owned(), "襄樊市".to_owned()],
            vec!["北京".to_owned(), "北平".to_owned()],
        ]);
        let told = |typed: &str| {
            let mut reading = read(typed);
            know_places(typed, &mut reading, &names);
            let also: Vec<String> = reading.parts.iter().flat_map(|part| part.also.clone()).collect();
            let chips = reading.understood.iter().filter(|one| one.kind == UnderstoodKind::Place);
            (also, chips.map(|one| format!("{}={}", one.text, one.value)).collect::<Vec<_>>())
        };
        let strings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(told("襄樊市 水利"), (strings(&["襄阳市"]), strings(&["襄樊市=襄阳市"])));
        assert_eq!(told("襄樊市水利局"), (strings(&["襄阳市水利局"]), strings(&["襄樊市=襄阳市"])));
        assert_eq!(told("襄樊 水利"), (strings(&[]), strings(&[])), "half a name is not the name");
        assert_eq!(told("北平和平谈判"), (strings(&["北京和平谈判"]), strings(&["北平=北京"])));
        assert_eq!(told("湖北平原"), (strings(&[]), strings(&[])), "a short name inside another word");
    }

    #[test]
    fn a_number_without_its_year_is_looked_for_by_its_ends() {
        let texts = |typed: &str| -> Vec<(String, Vec<String>)> {
            read(typed).apart.into_iter().map(|part| (part.text, part.also)).collect()
        };
        let serial = (")68号".to_owned(), vec!["第68号".to_owned(), "字68号".to_owned()]);
        assert_eq!(texts("粤府68号"), [("粤府".to_owned(), vec![]), serial.clone()]);
        assert_eq!(texts("2023年粤府68号")[1..], [("粤府".to_owned(), vec![]), serial]);
        assert_eq!(texts("水利68号井"), [("水利68号井".to_owned(), vec![])]);
    }

    #[test]
    fn a_short_name_is_asked_for_by_the_full_one_as_well() {
        let mut reading = read("县革委会 1972年");
        know_abbreviations("县革委会 1972年", &mut reading);
        assert_eq!(reading.parts[0].also, ["县革命委员会"]);
        let told = reading.understood.iter().find(|one| one.kind == UnderstoodKind::Abbreviation);
        assert_eq!(told.map(|one| (one.text.as_str(), one.value.as_str())), Some(("革委会", "革命委员会")));
    }

    #[test]
    fn l25_personal_numbers_are_recognised_and_not_repeated() {
        let reading = read("11010519491231002X 结婚");
        assert!(reading.is_personal);
        assert!(reading.understood.iter().all(|one| one.text.is_empty() && one.value.is_empty()));
        assert_eq!(kinds("打电话 13800138000"), [UnderstoodKind::Phone]);
    }
}
